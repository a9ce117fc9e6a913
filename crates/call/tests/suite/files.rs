//! Files: offers and answers, what is told again, and what ends them.

use std::rc::Rc;

use tincan_call::features::{
    FileCommand, FileEffect, FileEnd, FileError, FileEvent, FileId, FileProgress, FileState,
    PickedFile, StoredFile,
};
use tincan_call::protocol::{
    ChannelMessage, FeatureMessage, FileAnswer, FileName, Name, PeerId, PeerMessage, PeerSecret,
    PeerState, ServerMessage, SourceStates, TransferId, from_json, to_json,
};
use tincan_call::{
    ChannelEvent, Command, ConnectionEvent, ConnectionState, Effect, Envelopes, FeatureCommand,
    FeatureEffect, FeatureInput, Input,
};

use crate::support::pair::{channel_texts, open_channel, rebuild};
use crate::support::{Bench, CallIs, room};

const SIZE: u64 = 5_000_000;

fn files(command: FileCommand) -> Command {
    Command::Feature(FeatureCommand::Files(command))
}

fn happened(event: FileEvent) -> Input {
    Input::Feature(FeatureInput::Files(event))
}

fn picked(number: u8) -> PickedFile {
    PickedFile { id: FileId([number; 16]), name: FileName::new("a.txt"), size: SIZE }
}

fn transfer(number: u8) -> TransferId {
    TransferId::from_bytes([number; 16])
}

fn offer(number: u8) -> FeatureMessage {
    offer_of(transfer(number))
}

fn offer_of(transfer: TransferId) -> FeatureMessage {
    FeatureMessage::FileOffer { transfer, name: FileName::new("a.txt"), size: SIZE }
}

fn answer(transfer: TransferId, answer: FileAnswer) -> FeatureMessage {
    FeatureMessage::FileAnswer { transfer, answer }
}

/// Returns a page that is connected, with an open channel, and has looked for earlier files.
fn with_channel() -> Bench {
    let mut bench = Bench::connected(CallIs::Impolite);
    open_channel(&mut bench, 1);
    bench
}

/// Receives a message of the peer by the channel of a connection.
fn receive_by(bench: &mut Bench, connection: u64, message: FeatureMessage) -> Vec<Effect> {
    let text = to_json(&ChannelMessage::from(message));
    bench.event_of(connection, ConnectionEvent::Channel(ChannelEvent::Received(text)))
}

fn receive(bench: &mut Bench, message: FeatureMessage) -> Vec<Effect> {
    receive_by(bench, 1, message)
}

/// Returns the messages about files on the channel, among some effects.
fn sent(effects: &[Effect]) -> Vec<FeatureMessage> {
    let messages = channel_texts(effects).into_iter().filter_map(|text| {
        let ChannelMessage::Feature(message) = from_json(text.as_bytes())? else { return None };
        matches!(
            message,
            FeatureMessage::FileOffer { .. }
                | FeatureMessage::FileWithdrawn { .. }
                | FeatureMessage::FileAnswer { .. }
        )
        .then_some(message)
    });
    messages.collect()
}

/// Returns the requests to the browser's side, among some effects.
fn asked(effects: &[Effect]) -> Vec<FileEffect> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::Feature(FeatureEffect::Files(effect)) => Some(effect.clone()),
        _ => None,
    });
    asked.collect()
}

fn states(bench: &Bench) -> Vec<FileState> {
    bench.view().features.files.iter().map(|file| file.state.clone()).collect()
}

/// Sends a file to the peer. Returns the id of the offer.
fn send(bench: &mut Bench, number: u8) -> TransferId {
    let command = FileCommand::Send { to: vec![bench.peer], files: vec![picked(number)] };
    let effects = bench.command(files(command));
    let [FeatureMessage::FileOffer { transfer, .. }] = sent(&effects)[..] else {
        panic!("no offer: {effects:?}")
    };
    transfer
}

fn moving(bench: &Bench) -> u64 {
    match states(bench)[..] {
        [FileState::Moving(progress)] => progress.bytes,
        ref states => panic!("{states:?}"),
    }
}

fn receiving(bench: &Bench, number: u8, stored: u64) -> FileEffect {
    FileEffect::Receive(bench.peer, part(bench.peer, number, stored))
}

