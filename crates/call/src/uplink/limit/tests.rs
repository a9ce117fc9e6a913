//! Tables of the limit of the uplink.

use super::*;

/// Of a camera, which takes 100 kbit/s with the voice at least.
fn used(allowed: u32, sent: u32) -> Usage {
    Usage { allowed, sent, smallest: Some(100) }
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
    /// Measures once; returns `true` if video is sent after that.
    fn measure(&mut self, now: Duration) -> bool {
        let limit = self.uplink.limit().unwrap_or(1440);
        let allowed = if limit < 80 { 20 } else { limit.min(1440) };
        self.available = (self.available.max(20).min(allowed) * 3 / 2).min(self.goes_through);
        let available = Some(self.available);
        let sample = Sample { available, ..Sample::default() };
        self.uplink.measured(now, &sample, used(allowed, allowed), &UplinkPolicy::default());
        self.uplink.limit().is_none_or(|limit| limit >= 100)
    }
}

#[test]
fn an_estimate_that_grows_only_with_what_is_sent_comes_back() {
    // On a busy machine it fell to almost nothing.
    let mut remb = Remb { uplink: Uplink::default(), available: 20, goes_through: 5000 };
    let shown = (0..30).filter(|count| remb.measure(at(2 * count))).count();
    assert_eq!(shown, 30, "the video is never given up");
    assert!(remb.available > 1000, "{} kbit/s", remb.available);
}

#[test]
fn on_a_path_that_carries_no_video_one_is_probed_ever_less_often_and_for_ever() {
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
    // The path is wide again: with the next probe the video is back for good.
    remb.goes_through = 5000;
    let shown = (600..800).rev().take_while(|second| remb.measure(at(1400 - second))).count();
    assert!(shown < 200);
    assert!((800..900).all(|second| remb.measure(at(second))));
}

#[test]
fn without_videos_the_audio_has_what_goes_through() {
    // The estimate when the videos are given up, and later.
    for (before, later, limit) in [
        (30, 85, Some(85)),  // The voice is whole again, long before the next probe.
        (80, 25, Some(25)),  // It gives way as well.
        (80, 0, Some(20)),   // But it is not given up.
        (50, 87, Some(87)),  // Still no video.
        (50, 88, Some(100)), // One, and more from then on.
    ] {
        let mut uplink = Uplink::default();
        let sample = |available| Sample { available: Some(available), ..Sample::default() };
        for second in [0, 8] {
            uplink.measured(at(second), &sample(before), used(100, 90), &UplinkPolicy::default());
        }
        assert_eq!(uplink.limit(), Some(before), "no video");
        uplink.measured(at(9), &sample(later), used(40, 40), &UplinkPolicy::default());
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
        uplink.measured(at(0), &believes, used(1440, 900), &UplinkPolicy::default());
        assert_eq!(uplink.limit(), Some(100), "the smallest video has a chance");
        uplink.measured(at(2), &harm, used(100, 90), &UplinkPolicy::default());
        assert_eq!(uplink.limit(), Some(if closed { 50 } else { 100 }), "{harm:?}");
    }
}

#[test]
fn what_the_browser_believes_in_needs_no_probe() {
    let sample = |available| Sample { available: Some(available), ..Sample::default() };
    let mut uplink = Uplink::default();
    uplink.measured(at(0), &sample(30), used(1440, 900), &UplinkPolicy::default());
    uplink.measured(at(8), &sample(30), used(100, 30), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(30));
    uplink.measured(at(10), &sample(87), used(20, 20), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(87), "for the audio");
    uplink.measured(at(12), &sample(88), used(20, 20), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(100));
    uplink.measured(at(14), &sample(400), used(100, 100), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(210));
    // The next congestion is probed from the beginning.
    uplink.measured(at(16), &sample(30), used(210, 100), &UplinkPolicy::default());
    uplink.measured(at(24), &sample(30), used(100, 30), &UplinkPolicy::default());
    uplink.measured(at(33), &sample(30), used(20, 20), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(30));
    uplink.measured(at(34), &sample(30), used(20, 20), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(100));
}

#[test]
fn without_videos_nothing_is_probed() {
    let sample = Sample { available: Some(30), ..Sample::default() };
    let used = |smallest| Usage { allowed: 40, sent: 40, smallest };
    let mut uplink = Uplink::default();
    uplink.measured(at(0), &sample, used(None), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(30));
    // A camera is turned on: it has its chance.
    uplink.measured(at(2), &sample, used(Some(100)), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(100));
    // And off again, in the middle of it.
    uplink.measured(at(4), &sample, used(None), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(30));
}

#[test]
fn only_what_is_clearly_less_than_allowed_is_a_jam() {
    for (available, limit) in [(1260, None), (1259, Some(1259))] {
        let mut uplink = Uplink::default();
        let sample = Sample { available: Some(available), ..Sample::default() };
        uplink.measured(Duration::ZERO, &sample, used(1440, 1400), &UplinkPolicy::default());
        assert_eq!(uplink.limit(), limit);
    }
}

