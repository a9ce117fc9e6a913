//! The time of day.

use std::time::Duration;

use js_sys::Date;
use wasm_bindgen::JsValue;

use crate::clock::now;
use crate::object;

/// A time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeOfDay {
    /// The hour and the minute, as they are written in a language.
    pub text: String,
    /// The date and the time in ISO 8601, for `<time>`.
    pub iso: String,
}

/// Returns the local time of day at a time of the call's clock. `language` is a BCP 47 tag.
pub fn time_of_day(at: Duration, language: &str) -> TimeOfDay {
    // By its distance from now: the clock of the call may have stopped while the machine slept.
    let ago = now().saturating_sub(at).as_secs_f64() * 1000.0;
    let date = JsValue::from(Date::new(&JsValue::from(Date::now() - ago)));
    let style = object::dictionary(&[("timeStyle", &"short".into())]);
    let text = |method, arguments: &[&JsValue]| {
        let text = object::call(&date, method, arguments);
        // It throws for a language that is none, and for no time.
        text.ok().and_then(|text| text.as_string()).unwrap_or_default()
    };
    TimeOfDay {
        text: text("toLocaleTimeString", &[&language.into(), &style]),
        iso: text("toISOString", &[]),
    }
}