fn part(sender: PeerId, number: u8, stored: u64) -> StoredFile {
    StoredFile {
        transfer: transfer(number),
        sender,
        sender_name: Name::new("Bob"),
        name: FileName::new("a.txt"),
        size: SIZE,
        stored,
    }
}

#[test]
fn a_file_is_offered_and_sent_once_it_is_accepted() {
    let mut bench = with_channel();
    let id = send(&mut bench, 1);
    assert_eq!(states(&bench), [FileState::Offered]);
    let effects = receive(&mut bench, answer(id, FileAnswer::Accepted));
    let (peer, file) = (bench.peer, FileId([1; 16]));
    assert_eq!(asked(&effects), [FileEffect::Send { peer, transfer: id, file, size: SIZE }]);
    bench.input(happened(FileEvent::Progress(id, 3_000_000)));
    assert_eq!(moving(&bench), 3_000_000);
    let effects = receive(&mut bench, answer(id, FileAnswer::Received));
    assert_eq!(asked(&effects), [FileEffect::Discard(id), FileEffect::Release(file)]);
    assert_eq!(states(&bench), [FileState::Done]);
    assert_eq!(sent(&effects), []);
}

#[test]
fn an_offer_is_accepted_received_and_saved() {
    let mut bench = with_channel();
    let effects = receive(&mut bench, offer(1));
    assert_eq!((sent(&effects), asked(&effects)), (vec![], vec![]));
    assert_eq!(states(&bench), [FileState::Offered]);
    let file = bench.view().features.files[0].clone();
    assert_eq!((file.peer_name.as_str(), file.size, file.is_outgoing), ("Bob", SIZE, false));

    let effects = bench.command(files(FileCommand::Accept(transfer(1))));
    assert_eq!(asked(&effects), [receiving(&bench, 1, 0)]);
    assert_eq!(sent(&effects), [answer(transfer(1), FileAnswer::Accepted)]);
    // The browser's side waits for the file before the sender is told.
    let is_asked = |effect: &Effect| matches!(effect, Effect::Feature(_));
    let is_told = |effect: &Effect| matches!(effect, Effect::Connection { .. });
    assert!(effects.iter().position(is_asked) < effects.iter().position(is_told));

    bench.input(happened(FileEvent::Progress(transfer(1), SIZE)));
    let effects = bench.input(happened(FileEvent::Received(transfer(1))));
    assert_eq!(sent(&effects), [answer(transfer(1), FileAnswer::Received)]);
    assert_eq!(asked(&effects), [FileEffect::Save(transfer(1), FileName::new("a.txt"))]);
    assert_eq!(states(&bench), [FileState::Done]);
    let effects = bench.command(files(FileCommand::Save(transfer(1))));
    assert_eq!(asked(&effects), [FileEffect::Save(transfer(1), FileName::new("a.txt"))]);
    let effects = bench.command(files(FileCommand::Forget(transfer(1))));
    assert_eq!(asked(&effects), [FileEffect::Discard(transfer(1))]);
    assert_eq!(states(&bench), []);
}

#[test]
fn each_side_can_end_a_file_and_tells_the_other() {
    for (command, answered, end) in [
        (FileCommand::Decline(transfer(1)), FileAnswer::Declined, FileEnd::Declined),
        (FileCommand::Cancel(transfer(1)), FileAnswer::Cancelled, FileEnd::CancelledHere),
    ] {
        let mut bench = with_channel();
        receive(&mut bench, offer(1));
        let effects = bench.command(files(command));
        assert_eq!(sent(&effects), [answer(transfer(1), answered)]);
        assert_eq!(asked(&effects), [FileEffect::Discard(transfer(1))]);
        assert_eq!(states(&bench), [FileState::Ended(end)]);
    }
    let file = FileId([1; 16]);
    let mut bench = with_channel();
    let id = send(&mut bench, 1);
    let effects = bench.command(files(FileCommand::Cancel(id)));
    assert_eq!(sent(&effects), [FeatureMessage::FileWithdrawn { transfer: id }]);
    assert_eq!(asked(&effects), [FileEffect::Discard(id), FileEffect::Release(file)]);
    for (told, end) in [
        (FileAnswer::Declined, FileEnd::Declined),
        (FileAnswer::Cancelled, FileEnd::CancelledThere),
        (FileAnswer::Failed, FileEnd::FailedThere),
    ] {
        let mut bench = with_channel();
        let id = send(&mut bench, 1);
        let effects = receive(&mut bench, answer(id, told));
        assert_eq!(asked(&effects), [FileEffect::Discard(id), FileEffect::Release(file)]);
        assert_eq!(states(&bench), [FileState::Ended(end)]);
        // It is over.
        receive(&mut bench, answer(id, FileAnswer::Accepted));
        assert_eq!(states(&bench), [FileState::Ended(end)]);
    }
    let mut bench = with_channel();
    receive(&mut bench, offer(1));
    let effects = receive(&mut bench, FeatureMessage::FileWithdrawn { transfer: transfer(1) });
    assert_eq!((sent(&effects), states(&bench)[..].len()), (vec![], 1));
    assert_eq!(states(&bench), [FileState::Ended(FileEnd::CancelledThere)]);
}

