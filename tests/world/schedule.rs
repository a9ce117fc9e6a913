//! The actions of people and the faults of the network, generated from a seed.

use std::time::Duration;

use tincan_call::Command;

use super::channel::ChannelSupport;
use super::chats::chats;
use super::gestures::gestures;
pub use super::network::NetworkConditions;

/// An event of a page or of the server.
#[derive(Debug, Clone)]
pub enum Fault {
    /// A person gives a command.
    Command(usize, Command),
    /// A person in the call writes to the others.
    Say(usize),
    /// The server crashes and restarts with empty memory.
    Restart {
        /// The duration of the outage.
        away: Duration,
    },
    /// A page's WebSocket breaks.
    LoseSocket(usize),
    /// The path of a page's media breaks, until an ICE restart or until it recovers by itself.
    LosePath {
        /// The page.
        page: usize,
        /// The time after which it recovers by itself, if it does.
        heals: Option<Duration>,
    },
    /// A page's tab becomes visible.
    Awake(usize),
    /// A page's network changes. Data on the old one may be lost.
    ChangeNetwork(usize),
    /// The server renews the credentials of its relay.
    Renew(usize),
    /// A browser reports an event that is out of place or late.
    Oddity(usize),
    /// A page is stopped for a time, in which it does nothing and gets nothing.
    Sleep(usize, Duration),
    /// For a time, pages can reach each other only through a relay, and there may be none.
    BlockDirect(Duration),
    /// No relay responds for a time.
    BlockRelays(Duration),
    /// A page's layout changes: it shows the others' cameras at this height, in device pixels.
    Draw(usize, u32),
    /// A person mutes or unmutes another one locally.
    Hear {
        /// The page of the person.
        page: usize,
        /// The number of the other page.
        other: usize,
        /// True if the other one is unmuted.
        heard: bool,
    },
    /// A person sets the volume of another one.
    Volume {
        /// The page of the person.
        page: usize,
        /// The number of the other page.
        other: usize,
        /// The volume in percent.
        volume: u8,
    },
    /// Devices are plugged in or unplugged.
    Devices(usize),
    /// A captured track ends by itself.
    EndTrack(usize),
    /// Nothing arrives anywhere for a time, without a browser reporting it.
    Stall(Duration),
    /// The next captures of a page fail, as many as given.
    RefuseCaptures(usize, u8),
    /// A page is killed, and loaded again as another one after a while.
    Kill {
        /// The page.
        page: usize,
        /// The time until it is loaded.
        loads: Duration,
        /// True if it then joins the call, false if it stays in the lobby.
        joins: bool,
    },
}

impl Fault {
    /// Returns the numbers of the pages in the event.
    pub fn pages_mut(&mut self) -> [Option<&mut usize>; 2] {
        match self {
            Self::Command(page, _)
            | Self::Say(page)
            | Self::LoseSocket(page)
            | Self::LosePath { page, .. }
            | Self::Awake(page)
            | Self::ChangeNetwork(page)
            | Self::Renew(page)
            | Self::Oddity(page)
            | Self::Sleep(page, _)
            | Self::Draw(page, _)
            | Self::Devices(page)
            | Self::EndTrack(page)
            | Self::RefuseCaptures(page, _)
            | Self::Kill { page, .. } => [Some(page), None],
            Self::Hear { page, other, .. } | Self::Volume { page, other, .. } => {
                [Some(page), Some(other)]
            }
            Self::Restart { .. } | Self::Stall(_) | Self::BlockDirect(_) | Self::BlockRelays(_) => {
                [None, None]
            }
        }
    }
}

/// All events of one world.
#[derive(Debug)]
pub struct Schedule {
    pub seed: u64,
    pub pages: usize,
    pub network: NetworkConditions,
    /// The chance that an operation of the browser fails.
    pub failures: f64,
    /// True if the server announces a relay.
    pub relayed: bool,
    /// The time at which the last fault ends.
    pub end: Duration,
    pub faults: Vec<(Duration, Fault)>,
    /// The support for data channels in each page.
    pub channels: Vec<ChannelSupport>,
    /// True if the buffer of a data channel is small.
    pub is_narrow: bool,
}

/// The duration of faults in most worlds.
const END: Duration = Duration::from_secs(40);

/// The duration of faults in a long world, in which a page may sleep until it is removed, and the
/// server closes idle connections.
const LONG_END: Duration = Duration::from_secs(200);

