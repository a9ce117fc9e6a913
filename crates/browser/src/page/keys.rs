//! Keys that are pressed anywhere on the page.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use web_sys::Event;

use crate::listener::Listener;
use crate::object;

/// A key that is pressed or released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEvent {
    /// `KeyboardEvent.key`, a single letter of ASCII always in lower case: "m", " ", "Escape". It
    /// depends on the layout of the keyboard; an input method makes "Process" of it.
    pub key: String,
    /// `KeyboardEvent.code`, the place of the key whatever the layout: "`KeyM`", "Space". Empty if
    /// there is none, as on virtual keyboards.
    pub code: String,
    /// True if it is pressed, and not released.
    pub is_down: bool,
    /// True if it was pressed before and is held.
    pub is_repeat: bool,
    /// Ctrl, Alt, `AltGr` or Meta is held. Shift is not counted: it only makes other letters.
    pub has_modifier: bool,
    /// True while Shift is held.
    pub has_shift: bool,
    /// The kind of element that has the focus.
    pub focus: KeyFocus,
}

/// The kind of element that has the focus while a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFocus {
    /// Nothing that has a use for keys.
    Page,
    /// Something that is pressed: a button, a link, a summary.
    Control,
    /// Something that one types into or chooses from.
    Field,
}

/// Tells of keys until it is dropped.
#[must_use = "it stops listening when it is dropped"]
pub struct Keys {
    _listeners: Vec<Listener>,
}

/// Those that are held down, and whom to tell.
struct Held<F> {
    keys: RefCell<Vec<KeyEvent>>,
    on_key: F,
}

impl Keys {
    /// Starts to listen. If `on_key` returns true, the browser does not do what it would by itself.
    /// The keys of an input method are its own business. When the window loses the focus, all keys
    /// that are held are told as released: nobody would tell later.
    pub fn new(on_key: impl Fn(&KeyEvent) -> bool + 'static) -> Self {
        let held = Rc::new(Held { keys: RefCell::default(), on_key });
        let mut listeners = Vec::new();
        if let Some(window) = web_sys::window() {
            for event_type in ["keydown", "keyup"] {
                let held = Rc::clone(&held);
                listeners.push(Listener::active(&window, event_type, move |event| {
                    if let Some(key) = key_event(event)
                        && held.tell(&key)
                    {
                        event.prevent_default();
                    }
                }));
            }
            listeners.push(Listener::new(&window, "blur", move |_| held.release()));
        }
        Self { _listeners: listeners }
    }
}

impl<F: Fn(&KeyEvent) -> bool> Held<F> {
    fn tell(&self, event: &KeyEvent) -> bool {
        self.keys.borrow_mut().retain(|key| !is_same_key(key, event));
        if event.is_down {
            self.keys.borrow_mut().push(event.clone());
        }
        (self.on_key)(event)
    }

    fn release(&self) {
        for key in self.keys.take() {
            (self.on_key)(&KeyEvent {
                is_down: false,
                is_repeat: false,
                has_modifier: false,
                has_shift: false,
                focus: KeyFocus::Page,
                ..key
            });
        }
    }
}

/// Returns true if two events are about one key. Its letter may have changed while it was held.
fn is_same_key(one: &KeyEvent, other: &KeyEvent) -> bool {
    if one.code.is_empty() || other.code.is_empty() {
        one.key == other.key
    } else {
        one.code == other.code
    }
}

/// Reads a `KeyboardEvent` (UI Events, section 3.6). Of what an input method composes, only the
/// release of a key counts.
fn key_event(event: &Event) -> Option<KeyEvent> {
    let is_down = event.type_() == "keydown";
    if is_down && object::is(event, "isComposing") {
        return None;
    }
    // A browser that fills in a form tells of keys that are none.
    let mut key = object::text(event, "key")?;
    if key.len() == 1 {
        key.make_ascii_lowercase();
    }
    Some(KeyEvent {
        key,
        code: object::text(event, "code").unwrap_or_default(),
        is_down,
        is_repeat: object::is(event, "repeat"),
        has_modifier: ["ctrlKey", "altKey", "metaKey"]
            .into_iter()
            .any(|modifier| object::is(event, modifier))
            || has_alt_graph(event),
        has_shift: object::is(event, "shiftKey"),
        focus: focus(&object::get(event, "target")),
    })
}

/// Returns `true` while `AltGr` is held. It makes other characters, and no flag of an event tells
/// of it.
fn has_alt_graph(event: &Event) -> bool {
    let state = object::call(event, "getModifierState", &[&JsValue::from_str("AltGraph")]);
    state.is_ok_and(|state| state.is_truthy())
}

fn focus(target: &JsValue) -> KeyFocus {
    if object::is(target, "isContentEditable") {
        return KeyFocus::Field;
    }
    match object::text(target, "tagName").as_deref() {
        Some("INPUT" | "TEXTAREA" | "SELECT") => KeyFocus::Field,
        Some("A" | "BUTTON" | "SUMMARY") => KeyFocus::Control,
        _ => KeyFocus::Page,
    }
}
