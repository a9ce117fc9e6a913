//! The probe for the signaling server by HTTP.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::probe_server::ServerProbe;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Leaks, Patch, until, yield_once};

type Found = Rc<RefCell<Vec<bool>>>;

fn probe(url: &str) -> (ServerProbe, Found) {
    let found = Found::default();
    let reported = Rc::clone(&found);
    (ServerProbe::new(url, move |is_there| reported.borrow_mut().push(is_there)), found)
}

/// The address of something that answers: the server that this page comes from.
fn here() -> String {
    let location = web_sys::window().expect("a window").location();
    format!("ws://{}/nothing", location.host().expect("a host"))
}

#[wasm_bindgen_test]
async fn any_answer_of_the_server_counts() {
    let leaks = Leaks::watch();
    let (probe, found) = probe(&here());
    assert!(found.borrow().is_empty(), "not from within the call");
    until("an answer", || !found.borrow().is_empty()).await;
    drop(probe);
    yield_once().await;
    assert_eq!(*found.borrow(), [true], "though there is no such page");
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_proxy_without_its_server_does_not_count() {
    let leaks = Leaks::watch();
    for (status, is_there) in [(426, true), (499, true), (500, false), (502, false)] {
        let answer = format!("async () => new Response(null, {{ status: {status} }})");
        let _fetch = Patch::set("window.fetch", &answer);
        let (_probe, found) = probe(&here());
        until("an answer", || !found.borrow().is_empty()).await;
        assert_eq!(*found.borrow(), [is_there], "{status}");
    }
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_closed_port_does_not_answer() {
    let leaks = Leaks::watch();
    // A port that is closed, and an address that is none.
    for url in ["ws://127.0.0.1:9", "ws://["] {
        let (_probe, found) = probe(url);
        until("an answer", || !found.borrow().is_empty()).await;
        assert_eq!(*found.borrow(), [false], "{url}");
    }
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_dropped_probe_reports_nothing() {
    let leaks = Leaks::watch();
    let (dropped, nothing) = probe(&here());
    drop(dropped);
    let (probe, found) = probe(&here());
    until("an answer", || !found.borrow().is_empty()).await;
    assert!(nothing.borrow().is_empty());
    assert_eq!(Rc::strong_count(&nothing), 1, "the callback is gone, too");
    drop(probe);
    leaks.none().await;
}
