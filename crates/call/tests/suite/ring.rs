//! Rings: each way in which one can begin, continue and end, for the caller and the callee.

use std::time::Duration;

use crate::support::capture::captured;
use crate::support::{Bench, CallIs, room};
use tincan_call::protocol::{
    Name, PeerId, PeerMessage, PeerSecret, PeerState, RingId, RingMessage, ServerMessage, Source,
    SourceStates,
};
use tincan_call::{
    CallOutcome, Command, DeviceId, DeviceInfo, DeviceKind, Effect, Envelopes, Input, Local,
    Notice, Phase, Ring, RingEnd, SocketEvent, StreamId, TrackId, View,
};

const RING: RingId = RingId(1);

/// Returns a page in the lobby, with another one that is in the lobby, too.
fn both_wait() -> Bench {
    let mut bench = Bench::new(CallIs::Impolite);
    bench.command(Command::Enter { microphone: false, camera: false });
    bench.join_room(vec![bench.peer]);
    bench.peer_stands(false);
    bench
}

/// Returns that page while it calls the other.
fn calling() -> Bench {
    let mut bench = both_wait();
    let effects = bench.command(Command::Call);
    assert_eq!(bench.sent(&effects), [PeerMessage::Ring(RingMessage::Invite { ring: RING })]);
    assert_eq!(bench.view().phase, Phase::Calling);
    bench
}

/// Returns that page while the other calls it.
fn ringing() -> Bench {
    let mut bench = both_wait();
    let effects = bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    assert!(effects.contains(&Effect::FindOtherCall));
    assert_eq!(bench.view().ring, Ring::None, "not before it is known that the person is free");
    bench.input(Input::OtherCall(false));
    assert_eq!(bench.view().ring, Ring::Incoming(vec![bench.peer]));
    bench
}

fn unanswered(answer: CallOutcome) -> Ring {
    Ring::Ended(RingEnd::Unanswered(vec![(Name::new("Bob"), answer)]))
}

fn missed() -> Ring {
    Ring::Ended(RingEnd::Missed(Name::new("Bob")))
}

/// Returns the phase and the ring of a view.
fn phase_and_ring(view: &View) -> (Phase, &Ring) {
    (view.phase, &view.ring)
}

fn opens_connection(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::OpenConnection { .. }))
}

#[test]
fn the_main_button_calls_if_others_wait_and_there_is_no_call() {
    let mut bench = Bench::new(CallIs::Impolite);
    bench.command(Command::Enter { microphone: false, camera: false });
    assert!(!bench.view().can_ring(), "nobody knows who is there");
    bench.join_room(vec![]);
    assert!(!bench.view().can_ring(), "nobody is there");
    let peer = bench.peer;
    bench.server(ServerMessage::PeerJoined { peer });
    bench.peer_stands(false);
    assert!(bench.view().can_ring());
    bench.peer_stands(true);
    assert!(!bench.view().can_ring(), "a call is on: one joins it");
    bench.command(Command::Call);
    assert_eq!(bench.view().phase, Phase::InCall);
}

#[test]
fn calling_an_empty_room_joins_it() {
    let mut bench = Bench::new(CallIs::Impolite);
    bench.command(Command::Enter { microphone: false, camera: false });
    bench.join_room(vec![]);
    bench.command(Command::Call);
    assert_eq!(bench.view().phase, Phase::InCall);
}

#[test]
fn an_unanswered_ring_opens_no_connection_on_either_side() {
    let mut bench = both_wait();
    assert!(!opens_connection(&bench.command(Command::Call)));
    assert!(!opens_connection(&bench.wait(60)));
    let mut bench = ringing();
    assert!(!opens_connection(&bench.wait(60)));
}

#[test]
fn accepting_connects_caller_and_callee() {
    let mut bench = calling();
    bench.receive(&PeerMessage::Ring(RingMessage::Accept { ring: RING }));
    assert_eq!(bench.view().phase, Phase::InCall);
    assert!(opens_connection(&bench.peer_stands(true)));

    let mut bench = ringing();
    let effects = bench.command(Command::Accept);
    assert!(!opens_connection(&effects), "the caller is not there yet");
    let sent = bench.sent(&effects);
    assert_eq!(sent[0], PeerMessage::Ring(RingMessage::Accept { ring: RING }));
    assert!(matches!(sent[1], PeerMessage::State(PeerState { in_call: true, .. })), "{sent:?}");
    assert_eq!(bench.view().phase, Phase::InCall);
    assert!(opens_connection(&bench.peer_stands(true)));
}

