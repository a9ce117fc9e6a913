//! The effects of a ring beyond what is drawn: it is heard, and a hidden page calls for attention.

use tincan_browser::page::{NotifyWhileHidden, Ringing, Ringtone};
use tincan_call::{Command, DeviceId, Ring};
use yew::prelude::*;

use super::use_effect_with;

/// Lets a ring be heard on this speaker; `alert` is the title and the text of the notification for
/// whoever is looking elsewhere while they are called, or looks away then. If the browser refuses
/// the speaker, a command is dispatched.
#[hook]
pub(crate) fn use_ring(
    ring: &Ring,
    speaker: Option<&DeviceId>,
    alert: Option<(&str, &'static str)>,
    dispatch: &Callback<Command>,
) {
    let ringing = match ring {
        Ring::Outgoing(_) => Some(Ringing::Outgoing),
        Ring::Incoming(_) => Some(Ringing::Incoming),
        Ring::None | Ring::Ended(_) => None,
    };
    let on_refused = dispatch.reform(Command::SpeakerRefused);
    use_effect_with((ringing, speaker.cloned()), move |(ringing, speaker)| {
        let tone = ringing.map(|ringing| {
            Ringtone::new(ringing, speaker.as_ref(), move |speaker| on_refused.emit(speaker))
        });
        move || drop(tone)
    });

    let alert = alert.map(|(title, text)| (title.to_owned(), text));
    use_effect_with(alert, |alert| {
        let alert = alert.as_ref().map(|(title, text)| NotifyWhileHidden::new(title, text));
        move || drop(alert)
    });
}
