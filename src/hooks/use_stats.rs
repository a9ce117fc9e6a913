//! The statistics of the connection with a person.

use std::time::Duration;

use gloo_timers::callback::Interval;
use tincan_call::LinkStats;
use tincan_call::protocol::PeerId;
use web_sys::Element;
use yew::prelude::*;

use super::{MediaHandle, use_effect_with, use_texts};

/// The interval between two readings.
const PERIOD_MS: u32 = 2_000;

/// Shows how good the link with a peer is on the element that takes the node: `data-bars`, and the
/// figures as its name. They are set on the element itself: nothing is drawn again when they
/// change. Before there are any figures it has neither.
#[hook]
pub(crate) fn use_stats(media: &MediaHandle, peer: Option<PeerId>) -> NodeRef {
    let node = use_node_ref();
    let words = use_texts().call.quality;
    use_effect_with((words, media.clone(), peer), {
        let node = node.clone();
        move |(words, media, peer)| {
            let (words, media) = (*words, media.clone());
            let ticks = peer.map(|peer| {
                Interval::new(PERIOD_MS, move || {
                    if let Some((element, stats)) = node.cast().zip(media.stats(peer)) {
                        show(&element, &stats, words);
                    }
                })
            });
            move || drop(ticks)
        }
    });
    node
}

fn show(element: &Element, stats: &LinkStats, words: [&str; 5]) {
    let text = in_words(stats, words);
    for (name, value) in [("data-bars", bars(stats)), ("aria-label", &text), ("title", &text)] {
        // It fails for no name but an invalid one.
        let _ = element.set_attribute(name, value);
    }
}

/// Three if one notices nothing, two if one does, one if it is hard to talk.
fn bars(stats: &LinkStats) -> &'static str {
    let slower = |millis| stats.round_trip.is_some_and(|time| time > Duration::from_millis(millis));
    let worse = |percent| stats.lost_percent.is_some_and(|lost| lost > percent);
    if slower(500) || worse(10) {
        "1"
    } else if slower(200) || worse(3) {
        "2"
    } else {
        "3"
    }
}

/// The figures that are known, each with what it is.
fn in_words(stats: &LinkStats, words: [&str; 5]) -> String {
    let millis = |time: Duration| {
        let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        seconds.saturating_mul(1000).saturating_add(time.subsec_millis())
    };
    let figures = [
        (stats.round_trip.map(millis), " ms"),
        (Some(stats.received), " kbit/s"),
        (Some(stats.sent), " kbit/s"),
        (stats.lost_percent.map(u32::from), " %"),
        (Some(stats.received_height).filter(|height| *height > 0), " px"),
    ];
    let mut text = String::new();
    for ((figure, unit), word) in figures.into_iter().zip(words) {
        if let Some(figure) = figure {
            let separator = if text.is_empty() { "" } else { ", " };
            text += &[separator, word, " ", &figure.to_string(), unit].concat();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn the_worse_of_delay_and_loss_counts() {
        for (millis, lost, expected) in [
            (None, None, "3"),
            (Some(200), Some(3), "3"),
            (Some(201), None, "2"),
            (Some(20), Some(4), "2"),
            (None, Some(10), "2"),
            (Some(501), Some(0), "1"),
            (Some(20), Some(11), "1"),
        ] {
            let stats = LinkStats {
                round_trip: millis.map(Duration::from_millis),
                lost_percent: lost,
                ..LinkStats::default()
            };
            assert_eq!(bars(&stats), expected, "{millis:?} {lost:?}");
        }
    }

    #[test]
    fn only_what_is_known_is_said() {
        let words = Language::English.texts().call.quality;
        let mut stats = LinkStats { sent: 300, received: 1200, ..LinkStats::default() };
        assert_eq!(in_words(&stats, words), "in 1200 kbit/s, out 300 kbit/s");
        stats.round_trip = Some(Duration::from_micros(48_900));
        stats.lost_percent = Some(0);
        stats.received_height = 720;
        assert_eq!(
            in_words(&stats, words),
            "round trip 48 ms, in 1200 kbit/s, out 300 kbit/s, lost 0 %, picture 720 px"
        );
    }
}
