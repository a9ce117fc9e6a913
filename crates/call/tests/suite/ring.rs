//! The ring: each way in which it can begin, go on and end, for the one who calls and for the one who
//! is called.

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

/// A page in the lobby, with another one that waits there, too.
fn both_wait() -> Bench {
    let mut bench = Bench::new(CallIs::Impolite);
    bench.command(Command::Enter { microphone: false, camera: false });
    bench.join_room(vec![bench.peer]);
    bench.peer_stands(false);
    bench
}

/// The same page while it rings the other.
fn calling() -> Bench {
    let mut bench = both_wait();
    let effects = bench.command(Command::Call);
    assert_eq!(bench.heard(&effects), [PeerMessage::Ring(RingMessage::Invite { ring: RING })]);
    assert_eq!(bench.view().phase, Phase::Calling);
    bench
}

/// The page while the other rings it.
fn rung() -> Bench {
    let mut bench = both_wait();
    let effects = bench.says(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
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

/// Where a page stands, in short.
fn stands(view: &View) -> (Phase, &Ring) {
    (view.phase, &view.ring)
}

fn opens_connection(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::OpenConnection { .. }))
}

#[test]
fn the_main_button_rings_while_others_wait_and_nobody_talks() {
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
fn a_call_alone_is_a_join() {
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
    let mut bench = rung();
    assert!(!opens_connection(&bench.wait(60)));
}

#[test]
fn who_accepts_and_who_is_accepted_are_in_one_call() {
    let mut bench = calling();
    bench.says(&PeerMessage::Ring(RingMessage::Accept { ring: RING }));
    assert_eq!(bench.view().phase, Phase::InCall);
    assert!(opens_connection(&bench.peer_stands(true)));

    let mut bench = rung();
    let effects = bench.command(Command::Accept);
    assert!(!opens_connection(&effects), "the caller is not there yet");
    let said = bench.heard(&effects);
    assert_eq!(said[0], PeerMessage::Ring(RingMessage::Accept { ring: RING }));
    assert!(matches!(said[1], PeerMessage::State(PeerState { in_call: true, .. })), "{said:?}");
    assert_eq!(bench.view().phase, Phase::InCall);
    assert!(opens_connection(&bench.peer_stands(true)));
}

#[test]
fn being_seen_in_the_call_is_an_answer_too() {
    let mut bench = calling();
    bench.peer_stands(true);
    assert_eq!(bench.view().phase, Phase::InCall);
}

#[test]
fn each_answer_that_is_no_call_leads_both_back_to_the_lobby() {
    for (message, answer) in [
        (PeerMessage::Ring(RingMessage::Decline { ring: RING }), CallOutcome::Declined),
        (PeerMessage::Ring(RingMessage::Busy { ring: RING }), CallOutcome::Busy),
        (PeerMessage::HangUp { revision: 9 }, CallOutcome::Gone),
    ] {
        let mut bench = calling();
        bench.says(&message);
        assert_eq!(stands(&bench.view()), (Phase::Lobby, &unanswered(answer)), "{message:?}");
    }
    let mut bench = rung();
    let effects = bench.command(Command::Decline);
    assert_eq!(bench.heard(&effects), [PeerMessage::Ring(RingMessage::Decline { ring: RING })]);
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &Ring::Ended(RingEnd::Declined)));
}

#[test]
fn who_is_in_another_call_is_busy_and_hears_no_ring() {
    let mut bench = both_wait();
    bench.says(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    let effects = bench.input(Input::OtherCall(true));
    assert_eq!(bench.heard(&effects), [PeerMessage::Ring(RingMessage::Busy { ring: RING })]);
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &Ring::None));
}

#[test]
fn who_gives_up_says_so() {
    let mut bench = calling();
    let effects = bench.command(Command::Cancel);
    assert_eq!(bench.heard(&effects), [PeerMessage::Ring(RingMessage::Cancel { ring: RING })]);
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &Ring::Ended(RingEnd::Cancelled)));

    let mut bench = rung();
    bench.says(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()));
    bench.command(Command::DismissRing);
    assert_eq!(bench.view().ring, Ring::None);
}

