//! Tincan's page: what is seen and pressed. What a call is, and what the browser does for it, is
//! elsewhere; here a view is drawn and commands are sent.

mod app;
mod components;
mod hooks;
mod i18n;
mod pages;
mod preferences;
mod shortcuts;

use tincan_browser::crash;

fn main() {
    crash::watch();
    // Yew sets a hook of its own unless it is told of another one, and that one prints messages.
    yew::set_custom_panic_hook(Box::new(crash::on_panic));
    yew::Renderer::<app::App>::new().render();
}
