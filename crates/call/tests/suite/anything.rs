//! Arbitrary inputs in any order: the call does not panic, and emits no invalid effect.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::support::{Bench, CallIs, both_devices, candidate, enter, track};
use proptest::prelude::*;
use tincan_call::features::{FileCommand, FileError, FileEvent, FileId, PickedFile, StoredFile};
use tincan_call::protocol::feature::Reaction;
use tincan_call::protocol::{
    Answer, ConnectionId, ErrorCode, FeatureMessage, FileAnswer, FileName, Name, NegotiationId,
    NegotiationMessage, Offer, PeerId, PeerMessage, PeerState, RingId, RingMessage, ServerMessage,
    Source, SourceState, SourceStates, TransferId, to_json,
};
use tincan_call::{
    CaptureError, CaptureEvent, CaptureId, ChannelEvent, Command, ConnectionEvent, ConnectionState,
    DeviceId, DeviceInfo, DeviceKind, Effect, FeatureCommand, FeatureInput, Flow, IceServerError,
    IceServerKind, Input, Operation, Permission, Permissions, Preferences, Sample, Section,
    SocketEvent, StreamId, TrackId,
};

/// A step of the test.
#[derive(Debug, Clone)]
enum Step {
    Input(Input),
    File(FileCommand),
    Server(ServerMessage),
    /// The other page sends a message that can be opened.
    Receive(PeerMessage),
    Joined {
        with_peer: bool,
    },
    PeerComes,
    PeerGoes,
    Retry,
    Event(u64, ConnectionEvent),
    /// The person sets the volume of the peer, or the page's layout changes.
    Volume(u8),
    Heard(bool),
    Shown(Source, u32),
    Wait(u64),
}

fn number() -> impl Strategy<Value = u64> {
    0_u64..6
}

fn sdp() -> impl Strategy<Value = String> {
    prop_oneof![Just("a=ice-ufrag:bob\n".to_owned()), Just(String::new()), ".{0,40}"]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => Just(enter()),
        4 => Just(Command::Join),
        1 => Just(Command::HangUp),
        2 => Just(Command::Call),
        1 => Just(Command::Cancel),
        1 => Just(Command::Accept),
        1 => Just(Command::AcceptWithoutCamera),
        1 => Just(Command::Leave),
        1 => Just(Command::Suspend),
        2 => Just(Command::Resume),
        1 => any::<bool>().prop_map(Command::Talk),
        1 => Just(Command::Decline),
        1 => Just(Command::UseOffered),
        1 => Just(Command::RetryDevices),
        1 => Just(Command::DismissNotice),
        1 => Just(Command::DismissRing),
        1 => number().prop_map(|id| Command::SpeakerRefused(DeviceId(id.to_string()))),
        1 => preferences().prop_map(Command::SetPreferences),
        1 => any::<bool>().prop_map(Command::SetMicrophone),
        1 => any::<bool>().prop_map(Command::SetCamera),
        2 => any::<bool>().prop_map(Command::SetScreen),
        1 => ".{0,60}".prop_map(|name| Command::SetName(Name::new(&name))),
        2 => any::<bool>().prop_map(|up| Command::Feature(FeatureCommand::SetHand(up))),
        2 => proptest::sample::select(&Reaction::ALL[..])
            .prop_map(|reaction| Command::Feature(FeatureCommand::React(reaction))),
        1 => any::<bool>().prop_map(|shown| Command::Feature(FeatureCommand::ShowNumbers(shown))),
        2 => ".{0,60}".prop_map(|text| Command::Feature(FeatureCommand::SendChat(text.into()))),
        1 => any::<bool>().prop_map(|open| Command::Feature(FeatureCommand::ShowChat(open))),
        1 => any::<[u8; 16]>().prop_map(|id| Command::RetryLink(PeerId::from_bytes(id))),
    ]
}

/// An offer, or one that no page makes.
fn transfer() -> impl Strategy<Value = TransferId> {
    (0_u8..3).prop_map(|id| TransferId::from_bytes([id; 16]))
}

