//! The document: its language and title, its address, and what the browser can do.

use tincan_call::{Browser, without_tracking};
use web_sys::{Document, Element, HtmlMetaElement, Url, VisibilityState};

use crate::{object, promise};

pub(super) fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The element that the page is drawn into. Before that it holds what is painted meanwhile.
pub fn root() -> Option<Element> {
    document()?.get_element_by_id("app")
}

/// Tells the person that part of the page is broken, and offers to load it anew. `start.js` does,
/// since the texts may be what is missing.
pub fn report_load_failure() {
    let _ = object::call(&object::get(&object::window(), "tincan"), "reportFailure", &[]);
}

/// The family of this browser.
pub fn browser() -> Browser {
    Browser::of_user_agent(&object::navigator("userAgent").as_string().unwrap_or_default())
}

/// The title that the browser shows on the tab.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// The language of the text, as a BCP 47 tag: screen readers choose their voice by it.
pub fn set_language(tag: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        // Setting `lang` fails for no tag.
        let _ = root.set_attribute("lang", tag);
    }
}

/// The theme, as `data-theme` on the document element: "light" or "dark"; none is the system's own.
pub fn set_theme(theme: Option<&str>) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        // Neither fails for an attribute of this name.
        let _ = match theme {
            Some(theme) => root.set_attribute("data-theme", theme),
            None => root.remove_attribute("data-theme"),
        };
    }
}

/// Returns `true` while nobody sees the page: another tab is in front of it, or the window is away.
pub fn is_hidden() -> bool {
    document().is_some_and(|document| document.visibility_state() != VisibilityState::Visible)
}

/// The languages that the person prefers, best first, as BCP 47 tags.
pub fn languages() -> Vec<String> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    window.navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// Returns the address of this page with another fragment, and without tracking parameters.
pub fn link_with(fragment: &str) -> String {
    let href = web_sys::window().and_then(|window| window.location().href().ok());
    let href = href.unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    let (page, query) = page.split_once('?').unwrap_or((page, ""));
    [page, &without_tracking(query), "#", fragment].concat()
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // There is nothing better to do if even this fails.
        let _ = window.location().reload();
    }
}

/// The WebSocket address of the signaling server: what the meta tag `tincan-signaling` says, or
/// `signal`, either of them relative to the document; `wss` for pages that came by HTTPS.
pub fn signaling_url() -> Option<String> {
    let document = document()?;
    let configured = document
        .query_selector("meta[name=tincan-signaling]")
        .ok()
        .flatten()
        .and_then(|meta| wasm_bindgen::JsCast::dyn_into::<HtmlMetaElement>(meta).ok())
        .map(|meta| meta.content())
        .filter(|content| !content.trim().is_empty());
    let base = document.base_uri().ok().flatten()?;
    let relative = configured.as_deref().map_or("signal", str::trim);
    let url = Url::new_with_base(relative, &base).ok()?;
    match url.protocol().as_str() {
        "http:" => url.set_protocol("ws:"),
        "https:" => url.set_protocol("wss:"),
        _ => {}
    }
    url.set_hash("");
    Some(url.href())
}

/// Returns `true` if the browser can capture a screen. Most phones cannot.
pub fn can_share_screen() -> bool {
    object::has_method(&object::navigator("mediaDevices"), "getDisplayMedia")
}

/// Returns `true` where the person points with a finger first of all.
pub fn has_touch() -> bool {
    let query = object::call(&object::window(), "matchMedia", &[&"(pointer: coarse)".into()]);
    query.is_ok_and(|query| object::is(&query, "matches"))
}

/// Shows `element` on the whole screen, or ends that. Browsers that cannot do it do nothing.
pub fn toggle_fullscreen(element: &Element) {
    let Some(document) = document() else { return };
    if document.fullscreen_element().is_some() {
        promise::call(&document, "exitFullscreen", &[]);
    } else if object::has_method(element, "requestFullscreen") {
        // A refusal leaves everything as it was.
        promise::call(element, "requestFullscreen", &[]);
    }
}