#[test]
fn the_end_of_a_ring_and_a_notice_on_devices_are_dismissed_each_by_itself() {
    let speaker = |id: &str| DeviceInfo {
        kind: DeviceKind::Speaker,
        id: DeviceId(id.to_owned()),
        label: id.to_owned(),
    };
    let mut bench = rung();
    bench.input(Input::Devices(vec![speaker("desk")]));
    bench.command(Command::Decline);
    bench.input(Input::Devices(vec![speaker("desk"), speaker("headset")]));
    let (declined, offered) = (Ring::Ended(RingEnd::Declined), Notice::Offered(speaker("headset")));
    let shown = |bench: &Bench| (bench.view().ring.clone(), bench.view().notice.clone());
    assert_eq!(shown(&bench), (declined.clone(), Some(offered.clone())));
    bench.command(Command::DismissRing);
    assert_eq!(shown(&bench), (Ring::None, Some(offered)));
    bench.command(Command::Dismiss);
    assert_eq!(shown(&bench), (Ring::None, None));

    for (command, what) in [
        (Command::Dismiss, "a notice that is dismissed says nothing of a ring"),
        (Command::UseOffered, "using a device is no answer to a ring"),
    ] {
        let mut bench = rung();
        bench.input(Input::Devices(vec![speaker("desk")]));
        bench.command(Command::Decline);
        bench.input(Input::Devices(vec![speaker("desk"), speaker("headset")]));
        bench.command(command);
        assert_eq!(shown(&bench), (declined.clone(), None), "{what}");
    }
}

#[test]
fn nobody_is_rung_for_longer_than_three_quarters_of_a_minute() {
    let mut bench = calling();
    for seconds in [15, 10, 19] {
        bench.wait(seconds);
        bench.server(ServerMessage::Pong);
    }
    assert_eq!(bench.view().phase, Phase::Calling);
    let effects = bench.wait(1);
    let said = bench.heard(&effects);
    assert_eq!(said, [PeerMessage::Ring(RingMessage::Cancel { ring: RING })]);
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &unanswered(CallOutcome::NoAnswer)));

    // Should the end of it never be told, it ends all the same.
    let mut bench = rung();
    bench.wait(49);
    assert_eq!(bench.view().ring, Ring::Incoming(vec![bench.peer]));
    bench.wait(1);
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()));
}

#[test]
fn both_call_and_that_is_one_call_without_a_second_ring() {
    let mut bench = calling();
    let effects = bench.says(&PeerMessage::Ring(RingMessage::Invite { ring: RingId(4) }));
    assert_eq!(bench.view().phase, Phase::InCall);
    assert!(
        bench.heard(&effects).contains(&PeerMessage::Ring(RingMessage::Accept { ring: RingId(4) }))
    );
    assert!(!effects.contains(&Effect::FindOtherCall), "nothing rings");
    let effects = bench.peer_stands(true);
    assert!(opens_connection(&effects));
    assert_eq!(bench.view().ring, Ring::None);
}

#[test]
fn a_page_that_vanishes_is_waited_for_a_moment() {
    let mut bench = calling();
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    bench.wait(9);
    assert_eq!(bench.view().phase, Phase::Calling);
    bench.wait(1);
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &unanswered(CallOutcome::Gone)));

    // A caller who is there is back at once.
    let mut bench = rung();
    bench.server(ServerMessage::PeerLeft { peer });
    bench.wait_millis(1900);
    assert_eq!(bench.view().ring, Ring::Incoming(vec![peer]));
    bench.wait_millis(100);
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()));
    bench.server(ServerMessage::PeerJoined { peer });
    bench.says(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
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
    bench.says(&PeerMessage::State(state));
    bench.server(ServerMessage::PeerLeft { peer });
    bench.wait(10);
    let outcome = vec![(Name::new("Bobby"), CallOutcome::Gone)];
    assert_eq!(bench.view().ring, Ring::Ended(RingEnd::Unanswered(outcome)));
}