fn file_name() -> impl Strategy<Value = FileName> {
    ".{0,60}".prop_map(|name| FileName::new(&name))
}

fn file_message() -> impl Strategy<Value = FeatureMessage> {
    prop_oneof![
        (transfer(), file_name(), any::<u64>())
            .prop_map(|(transfer, name, size)| FeatureMessage::FileOffer { transfer, name, size }),
        transfer().prop_map(|transfer| FeatureMessage::FileWithdrawn { transfer }),
        (transfer(), proptest::sample::select(&FileAnswer::ALL[..]))
            .prop_map(|(transfer, answer)| FeatureMessage::FileAnswer { transfer, answer }),
    ]
}

fn file_command() -> impl Strategy<Value = FileCommand> {
    let file = (0_u8..4, file_name(), any::<u64>()).prop_map(|(id, name, size)| PickedFile {
        id: FileId([id; 16]),
        name,
        size,
    });
    prop_oneof![
        // The test names the receiver.
        proptest::collection::vec(file, 0..3)
            .prop_map(|files| FileCommand::Send { to: Vec::new(), files }),
        transfer().prop_map(FileCommand::Accept),
        transfer().prop_map(FileCommand::Decline),
        transfer().prop_map(FileCommand::Cancel),
        transfer().prop_map(FileCommand::Save),
        transfer().prop_map(FileCommand::Forget),
    ]
}

fn file_event() -> impl Strategy<Value = FileEvent> {
    let part = (transfer(), any::<[u8; 16]>(), file_name(), any::<u64>(), any::<u64>()).prop_map(
        |(transfer, sender, name, size, stored)| StoredFile {
            transfer,
            sender: PeerId::from_bytes(sender),
            sender_name: Name::default(),
            name,
            size,
            stored,
        },
    );
    prop_oneof![
        proptest::collection::vec(part, 0..3).prop_map(FileEvent::Found),
        (transfer(), any::<u64>()).prop_map(|(id, bytes)| FileEvent::Progress(id, bytes)),
        transfer().prop_map(FileEvent::Received),
        transfer().prop_map(|id| FileEvent::Failed(id, FileError::NoSpace)),
        transfer().prop_map(FileEvent::Interrupted),
    ]
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![
        Just(Source::Microphone),
        Just(Source::Camera),
        Just(Source::Screen),
        Just(Source::ScreenAudio),
    ]
}

fn capture_error() -> impl Strategy<Value = CaptureError> {
    prop_oneof![
        Just(CaptureError::NotAllowed),
        Just(CaptureError::NotFound),
        Just(CaptureError::NotReadable),
        Just(CaptureError::OverConstrained),
        Just(CaptureError::InsecureContext),
        Just(CaptureError::NotSupported),
        Just(CaptureError::BlockedBySystem),
        Just(CaptureError::Other),
    ]
}

fn error_code() -> impl Strategy<Value = ErrorCode> {
    prop_oneof![
        Just(ErrorCode::Version),
        Just(ErrorCode::RoomFull),
        Just(ErrorCode::Replaced),
        Just(ErrorCode::Malformed),
        Just(ErrorCode::UnknownType),
        Just(ErrorCode::TooLarge),
        Just(ErrorCode::TooManyMessages),
        Just(ErrorCode::TooSlow),
        Just(ErrorCode::OutOfOrder),
        Just(ErrorCode::Idle),
        Just(ErrorCode::ShuttingDown),
        Just(ErrorCode::Unknown),
    ]
}

fn state() -> impl Strategy<Value = SourceState> {
    prop_oneof![Just(SourceState::Off), Just(SourceState::On), Just(SourceState::Muted)]
}

