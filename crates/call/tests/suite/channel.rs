//! The data channel of a link, and the choice between it and the server for messages of features.

use crate::support::{Bench, CallIs, operations};
use tincan_call::protocol::feature::Reaction;
use tincan_call::protocol::{
    FeatureMessage, MAX_MESSAGE_BURST, MAX_MESSAGES_PER_SECOND, MAX_PEER_MESSAGE_BYTES,
    PeerMessage, ServerMessage, Source, from_json,
};
use tincan_call::{
    ChannelEvent, Command, ConnectionEvent, ConnectionState, Effect, FeatureCommand, Input,
    LinkState, Operation, SocketEvent,
};

const HELLO: &str = r#"{"type":"hello"}"#;

/// A message of a feature, and the path that it took.
#[derive(Debug, PartialEq, Eq)]
enum Sent {
    ByChannel(PeerMessage),
    ByServer(PeerMessage),
}

fn viewport(revision: u64, camera: u32) -> PeerMessage {
    PeerMessage::Feature(FeatureMessage::Viewport { revision, camera, screen: 0 })
}

fn channel(event: ChannelEvent) -> ConnectionEvent {
    ConnectionEvent::Channel(event)
}

fn received(text: &str) -> ConnectionEvent {
    channel(ChannelEvent::Received(Some(text.to_owned())))
}

/// Returns the texts that the page sends on the data channel.
fn texts(effects: &[Effect]) -> Vec<&str> {
    operations(effects)
        .into_iter()
        .filter_map(|operation| match operation {
            Operation::SendMessage { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

/// Returns the messages of features among some effects, each with its path.
fn sent(bench: &mut Bench, effects: &[Effect]) -> Vec<Sent> {
    let by_channel = texts(effects).into_iter().filter_map(|text| from_json(text.as_bytes()));
    let mut all: Vec<Sent> = by_channel.map(Sent::ByChannel).collect();
    let by_server = bench.sent(effects).into_iter();
    all.extend(
        by_server.filter(|message| matches!(message, PeerMessage::Feature(_))).map(Sent::ByServer),
    );
    all
}

/// Makes the page show the peer's camera at this height. Returns the messages about it.
fn shows(bench: &mut Bench, height: u32) -> Vec<Sent> {
    bench.wait(1);
    let (peer, source) = (bench.peer, Source::Camera);
    let command = FeatureCommand::SetShown { peer, source, height };
    let effects = bench.command(Command::Feature(command));
    sent(bench, &effects)
}

/// Returns a page that is connected, with an open channel.
fn with_channel() -> Bench {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.event(channel(ChannelEvent::Opened));
    bench.event(received(HELLO));
    bench
}

#[test]
fn a_reaction_does_not_wait_in_the_channel_of_an_interrupted_path() {
    let mut bench = with_channel();
    let react = Command::Feature(FeatureCommand::React(Reaction::Heart));
    let reaction = || PeerMessage::Feature(FeatureMessage::Reaction { reaction: Reaction::Heart });
    let effects = bench.command(react.clone());
    assert_eq!(sent(&mut bench, &effects), [Sent::ByChannel(reaction())]);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Disconnected));
    let effects = bench.command(react.clone());
    assert_eq!(sent(&mut bench, &effects), []);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Connected));
    let effects = bench.command(react);
    assert_eq!(sent(&mut bench, &effects), [Sent::ByChannel(reaction())]);
}

/// Returns the scale-down of the camera after an event, in percent; `None` if it does not change.
fn scale(bench: &mut Bench, event: ConnectionEvent) -> Option<u32> {
    let (peer, connection) = (bench.peer, tincan_call::protocol::ConnectionId(1));
    let effects = bench.everything(Input::Connection { peer, connection, event });
    effects.iter().find_map(|effect| match effect {
        Effect::Connection {
            operation: Operation::SetEncoding { source: Source::Camera, encoding },
            ..
        } => encoding.scale_down,
        _ => None,
    })
}

#[test]
fn messages_use_the_server_until_the_channel_is_open() {
    let mut bench = Bench::connected(CallIs::Impolite);
    assert_eq!(shows(&mut bench, 90), [Sent::ByServer(viewport(1, 90))]);
    let effects = bench.event(channel(ChannelEvent::Opened));
    assert_eq!(texts(&effects), [HELLO], "the peer learns that it is there");
    assert_eq!(shows(&mut bench, 180), [Sent::ByServer(viewport(2, 180))], "it may have none");
    let effects = bench.event(received(HELLO));
    let again = [Sent::ByChannel(viewport(3, 180))];
    assert_eq!(sent(&mut bench, &effects), again, "the last one may have been lost");
    assert_eq!(shows(&mut bench, 360), [Sent::ByChannel(viewport(4, 360))]);
}

