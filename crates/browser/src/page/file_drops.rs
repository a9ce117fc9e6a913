//! Files that the person gives to the page: picked, dropped or pasted.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, File, HtmlElement};

use crate::listener::Listener;
use crate::object;

/// The elements that take pasted text.
const TEXT_FIELD: &str = "input, textarea, [contenteditable]";

/// An event of files that are dropped or pasted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileDropEvent {
    /// Files are dragged over the page, or no longer.
    Dragged(bool),
    /// Files were dropped or pasted.
    Files {
        /// The files.
        files: Vec<File>,
        /// There were folders as well, which cannot be read as files.
        has_folders: bool,
    },
}

/// Tells of files that are dropped anywhere on the page, or pasted, until it is dropped itself.
/// Meanwhile no dropped file makes the browser leave the page.
#[must_use = "it stops listening when it is dropped"]
pub struct FileDrops {
    _listeners: Vec<Listener>,
}

impl FileDrops {
    /// Starts to listen. A text field keeps what is pasted into it, unless that is files alone.
    pub fn new(on_event: impl Fn(FileDropEvent) + 'static) -> Self {
        let on_event = Rc::new(on_event);
        let mut listeners = Vec::new();
        if let Some(window) = web_sys::window() {
            for event_type in ["dragenter", "dragover", "dragleave", "drop", "paste"] {
                let on_event = Rc::clone(&on_event);
                listeners.push(Listener::active(
                    &window,
                    event_type,
                    move |event| match event_type {
                        "paste" => on_paste(event, &*on_event),
                        "drop" => on_drop(event, &*on_event),
                        _ => on_drag(event, &*on_event),
                    },
                ));
            }
        }
        Self { _listeners: listeners }
    }
}

/// Takes an event of a drag (HTML, section 6.11.5).
fn on_drag(event: &Event, on_event: &impl Fn(FileDropEvent)) {
    let data = object::get(event, "dataTransfer");
    if !has_type(&data, "Files") {
        return;
    }
    event.prevent_default();
    if event.type_() != "dragleave" {
        object::set(&data, "dropEffect", &"copy".into());
        on_event(FileDropEvent::Dragged(true));
    } else if !object::is(event, "relatedTarget") {
        // It has not gone to another element.
        on_event(FileDropEvent::Dragged(false));
    }
}

fn on_drop(event: &Event, on_event: &impl Fn(FileDropEvent)) {
    let data = object::get(event, "dataTransfer");
    if has_type(&data, "Files") {
        event.prevent_default();
        on_event(FileDropEvent::Dragged(false));
        give(&data, on_event);
    }
}

fn on_paste(event: &Event, on_event: &impl Fn(FileDropEvent)) {
    let data = object::get(event, "clipboardData");
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    let is_in_field = target.is_some_and(|target| target.matches(TEXT_FIELD).unwrap_or_default());
    if has_type(&data, "Files") && !(is_in_field && has_type(&data, "text/plain")) {
        event.prevent_default();
        give(&data, on_event);
    }
}

/// Tells of the files in a `DataTransfer`, if there are any.
fn give(data: &JsValue, on_event: &impl Fn(FileDropEvent)) {
    let is_file = |item: &JsValue| object::text(item, "kind").as_deref() == Some("file");
    let items: Vec<_> = list(data, "items").into_iter().filter(is_file).collect();
    let (files, has_folders) = if items.is_empty() {
        (files(data), false)
    } else {
        let (folders, files): (Vec<_>, Vec<_>) = items.iter().partition(|item| is_folder(item));
        let file = |item: &JsValue| object::call(item, "getAsFile", &[]).ok()?.dyn_into().ok();
        (files.into_iter().filter_map(file).collect(), !folders.is_empty())
    };
    if has_folders || !files.is_empty() {
        on_event(FileDropEvent::Files { files, has_folders });
    }
}

/// Returns `true` for a folder (File and Directory Entries API, section 7). A `File` of one cannot
/// be read.
fn is_folder(item: &JsValue) -> bool {
    let entry = object::call(item, "webkitGetAsEntry", &[]);
    entry.is_ok_and(|entry| object::is(&entry, "isDirectory"))
}

/// Returns `true` if a `DataTransfer` holds something of this type.
fn has_type(data: &JsValue, name: &str) -> bool {
    list(data, "types").iter().any(|one| one.as_string().as_deref() == Some(name))
}

/// Returns the `files` of an object.
fn files(object: &JsValue) -> Vec<File> {
    list(object, "files").into_iter().filter_map(|file| file.dyn_into().ok()).collect()
}

/// Returns the items of a member that is a list; none if there is no such list.
fn list(object: &JsValue, name: &str) -> Vec<JsValue> {
    let list = object::get(object, name);
    if list.is_object() { Array::from(&list).iter().collect() } else { Vec::new() }
}

/// Opens the file picker of the `<input type=file>` with this id. Must come in a click.
pub fn open_file_picker(id: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let input = document.and_then(|document| document.get_element_by_id(id));
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
        input.click();
    }
}

/// Takes the files that an `<input type=file>` holds out of it, so that the same ones can be picked
/// again.
pub fn take_picked(input: &Element) -> Vec<File> {
    let picked = files(input);
    object::set(input, "value", &"".into());
    picked
}

/// Opens a popover, which may be open already.
pub fn open_popover(popover: &Element) {
    // It fails only for one that is open.
    let _ = object::call(popover, "showPopover", &[]);
}
