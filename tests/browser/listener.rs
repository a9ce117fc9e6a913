//! Listeners are removed on drop.

use std::cell::Cell;
use std::rc::Rc;

use tincan_browser::listener::Listener;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventTarget};

use crate::support::Leaks;

#[wasm_bindgen_test]
async fn a_listener_hears_until_it_is_dropped() {
    let leaks = Leaks::watch();
    let target = EventTarget::new().expect("a target");
    let heard = Rc::new(Cell::new(0));
    let count = Rc::clone(&heard);
    let listener = Listener::new(&target, "bell", move |_| count.set(count.get() + 1));
    let ring = || target.dispatch_event(&Event::new("bell").expect("an event")).expect("a ring");

    ring();
    ring();
    assert_eq!(heard.get(), 2);
    drop(listener);
    ring();
    assert_eq!(heard.get(), 2);
    assert_eq!(Rc::strong_count(&heard), 1, "the callback is gone, too");
    leaks.none().await;
}
