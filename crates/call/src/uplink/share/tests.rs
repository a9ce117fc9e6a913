//! Tables of the shares of the uplink.

use proptest::prelude::*;

use super::*;

fn share(links: &[Demand]) -> Vec<Share> {
    super::share(&UplinkPolicy::default(), links)
}

fn budget(links: &[Demand]) -> u32 {
    super::budget(&UplinkPolicy::default(), links)
}

fn camera(captured: u32, shown: u32) -> Video {
    Video { captured, shown, at_most: u32::MAX, style: ShareStyle::Motion }
}

fn text(captured: u32) -> Video {
    Video { captured, shown: captured, at_most: u32::MAX, style: ShareStyle::Text }
}

fn demand(limit: Option<u32>, camera: Video, screen: Option<Video>) -> Demand {
    Demand { limit, camera: Some(camera), screen, screen_audio: false }
}

fn total(shares: &[Share]) -> u32 {
    shares.iter().map(Share::kilobits).sum()
}

#[test]
fn one_peer_who_sees_all_gets_all() {
    let shares = share(&[demand(None, camera(720, 800), None)]);
    let encoding = Encoding {
        active: true,
        max_bitrate: 1400,
        scale_down: Some(100),
        max_frame_rate: Some(30),
    };
    assert_eq!(shares[0].camera, encoding);
    assert!(!shares[0].screen.active);
}

#[test]
fn a_small_video_is_sent_small() {
    let shares = share(&[demand(None, camera(720, 200), None)]);
    assert_eq!(shares[0].camera.scale_down, Some(266));
    assert_eq!(shares[0].camera.max_bitrate, 250);
}

#[test]
fn the_smallest_video_is_that_of_whichever_takes_least() {
    let audio = Demand { limit: None, camera: None, screen: None, screen_audio: true };
    for (camera, screen, smallest) in [
        (None, None, None),
        (Some(camera(720, 720)), None, Some(196)),
        (None, Some(text(1080)), Some(286)),
        (Some(camera(720, 720)), Some(text(1080)), Some(196)),
        (Some(camera(720, 0)), Some(text(1080)), Some(286)),
        (Some(camera(720, 0)), None, None),
    ] {
        // Whatever the limit is: that much shows a video, and less does not.
        let demand = Demand { camera, screen, ..audio };
        assert_eq!(share(&[demand])[0].smallest, smallest);
        let Some(smallest) = smallest else { continue };
        for (limit, shows) in [(smallest - 1, false), (smallest, true)] {
            let share = share(&[Demand { limit: Some(limit), ..demand }])[0];
            assert_eq!(share.camera.active || share.screen.active, shows, "{limit}");
            assert_eq!(share.smallest, Some(smallest));
        }
    }
}

#[test]
fn a_video_that_nobody_sees_is_not_sent() {
    assert!(!share(&[demand(None, camera(720, 0), None)])[0].camera.active);
}

#[test]
fn five_pages_send_at_most_half_as_much_again_as_two() {
    let two = total(&share(&[demand(None, camera(720, 720), None)]));
    let five = total(&share(&[demand(None, camera(720, 720), None); 4]));
    let eight = total(&share(&[demand(None, camera(720, 720), None); 7]));
    assert!(five * 2 <= two * 3, "{five} against {two}");
    assert!(eight < two * 2, "{eight} against {two}");
}

#[test]
fn all_peers_get_the_same_while_they_see_the_same() {
    let shares = share(&[demand(None, camera(720, 720), None); 4]);
    let rates: Vec<_> = shares.iter().map(|share| share.camera.max_bitrate).collect();
    assert!(rates.iter().all(|rate| *rate >= 250), "{rates:?}");
    assert!(rates.iter().max().unwrap() <= &450, "{rates:?}");
    assert!(
        shares
            .iter()
            .all(|share| share.microphone.max_bitrate == UplinkPolicy::default().voice_to_many)
    );
}

