//! Whether the system tells of a ring.

use tincan_browser::page::{
    NotificationPermission, ask_notification_permission, notification_permission,
};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// What asks whether the page may notify, within a click; nothing if there is nothing to ask.
#[hook]
pub(crate) fn use_notifications() -> Option<Callback<()>> {
    let permission = use_state_eq(notification_permission);
    let ask = use_callback((), {
        let permission = permission.setter();
        move |(), ()| {
            let asking = ask_notification_permission();
            let permission = permission.clone();
            spawn_local(async move { permission.set(asking.await) });
        }
    });
    (*permission == NotificationPermission::Default).then_some(ask)
}
