//! Helpers of the tests.

mod fake_socket;
mod leaks;
mod patch;
mod side;
mod video;

pub(crate) use fake_socket::{FakeSocket, FakeSockets};
pub(crate) use leaks::Leaks;
pub(crate) use patch::Patch;
pub(crate) use side::{Side, connect, is_stable, negotiate, reported, trickle};
pub(crate) use video::Video;

use gloo_timers::future::TimeoutFuture;
use js_sys::Function;
use tincan_browser::media::{CapturedTrack, capture};
use tincan_call::{CaptureTarget, Preferences, Quality};
use wasm_bindgen::JsValue;

/// The number of steps of [`STEP_MILLIS`] after which a test gives up on a condition.
const STEPS: u32 = 1500;
const STEP_MILLIS: u32 = 20;

/// Waits until `condition` holds.
pub(crate) async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    until_some(what, || condition().then_some(())).await;
}

/// Waits until there is something.
pub(crate) async fn until_some<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    until_async(what, async || found()).await
}

/// Waits until there is something that is itself asked for asynchronously.
pub(crate) async fn until_async<T>(what: &str, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..STEPS {
        if let Some(found) = found().await {
            return found;
        }
        TimeoutFuture::new(STEP_MILLIS).await;
    }
    panic!("in vain: {what}");
}

/// Fake devices, or a fake screen.
pub(crate) async fn captured(target: CaptureTarget) -> Vec<CapturedTrack> {
    let captured = capture(target, Quality::Preferred, &Preferences::default()).await;
    captured.expect("fake devices")
}

/// Lets everything run that is ready to.
pub(crate) async fn yield_once() {
    TimeoutFuture::new(0).await;
}

/// Runs a script with `argument` in the variable of that name.
pub(crate) fn script(code: &str, argument: &str) -> JsValue {
    Function::new_with_args("argument", code)
        .call1(&JsValue::NULL, &JsValue::from_str(argument))
        .expect("the script runs")
}
