//! The search for another page of this browser that is in a call, by locks that all pages of a site
//! can see (Web Locks API). The browser lets go of a page's locks when the page goes, however it
//! goes.

use js_sys::{Array, Function, Promise};
use tincan_protocol::RoomId;
use wasm_bindgen::{JsCast, JsValue};

use crate::crash::EndOnCrash;
use crate::live::Live;
use crate::{object, promise};

/// The lock of a room's call is this and the room's id.
const NAME: &str = "tincan call ";

/// Lets other pages find a call, until it is dropped.
pub(crate) struct Announcement {
    /// Keeps a promise for which the lock is held.
    release: Option<Function>,
    _crash: Option<EndOnCrash>,
    _live: Live,
}

impl Announcement {
    /// Announces a call of this room. Without locks nobody learns of it.
    pub(crate) fn new(room: &RoomId) -> Self {
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        // The browser asks a function for the promise to wait for. `then` without anything to call
        // is that function, and one that needs no owner here.
        let wait = object::get(&held, "then").unchecked_into::<Function>();
        let wait = object::call(&wait, "bind", &[&held]).unwrap_or_default();
        // Shared: two pages may be in a call of one room.
        let options = object::dictionary(&[("mode", &JsValue::from_str("shared"))]);
        let name = JsValue::from_str(&[NAME, &room.to_string()].concat());
        promise::call(&object::navigator("locks"), "request", &[&name, &options, &wait]);
        let crash = release.as_ref().map(|release| EndOnCrash::new(release, "call"));
        Self { release, _crash: crash, _live: Live::count(|live| &mut live.locks) }
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            // To resolve a promise cannot fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Returns `true` if another page is in a call of another room.
pub(crate) fn find_other_call(room: RoomId) -> impl Future<Output = bool> {
    let locks = object::ask(&object::navigator("locks"), "query", &[]);
    async move {
        let locks = object::get(&locks.await.unwrap_or_default(), "held");
        let room = room.to_string();
        let names = locks.dyn_into::<Array>().unwrap_or_default();
        names
            .iter()
            .filter_map(|lock| object::text(&lock, "name"))
            .any(|name| name.strip_prefix(NAME).is_some_and(|other| other != room))
    }
}
