//! Presence in a room: the socket, the roster, and the ends of a call.

use std::time::Duration;

use crate::support::{Bench, CallIs, enter, track};
use tincan_call::protocol::{
    ClientMessage, ErrorCode, FeatureMessage, IDLE_TIMEOUT_SECONDS, IceServer, Name, PeerMessage,
    PeerSecret, PeerState, ServerMessage, Source, SourceStates, VERSION,
};
use tincan_call::{
    CaptureEvent, CaptureId, Command, ConnectionEvent, ConnectionState, Effect, EndReason, Input,
    LinkState, Operation, Phase, Signaling, SocketEvent, TrackId,
};

fn refusal(code: ErrorCode) -> ServerMessage {
    ServerMessage::Error { code, message: String::new() }
}

#[test]
fn a_page_opens_the_socket_joins_and_is_online() {
    let mut bench = Bench::new(CallIs::Polite);
    assert_eq!(bench.view().phase, Phase::New);
    assert!(bench.command(enter()).contains(&Effect::OpenSocket));
    assert_eq!(bench.view().signaling, Signaling::Connecting);
    let effects = bench.socket(SocketEvent::Opened);
    assert!(matches!(&effects[..], [Effect::Send(ClientMessage::Join { v: VERSION, .. })]));
    bench.join_room(vec![]);
    assert_eq!((bench.view().signaling, bench.view().phase), (Signaling::Online, Phase::Lobby));
}

#[test]
fn a_lost_socket_reconnects_at_once_and_then_with_backoff() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.wait(15);
    assert_eq!(bench.socket(SocketEvent::Closed), [Effect::OpenSocket], "at once");
    assert_eq!(bench.view().signaling, Signaling::Reconnecting);
    let mut waits = Vec::new();
    for _ in 0..6 {
        bench.socket(SocketEvent::Closed);
        let lost = bench.now;
        bench.now = bench.call.deadline().unwrap();
        assert!(bench.input(Input::Timeout).contains(&Effect::OpenSocket));
        waits.push(bench.now.saturating_sub(lost));
    }
    for (wait, full) in waits.iter().zip([0.5, 1.0, 2.0, 4.0, 8.0, 15.0]) {
        let seconds = wait.as_secs_f64();
        assert!(seconds <= full && seconds > full / 2.0, "{seconds} of {full}");
    }
    bench.socket(SocketEvent::Closed);
    assert!(bench.input(Input::Awake).contains(&Effect::OpenSocket), "at once when awake");
}

#[test]
fn a_short_connection_does_not_reset_the_backoff() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.socket(SocketEvent::Closed);
    bench.join_room(vec![]);
    assert_eq!(
        bench.socket(SocketEvent::Closed),
        [],
        "it was not online for long: this loss is not the first"
    );
}

#[test]
fn a_silent_server_is_pinged_and_then_given_up() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    assert_eq!(bench.wait(20), [Effect::Send(ClientMessage::Ping)]);
    bench.server(ServerMessage::Pong);
    assert_eq!(bench.wait(20), [Effect::Send(ClientMessage::Ping)]);
    let effects = bench.wait(10);
    assert_eq!(effects[..2], [Effect::CloseSocket, Effect::OpenSocket]);
}

/// Lets others send messages every `interval` seconds for two minutes. `ping` is answered if
/// `answered`. Returns the times at which the page sent something, and the other effects.
fn listen(bench: &mut Bench, interval: u64, answered: bool) -> (Vec<Duration>, Vec<Effect>) {
    let start = bench.now;
    let (mut sent, mut others) = (vec![start], Vec::new());
    let mut revision = 10;
    for second in 1..=120_u64 {
        let mut effects = bench.wait(1);
        if second.is_multiple_of(interval) {
            revision += 1;
            effects.extend(bench.receive(&PeerMessage::Feature(FeatureMessage::Viewport {
                revision,
                camera: 0,
                screen: 0,
            })));
        }
        for effect in effects {
            match effect {
                Effect::Send(message) => {
                    sent.push(bench.now);
                    if message == ClientMessage::Ping && answered {
                        bench.server(ServerMessage::Pong);
                    }
                }
                other => others.push(other),
            }
        }
        if !others.is_empty() {
            break;
        }
    }
    (sent, others)
}

#[test]
fn a_page_that_only_receives_pings_before_the_idle_timeout() {
    for interval in [1, 7, 15, 19, 20, 25] {
        let mut bench = Bench::in_lobby(CallIs::Polite);
        let (sent, others) = listen(&mut bench, interval, true);
        assert_eq!(others, [], "it stays connected");
        let idle = Duration::from_secs(u64::from(IDLE_TIMEOUT_SECONDS));
        let longest = sent.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).max();
        assert!(longest.is_some_and(|longest| longest < idle / 2), "{interval}: {sent:?}");
    }
}

