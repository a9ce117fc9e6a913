//! Events, each in a calm line that goes when it was read.

use tincan_call::{CallOutcome, Command, DeviceKind, Notice, RingEnd};
use yew::prelude::*;

use super::{ButtonKind, Icon, button, icon_button};
use crate::i18n::{Device, Texts, Trouble};

/// The news of devices, with the buttons to react to them.
pub(crate) fn device_news(
    texts: &Texts,
    notice: Option<&Notice>,
    dispatch: &Callback<Command>,
) -> Html {
    let settings = &texts.settings;
    let (words, offer) = match notice {
        None => (None, false),
        Some(Notice::FellBack(kind, device)) => {
            (Some((settings.fell_back)(*kind, device.name())), false)
        }
        Some(Notice::Offered(device)) => {
            (Some((settings.plugged_in)(device.kind, device.name())), true)
        }
        Some(Notice::NotTaken(kind, error)) => {
            let device = match kind {
                DeviceKind::Camera => Device::Camera,
                // Speakers are not captured.
                DeviceKind::Microphone | DeviceKind::Speaker => Device::Microphone,
            };
            let title = (texts.errors.title)(device, Trouble::Failed(*error));
            (Some((settings.not_taken)(&title)), false)
        }
    };
    let offer = offer.then(|| {
        let onclick = dispatch.reform(|()| Command::UseOffered);
        button(ButtonKind::Small, None, settings.use_it, &onclick)
    });
    news(texts, words, offer, &dispatch.reform(|()| Command::DismissNotice))
}

/// The end of the last ring.
pub(crate) fn ring_news(
    texts: &Texts,
    end: Option<&RingEnd>,
    dispatch: &Callback<Command>,
) -> Html {
    let words = end.map(|end| ring_end(texts, end));
    news(texts, words, None, &dispatch.reform(|()| Command::DismissRing))
}

fn ring_end(texts: &Texts, end: &RingEnd) -> String {
    let ring = &texts.ring;
    match end {
        RingEnd::Unanswered(answers) => {
            let nobody = answers.iter().all(|(_, answer)| *answer == CallOutcome::NoAnswer);
            if nobody && answers.len() != 1 {
                return ring.nobody_answered.to_owned();
            }
            let answers = answers
                .iter()
                .map(|(name, answer)| (ring.answered)(texts.name(name.as_str()), *answer));
            (texts.sentences)(&answers.collect::<Vec<_>>())
        }
        RingEnd::Cancelled => ring.cancelled.to_owned(),
        RingEnd::Declined => ring.declined.to_owned(),
        RingEnd::Missed(name) => (ring.missed)(texts.name(name.as_str())),
    }
}

/// The region is always there, so that screen readers watch it.
fn news(
    texts: &Texts,
    words: Option<String>,
    offer: Option<Html>,
    on_dismiss: &Callback<()>,
) -> Html {
    html! {
        <div class="news-region" role="status">
            if let Some(words) = words {
                <div class="news">
                    <p>{ words }</p>
                    { offer }
                    { icon_button(Icon::Close, texts.dismiss, on_dismiss) }
                </div>
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use tincan_call::protocol::Name;

    use super::*;
    use crate::i18n::Language;

    #[test]
    fn the_end_of_a_ring_is_told_in_words() {
        let unanswered = |answers: &[(&str, CallOutcome)]| {
            let answers = answers.iter().map(|(name, answer)| (Name::new(name), *answer));
            RingEnd::Unanswered(answers.collect())
        };
        for (end, words) in [
            (unanswered(&[("Lin", CallOutcome::Declined)]), "Lin declined."),
            (unanswered(&[("Lin", CallOutcome::NoAnswer)]), "Lin did not answer."),
            (
                unanswered(&[("Lin", CallOutcome::NoAnswer), ("", CallOutcome::NoAnswer)]),
                "Nobody answered.",
            ),
            (
                unanswered(&[("Lin", CallOutcome::Busy), ("", CallOutcome::Gone)]),
                "Lin is in another call. Someone has left.",
            ),
            (unanswered(&[]), "Nobody answered."),
            (RingEnd::Missed(Name::new("Ada")), "You missed a call from Ada."),
            (RingEnd::Cancelled, "You cancelled the call."),
        ] {
            assert_eq!(ring_end(Language::English.texts(), &end), words);
        }
    }
}
