//! How good the connection with a person is.

use std::time::Duration;

use tincan_call::LinkStats;
use tincan_call::protocol::PeerId;
use yew::prelude::*;

use crate::hooks::{Streams, count_render, use_stats, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct LinkQualityProps {
    pub(crate) id: PeerId,
    pub(crate) streams: Streams,
}

/// Bars, and figures for whoever asks. It looks at them by itself: nothing else is drawn again.
#[component(LinkQuality)]
pub(crate) fn link_quality(props: &LinkQualityProps) -> Html {
    count_render("LinkQuality");
    let texts = use_texts();
    let Some(stats) = use_stats(&props.streams, props.id) else { return Html::default() };
    let text = AttrValue::from((texts.call.quality)(&stats));
    html! {
        <span class="quality" data-bars={bars(&stats)} role="img" title={text.clone()} aria-label={text}>
            <i /><i /><i />
        </span>
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