#[test]
fn a_socket_that_receives_but_does_not_send_is_given_up() {
    for interval in [1, 5, 9, 15] {
        let mut bench = Bench::in_lobby(CallIs::Polite);
        let start = bench.now;
        let (_, others) = listen(&mut bench, interval, false);
        assert_eq!(others[..2], [Effect::CloseSocket, Effect::OpenSocket], "{interval}");
        let idle = Duration::from_secs(u64::from(IDLE_TIMEOUT_SECONDS));
        assert!(bench.now < start + idle, "{interval}: before the server does so");
    }
}

#[test]
fn a_pong_behind_other_messages_is_awaited() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    assert_eq!(bench.wait(20), [Effect::Send(ClientMessage::Ping)]);
    for revision in 1..=3 {
        assert_eq!(bench.wait(8), []);
        bench.receive(&PeerMessage::Feature(FeatureMessage::Viewport {
            revision,
            camera: 0,
            screen: 0,
        }));
    }
    assert_eq!(bench.server(ServerMessage::Pong), []);
    assert_eq!(bench.wait(19), []);
    assert_eq!(bench.wait(1), [Effect::Send(ClientMessage::Ping)]);
}

#[test]
fn a_socket_that_neither_opens_nor_joins_is_given_up() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(enter());
    assert!(bench.wait(10).contains(&Effect::CloseSocket));
    bench.socket(SocketEvent::Opened);
    assert!(bench.wait(10).contains(&Effect::CloseSocket));
}

#[test]
fn each_refusal_has_its_end() {
    for (code, end) in [
        (ErrorCode::Version, Some(EndReason::Version)),
        (ErrorCode::Replaced, Some(EndReason::Replaced)),
        (ErrorCode::RoomFull, Some(EndReason::RoomFull)),
        (ErrorCode::ShuttingDown, None),
        (ErrorCode::TooManyMessages, None),
        (ErrorCode::Unknown, None),
    ] {
        let mut bench = Bench::new(CallIs::Polite);
        bench.command(enter());
        bench.socket(SocketEvent::Opened);
        let effects = bench.server(refusal(code));
        assert!(effects.contains(&Effect::CloseSocket), "{code:?}");
        let expected = end.map_or(Phase::Lobby, Phase::Ended);
        assert_eq!(bench.view().phase, expected, "{code:?}");
        assert_eq!(bench.call.deadline().is_none(), end.is_some(), "{code:?}: it tries again");
    }
}

#[test]
fn a_room_that_is_full_when_a_page_comes_back_does_not_end_its_call() {
    let mut bench = Bench::connected(CallIs::Polite);
    bench.socket(SocketEvent::Closed);
    bench.socket(SocketEvent::Opened);
    bench.server(refusal(ErrorCode::RoomFull));
    assert_eq!(bench.view().phase, Phase::InCall);
    assert_eq!(bench.view().peers[0].link, LinkState::Connected);
}

#[test]
fn a_server_restart_leaves_media_alone_and_the_roster_is_reconciled() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.socket(SocketEvent::Closed);
    bench.wait(1);
    let effects = bench.join_room(vec![]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::CloseConnection { .. })));
    bench.wait(19);
    assert_eq!(bench.view().peers[0].link, LinkState::Connected, "nobody else is back yet");
    let peer = bench.peer;
    let effects = bench.server(ServerMessage::PeerJoined { peer });
    let sent = bench.sent(&effects);
    assert!(matches!(&sent[..], [PeerMessage::State(PeerState { in_call: true, .. })]), "{sent:?}");
}

#[test]
fn a_missing_peer_is_kept_while_media_flows_and_15_seconds_longer() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    bench.wait(100);
    assert_eq!(bench.view().peers.len(), 1);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Disconnected));
    bench.wait(14);
    assert_eq!(bench.view().peers.len(), 1);
    let effects = bench.wait(1);
    assert_eq!(bench.view().peers.len(), 0);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::CloseConnection { .. })));
}

#[test]
fn a_peer_who_hangs_up_is_removed_at_once_and_can_return() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = bench.receive(&PeerMessage::HangUp { revision: 9 });
    assert!(effects.iter().any(|effect| matches!(effect, Effect::CloseConnection { .. })));
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    assert_eq!(bench.view().peers.len(), 0);
    bench.server(ServerMessage::PeerJoined { peer });
    let state = |revision| {
        PeerMessage::State(PeerState {
            revision,
            name: Name::new("Bob"),
            in_call: true,
            sources: tincan_call::protocol::SourceStates::default(),
            machine: None,
        })
    };
    let effects = bench.receive(&state(10));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::OpenConnection { .. })));
}

