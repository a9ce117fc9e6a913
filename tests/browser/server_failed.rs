//! Errors of STUN and TURN servers. The laboratory of networks has real ones.

use js_sys::Reflect;
use tincan_call::{ConnectionEvent, IceServerError, IceServerKind};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Event;

use crate::support::{Leaks, Side};

fn failed(server: IceServerKind, code: u16) -> ConnectionEvent {
    ConnectionEvent::ServerFailed(IceServerError { server, code })
}

#[wasm_bindgen_test]
async fn whatever_an_error_says_is_read_or_ignored() {
    let leaks = Leaks::watch();
    let side = Side::open();
    for (url, code, expected) in [
        (JsValue::from("turn:a.example"), JsValue::from(401), vec![(IceServerKind::TurnUdp, 401)]),
        ("turns:a.example".into(), JsValue::from(-1), vec![(IceServerKind::TurnTls, 0)]),
        ("stun:a.example".into(), JsValue::from(1e9), vec![(IceServerKind::Stun, u16::MAX)]),
        ("https://a.example".into(), JsValue::from(401), vec![]),
        (JsValue::UNDEFINED, JsValue::from(401), vec![]),
        ("stun:a.example".into(), JsValue::NULL, vec![]),
    ] {
        side.events.borrow_mut().clear();
        let event = Event::new("icecandidateerror").expect("an event");
        for (name, value) in [("url", &url), ("errorCode", &code)] {
            Reflect::set(&event, &name.into(), value).expect("set");
        }
        side.raw().dispatch_event(&event).expect("dispatched");
        let expected: Vec<_> =
            expected.into_iter().map(|(server, code)| failed(server, code)).collect();
        assert_eq!(*side.events.borrow(), expected, "{url:?} {code:?}");
    }
    drop(side);
    leaks.none().await;
}
