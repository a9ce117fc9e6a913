//! Sending the link by the system's own means.

use tincan_browser::page::{can_share_link, share_link};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// What opens the system's sheet to share a link by, within a click; nothing where there is none.
#[hook]
pub(crate) fn use_share(title: &'static str, link: &AttrValue) -> Option<Callback<()>> {
    let can_share = use_memo((), |()| can_share_link());
    let share = use_callback((title, link.clone()), |(), (title, link)| {
        let sharing = share_link(title, link);
        spawn_local(async move {
            // Whoever closes the sheet knows that nothing was shared.
            let _ = sharing.await;
        });
    });
    can_share.then_some(share)
}
