//! What goes through one link, by what is measured of it.

use std::time::Duration;

use super::VOICE_AT_LEAST;
use crate::measured::Sample;
use crate::retry::Retry;

/// From here on, in kbit/s, nothing is scarce.
const PLENTY: u32 = 6000;
/// How long after a jam the rate stays down before it is tried to send more.
const AFTER_JAM: Duration = Duration::from_secs(6);
/// How long a browser takes to feel its way up on a path that is new, or there again.
const DEAF_FOR: Duration = Duration::from_secs(6);
/// From this loss on, in percent, the path is taken for jammed.
const LOSS: u8 = 10;

/// The time for which the smallest picture is sent in spite of the browser's estimate. The
/// estimate of some browsers (those that go by REMB) is little more than what they send, so without
/// a picture it never allows one.
const PROBE_FOR: Duration = Duration::from_secs(8);
/// The time without a picture after a probe that failed.
const BETWEEN_PROBES: Retry =
    Retry { base: Duration::from_secs(10), limit: Duration::from_mins(1), spread: 0.0 };
/// A probe ends at once when it fills the queues on the path this much.
const HARMFUL_ROUND_TRIP: Duration = Duration::from_secs(1);

/// What goes through one link, as far as it is scarce: down at once when the path jams, and up
/// again step by step.
///
/// ```text
///         the limit is below the smallest picture          it fails, or it does harm
///   Open ------------------------------------------> Probing ----------------------> Closed
///    ^                                                |   ^                            |
///    +------- the estimate allows a picture ----------+   +-------- after a pause -----+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Uplink {
    limit: Option<u32>,
    hold_until: Duration,
    /// Until then nothing that is measured counts.
    deaf_until: Duration,
    pictures: Pictures,
    /// The probes that failed since the estimate allowed a picture last.
    probes: u32,
}

/// The pictures that are sent where the path is narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pictures {
    /// As the limit allows.
    #[default]
    Open,
    /// The smallest, to find out if it gets through.
    Probing { until: Duration },
    /// None: the limit is that of the audio.
    Closed { until: Duration },
}

