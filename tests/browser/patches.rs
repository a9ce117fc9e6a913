//! The properties that a test replaces are restored after it.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Patch, script};

fn state() -> String {
    let code = "return [window.patched, 'patched' in window, navigator.webdriver,
        Object.hasOwn(navigator, 'webdriver'), typeof window.fetch].join()";
    script(code, "").as_string().expect("a text")
}

fn patch() -> [Patch; 3] {
    [
        Patch::apply(
            &["window.patched", "navigator.webdriver", "window.fetch"],
            "window.patched = argument + typeof real.fetch; delete window.fetch;
             Object.defineProperty(navigator, 'webdriver', { configurable: true, value: 'no' })",
            "1 ",
        ),
        Patch::set("window.patched", "'2'"),
        Patch::clean_up("window.patched += ' is undone first'"),
    ]
}

#[wasm_bindgen_test]
fn a_property_is_restored_on_drop_whether_it_was_there_or_inherited_or_not() {
    let before = state();
    let [first, second, third] = patch();
    assert_eq!(state(), "2,true,no,true,undefined");
    drop(third);
    assert_eq!(state(), "2 is undone first,true,no,true,undefined");
    drop(second);
    assert_eq!(state(), "1 function,true,no,true,undefined");
    drop(first);
    assert_eq!(state(), before);
}

#[wasm_bindgen_test]
fn what_a_failed_test_left_behind_is_undone_in_reverse() {
    let before = state();
    let patches = patch();
    Patch::undo_all();
    assert_eq!(state(), before);
    drop(patches);
    assert_eq!(state(), before, "once");
}
