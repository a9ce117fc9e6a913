//! The chat: its way, its order, its marks, and its limits.

use proptest::prelude::*;
use std::rc::Rc;
use std::time::Duration;

use tincan_call::features::{ChatAuthor, ChatDelivery, ChatPanel};
use tincan_call::protocol::{
    ChannelMessage, ConnectionId, FeatureMessage, MAX_CHAT_BATCH, MAX_CHAT_CHARS,
    MAX_MESSAGES_PER_SECOND, MAX_PEER_MESSAGE_BYTES, Name, PeerId, PeerMessage, PeerSecret,
    PeerState, ServerMessage, SourceStates, from_json, to_json,
};
use tincan_call::{
    ChannelEvent, Command, ConnectionEvent, ConnectionState, Effect, Envelopes, FeatureCommand,
    Input, SocketEvent,
};

use crate::support::pair::{Pair, channel_texts, deliveries, open_channel, rebuild, say, texts_of};
use crate::support::{Bench, CallIs, enter, room, state_named};

fn chat(received: u64, first: u64, texts: &[&str]) -> FeatureMessage {
    let messages = texts.iter().map(|text| (*text).to_owned()).collect();
    FeatureMessage::Chat { received, first, messages }
}

/// Returns a page that is connected, with an open channel.
fn with_channel() -> Bench {
    let mut bench = Bench::connected(CallIs::Impolite);
    open_channel(&mut bench, 1);
    bench
}

/// Receives a message of the peer by the channel.
fn receive(bench: &mut Bench, message: FeatureMessage) -> Vec<Effect> {
    let text = to_json(&ChannelMessage::from(message));
    bench.event(ConnectionEvent::Channel(ChannelEvent::Received(text)))
}

/// Returns the messages of the chat on the channel, among some effects.
fn sent(effects: &[Effect]) -> Vec<FeatureMessage> {
    let messages =
        channel_texts(effects).into_iter().filter_map(|text| match from_json(text.as_bytes())? {
            ChannelMessage::Feature(message @ FeatureMessage::Chat { .. }) => Some(message),
            _ => None,
        });
    messages.collect()
}

/// Returns the messages of the chat to the server, among some effects.
fn sent_by_server(bench: &mut Bench, effects: &[Effect]) -> Vec<PeerMessage> {
    let mut messages = bench.sent(effects);
    messages.retain(|message| matches!(message, PeerMessage::Feature(FeatureMessage::Chat { .. })));
    messages
}

/// Returns the connection that is opened among some effects.
fn opened(effects: &[Effect]) -> u64 {
    let mut connections = effects.iter().filter_map(|effect| match effect {
        Effect::OpenConnection { connection, .. } => Some(connection.0),
        _ => None,
    });
    connections.next().expect("a connection")
}

#[test]
fn a_text_is_sent_and_marked_once_it_has_arrived() {
    let mut bench = with_channel();
    bench.now = Duration::from_mins(7);
    let effects = bench.command(say(" Hi!\n"));
    assert_eq!(sent(&effects), [chat(0, 1, &["Hi!"])]);
    assert_eq!(deliveries(&bench), [[ChatDelivery::Waiting]]);
    receive(&mut bench, chat(1, 1, &[]));
    assert_eq!(deliveries(&bench), [[ChatDelivery::Delivered]]);
    let message = Rc::clone(&bench.view().features.chat[0]);
    let ChatAuthor::Me(recipients) = &message.author else { panic!("{message:?}") };
    assert_eq!((recipients[0].peer, recipients[0].name.as_str()), (bench.peer, "Bob"));
    assert_eq!((&*message.text, message.at), ("Hi!", Duration::from_mins(7)));
}

#[test]
fn a_text_of_a_peer_is_shown_with_the_name_of_that_time() {
    let mut bench = with_channel();
    let effects = receive(&mut bench, chat(0, 1, &["one", "two"]));
    assert_eq!(sent(&effects), [chat(2, 1, &[])]);
    bench.receive(&state_named(90, "Robert"));
    receive(&mut bench, chat(0, 3, &["three"]));
    let chat = Rc::clone(&bench.view().features.chat);
    let shown: Vec<_> = chat
        .iter()
        .map(|message| match &message.author {
            ChatAuthor::Peer(peer, name) if *peer == bench.peer => (name.as_str(), &*message.text),
            author => panic!("{author:?}"),
        })
        .collect();
    assert_eq!(shown, [("Bob", "one"), ("Bob", "two"), ("Robert", "three")]);
    assert!(chat.windows(2).all(|pair| pair[0].id < pair[1].id));
}

