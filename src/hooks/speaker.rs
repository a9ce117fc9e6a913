//! Where sound comes out.

use tincan_browser::page::{can_choose_speaker, play_test_tone};
use tincan_call::{Command, DeviceId};
use yew::prelude::*;

/// Whether a page may choose the speaker here, and what plays a tone on the one in use.
pub(crate) fn speaker(
    speaker: Option<&DeviceId>,
    dispatch: &Callback<Command>,
) -> (bool, Callback<()>) {
    let (speaker, onrefused) = (speaker.cloned(), dispatch.reform(Command::SpeakerRefused));
    let test = move |()| {
        let onrefused = onrefused.clone();
        play_test_tone(speaker.as_ref(), move |speaker| onrefused.emit(speaker));
    };
    (can_choose_speaker(), Callback::from(test))
}