#[test]
fn being_in_the_call_counts_as_an_answer() {
    let mut bench = calling();
    bench.peer_stands(true);
    assert_eq!(bench.view().phase, Phase::InCall);
}

#[test]
fn each_refusal_returns_both_to_the_lobby() {
    for (message, answer) in [
        (PeerMessage::Ring(RingMessage::Decline { ring: RING }), CallOutcome::Declined),
        (PeerMessage::Ring(RingMessage::Busy { ring: RING }), CallOutcome::Busy),
        (PeerMessage::HangUp { revision: 9 }, CallOutcome::Gone),
    ] {
        let mut bench = calling();
        bench.receive(&message);
        assert_eq!(
            phase_and_ring(&bench.view()),
            (Phase::Lobby, &unanswered(answer)),
            "{message:?}"
        );
    }
    let mut bench = ringing();
    let effects = bench.command(Command::Decline);
    assert_eq!(bench.sent(&effects), [PeerMessage::Ring(RingMessage::Decline { ring: RING })]);
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &Ring::Ended(RingEnd::Declined)));
}

#[test]
fn a_person_in_another_call_is_busy_and_does_not_ring() {
    let mut bench = both_wait();
    bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    let effects = bench.input(Input::OtherCall(true));
    assert_eq!(bench.sent(&effects), [PeerMessage::Ring(RingMessage::Busy { ring: RING })]);
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &Ring::None));
}

#[test]
fn a_caller_who_gives_up_sends_cancel() {
    let mut bench = calling();
    let effects = bench.command(Command::Cancel);
    assert_eq!(bench.sent(&effects), [PeerMessage::Ring(RingMessage::Cancel { ring: RING })]);
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &Ring::Ended(RingEnd::Cancelled)));

    let mut bench = ringing();
    bench.receive(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &missed()));
    bench.command(Command::DismissRing);
    assert_eq!(bench.view().ring, Ring::None);
}

#[test]
fn the_outcome_of_a_ring_and_a_device_notice_are_dismissed_separately() {
    let speaker = |id: &str| DeviceInfo {
        kind: DeviceKind::Speaker,
        id: DeviceId(id.to_owned()),
        label: id.to_owned(),
    };
    let mut bench = ringing();
    bench.input(Input::Devices(vec![speaker("desk")]));
    bench.command(Command::Decline);
    bench.input(Input::Devices(vec![speaker("desk"), speaker("headset")]));
    let (declined, offered) = (Ring::Ended(RingEnd::Declined), Notice::Offered(speaker("headset")));
    let shown = |bench: &Bench| (bench.view().ring.clone(), bench.view().notice.clone());
    assert_eq!(shown(&bench), (declined.clone(), Some(offered.clone())));
    bench.command(Command::DismissRing);
    assert_eq!(shown(&bench), (Ring::None, Some(offered)));
    bench.command(Command::DismissNotice);
    assert_eq!(shown(&bench), (Ring::None, None));

    for (command, what) in [
        (Command::DismissNotice, "a notice that is dismissed says nothing of a ring"),
        (Command::UseOffered, "using a device is no answer to a ring"),
    ] {
        let mut bench = ringing();
        bench.input(Input::Devices(vec![speaker("desk")]));
        bench.command(Command::Decline);
        bench.input(Input::Devices(vec![speaker("desk"), speaker("headset")]));
        bench.command(command);
        assert_eq!(shown(&bench), (declined.clone(), None), "{what}");
    }
}

#[test]
fn a_ring_lasts_at_most_45_seconds() {
    let mut bench = calling();
    for seconds in [15, 10, 19] {
        bench.wait(seconds);
        bench.server(ServerMessage::Pong);
    }
    assert_eq!(bench.view().phase, Phase::Calling);
    let effects = bench.wait(1);
    let sent = bench.sent(&effects);
    assert_eq!(sent, [PeerMessage::Ring(RingMessage::Cancel { ring: RING })]);
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &unanswered(CallOutcome::NoAnswer)));

    // If its end is never received, it ends all the same.
    let mut bench = ringing();
    bench.wait(49);
    assert_eq!(bench.view().ring, Ring::Incoming(vec![bench.peer]));
    bench.wait(1);
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &missed()));
}

