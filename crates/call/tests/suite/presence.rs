//! Pages that are left, restored, or unable to call.

use tincan_call::protocol::{PeerMessage, RingId, RingMessage, ServerMessage};
use tincan_call::{
    Call, Capabilities, Command, DeviceChoice, Effect, EndReason, Input, Local, Phase, Ring,
    Signaling, SocketEvent, StreamId, TrackId,
};

use crate::support::{Bench, CallIs, enter, settings};

const RING: RingId = RingId(1);

/// Lets the other page ring.
fn ring(bench: &mut Bench) {
    bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring: RING }));
    bench.input(Input::OtherCall(false));
}

#[test]
fn leaving_a_page_notifies_peers_and_releases_everything() {
    let lobby = Bench::in_lobby(CallIs::Polite);
    let (call, _) = Bench::in_call(CallIs::Polite);
    for mut bench in [lobby, call] {
        let effects = bench.command(Command::Suspend);
        let sent = bench.sent(&effects);
        assert!(matches!(sent[..], [PeerMessage::HangUp { .. }]), "{sent:?}");
        assert!(
            effects.contains(&Effect::CloseSocket),
            "no open socket: the browser keeps no such page"
        );
        for track in [1, 2] {
            assert!(effects.contains(&Effect::StopTrack(TrackId(track))));
        }
        assert_eq!(bench.view().phase, Phase::Suspended);
        assert_eq!(bench.call.deadline(), None, "nothing goes on");
    }
}

#[test]
fn a_restored_page_is_in_the_lobby_with_any_ongoing_ring() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.peer_stands(false);
    ring(&mut bench);
    bench.command(Command::Suspend);
    assert_eq!(bench.view().ring, Ring::None);

    let effects = bench.command(Command::Resume);
    assert!(effects.contains(&Effect::OpenSocket));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Capture { .. })));
    assert_eq!(bench.view().phase, Phase::Lobby);
    bench.join_room(vec![bench.peer]);
    bench.peer_stands(false);
    ring(&mut bench);
    assert_eq!(bench.view().ring, Ring::Incoming(vec![bench.peer]));
}

#[test]
fn a_restored_page_starts_the_chosen_devices() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.command(Command::SetMicrophone(false));
    bench.command(Command::SetCamera(false));
    bench.command(Command::Suspend);
    let effects = bench.command(Command::Resume);
    assert_eq!(effects, [Effect::OpenSocket]);
}

#[test]
fn only_a_page_that_was_suspended_resumes() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    assert_eq!(bench.command(Command::Resume), [], "it is there");
    bench.command(Command::HangUp);
    bench.command(Command::Suspend);
    assert_eq!(bench.command(Command::Resume), []);
    assert_eq!(bench.view().phase, Phase::Ended(EndReason::HungUp), "the person had hung up");
    let mut bench = Bench::new(CallIs::Polite);
    assert_eq!(bench.command(Command::Resume), [], "it has not begun");
}

#[test]
fn going_back_leaves_the_call_and_allows_rejoining() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = bench.command(Command::Leave);
    assert!(matches!(bench.sent(&effects)[..], [PeerMessage::HangUp { .. }]));
    assert_eq!(bench.view().phase, Phase::Ended(EndReason::Left));
    bench.command(enter());
    bench.command(Command::Join);
    assert_eq!(bench.view().phase, Phase::InCall);

    let mut bench = Bench::in_lobby(CallIs::Impolite);
    assert_eq!(bench.command(Command::Leave), [], "there is no call to leave");
    assert_eq!(bench.view().phase, Phase::Lobby);
}

#[test]
fn a_page_without_peer_connections_says_so_and_stays_offline() {
    let mut bench = Bench::new(CallIs::Polite);
    let capabilities = Capabilities { peer_connections: false };
    bench.call = Call::new(tincan_call::Settings { capabilities, ..settings() });
    for command in [
        enter(),
        Command::Join,
        Command::Call,
        Command::Accept,
        Command::SetCamera(true),
        Command::Suspend,
        Command::Resume,
    ] {
        assert_eq!(bench.command(command.clone()), [], "no socket and no device: {command:?}");
        let view = bench.view();
        assert_eq!(view.phase, Phase::Ended(EndReason::NoPeerConnections), "{command:?}");
        assert_eq!(view.signaling, Signaling::Off);
    }
    assert_eq!(bench.socket(SocketEvent::Received(ServerMessage::Pong)), []);
}

fn to_rejoin(bench: &Bench) -> Option<(bool, bool)> {
    bench.view().devices_to_rejoin().map(|devices| (devices.microphone, devices.camera))
}

fn choice(bench: &Bench) -> (bool, bool) {
    let DeviceChoice { microphone, camera } = bench.view().me.choice;
    (microphone, camera)
}

#[test]
fn the_buttons_set_the_devices_of_the_next_call() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    assert_eq!(choice(&bench), (true, true));
    bench.command(Command::SetMicrophone(false));
    assert_eq!(choice(&bench), (false, true));
    bench.command(Command::SetCamera(false));
    assert_eq!(choice(&bench), (false, false));
    bench.command(Command::HangUp);
    bench.command(Command::SetCamera(true));
    assert_eq!(choice(&bench), (false, false), "devices belong to the lobby and the call");
    bench.command(Command::Enter { microphone: true, camera: false });
    assert_eq!(choice(&bench), (true, false));
}

#[test]
fn accepting_without_camera_does_not_affect_the_next_call() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.peer_stands(false);
    ring(&mut bench);
    let effects = bench.command(Command::AcceptWithoutCamera);
    assert!(effects.contains(&Effect::StopTrack(TrackId(2))));
    assert_eq!((bench.view().phase, bench.view().me.camera), (Phase::InCall, Local::Off));
    assert_eq!(choice(&bench), (true, true));
    assert_eq!(to_rejoin(&bench), Some((true, false)), "it is off in this call all the same");
    bench.command(Command::SetCamera(true));
    assert_eq!(to_rejoin(&bench), Some((true, true)));
}

#[test]
fn a_call_is_rejoined_with_the_devices_that_are_on() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    assert_eq!(to_rejoin(&bench), None, "the lobby is no call");
    bench.command(Command::Join);
    assert_eq!(to_rejoin(&bench), Some((true, true)));
    bench.command(Command::SetMicrophone(false));
    bench.command(Command::Talk(true));
    assert_eq!(bench.view().me.microphone, Local::On(StreamId(1)));
    assert_eq!(to_rejoin(&bench), Some((false, true)), "the key is held no longer by then");
    bench.command(Command::Talk(false));
    bench.command(Command::SetCamera(false));
    assert_eq!(to_rejoin(&bench), Some((false, false)));
    bench.command(Command::HangUp);
    assert_eq!(to_rejoin(&bench), None);
}

#[test]
fn push_to_talk_does_not_affect_the_next_call() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.command(Command::Talk(true));
    bench.command(Command::Talk(false));
    assert_eq!(bench.view().me.microphone, Local::On(StreamId(1)), "who is heard stays so");

    bench.command(Command::SetMicrophone(false));
    for (held, microphone) in [
        (true, Local::On(StreamId(1))),
        (true, Local::On(StreamId(1))),
        (false, Local::Muted(StreamId(1))),
    ] {
        bench.command(Command::Talk(held));
        assert_eq!(bench.view().me.microphone, microphone);
        assert_eq!(choice(&bench), (false, true));
    }
}