/// Something that happens to a channel, and its effects.
type Step = fn(&mut Bench, PeerId) -> Vec<Effect>;

#[test]
fn no_text_touches_the_server() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    let channel = ConnectionEvent::Channel;
    let steps: [(&str, Step); 9] = [
        ("no channel yet", |_, _| Vec::new()),
        ("not confirmed", |bench, _| bench.event(ConnectionEvent::Channel(ChannelEvent::Opened))),
        ("open", |bench, _| open_channel(bench, 1)),
        ("congested", |bench, _| bench.event(ConnectionEvent::Channel(ChannelEvent::Congested))),
        ("drained", |bench, _| bench.event(ConnectionEvent::Channel(ChannelEvent::Drained))),
        ("interrupted", |bench, _| {
            bench.event(ConnectionEvent::StateChanged(ConnectionState::Disconnected))
        }),
        ("closed", |bench, _| bench.event(ConnectionEvent::Channel(ChannelEvent::Closed))),
        ("there again", |bench, peer| {
            bench.server(ServerMessage::PeerLeft { peer });
            bench.server(ServerMessage::PeerJoined { peer })
        }),
        ("another connection", |bench, _| rebuild(bench, 2)),
    ];
    let mut said = Vec::new();
    for (number, (name, step)) in steps.into_iter().enumerate() {
        let mut effects = step(&mut bench, peer);
        said.push(format!("{number}"));
        effects.extend(bench.command(say(&said[number])));
        effects.extend(bench.wait(1));
        assert_eq!(sent_by_server(&mut bench, &effects), [], "{name}");
    }
    // The last ones have waited for the next channel.
    let effects = open_channel(&mut bench, 2);
    let texts: Vec<&str> = said.iter().map(String::as_str).collect();
    assert_eq!(sent(&effects), [chat(0, 1, &texts)]);
    assert_eq!(bench.event_of(2, channel(ChannelEvent::Drained)), []);
}

#[test]
fn a_text_that_comes_by_the_server_is_ignored() {
    let mut bench = with_channel();
    bench.command(say("mine"));
    let view = bench.view();
    assert_eq!(bench.receive(&PeerMessage::Feature(chat(1, 1, &["forged"]))), []);
    assert!(Rc::ptr_eq(&view, &bench.view()));
    receive(&mut bench, chat(1, 1, &["true"]));
    assert_eq!(texts_of(&bench, false), ["true"]);
}

#[test]
fn each_text_arrives_once_wherever_the_channel_is_lost() {
    let mut last = None;
    for lost_after in 0.. {
        let mut pair = Pair::new();
        for turn in 0..6 {
            for end in 0..2 {
                pair.say(end);
                // One end delivers late, so that its messages cross those of the other.
                if pair.carried < lost_after && (end == 0 || turn % 2 == 0) {
                    pair.deliver(end);
                }
            }
            if pair.carried >= lost_after {
                break;
            }
            pair.wait(60);
        }
        if last == Some(pair.carried) {
            assert!(lost_after > 6, "few points: {lost_after}");
            return;
        }
        last = Some(pair.carried);
        pair.rebuild();
        pair.finish();
        pair.check();
    }
}

#[test]
fn a_thousand_texts_each_way_survive_three_connections() {
    let mut pair = Pair::new();
    let start = pair.ends[0].bench.now;
    for number in 1..=994 {
        (0..2).for_each(|end| pair.say(end));
        if number % 7 == 0 {
            (0..2).for_each(|end| pair.deliver(end));
            pair.wait(30);
        }
        if number % 300 == 0 {
            // With messages on their way in both directions.
            (0..2).for_each(|end| pair.say(end));
            pair.rebuild();
        }
    }
    pair.finish();
    pair.check();
    assert_eq!(texts_of(&pair.ends[0].bench, false).len(), 1000);
    let seconds = pair.ends[0].bench.now.saturating_sub(start).as_secs() + 1;
    let rate = u64::try_from(pair.carried).unwrap() / seconds / 2;
    assert!(rate < u64::from(MAX_MESSAGES_PER_SECOND / 2), "{rate} messages per second");
}