#[test]
fn simultaneous_calls_become_one_call() {
    let mut bench = calling();
    let effects = bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring: RingId(4) }));
    assert_eq!(bench.view().phase, Phase::InCall);
    assert!(
        bench.sent(&effects).contains(&PeerMessage::Ring(RingMessage::Accept { ring: RingId(4) }))
    );
    assert!(!effects.contains(&Effect::FindOtherCall), "nothing rings");
    let effects = bench.peer_stands(true);
    assert!(opens_connection(&effects));
    assert_eq!(bench.view().ring, Ring::None);
}

#[test]
fn a_page_that_disappears_is_kept_for_a_moment() {
    let mut bench = calling();
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    bench.wait(9);
    assert_eq!(bench.view().phase, Phase::Calling);
    bench.wait(1);
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &unanswered(CallOutcome::Gone)));

    // A caller whose page still runs is back at once.
    let mut bench = ringing();
    bench.server(ServerMessage::PeerLeft { peer });
    bench.wait_millis(1900);
    assert_eq!(bench.view().ring, Ring::Incoming(vec![peer]));
    bench.wait_millis(100);
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &missed()));
    bench.server(ServerMessage::PeerJoined { peer });
    bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    bench.input(Input::OtherCall(false));
    assert_eq!(bench.view().ring, Ring::Incoming(vec![peer]), "a late one rings again");
}

#[test]
fn the_outcome_of_a_ring_has_the_latest_name() {
    let mut bench = calling();
    let peer = bench.peer;
    let state = PeerState {
        revision: 2,
        name: Name::new("Bobby"),
        in_call: false,
        sources: SourceStates::default(),
        machine: None,
    };
    bench.receive(&PeerMessage::State(state));
    bench.server(ServerMessage::PeerLeft { peer });
    bench.wait(10);
    let outcome = vec![(Name::new("Bobby"), CallOutcome::Gone)];
    assert_eq!(bench.view().ring, Ring::Ended(RingEnd::Unanswered(outcome)));
}

#[test]
fn a_server_restart_does_not_end_a_ring() {
    let mut bench = calling();
    bench.socket(SocketEvent::Closed);
    bench.wait(1);
    bench.join_room(vec![]);
    assert_eq!(bench.view().phase, Phase::Calling);
    let peer = bench.peer;
    let effects = bench.server(ServerMessage::PeerJoined { peer });
    assert!(
        bench.sent(&effects).contains(&PeerMessage::Ring(RingMessage::Invite { ring: RING })),
        "told again"
    );
    bench.wait(20);
    assert_eq!(bench.view().phase, Phase::Calling);

    let mut bench = ringing();
    bench.socket(SocketEvent::Closed);
    bench.wait(1);
    bench.join_room(vec![peer]);
    bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    assert_eq!(bench.view().ring, Ring::Incoming(vec![peer]), "it rings on, and only once");
}

#[test]
fn a_caller_who_leaves_while_the_server_stops_still_rings() {
    for away in [1, 20] {
        let mut bench = ringing();
        let peer = bench.peer;
        bench.server(ServerMessage::PeerLeft { peer });
        bench.wait_millis(100);
        bench.socket(SocketEvent::Closed);
        bench.wait(away);
        bench.join_room(vec![]);
        bench.wait_millis(9900);
        assert_eq!(bench.view().ring, Ring::Incoming(vec![peer]), "{away} s");
        bench.wait_millis(100);
        assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &missed()), "{away} s");
    }
}

#[test]
fn a_lost_answer_is_repeated() {
    for (command, answer) in [
        (Command::Accept, PeerMessage::Ring(RingMessage::Accept { ring: RING })),
        (Command::Decline, PeerMessage::Ring(RingMessage::Decline { ring: RING })),
    ] {
        let mut bench = ringing();
        bench.command(command);
        let effects = bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
        assert_eq!(bench.sent(&effects), [answer]);
    }
}

#[test]
fn a_lost_cancel_is_repeated() {
    let mut bench = calling();
    bench.socket(SocketEvent::Closed);
    bench.command(Command::Cancel);
    bench.wait(1);
    let peer = bench.peer;
    let effects = bench.join_room(vec![peer]);
    assert!(bench.sent(&effects).contains(&PeerMessage::Ring(RingMessage::Cancel { ring: RING })));
}

