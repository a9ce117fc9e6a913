//! The number of controls that fit in a bar, and keyboard navigation of menus.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::page::{FitObserver, FocusMove, move_focus};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

use crate::support::{Leaks, Patch, script, until, yield_once};

/// Four buttons, 60 pixels wide, in a box that is 424 pixels wide.
fn bar() -> (Element, Patch) {
    let bar: Element = script(
        "const box = document.createElement('div');
         box.style.cssText = 'width: 424px; font-size: 20px';
         const style = 'font: inherit; width: 3em; padding: 0; border: 0';
         const buttons = ['a', 'b', 'c', 'd'].map((name) =>
             `<button style=\"${style}\">${name}</button>`);
         box.innerHTML = `<p>${buttons.join('')}</p>`;
         document.body.append(box); window.box = box;
         return box.firstChild",
        "",
    )
    .unchecked_into();
    let removal = Patch::remove(&bar.parent_element().expect("a box"));
    (bar, removal)
}

#[wasm_bindgen_test]
async fn a_bar_tells_how_many_controls_fit() {
    let leaks = Leaks::watch();
    let (bar, _removal) = bar();
    let told = Rc::new(RefCell::new(Vec::new()));
    let fits = Rc::clone(&told);
    let observer = FitObserver::new(&bar, move |fit| fits.borrow_mut().push(fit));
    until("the first", || *told.borrow() == [6]).await;
    // As many as before.
    script("box.style.width = '430px'", "");
    yield_once().await;
    script("box.style.width = '200px'", "");
    until("a small window", || *told.borrow() == [6, 2]).await;
    script("box.style.width = '10px'", "");
    until("no window at all", || *told.borrow() == [6, 2, 0]).await;
    script("box.style.width = '424px'", "");
    until("as at first", || *told.borrow() == [6, 2, 0, 6]).await;
    script("box.style.fontSize = '40px'", "");
    until("large text", || *told.borrow() == [6, 2, 0, 6, 3]).await;
    script("box.style.display = 'none'", "");
    yield_once().await;
    assert_eq!(told.borrow().len(), 5, "what is not shown tells nothing");
    drop(observer);
    assert_eq!(Rc::strong_count(&told), 1, "the callback is gone, too");
    leaks.none().await;
}

#[wasm_bindgen_test]
fn keys_move_the_focus_around_a_menu() {
    let (menu, _removal) = bar();
    let focused =
        || script("return document.activeElement.textContent", "").as_string().expect("a text");
    for (key, button) in [
        ("ArrowDown", "a"),
        ("ArrowDown", "b"),
        ("End", "d"),
        ("ArrowDown", "a"),
        ("ArrowUp", "d"),
        ("ArrowUp", "c"),
        ("Home", "a"),
        ("ArrowRight", "b"),
        ("ArrowLeft", "a"),
    ] {
        move_focus(&menu, FocusMove::of_key(key).expect("a move"));
        assert_eq!(focused(), button, "{key}");
    }
    assert_eq!(FocusMove::of_key("m"), None);
    script("box.querySelector('button').disabled = true", "");
    move_focus(&menu, FocusMove::First);
    assert_eq!(focused(), "b", "a disabled button takes no focus");
    script("document.activeElement.blur()", "");
    move_focus(&menu, FocusMove::Previous);
    assert_eq!(focused(), "d");
    script("box.firstChild.replaceChildren()", "");
    move_focus(&menu, FocusMove::Next);
}
