//! The sizes at which elements are shown.

use std::cell::Cell;

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use crate::live::Live;
use crate::object;

/// The least space between a bar and the edges of what it lies in, in CSS pixels.
const MARGINS: i32 = 24;

/// Tells how tall an element is, until it is dropped.
#[must_use = "it stops when it is dropped"]
pub struct SizeObserver {
    _observer: ResizeObserver,
}

impl SizeObserver {
    /// Starts to observe: `on_height` gets the height in device pixels, soon and then whenever it
    /// differs; 0 while the element is not shown. Nothing where the browser has no observers.
    pub fn new(element: &Element, on_height: impl Fn(u32) + 'static) -> Option<Self> {
        let shown = element.clone();
        let on_height = if_changed(on_height);
        let observer = ResizeObserver::new(&[element], move || {
            on_height(device_pixels(shown.client_height()));
        });
        observer.map(|observer| Self { _observer: observer })
    }
}

/// Tells how many controls there is room for in a bar, until it is dropped.
#[must_use = "it stops when it is dropped"]
pub struct FitObserver {
    _observer: ResizeObserver,
}

impl FitObserver {
    /// Starts to observe: `on_fit` gets the number of controls as wide as the first of `bar` that
    /// fit side by side into the parent of `bar`, soon and then whenever it differs. Nothing where
    /// the browser has no observers.
    pub fn new(bar: &Element, on_fit: impl Fn(usize) + 'static) -> Option<Self> {
        let parent = bar.parent_element()?;
        let (shown, on_fit) = (bar.clone(), if_changed(on_fit));
        let observer = ResizeObserver::new(&[&parent.clone(), bar], move || {
            let control = shown.first_element_child().and_then(|first| first.dyn_into().ok());
            let width = control.map(|control: HtmlElement| control.offset_width());
            let room = parent.client_width() - MARGINS;
            // Without a width it is not shown.
            if let Some(fit) = width.and_then(|width| room.checked_div(width)) {
                on_fit(usize::try_from(fit).unwrap_or_default());
            }
        });
        observer.map(|observer| Self { _observer: observer })
    }
}

/// Calls a function with each value that differs from the one before.
fn if_changed<T: Copy + PartialEq>(call: impl Fn(T)) -> impl Fn(T) {
    let last = Cell::new(None);
    move |value| {
        if last.replace(Some(value)) != Some(value) {
            call(value);
        }
    }
}

/// A `ResizeObserver` with its callback.
struct ResizeObserver {
    observer: JsValue,
    _on_resize: Closure<dyn Fn()>,
    _live: Live,
}

impl ResizeObserver {
    /// Calls `on_resize` soon, and whenever the size of one of these elements changes.
    fn new(elements: &[&Element], on_resize: impl Fn() + 'static) -> Option<Self> {
        let on_resize = Closure::<dyn Fn()>::new(on_resize);
        let observer = object::construct("ResizeObserver", &[on_resize.as_ref()]).ok()?;
        for element in elements {
            object::call(&observer, "observe", &[element]).ok()?;
        }
        let live = Live::count(|live| &mut live.observers);
        Some(Self { observer, _on_resize: on_resize, _live: live })
    }
}

impl Drop for ResizeObserver {
    fn drop(&mut self) {
        // It never throws.
        let _ = object::call(&self.observer, "disconnect", &[]);
    }
}

fn device_pixels(css_pixels: i32) -> u32 {
    let ratio = object::number(&object::window(), "devicePixelRatio").unwrap_or(1.0);
    // Neither is negative, and no screen comes near the limit.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let height = (f64::from(css_pixels) * ratio + 0.5) as u32;
    height
}