impl Schedule {
    /// Generates the schedule of a seed.
    pub fn new(seed: u64) -> Self {
        // The world itself uses the seed directly, so this has to be a different random stream.
        let mut random = fastrand::Rng::with_seed(seed ^ 0x9e37_79b9_7f4a_7c15);
        let pages = if random.u8(0..6) == 0 { 3 } else { 2 };
        let network = NetworkConditions {
            delay: [20, 150, 600, 2500][random.usize(0..4)],
            reorder: random.bool(),
            duplicate: [0.0, 0.1, 0.5][random.usize(0..3)],
        };
        let failures = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.02, 0.2][random.usize(0..8)];
        let relayed = random.bool();
        let mut faults = Vec::new();
        for page in 0..pages {
            let start = random.u64(0..3000);
            let enter = super::enter();
            faults.push((millis(start), Fault::Command(page, enter)));
            let join = start + [0, 1, random.u64(0..5000)][random.usize(0..3)];
            let command = if random.bool() { Command::Join } else { Command::Call };
            faults.push((millis(join), Fault::Command(page, command)));
        }
        for _ in 0..random.usize(0..12) {
            let at = millis(random.u64(0..END.as_secs() * 1000));
            let page = random.usize(0..pages);
            for (later, fault) in happening(&mut random, page) {
                faults.push((at + later, fault));
            }
            // Simultaneous actions of two people cause glare.
            if random.u8(0..3) == 0 {
                for (later, fault) in happening(&mut random, (page + 1) % pages) {
                    faults.push((at + later, fault));
                }
            }
        }
        for _ in 0..random.usize(0..6) {
            let at = millis(random.u64(0..END.as_secs() * 1000));
            let page = random.usize(0..pages);
            faults.push((at, at_a_page(&mut random, page, pages)));
        }
        let end = if random.u8(0..8) == 0 { LONG_END } else { END };
        if end == LONG_END {
            faults.extend(at_length(&mut random, pages));
        }
        faults.extend(gestures(seed, pages, end));
        faults.extend(chats(seed, pages, end));
        faults.sort_by_key(|(at, _)| *at);
        let channels = channels(seed, pages);
        let is_narrow = seed.is_multiple_of(4);
        Self { seed, pages, network, failures, relayed, end, faults, channels, is_narrow }
    }
}

/// Generates the support for data channels in each page, from a separate random stream, so that the
/// rest of the world stays the same.
fn channels(seed: u64, pages: usize) -> Vec<ChannelSupport> {
    let mut random = fastrand::Rng::with_seed(seed ^ 0x2545_f491_4f6c_dd1d);
    let mut support = || match random.u8(0..10) {
        0 => ChannelSupport::None,
        1 => ChannelSupport::Rejecting,
        _ => ChannelSupport::Full,
    };
    (0..pages).map(|_| support()).collect()
}

/// Generates an action of a person at their page, or an event of its devices.
fn at_a_page(random: &mut fastrand::Rng, page: usize, pages: usize) -> Fault {
    let other = (page + random.usize(1..pages)) % pages;
    match random.u8(0..10) {
        9 => Fault::Kill { page, loads: millis(random.u64(500..8000)), joins: true },
        0..3 => Fault::Draw(page, [0, 80, 170, 300, 700, 1000][random.usize(0..6)]),
        3 => Fault::Hear { page, other, heard: random.u8(0..3) == 0 },
        4 => Fault::Volume { page, other, volume: random.u8(0..=100) },
        5 => Fault::Devices(page),
        6 | 7 => Fault::EndTrack(page),
        _ => Fault::RefuseCaptures(page, random.u8(1..4)),
    }
}

/// Generates events that take longer than most worlds.
fn at_length(random: &mut fastrand::Rng, pages: usize) -> Vec<(Duration, Fault)> {
    let at = millis(random.u64(40_000..80_000));
    let page = random.usize(0..pages);
    if random.bool() {
        // The server closes its connection, and the others remove it.
        let other = (page + random.usize(1..pages)) % pages;
        vec![
            (millis(random.u64(10_000..40_000)), at_a_page(random, page, pages)),
            (millis(random.u64(10_000..40_000)), at_a_page(random, other, pages)),
            (at, Fault::Sleep(page, millis(random.u64(65_000..115_000)))),
        ]
    } else {
        // One keeps sending messages, and another one only receives.
        (0..9)
            .map(|time| {
                let camera = Command::SetCamera(time % 2 == 0);
                (at + Duration::from_secs(12) * time, Fault::Command(page, camera))
            })
            .collect()
    }
}

