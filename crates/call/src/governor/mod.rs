//! How the uplink is shared: among all peers and sources, by what is measured and by how large
//! the other side shows each picture. Sound comes first.
//!
//! Each picture climbs a ladder of sizes and rates, the lowest first, as long as there is budget
//! for its next rung. The budget grows much slower than the number of peers: a call of eight must
//! not send seven times what a call of two does.

mod uplink;

use tincan_protocol::Source;

use crate::measured::Encoding;
use crate::preferences::ShareStyle;
pub(crate) use uplink::{Uplink, Use};

/// What a voice takes, in kbit/s, when there is enough.
const VOICE: u32 = 40;
/// The same where it is sent to many: from so many peers on.
const VOICE_OF_MANY: u32 = 24;
const MANY: usize = 3;
/// What it takes at least.
const VOICE_AT_LEAST: u32 = 20;
/// What the sound of a shared screen takes, in kbit/s.
const MUSIC: u32 = 96;

/// A rung: how tall a picture is, what it takes, and how many there are per second.
struct Rung {
    height: u32,
    kilobits: u32,
    frame_rate: u32,
}

const fn rung(height: u32, kilobits: u32, frame_rate: u32) -> Rung {
    Rung { height, kilobits, frame_rate }
}

/// Of pictures that move: size goes down with the rate.
const MOTION: [Rung; 7] = [
    rung(90, 60, 10),
    rung(180, 120, 15),
    rung(270, 250, 20),
    rung(360, 450, 24),
    rung(540, 800, 30),
    rung(720, 1400, 30),
    rung(1080, 2500, 30),
];

/// Of text: it stays sharp, and what gives way is how often it is drawn.
const TEXT: [Rung; 5] = [
    rung(u32::MAX, 150, 2),
    rung(u32::MAX, 350, 5),
    rung(u32::MAX, 700, 8),
    rung(u32::MAX, 1200, 15),
    rung(u32::MAX, 2000, 30),
];

/// What the budget of each further peer is, in percent of that of the first.
const FURTHER_PEER_PERCENT: u32 = 5;

/// A picture that this page sends to one peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Picture {
    /// How tall it is captured, in pixels.
    pub(crate) captured: u32,
    /// How tall the peer shows it, in device pixels.
    pub(crate) shown: u32,
    /// What gives way.
    pub(crate) style: ShareStyle,
}

impl Picture {
    fn ladder(&self) -> &'static [Rung] {
        match self.style {
            ShareStyle::Text => &TEXT,
            ShareStyle::Motion => &MOTION,
        }
    }

    /// How many rungs are worth climbing to show it this tall.
    fn rungs(&self, height: u32) -> usize {
        let ladder = self.ladder();
        let enough = ladder.iter().position(|rung| rung.height >= height);
        match (height, self.style, enough) {
            (0, ..) => 0,
            (_, ShareStyle::Text, _) => ladder.len(),
            (_, ShareStyle::Motion, enough) => enough.map_or(ladder.len(), |at| at + 1),
        }
    }

    /// What it takes at its best, however small it is shown.
    fn best(&self) -> u32 {
        let rungs = self.rungs(self.captured);
        rungs.checked_sub(1).and_then(|top| self.ladder().get(top)).map_or(0, |rung| rung.kilobits)
    }

    fn encoding(&self, rungs: usize) -> Encoding {
        let Some(rung) = rungs.checked_sub(1).and_then(|at| self.ladder().get(at)) else {
            return Encoding {
                active: false,
                max_bitrate: MOTION[0].kilobits,
                scale_down: Some(100),
                max_frame_rate: Some(MOTION[0].frame_rate),
            };
        };
        let height = rung.height.min(self.captured).max(1);
        Encoding {
            active: true,
            max_bitrate: rung.kilobits,
            scale_down: Some((self.captured.saturating_mul(100) / height).max(100)),
            max_frame_rate: Some(rung.frame_rate),
        }
    }
}

/// What one link shall carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Demand {
    /// What goes through, in kbit/s; nothing if it is not known to be scarce.
    pub(crate) limit: Option<u32>,
    pub(crate) camera: Option<Picture>,
    pub(crate) screen: Option<Picture>,
    pub(crate) screen_audio: bool,
}

impl Demand {
    fn picture(&self, source: Source) -> Option<Picture> {
        match source {
            Source::Camera => self.camera,
            Source::Screen => self.screen,
            Source::Microphone | Source::ScreenAudio | Source::Unknown => None,
        }
    }
}

/// What one link carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) microphone: Encoding,
    pub(crate) camera: Encoding,
    pub(crate) screen: Encoding,
    pub(crate) screen_audio: Encoding,
    /// The rate of the smallest picture together with the audio, in kbit/s; none if there is no
    /// picture to send.
    pub(crate) smallest: Option<u32>,
}

