//! Tincan's page: what is seen and pressed. What a call is, and what the browser does for it, is
//! elsewhere; here a view is drawn and commands are sent.

mod app;
mod components;
mod hooks;
mod i18n;
mod pages;
mod preferences;
mod shortcuts;

fn main() {
    yew::Renderer::<app::App>::new().render();
}
