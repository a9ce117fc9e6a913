//! Probes the signaling server by HTTP: browsers delay a WebSocket by seconds after others have
//! failed (RFC 6455, section 7.2.3).

use wasm_bindgen::JsValue;

use crate::object;
use crate::task::Task;

/// A proxy whose server is away answers with this or more (RFC 9110, section 15.6).
const SERVER_ERROR: f64 = 500.0;

/// A probe in progress. Dropping it cancels the request.
#[must_use = "the request is cancelled when this is dropped"]
pub struct ServerProbe {
    controller: JsValue,
    _task: Task,
}

impl ServerProbe {
    /// Requests the server's WebSocket address by HTTP. `on_end` gets `true` if the server itself
    /// answered, unless this is dropped first.
    pub fn new(signaling_url: &str, on_end: impl FnOnce(bool) + 'static) -> Self {
        let controller = object::construct("AbortController", &[]).unwrap_or_default();
        let init = object::dictionary(&[
            ("cache", &"no-store".into()),
            ("signal", &object::get(&controller, "signal")),
        ]);
        let answer = object::ask(&object::window(), "fetch", &[&http(signaling_url).into(), &init]);
        let task = Task::spawn(async move {
            let answer = answer.await.unwrap_or_default();
            let status = object::number(&answer, "status");
            on_end(status.is_some_and(|status| status < SERVER_ERROR));
        });
        Self { controller, _task: task }
    }
}

impl Drop for ServerProbe {
    fn drop(&mut self) {
        // It has nothing to say if the request is over.
        let _ = object::call(&self.controller, "abort", &[]);
    }
}

/// The same place by HTTP: `ws` becomes `http`, and `wss` becomes `https`.
fn http(signaling_url: &str) -> String {
    ["http", signaling_url.strip_prefix("ws").unwrap_or_default()].concat()
}