#[test]
fn messages_to_a_peer_without_a_channel_use_the_server() {
    let mut bench = Bench::connected(CallIs::Polite);
    bench.event(channel(ChannelEvent::Opened));
    for (revision, height) in [(1, 90), (2, 180), (3, 360)] {
        assert_eq!(shows(&mut bench, height), [Sent::ByServer(viewport(revision, height))]);
    }
}

#[test]
fn a_channel_that_the_peer_rejects_closes_without_a_negotiation() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = bench.event(channel(ChannelEvent::Closed));
    assert_eq!(effects, []);
    assert_eq!(shows(&mut bench, 90), [Sent::ByServer(viewport(1, 90))]);
    assert_eq!(bench.view().peers[0].link, LinkState::Connected);
    for late in [ChannelEvent::Opened, ChannelEvent::Received(Some(HELLO.to_owned()))] {
        assert_eq!(bench.event(channel(late)), [], "it stays closed");
    }
    assert_eq!(shows(&mut bench, 180), [Sent::ByServer(viewport(2, 180))]);
}

#[test]
fn messages_lost_with_a_closed_channel_are_resent_by_the_server() {
    let mut bench = with_channel();
    assert_eq!(shows(&mut bench, 90), [Sent::ByChannel(viewport(1, 90))]);
    let effects = bench.event(channel(ChannelEvent::Closed));
    assert_eq!(sent(&mut bench, &effects), [Sent::ByServer(viewport(2, 90))]);
    assert_eq!(shows(&mut bench, 180), [Sent::ByServer(viewport(3, 180))]);
}

#[test]
fn a_new_connection_has_its_own_channel() {
    let mut bench = with_channel();
    assert_eq!(shows(&mut bench, 90), [Sent::ByChannel(viewport(1, 90))]);
    // The peer starts again with a new connection.
    let effects = bench.offer(2, None, 7);
    assert_eq!(sent(&mut bench, &effects), [Sent::ByServer(viewport(2, 90))]);
    assert_eq!(bench.event(received(HELLO)), [], "that of the old connection says nothing");
    assert_eq!(shows(&mut bench, 180), [Sent::ByServer(viewport(3, 180))]);
    bench.answered(2, 7);
    bench.event_of(2, ConnectionEvent::StateChanged(ConnectionState::Connected));
    bench.event_of(2, channel(ChannelEvent::Opened));
    let effects = bench.event_of(2, received(HELLO));
    assert_eq!(sent(&mut bench, &effects), [Sent::ByChannel(viewport(4, 180))]);
}

#[test]
fn a_peer_that_rejoins_is_sent_everything_again() {
    let mut bench = with_channel();
    assert_eq!(shows(&mut bench, 90), [Sent::ByChannel(viewport(1, 90))]);
    bench.peer_stands(false);
    let effects = bench.peer_stands(true);
    assert_eq!(sent(&mut bench, &effects), [Sent::ByServer(viewport(2, 90))]);
}

#[test]
fn an_interrupted_path_makes_messages_use_the_server_if_available() {
    let mut bench = with_channel();
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Disconnected));
    assert_eq!(shows(&mut bench, 90), [Sent::ByServer(viewport(1, 90))]);
    bench.socket(SocketEvent::Closed);
    assert_eq!(shows(&mut bench, 180), [Sent::ByChannel(viewport(2, 180))], "it may recover");
}

#[test]
fn the_channel_needs_no_server() {
    let mut bench = with_channel();
    bench.socket(SocketEvent::Closed);
    assert_eq!(shows(&mut bench, 90), [Sent::ByChannel(viewport(1, 90))]);
    let message = r#"{"type":"viewport","revision":1,"camera":180,"screen":0}"#;
    assert_eq!(scale(&mut bench, received(message)), Some(400));
    bench.join_room(vec![bench.peer]);
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    assert_eq!(shows(&mut bench, 180), [Sent::ByChannel(viewport(3, 180))]);
}

#[test]
fn the_newest_of_reordered_messages_counts() {
    let mut bench = with_channel();
    bench.first_frames_end();
    let message = r#"{"type":"viewport","revision":2,"camera":180,"screen":0}"#;
    assert_eq!(scale(&mut bench, received(message)), Some(400));
    bench.receive(&viewport(1, 720));
    let message = r#"{"type":"viewport","revision":2,"camera":360,"screen":0}"#;
    assert_eq!(scale(&mut bench, received(message)), None, "it is as old as the last one");
    let message = r#"{"later":[[{}]],"revision":3.0,"screen":0,"camera":36e1,"type":"viewport"}"#;
    assert_eq!(scale(&mut bench, received(message)), Some(200), "any JSON does");
}

