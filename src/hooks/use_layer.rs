//! The call and its dialogs, as the browser's back button closes them.

use tincan_browser::page::{self, Layers};
use yew::prelude::*;

use super::use_effect_with;

/// The entries of the browser's history, for the root alone: it hands them down by its context.
#[hook]
pub(crate) fn use_layers() -> Layers {
    let layers = use_memo((), |()| Layers::new());
    (*layers).clone()
}

/// Shows the link of the room in the address bar, without what came along with it, so that it is
/// not copied, shared or loaded again. `visit` differs whenever a link of the room was opened.
#[hook]
pub(crate) fn use_address(link: &AttrValue, visit: u32) {
    let layers = use_context::<Layers>();
    use_effect_with((link.clone(), visit), move |(link, _)| {
        page::replace_address(link);
        if let Some(layers) = layers {
            layers.adopt();
        }
    });
}

/// Makes the back button call `on_back` while this is open, in place of leaving the page.
#[hook]
pub(crate) fn use_layer(is_open: bool, on_back: &Callback<()>) {
    let layers = use_context::<Layers>();
    let on_back = on_back.clone();
    use_effect_with(is_open, move |is_open| {
        let layers = layers.filter(|_| *is_open);
        let layer = layers.map(|layers| layers.open(move || on_back.emit(())));
        move || drop(layer)
    });
}