impl Share {
    /// How a source is coded.
    pub(crate) fn encoding(&self, source: Source) -> Option<Encoding> {
        match source {
            Source::Microphone => Some(self.microphone),
            Source::Camera => Some(self.camera),
            Source::Screen => Some(self.screen),
            Source::ScreenAudio => Some(self.screen_audio),
            Source::Unknown => None,
        }
    }

    /// All that may be sent, in kbit/s.
    pub(crate) fn kilobits(&self) -> u32 {
        [self.microphone, self.camera, self.screen, self.screen_audio]
            .iter()
            .filter(|encoding| encoding.active)
            .map(|encoding| encoding.max_bitrate)
            .sum()
    }
}

/// A picture on its way up.
struct Climber {
    link: usize,
    source: Source,
    picture: Picture,
    /// How many rungs it has climbed, and may climb.
    at: usize,
    top: usize,
}

impl Climber {
    /// What the next rung takes in addition.
    fn next(&self) -> Option<u32> {
        if self.at >= self.top {
            return None;
        }
        let ladder = self.picture.ladder();
        let cost = |rungs: usize| rungs.checked_sub(1).map_or(0, |at| ladder[at].kilobits);
        Some(cost(self.at + 1) - cost(self.at))
    }
}

/// Shares the uplink among the links.
#[inline(never)] // As the links themselves, it is loaded with the call.
pub(crate) fn share(links: &[Demand]) -> Vec<Share> {
    let mut climbers = Vec::new();
    // Screens first: of two pictures on the same rung the one that came first climbs.
    for source in [Source::Screen, Source::Camera] {
        for (link, demand) in links.iter().enumerate() {
            if let Some(picture) = demand.picture(source) {
                let top = picture.rungs(picture.captured.min(picture.shown));
                climbers.push(Climber { link, source, picture, at: 0, top });
            }
        }
    }
    let mut total = budget(links);
    let mut rest: Vec<u32> = links.iter().map(left_for_pictures).collect();
    loop {
        let next = climbers
            .iter_mut()
            .filter_map(|climber| climber.next().map(|cost| (climber, cost)))
            .filter(|(climber, cost)| *cost <= total && *cost <= rest[climber.link])
            .min_by_key(|(climber, _)| climber.at);
        let Some((climber, cost)) = next else { break };
        climber.at += 1;
        total -= cost;
        rest[climber.link] -= cost;
    }
    let voice = if links.len() < MANY { VOICE } else { VOICE_OF_MANY };
    let mut shares: Vec<Share> = links.iter().map(|demand| sounds(demand, voice)).collect();
    for climber in climbers {
        let encoding = climber.picture.encoding(climber.at);
        let share = &mut shares[climber.link];
        if climber.top > 0 {
            let smallest =
                voice_and_music(&links[climber.link]) + climber.picture.ladder()[0].kilobits;
            share.smallest = Some(share.smallest.unwrap_or(u32::MAX).min(smallest));
        }
        if climber.source == Source::Screen {
            share.screen = encoding;
        } else {
            share.camera = encoding;
        }
    }
    shares
}

/// What all pictures together may take, in kbit/s: what one peer would get at best, and a little
/// more for each further peer.
fn budget(links: &[Demand]) -> u32 {
    let best = |source| {
        let pictures = links.iter().filter_map(|demand| demand.picture(source));
        pictures.map(|picture| picture.best()).max().unwrap_or(0)
    };
    let one = best(Source::Camera) + best(Source::Screen);
    let further = u32::try_from(links.len().saturating_sub(1)).unwrap_or(0);
    one + one * further * FURTHER_PEER_PERCENT / 100
}

/// What a link has left for pictures, in kbit/s, when its sounds have what they need.
fn left_for_pictures(demand: &Demand) -> u32 {
    demand.limit.map_or(u32::MAX, |limit| limit.saturating_sub(voice_and_music(demand)))
}

/// Returns the rate that the audio of a link needs, in kbit/s.
fn voice_and_music(demand: &Demand) -> u32 {
    VOICE + if demand.screen_audio { MUSIC } else { 0 }
}

