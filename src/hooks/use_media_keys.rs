//! Media keys do not pause the call.

use tincan_browser::page::MediaKeys;
use yew::prelude::*;

use super::use_effect_with;

/// Takes the media keys for as long as the component is there.
#[hook]
pub(crate) fn use_media_keys() {
    use_effect_with((), |()| {
        let keys = MediaKeys::new();
        move || drop(keys)
    });
}