fn capture() -> impl Strategy<Value = CaptureEvent> {
    // The driver never gives two tracks the same id.
    let tracks = proptest::collection::vec((source(), any::<u32>()), 0..4);
    prop_oneof![
        4 => (0_u32..6, tracks).prop_map(|(id, tracks)| CaptureEvent::Captured {
            capture: CaptureId(id),
            tracks: tracks.into_iter().map(|(source, id)| track(source, id)).collect(),
        }),
        2 => (0_u32..6, capture_error()).prop_map(|(id, error)| CaptureEvent::Failed {
            capture: CaptureId(id),
            error,
        }),
        1 => any::<u32>().prop_map(|id| CaptureEvent::Ended(TrackId(id))),
        1 => (0_u32..6).prop_map(|id| CaptureEvent::Ended(TrackId(id))),
        2 => (0_u32..6, any::<bool>())
            .prop_map(|(id, muted)| CaptureEvent::SystemMuted { track: TrackId(id), muted }),
        1 => (0_u32..6, any::<u32>())
            .prop_map(|(id, height)| CaptureEvent::Resized { track: TrackId(id), height }),
    ]
}

fn permissions() -> impl Strategy<Value = Permissions> {
    let permission = || {
        prop_oneof![
            Just(Permission::Granted),
            Just(Permission::Prompt),
            Just(Permission::Denied),
            Just(Permission::Unknown)
        ]
    };
    (permission(), permission()).prop_map(|(microphone, camera)| Permissions { microphone, camera })
}

fn event() -> impl Strategy<Value = ConnectionEvent> {
    let state = prop_oneof![
        Just(ConnectionState::Connected),
        Just(ConnectionState::Disconnected),
        Just(ConnectionState::Failed),
        Just(ConnectionState::Closed),
    ];
    prop_oneof![
        (number(), sdp()).prop_map(|(id, sdp)| ConnectionEvent::OfferCreated {
            negotiation: NegotiationId(id),
            sdp,
            sources: both_devices(),
        }),
        (number(), sdp()).prop_map(|(id, sdp)| ConnectionEvent::AnswerCreated {
            negotiation: NegotiationId(id),
            sdp,
        }),
        number().prop_map(|id| ConnectionEvent::AnswerApplied { negotiation: NegotiationId(id) }),
        number().prop_map(|id| ConnectionEvent::AnswerAccepted { negotiation: NegotiationId(id) }),
        number()
            .prop_map(|id| ConnectionEvent::NegotiationFailed { negotiation: NegotiationId(id) }),
        Just(ConnectionEvent::CandidateFound(candidate("ada"))),
        Just(ConnectionEvent::ClosedByPeer),
        any::<u16>().prop_map(|code| ConnectionEvent::ServerFailed(IceServerError {
            server: IceServerKind::TurnTcp,
            code,
        })),
        (source(), 0_u32..6).prop_map(|(source, stream)| ConnectionEvent::TrackReceived {
            source,
            stream: StreamId(stream),
        }),
        sections().prop_map(ConnectionEvent::SectionsAgreed),
        sample().prop_map(ConnectionEvent::Measured),
        state.prop_map(ConnectionEvent::StateChanged),
        channel().prop_map(ConnectionEvent::Channel),
    ]
}

