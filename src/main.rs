//! Tincan's page: what is seen and pressed. What a call is, and what the browser does for it, is
//! elsewhere; here a view is drawn and commands are sent.

mod app;
mod components;
mod hooks;
mod i18n;
mod pages;
mod preferences;
mod shortcuts;

use tincan_browser::crash::{self, Rejoin};
use tincan_browser::lazy::LoadError;
use tincan_browser::page;

use crate::app::{App, AppProps};
use crate::pages::load_room;

fn main() {
    crash::watch();
    // Yew sets a hook of its own unless it is told of another one, and that one prints messages.
    yew::set_custom_panic_hook(Box::new(crash::on_panic));
    wasm_bindgen_futures::spawn_local(start(crash::take_rejoin()));
}

/// Draws the page as soon as the texts of its language are there, and the room if a link was
/// opened. `start.js` fetches both beside the app.
async fn start(rejoin: Option<Rejoin>) {
    let language = hooks::first_language();
    let texts = language.load().await;
    let room = if page::fragment().is_empty() { None } else { load_room().await.ok() };
    match (texts, page::root()) {
        (Ok(texts), Some(element)) => {
            let props = AppProps { language, texts, rejoin, room };
            yew::Renderer::<App>::with_root_and_props(element, props).render();
        }
        (Err(LoadError), _) | (_, None) => page::report_load_failure(),
    }
}
