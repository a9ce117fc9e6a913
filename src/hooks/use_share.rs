//! Sending a link by the system's own means.

use tincan_browser::page::{can_share_link, share_link};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Returns a click handler that opens the system's sheet to share a link, or `None` without one.
#[hook]
pub(crate) fn use_share(title: &'static str, link: &AttrValue) -> Option<Callback<()>> {
    let share = use_callback((title, link.clone()), |(), (title, link)| {
        let sharing = share_link(title, link);
        // Whoever closes the sheet knows that nothing was shared.
        spawn_local(async move {
            let _ = sharing.await;
        });
    });
    can_share_link().then_some(share)
}