fn channel() -> impl Strategy<Value = ChannelEvent> {
    let text = prop_oneof![
        Just(r#"{"type":"hello"}"#.to_owned()),
        (number(), any::<u32>()).prop_map(|(revision, height)| format!(
            r#"{{"type":"viewport","revision":{revision},"camera":{height},"screen":0}}"#
        )),
        (number(), any::<u64>()).prop_map(|(received, first)| format!(
            r#"{{"type":"chat","received":{received},"first":{first},"messages":["a",1]}}"#
        )),
        ".{0,40}",
    ];
    prop_oneof![
        Just(ChannelEvent::Opened),
        proptest::option::of(text).prop_map(ChannelEvent::Received),
        file_message().prop_map(|message| ChannelEvent::Received(to_json(&message))),
        Just(ChannelEvent::Congested),
        Just(ChannelEvent::Drained),
        Just(ChannelEvent::Closed),
    ]
}

fn sections() -> impl Strategy<Value = Vec<Section>> {
    let flow = || prop_oneof![Just(Flow::Open), Just(Flow::NoCodec), Just(Flow::Closed)];
    let source = prop_oneof![Just(Source::Microphone), Just(Source::Camera), Just(Source::Screen)];
    let section = (source, flow(), flow()).prop_map(|(source, sending, receiving)| Section {
        source,
        sending,
        receiving,
    });
    proptest::collection::vec(section, 0..4)
}

fn ring() -> impl Strategy<Value = RingId> {
    prop_oneof![4 => number(), 1 => any::<u64>()].prop_map(RingId)
}

fn preferences() -> impl Strategy<Value = Preferences> {
    (number(), any::<bool>()).prop_map(|(device, echo_cancellation)| Preferences {
        microphone: Some(DeviceId(device.to_string())),
        camera: (device % 2 == 0).then(|| DeviceId(device.to_string())),
        echo_cancellation,
        ..Preferences::default()
    })
}

fn devices() -> impl Strategy<Value = Vec<DeviceInfo>> {
    let kind = prop_oneof![
        Just(DeviceKind::Microphone),
        Just(DeviceKind::Camera),
        Just(DeviceKind::Speaker)
    ];
    let device = (kind, number(), "[a-z]{0,3}").prop_map(|(kind, id, label)| DeviceInfo {
        kind,
        id: DeviceId(id.to_string()),
        label,
    });
    proptest::collection::vec(device, 0..5)
}

fn sample() -> impl Strategy<Value = Sample> {
    (
        any::<u64>(),
        any::<u64>(),
        proptest::option::of(0..4_u64),
        proptest::option::of(any::<u32>()),
        proptest::option::of(any::<u8>()),
        any::<[u64; 5]>(),
        (proptest::option::of(any::<Duration>()), any::<Duration>()),
    )
        .prop_map(
            |(bytes_sent, bytes_received, arrived, available, lost_percent, counts, times)| {
                let [
                    packets_received,
                    packets_lost,
                    audio_packets,
                    audio_samples,
                    concealed_samples,
                ] = counts;
                Sample {
                    bytes_sent,
                    bytes_received,
                    arrived,
                    available,
                    lost_percent,
                    round_trip: times.0,
                    packets_received,
                    packets_lost,
                    jitter: times.0,
                    audio_packets,
                    audio_samples,
                    concealed_samples,
                    frozen: times.1,
                    same_machine: false,
                }
            },
        )
}

fn peer_message() -> impl Strategy<Value = PeerMessage> {
    let id = || number().prop_map(ConnectionId);
    prop_oneof![
        4 => (number(), any::<bool>(), state(), state()).prop_map(
            |(revision, in_call, microphone, screen)| PeerMessage::State(PeerState {
                revision,
                name: Name::default(),
                in_call,
                sources: SourceStates { microphone, screen, ..SourceStates::default() },
                machine: None,
            })
        ),
        1 => ring().prop_map(|ring| PeerMessage::Ring(RingMessage::Invite { ring })),
        1 => ring().prop_map(|ring| PeerMessage::Ring(RingMessage::Accept { ring })),
        1 => ring().prop_map(|ring| PeerMessage::Ring(RingMessage::Decline { ring })),
        1 => ring().prop_map(|ring| PeerMessage::Ring(RingMessage::Cancel { ring })),
        1 => ring().prop_map(|ring| PeerMessage::Ring(RingMessage::Busy { ring })),
        1 => (number(), any::<u32>(), any::<u32>()).prop_map(|(revision, camera, screen)| {
            PeerMessage::Feature(FeatureMessage::Viewport { revision, camera, screen })
        }),
        2 => (number(), proptest::option::of(any::<u64>())).prop_map(|(revision, order)| {
            PeerMessage::Feature(FeatureMessage::Hand { revision, order })
        }),
        2 => proptest::sample::select(&Reaction::ALL[..]).prop_map(|reaction| {
            PeerMessage::Feature(FeatureMessage::Reaction { reaction })
        }),
        1 => any::<u64>().prop_map(|revision| PeerMessage::HangUp { revision }),
        4 => (id(), proptest::option::of(id()), any::<u64>(), sdp()).prop_map(
            |(connection, to, negotiation, sdp)| PeerMessage::Negotiation(NegotiationMessage::Offer(Offer {
                connection,
                to,
                negotiation: NegotiationId(negotiation),
                sdp,
                sources: both_devices(),
            }))
        ),
        2 => (id(), number(), proptest::option::of(number()), sdp()).prop_map(
            |(connection, negotiation, voids, sdp)| PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
                connection,
                negotiation: NegotiationId(negotiation),
                voids: voids.map(NegotiationId),
                sdp,
            }))
        ),
        2 => id().prop_map(|connection| PeerMessage::Negotiation(NegotiationMessage::Candidate {
            connection,
            candidate: candidate("bob"),
        })),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => command().prop_map(|command| Step::Input(Input::Command(command))),
        3 => capture().prop_map(|event| Step::Input(Input::Capture(event))),
        2 => Just(Step::Input(Input::Socket(SocketEvent::Opened))),
        1 => Just(Step::Input(Input::Socket(SocketEvent::Closed))),
        1 => Just(Step::Input(Input::Awake)),
        1 => Just(Step::Input(Input::NetworkChanged)),
        1 => Just(Step::Input(Input::Timeout)),
        1 => any::<bool>().prop_map(|found| Step::Input(Input::ServerProbed(found))),
        1 => any::<bool>().prop_map(|busy| Step::Input(Input::OtherCall(busy))),
        1 => permissions()
            .prop_map(|permissions| Step::Input(Input::Permissions(permissions))),
        1 => devices().prop_map(|devices| Step::Input(Input::Devices(devices))),
        2 => error_code().prop_map(|code| Step::Server(ServerMessage::Error { code, message: String::new() })),
        1 => (any::<[u8; 16]>(), ".{0,80}").prop_map(|(id, payload)| {
            Step::Server(ServerMessage::Signal { from: PeerId::from_bytes(id), payload })
        }),
        4 => any::<bool>().prop_map(|with_peer| Step::Joined { with_peer }),
        2 => Just(Step::PeerComes),
        1 => Just(Step::PeerGoes),
        2 => Just(Step::Retry),
        3 => file_command().prop_map(Step::File),
        3 => file_event().prop_map(|event| {
            Step::Input(Input::Feature(FeatureInput::Files(event)))
        }),
        1 => (0..=100_u8).prop_map(Step::Volume),
        1 => any::<bool>().prop_map(Step::Heard),
        2 => (source(), any::<u32>()).prop_map(|(source, height)| Step::Shown(source, height)),
        8 => peer_message().prop_map(Step::Receive),
        8 => (number(), event()).prop_map(|(connection, event)| Step::Event(connection, event)),
        3 => (0_u64..30).prop_map(Step::Wait),
    ]
}

