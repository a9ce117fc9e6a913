//! A page: the real call, with the world in the role of the driver.

use std::collections::BTreeMap;
use std::time::Duration;

use tincan_call::protocol::{ConnectionId, Name, PeerId, Source, SourceState, SourceStates};
use tincan_call::{
    Call, Capabilities, CaptureError, CaptureEvent, CaptureId, CaptureTarget, ConnectionEvent,
    ConnectionState, Effect, Input, Local, LocalTrack, OfferApplied, Operation, Phase, Policy,
    Preferences, RoomSecret, Sample, Settings, StreamId, TrackId, TransportPolicy,
};

use super::browser::{Browser, Key};
use super::channel::ChannelSupport;
use super::chats::Diary;
use super::person::{CAPTURED, Person};
use super::stages::Stages;
use super::{Event, World};

/// The errors that a browser may report for a capture.
const CAPTURE_ERRORS: [CaptureError; 7] = [
    CaptureError::NotAllowed,
    CaptureError::NotFound,
    CaptureError::NotReadable,
    CaptureError::OverConstrained,
    CaptureError::InsecureContext,
    CaptureError::NotSupported,
    CaptureError::Other,
];

pub struct Page {
    pub call: Call,
    pub browser: Browser,
    /// The current socket.
    pub socket: Option<u32>,
    /// True if the page has sent `join` on the current socket.
    pub asked_to_join: bool,
    /// The time at which the page gets the last pending state of a connection.
    pub last_state_at: Duration,
    /// The time until which the page is stopped.
    pub asleep_until: Duration,
    /// The page that replaced this one after it was killed.
    pub successor: Option<usize>,
    pub person: Person,
    pub diary: Diary,
    pub stages: Stages,
    /// The number of captures that the browser will refuse.
    pub refusals: u8,
    sockets: u32,
    me: Option<PeerId>,
    tracks: BTreeMap<TrackId, Source>,
    captured: u32,
    /// True if other pages of the browser can find the call.
    announced: bool,
}

impl Page {
    pub fn new(number: usize, secret: RoomSecret, seed: [u8; 32], channel: ChannelSupport) -> Self {
        let name = Name::new(&format!("Person {number}"));
        Self {
            call: Call::new(Settings {
                secret,
                seed,
                name,
                preferences: Preferences::default(),
                machine: None,
                capabilities: Capabilities { peer_connections: true },
                policy: Policy::default(),
            }),
            browser: Browser::new(number, channel),
            socket: None,
            asked_to_join: false,
            last_state_at: Duration::ZERO,
            asleep_until: Duration::ZERO,
            successor: None,
            person: Person::default(),
            diary: Diary::default(),
            stages: Stages::default(),
            refusals: 0,
            sockets: 0,
            me: None,
            tracks: BTreeMap::new(),
            captured: 0,
            announced: false,
        }
    }

    /// Returns the page's id, once it has sent its secret.
    pub fn me(&self) -> PeerId {
        self.me.unwrap_or(PeerId::from_bytes([0; 16]))
    }

    pub fn is_alive(&self) -> bool {
        self.successor.is_none()
    }

    /// Returns the deadline of the page's timer; `None` while the page is stopped.
    pub fn deadline(&self) -> Option<Duration> {
        if !self.is_alive() {
            return None;
        }
        self.call.deadline().map(|at| at.max(self.asleep_until))
    }

    pub fn next_socket(&mut self) -> u32 {
        self.sockets += 1;
        self.socket = Some(self.sockets);
        self.sockets
    }

    pub fn live_tracks(&self) -> BTreeMap<Source, TrackId> {
        self.tracks.iter().map(|(track, source)| (*source, *track)).collect()
    }

    pub fn shares_screen(&self) -> bool {
        self.sources().screen == SourceState::On
    }

    /// Returns the sources that peers should see.
    pub fn sources(&self) -> SourceStates {
        let me = &self.call.view().me;
        let state = |local| match local {
            Local::On(_) => SourceState::On,
            Local::Muted(_) | Local::Silenced(_) => SourceState::Muted,
            Local::Off | Local::Starting | Local::Failed(_) => SourceState::Off,
        };
        let has_audio = self.live_tracks().contains_key(&Source::ScreenAudio);
        let screen_audio = if has_audio { SourceState::On } else { SourceState::Off };
        SourceStates {
            microphone: state(me.microphone),
            camera: state(me.camera),
            screen: state(me.screen),
            screen_audio,
        }
    }

    fn capture(&mut self, target: CaptureTarget, capture: CaptureId) -> CaptureEvent {
        let sources: &[Source] = match target {
            CaptureTarget::MicrophoneAndCamera => &[Source::Microphone, Source::Camera],
            CaptureTarget::Microphone => &[Source::Microphone],
            CaptureTarget::Camera => &[Source::Camera],
            CaptureTarget::Screen if self.captured.is_multiple_of(2) => &[Source::Screen],
            CaptureTarget::Screen => &[Source::Screen, Source::ScreenAudio],
        };
        let tracks = sources
            .iter()
            .map(|source| {
                self.captured += 1;
                let track = TrackId(self.captured);
                self.tracks.insert(track, *source);
                let stream = StreamId(self.captured);
                LocalTrack {
                    source: *source,
                    track,
                    stream,
                    device: None,
                    height: CAPTURED,
                    muted: false,
                }
            })
            .collect();
        CaptureEvent::Captured { capture, tracks }
    }
}