#[test]
fn a_failure_is_shown_here_and_told_there() {
    for error in [FileError::Unreadable, FileError::NoSpace, FileError::Damaged] {
        let mut bench = with_channel();
        let id = send(&mut bench, 1);
        receive(&mut bench, answer(id, FileAnswer::Accepted));
        let effects = bench.input(happened(FileEvent::Failed(id, error)));
        assert_eq!(sent(&effects), [FeatureMessage::FileWithdrawn { transfer: id }]);
        assert_eq!(states(&bench), [FileState::Ended(FileEnd::Failed(error))]);

        let mut bench = with_channel();
        receive(&mut bench, offer(1));
        bench.command(files(FileCommand::Accept(transfer(1))));
        let effects = bench.input(happened(FileEvent::Failed(transfer(1), error)));
        assert_eq!(sent(&effects), [answer(transfer(1), FileAnswer::Failed)]);
        assert_eq!(states(&bench), [FileState::Ended(FileEnd::Failed(error))]);
    }
}

#[test]
fn everything_is_told_again_by_another_channel() {
    // The sender.
    let mut bench = with_channel();
    let (offered, accepted) = (send(&mut bench, 1), send(&mut bench, 2));
    let cancelled = send(&mut bench, 3);
    receive(&mut bench, answer(accepted, FileAnswer::Accepted));
    bench.input(happened(FileEvent::Progress(accepted, 1000)));
    bench.command(files(FileCommand::Cancel(cancelled)));
    let effects = rebuild(&mut bench, 2);
    assert_eq!((sent(&effects), asked(&effects)), (vec![], vec![]));
    assert_eq!(states(&bench)[1], FileState::Interrupted(1000));
    let effects = open_channel(&mut bench, 2);
    let withdrawn = FeatureMessage::FileWithdrawn { transfer: cancelled };
    assert_eq!(sent(&effects), [offer_of(offered), offer_of(accepted), withdrawn]);
    let (peer, file) = (bench.peer, FileId([2; 16]));
    assert_eq!(asked(&effects), [FileEffect::Send { peer, transfer: accepted, file, size: SIZE }]);

    // The receiver.
    let mut bench = with_channel();
    for number in 1..=3 {
        receive(&mut bench, offer(number));
    }
    bench.command(files(FileCommand::Accept(transfer(2))));
    bench.input(happened(FileEvent::Progress(transfer(2), 1000)));
    bench.command(files(FileCommand::Decline(transfer(3))));
    rebuild(&mut bench, 2);
    let effects = open_channel(&mut bench, 2);
    assert_eq!(asked(&effects), [receiving(&bench, 2, 1000)]);
    let answers =
        [answer(transfer(2), FileAnswer::Accepted), answer(transfer(3), FileAnswer::Declined)];
    assert_eq!(sent(&effects), answers);
    // Each repetition of an offer has its answer.
    for (number, expected) in [(1, None), (2, Some(&answers[0])), (3, Some(&answers[1]))] {
        let effects = receive_by(&mut bench, 2, offer(number));
        assert_eq!(sent(&effects).first(), expected);
    }
    assert_eq!(bench.view().features.files.len(), 3);
}

