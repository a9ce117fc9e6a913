//! Notifications of rings.

use tincan_browser::page::{
    NotificationPermission, ask_notification_permission, notification_permission,
};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Returns a click handler that asks for the permission to notify, or `None` if it is decided.
#[hook]
pub(crate) fn use_notifications() -> Option<Callback<()>> {
    let answered = use_state_eq(|| false);
    let answered = answered.setter();
    let ask = move |()| {
        let asking = ask_notification_permission();
        let answered = answered.clone();
        spawn_local(async move {
            let _ = asking.await;
            // The permission is looked up whenever the component is drawn.
            answered.set(true);
        });
    };
    (notification_permission() == NotificationPermission::Default).then(|| Callback::from(ask))
}
