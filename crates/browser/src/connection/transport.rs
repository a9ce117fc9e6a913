//! The DTLS transport of a connection: by it the peer says that it has closed its end.

use std::cell::RefCell;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{EventTarget, RtcPeerConnection};

use crate::listener::Listener;
use crate::object;

/// Watches the transport of a connection until it is dropped.
#[derive(Default)]
pub(super) struct TransportWatch {
    watched: RefCell<Option<Watched>>,
}

struct Watched {
    transport: EventTarget,
    _listener: Listener,
}

impl TransportWatch {
    /// Watches the transport that all media of a connection are bundled on, once there is one;
    /// `on_closed` is called when it closes (`RTCDtlsTransport.state`, W3C WebRTC, 5.5).
    ///
    /// `connectionState` does not tell: it looks at ICE as well, which takes some seconds to notice.
    pub(super) fn watch(&self, connection: &RtcPeerConnection, on_closed: impl Fn() + 'static) {
        let Some(transport) = bundled(connection) else { return };
        if self.watched.borrow().as_ref().is_some_and(|old| old.transport == transport) {
            return;
        }
        let state = transport.clone();
        let listener = Listener::new(&transport, "statechange", move |_| {
            if object::get(&state, "state") == "closed" {
                on_closed();
            }
        });
        self.watched.replace(Some(Watched { transport, _listener: listener }));
    }

    /// Watches no more.
    pub(super) fn stop(&self) {
        self.watched.take();
    }
}

/// The transport of the first section that has one: there is only one, since all are bundled.
fn bundled(connection: &RtcPeerConnection) -> Option<EventTarget> {
    connection.get_senders().iter().find_map(|sender: JsValue| {
        let transport = object::get(&sender, "transport");
        (!transport.is_null() && !transport.is_undefined()).then(|| transport.unchecked_into())
    })
}
