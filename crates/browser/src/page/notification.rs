//! Notifications of the system (Notifications API).

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};

use super::is_hidden;
use crate::crash::EndOnCrash;
use crate::listener::Listener;
use crate::live::Live;
use crate::object;

/// The permission of the page to notify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationPermission {
    /// It may.
    Granted,
    /// The person said no, and would have to say otherwise in the browser's settings.
    Denied,
    /// The person was not asked yet.
    Default,
    /// The browser has no notifications, or not for this page.
    Unsupported,
}

/// Returns the permission of the page to notify.
pub fn notification_permission() -> NotificationPermission {
    match object::text(&class(), "permission").as_deref() {
        Some("granted") => NotificationPermission::Granted,
        Some("denied") => NotificationPermission::Denied,
        Some(_) => NotificationPermission::Default,
        None => NotificationPermission::Unsupported,
    }
}

/// Asks the person, within a click, and waits for what they say.
pub fn ask_notification_permission() -> impl Future<Output = NotificationPermission> + use<> {
    let asked = object::ask(&class(), "requestPermission", &[]);
    async move {
        // Whatever comes of it, the permission says it.
        let _ = asked.await;
        notification_permission()
    }
}

/// A notification. A click on it shows the page; dropping it takes it away.
#[must_use = "the notification goes away when this is dropped"]
pub struct SystemNotification {
    notification: JsValue,
    _click: Listener,
    _crash: EndOnCrash,
    _live: Live,
}

impl SystemNotification {
    /// Shows a notification. Nothing without permission, or where pages cannot notify by
    /// themselves, as on Android.
    pub fn new(title: &str, body: &str) -> Option<Self> {
        if notification_permission() != NotificationPermission::Granted {
            return None;
        }
        let options = object::dictionary(&[("body", &JsValue::from_str(body))]);
        let arguments = [&JsValue::from_str(title), &options];
        let notification = object::construct("Notification", &arguments).ok()?;
        let click = Listener::new(notification.unchecked_ref(), "click", |_| {
            // It may not be allowed to, and then the person finds the page themselves.
            let _ = object::call(&object::window(), "focus", &[]);
        });
        let crash = EndOnCrash::new(&notification, "close");
        let live = Live::count(|live| &mut live.notifications);
        Some(Self { notification, _click: click, _crash: crash, _live: live })
    }
}

impl Drop for SystemNotification {
    fn drop(&mut self) {
        // It may be gone already, which is as well.
        let _ = object::call(&self.notification, "close", &[]);
    }
}

/// Shows a notification whenever the page is hidden, and takes it away when the page is seen again
/// or when this is dropped. There is never more than one.
#[must_use = "the notification goes away when this is dropped"]
pub struct NotifyWhileHidden {
    _visibility: Option<Listener>,
}

impl NotifyWhileHidden {
    /// Shows the notification at once if the page is hidden now.
    pub fn new(title: &str, body: &str) -> Self {
        let (title, body) = (title.to_owned(), body.to_owned());
        let shown = RefCell::new(None);
        let update = Rc::new(move || {
            if is_hidden() && shown.borrow().is_none() {
                let notification = SystemNotification::new(&title, &body);
                shown.replace(notification);
            } else if !is_hidden() {
                shown.take();
            }
        });
        update();
        let document = web_sys::window().and_then(|window| window.document());
        let visibility = document
            .map(|document| Listener::new(&document, "visibilitychange", move |_| update()));
        Self { _visibility: visibility }
    }
}

fn class() -> JsValue {
    object::get(&object::window(), "Notification")
}