#[test]
fn what_is_written_at_once_goes_together() {
    let mut bench = with_channel();
    let mut effects = bench.command(say("0"));
    assert_eq!(sent(&effects).len(), 1);
    effects.clear();
    for number in 1..=40 {
        effects.extend(bench.command(say(&number.to_string())));
    }
    effects.extend(bench.wait_millis(500));
    assert_eq!(sent(&effects), [], "the first has not arrived");
    let effects = receive(&mut bench, chat(1, 1, &[]));
    let [FeatureMessage::Chat { first: 2, messages, .. }] = &sent(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(messages.len(), MAX_CHAT_BATCH);
    // Whatever a person pastes, a batch fits into a message.
    for _ in 0..20 {
        bench.command(say(&"\"\\".repeat(MAX_CHAT_CHARS / 2)));
        bench.command(say(&"😀".repeat(MAX_CHAT_CHARS)));
    }
    for received in (33..).take(40) {
        let effects = receive(&mut bench, chat(received, 1, &[]));
        let texts = channel_texts(&[effects, bench.wait_millis(100)].concat());
        assert!(texts.iter().all(|text| text.len() <= MAX_PEER_MESSAGE_BYTES));
    }
    let all = deliveries(&bench);
    assert!(all.iter().filter(|state| **state == [ChatDelivery::Delivered]).count() > 65);
}

#[test]
fn who_comes_later_gets_no_earlier_text() {
    let mut bench = with_channel();
    bench.command(say("before"));
    receive(&mut bench, chat(1, 1, &[]));
    let other = PeerSecret::from_bytes([77; 16]).peer_id();
    let mut envelopes = Envelopes::new(&room(), other);
    let me = bench.me;
    bench.server(ServerMessage::PeerJoined { peer: other });
    let state = PeerState {
        revision: 1,
        name: Name::new("Cleo"),
        in_call: true,
        sources: SourceStates::default(),
        machine: None,
    };
    let payload = envelopes.seal_with([9; 16], me, &PeerMessage::State(state)).expect("sealed");
    let effects = bench.server(ServerMessage::Signal { from: other, payload });
    let connection = ConnectionId(opened(&effects));
    let mut effects = Vec::new();
    for event in [
        ConnectionEvent::StateChanged(ConnectionState::Connected),
        ConnectionEvent::Channel(ChannelEvent::Opened),
        ConnectionEvent::Channel(ChannelEvent::Received(Some(r#"{"type":"hello"}"#.into()))),
    ] {
        effects.extend(bench.input(Input::Connection { peer: other, connection, event }));
    }
    effects.extend(bench.wait(1));
    assert_eq!(sent(&effects), []);
    let effects = bench.command(say("now"));
    let now = [chat(0, 2, &["now"]), chat(0, 2, &["now"])];
    assert_eq!(sent(&effects), now, "both continue behind what was sent before");
    assert_eq!(deliveries(&bench)[1].len(), 2);
}

#[test]
fn who_leaves_misses_what_has_not_arrived() {
    let mut bench = with_channel();
    bench.command(say("arrives"));
    receive(&mut bench, chat(1, 1, &[]));
    bench.wait(1);
    bench.command(say("is lost"));
    bench.peer_stands(false);
    assert_eq!(deliveries(&bench), [[ChatDelivery::Delivered], [ChatDelivery::Missed]]);
    bench.command(say("to nobody"));
    assert_eq!(deliveries(&bench)[2], []);
    // The same page comes into the call again, with another connection.
    bench.peer_stands(true);
    rebuild(&mut bench, 2);
    let effects = [open_channel(&mut bench, 2), bench.wait(1)].concat();
    assert_eq!(sent(&effects), [], "nothing old is sent");
    let effects = bench.command(say("now"));
    assert_eq!(sent(&effects), [chat(0, 4, &["now"])], "and no number twice");
}

#[test]
fn a_page_that_was_lost_gets_what_it_missed_when_it_returns() {
    let mut bench = with_channel();
    let peer = bench.peer;
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
    bench.command(say("wait"));
    bench.server(ServerMessage::PeerLeft { peer });
    for _ in 0..20 {
        bench.server(ServerMessage::Pong);
        let effects = bench.wait(1);
        assert_eq!(sent_by_server(&mut bench, &effects), []);
    }
    assert!(bench.view().peers.is_empty(), "it is removed");
    assert_eq!(deliveries(&bench), [[ChatDelivery::Missed]]);
    let mut effects = bench.server(ServerMessage::PeerJoined { peer });
    effects.extend(bench.peer_stands(true));
    let connection = opened(&effects);
    let effects = [open_channel(&mut bench, connection), bench.wait(1)].concat();
    assert_eq!(sent(&effects), [chat(0, 1, &["wait"])]);
    let receipt = to_json(&ChannelMessage::from(chat(1, 1, &[])));
    bench.event_of(connection, ConnectionEvent::Channel(ChannelEvent::Received(receipt)));
    assert_eq!(deliveries(&bench), [[ChatDelivery::Delivered]]);
}

#[test]
fn the_chat_ends_with_the_call() {
    let mut bench = with_channel();
    bench.command(say("one"));
    receive(&mut bench, chat(0, 1, &["two"]));
    bench.command(Command::HangUp);
    assert_eq!(bench.view().features.chat.len(), 0);
    assert_eq!(bench.call.deadline(), None, "nothing goes on");
    assert_eq!(bench.command(say("nobody is here")), []);
    // Back in the call, numbers go on: the peer may not have noticed.
    bench.command(enter());
    bench.join_room(vec![bench.peer]);
    bench.command(say("not in the call"));
    bench.peer_stands(true);
    bench.command(Command::Join);
    assert_eq!(bench.view().features.chat.len(), 0);
    bench.command(say("three"));
    let effects = [open_channel(&mut bench, 2), bench.wait(1)].concat();
    assert_eq!(sent(&effects), [chat(1, 2, &["three"])]);
    let old_and_new = to_json(&ChannelMessage::from(chat(1, 1, &["two", "four"])));
    bench.event_of(2, ConnectionEvent::Channel(ChannelEvent::Received(old_and_new)));
    assert_eq!(texts_of(&bench, false), ["four"]);
}

#[test]
fn a_text_waits_without_a_server() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.socket(SocketEvent::Closed);
    bench.command(say("one"));
    assert_eq!(sent(&open_channel(&mut bench, 1)), [chat(0, 1, &["one"])]);
}

#[test]
fn texts_have_limits() {
    let mut bench = with_channel();
    for text in ["", " \n", &"x".repeat(MAX_CHAT_CHARS + 1)] {
        assert_eq!(bench.command(say(text)), []);
    }
    assert_eq!(bench.view().features.chat.len(), 0);
    let longest = "é".repeat(MAX_CHAT_CHARS);
    let too_long = format!("{longest}x");
    let mut messages = vec![too_long, String::new(), " ".to_owned(), longest.clone()];
    let effects = receive(
        &mut bench,
        FeatureMessage::Chat { received: 0, first: 1, messages: messages.clone() },
    );
    assert_eq!(texts_of(&bench, false), std::slice::from_ref(&longest), "the others are dropped");
    assert_eq!(sent(&effects), [chat(4, 1, &[])], "and count as received");
    // More than a batch: the rest is not taken, and would have to be sent again.
    messages = (0..40).map(|number| number.to_string()).collect();
    let effects = receive(&mut bench, FeatureMessage::Chat { received: 0, first: 5, messages });
    assert_eq!(sent(&[effects, bench.wait(1)].concat()), [chat(4 + MAX_CHAT_BATCH as u64, 1, &[])]);
}

#[test]
fn the_history_is_limited() {
    let mut bench = with_channel();
    for batch in 0..90_u64 {
        let texts: Vec<_> = (0..25).map(|number| format!("{batch}.{number}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        receive(&mut bench, chat(0, 1 + 25 * batch, &texts));
        bench.wait(1);
    }
    let texts = texts_of(&bench, false);
    assert_eq!((texts.len(), texts[0].as_str(), texts[1999].as_str()), (2000, "10.0", "89.24"));
    let long = "😀".repeat(1000);
    for batch in 90..270_u64 {
        receive(&mut bench, chat(0, 1 + 25 * batch, &[&*long, "x", "y", &*long]));
        bench.wait(1);
    }
    let bytes: usize = texts_of(&bench, false).iter().map(String::len).sum();
    assert!(bytes <= 2 * 1024 * 1024, "{bytes}");
    assert!(texts_of(&bench, false).len() > 500);
}

/// Returns the state of the panel: the number of unread messages, and the news.
fn panel(bench: &Bench) -> (usize, Option<String>) {
    let panel = bench.view().features.chat_panel.clone();
    (panel.unread, panel.news.map(|message| message.text.to_string()))
}

fn show(is_open: bool) -> Command {
    Command::Feature(FeatureCommand::ShowChat(is_open))
}

#[test]
fn messages_are_unread_until_the_panel_opens() {
    let mut bench = with_channel();
    let news = |text: &str| Some(text.to_owned());
    bench.command(say("mine"));
    assert_eq!(panel(&bench), (0, None), "one's own are read");
    receive(&mut bench, chat(1, 1, &["a", "b"]));
    assert_eq!(panel(&bench), (2, news("b")));
    receive(&mut bench, chat(1, 1, &["a", "b", "c"]));
    assert_eq!(panel(&bench), (3, news("c")), "none counts twice");
    assert!(!bench.view().features.chat_panel.is_open);
    bench.command(show(true));
    assert!(bench.view().features.chat_panel.is_open);
    assert_eq!(panel(&bench), (0, None));
    receive(&mut bench, chat(1, 4, &["d"]));
    assert_eq!(panel(&bench), (0, None), "it is seen");
    bench.command(show(false));
    assert_eq!(panel(&bench), (0, None));
    receive(&mut bench, chat(1, 5, &["e"]));
    assert_eq!(panel(&bench), (1, news("e")));
    bench.command(Command::HangUp);
    assert_eq!(bench.view().features.chat_panel, ChatPanel::default(), "it ends with the call");
}

#[test]
fn news_are_shown_for_a_moment() {
    let mut bench = with_channel();
    receive(&mut bench, chat(0, 1, &["a"]));
    bench.wait_millis(5000);
    receive(&mut bench, chat(0, 2, &["b"]));
    bench.wait_millis(5900);
    assert_eq!(panel(&bench), (2, Some("b".to_owned())), "the time starts again");
    bench.wait_millis(100);
    assert_eq!(panel(&bench), (2, None), "it is unread still");
}

#[test]
fn too_many_that_wait_are_missed() {
    let mut bench = Bench::connected(CallIs::Impolite);
    for number in 0..2001 {
        bench.command(say(&number.to_string()));
    }
    let states = deliveries(&bench);
    assert_eq!(states.last(), Some(&vec![ChatDelivery::Missed]));
    assert_eq!(states[0], [ChatDelivery::Waiting]);
}

#[test]
fn a_peer_that_lies_about_numbers_harms_only_itself() {
    let mut bench = with_channel();
    bench.command(say("one"));
    // It has received what was never sent.
    receive(&mut bench, chat(u64::MAX, 0, &["a"]));
    assert_eq!(deliveries(&bench), [[ChatDelivery::Delivered]], "only this one was sent");
    bench.wait(1);
    assert_eq!(sent(&bench.command(say("two"))), [chat(1, 2, &["two"])]);
    receive(&mut bench, chat(0, 0, &["b"]));
    assert_eq!(deliveries(&bench)[1], [ChatDelivery::Waiting], "it takes nothing back");
    assert_eq!(texts_of(&bench, false), ["a"]);
    receive(&mut bench, chat(0, u64::MAX, &["c", "d"]));
    receive(&mut bench, chat(0, u64::MAX, &["e", "f"]));
    receive(&mut bench, chat(2, 1, &["g"]));
    assert_eq!(texts_of(&bench, false), ["a", "c"], "there are no numbers left");
    assert_eq!(deliveries(&bench)[1], [ChatDelivery::Delivered]);
}

#[derive(Debug, Clone, Copy)]
enum Happening {
    Say(usize),
    Deliver(usize),
    Congest(usize),
    Wait,
    Rebuild,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        6 => (0..2_usize).prop_map(Happening::Say),
        8 => (0..2_usize).prop_map(Happening::Deliver),
        1 => (0..2_usize).prop_map(Happening::Congest),
        4 => Just(Happening::Wait),
        1 => Just(Happening::Rebuild),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn each_text_arrives_once_and_in_order(
        happenings in proptest::collection::vec(happening(), 0..80),
    ) {
        let mut pair = Pair::new();
        for happening in happenings {
            match happening {
                Happening::Say(end) => pair.say(end),
                Happening::Deliver(end) => pair.deliver(end),
                Happening::Congest(end) => pair.congest(end),
                Happening::Wait => pair.wait(60),
                Happening::Rebuild => pair.rebuild(),
            }
        }
        pair.finish();
        pair.check();
    }
}
