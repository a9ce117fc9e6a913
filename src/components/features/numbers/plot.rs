//! Plots of the last minute, as SVG.

use tincan_call::features::{Figures, History};
use yew::prelude::*;

use crate::i18n::NumberTexts;

/// Something that is plotted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plot {
    BitRate,
    RoundTrip,
    Loss,
    Jitter,
    Concealed,
    FrameRate,
}

/// One line of a plot: picks its value from the figures.
type Line = fn(&Figures) -> Option<u32>;

/// The height of a plot in the units of its paths. Its width is one unit from figure to figure.
const HEIGHT: u32 = 30;

impl Plot {
    /// Every plot there is, in the order in which they are drawn.
    pub(super) const ALL: [Self; 6] = [
        Self::BitRate,
        Self::RoundTrip,
        Self::Loss,
        Self::Jitter,
        Self::Concealed,
        Self::FrameRate,
    ];

    /// Returns the lines; where there are two, the first is of what is received.
    fn lines(self) -> (Line, Option<Line>) {
        match self {
            Self::BitRate => {
                (|figures| Some(figures.stats.received), Some(|figures| Some(figures.stats.sent)))
            }
            Self::RoundTrip => (|figures| millis(figures.stats.round_trip), None),
            Self::Loss => {
                (|figures| figures.stats.lost_received, Some(|figures| figures.stats.lost_sent))
            }
            Self::Jitter => (|figures| millis(figures.stats.jitter), None),
            Self::Concealed => (|figures| figures.stats.concealed, None),
            Self::FrameRate => (|figures| Some(figures.frame_rate), None),
        }
    }

    const fn unit(self) -> &'static str {
        match self {
            Self::BitRate => "kbit/s",
            Self::RoundTrip | Self::Jitter => "ms",
            Self::Loss | Self::Concealed => "%",
            Self::FrameRate => "fps",
        }
    }

    /// Returns the value at the top of the plot at least, so that noise does not look like a storm.
    const fn least_top(self) -> u32 {
        match self {
            Self::BitRate | Self::RoundTrip => 100,
            Self::Loss | Self::Concealed => 50,
            Self::Jitter => 20,
            Self::FrameRate => 30,
        }
    }

    /// Writes a value; shares are in tenths of a percent.
    fn write(self, value: u32) -> String {
        match self {
            Self::Loss | Self::Concealed => {
                [&(value / 10).to_string(), ".", &(value % 10).to_string()].concat()
            }
            Self::BitRate | Self::RoundTrip | Self::Jitter | Self::FrameRate => value.to_string(),
        }
    }
}

fn millis(time: Option<std::time::Duration>) -> Option<u32> {
    time.map(|time| u32::try_from(time.as_millis()).unwrap_or(u32::MAX))
}

/// Draws a plot with its current values.
pub(super) fn plot(words: &NumberTexts, kind: Plot, history: &History) -> Html {
    let (first, second) = kind.lines();
    let first = history.series(first);
    let second = second.map(|line| history.series(line));
    let known = || first.iter().chain(second.iter().flatten()).flatten().copied();
    let top = known().max().unwrap_or_default().max(kind.least_top());
    let label = (words.plot)(kind);
    let range = known()
        .min()
        .zip(known().max())
        .map(|(least, most)| (words.range)(&kind.write(least), &kind.write(most), kind.unit()));
    let alternative = [label, ": ", range.as_deref().unwrap_or(words.unknown)].concat();
    let now = |series: &[Option<u32>]| match series.last().copied().flatten() {
        Some(value) => kind.write(value),
        None => "–".to_owned(),
    };
    let values = match &second {
        None => now(&first),
        Some(second) => (words.both_ways)(&now(&first), &now(second)),
    };
    let width = History::capacity().saturating_sub(1).to_string();
    let view = ["0 0 ", &width, " ", &HEIGHT.to_string()].concat();
    html! {
        <figure class="plot" data-plot={name(kind)}>
            <figcaption>
                <span>{ label }</span>
                <span class="plot-now">
                    <b data-figure={name(kind)}>{ values }</b>
                    <span>{ kind.unit() }</span>
                </span>
            </figcaption>
            <svg viewBox={view} preserveAspectRatio="none" role="img" aria-label={alternative}>
                { second.map(|second| html! { <path class="plot-sent" d={path(&second, top)} /> }) }
                <path class="plot-received" d={path(&first, top)} />
            </svg>
        </figure>
    }
}

/// The value of `data-plot`.
const fn name(kind: Plot) -> &'static str {
    match kind {
        Plot::BitRate => "bit-rate",
        Plot::RoundTrip => "round-trip",
        Plot::Loss => "loss",
        Plot::Jitter => "jitter",
        Plot::Concealed => "concealed",
        Plot::FrameRate => "frame-rate",
    }
}

/// Returns the `d` of a line whose last value is at the right. What is not known interrupts it.
fn path(series: &[Option<u32>], top: u32) -> String {
    let mut d = String::new();
    let start = History::capacity().saturating_sub(series.len());
    let mut is_down = false;
    for (at, value) in series.iter().enumerate() {
        let Some(value) = *value else {
            is_down = false;
            continue;
        };
        let above = u64::from(value) * u64::from(HEIGHT) / u64::from(top.max(1));
        let y = u64::from(HEIGHT).saturating_sub(above);
        // A lone point is a line of no length, which the round end of the line shows.
        d += &[if is_down { "L" } else { "M" }, &(start + at).to_string(), " ", &y.to_string()]
            .concat();
        if !is_down {
            d += "h0";
        }
        is_down = true;
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_the_right_and_is_interrupted_where_nothing_is_known() {
        assert_eq!(path(&[], 100), "");
        assert_eq!(path(&[Some(0)], 100), "M59 30h0");
        assert_eq!(
            path(&[Some(0), Some(100), None, Some(50), Some(25)], 100),
            "M55 30h0L56 0M58 15h0L59 23"
        );
        assert_eq!(path(&[Some(u32::MAX)], u32::MAX), "M59 0h0");
        assert_eq!(path(&[Some(7)], 0), "M59 0h0");
    }

    #[test]
    fn shares_have_one_decimal() {
        assert_eq!(Plot::Loss.write(0), "0.0");
        assert_eq!(Plot::Concealed.write(1000), "100.0");
        assert_eq!(Plot::Loss.write(37), "3.7");
        assert_eq!(Plot::Jitter.write(37), "37");
    }
}
