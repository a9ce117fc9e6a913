//! Back and forward: closing of layers, and suspended pages.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::page::{Layer, Layers, PageTransition, PageTransitions};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Leaks, Patch, script, until};

type Closed = Rc<RefCell<Vec<&'static str>>>;

fn open(layers: &Layers, name: &'static str, closed: &Closed) -> Layer {
    let closed = Rc::clone(closed);
    layers.open(move || closed.borrow_mut().push(name))
}

/// The depth that the current entry of the history stands for.
fn depth() -> String {
    script("return String(Math.floor(history.state ?? 0))", "").as_string().expect("a text")
}

fn run(code: &str) {
    script(code, "");
}

#[wasm_bindgen_test]
async fn going_back_closes_one_layer_after_the_other() {
    let leaks = Leaks::watch();
    let (layers, closed) = (Layers::new(), Closed::default());
    let address = script("return location.href", "").as_string();
    let call = open(&layers, "call", &closed);
    let dialog = open(&layers, "dialog", &closed);
    assert_eq!(
        (depth(), script("return location.href", "").as_string()),
        ("2".to_owned(), address)
    );
    for names in [&["dialog"][..], &["dialog", "call"]] {
        run("history.back()");
        until("a layer closes", || *closed.borrow() == names).await;
    }
    assert_eq!(depth(), "0");
    drop((call, dialog, layers));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn going_back_over_all_closes_all_the_top_first() {
    let (layers, closed) = (Layers::new(), Closed::default());
    let _call = open(&layers, "call", &closed);
    let _dialog = open(&layers, "dialog", &closed);
    run("history.go(-2)");
    until("both close", || *closed.borrow() == ["dialog", "call"]).await;
}

#[wasm_bindgen_test]
async fn a_layer_that_closes_by_itself_takes_its_entry_along() {
    let (layers, closed) = (Layers::new(), Closed::default());
    let call = open(&layers, "call", &closed);
    let dialog = open(&layers, "dialog", &closed);
    drop(dialog);
    until("the dialog's entry is left", || depth() == "1").await;
    let dialog = open(&layers, "dialog", &closed);
    // Both at once, as when a call ends.
    drop((dialog, call));
    until("both entries are left", || depth() == "0").await;
    // One opens while the browser is on its way back.
    let call = open(&layers, "call", &closed);
    drop(call);
    let call = open(&layers, "call", &closed);
    run(
        "window.moves = 0; addEventListener('popstate', () => { window.moves += 1 }, { once: true })",
    );
    until("the call has its entry", || script("return window.moves", "") == 1.0 && depth() == "1")
        .await;
    assert!(closed.borrow().is_empty(), "nobody went back");
    drop(call);
    until("the entry is left", || depth() == "0").await;
}

#[wasm_bindgen_test]
async fn going_forward_to_what_is_closed_leads_back() {
    let (layers, closed) = (Layers::new(), Closed::default());
    let _call = open(&layers, "call", &closed);
    run("history.back()");
    until("the call closes", || *closed.borrow() == ["call"]).await;
    let _note = Patch::clean_up("removeEventListener('popstate', window.note)");
    run("window.depths = [];
         window.note = () => window.depths.push(history.state ?? 0);
         addEventListener('popstate', window.note);
         history.forward()");
    until("it was there and is back", || script("return window.depths.join()", "") == "1,0").await;
    assert_eq!(*closed.borrow(), ["call"]);
}

#[wasm_bindgen_test]
async fn after_a_reload_the_entries_of_what_was_open_are_left() {
    run("history.pushState(1, ''); history.pushState(2, '')");
    let _layers = Layers::new();
    until("the entries are left", || depth() == "0").await;
}

#[wasm_bindgen_test]
async fn a_page_that_is_left_does_not_move_in_the_history() {
    let (layers, closed) = (Layers::new(), Closed::default());
    let call = open(&layers, "call", &closed);
    run("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    drop(call);
    assert_eq!(depth(), "1");
    run("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    until("the entry is left", || depth() == "0").await;
}

#[wasm_bindgen_test]
async fn another_link_of_the_same_room_closes_nothing() {
    let (layers, closed) = (Layers::new(), Closed::default());
    let fragment = script("return location.hash", "").as_string().expect("a text");
    let call = open(&layers, "call", &closed);
    run("window.went = 0;
         window.note = () => window.went += 1;
         addEventListener('hashchange', window.note);
         location.hash = 'the-same-room'");
    until("the other address", || script("return window.went", "") == 1.0).await;
    layers.adopt();
    assert_eq!((closed.borrow().len(), depth()), (0, "1".to_owned()));
    // From there, too, going back once closes the call.
    run("history.back()");
    until("the call closes", || *closed.borrow() == ["call"]).await;
    until("its entries are left", || depth() == "0").await;
    drop(call);

    // Nor does it without layers.
    script("location.hash = argument", "#another-room");
    until("the other address", || script("return window.went", "") == 3.0).await;
    layers.adopt();
    assert_eq!(depth(), "0");
    let call = open(&layers, "call", &closed);
    assert_eq!(depth(), "1");
    drop(call);
    until("the entry is left", || depth() == "0").await;
    run("removeEventListener('hashchange', window.note)");
    script(
        "history.replaceState(0, '', argument || location.pathname + location.search)",
        &fragment,
    );
}

#[wasm_bindgen_test]
async fn a_page_is_told_when_it_goes_and_when_it_comes_back() {
    let leaks = Leaks::watch();
    let told = Rc::new(RefCell::new(Vec::new()));
    let transitions = PageTransitions::new({
        let told = Rc::clone(&told);
        move |transition| told.borrow_mut().push(transition)
    });
    for (event, persisted) in [("pageshow", false), ("pagehide", true), ("pageshow", true)] {
        run(&format!(
            "dispatchEvent(new PageTransitionEvent('{event}', {{ persisted: {persisted} }}))"
        ));
    }
    assert_eq!(*told.borrow(), [PageTransition::Hidden, PageTransition::Restored]);
    drop(transitions);
    run("dispatchEvent(new PageTransitionEvent('pagehide'))");
    assert_eq!(told.borrow().len(), 2);
    leaks.none().await;
}
