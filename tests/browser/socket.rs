//! The socket opens, decodes, sends, and closes exactly once.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Uint8Array;
use tincan_browser::socket::Socket;
use tincan_call::SocketEvent;
use tincan_protocol::{ClientMessage, MAX_FRAME_BYTES, ServerMessage};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{FakeSocket, FakeSockets, Leaks, until, yield_once};

type Events = Rc<RefCell<Vec<SocketEvent>>>;

fn open(url: &str) -> (Socket, Events) {
    let events = Events::default();
    let reported = Rc::clone(&events);
    (Socket::open(url, move |event| reported.borrow_mut().push(event)), events)
}

fn open_fake() -> (Socket, Events, FakeSocket) {
    let (socket, events) = open("ws://fake");
    let fake = FakeSockets::all().pop().expect("a socket");
    (socket, events, fake)
}

#[wasm_bindgen_test]
async fn where_nobody_listens_it_closes_once() {
    let leaks = Leaks::watch();
    // A port that is closed, an address that is none, and a scheme that is no socket's.
    for url in ["ws://127.0.0.1:9", "ws://[", "ftp://127.0.0.1"] {
        let (socket, events) = open(url);
        assert!(events.borrow().is_empty(), "not from within the call");
        socket.send(&ClientMessage::Ping);
        until("closed", || !events.borrow().is_empty()).await;
        socket.send(&ClientMessage::Ping);
        yield_once().await;
        drop(socket);
        yield_once().await;
        assert_eq!(*events.borrow(), [SocketEvent::Closed], "{url}");
        assert_eq!(Rc::strong_count(&events), 1, "the callback is gone, too");
    }
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn messages_come_in_order_and_what_is_none_is_ignored() {
    let leaks = Leaks::watch();
    let _sockets = FakeSockets::install();
    let (socket, events, fake) = open_fake();
    fake.open();
    until("opened", || *events.borrow() == [SocketEvent::Opened]).await;
    let pong = serde_json::to_string(&ServerMessage::Pong).expect("JSON");
    let too_large = format!("{pong}{}", " ".repeat(MAX_FRAME_BYTES));
    for text in ["", "nonsense", "[]", r#"{"type":"joined"}"#, &too_large] {
        fake.receive(&JsValue::from_str(text));
    }
    fake.receive(&Uint8Array::from(pong.as_bytes()).buffer());
    fake.receive(&JsValue::from_str(r#"{"type":"of a later version"}"#));
    fake.receive(&JsValue::from_str(&pong));
    fake.end();
    until("closed", || events.borrow().last() == Some(&SocketEvent::Closed)).await;
    assert_eq!(
        *events.borrow(),
        [
            SocketEvent::Opened,
            SocketEvent::Received(ServerMessage::Unknown),
            SocketEvent::Received(ServerMessage::Pong),
            SocketEvent::Closed,
        ]
    );
    drop(socket);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn what_is_sent_before_it_is_open_is_lost_and_the_last_word_is_not() {
    let leaks = Leaks::watch();
    let _sockets = FakeSockets::install();
    let (socket, events, fake) = open_fake();
    socket.send(&ClientMessage::Ping);
    fake.open();
    until("opened", || !events.borrow().is_empty()).await;
    socket.send(&ClientMessage::Ping);
    socket.send(&ClientMessage::Leave);
    drop(socket);
    assert_eq!(fake.take_sent(), [r#"{"type":"ping"}"#, r#"{"type":"leave"}"#]);
    assert_eq!(fake.close_codes(), [Some(1000.0)]);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn once_dropped_it_reports_nothing() {
    let leaks = Leaks::watch();
    let _sockets = FakeSockets::install();
    for state in ["connecting", "open", "with a message on its way", "closed"] {
        let (socket, events, fake) = open_fake();
        yield_once().await;
        if state != "connecting" {
            fake.open();
            until("opened", || !events.borrow().is_empty()).await;
            events.borrow_mut().clear();
        }
        if state == "with a message on its way" {
            fake.receive(&JsValue::from_str(r#"{"type":"pong"}"#));
        }
        if state == "closed" {
            fake.end();
        }
        drop(socket);
        fake.receive(&JsValue::from_str(r#"{"type":"pong"}"#));
        fake.end();
        yield_once().await;
        yield_once().await;
        assert!(events.borrow().is_empty(), "{state}: {:?}", events.borrow());
        assert_eq!(Rc::strong_count(&events), 1, "{state}: the callback is gone, too");
    }
    leaks.none().await;
}
