//! Where sound comes out.

use tincan_browser::page::{can_choose_speaker, play_test_tone};
use tincan_call::DeviceId;
use yew::prelude::*;

/// Whether a page may choose the speaker here, and what plays a tone on the one that is liked.
pub(crate) fn speaker(speaker: Option<&DeviceId>) -> (bool, Callback<()>) {
    let speaker = speaker.cloned();
    (can_choose_speaker(), Callback::from(move |()| play_test_tone(speaker.as_ref())))
}