#[test]
fn a_channel_of_a_file_that_closes_is_followed_by_another() {
    let mut bench = with_channel();
    let id = send(&mut bench, 1);
    receive(&mut bench, answer(id, FileAnswer::Accepted));
    bench.input(happened(FileEvent::Progress(id, 1000)));
    let effects = bench.input(happened(FileEvent::Interrupted(id)));
    assert_eq!(asked(&effects), []);
    assert_eq!(states(&bench), [FileState::Interrupted(1000)]);
    let effects = bench.wait(2);
    assert!(matches!(asked(&effects)[..], [FileEffect::Send { .. }]), "{effects:?}");
    assert_eq!(moving(&bench), 1000);
}

#[test]
fn somebody_who_is_gone_for_long_gets_and_sends_nothing() {
    // What has not begun ends at once.
    let mut bench = with_channel();
    send(&mut bench, 1);
    receive(&mut bench, offer(1));
    bench.peer_stands(false);
    let left = FileState::Ended(FileEnd::Left);
    assert_eq!(states(&bench), [left.clone(), left.clone()]);

    let mut bench = with_channel();
    let id = send(&mut bench, 1);
    receive(&mut bench, answer(id, FileAnswer::Accepted));
    bench.peer_stands(false);
    assert_eq!(states(&bench), [FileState::Interrupted(0)]);
    bench.wait(599);
    assert_eq!(states(&bench), [FileState::Interrupted(0)]);
    let effects = bench.wait(1);
    assert_eq!(asked(&effects), [FileEffect::Discard(id), FileEffect::Release(FileId([1; 16]))]);
    assert_eq!(states(&bench), [left]);
}