#[test]
fn a_server_that_restarts_in_the_middle_of_a_ring_does_not_end_it() {
    let mut bench = calling();
    bench.socket(SocketEvent::Closed);
    bench.wait(1);
    bench.join_room(vec![]);
    assert_eq!(bench.view().phase, Phase::Calling);
    let peer = bench.peer;
    let effects = bench.server(ServerMessage::PeerJoined { peer });
    assert!(
        bench.heard(&effects).contains(&PeerMessage::Ring(RingMessage::Invite { ring: RING })),
        "told again"
    );
    bench.wait(20);
    assert_eq!(bench.view().phase, Phase::Calling);

    let mut bench = rung();
    bench.socket(SocketEvent::Closed);
    bench.wait(1);
    bench.join_room(vec![peer]);
    bench.says(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    assert_eq!(bench.view().ring, Ring::Incoming(vec![peer]), "it rings on, and only once");
}

#[test]
fn a_server_that_names_the_caller_gone_as_it_stops_does_not_end_a_ring() {
    for away in [1, 20] {
        let mut bench = rung();
        let peer = bench.peer;
        bench.server(ServerMessage::PeerLeft { peer });
        bench.wait_millis(100);
        bench.socket(SocketEvent::Closed);
        bench.wait(away);
        bench.join_room(vec![]);
        bench.wait_millis(9900);
        assert_eq!(bench.view().ring, Ring::Incoming(vec![peer]), "{away} s");
        bench.wait_millis(100);
        assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()), "{away} s");
    }
}

#[test]
fn an_answer_that_was_lost_is_given_again() {
    for (command, answer) in [
        (Command::Accept, PeerMessage::Ring(RingMessage::Accept { ring: RING })),
        (Command::Decline, PeerMessage::Ring(RingMessage::Decline { ring: RING })),
    ] {
        let mut bench = rung();
        bench.command(command);
        let effects = bench.says(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
        assert_eq!(bench.heard(&effects), [answer]);
    }
}

#[test]
fn an_end_that_was_lost_is_told_again() {
    let mut bench = calling();
    bench.socket(SocketEvent::Closed);
    bench.command(Command::Cancel);
    bench.wait(1);
    let peer = bench.peer;
    let effects = bench.join_room(vec![peer]);
    assert!(bench.heard(&effects).contains(&PeerMessage::Ring(RingMessage::Cancel { ring: RING })));
}

#[test]
fn an_invitation_that_comes_after_its_end_rings_nobody() {
    let mut bench = both_wait();
    bench.says(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    let effects = bench.says(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    assert_eq!(effects, []);
    assert_eq!(bench.view().ring, Ring::None);
    let effects = bench.says(&PeerMessage::Ring(RingMessage::Invite { ring: RingId(2) }));
    assert!(effects.contains(&Effect::FindOtherCall), "the next one does");
}

#[test]
fn accept_and_cancel_in_the_same_moment_lead_both_to_the_lobby() {
    // The caller's side: the answer comes too late.
    let mut bench = calling();
    bench.command(Command::Cancel);
    bench.says(&PeerMessage::Ring(RingMessage::Accept { ring: RING }));
    assert_eq!(bench.view().phase, Phase::Lobby);
    // The callee's side: the end of the ring comes after the person has come into the call.
    let mut bench = rung();
    bench.command(Command::Accept);
    assert_eq!(bench.view().phase, Phase::InCall);
    let effects = bench.says(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()));
    let said = bench.heard(&effects);
    assert!(
        matches!(&said[..], [PeerMessage::State(PeerState { in_call: false, .. })]),
        "{said:?}"
    );
}

#[test]
fn who_accepts_a_caller_who_is_gone_is_back_in_the_lobby() {
    let mut bench = rung();
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    bench.command(Command::Accept);
    bench.wait(10);
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()));

    let mut bench = rung();
    bench.command(Command::Accept);
    bench.says(&PeerMessage::HangUp { revision: 9 });
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()));
}

