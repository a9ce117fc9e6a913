//! The DTLS transport of a connection, which tells when the peer has closed its end.

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
    /// Watches the transport that all media of a connection are bundled on, once there is one.
    /// Calls `on_closed` when it closes (`RTCDtlsTransport.state`, W3C WebRTC, section 5.5).
    ///
    /// `connectionState` is no help: it also depends on ICE, which takes some seconds to notice.
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

    /// Stops watching.
    pub(super) fn stop(&self) {
        self.watched.take();
    }
}

/// Returns the transport of the first section that has one, or that of the data channel. There is
/// only one, since all sections are bundled.
fn bundled(connection: &RtcPeerConnection) -> Option<EventTarget> {
    let transport = |end: JsValue| {
        let transport = object::get(&end, "transport");
        (!transport.is_null() && !transport.is_undefined()).then(|| transport.unchecked_into())
    };
    let of_media = connection.get_senders().iter().find_map(transport);
    of_media.or_else(|| transport(object::get(connection, "sctp")))
}
