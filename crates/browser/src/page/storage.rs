//! The storage of this page. Everything works without: private windows have none.

use web_sys::Storage;

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// Returns the value that was stored under `key`.
pub fn stored(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Stores `value` under `key`, if the browser lets it.
pub fn store(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage only forgets.
        let _ = storage.set_item(key, value);
    }
}

/// Forgets what was stored under `key`.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        // There may be nothing to forget.
        let _ = storage.remove_item(key);
    }
}