#[test]
fn an_invite_after_its_cancel_does_not_ring() {
    let mut bench = both_wait();
    bench.receive(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    let effects = bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    assert_eq!(effects, []);
    assert_eq!(bench.view().ring, Ring::None);
    let effects = bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring: RingId(2) }));
    assert!(effects.contains(&Effect::FindOtherCall), "the next one does");
}

#[test]
fn simultaneous_accept_and_cancel_return_both_to_the_lobby() {
    // The caller's side: the answer arrives too late.
    let mut bench = calling();
    bench.command(Command::Cancel);
    bench.receive(&PeerMessage::Ring(RingMessage::Accept { ring: RING }));
    assert_eq!(bench.view().phase, Phase::Lobby);
    // The callee's side: the end of the ring arrives after the person has joined the call.
    let mut bench = ringing();
    bench.command(Command::Accept);
    assert_eq!(bench.view().phase, Phase::InCall);
    let effects = bench.receive(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &missed()));
    let sent = bench.sent(&effects);
    assert!(
        matches!(&sent[..], [PeerMessage::State(PeerState { in_call: false, .. })]),
        "{sent:?}"
    );
}

#[test]
fn accepting_a_caller_who_left_returns_to_the_lobby() {
    let mut bench = ringing();
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    bench.command(Command::Accept);
    bench.wait(10);
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &missed()));

    let mut bench = ringing();
    bench.command(Command::Accept);
    bench.receive(&PeerMessage::HangUp { revision: 9 });
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &missed()));
}

#[test]
fn resources_of_the_call_end_when_a_ring_returns_to_the_lobby() {
    for is_captured in [true, false] {
        let mut bench = ringing();
        bench.command(Command::SetMicrophone(true));
        captured(&mut bench, 1, &[(Source::Microphone, 1)]);
        bench.command(Command::SetMicrophone(false));
        bench.command(Command::Accept);
        bench.command(Command::Talk(true));
        bench.command(Command::SetScreen(true));
        let screen = [(Source::Screen, 2), (Source::ScreenAudio, 3)];
        if is_captured {
            captured(&mut bench, 2, &screen);
        }
        let mut effects = bench.receive(&PeerMessage::HangUp { revision: 9 });
        assert_eq!(bench.view().phase, Phase::Lobby);
        if !is_captured {
            effects.extend(captured(&mut bench, 2, &screen));
        }
        for track in [2, 3] {
            assert!(effects.contains(&Effect::StopTrack(TrackId(track))), "{effects:?}");
        }
        assert!(effects.contains(&Effect::EnableTrack { track: TrackId(1), enabled: false }));
        bench.command(Command::Join);
        let me = &bench.view().me;
        assert_eq!((me.microphone, me.screen), (Local::Muted(StreamId(1)), Local::Off));
    }
}