#[test]
fn what_belongs_to_the_call_ends_where_its_ring_leads_back_to_the_lobby() {
    for is_captured in [true, false] {
        let mut bench = rung();
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
        let mut effects = bench.says(&PeerMessage::HangUp { revision: 9 });
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
fn who_has_met_the_caller_stays_in_the_call_when_they_leave() {
    let mut bench = rung();
    bench.command(Command::Accept);
    bench.peer_stands(true);
    bench.says(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(bench.view().phase, Phase::InCall, "a late message");
    bench.says(&PeerMessage::HangUp { revision: 9 });
    assert_eq!(bench.view().phase, Phase::InCall);
}

#[test]
fn a_call_that_the_caller_leaves_goes_on_for_the_callee() {
    let mut bench = rung();
    bench.command(Command::Accept);
    bench.peer_stands(true);
    bench.says(&PeerMessage::HangUp { revision: 9 });
    assert_eq!(bench.view().phase, Phase::InCall);
}

#[test]
fn whoever_comes_into_the_call_unasked_ends_the_ring_with_it() {
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
fn who_joins_on_their_own_stays_when_the_ring_ends() {
    let mut bench = rung();
    let effects = bench.command(Command::Join);
    assert!(bench.heard(&effects).contains(&PeerMessage::Ring(RingMessage::Accept { ring: RING })));
    bench.says(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(bench.view().phase, Phase::InCall);
}

#[test]
fn what_is_said_before_its_sender_is_in_the_room_is_not_lost() {
    let mut bench = Bench::new(CallIs::Impolite);
    bench.command(Command::Enter { microphone: false, camera: false });
    bench.peer_stands(false);
    bench.says(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    let peer = bench.peer;
    let effects = bench.join_room(vec![peer]);
    assert!(effects.contains(&Effect::FindOtherCall));
    assert_eq!(bench.view().peers[0].name, Name::new("Bob"));
}

#[test]
fn who_calls_into_a_call_is_let_in() {
    let (mut bench, _) = Bench::in_call(CallIs::Impolite);
    bench.peer_stands(false);
    let effects = bench.says(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    assert_eq!(bench.heard(&effects), [PeerMessage::Ring(RingMessage::Accept { ring: RING })]);
    bench.says(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(bench.view().phase, Phase::InCall, "they were there before");
}

#[test]
fn who_hangs_up_while_they_ring_ends_the_ring() {
    let mut bench = calling();
    let effects = bench.command(Command::HangUp);
    let said = bench.heard(&effects);
    assert!(matches!(
        said[..],
        [PeerMessage::Ring(RingMessage::Cancel { ring: RING }), PeerMessage::HangUp { .. }]
    ));
    assert!(matches!(bench.view().phase, Phase::Ended(_)));
}

#[test]
fn who_comes_while_it_rings_is_rung_too() {
    let mut bench = Bench::new(CallIs::Impolite);
    bench.command(Command::Enter { microphone: false, camera: false });
    let other = PeerId::from_bytes([200; 16]);
    bench.join_room(vec![other]);
    bench.command(Command::Call);
    assert_eq!(bench.view().phase, Phase::Calling, "they have not said how they stand yet");
    let peer = bench.peer;
    bench.server(ServerMessage::PeerJoined { peer });
    let effects = bench.peer_stands(false);
    assert_eq!(bench.heard(&effects), [PeerMessage::Ring(RingMessage::Invite { ring: RING })]);
}

#[test]
fn a_ring_of_which_one_came_goes_on_for_the_others() {
    let mut bench = calling();
    let Ring::Outgoing(asked) = &bench.view().ring else { unreachable!() };
    assert_eq!(asked, &[(bench.peer, CallOutcome::Ringing)]);
    let other = PeerId::from_bytes([200; 16]);
    bench.server(ServerMessage::PeerJoined { peer: other });
    bench.says(&PeerMessage::Ring(RingMessage::Decline { ring: RING }));
    assert_eq!(bench.view().phase, Phase::Lobby, "whoever never said anything is not waited for");
}

#[test]
fn another_ring_begins_anew() {
    let mut bench = calling();
    bench.says(&PeerMessage::Ring(RingMessage::Decline { ring: RING }));
    let effects = bench.command(Command::Call);
    assert_eq!(bench.heard(&effects), [PeerMessage::Ring(RingMessage::Invite { ring: RingId(2) })]);
    bench.says(&PeerMessage::Ring(RingMessage::Accept { ring: RING }));
    assert_eq!(bench.view().phase, Phase::Calling, "an answer to the last one");
    bench.says(&PeerMessage::Ring(RingMessage::Accept { ring: RingId(2) }));
    assert_eq!(bench.view().phase, Phase::InCall);
}

/// A third page, and what it says.
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
        third.says(bench, &state);
        third
    }

    fn says(&mut self, bench: &mut Bench, message: &PeerMessage) {
        let payload = self.envelopes.seal_with([1; 16], bench.me, message).expect("sealed");
        bench.server(ServerMessage::Signal { from: self.id, payload });
    }
}

#[test]
fn a_ring_that_ends_while_another_goes_on_is_not_missed() {
    let mut bench = rung();
    let mut third = Third::join(&mut bench, false);
    third.says(&mut bench, &PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    bench.input(Input::OtherCall(false));
    bench.says(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(bench.view().ring, Ring::Incoming(vec![third.id]));
    bench.command(Command::Accept);
    assert_eq!(stands(&bench.view()), (Phase::InCall, &Ring::None));
}

#[test]
fn who_accepted_a_ring_stays_with_the_others_when_the_caller_gives_up() {
    let mut bench = rung();
    bench.command(Command::Accept);
    Third::join(&mut bench, true);
    bench.says(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
    assert_eq!(stands(&bench.view()), (Phase::InCall, &Ring::None));
}

/// A page that is rung, and whose tab was frozen for so long: no timer ran meanwhile.
fn rung_and_frozen(seconds: u64) -> Bench {
    let mut bench = rung();
    bench.now += Duration::from_secs(seconds);
    bench
}

#[test]
fn a_ring_whose_caller_closed_their_page_during_a_freeze_ends_soon_after_waking() {
    // The socket did not survive the freeze, or is given up: only the list of those who are in the
    // room tells that the caller is gone.
    for (seconds, wakes_by) in [
        (23, Input::Timeout),
        (23, Input::Awake),
        (40, Input::Timeout),
        (13, Input::NetworkChanged),
        (6, Input::Socket(SocketEvent::Closed)),
    ] {
        let mut bench = rung_and_frozen(seconds);
        bench.input(wakes_by.clone());
        bench.socket(SocketEvent::Closed);
        bench.wait_millis(500);
        bench.join_room(vec![]);
        bench.wait_millis(1400);
        assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()), "{seconds} s, {wakes_by:?}");
    }
}

#[test]
fn what_the_server_kept_during_a_freeze_ends_the_ring_too() {
    for seconds in [6, 23] {
        let mut bench = rung_and_frozen(seconds);
        bench.says(&PeerMessage::HangUp { revision: 9 });
        assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()), "at once");

        let mut bench = rung_and_frozen(seconds);
        bench.says(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
        assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()), "at once");
    }
    let mut bench = rung_and_frozen(6);
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    bench.wait_millis(1900);
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()));
}

#[test]
fn who_accepts_after_a_freeze_is_not_left_alone_in_the_call() {
    let mut bench = rung_and_frozen(23);
    bench.command(Command::Accept);
    bench.socket(SocketEvent::Closed);
    bench.wait_millis(500);
    bench.join_room(vec![]);
    bench.wait_millis(1400);
    assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()));
}

