//! The quality of a connection, by what is measured of it.

use std::time::Duration;

use super::NumbersPolicy;
use crate::uplink::LinkStats;

/// The quality of a connection, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// Nobody notices anything.
    Good,
    /// One notices a delay, gaps or a video that stands still now and then.
    Fair,
    /// It is hard to talk.
    Poor,
    /// Nothing arrives.
    Lost,
}

/// The transmission rating of a connection without impairments, in tenths (ITU-T G.107, the result
/// for the default values of its parameters).
const BEST_RATING: u32 = 932;

/// The delay impairment Idd of ITU-T G.107 (equation 7-27) in tenths, by the one-way delay in
/// milliseconds. Between two entries it is interpolated.
const DELAY_IMPAIRMENT: [(u64, u32); 10] = [
    (0, 0),
    (150, 2),
    (200, 30),
    (250, 89),
    (300, 148),
    (350, 198),
    (400, 241),
    (500, 306),
    (700, 385),
    (1000, 438),
];

/// Returns the quality between two samples.
pub(super) fn quality(stats: &LinkStats, policy: &NumbersPolicy) -> Quality {
    if stats.is_silent {
        return Quality::Lost;
    }
    let rating = rating(stats, policy);
    let voice = if rating >= policy.good_rating {
        Quality::Good
    } else if rating >= policy.fair_rating {
        Quality::Fair
    } else {
        Quality::Poor
    };
    let video = if stats.frozen < policy.fair_frozen {
        Quality::Good
    } else if stats.frozen < policy.poor_frozen {
        Quality::Fair
    } else {
        Quality::Poor
    };
    voice.max(video)
}

/// Returns the transmission rating R of ITU-T G.107 in tenths: less for delay, and less for loss.
fn rating(stats: &LinkStats, policy: &NumbersPolicy) -> u32 {
    // A buffer that lets few packets come too late holds some of the jitter's width.
    let jitter = stats.jitter.unwrap_or_default().saturating_mul(policy.jitter_buffer);
    let path = stats.round_trip.unwrap_or_default() / 2;
    let delay = delay_impairment(policy.device_delay.saturating_add(path).saturating_add(jitter));
    let shares = [stats.lost_sent, stats.lost_received, stats.concealed];
    let lost = shares.into_iter().flatten().max().unwrap_or_default();
    // The effective equipment impairment of G.107 (equation 7-29) for random loss and a codec that
    // has no impairment of its own.
    let equipment = 950 * lost / (lost + policy.loss_robustness).max(1);
    BEST_RATING.saturating_sub(delay).saturating_sub(equipment)
}

fn delay_impairment(delay: Duration) -> u32 {
    let delay = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
    let mut last = (0, 0);
    for entry in DELAY_IMPAIRMENT {
        if delay <= entry.0 {
            let (width, height) = ((entry.0 - last.0).max(1), u64::from(entry.1 - last.1));
            let above = (delay - last.0) * height / width;
            return last.1 + u32::try_from(above).unwrap_or_default();
        }
        last = entry;
    }
    last.1
}

/// A quality with hysteresis. It gets worse after a spell of samples that are all worse, and better
/// after a longer one of samples that are all better; then it is as in the least different sample
/// of the spell. So a quality that changes from sample to sample is not shown to do so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Steady {
    shown: Quality,
    spell: Option<Spell>,
}

/// Samples that are all worse than what is shown, or all better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spell {
    since: Duration,
    /// The quality among them that differs least from the shown one.
    nearest: Quality,
}

impl Default for Steady {
    fn default() -> Self {
        Self { shown: Quality::Good, spell: None }
    }
}

impl Steady {
    pub(super) fn shown(&self) -> Quality {
        self.shown
    }

    /// Takes the quality of a sample.
    pub(super) fn on_sample(&mut self, now: Duration, quality: Quality, policy: &NumbersPolicy) {
        if self.shown == Quality::Lost && quality != Quality::Lost {
            // Whatever arrives ends a loss at once, and nothing more.
            *self = Self { shown: Quality::Poor, spell: None };
        }
        if quality == self.shown {
            self.spell = None;
            return;
        }
        let is_worse = quality > self.shown;
        let same = self.spell.filter(|spell| (spell.nearest > self.shown) == is_worse);
        let spell = match same {
            Some(Spell { since, nearest }) => {
                let pick = if is_worse { Quality::min } else { Quality::max };
                Spell { since, nearest: pick(nearest, quality) }
            }
            None => Spell { since: now, nearest: quality },
        };
        let length = if is_worse { policy.worsens_after } else { policy.improves_after };
        let is_over = now.saturating_sub(spell.since) >= length;
        *self = if is_over {
            Self { shown: spell.nearest, spell: None }
        } else {
            Self { shown: self.shown, spell: Some(spell) }
        };
    }

    /// The link is interrupted.
    pub(super) fn lose(&mut self) {
        *self = Self { shown: Quality::Lost, spell: None };
    }
}

#[cfg(test)]
mod tests {
    use super::Quality::{Fair, Good, Lost, Poor};
    use super::*;

