//! The screen stays on.

use tincan_browser::page::WakeLock;
use yew::prelude::*;

use super::use_effect_with;

/// Keeps the screen on for as long as the component is there.
#[hook]
pub(crate) fn use_wake_lock() {
    use_effect_with((), |()| {
        let lock = WakeLock::new();
        move || drop(lock)
    });
}