/// Lets another peer come into the call, with an open channel. Returns its id, and that of its
/// connection.
fn another_peer(bench: &mut Bench) -> (PeerId, u64) {
    let peer = PeerSecret::from_bytes([200; 16]).peer_id();
    bench.server(ServerMessage::PeerJoined { peer });
    let state = PeerState {
        revision: 1,
        name: Name::new("Bob"),
        in_call: true,
        sources: SourceStates::default(),
        machine: None,
    };
    let me = bench.me;
    let mut envelopes = Envelopes::new(&room(), peer);
    let payload = envelopes.seal_with([9; 16], me, &PeerMessage::State(state)).unwrap();
    let effects = bench.server(ServerMessage::Signal { from: peer, payload });
    let opened = effects.iter().find_map(|effect| match effect {
        Effect::OpenConnection { connection, .. } => Some(*connection),
        _ => None,
    });
    let connection = opened.expect("a connection");
    for event in [
        ConnectionEvent::StateChanged(ConnectionState::Connected),
        ConnectionEvent::Channel(ChannelEvent::Opened),
        ConnectionEvent::Channel(ChannelEvent::Received(Some(r#"{"type":"hello"}"#.to_owned()))),
    ] {
        bench.input(Input::Connection { peer, connection, event });
    }
    (peer, connection.0)
}

fn receive_of(
    bench: &mut Bench,
    (peer, id): (PeerId, u64),
    message: FeatureMessage,
) -> Vec<Effect> {
    let text = to_json(&ChannelMessage::from(message));
    let event = ConnectionEvent::Channel(ChannelEvent::Received(text));
    let connection = tincan_call::protocol::ConnectionId(id);
    bench.input(Input::Connection { peer, connection, event })
}

#[test]
fn a_receiver_comes_back_as_another_page() {
    let mut bench = with_channel();
    let id = send(&mut bench, 1);
    let other = another_peer(&mut bench);
    let accepted = || answer(id, FileAnswer::Accepted);
    // Nobody takes an offer of somebody else, before it is accepted or while the receiver is here.
    assert_eq!(asked(&receive_of(&mut bench, other, accepted())), []);
    receive(&mut bench, accepted());
    assert_eq!(asked(&receive_of(&mut bench, other, accepted())), []);
    assert_eq!(asked(&receive_of(&mut bench, other, answer(id, FileAnswer::Cancelled))), []);

    bench.peer_stands(false);
    let effects = receive_of(&mut bench, other, accepted());
    assert_eq!(sent(&effects), [offer_of(id)]);
    let (peer, file) = (other.0, FileId([1; 16]));
    assert_eq!(asked(&effects), [FileEffect::Send { peer, transfer: id, file, size: SIZE }]);
    assert_eq!(bench.view().features.files[0].peer, peer);
}

#[test]
fn an_offer_concerns_its_two_ends() {
    let mut bench = with_channel();
    let declined = send(&mut bench, 1);
    receive(&mut bench, offer(2));
    bench.command(files(FileCommand::Accept(transfer(2))));
    receive(&mut bench, answer(declined, FileAnswer::Declined));
    let other = another_peer(&mut bench);
    // Somebody else repeats the offer, or takes it back.
    let withdrawn = FeatureMessage::FileWithdrawn { transfer: transfer(2) };
    for message in [offer(2), withdrawn] {
        let effects = receive_of(&mut bench, other, message);
        assert_eq!((sent(&effects), asked(&effects)), (vec![], vec![]));
    }
    assert_eq!(states(&bench)[1], FileState::Moving(FileProgress::default()));
    // What was declined is over for everybody.
    bench.peer_stands(false);
    receive_of(&mut bench, other, answer(declined, FileAnswer::Accepted));
    let file = bench.view().features.files[0].clone();
    assert_eq!((file.peer, file.state), (bench.peer, FileState::Ended(FileEnd::Declined)));
}

#[test]
fn a_page_goes_on_with_what_an_earlier_one_has_stored() {
    let mut bench = with_channel();
    let effects = bench.input(happened(FileEvent::Found(vec![part(bench.peer, 1, 2000)])));
    assert_eq!(asked(&effects), [receiving(&bench, 1, 2000)]);
    assert_eq!(sent(&effects), [answer(transfer(1), FileAnswer::Accepted)]);
    assert_eq!(moving(&bench), 2000);

    // The sender comes later, or never.
    let (mut bench, effects) = Bench::in_call(CallIs::Impolite);
    assert_eq!(asked(&effects), [FileEffect::Find]);
    let stranger = PeerSecret::from_bytes([200; 16]).peer_id();
    bench.input(happened(FileEvent::Found(vec![part(stranger, 1, 2000)])));
    assert_eq!(states(&bench), [FileState::Interrupted(2000)]);
    let effects = bench.wait(600);
    assert_eq!(asked(&effects), [FileEffect::Discard(transfer(1))]);
}

#[test]
fn only_so_many_files_are_taken() {
    let mut bench = with_channel();
    for number in 0..20 {
        receive(&mut bench, offer(number));
    }
    let effects = receive(&mut bench, offer(99));
    assert_eq!(sent(&effects), [answer(transfer(99), FileAnswer::Declined)]);
    assert_eq!(bench.view().features.files.len(), 20);

    let picked: Vec<_> = (0..100).map(picked).collect();
    let command = FileCommand::Send { to: vec![bench.peer], files: picked };
    let effects = bench.command(files(command));
    assert_eq!(sent(&effects).len(), 80);
    let too_many = FileState::Ended(FileEnd::Failed(FileError::TooMany));
    assert_eq!(states(&bench).iter().filter(|state| **state == too_many).count(), 20);
    let released =
        asked(&effects).iter().filter(|one| matches!(one, FileEffect::Release(_))).count();
    assert_eq!(released, 20);
}

#[test]
fn what_is_over_is_shown_for_a_while() {
    let mut bench = with_channel();
    for number in 0..60 {
        receive(&mut bench, offer(number));
        bench.command(files(FileCommand::Decline(transfer(number))));
    }
    let shown = Rc::clone(&bench.view().features.files);
    assert_eq!((shown.len(), shown[0].id), (50, transfer(10)));
}

#[test]
fn a_call_that_ends_stops_all_files() {
    let mut bench = with_channel();
    send(&mut bench, 1);
    let effects = bench.command(Command::HangUp);
    assert_eq!(asked(&effects), [FileEffect::StopAll]);
    assert_eq!(states(&bench), []);
    assert_eq!(asked(&bench.wait(1)), []);
}

#[test]
fn nothing_about_files_goes_by_the_server() {
    // Without a channel.
    let mut bench = Bench::connected(CallIs::Impolite);
    let command = FileCommand::Send { to: vec![bench.peer], files: vec![picked(1)] };
    let effects = bench.command(files(command));
    assert_eq!(bench.sent(&effects), []);
    assert_eq!(states(&bench), [FileState::Offered]);
    bench.receive(&offer(1).into());
    assert_eq!(bench.view().features.files.len(), 1);
    // The channel comes, and the offer goes by it.
    assert_eq!(sent(&open_channel(&mut bench, 1)).len(), 1);
}
