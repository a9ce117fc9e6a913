//! What goes through one link, by what is measured of it.

use std::time::Duration;

use super::{MOTION, VOICE, VOICE_AT_LEAST};
use crate::measured::Sample;

/// From here on, in kbit/s, nothing is scarce.
const PLENTY: u32 = 6000;
/// How long after a jam the rate stays down before it is tried to send more.
const AFTER_JAM: Duration = Duration::from_secs(6);
/// How long a browser takes to feel its way up on a path that is new, or there again.
const DEAF_FOR: Duration = Duration::from_secs(6);
/// From this loss on, in percent, the path is taken for jammed.
const LOSS: u8 = 10;

/// What goes through one link, as far as it is scarce: down at once when the path jams, and up
/// again step by step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Uplink {
    limit: Option<u32>,
    hold_until: Duration,
    /// Until then nothing that is measured counts.
    deaf_until: Duration,
}

impl Uplink {
    /// The limit, in kbit/s; nothing if it is not known to be scarce.
    pub(crate) fn limit(&self) -> Option<u32> {
        self.limit
    }

    /// The path was interrupted, or is another one: what got lost with the old one, and what the browser
    /// believed in, says nothing of what goes through from now on. It feels its way up by itself.
    pub(crate) fn interrupted(&mut self, now: Duration) {
        *self = Self { deaf_until: now + DEAF_FOR, ..Self::default() };
    }

    /// Takes a measurement, made while up to `allowed` kbit/s could be sent, and `sent` were.
    ///
    /// A browser that says what it can send has taken loss into account. Of others loss is all that is
    /// known: it lowers the limit, but a small picture always has a chance.
    pub(crate) fn measured(&mut self, now: Duration, sample: &Sample, allowed: u32, sent: u32) {
        if now < self.deaf_until {
            return;
        }
        let jammed = match (sample.available, sample.lost_percent) {
            (Some(available), _) => (available < allowed - allowed / 8).then_some(available),
            (None, Some(lost)) if lost >= LOSS => {
                Some((sent.min(allowed) * 4 / 5).max(VOICE + MOTION[0].kilobits))
            }
            (None, Some(_) | None) => None,
        };
        if let Some(limit) = jammed {
            self.limit = Some(limit.max(VOICE_AT_LEAST));
            self.hold_until = now + AFTER_JAM;
        } else if let Some(limit) = self.limit
            && now >= self.hold_until
        {
            let believed = sample.available.is_some_and(|available| available >= 2 * limit);
            let more = if believed { 2 * limit } else { limit + limit / 4 } + 10;
            self.limit = (more < PLENTY).then_some(more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_clearly_less_than_allowed_is_a_jam() {
        for (available, limit) in [(1260, None), (1259, Some(1259))] {
            let mut uplink = Uplink::default();
            let sample = Sample { available: Some(available), ..Sample::default() };
            uplink.measured(Duration::ZERO, &sample, 1440, 1400);
            assert_eq!(uplink.limit(), limit);
        }
    }

    #[test]
    fn what_is_plenty_is_no_limit() {
        let mut uplink = Uplink::default();
        let sample = |available| Sample { available: Some(available), ..Sample::default() };
        uplink.measured(Duration::ZERO, &sample(4792), 6000, 6000);
        uplink.measured(Duration::from_secs(6), &sample(9000), 4792, 4792);
        assert_eq!(uplink.limit(), None);
        let mut uplink = Uplink::default();
        uplink.measured(Duration::ZERO, &sample(4791), 6000, 6000);
        uplink.measured(Duration::from_secs(6), &sample(9000), 4791, 4791);
        assert_eq!(uplink.limit(), Some(5998));
    }

    #[test]
    fn a_jammed_path_goes_down_at_once_and_comes_back_slowly() {
        let mut uplink = Uplink::default();
        let sample = |available| Sample { available: Some(available), ..Sample::default() };
        uplink.measured(Duration::ZERO, &sample(1500), 1440, 1400);
        assert_eq!(uplink.limit(), None);
        uplink.measured(Duration::from_secs(2), &sample(280), 1440, 900);
        assert_eq!(uplink.limit(), Some(280));
        uplink.measured(Duration::from_secs(4), &sample(280), 160, 150);
        assert_eq!(uplink.limit(), Some(280), "held");
        uplink.measured(Duration::from_secs(8), &sample(280), 160, 150);
        assert_eq!(uplink.limit(), Some(360));
        for second in 5..40 {
            uplink.measured(Duration::from_secs(2 * second), &sample(9000), 160, 150);
        }
        assert_eq!(uplink.limit(), None);
    }

    #[test]
    fn a_jam_that_is_over_by_all_that_is_known_is_left_quickly() {
        let mut uplink = Uplink::default();
        let sample = |available| Sample { available: Some(available), ..Sample::default() };
        uplink.measured(Duration::ZERO, &sample(100), 1440, 900);
        assert_eq!(uplink.limit(), Some(100));
        for (second, limit) in [(5, 100), (6, 210), (8, 430)] {
            uplink.measured(Duration::from_secs(second), &sample(900), 100, 100);
            assert_eq!(uplink.limit(), Some(limit), "after {second} s");
        }
        uplink.measured(Duration::from_secs(10), &sample(859), 100, 100);
        assert_eq!(uplink.limit(), Some(547), "less than twice as much is little by little");
    }

    #[test]
    fn a_path_that_loses_is_jammed() {
        let mut uplink = Uplink::default();
        let sample = |lost| Sample { lost_percent: Some(lost), ..Sample::default() };
        uplink.measured(Duration::ZERO, &sample(9), 1440, 1000);
        assert_eq!(uplink.limit(), None);
        uplink.measured(Duration::ZERO, &sample(10), 1440, 1000);
        assert_eq!(uplink.limit(), Some(800));
        for _ in 0..20 {
            uplink.measured(Duration::ZERO, &sample(50), 1440, 30);
        }
        assert_eq!(uplink.limit(), Some(100), "a small picture has a chance");
    }

    #[test]
    fn loss_is_the_browsers_own_business_where_it_says_what_it_can_send() {
        let mut uplink = Uplink::default();
        let sample = Sample { available: Some(1400), lost_percent: Some(50), ..Sample::default() };
        uplink.measured(Duration::ZERO, &sample, 1440, 1000);
        assert_eq!(uplink.limit(), None);
    }

    #[test]
    fn an_interruption_makes_a_new_beginning() {
        for sample in [
            Sample { lost_percent: Some(50), ..Sample::default() },
            Sample { available: Some(60), ..Sample::default() },
        ] {
            let mut uplink = Uplink::default();
            uplink.measured(Duration::from_secs(9), &sample, 1440, 1000);
            assert!(uplink.limit().is_some());
            uplink.interrupted(Duration::from_secs(10));
            assert_eq!(uplink.limit(), None);
            uplink.measured(Duration::from_millis(15_999), &sample, 1440, 1000);
            assert_eq!(uplink.limit(), None);
            uplink.measured(Duration::from_secs(16), &sample, 1440, 1000);
            assert!(uplink.limit().is_some());
        }
    }
}