/// The use of a link while it is measured, in kbit/s.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    /// The most that may be sent.
    pub(crate) allowed: u32,
    /// The rate that was sent.
    pub(crate) sent: u32,
    /// The rate of the smallest picture together with the audio; none if there is no picture.
    pub(crate) smallest: Option<u32>,
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

    /// Takes a measurement.
    ///
    /// A browser that says what it can send has taken loss into account. Of others loss is all that is
    /// known: it lowers the limit, but a small picture always has a chance.
    pub(crate) fn measured(&mut self, now: Duration, sample: &Sample, used: Use) {
        if now < self.deaf_until {
            return;
        }
        let Some(smallest) = used.smallest else {
            // There is nothing to probe for.
            self.pictures = Pictures::Open;
            self.follow(now, sample, used);
            return;
        };
        match self.pictures {
            Pictures::Open => {
                self.follow(now, sample, used);
                if self.limit.is_some_and(|limit| limit < smallest) {
                    self.probe(now, smallest);
                }
            }
            Pictures::Probing { until } => {
                if believes_in(sample, smallest) {
                    self.open(now, smallest);
                } else if now >= until || does_harm(sample) {
                    self.probes = self.probes.saturating_add(1);
                    let until = now + BETWEEN_PROBES.delay(self.probes, 0.0);
                    self.pictures = Pictures::Closed { until };
                    self.limit = Some(sample.available.unwrap_or_default().max(VOICE_AT_LEAST));
                } else {
                    self.limit = Some(smallest);
                }
            }
            Pictures::Closed { until } => {
                if believes_in(sample, smallest) {
                    self.open(now, smallest);
                } else if now >= until {
                    self.probe(now, smallest);
                } else {
                    // The audio follows what goes through, which is less than any picture takes.
                    self.limit = Some(sample.available.unwrap_or_default().max(VOICE_AT_LEAST));
                }
            }
        }
    }

    fn probe(&mut self, now: Duration, smallest: u32) {
        self.pictures = Pictures::Probing { until: now + PROBE_FOR };
        self.limit = Some(smallest);
    }

    fn open(&mut self, now: Duration, smallest: u32) {
        self.pictures = Pictures::Open;
        self.probes = 0;
        self.limit = Some(smallest);
        self.hold_until = now;
    }

    /// Follows what the browser says, down at once and up little by little.
    fn follow(&mut self, now: Duration, sample: &Sample, used: Use) {
        let Use { allowed, sent, smallest } = used;
        let jammed = match (sample.available, sample.lost_percent) {
            (Some(available), _) => (!covers(available, allowed)).then_some(available),
            (None, Some(lost)) if lost >= LOSS => {
                Some((sent.min(allowed) * 4 / 5).max(smallest.unwrap_or_default()))
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

/// Returns `true` if the browser can send about as much as this.
fn covers(available: u32, kilobits: u32) -> bool {
    available >= kilobits - kilobits / 8
}

fn believes_in(sample: &Sample, kilobits: u32) -> bool {
    sample.available.is_none_or(|available| covers(available, kilobits))
}

/// Returns `true` if packets are lost, or delayed so much that the voice is late.
fn does_harm(sample: &Sample) -> bool {
    sample.lost_percent.is_some_and(|lost| lost >= LOSS)
        || sample.round_trip.is_some_and(|time| time >= HARMFUL_ROUND_TRIP)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a camera, which takes 100 kbit/s with the voice at least.
    fn used(allowed: u32, sent: u32) -> Use {
        Use { allowed, sent, smallest: Some(100) }
    }

    fn at(second: u64) -> Duration {
        Duration::from_secs(second)
    }

    /// A browser that goes by REMB: it believes in half as much again as it sends, up to what
    /// goes through.
    struct Remb {
        uplink: Uplink,
        available: u32,
        goes_through: u32,
    }

    impl Remb {
        /// Measures once; says whether a picture is sent after that.
        fn measure(&mut self, now: Duration) -> bool {
            let limit = self.uplink.limit().unwrap_or(1440);
            let allowed = if limit < 80 { 20 } else { limit.min(1440) };
            self.available = (self.available.max(20).min(allowed) * 3 / 2).min(self.goes_through);
            let available = Some(self.available);
            let sample = Sample { available, ..Sample::default() };
            self.uplink.measured(now, &sample, used(allowed, allowed));
            self.uplink.limit().is_none_or(|limit| limit >= 100)
        }
    }

    #[test]
    fn an_estimate_that_grows_only_with_what_is_sent_comes_back() {
        // On a busy machine it fell to almost nothing.
        let mut remb = Remb { uplink: Uplink::default(), available: 20, goes_through: 5000 };
        let shown = (0..30).filter(|count| remb.measure(at(2 * count))).count();
        assert_eq!(shown, 30, "the picture is never given up");
        assert!(remb.available > 1000, "{} kbit/s", remb.available);
    }

    #[test]
    fn on_a_path_that_carries_no_picture_one_is_probed_ever_less_often_and_for_ever() {
        let mut remb = Remb { uplink: Uplink::default(), available: 20, goes_through: 50 };
        let (mut probes, mut last) = (Vec::new(), false);
        for second in 0..600 {
            let shown = remb.measure(at(second));
            if shown && !last {
                probes.push(second);
            }
            last = shown;
        }
        let between: Vec<_> = probes.windows(2).map(|two| two[1] - two[0]).collect();
        assert_eq!(between[..4], [18, 28, 48, 68]);
        assert!(between[4..].iter().all(|time| *time == 68), "{between:?}");
        assert_eq!(probes[0], 0);
        // The path is wide again: with the next probe the picture is back for good.
        remb.goes_through = 5000;
        let shown = (600..800).rev().take_while(|second| remb.measure(at(1400 - second))).count();
        assert!(shown < 200);
        assert!((800..900).all(|second| remb.measure(at(second))));
    }

    #[test]
    fn without_pictures_the_audio_has_what_goes_through() {
        // The estimate when the pictures are given up, and later.
        for (before, later, limit) in [
            (30, 85, Some(85)),  // The voice is whole again, long before the next probe.
            (80, 25, Some(25)),  // It gives way as well.
            (80, 0, Some(20)),   // But it is not given up.
            (50, 87, Some(87)),  // Still no picture.
            (50, 88, Some(100)), // One, and more from then on.
        ] {
            let mut uplink = Uplink::default();
            let sample = |available| Sample { available: Some(available), ..Sample::default() };
            for second in [0, 8] {
                uplink.measured(at(second), &sample(before), used(100, 90));
            }
            assert_eq!(uplink.limit(), Some(before), "no picture");
            uplink.measured(at(9), &sample(later), used(40, 40));
            assert_eq!(uplink.limit(), limit, "{before}, then {later}");
        }
    }

    #[test]
    fn a_probe_that_does_harm_is_over_at_once() {
        let believes = Sample { available: Some(50), ..Sample::default() };
        for (harm, closed) in [
            (Sample { lost_percent: Some(10), ..believes }, true),
            (Sample { lost_percent: Some(9), ..believes }, false),
            (Sample { round_trip: Some(Duration::from_secs(1)), ..believes }, true),
            (Sample { round_trip: Some(Duration::from_millis(999)), ..believes }, false),
        ] {
            let mut uplink = Uplink::default();
            uplink.measured(at(0), &believes, used(1440, 900));
            assert_eq!(uplink.limit(), Some(100), "the smallest picture has a chance");
            uplink.measured(at(2), &harm, used(100, 90));
            assert_eq!(uplink.limit(), Some(if closed { 50 } else { 100 }), "{harm:?}");
        }
    }

    #[test]
    fn what_the_browser_believes_in_needs_no_probe() {
        let sample = |available| Sample { available: Some(available), ..Sample::default() };
        let mut uplink = Uplink::default();
        uplink.measured(at(0), &sample(30), used(1440, 900));
        uplink.measured(at(8), &sample(30), used(100, 30));
        assert_eq!(uplink.limit(), Some(30));
        uplink.measured(at(10), &sample(87), used(20, 20));
        assert_eq!(uplink.limit(), Some(87), "for the audio");
        uplink.measured(at(12), &sample(88), used(20, 20));
        assert_eq!(uplink.limit(), Some(100));
        uplink.measured(at(14), &sample(400), used(100, 100));
        assert_eq!(uplink.limit(), Some(210));
        // The next jam is probed from the beginning.
        uplink.measured(at(16), &sample(30), used(210, 100));
        uplink.measured(at(24), &sample(30), used(100, 30));
        uplink.measured(at(33), &sample(30), used(20, 20));
        assert_eq!(uplink.limit(), Some(30));
        uplink.measured(at(34), &sample(30), used(20, 20));
        assert_eq!(uplink.limit(), Some(100));
    }

    #[test]
    fn without_pictures_nothing_is_probed() {
        let sample = Sample { available: Some(30), ..Sample::default() };
        let used = |smallest| Use { allowed: 40, sent: 40, smallest };
        let mut uplink = Uplink::default();
        uplink.measured(at(0), &sample, used(None));
        assert_eq!(uplink.limit(), Some(30));
        // A camera is turned on: it has its chance.
        uplink.measured(at(2), &sample, used(Some(100)));
        assert_eq!(uplink.limit(), Some(100));
        // And off again, in the middle of it.
        uplink.measured(at(4), &sample, used(None));
        assert_eq!(uplink.limit(), Some(30));
    }

    #[test]
    fn only_what_is_clearly_less_than_allowed_is_a_jam() {
        for (available, limit) in [(1260, None), (1259, Some(1259))] {
            let mut uplink = Uplink::default();
            let sample = Sample { available: Some(available), ..Sample::default() };
            uplink.measured(Duration::ZERO, &sample, used(1440, 1400));
            assert_eq!(uplink.limit(), limit);
        }
    }

    #[test]
    fn what_is_plenty_is_no_limit() {
        let mut uplink = Uplink::default();
        let sample = |available| Sample { available: Some(available), ..Sample::default() };
        uplink.measured(Duration::ZERO, &sample(4792), used(6000, 6000));
        uplink.measured(Duration::from_secs(6), &sample(9000), used(4792, 4792));
        assert_eq!(uplink.limit(), None);
        let mut uplink = Uplink::default();
        uplink.measured(Duration::ZERO, &sample(4791), used(6000, 6000));
        uplink.measured(Duration::from_secs(6), &sample(9000), used(4791, 4791));
        assert_eq!(uplink.limit(), Some(5998));
    }

    #[test]
    fn a_jammed_path_goes_down_at_once_and_comes_back_slowly() {
        let mut uplink = Uplink::default();
        let sample = |available| Sample { available: Some(available), ..Sample::default() };
        uplink.measured(Duration::ZERO, &sample(1500), used(1440, 1400));
        assert_eq!(uplink.limit(), None);
        uplink.measured(Duration::from_secs(2), &sample(280), used(1440, 900));
        assert_eq!(uplink.limit(), Some(280));
        uplink.measured(Duration::from_secs(4), &sample(280), used(160, 150));
        assert_eq!(uplink.limit(), Some(280), "held");
        uplink.measured(Duration::from_secs(8), &sample(280), used(160, 150));
        assert_eq!(uplink.limit(), Some(360));
        for second in 5..40 {
            uplink.measured(Duration::from_secs(2 * second), &sample(9000), used(160, 150));
        }
        assert_eq!(uplink.limit(), None);
    }

    #[test]
    fn a_jam_that_is_over_by_all_that_is_known_is_left_quickly() {
        let mut uplink = Uplink::default();
        let sample = |available| Sample { available: Some(available), ..Sample::default() };
        uplink.measured(Duration::ZERO, &sample(100), used(1440, 900));
        assert_eq!(uplink.limit(), Some(100));
        for (second, limit) in [(5, 100), (6, 210), (8, 430)] {
            uplink.measured(Duration::from_secs(second), &sample(900), used(100, 100));
            assert_eq!(uplink.limit(), Some(limit), "after {second} s");
        }
        uplink.measured(Duration::from_secs(10), &sample(859), used(100, 100));
        assert_eq!(uplink.limit(), Some(547), "less than twice as much is little by little");
    }

    #[test]
    fn a_path_that_loses_is_jammed() {
        let mut uplink = Uplink::default();
        let sample = |lost| Sample { lost_percent: Some(lost), ..Sample::default() };
        uplink.measured(Duration::ZERO, &sample(9), used(1440, 1000));
        assert_eq!(uplink.limit(), None);
        uplink.measured(Duration::ZERO, &sample(10), used(1440, 1000));
        assert_eq!(uplink.limit(), Some(800));
        for _ in 0..20 {
            uplink.measured(Duration::ZERO, &sample(50), used(1440, 30));
        }
        assert_eq!(uplink.limit(), Some(100), "a small picture has a chance");
    }

    #[test]
    fn loss_is_the_browsers_own_business_where_it_says_what_it_can_send() {
        let mut uplink = Uplink::default();
        let sample = Sample { available: Some(1400), lost_percent: Some(50), ..Sample::default() };
        uplink.measured(Duration::ZERO, &sample, used(1440, 1000));
        assert_eq!(uplink.limit(), None);
    }

    #[test]
    fn an_interruption_makes_a_new_beginning() {
        for sample in [
            Sample { lost_percent: Some(50), ..Sample::default() },
            Sample { available: Some(60), ..Sample::default() },
        ] {
            let mut uplink = Uplink::default();
            uplink.measured(Duration::from_secs(9), &sample, used(1440, 1000));
            assert!(uplink.limit().is_some());
            uplink.interrupted(Duration::from_secs(10));
            assert_eq!(uplink.limit(), None);
            uplink.measured(Duration::from_millis(15_999), &sample, used(1440, 1000));
            assert_eq!(uplink.limit(), None);
            uplink.measured(Duration::from_secs(16), &sample, used(1440, 1000));
            assert!(uplink.limit().is_some());
        }
    }
}