#[test]
fn a_callee_who_was_connected_stays_when_the_caller_leaves() {
    let mut bench = ringing();
    bench.command(Command::Accept);
    bench.peer_stands(true);
    bench.receive(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(bench.view().phase, Phase::InCall, "a late message");
    bench.receive(&PeerMessage::HangUp { revision: 9 });
    assert_eq!(bench.view().phase, Phase::InCall);
}

#[test]
fn a_call_that_the_caller_leaves_goes_on_for_the_callee() {
    let mut bench = ringing();
    bench.command(Command::Accept);
    bench.peer_stands(true);
    bench.receive(&PeerMessage::HangUp { revision: 9 });
    assert_eq!(bench.view().phase, Phase::InCall);
}

#[test]
fn an_uninvited_join_ends_the_ring() {
    let mut bench = Bench::new(CallIs::Impolite);
    bench.command(Command::Enter { microphone: false, camera: false });
    bench.join_room(vec![PeerId::from_bytes([200; 16])]);
    bench.command(Command::Call);
    let peer = bench.peer;
    bench.server(ServerMessage::PeerJoined { peer });
    assert_eq!(bench.view().phase, Phase::Calling);
    bench.peer_stands(true);
    assert_eq!(bench.view().phase, Phase::InCall);
}

#[test]
fn joining_without_accepting_outlasts_the_ring() {
    let mut bench = ringing();
    let effects = bench.command(Command::Join);
    assert!(bench.sent(&effects).contains(&PeerMessage::Ring(RingMessage::Accept { ring: RING })));
    bench.receive(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(bench.view().phase, Phase::InCall);
}

#[test]
fn messages_before_their_sender_is_listed_are_not_lost() {
    let mut bench = Bench::new(CallIs::Impolite);
    bench.command(Command::Enter { microphone: false, camera: false });
    bench.peer_stands(false);
    bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    let peer = bench.peer;
    let effects = bench.join_room(vec![peer]);
    assert!(effects.contains(&Effect::FindOtherCall));
    assert_eq!(bench.view().peers[0].name, Name::new("Bob"));
}

#[test]
fn an_invite_during_a_call_is_accepted_at_once() {
    let (mut bench, _) = Bench::in_call(CallIs::Impolite);
    bench.peer_stands(false);
    let effects = bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    assert_eq!(bench.sent(&effects), [PeerMessage::Ring(RingMessage::Accept { ring: RING })]);
    bench.receive(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(bench.view().phase, Phase::InCall, "they were there before");
}

#[test]
fn hanging_up_while_calling_ends_the_ring() {
    let mut bench = calling();
    let effects = bench.command(Command::HangUp);
    let sent = bench.sent(&effects);
    assert!(matches!(
        sent[..],
        [PeerMessage::Ring(RingMessage::Cancel { ring: RING }), PeerMessage::HangUp { .. }]
    ));
    assert!(matches!(bench.view().phase, Phase::Ended(_)));
}

#[test]
fn peers_that_arrive_during_a_ring_are_invited_too() {
    let mut bench = Bench::new(CallIs::Impolite);
    bench.command(Command::Enter { microphone: false, camera: false });
    let other = PeerId::from_bytes([200; 16]);
    bench.join_room(vec![other]);
    bench.command(Command::Call);
    assert_eq!(bench.view().phase, Phase::Calling, "their state is not known yet");
    let peer = bench.peer;
    bench.server(ServerMessage::PeerJoined { peer });
    let effects = bench.peer_stands(false);
    assert_eq!(bench.sent(&effects), [PeerMessage::Ring(RingMessage::Invite { ring: RING })]);
}

#[test]
fn a_ring_continues_for_others_after_one_accepted() {
    let mut bench = calling();
    let Ring::Outgoing(asked) = &bench.view().ring else { unreachable!() };
    assert_eq!(asked, &[(bench.peer, CallOutcome::Ringing)]);
    let other = PeerId::from_bytes([200; 16]);
    bench.server(ServerMessage::PeerJoined { peer: other });
    bench.receive(&PeerMessage::Ring(RingMessage::Decline { ring: RING }));
    assert_eq!(bench.view().phase, Phase::Lobby, "a peer that sent nothing is not waited for");
}

#[test]
fn another_ring_starts_from_the_beginning() {
    let mut bench = calling();
    bench.receive(&PeerMessage::Ring(RingMessage::Decline { ring: RING }));
    let effects = bench.command(Command::Call);
    assert_eq!(bench.sent(&effects), [PeerMessage::Ring(RingMessage::Invite { ring: RingId(2) })]);
    bench.receive(&PeerMessage::Ring(RingMessage::Accept { ring: RING }));
    assert_eq!(bench.view().phase, Phase::Calling, "an answer to the last one");
    bench.receive(&PeerMessage::Ring(RingMessage::Accept { ring: RingId(2) }));
    assert_eq!(bench.view().phase, Phase::InCall);
}

/// A third page and its messages.
struct Third {
    id: PeerId,
    envelopes: Envelopes,
}

impl Third {
    fn join(bench: &mut Bench, in_call: bool) -> Self {
        let id = PeerSecret::from_bytes([77; 16]).peer_id();
        bench.server(ServerMessage::PeerJoined { peer: id });
        let mut third = Self { id, envelopes: Envelopes::new(&room(), id) };
        let sources = SourceStates::default();
        let name = Name::new("Eve");
        let state =
            PeerMessage::State(PeerState { revision: 1, name, in_call, sources, machine: None });
        third.receive(bench, &state);
        third
    }

    fn receive(&mut self, bench: &mut Bench, message: &PeerMessage) {
        let payload = self.envelopes.seal_with([1; 16], bench.me, message).expect("sealed");
        bench.server(ServerMessage::Signal { from: self.id, payload });
    }
}

#[test]
fn the_end_of_one_ring_is_noticed_during_another() {
    let mut bench = ringing();
    let mut third = Third::join(&mut bench, false);
    third.receive(&mut bench, &PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    bench.input(Input::OtherCall(false));
    bench.receive(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(bench.view().ring, Ring::Incoming(vec![third.id]));
    bench.command(Command::Accept);
    assert_eq!(phase_and_ring(&bench.view()), (Phase::InCall, &Ring::None));
}

#[test]
fn a_callee_who_accepted_stays_with_others_when_the_caller_gives_up() {
    let mut bench = ringing();
    bench.command(Command::Accept);
    Third::join(&mut bench, true);
    bench.receive(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(phase_and_ring(&bench.view()), (Phase::InCall, &Ring::None));
}

/// Returns a page that is ringing, and whose tab was frozen for some seconds: no timer ran
/// meanwhile.
fn ringing_and_frozen(seconds: u64) -> Bench {
    let mut bench = ringing();
    bench.now += Duration::from_secs(seconds);
    bench
}

#[test]
fn a_ring_ends_soon_after_a_freeze_if_the_caller_left() {
    // The socket did not survive the freeze, or is given up: only the roster tells that the caller
    // is gone.
    for (seconds, wakes_by) in [
        (23, Input::Timeout),
        (23, Input::Awake),
        (40, Input::Timeout),
        (13, Input::NetworkChanged),
        (6, Input::Socket(SocketEvent::Closed)),
    ] {
        let mut bench = ringing_and_frozen(seconds);
        bench.input(wakes_by.clone());
        bench.socket(SocketEvent::Closed);
        bench.wait_millis(500);
        bench.join_room(vec![]);
        bench.wait_millis(1400);
        assert_eq!(
            phase_and_ring(&bench.view()),
            (Phase::Lobby, &missed()),
            "{seconds} s, {wakes_by:?}"
        );
    }
}

#[test]
fn messages_queued_during_a_freeze_end_the_ring_too() {
    for seconds in [6, 23] {
        let mut bench = ringing_and_frozen(seconds);
        bench.receive(&PeerMessage::HangUp { revision: 9 });
        assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &missed()), "at once");

        let mut bench = ringing_and_frozen(seconds);
        bench.receive(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
        assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &missed()), "at once");
    }
    let mut bench = ringing_and_frozen(6);
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    bench.wait_millis(1900);
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &missed()));
}

#[test]
fn accepting_after_a_freeze_does_not_join_an_empty_call() {
    let mut bench = ringing_and_frozen(23);
    bench.command(Command::Accept);
    bench.socket(SocketEvent::Closed);
    bench.wait_millis(500);
    bench.join_room(vec![]);
    bench.wait_millis(1400);
    assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &missed()));
}

