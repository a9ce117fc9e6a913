//! Entries of the browser's history for what is open in front of the room. The back button closes
//! it in place of leaving the page.
//!
//! Each open layer (the call, a dialog in it) has one entry with the same address and its depth as
//! the entry's state. Layers and entries are reconciled after every change. A layer that opens
//! pushes its entry, and one that closes by itself goes back over it. Going back over an entry
//! closes its layer, and going forward to the entry of a closed layer leads back at once.
//!
//! An entry without a number is new: the browser makes one when another fragment is opened. That
//! closes no layer by itself. Another room drops the layers of this one, and for another link of
//! the same room [`Layers::adopt`] takes the entry over. It stands for as many layers as the one
//! before it, so going back from one to the other counts as going back over the top layer.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsValue;
use web_sys::{History, Window};

use crate::listener::Listener;

/// The layers that are open, and the entries of the history that belong to them.
#[derive(Clone)]
pub struct Layers(Rc<Shared>);

struct Shared {
    open: RefCell<Vec<Open>>,
    last_id: Cell<u32>,
    /// The number of the entry that the page is at.
    at: Cell<Number>,
    /// The browser is on its way to another entry because `reconcile` asked for it.
    is_moving: Cell<bool>,
    /// The page was left, and the history is no longer its own.
    is_away: Cell<bool>,
    listeners: RefCell<Vec<Listener>>,
}

struct Open {
    id: u32,
    on_back: Rc<dyn Fn()>,
}

/// A layer that is open. It closes when this is dropped.
#[must_use = "the layer closes when this is dropped"]
pub struct Layer {
    id: u32,
    layers: Rc<Shared>,
}

impl Layers {
    /// Starts to listen to the history. After a reload nothing is open, so this goes back over the
    /// entries of what was open before.
    pub fn new() -> Self {
        let shared = Rc::new(Shared {
            open: RefCell::default(),
            last_id: Cell::default(),
            at: Cell::new(history().as_ref().and_then(number).unwrap_or_default()),
            is_moving: Cell::default(),
            is_away: Cell::default(),
            listeners: RefCell::default(),
        });
        if let Some(window) = web_sys::window() {
            let listen = |event_type, on_event: fn(&Shared)| {
                let weak = Rc::downgrade(&shared);
                Listener::new(&window, event_type, move |_| {
                    if let Some(shared) = weak.upgrade() {
                        on_event(&shared);
                    }
                })
            };
            shared.listeners.replace(vec![
                listen("popstate", Shared::on_popstate),
                listen("pagehide", |shared| shared.is_away.set(true)),
                listen("pageshow", Shared::on_pageshow),
            ]);
        }
        shared.reconcile();
        Self(shared)
    }

    /// Opens a layer in front of the others. `on_back` is called when the person goes back over it;
    /// it is closed by then.
    pub fn open(&self, on_back: impl Fn() + 'static) -> Layer {
        let id = self.0.last_id.get() + 1;
        self.0.last_id.set(id);
        self.0.open.borrow_mut().push(Open { id, on_back: Rc::new(on_back) });
        self.0.reconcile();
        Layer { id, layers: Rc::clone(&self.0) }
    }

    /// Takes over an entry that the browser made for another link of the same room. What is open
    /// stays open.
    pub fn adopt(&self) {
        if let Some(history) = history()
            && number(&history).is_none()
        {
            let depth = self.0.open.borrow().len();
            let last = self.0.at.get();
            let links = if last.depth == depth { last.links + 1 } else { 1 };
            self.0.at.set(Number { depth, links });
            // Browsers refuse it to pages that call it too often.
            let _ = history.replace_state(&Number { depth, links }.state(), "");
        }
    }
}

impl Default for Layers {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Layers {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Drop for Layer {
    fn drop(&mut self) {
        self.layers.open.borrow_mut().retain(|open| open.id != self.id);
        self.layers.reconcile();
    }
}

impl Shared {
    /// Gives the history as many entries as there are layers.
    fn reconcile(&self) {
        let Some(history) = history() else { return };
        let wanted = self.open.borrow().len();
        let depth = depth(&history);
        if self.is_moving.get() || self.is_away.get() || depth == wanted {
            return;
        }
        if depth < wanted {
            // Browsers refuse both to pages that call them too often. Then the back button leaves
            // the page.
            if number(&history).is_none() {
                let _ = history.replace_state(&Number::of(depth).state(), "");
            }
            for depth in depth + 1..=wanted {
                let _ = history.push_state(&Number::of(depth).state(), "");
            }
            self.at.set(Number::of(wanted));
        } else {
            let over = i32::try_from(depth - wanted).unwrap_or(i32::MAX);
            self.is_moving.set(history.go_with_delta(-over).is_ok());
        }
    }

    /// The page is shown for the first time, or again after the browser kept it.
    fn on_pageshow(&self) {
        if self.is_away.replace(false) {
            self.is_moving.set(false);
            self.reconcile();
        }
    }

    /// The browser is at another entry.
    fn on_popstate(&self) {
        if !self.is_moving.replace(false)
            && let Some(history) = history()
        {
            let Some(number) = number(&history) else { return };
            let last = self.at.replace(number);
            let over_link = last.depth == number.depth && last.links > number.links;
            if over_link && number.depth == 0 {
                // It leads to the same room, and would change nothing.
                let _ = history.back();
            }
            let depth = number.depth.saturating_sub(usize::from(over_link));
            while self.open.borrow().len() > depth {
                // Nothing is borrowed meanwhile: what is called may open another layer.
                let closed = self.open.borrow_mut().pop();
                if let Some(closed) = closed {
                    (closed.on_back)();
                }
            }
        }
        if let Some(number) = history().as_ref().and_then(number) {
            self.at.set(number);
        }
        self.reconcile();
    }
}

/// The number of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Number {
    /// The number of layers that it stands for.
    depth: usize,
    /// The number of entries before it that stand for the same layers, of other links to the room.
    links: usize,
}

/// Numbers are written as one: the links are the fraction.
const MOST_LINKS: f64 = 1024.0;

impl Number {
    const fn of(depth: usize) -> Self {
        Self { depth, links: 0 }
    }

    /// Returns the state of an entry with this number.
    fn state(self) -> JsValue {
        let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let links = float(self.links).min(MOST_LINKS - 1.0);
        JsValue::from_f64(float(self.depth) + links / MOST_LINKS)
    }
}

fn history() -> Option<History> {
    web_sys::window().as_ref().map(Window::history)?.ok()
}

/// The number of layers that the current entry stands for. A new entry stands for none.
fn depth(history: &History) -> usize {
    number(history).unwrap_or_default().depth
}

/// The number of the current entry, unless it is new.
fn number(history: &History) -> Option<Number> {
    let state = history.state().ok().and_then(|state| state.as_f64())?;
    // The numbers are those that `state` made.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = |number: f64| number as usize;
    Some(Number { depth: whole(state), links: whole(state.fract() * MOST_LINKS) })
}
