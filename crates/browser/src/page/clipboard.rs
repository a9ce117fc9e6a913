//! The clipboard.

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlDocument, HtmlTextAreaElement};

/// Copies `text`, and returns `true` if it worked. It begins at once, within the click that asked
/// for it, and not only when the future is polled.
pub fn copy(text: &str) -> impl Future<Output = bool> + use<> {
    let text = text.to_owned();
    let writing = write(&text).ok_or_else(|| copy_selection(&text).is_some());
    async move {
        match writing {
            Ok(promise) => JsFuture::from(promise).await.is_ok() || copy_selection(&text).is_some(),
            Err(copied) => copied,
        }
    }
}

/// The clipboard's own interface, which pages without HTTPS do not have.
fn write(text: &str) -> Option<Promise> {
    let navigator = web_sys::window()?.navigator();
    let clipboard = Reflect::get(&navigator, &JsValue::from_str("clipboard")).ok()?;
    (!clipboard.is_undefined()).then(|| navigator.clipboard().write_text(text))
}

/// Copies in the older way: selects the text in a field that is not seen, and copies the selection.
fn copy_selection(text: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let focused = document.active_element();
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    field.set_value(text);
    field.set_read_only(true);
    field.set_class_name("visually-hidden");
    document.body()?.append_child(&field).ok()?;
    field.select();
    let copied = document.dyn_into::<HtmlDocument>().ok()?.exec_command("copy");
    field.remove();
    if let Some(element) =
        focused.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // Only a comfort for the keyboard: the copy is done.
        let _ = element.focus();
    }
    copied.ok()?.then_some(())
}