#[test]
fn audio_comes_first_when_the_uplink_is_scarce() {
    for (limit, voice, shows) in
        [(30, 20, false), (79, 20, false), (99, 40, false), (100, 40, true), (300, 40, true)]
    {
        let shares = share(&[demand(Some(limit), camera(720, 720), None)]);
        assert_eq!(shares[0].microphone.max_bitrate, voice, "{limit}");
        assert!(shares[0].microphone.active, "{limit}");
        assert_eq!(shares[0].camera.active, shows, "{limit}");
    }
}

#[test]
fn text_stays_sharp_and_gets_slow() {
    let shares = share(&[demand(Some(250), camera(720, 180), Some(text(1080)))]);
    assert_eq!(shares[0].screen.scale_down, Some(100));
    assert_eq!(shares[0].screen.max_frame_rate, Some(2));
    assert!(shares[0].screen.active);
}

#[test]
fn the_budget_grows_by_a_twentieth_for_each_further_peer() {
    let both = demand(None, camera(720, 800), Some(text(1080)));
    for (peers, kilobits) in [(0, 0), (1, 3400), (2, 3570), (3, 3740), (8, 4590)] {
        assert_eq!(budget(&vec![both; peers]), kilobits, "{peers} peers");
    }
    let one = demand(None, camera(360, 800), None);
    assert_eq!(budget(&[one, demand(None, camera(720, 800), None)]), 1470, "the best counts");
}

#[test]
fn audio_gives_way_last_and_in_two_steps() {
    for (limit, voice, screen_audio) in [
        (None, 40, 96),
        (Some(232), 40, 96),
        (Some(231), 40, 32),
        (Some(80), 40, 32),
        (Some(79), 20, 32),
        (Some(0), 20, 32),
    ] {
        let demand = Demand { limit, camera: None, screen: None, screen_audio: true };
        let share = share(&[demand])[0];
        assert_eq!(share.microphone.max_bitrate, voice, "of {limit:?}");
        assert_eq!(share.screen_audio.max_bitrate, screen_audio, "of {limit:?}");
        assert!(share.microphone.active && share.screen_audio.active);
        assert!(!share.camera.active && !share.screen.active);
    }
    let silent = Demand { limit: None, camera: None, screen: None, screen_audio: false };
    assert!(!share(&[silent])[0].screen_audio.active, "nothing is shared");
    for (peers, voice) in [(2, 40), (3, 24)] {
        assert_eq!(share(&vec![silent; peers])[0].microphone.max_bitrate, voice);
    }
}

fn video() -> impl Strategy<Value = Option<Video>> {
    let style = prop_oneof![Just(ShareStyle::Text), Just(ShareStyle::Motion)];
    let video = (0..3000_u32, 0..3000_u32, style).prop_map(|(captured, shown, style)| Video {
        captured,
        shown,
        at_most: u32::MAX,
        style,
    });
    prop::option::of(video)
}

proptest! {
    #[test]
    fn no_limit_is_broken_and_nothing_is_enlarged(
        links in prop::collection::vec(
            (prop::option::of(0..4000_u32), video(), video(), any::<bool>()).prop_map(
                |(limit, camera, screen, screen_audio)| Demand { limit, camera, screen, screen_audio },
            ),
            0..8,
        ),
    ) {
        let shares = share(&links);
        prop_assert_eq!(shares.len(), links.len());
        let mut videos = 0;
        for (share, demand) in shares.iter().zip(&links) {
            prop_assert!(share.microphone.active);
            for (encoding, video) in [(share.camera, demand.camera), (share.screen, demand.screen)] {
                prop_assert!(encoding.scale_down >= Some(100));
                if encoding.active {
                    prop_assert!(video.is_some_and(|video| video.shown > 0));
                    videos += encoding.max_bitrate;
                }
            }
            if let Some(limit) = demand.limit
                && (share.camera.active || share.screen.active)
            {
                let videos = [share.camera, share.screen].into_iter();
                let sum: u32 = videos.filter(|one| one.active).map(|one| one.max_bitrate).sum();
                prop_assert!(sum + 40 <= limit);
            }
        }
        prop_assert!(videos <= budget(&links));
    }
}