/// The state that results from all effects so far. Each new effect is checked against it.
#[derive(Default)]
struct Ledger {
    /// The open connections, each with its pending operation.
    open: BTreeMap<ConnectionId, Option<NegotiationId>>,
    stopped: BTreeSet<TrackId>,
    captures: BTreeSet<CaptureId>,
}

impl Ledger {
    fn take(&mut self, effect: Effect) {
        match effect {
            Effect::OpenConnection { connection, .. } => {
                assert_eq!(self.open.insert(connection, None), None, "opened twice");
            }
            Effect::CloseConnection { connection, .. } => {
                assert!(self.open.remove(&connection).is_some(), "closed twice, or never open");
            }
            Effect::Connection { connection, operation, .. } => {
                let busy = self.open.get_mut(&connection).expect("an open connection");
                if let Operation::CreateOffer { negotiation, .. }
                | Operation::AcceptOffer { negotiation, .. }
                | Operation::ApplyAnswer { negotiation }
                | Operation::AcceptAnswer { negotiation, .. } = operation
                {
                    assert_eq!(busy.replace(negotiation), None, "two operations at once");
                }
            }
            Effect::Capture { capture, .. } => {
                assert!(self.captures.insert(capture), "one id for two captures");
            }
            Effect::StopTrack(track) => assert!(self.stopped.insert(track), "stopped twice"),
            Effect::OpenSocket
            | Effect::HintTrack { .. }
            | Effect::MeasureTracks
            | Effect::FindOtherCall
            | Effect::ProbeServer
            | Effect::AnnounceCall(_)
            | Effect::Send(_)
            | Effect::CloseSocket
            | Effect::EnableTrack { .. }
            | Effect::Feature(_) => {}
        }
    }

