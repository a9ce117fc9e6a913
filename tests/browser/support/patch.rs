//! Replaces properties of the page for one test, and restores them after it.

use std::cell::RefCell;
use std::sync::Once;

use js_sys::{Array, Function, Object, Reflect};
use tincan_browser::crash;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// Returns the value of a property, and a function that restores it.
const SAVE: &str = "
    const dot = argument.lastIndexOf('.');
    const object = new Function('return ' + argument.slice(0, dot))();
    const name = argument.slice(dot + 1);
    const own = Object.getOwnPropertyDescriptor(object, name);
    const restore = () => {
        if (own) Object.defineProperty(object, name, own); else delete object[name];
    };
    return [name, object[name], restore];";

thread_local! {
    static PATCHES: RefCell<Patches> = RefCell::default();
}

#[derive(Default)]
struct Patches {
    last: u32,
    /// The oldest first, each with the patch that it belongs to.
    undo: Vec<(u32, Function)>,
}

/// Undoes on drop what a test did to the page, and also if the test fails: a panic ends a test on
/// WebAssembly without a drop, and must not make the tests after it fail.
pub(crate) struct Patch(u32);

impl Patch {
    /// Saves these properties, such as `navigator.locks`, and runs a script that may replace them.
    /// In the script `real` has their values by their last names, and `argument` is a text.
    pub(crate) fn apply(properties: &[&str], code: &str, argument: &str) -> Self {
        let real = Object::new();
        let undo = properties.iter().map(|property| {
            let saved: Array = super::script(SAVE, property).unchecked_into();
            Reflect::set(&real, &saved.get(0), &saved.get(1)).expect("a value is noted");
            saved.get(2).unchecked_into()
        });
        let patch = Self::undone_by(undo.collect());
        let patched = Function::new_with_args("real, argument", code).call2(
            &JsValue::NULL,
            &real,
            &JsValue::from_str(argument),
        );
        patched.expect("the script runs");
        patch
    }

    /// Replaces one property by the value of an expression.
    pub(crate) fn set(property: &str, value: &str) -> Self {
        let (object, name) = property.rsplit_once('.').expect("a property of an object");
        let define = "const value = new Function('return ' + argument)();";
        let code = format!(
            "{define} Object.defineProperty({object}, '{name}',
                {{ configurable: true, writable: true, value }})"
        );
        Self::apply(&[property], &code, value)
    }

    /// Runs this script on drop.
    pub(crate) fn clean_up(code: &str) -> Self {
        Self::undone_by(vec![Function::new_no_args(code)])
    }

    /// Removes this element on drop.
    pub(crate) fn remove(element: &Element) -> Self {
        let bind = Function::new_with_args("element", "return () => element.remove()");
        let remove = bind.call1(&JsValue::NULL, element).expect("a function");
        Self::undone_by(vec![remove.unchecked_into()])
    }

    fn undone_by(undo: Vec<Function>) -> Self {
        undo_on_panic();
        PATCHES.with_borrow_mut(|patches| {
            patches.last += 1;
            let id = patches.last;
            patches.undo.extend(undo.into_iter().map(|undo| (id, undo)));
            Self(id)
        })
    }

    /// Undoes all patches there are.
    pub(crate) fn undo_all() {
        undo(|_| true);
    }
}

impl Drop for Patch {
    fn drop(&mut self) {
        undo(|id| id == self.0);
    }
}

/// Undoes some patches, the last one first.
fn undo(is_meant: impl Fn(u32) -> bool) {
    let undo: Vec<_> = PATCHES
        .with_borrow_mut(|patches| patches.undo.extract_if(.., |(id, _)| is_meant(*id)).collect());
    for (_, undo) in undo.into_iter().rev() {
        undo.call0(&JsValue::NULL).expect("it is undone");
    }
}

fn undo_on_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            report(info);
            Patch::undo_all();
            // The end of the page would take the results of the suite along.
            crash::recover();
        }));
    });
}
