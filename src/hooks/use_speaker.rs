//! Where sound comes out.

use tincan_browser::page::{can_choose_speaker, play_test_tone};
use tincan_call::DeviceId;
use yew::prelude::*;

/// Whether a page may choose the speaker here, and what plays a tone on the one that is liked.
#[hook]
pub(crate) fn use_speaker(speaker: Option<&DeviceId>) -> (bool, Callback<()>) {
    let can_choose = use_memo((), |()| can_choose_speaker());
    let test = use_callback(speaker.cloned(), |(), speaker| play_test_tone(speaker.as_ref()));
    (*can_choose, test)
}