#[test]
fn hanging_up_notifies_peers_and_releases_everything_in_order() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = bench.command(Command::HangUp);
    let sent = bench.sent(&effects);
    assert!(matches!(&sent[..], [PeerMessage::HangUp { .. }]), "{sent:?}");
    let place = |wanted: &dyn Fn(&Effect) -> bool| effects.iter().position(wanted).unwrap();
    let leave = place(&|effect| *effect == Effect::Send(ClientMessage::Leave));
    let close = place(&|effect| *effect == Effect::CloseSocket);
    assert!(place(&|effect| matches!(effect, Effect::CloseConnection { .. })) < close);
    assert!(leave < close);
    for track in [1, 2] {
        assert!(effects.contains(&Effect::StopTrack(TrackId(track))));
    }
    assert_eq!(bench.view().phase, Phase::Ended(EndReason::HungUp));
    assert_eq!(bench.call.deadline(), None, "nothing goes on");
    assert_eq!(bench.command(Command::SetCamera(true)), [], "and nothing starts");
    assert!(bench.command(enter()).contains(&Effect::OpenSocket), "but the lobby is open");
}

#[test]
fn new_servers_reach_every_connection() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let ice_servers = vec![IceServer {
        urls: vec!["stun:192.0.2.1".to_owned()],
        username: None,
        credential: None,
    }];
    let message = ServerMessage::IceServers { ice_servers: ice_servers.clone(), expires_in: None };
    let effects = bench.server(message.clone());
    assert!(matches!(
        &effects[..],
        [Effect::Connection { operation: Operation::SetIceServers(servers), .. }]
            if *servers == ice_servers
    ));
    assert_eq!(bench.server(message), [], "the same again is no news");
}

#[test]
fn a_name_and_a_muted_microphone_are_sent_once() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = bench.command(Command::SetName(Name::new("Grace")));
    let sent = bench.sent(&effects);
    assert!(
        matches!(&sent[..], [PeerMessage::State(PeerState { name, .. })] if name.as_str() == "Grace")
    );
    assert_eq!(bench.command(Command::SetName(Name::new("Grace"))), []);
    let effects = bench.command(Command::SetMicrophone(false));
    assert!(effects.contains(&Effect::EnableTrack { track: TrackId(1), enabled: false }));
    assert_eq!(bench.sent(&effects).len(), 1);
}

#[test]
fn a_roster_of_a_thousand_peers_is_truncated() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    for n in 0..1000_u32 {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        let peer = tincan_call::protocol::PeerId::from_bytes(bytes);
        bench.server(ServerMessage::PeerJoined { peer });
    }
    assert_eq!(bench.view().peers.len(), 32);
}

#[test]
fn the_view_is_the_same_rc_while_nothing_changes() {
    let mut bench = Bench::connected(CallIs::Polite);
    let before = bench.view();
    bench.server(ServerMessage::Pong);
    bench.now += Duration::from_secs(1);
    bench.input(Input::Timeout);
    assert!(std::rc::Rc::ptr_eq(&before, &bench.view()));
    bench.input(Input::Capture(CaptureEvent::Captured {
        capture: CaptureId(77),
        tracks: vec![track(Source::Camera, 9)],
    }));
    assert!(std::rc::Rc::ptr_eq(&before, &bench.view()), "a capture that nobody asked for");
}

#[test]
fn messages_after_leaving_are_ignored() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.command(Command::HangUp);
    assert_eq!(bench.view().signaling, Signaling::Off);
    assert_eq!(bench.server(refusal(ErrorCode::Idle)), []);
    assert_eq!(bench.view().phase, Phase::Ended(EndReason::HungUp));
    assert_eq!(bench.server(refusal(ErrorCode::Version)), []);
    assert_eq!(bench.view().phase, Phase::Ended(EndReason::HungUp));
}

#[test]
fn no_peer_is_present_before_the_page_has_joined() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(enter());
    bench.socket(SocketEvent::Opened);
    bench.server(ServerMessage::PeerJoined { peer: bench.peer });
    let ice_servers =
        vec![IceServer { urls: vec!["stun:a".to_owned()], username: None, credential: None }];
    bench.server(ServerMessage::IceServers { ice_servers, expires_in: None });
    assert_eq!(bench.view().peers, []);
}