#[test]
fn a_caller_who_is_there_still_rings_on_after_a_freeze() {
    let mut bench = rung_and_frozen(23);
    let peer = bench.peer;
    bench.input(Input::Timeout);
    bench.join_room(vec![peer]);
    bench.wait(10);
    assert_eq!(bench.view().ring, Ring::Incoming(vec![peer]));
}

#[test]
fn a_caller_who_was_given_up_after_a_freeze_and_comes_back_rings_again() {
    let mut bench = rung_and_frozen(23);
    let peer = bench.peer;
    bench.input(Input::Timeout);
    bench.join_room(vec![]);
    bench.wait(2);
    bench.server(ServerMessage::PeerJoined { peer });
    bench.peer_stands(false);
    bench.says(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    bench.input(Input::OtherCall(false));
    assert_eq!(bench.view().ring, Ring::Incoming(vec![peer]));
}

#[test]
fn who_accepts_when_nobody_rings_any_more_stays_in_the_lobby() {
    for command in [Command::Accept, Command::AcceptWithoutCamera] {
        let mut bench = rung();
        bench.says(&PeerMessage::Ring(RingMessage::Cancel { ring: RING }));
        bench.command(command.clone());
        assert_eq!(stands(&bench.view()), (Phase::Lobby, &missed()), "{command:?}");
        // But the call may be on by now.
        bench.peer_stands(true);
        bench.command(command);
        assert_eq!(bench.view().phase, Phase::InCall);
    }
}

#[test]
fn who_left_and_comes_back_while_others_are_rung_is_rung_again() {
    let mut bench = both_wait();
    Third::join(&mut bench, false);
    bench.command(Command::Call);
    bench.says(&PeerMessage::HangUp { revision: 9 });
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    bench.server(ServerMessage::PeerJoined { peer });
    bench.peers_revision(10);
    let effects = bench.peer_stands(false);
    assert_eq!(bench.heard(&effects), [PeerMessage::Ring(RingMessage::Invite { ring: RING })]);
}
