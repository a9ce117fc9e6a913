//! The data channel of a connection.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::connection::PeerConnection;
use tincan_browser::media::Tracks;
use tincan_call::{CaptureTarget, ChannelEvent, ConnectionEvent, Operation, TransportPolicy};
use tincan_protocol::{MAX_PEER_MESSAGE_BYTES, NegotiationId, Source};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    Leaks, Patch, Side, captured, connect, is_stable, negotiate, script, trickle, until, yield_once,
};

const PERSON: [Source; 2] = [Source::Microphone, Source::Camera];
const ALL: [Source; 4] = [Source::Microphone, Source::Camera, Source::Screen, Source::ScreenAudio];
const CREATE: &str = "RTCPeerConnection.prototype.createDataChannel";
/// More than any test sends.
const ROOM: u32 = 1 << 20;

fn send(side: &Side, text: &str, max_buffered: u32) {
    side.run(Operation::SendMessage { text: text.to_owned(), max_buffered });
}

/// Returns the events of a side's channel.
fn reported(side: &Side) -> Vec<ChannelEvent> {
    let events = side.events.borrow();
    let events = events.iter().filter_map(|event| match event {
        ConnectionEvent::Channel(event) => Some(event.clone()),
        _ => None,
    });
    events.filter(|event| *event != ChannelEvent::Drained).collect()
}

async fn reports(side: &Side, what: &str, event: ChannelEvent) {
    until(what, || reported(side).contains(&event)).await;
}

fn text(text: &str) -> ChannelEvent {
    ChannelEvent::Received(Some(text.to_owned()))
}

/// Waits until the channels of two sides are open and carry messages each way, in order.
async fn messages_pass(a: &Side, b: &Side, about: &str) {
    for (from, to) in [(a, b), (b, a)] {
        reports(from, "an open channel", ChannelEvent::Opened).await;
        let texts: Vec<String> = (0..10).map(|number| format!("{about} {number}")).collect();
        for text in &texts {
            send(from, text, ROOM);
        }
        let expected: Vec<_> = texts.iter().map(|message| text(message)).collect();
        until("all messages", || reported(to).ends_with(&expected)).await;
    }
}

/// Two sides that are connected.
async fn connected() -> (Side, Side) {
    let (a, b) = (Side::open(), Side::open());
    negotiate(&a, &b, 1, &PERSON).await;
    connect(&a, &b).await;
    (a, b)
}

/// The lines that begin the sections of a description.
fn sections(sdp: &str) -> Vec<&str> {
    let sections = sdp.lines().filter_map(|line| line.strip_prefix("m="));
    sections.filter_map(|line| line.split(' ').next()).collect()
}

/// A page that keeps its raw channels in `window.channels`.
fn kept_channels() -> Patch {
    let code = "window.channels = [];
        RTCPeerConnection.prototype.createDataChannel = function (...options) {
            const channel = real.createDataChannel.apply(this, options);
            window.channels.push(channel);
            return channel;
        }";
    Patch::apply(&[CREATE, "window.channels"], code, "")
}