#[test]
fn other_messages_on_the_channel_are_ignored() {
    let mut bench = with_channel();
    let view = bench.view();
    let hang_up = r#"{"type":"hang_up","revision":99}"#;
    let state = r#"{"type":"state","revision":99,"name":"Mallory","in_call":false}"#;
    let offer = r#"{"type":"offer","connection":9,"negotiation":9,"sdp":""}"#;
    let padded = |length: usize| {
        let message = r#"{"type":"viewport","revision":1,"camera":180,"screen":0}"#;
        format!("{message}{}", " ".repeat(length - message.len()))
    };
    let too_long = padded(MAX_PEER_MESSAGE_BYTES + 1);
    for text in [
        "",
        "{}",
        "[]",
        "null",
        "\u{0}",
        "{\"type\":\"viewport\"}",
        r#"{"type":"dance"}"#,
        HELLO,
        hang_up,
        state,
        offer,
        &too_long,
        &"[".repeat(MAX_PEER_MESSAGE_BYTES),
    ] {
        assert_eq!(scale(&mut bench, received(text)), None, "{text}");
        assert_eq!(bench.view(), view, "{text}");
    }
    assert_eq!(bench.event(channel(ChannelEvent::Received(None))), []);
    assert_eq!(shows(&mut bench, 90), [Sent::ByChannel(viewport(1, 90))], "it goes on");
    assert_eq!(scale(&mut bench, received(&padded(MAX_PEER_MESSAGE_BYTES))), Some(400));
}

#[test]
fn any_message_on_the_channel_shows_that_the_peer_has_it() {
    for event in [
        ChannelEvent::Received(Some(r#"{"type":"dance"}"#.to_owned())),
        ChannelEvent::Received(Some("nonsense".to_owned())),
        ChannelEvent::Received(None),
    ] {
        let mut bench = Bench::connected(CallIs::Polite);
        bench.event(channel(ChannelEvent::Opened));
        bench.event(channel(event));
        assert_eq!(shows(&mut bench, 90), [Sent::ByChannel(viewport(1, 90))]);
    }
}

#[test]
fn a_peer_that_floods_the_channel_loses_only_the_channel() {
    let mut bench = with_channel();
    assert_eq!(shows(&mut bench, 90), [Sent::ByChannel(viewport(1, 90))]);
    for _ in 0..10 * MAX_MESSAGES_PER_SECOND {
        bench.wait_millis(1000 / u64::from(MAX_MESSAGES_PER_SECOND));
        assert_eq!(bench.event(received(HELLO)), [], "this rate is allowed forever");
    }
    let mut taken = 0;
    let effects = loop {
        let effects = bench.event(received("nonsense"));
        if !effects.is_empty() {
            break effects;
        }
        taken += 1;
        assert!(taken < 2 * MAX_MESSAGE_BURST, "there is no limit");
    };
    assert_eq!(taken, MAX_MESSAGE_BURST - 1, "the last of the steady ones has just come");
    assert_eq!(operations(&effects), [&Operation::CloseChannel]);
    assert_eq!(sent(&mut bench, &effects), [Sent::ByServer(viewport(2, 90))]);
    let message = r#"{"type":"viewport","revision":1,"camera":180,"screen":0}"#;
    assert_eq!(scale(&mut bench, received(message)), None, "what was on its way is dropped");
    assert_eq!(bench.view().peers[0].link, LinkState::Connected);
    assert_eq!(shows(&mut bench, 180), [Sent::ByServer(viewport(3, 180))]);
}

#[test]
fn a_full_buffer_makes_messages_use_the_server() {
    let mut bench = with_channel();
    assert_eq!(shows(&mut bench, 90), [Sent::ByChannel(viewport(1, 90))]);
    let effects = bench.event(channel(ChannelEvent::Congested));
    assert_eq!(sent(&mut bench, &effects), [Sent::ByServer(viewport(2, 90))], "it was not sent");
    assert_eq!(bench.event(channel(ChannelEvent::Congested)), []);
    assert_eq!(shows(&mut bench, 180), [Sent::ByServer(viewport(3, 180))]);
    // Without a server the message is held back until there is room.
    bench.socket(SocketEvent::Closed);
    assert_eq!(shows(&mut bench, 360), []);
    let effects = bench.event(channel(ChannelEvent::Drained));
    assert_eq!(sent(&mut bench, &effects), [Sent::ByChannel(viewport(4, 360))]);
}

#[test]
fn messages_carry_the_limit_of_the_buffer() {
    let mut bench = with_channel();
    bench.wait(1);
    let (peer, source) = (bench.peer, Source::Camera);
    let shown = FeatureCommand::SetShown { peer, source, height: 90 };
    let effects = bench.command(Command::Feature(shown));
    let [Operation::SendMessage { max_buffered, .. }] = operations(&effects)[..] else {
        panic!("{effects:?}")
    };
    let most = usize::try_from(*max_buffered).expect("a size");
    assert!((MAX_PEER_MESSAGE_BYTES..1 << 20).contains(&most), "{most}");
}
