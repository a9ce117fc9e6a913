//! The choice of a speaker, and its test.

use tincan_browser::page::{can_choose_speaker, play_test_tone};
use tincan_call::{Command, DeviceId};
use yew::prelude::*;

/// The speaker, to choose and to try.
pub(crate) struct Speaker {
    /// A page may choose it in this browser.
    pub(crate) can_choose: bool,
    /// Plays a tone on the one in use.
    pub(crate) test: Callback<()>,
    /// The last tone could not be played.
    pub(crate) has_failed: bool,
}

/// Offers the speaker in use to be tested. If the browser refuses it, a command is dispatched.
#[hook]
pub(crate) fn use_speaker(speaker: Option<&DeviceId>, dispatch: &Callback<Command>) -> Speaker {
    let failed = use_state_eq(|| false);
    let (speaker, on_refused) = (speaker.cloned(), dispatch.reform(Command::SpeakerRefused));
    let setter = failed.setter();
    let test = move |()| {
        let on_refused = on_refused.clone();
        let plays = play_test_tone(speaker.as_ref(), move |speaker| on_refused.emit(speaker));
        setter.set(!plays);
    };
    Speaker { can_choose: can_choose_speaker(), test: Callback::from(test), has_failed: *failed }
}