    /// Returns `true` if a browser can report this event: the result of a pending operation, or
    /// another event.
    fn allows(&mut self, connection: u64, event: &ConnectionEvent) -> bool {
        let busy = self.open.get_mut(&ConnectionId(connection));
        match event {
            ConnectionEvent::OfferCreated { negotiation, .. }
            | ConnectionEvent::AnswerCreated { negotiation, .. }
            | ConnectionEvent::AnswerApplied { negotiation }
            | ConnectionEvent::AnswerAccepted { negotiation }
            | ConnectionEvent::NegotiationFailed { negotiation } => match busy {
                Some(busy) if *busy == Some(*negotiation) => busy.take().is_some(),
                _ => true,
            },
            _ => true,
        }
    }
}

/// Returns the configuration, with `PROPTEST_CASES` cases if set.
fn config() -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 2000;
    }
    config
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_input_panics_or_causes_an_invalid_effect(
        polite in any::<bool>(),
        in_call in any::<bool>(),
        steps in proptest::collection::vec(step(), 1..80),
    ) {
        let call_is = if polite { CallIs::Polite } else { CallIs::Impolite };
        // From the beginning, or from the state in which a call spends most of its time.
        let (mut bench, effects) =
            if in_call { Bench::in_call(call_is) } else { (Bench::new(call_is), vec![]) };
        let mut ledger = Ledger::default();
        for effect in effects {
            ledger.take(effect);
        }
        let (me, peer) = (bench.me, bench.peer);
        for step in steps {
            let effects = match step {
                Step::Input(input) => bench.everything(input),
                Step::Server(message) => bench.server(message),
                Step::Receive(message) => bench.receive(&message),
                Step::Joined { with_peer } => bench.server(ServerMessage::Joined {
                    v: tincan_call::protocol::VERSION,
                    peer: me,
                    peers: if with_peer { vec![peer] } else { vec![] },
                    ice_servers: vec![],
                    expires_in: None,
                }),
                Step::PeerComes => bench.server(ServerMessage::PeerJoined { peer }),
                Step::File(mut command) => {
                    if let FileCommand::Send { to, .. } = &mut command {
                        to.push(peer);
                    }
                    bench.command(Command::Feature(FeatureCommand::Files(command)))
                }
                Step::Retry => bench.command(Command::RetryLink(peer)),
                Step::Volume(volume) => bench.command(Command::Feature(FeatureCommand::SetVolume(peer, volume))),
                Step::Heard(heard) => bench.command(Command::Feature(FeatureCommand::SetHeard(peer, heard))),
                Step::Shown(source, height) => {
                    bench.command(Command::Feature(FeatureCommand::SetShown { peer, source, height }))
                }
                Step::PeerGoes => bench.server(ServerMessage::PeerLeft { peer }),
                Step::Event(connection, event) if ledger.allows(connection, &event) => {
                    bench.event_of(connection, event)
                }
                Step::Event(..) => vec![],
                Step::Wait(seconds) => bench.wait(seconds),
            };
            for effect in effects {
                ledger.take(effect);
            }
            let soon = bench.now + Duration::from_mins(1);
            prop_assert!(bench.call.deadline().is_none_or(|at| at <= soon));
        }
        for effect in bench.command(Command::HangUp) {
            ledger.take(effect);
        }
        prop_assert!(ledger.open.is_empty(), "connections are left: {:?}", ledger.open);
    }
}