/// Returns the revisions of the page's own states.
fn revisions(messages: &[PeerMessage]) -> Vec<u64> {
    messages
        .iter()
        .filter_map(|message| match message {
            PeerMessage::State(PeerState { revision, .. }) | PeerMessage::HangUp { revision } => {
                Some(*revision)
            }
            _ => None,
        })
        .collect()
}

#[test]
fn revisions_of_the_own_state_only_grow() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let mut last = 0;
    for command in [
        Command::SetName(Name::new("Grace")),
        Command::SetMicrophone(false),
        Command::SetMicrophone(true),
        Command::HangUp,
        enter(),
    ] {
        let mut effects = bench.command(command.clone());
        if command == enter() {
            effects = bench.join_room(vec![bench.peer]);
        }
        for revision in revisions(&bench.sent(&effects)) {
            assert!(revision > last, "{revision} after {last}");
            last = revision;
        }
    }
    assert!(last >= 5, "{last}");
}

#[test]
fn nothing_is_sent_to_absent_peers() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.server(ServerMessage::PeerLeft { peer: bench.peer });
    assert_eq!(bench.command(Command::SetName(Name::new("Grace"))), []);
    bench.server(ServerMessage::PeerJoined { peer: bench.peer });
    bench.socket(SocketEvent::Closed);
    let effects = bench.command(Command::SetName(Name::new("Mary")));
    let sends = effects.iter().any(|effect| matches!(effect, Effect::Send(_)));
    assert!(!sends, "{effects:?}");
}

#[test]
fn older_states_of_a_peer_are_ignored() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    let state = |revision| {
        PeerMessage::State(PeerState {
            revision,
            name: Name::new("Eve"),
            in_call: true,
            sources: SourceStates::default(),
            machine: None,
        })
    };
    bench.receive(&state(1));
    bench.receive(&PeerMessage::HangUp { revision: 1 });
    let peer = bench.view().peers[0].clone();
    assert_eq!((peer.name.as_str(), peer.in_call), ("Bob", true));
    bench.receive(&state(2));
    assert_eq!(bench.view().peers[0].name.as_str(), "Eve");
    bench.receive(&PeerMessage::HangUp { revision: 3 });
    assert!(!bench.view().peers[0].in_call);
}

#[test]
fn only_peers_missing_from_the_room_are_removed_after_a_while() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    let other = PeerSecret::from_bytes([77; 16]).peer_id();
    bench.server(ServerMessage::PeerJoined { peer: other });
    bench.socket(SocketEvent::Closed);
    bench.wait(1);
    bench.join_room(vec![other]);
    let ids = |bench: &Bench| bench.view().peers.iter().map(|peer| peer.id).collect::<Vec<_>>();
    bench.server(ServerMessage::Pong);
    bench.wait(15);
    assert_eq!(ids(&bench), [other]);
}

#[test]
fn messages_of_a_returning_peer_may_precede_its_arrival() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    let stale = bench.sealed(&PeerMessage::HangUp { revision: 1 });
    bench.peer_stands(false);
    bench.peer_stands(true);
    bench.server(ServerMessage::PeerLeft { peer: bench.peer });
    assert_eq!(bench.view().peers, []);
    bench.server(ServerMessage::PeerJoined { peer: bench.peer });
    assert!(bench.view().peers[0].in_call);
    // Older ones are ignored, too.
    bench.server(ServerMessage::Signal { from: bench.peer, payload: stale });
    assert!(bench.view().peers[0].in_call);
}

#[test]
fn leaving_the_room_forgets_all_peers() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.server(ServerMessage::PeerLeft { peer: bench.peer });
    bench.command(Command::HangUp);
    bench.command(enter());
    bench.join_room(vec![bench.peer]);
    assert_eq!(bench.view().peers[0].name, Name::default());
}

#[test]
fn other_pages_of_the_browser_can_find_a_call_as_long_as_it_lasts() {
    let announced = |effects: &[Effect]| {
        effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::AnnounceCall(on) => Some(*on),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    let mut bench = Bench::in_lobby(CallIs::Polite);
    let everything = |bench: &mut Bench, command| bench.everything(Input::Command(command));
    assert_eq!(
        announced(&everything(&mut bench, Command::SetMicrophone(false))),
        Vec::<bool>::new()
    );
    assert_eq!(announced(&everything(&mut bench, Command::Join)), [true]);
    assert_eq!(
        announced(&everything(&mut bench, Command::SetMicrophone(true))),
        Vec::<bool>::new()
    );
    assert_eq!(announced(&everything(&mut bench, Command::HangUp)), [false]);
}