/// The sounds of a link; its pictures are off.
fn sounds(demand: &Demand, voice: u32) -> Share {
    let sound = |max_bitrate| Encoding {
        active: true,
        max_bitrate,
        scale_down: None,
        max_frame_rate: None,
    };
    let limit = demand.limit.unwrap_or(u32::MAX);
    let voice = if limit < 2 * VOICE { VOICE_AT_LEAST } else { voice };
    let music = if limit < VOICE + 2 * MUSIC { MUSIC / 3 } else { MUSIC };
    let off = Picture { captured: 1, shown: 0, style: ShareStyle::Motion }.encoding(0);
    let screen_audio = Encoding { active: demand.screen_audio, ..sound(music) };
    Share { microphone: sound(voice), camera: off, screen: off, screen_audio, smallest: None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn camera(captured: u32, shown: u32) -> Picture {
        Picture { captured, shown, style: ShareStyle::Motion }
    }

    fn text(captured: u32) -> Picture {
        Picture { captured, shown: captured, style: ShareStyle::Text }
    }

    fn demand(limit: Option<u32>, camera: Picture, screen: Option<Picture>) -> Demand {
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
    fn a_small_picture_is_sent_small() {
        let shares = share(&[demand(None, camera(720, 200), None)]);
        assert_eq!(shares[0].camera.scale_down, Some(266));
        assert_eq!(shares[0].camera.max_bitrate, 250);
    }

    #[test]
    fn the_smallest_picture_is_that_of_whichever_takes_least() {
        let sounds = Demand { limit: None, camera: None, screen: None, screen_audio: true };
        for (camera, screen, smallest) in [
            (None, None, None),
            (Some(camera(720, 720)), None, Some(196)),
            (None, Some(text(1080)), Some(286)),
            (Some(camera(720, 720)), Some(text(1080)), Some(196)),
            (Some(camera(720, 0)), Some(text(1080)), Some(286)),
            (Some(camera(720, 0)), None, None),
        ] {
            // Whatever the limit is: that much shows a picture, and less does not.
            let demand = Demand { camera, screen, ..sounds };
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
    fn a_picture_that_nobody_sees_is_not_sent() {
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
        assert!(shares.iter().all(|share| share.microphone.max_bitrate == VOICE_OF_MANY));
    }

    #[test]
    fn sound_comes_first_when_it_is_scarce() {
        for (limit, voice, picture) in
            [(30, 20, false), (79, 20, false), (99, 40, false), (100, 40, true), (300, 40, true)]
        {
            let shares = share(&[demand(Some(limit), camera(720, 720), None)]);
            assert_eq!(shares[0].microphone.max_bitrate, voice, "{limit}");
            assert!(shares[0].microphone.active, "{limit}");
            assert_eq!(shares[0].camera.active, picture, "{limit}");
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
    fn sounds_give_way_last_and_in_two_steps() {
        for (limit, voice, music) in [
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
            assert_eq!(share.screen_audio.max_bitrate, music, "of {limit:?}");
            assert!(share.microphone.active && share.screen_audio.active);
            assert!(!share.camera.active && !share.screen.active);
        }
        let silent = Demand { limit: None, camera: None, screen: None, screen_audio: false };
        assert!(!share(&[silent])[0].screen_audio.active, "nothing is shared");
        for (peers, voice) in [(2, 40), (3, 24)] {
            assert_eq!(share(&vec![silent; peers])[0].microphone.max_bitrate, voice);
        }
    }

    fn picture() -> impl Strategy<Value = Option<Picture>> {
        let style = prop_oneof![Just(ShareStyle::Text), Just(ShareStyle::Motion)];
        let picture = (0..3000_u32, 0..3000_u32, style)
            .prop_map(|(captured, shown, style)| Picture { captured, shown, style });
        prop::option::of(picture)
    }

    proptest! {
        #[test]
        fn no_limit_is_broken_and_nothing_is_enlarged(
            links in prop::collection::vec(
                (prop::option::of(0..4000_u32), picture(), picture(), any::<bool>()).prop_map(
                    |(limit, camera, screen, screen_audio)| Demand { limit, camera, screen, screen_audio },
                ),
                0..8,
            ),
        ) {
            let shares = share(&links);
            prop_assert_eq!(shares.len(), links.len());
            let mut pictures = 0;
            for (share, demand) in shares.iter().zip(&links) {
                prop_assert!(share.microphone.active);
                for (encoding, picture) in [(share.camera, demand.camera), (share.screen, demand.screen)] {
                    prop_assert!(encoding.scale_down >= Some(100));
                    if encoding.active {
                        prop_assert!(picture.is_some_and(|picture| picture.shown > 0));
                        pictures += encoding.max_bitrate;
                    }
                }
                if let Some(limit) = demand.limit
                    && (share.camera.active || share.screen.active)
                {
                    let pictures = [share.camera, share.screen].into_iter();
                    let sum: u32 = pictures.filter(|one| one.active).map(|one| one.max_bitrate).sum();
                    prop_assert!(sum + VOICE <= limit);
                }
            }
            prop_assert!(pictures <= budget(&links));
        }
    }
}
