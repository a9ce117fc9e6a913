//! The notice after a crash. It is made of plain elements, since the app can no longer draw.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement};

use super::rejoin::{self, Rejoin};
use crate::object;

/// The texts of the notice.
#[derive(Debug, Clone, Copy)]
pub struct CrashTexts {
    /// The BCP 47 tag of their language.
    pub language: &'static str,
    /// Says that the page has stopped.
    pub title: &'static str,
    /// Says what that means, and what to do.
    pub help: &'static str,
    /// The same, for a person who was in a call.
    pub help_in_call: &'static str,
    /// The button that loads the page anew.
    pub reload: &'static str,
}

/// Replaces the body of the page, and with it the app, by a notice. Its button leaves a note of the
/// call to `rejoin` in the session, and loads the page anew.
pub(super) fn show(texts: &CrashTexts, cause: &str, rejoin: Option<Rejoin>) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let drawn = draw(&document, texts, cause, rejoin);
    debug_assert!(drawn.is_some(), "elements of these names can always be made");
}

fn draw(
    document: &Document,
    texts: &CrashTexts,
    cause: &str,
    rejoin: Option<Rejoin>,
) -> Option<()> {
    let help = if rejoin.is_some() { texts.help_in_call } else { texts.help };
    let body = element(document, "body", "")?;
    let main = element(document, "main", "crash")?;
    main.set_attribute("lang", texts.language).ok()?;
    let words = element(document, "div", "crash-words")?;
    // It is read out, since it replaces what the person was looking at.
    words.set_attribute("role", "alert").ok()?;
    for (tag, class, text) in
        [("h1", "", texts.title), ("p", "lead", help), ("p", "crash-cause", cause)]
    {
        let line = element(document, tag, class)?;
        line.set_text_content(Some(text));
        words.append_child(&line).ok()?;
    }
    let button = element(document, "button", "button")?;
    button.set_attribute("type", "button").ok()?;
    button.set_attribute("data-kind", "main").ok()?;
    button.set_text_content(Some(texts.reload));
    if let Some(rejoin) = rejoin {
        let storage = object::get(&object::window(), "sessionStorage");
        let note = rejoin.to_string();
        on_click(&button, &storage, "setItem", &[&rejoin::KEY.into(), &note.into()]);
    }
    on_click(&button, &object::get(&object::window(), "location"), "reload", &[]);
    main.append_child(&words).ok()?;
    main.append_child(&button).ok()?;
    body.append_child(&main).ok()?;
    let body: HtmlElement = body.unchecked_into();
    document.set_body(Some(&body));
    let _ = button.unchecked_into::<HtmlElement>().focus();
    Some(())
}

fn element(document: &Document, tag: &str, class: &str) -> Option<Element> {
    let element = document.create_element(tag).ok()?;
    if !class.is_empty() {
        element.set_class_name(class);
    }
    Some(element)
}

/// Calls a method at each click, without the help of WebAssembly. A storage that is missing or full
/// only forgets.
fn on_click(button: &JsValue, object: &JsValue, method: &str, arguments: &[&JsValue]) {
    let mut bound = vec![object];
    bound.extend(arguments);
    let listener = object::call(&object::get(object, method), "bind", &bound);
    if let Ok(listener) = listener {
        let _ = object::call(button, "addEventListener", &[&"click".into(), &listener]);
    }
}