    /// Returns Idd of ITU-T G.107 for a one-way delay in milliseconds.
    fn idd(delay: f64) -> f64 {
        if delay <= 100.0 {
            return 0.0;
        }
        let x = (delay / 100.0).log2();
        let root = |x: f64| (1.0 + x.powi(6)).powf(1.0 / 6.0);
        25.0 * (root(x) - 3.0 * root(x / 3.0) + 2.0)
    }

    #[test]
    fn the_table_of_delays_is_that_of_the_e_model() {
        for (delay, impairment) in DELAY_IMPAIRMENT {
            let exact = idd(f64::from(u32::try_from(delay).unwrap()));
            assert!((f64::from(impairment) / 10.0 - exact).abs() < 0.06, "{delay}: {exact}");
        }
        for delay in (0..1000).step_by(10) {
            let impairment = delay_impairment(Duration::from_millis(delay));
            let exact = idd(f64::from(u32::try_from(delay).unwrap()));
            assert!((f64::from(impairment) / 10.0 - exact).abs() < 1.0, "{delay}: {exact}");
        }
        assert_eq!(delay_impairment(Duration::MAX), 438);
    }

    fn stats(round_trip: u64, lost: u32) -> LinkStats {
        LinkStats {
            round_trip: Some(Duration::from_millis(round_trip)),
            lost_received: Some(lost),
            ..LinkStats::default()
        }
    }

    #[test]
    fn each_impairment_counts_and_the_worst_share_is_the_loss() {
        let good = stats(40, 0);
        let millis = Duration::from_millis;
        for (stats, expected) in [
            (LinkStats::default(), Good),
            (good, Good),
            // Delay alone: G.114 has 150 ms one way as the limit of what nobody notices, and 400 ms
            // as that of what can be planned with.
            (stats(180, 0), Good),
            (stats(440, 0), Good),
            (stats(460, 0), Fair),
            (stats(640, 0), Fair),
            (stats(700, 0), Poor),
            (stats(60_000, 0), Poor),
            // Loss alone.
            (stats(40, 30), Good),
            (stats(40, 50), Fair),
            (stats(40, 70), Fair),
            (stats(40, 90), Poor),
            (stats(40, 1000), Poor),
            // Together they are worse than each alone.
            (stats(400, 30), Fair),
            (stats(600, 40), Poor),
            (LinkStats { lost_sent: Some(90), ..good }, Poor),
            (LinkStats { concealed: Some(50), lost_sent: Some(10), ..good }, Fair),
            (LinkStats { jitter: Some(millis(30)), ..good }, Good),
            (LinkStats { jitter: Some(millis(120)), ..good }, Fair),
            (LinkStats { jitter: Some(millis(200)), ..good }, Poor),
            (LinkStats { frozen: 99, ..good }, Good),
            (LinkStats { frozen: 100, ..good }, Fair),
            (LinkStats { frozen: 300, ..good }, Poor),
            (LinkStats { frozen: 100, ..stats(700, 0) }, Poor),
            (LinkStats { is_silent: true, ..good }, Lost),
        ] {
            assert_eq!(quality(&stats, &NumbersPolicy::default()), expected, "{stats:?}");
        }
    }

    /// Takes samples that are two seconds apart. Returns what is shown after each.
    fn shown(samples: &[Quality]) -> Vec<Quality> {
        let policy = NumbersPolicy::default();
        let mut steady = Steady::default();
        let mut now = Duration::ZERO;
        let each = samples.iter().map(|sample| {
            now += Duration::from_secs(2);
            steady.on_sample(now, *sample, &policy);
            steady.shown()
        });
        each.collect()
    }

    #[test]
    fn it_gets_worse_after_a_spell_and_better_after_a_longer_one() {
        for (samples, expected) in [
            (&[Fair, Fair, Fair][..], &[Good, Good, Fair][..]),
            (&[Fair, Fair, Good, Fair, Fair, Fair], &[Good, Good, Good, Good, Good, Fair]),
            // The mildest of the spell counts, and then another spell begins.
            (&[Poor, Fair, Poor, Poor, Poor, Poor], &[Good, Good, Fair, Fair, Fair, Poor]),
            (
                &[Poor, Poor, Poor, Good, Fair, Good, Good, Good, Good],
                &[Good, Good, Poor, Poor, Poor, Poor, Poor, Poor, Fair],
            ),
            (&[Lost, Lost, Lost, Good], &[Good, Good, Lost, Poor]),
            (&[Poor, Poor, Poor, Lost, Poor, Lost], &[Good, Good, Poor, Poor, Poor, Poor]),
        ] {
            assert_eq!(shown(samples), expected, "{samples:?}");
        }
    }

    #[test]
    fn a_loss_is_shown_at_once_and_ends_as_poor() {
        let policy = NumbersPolicy::default();
        let mut steady = Steady::default();
        steady.lose();
        assert_eq!(steady.shown(), Lost);
        let mut now = Duration::ZERO;
        let mut qualities = Vec::new();
        for _ in 0..8 {
            steady.on_sample(now, Good, &policy);
            qualities.push(steady.shown());
            now += Duration::from_secs(2);
        }
        assert_eq!(qualities, [Poor, Poor, Poor, Poor, Poor, Good, Good, Good]);
    }
}
