//! The WebSocket to the signaling server.

use std::rc::Rc;
use std::time::Duration;

use tincan_call::SocketEvent;
use tincan_protocol::{ClientMessage, MAX_FRAME_BYTES, ServerMessage, from_json, to_json};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget};

use crate::listener::Listener;
use crate::live::Live;
use crate::timer::Timer;
use crate::{log, object};

/// The close code of a connection that has done its work (RFC 6455, section 7.4.1).
const NORMAL_CLOSURE: u16 = 1000;
/// `WebSocket.OPEN`, a `readyState`.
const OPEN: f64 = 1.0;

/// A connection to the signaling server. Dropping it closes it, after what was sent.
#[must_use = "the socket closes when this is dropped"]
pub struct Socket {
    raw: JsValue,
    listeners: Vec<Listener>,
    /// Tells of an address that does not do.
    _failed: Option<Timer>,
    _live: Live,
}

impl Socket {
    /// Starts to connect. `Opened` may come, then `Received`s; `Closed` comes exactly once,
    /// unless the socket is dropped first: then nothing comes any more. None of them comes from
    /// within this call.
    pub fn open(url: &str, on_event: impl Fn(SocketEvent) + 'static) -> Self {
        let live = Live::count(|live| &mut live.sockets);
        match object::construct("WebSocket", &[&JsValue::from_str(url)]) {
            Ok(raw) => {
                let listeners = listeners(raw.unchecked_ref(), &(Rc::new(on_event) as _));
                Self { raw, listeners, _failed: None, _live: live }
            }
            Err(error) => {
                log::refused("the address of the signaling server does not do", &error);
                let failed = Timer::new(Duration::ZERO, move || on_event(SocketEvent::Closed));
                let (raw, listeners) = (JsValue::UNDEFINED, Vec::new());
                Self { raw, listeners, _failed: Some(failed), _live: live }
            }
        }
    }

    /// Sends a message; if the socket is not open, it is lost.
    pub fn send(&self, message: &ClientMessage) {
        let Some(text) = to_json(message) else { return };
        let is_open = object::number(&self.raw, "readyState") == Some(OPEN);
        if !is_open || object::call(&self.raw, "send", &[&JsValue::from_str(&text)]).is_err() {
            log::debug("a message is lost: the socket is not open");
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.listeners.clear();
        // The browser sends first what it has taken before. There may be nothing to close.
        let _ = object::call(&self.raw, "close", &[&JsValue::from(NORMAL_CLOSURE)]);
    }
}

/// Reports everything that happens to a socket. An error is always followed by the end.
fn listeners(socket: &EventTarget, on_event: &Rc<dyn Fn(SocketEvent)>) -> Vec<Listener> {
    let listen = |event_type, event: fn(&Event) -> Option<SocketEvent>| {
        let on_event = Rc::clone(on_event);
        Listener::new(socket, event_type, move |raw| {
            if let Some(event) = event(raw) {
                on_event(event);
            }
        })
    };
    vec![
        listen("open", |_| Some(SocketEvent::Opened)),
        listen("message", |event| decode(event).map(SocketEvent::Received)),
        listen("close", |_| Some(SocketEvent::Closed)),
    ]
}

/// What is not a message of the protocol is ignored, so that a faulty server ends no call.
fn decode(event: &Event) -> Option<ServerMessage> {
    let text = object::text(event, "data").filter(|text| text.len() <= MAX_FRAME_BYTES);
    let decoded = text.and_then(|text| from_json(text.as_bytes()));
    if decoded.is_none() {
        log::debug("a frame from the signaling server is no message, and is ignored");
    }
    decoded
}