#[test]
fn a_caller_who_is_present_still_rings_after_a_freeze() {
    let mut bench = ringing_and_frozen(23);
    let peer = bench.peer;
    bench.input(Input::Timeout);
    bench.join_room(vec![peer]);
    bench.wait(10);
    assert_eq!(bench.view().ring, Ring::Incoming(vec![peer]));
}

#[test]
fn a_caller_who_returns_after_a_freeze_rings_again() {
    let mut bench = ringing_and_frozen(23);
    let peer = bench.peer;
    bench.input(Input::Timeout);
    bench.join_room(vec![]);
    bench.wait(2);
    bench.server(ServerMessage::PeerJoined { peer });
    bench.peer_stands(false);
    bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    bench.input(Input::OtherCall(false));
    assert_eq!(bench.view().ring, Ring::Incoming(vec![peer]));
}

#[test]
fn accepting_a_ring_that_has_ended_stays_in_the_lobby() {
    for command in [Command::Accept, Command::AcceptWithoutCamera] {
        let mut bench = ringing();
        bench.receive(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
        bench.command(command.clone());
        assert_eq!(phase_and_ring(&bench.view()), (Phase::Lobby, &missed()), "{command:?}");
        // But the call may have started by now.
        bench.peer_stands(true);
        bench.command(command);
        assert_eq!(bench.view().phase, Phase::InCall);
    }
}

#[test]
fn a_peer_that_returns_during_a_ring_is_invited_again() {
    let mut bench = both_wait();
    Third::join(&mut bench, false);
    bench.command(Command::Call);
    bench.receive(&PeerMessage::HangUp { revision: 9 });
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    bench.server(ServerMessage::PeerJoined { peer });
    bench.peers_revision(10);
    let effects = bench.peer_stands(false);
    assert_eq!(bench.sent(&effects), [PeerMessage::Ring(RingMessage::Invite { ring: RING })]);
}