#[test]
fn what_is_plenty_is_no_limit() {
    let mut uplink = Uplink::default();
    let sample = |available| Sample { available: Some(available), ..Sample::default() };
    uplink.measured(Duration::ZERO, &sample(4792), used(6000, 6000), &UplinkPolicy::default());
    uplink.measured(
        Duration::from_secs(6),
        &sample(9000),
        used(4792, 4792),
        &UplinkPolicy::default(),
    );
    assert_eq!(uplink.limit(), None);
    let mut uplink = Uplink::default();
    uplink.measured(Duration::ZERO, &sample(4791), used(6000, 6000), &UplinkPolicy::default());
    uplink.measured(
        Duration::from_secs(6),
        &sample(9000),
        used(4791, 4791),
        &UplinkPolicy::default(),
    );
    assert_eq!(uplink.limit(), Some(5998));
}

#[test]
fn a_jammed_path_goes_down_at_once_and_comes_back_slowly() {
    let mut uplink = Uplink::default();
    let sample = |available| Sample { available: Some(available), ..Sample::default() };
    uplink.measured(Duration::ZERO, &sample(1500), used(1440, 1400), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), None);
    uplink.measured(
        Duration::from_secs(2),
        &sample(280),
        used(1440, 900),
        &UplinkPolicy::default(),
    );
    assert_eq!(uplink.limit(), Some(280));
    uplink.measured(Duration::from_secs(4), &sample(280), used(160, 150), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(280), "held");
    uplink.measured(Duration::from_secs(8), &sample(280), used(160, 150), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(360));
    for second in 5..40 {
        uplink.measured(
            Duration::from_secs(2 * second),
            &sample(9000),
            used(160, 150),
            &UplinkPolicy::default(),
        );
    }
    assert_eq!(uplink.limit(), None);
}

#[test]
fn a_jam_that_is_over_by_all_that_is_known_is_left_quickly() {
    let mut uplink = Uplink::default();
    let sample = |available| Sample { available: Some(available), ..Sample::default() };
    uplink.measured(Duration::ZERO, &sample(100), used(1440, 900), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(100));
    for (second, limit) in [(5, 100), (6, 210), (8, 430)] {
        uplink.measured(
            Duration::from_secs(second),
            &sample(900),
            used(100, 100),
            &UplinkPolicy::default(),
        );
        assert_eq!(uplink.limit(), Some(limit), "after {second} s");
    }
    uplink.measured(
        Duration::from_secs(10),
        &sample(859),
        used(100, 100),
        &UplinkPolicy::default(),
    );
    assert_eq!(uplink.limit(), Some(547), "less than twice as much is little by little");
}

#[test]
fn a_path_that_loses_is_jammed() {
    let mut uplink = Uplink::default();
    let sample = |lost| Sample { lost_percent: Some(lost), ..Sample::default() };
    uplink.measured(Duration::ZERO, &sample(9), used(1440, 1000), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), None);
    uplink.measured(Duration::ZERO, &sample(10), used(1440, 1000), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), Some(800));
    for _ in 0..20 {
        uplink.measured(Duration::ZERO, &sample(50), used(1440, 30), &UplinkPolicy::default());
    }
    assert_eq!(uplink.limit(), Some(100), "a small video has a chance");
}

#[test]
fn loss_is_the_browsers_own_business_where_it_says_what_it_can_send() {
    let mut uplink = Uplink::default();
    let sample = Sample { available: Some(1400), lost_percent: Some(50), ..Sample::default() };
    uplink.measured(Duration::ZERO, &sample, used(1440, 1000), &UplinkPolicy::default());
    assert_eq!(uplink.limit(), None);
}

#[test]
fn an_interruption_makes_a_new_beginning() {
    for sample in [
        Sample { lost_percent: Some(50), ..Sample::default() },
        Sample { available: Some(60), ..Sample::default() },
    ] {
        let mut uplink = Uplink::default();
        uplink.measured(
            Duration::from_secs(9),
            &sample,
            used(1440, 1000),
            &UplinkPolicy::default(),
        );
        assert!(uplink.limit().is_some());
        uplink.interrupted(Duration::from_secs(10), &UplinkPolicy::default());
        assert_eq!(uplink.limit(), None);
        uplink.measured(
            Duration::from_millis(15_999),
            &sample,
            used(1440, 1000),
            &UplinkPolicy::default(),
        );
        assert_eq!(uplink.limit(), None);
        uplink.measured(
            Duration::from_secs(16),
            &sample,
            used(1440, 1000),
            &UplinkPolicy::default(),
        );
        assert!(uplink.limit().is_some());
    }
}
