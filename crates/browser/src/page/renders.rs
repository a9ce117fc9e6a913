//! The number of times that each component was drawn: the proof that only what changed is drawn
//! again.

use std::cell::RefCell;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::object;

thread_local! {
    static RENDERS: RefCell<Vec<(&'static str, u32)>> = const { RefCell::new(Vec::new()) };
}

/// Counts that a component is drawn.
pub fn count_render(component: &'static str) {
    RENDERS.with_borrow_mut(|renders| {
        match renders.iter_mut().find(|(name, _)| *name == component) {
            Some((_, count)) => *count = count.wrapping_add(1),
            None => renders.push((component, 1)),
        }
    });
}

/// The counts since the page was loaded, by component, as a plain object: tests of the whole page
/// compare them.
#[wasm_bindgen(js_name = renders)]
pub fn renders_object() -> JsValue {
    let counts = object::dictionary(&[]);
    RENDERS.with_borrow(|renders| {
        for (name, count) in renders {
            object::set(&counts, name, &JsValue::from(*count));
        }
    });
    counts
}
