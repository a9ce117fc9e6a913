//! A WebSocket that a test plays the server of.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::{Patch, script};

/// As long as this lives, `WebSocket` is a class that connects to nobody.
pub(crate) struct FakeSockets {
    _patch: Patch,
}

const INSTALL: &str = "
    window.fakeSockets = [];
    window.WebSocket = class extends EventTarget {
        readyState = 0;
        sent = [];
        closeCodes = [];
        constructor(url) { super(); this.url = url; window.fakeSockets.push(this); }
        send(data) {
            if (this.readyState === 0) throw new DOMException('', 'InvalidStateError');
            if (this.readyState === 1) this.sent.push(data);
        }
        close(code) {
            if (this.readyState >= 2) return;
            this.closeCodes.push(code);
            this.readyState = 2;
        }
        open() { this.readyState = 1; this.dispatchEvent(new Event('open')); }
        receive(data) { this.dispatchEvent(new MessageEvent('message', { data })); }
        end() {
            this.readyState = 3;
            this.dispatchEvent(new CloseEvent('close', { code: 1006 }));
        }
    };";

impl FakeSockets {
    pub(crate) fn install() -> Self {
        let properties = ["window.WebSocket", "window.fakeSockets"];
        Self { _patch: Patch::apply(&properties, INSTALL, "") }
    }

    /// All sockets that were made, in that order; none if they are no longer installed.
    pub(crate) fn all() -> Vec<FakeSocket> {
        // A panic undoes the patch, but drops nothing: timers of the failed test still look.
        let sockets = script("return window.fakeSockets ?? []", "");
        let sockets: Array = sockets.unchecked_into();
        sockets.iter().map(FakeSocket).collect()
    }
}

/// The server's end of one socket.
#[derive(Clone)]
pub(crate) struct FakeSocket(JsValue);

impl FakeSocket {
    pub(crate) fn open(&self) {
        self.call("open", &JsValue::UNDEFINED);
    }

    /// Sends a frame to the page.
    pub(crate) fn receive(&self, frame: &JsValue) {
        self.call("receive", frame);
    }

    /// The connection ends.
    pub(crate) fn end(&self) {
        self.call("end", &JsValue::UNDEFINED);
    }

    /// Returns the frames that the page sent since the last call.
    pub(crate) fn take_sent(&self) -> Vec<String> {
        let sent: Array = self.get("sent").unchecked_into();
        sent.splice(0, sent.length(), &JsValue::UNDEFINED)
            .iter()
            .filter_map(|frame| frame.as_string())
            .collect()
    }

    /// The codes that the page closed with.
    pub(crate) fn close_codes(&self) -> Vec<Option<f64>> {
        let codes: Array = self.get("closeCodes").unchecked_into();
        codes.iter().map(|code| code.as_f64()).collect()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.get("readyState") == 1.0
    }

    fn get(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &JsValue::from_str(name)).expect("a property")
    }

    fn call(&self, method: &str, argument: &JsValue) {
        let method: Function = self.get(method).unchecked_into();
        method.call1(&self.0, argument).expect("the method runs");
    }
}
