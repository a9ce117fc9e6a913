//! The volume, the speaker and the shown height of a `<video>`.

use tincan_browser::page::{SizeObserver, set_playback, set_speaker};
use tincan_call::protocol::Source;
use tincan_call::{Command, DeviceId, FeatureCommand, Hearing, Peer};
use web_sys::{Element, HtmlVideoElement};
use yew::prelude::*;

use super::use_effect_with;

/// Plays the `<video>` that takes the node as loud as its person is to be heard, on this speaker.
/// What it shows stays as it is.
#[hook]
pub(crate) fn use_playback(
    video: &NodeRef,
    peer: &Peer,
    speaker: Option<&DeviceId>,
    dispatch: &Callback<Command>,
) {
    let muted = peer.hearing != Hearing::Heard;
    use_effect_with((muted, peer.volume), {
        let video = video.clone();
        move |(muted, volume)| {
            if let Some(video) = video.cast::<HtmlVideoElement>() {
                set_playback(&video, *muted, *volume);
            }
        }
    });
    let on_refused = dispatch.reform(Command::SpeakerRefused);
    use_effect_with(speaker.cloned(), {
        let video = video.clone();
        move |speaker| {
            let chosen = video.cast::<HtmlVideoElement>().and_then(|video| {
                set_speaker(&video, speaker.as_ref(), move |speaker| on_refused.emit(speaker))
            });
            move || drop(chosen)
        }
    });
}

/// Tells how tall the `<video>` that takes the node is seen, so that nobody sends more than that.
#[hook]
pub(crate) fn use_shown(
    video: &NodeRef,
    peer: &Peer,
    source: Source,
    dispatch: &Callback<Command>,
) {
    use_effect_with((peer.id, source), {
        let (video, dispatch) = (video.clone(), dispatch.clone());
        move |(peer, source)| {
            let (peer, source) = (*peer, *source);
            let tell = move |height| {
                dispatch.emit(Command::Feature(FeatureCommand::SetShown { peer, source, height }));
            };
            let observer =
                video.cast::<Element>().and_then(|video| SizeObserver::new(&video, tell.clone()));
            move || {
                drop(observer);
                tell(0);
            }
        }
    });
}