impl Schedule {
    /// Generates the schedule of a seed with rings: people call, accept, decline, give up and
    /// leave, often at the same moment.
    pub fn of_rings(seed: u64) -> Self {
        let mut schedule = Self { faults: Vec::new(), failures: 0.0, end: END, ..Self::new(seed) };
        let mut random = fastrand::Rng::with_seed(seed ^ 0x51ed_270b_7a3c_94d5);
        for page in 0..schedule.pages {
            let start = millis(random.u64(0..3000));
            schedule.faults.push((start, Fault::Command(page, super::enter())));
        }
        let mut at = 3000;
        while millis(at) < schedule.end {
            at += [0, random.u64(0..300), random.u64(0..8000)][random.usize(0..3)];
            let page = random.usize(0..schedule.pages);
            for (later, fault) in ringing(&mut random, page) {
                schedule.faults.push((millis(at) + later, fault));
            }
        }
        schedule.faults.sort_by_key(|(at, _)| *at);
        schedule
    }
}

/// Generates an action of a person in a ring, or an event that affects it.
fn ringing(random: &mut fastrand::Rng, page: usize) -> Vec<(Duration, Fault)> {
    let command = |command| vec![(Duration::ZERO, Fault::Command(page, command))];
    match random.u8(0..17) {
        16 => {
            let loads = millis(random.u64(500..8000));
            vec![(Duration::ZERO, Fault::Kill { page, loads, joins: false })]
        }
        0..6 => command(Command::Call),
        6..9 => command(Command::Accept),
        9 => command(Command::Decline),
        10 | 11 => command(Command::Cancel),
        12 => vec![
            (Duration::ZERO, Fault::Command(page, Command::HangUp)),
            (millis(random.u64(0..2000)), Fault::Command(page, super::enter())),
        ],
        13 => vec![
            (Duration::ZERO, Fault::Command(page, Command::Suspend)),
            (millis(random.u64(0..2000)), Fault::Command(page, Command::Resume)),
        ],
        14 => vec![(Duration::ZERO, Fault::Restart { away: millis(random.u64(0..5000)) })],
        _ => vec![(Duration::ZERO, Fault::LoseSocket(page))],
    }
}

/// Generates an action of a person or a fault of the network, with its consequences.
fn happening(random: &mut fastrand::Rng, page: usize) -> Vec<(Duration, Fault)> {
    let command = |command| vec![(Duration::ZERO, Fault::Command(page, command))];
    match random.u8(0..25) {
        24 => vec![
            (Duration::ZERO, Fault::Stall(millis(random.u64(1000..8000)))),
            (Duration::ZERO, Fault::LoseSocket(page)),
        ],
        0..4 => command(Command::SetScreen(true)),
        4 => command(Command::SetScreen(false)),
        5 => command(Command::SetCamera(random.bool())),
        6 => command(Command::SetMicrophone(random.bool())),
        7 => vec![
            (Duration::ZERO, Fault::Command(page, Command::HangUp)),
            (millis(random.u64(0..2000)), Fault::Command(page, super::enter())),
            (millis(random.u64(2000..4000)), Fault::Command(page, Command::Join)),
        ],
        8 | 9 => vec![(Duration::ZERO, Fault::Restart { away: millis(random.u64(0..5000)) })],
        10 => vec![(Duration::ZERO, Fault::LoseSocket(page))],
        11 => vec![(Duration::ZERO, lose_path(random, page))],
        12 => vec![
            (Duration::ZERO, lose_path(random, page)),
            (Duration::ZERO, Fault::LoseSocket(page)),
            (millis(random.u64(0..3000)), Fault::Awake(page)),
        ],
        13 => vec![(Duration::ZERO, Fault::Awake(page))],
        14 | 15 => vec![(Duration::ZERO, Fault::ChangeNetwork(page))],
        16 => vec![
            (Duration::ZERO, Fault::Restart { away: millis(random.u64(0..20_000)) }),
            (millis(random.u64(0..5000)), Fault::ChangeNetwork(page)),
        ],
        17 => vec![(Duration::ZERO, Fault::Renew(page))],
        18 | 19 => (0..8).map(|_| (millis(random.u64(0..1000)), Fault::Oddity(page))).collect(),
        20 => vec![(Duration::ZERO, Fault::Sleep(page, millis(random.u64(1000..40_000))))],
        21 => vec![(Duration::ZERO, Fault::BlockRelays(millis(random.u64(1000..40_000))))],
        22 => {
            let time = millis(random.u64(1000..40_000));
            vec![
                (Duration::ZERO, Fault::BlockDirect(time)),
                (Duration::ZERO, Fault::BlockRelays(time)),
            ]
        }
        _ => vec![(Duration::ZERO, Fault::BlockDirect(millis(random.u64(1000..40_000))))],
    }
}

fn lose_path(random: &mut fastrand::Rng, page: usize) -> Fault {
    let heals = random.bool().then(|| millis(random.u64(500..20_000)));
    Fault::LosePath { page, heals }
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
