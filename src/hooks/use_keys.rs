//! Keys that are pressed anywhere on the page.

use std::rc::Rc;

use tincan_browser::page::{KeyEvent, Keys};
use yew::prelude::*;

use super::use_effect_with;

type OnKey = Rc<dyn Fn(&KeyEvent) -> bool>;

/// Calls `on_key` for each key; always the one of the latest drawing, and with one listener for
/// all of them. If it returns true, the browser does not do what it would by itself.
#[hook]
pub(crate) fn use_keys(on_key: impl Fn(&KeyEvent) -> bool + 'static) {
    let latest = use_mut_ref(|| None::<OnKey>);
    *latest.borrow_mut() = Some(Rc::new(on_key));
    use_effect_with((), move |()| {
        let keys = Keys::new(move |event| {
            // Nothing is borrowed meanwhile: what it does may draw the page again.
            let on_key = latest.borrow().clone();
            on_key.is_some_and(|on_key| on_key(event))
        });
        move || drop(keys)
    });
}
