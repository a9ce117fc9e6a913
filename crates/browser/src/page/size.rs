//! How tall something is shown.

use std::cell::Cell;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::Element;

use crate::live::Live;
use crate::object;

/// Tells how tall an element is, until it is dropped (`ResizeObserver`).
#[must_use = "it stops when it is dropped"]
pub struct SizeObserver {
    observer: JsValue,
    _on_resize: Closure<dyn Fn()>,
    _live: Live,
}

impl SizeObserver {
    /// Starts to observe: `on_height` gets the height in device pixels, soon and then whenever it
    /// differs; 0 while the element is not shown. Nothing where the browser has no observers.
    pub fn new(element: &Element, on_height: impl Fn(u32) + 'static) -> Option<Self> {
        let shown = element.clone();
        let last = Cell::new(None);
        let on_resize = Closure::<dyn Fn()>::new(move || {
            let height = device_pixels(shown.client_height());
            if last.replace(Some(height)) != Some(height) {
                on_height(height);
            }
        });
        let observer = object::construct("ResizeObserver", &[on_resize.as_ref()]).ok()?;
        object::call(&observer, "observe", &[element]).ok()?;
        let live = Live::count(|live| &mut live.observers);
        Some(Self { observer, _on_resize: on_resize, _live: live })
    }
}

impl Drop for SizeObserver {
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