#[wasm_bindgen_test]
async fn it_opens_with_the_connection_and_carries_messages_each_way() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    assert_eq!(leaks.more(|live| live.channels), 2);
    let (sdp, sources) = a.offer(1, &PERSON).await;
    assert_eq!(sections(&sdp), ["audio", "video", "application"]);
    assert_eq!(sources.sources().count(), 2, "it is no media section");
    let answer = b.answer(1, (sdp, sources)).await;
    assert_eq!(sections(&answer), ["audio", "video", "application"]);
    trickle(&a, &b);
    a.accept(1, answer).await;
    connect(&a, &b).await;
    messages_pass(&a, &b, "first").await;
    messages_pass(&b, &a, "later").await;
    assert!(is_stable(&a) && is_stable(&b));
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn it_goes_on_through_later_negotiations_and_ice_restarts() {
    let leaks = Leaks::watch();
    let (a, b) = connected().await;
    messages_pass(&a, &b, "before").await;
    // Sections that follow that of the channel have their own sources.
    b.send(captured(CaptureTarget::Screen).await);
    let sources = negotiate(&b, &a, 2, &ALL).await;
    assert_eq!(sources.sources().count(), 4);
    a.sees(Source::Screen).await;
    a.send(captured(CaptureTarget::MicrophoneAndCamera).await);
    b.sees(Source::Camera).await;
    let offer = a.offer_with(3, &ALL, true).await;
    assert_eq!(sections(&offer.0).iter().filter(|kind| **kind == "application").count(), 1);
    assert_eq!(offer.1, sources);
    let answer = b.answer(3, offer).await;
    a.accept(3, answer).await;
    connect(&a, &b).await;
    messages_pass(&a, &b, "after").await;
    assert_eq!(reported(&a).iter().filter(|event| **event == ChannelEvent::Opened).count(), 1);
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn it_outlives_an_offer_that_was_rolled_back() {
    let leaks = Leaks::watch();
    let (impolite, polite) = (Side::open(), Side::open());
    polite.offer(1, &PERSON).await;
    polite.events.borrow_mut().clear();
    negotiate(&impolite, &polite, 1, &PERSON).await;
    connect(&impolite, &polite).await;
    messages_pass(&impolite, &polite, "first").await;
    // Two offers that cross in mid-call.
    let crossed = impolite.offer(2, &ALL).await;
    polite.offer(2, &ALL).await;
    let answer = polite.answer(3, crossed).await;
    impolite.accept(2, answer).await;
    messages_pass(&impolite, &polite, "later").await;
    drop((impolite, polite));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_peer_without_it_is_called_all_the_same() {
    let leaks = Leaks::watch();
    for offers in [true, false] {
        let a = Side::open();
        let unable = Patch::set(CREATE, "undefined");
        let b = Side::open();
        drop(unable);
        let (offerer, answerer) = if offers { (&b, &a) } else { (&a, &b) };
        let sources = negotiate(offerer, answerer, 1, &PERSON).await;
        assert_eq!(sources.sources().count(), 2);
        connect(&a, &b).await;
        if offers {
            assert_eq!(reported(&a), [], "nobody has offered it");
        } else {
            reports(&a, "an open channel, though the peer has none", ChannelEvent::Opened).await;
        }
        send(&a, "lost", ROOM);
        send(&b, "there is no channel", ROOM);
        // The next offer of the side that has one contains it, behind the sections of before.
        a.send(captured(CaptureTarget::Screen).await);
        let (sdp, sources) = a.offer(2, &ALL).await;
        assert_eq!(sections(&sdp).iter().filter(|kind| **kind == "application").count(), 1);
        assert_eq!(sources.sources().count(), 4);
        let answer = b.answer(2, (sdp, sources)).await;
        a.accept(2, answer).await;
        b.sees(Source::Screen).await;
        assert_eq!(reported(&b), []);
        drop((a, b));
    }
    leaks.none().await;
}

/// The answer of a client that rejects the channel (RFC 8829, section 5.3.1).
fn rejecting(answer: &str) -> String {
    let mut is_channel = false;
    let mut mid = "";
    for line in answer.lines() {
        is_channel = if line.starts_with("m=") { line.starts_with("m=app") } else { is_channel };
        if is_channel && let Some(its) = line.strip_prefix("a=mid:") {
            mid = its;
        }
    }
    let bundle = |line: &str| match line.strip_prefix("a=group:BUNDLE ") {
        Some(mids) => {
            let others: Vec<&str> = mids.split(' ').filter(|other| *other != mid).collect();
            format!("a=group:BUNDLE {}", others.join(" "))
        }
        None => line.replace("m=application 9 ", "m=application 0 "),
    };
    answer.lines().map(bundle).collect::<Vec<_>>().join("\r\n") + "\r\n"
}

#[wasm_bindgen_test]
async fn a_peer_that_rejects_it_closes_it_and_media_go_on() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    a.send(captured(CaptureTarget::MicrophoneAndCamera).await);
    let (sdp, sources) = a.offer(1, &PERSON).await;
    let answer = rejecting(&b.answer(1, (sdp, sources)).await);
    assert!(answer.contains("m=application 0 "), "{answer}");
    trickle(&a, &b);
    a.accept(1, answer).await;
    connect(&a, &b).await;
    b.sees(Source::Camera).await;
    reports(&a, "a closed channel", ChannelEvent::Closed).await;
    send(&a, "lost", ROOM);
    // The place of its section may be taken by another one, whose source is told rightly.
    a.send(captured(CaptureTarget::Screen).await);
    let (sdp, sources) = a.offer(2, &ALL).await;
    assert_eq!(sources.sources().count(), 4);
    let mids = sdp.lines().filter_map(|line| line.strip_prefix("a=mid:")).collect::<Vec<_>>();
    assert!(sources.iter().all(|(mid, _)| mids.contains(&mid)));
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_message_that_would_wait_behind_too_much_is_refused() {
    let leaks = Leaks::watch();
    let (a, b) = connected().await;
    reports(&a, "an open channel", ChannelEvent::Opened).await;
    let large = "x".repeat(40_000);
    let room = 64 * 1024;
    send(&a, &large, room);
    send(&a, &large, room);
    assert!(!reported(&a).contains(&ChannelEvent::Congested), "not from within the call");
    reports(&a, "the second was refused", ChannelEvent::Congested).await;
    let drained = ConnectionEvent::Channel(ChannelEvent::Drained);
    until("what waited is sent", || a.events.borrow().contains(&drained)).await;
    send(&a, "there is room again", room);
    let expected = [ChannelEvent::Opened, text(&large), text("there is room again")];
    until("both that were taken", || reported(&b) == expected).await;
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn binary_messages_and_texts_that_are_too_long_arrive_without_their_contents() {
    let leaks = Leaks::watch();
    let _patch = kept_channels();
    let (a, b) = connected().await;
    reports(&a, "an open channel", ChannelEvent::Opened).await;
    let most = "\u{e9}".repeat(MAX_PEER_MESSAGE_BYTES);
    script(
        "for (const data of [new Uint8Array(3), argument + 'x', argument])
        window.channels[0].send(data)",
        &most,
    );
    let none = ChannelEvent::Received(None);
    until("all of them", || reported(&b).len() == 4).await;
    assert!(reported(&b) == [ChannelEvent::Opened, none.clone(), none, text(&most)]);
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn it_is_negotiated_in_advance_and_ordered_and_reliable() {
    let leaks = Leaks::watch();
    let _patch = kept_channels();
    let side = Side::open();
    let options = "const names = ['id', 'negotiated', 'ordered', 'maxRetransmits',
            'maxPacketLifeTime', 'protocol'];
        return JSON.stringify(names.map((name) => window.channels[0][name]))";
    let options = script(options, "").as_string().expect("a text");
    assert_eq!(options, r#"[0,true,true,null,null,""]"#);
    drop(side);
    let state = || script("return window.channels[0].readyState", "");
    until("it is closed", || state() == "closed").await;
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn it_can_be_closed_alone() {
    let leaks = Leaks::watch();
    let (a, b) = connected().await;
    messages_pass(&a, &b, "before").await;
    a.run(Operation::CloseChannel);
    assert_eq!(leaks.more(|live| live.channels), 1);
    reports(&b, "the other end closes", ChannelEvent::Closed).await;
    send(&a, "lost", ROOM);
    send(&b, "lost", ROOM);
    let before = reported(&a);
    a.send(captured(CaptureTarget::MicrophoneAndCamera).await);
    b.sees(Source::Camera).await;
    negotiate(&b, &a, 2, &ALL).await;
    assert_eq!(reported(&a), before, "one's own end is no news");
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn dropped_by_what_it_reports_it_reports_no_more() {
    let leaks = Leaks::watch();
    let a = Side::open();
    let events = Rc::new(RefCell::new(Vec::new()));
    let owner: Rc<RefCell<Option<PeerConnection>>> = Rc::default();
    let on_event = {
        let (events, owner) = (Rc::clone(&events), Rc::downgrade(&owner));
        move |event| {
            if let ConnectionEvent::Channel(ChannelEvent::Received(_)) = event
                && let Some(owner) = owner.upgrade()
                && let Some(connection) = &*owner.borrow()
            {
                connection.run(Operation::CloseChannel, &Tracks::default());
            }
            events.borrow_mut().push(event);
        }
    };
    let connection = PeerConnection::open(&[], TransportPolicy::All, &Rc::default(), on_event)
        .expect("a connection");
    let (negotiation, (sdp, sources)) = (NegotiationId(1), a.offer(1, &PERSON).await);
    connection.run(Operation::AcceptOffer { negotiation, sdp, sources }, &Tracks::default());
    *owner.borrow_mut() = Some(connection);
    let answer = crate::support::until_some("an answer", || {
        events.borrow().iter().find_map(|event| match event {
            ConnectionEvent::AnswerCreated { sdp, .. } => Some(sdp.clone()),
            _ => None,
        })
    });
    let answer = answer.await;
    if let Some(connection) = &*owner.borrow() {
        connection.run(Operation::ApplyAnswer { negotiation }, &Tracks::default());
    }
    a.accept(1, answer).await;
    let pass_on = |operation| {
        if let Some(connection) = &*owner.borrow() {
            connection.run(operation, &Tracks::default());
        }
    };
    let mut taken = 0;
    until("an open channel", || {
        for event in a.events.borrow().iter() {
            if let ConnectionEvent::CandidateFound(candidate) = event {
                pass_on(Operation::AddCandidate(candidate.clone()));
            }
        }
        for event in events.borrow().iter().skip(taken) {
            if let ConnectionEvent::CandidateFound(candidate) = event {
                a.run(Operation::AddCandidate(candidate.clone()));
            }
        }
        taken = events.borrow().len();
        reported(&a).contains(&ChannelEvent::Opened)
    })
    .await;
    for number in 0..5 {
        send(&a, &format!("message {number}"), ROOM);
    }
    reports(&a, "the other end closes", ChannelEvent::Closed).await;
    yield_once().await;
    let received: Vec<_> = events
        .borrow()
        .iter()
        .filter(|event| matches!(event, ConnectionEvent::Channel(ChannelEvent::Received(_))))
        .cloned()
        .collect();
    assert_eq!(received, [ConnectionEvent::Channel(text("message 0"))]);
    drop((a, owner));
    leaks.none().await;
}