impl World {
    /// Carries out an effect as the driver and the browser would.
    pub(super) fn run(&mut self, number: usize, effect: Effect) {
        let page = &mut self.pages[number];
        match effect {
            Effect::OpenSocket => self.open_socket(number),
            Effect::CloseSocket => self.close_socket(number),
            Effect::Send(message) => {
                if let tincan_call::protocol::ClientMessage::Join { secret, .. } = &message {
                    page.me = Some(secret.peer_id());
                    page.asked_to_join = true;
                }
                self.watch_chat(number, &message);
                self.send(number, message);
            }
            Effect::Capture { capture, target, .. } => {
                let event = if page.refusals > 0 {
                    page.refusals -= 1;
                    let error = CAPTURE_ERRORS[self.random.usize(0..CAPTURE_ERRORS.len())];
                    CaptureEvent::Failed { capture, error }
                } else {
                    page.capture(target, capture)
                };
                let input = Input::Capture(event);
                self.after(500, number, input);
            }
            Effect::EnableTrack { track, .. } => {
                assert!(page.tracks.contains_key(&track), "a track that is gone is switched");
            }
            Effect::HintTrack { track, .. } => {
                assert!(page.tracks.contains_key(&track), "a track that is gone is hinted at");
            }
            // The videos of a world keep their size.
            Effect::MeasureTracks | Effect::Feature(_) => {}
            Effect::FindOtherCall => {
                let busy = self.random.u8(0..10) == 0;
                self.after(100, number, Input::OtherCall(busy));
            }
            Effect::ProbeServer => {
                // Sometimes there is no answer.
                if self.random.u8(0..8) > 0 {
                    let found = self.now >= self.down_until;
                    self.after(300, number, Input::ServerProbed(found));
                }
            }
            Effect::AnnounceCall(on) => {
                assert_ne!(page.announced, on, "announced twice");
                page.announced = on;
            }
            Effect::Connection { peer, connection, operation: Operation::Measure } => {
                let now = if self.now < self.stalled_until { None } else { Some(self.now) };
                // Received data is counted in tenths of a second.
                let arrived = page.browser.arrived((peer, connection), now);
                let available = if self.is_fault_free {
                    9000
                } else {
                    [50, 300, 3000][self.random.usize(0..3)]
                };
                let sample = Sample {
                    bytes_sent: self.now.as_secs() * 100_000,
                    arrived: Some(arrived),
                    available: Some(available),
                    ..Sample::default()
                };
                let event = ConnectionEvent::Measured(sample);
                self.after(80, number, connection_event((peer, connection), event));
            }
            Effect::StopTrack(track) => {
                assert!(page.tracks.remove(&track).is_some(), "a track is stopped twice");
            }
            Effect::OpenConnection { peer, connection, ice_servers, transport } => {
                let relayed = ice_servers.iter().any(|server| server.credential.is_some());
                assert!(relayed || transport == TransportPolicy::All, "there is no relay");
                page.browser.open((peer, connection), transport);
            }
            Effect::CloseConnection { peer, connection } => {
                self.close_transport(number, (peer, connection));
                self.pages[number].browser.close((peer, connection));
            }
            Effect::Connection {
                peer,
                connection,
                operation: Operation::SendMessage { text, max_buffered },
            } => self.send_by_channel(number, (peer, connection), text, max_buffered),
            Effect::Connection { peer, connection, operation: Operation::CloseChannel } => {
                self.close_channel(number, (peer, connection), false);
            }
            Effect::Connection { peer, connection, operation } => {
                let key = (peer, connection);
                if gathers(&operation) {
                    let phase = page.call.view().phase;
                    assert_eq!(phase, Phase::InCall, "candidates are gathered before the call");
                }
                let fail = self.random.f64() < self.failures;
                let events = page.browser.operate(key, operation, fail);
                for event in events {
                    self.after(80, number, connection_event(key, event));
                }
            }
        }
    }

    /// Loads the code of connections on most pages, before or after they have joined.
    pub(super) fn load_connections(&mut self, page: usize) {
        if self.random.u8(0..4) > 0 {
            self.after(3000, page, Input::ConnectionsLoaded);
        }
    }

    /// Gives a page an input within `millis` milliseconds.
    fn after(&mut self, millis: u64, page: usize, input: Input) {
        let at = self.now + Duration::from_millis(self.random.u64(0..millis));
        self.schedule(at, Event::ToPage { page, input });
    }
}

/// Returns `true` if the browser gathers candidates from this operation on.
fn gathers(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::CreateOffer { applied: OfferApplied::AtOnce, .. }
            | Operation::ApplyAnswer { .. }
            | Operation::AcceptAnswer { .. }
    )
}

pub fn connection_event(
    (peer, connection): (PeerId, ConnectionId),
    event: ConnectionEvent,
) -> Input {
    Input::Connection { peer, connection, event }
}

pub fn state_changed(key: Key, state: ConnectionState) -> Input {
    connection_event(key, ConnectionEvent::StateChanged(state))
}
