//! The title of the document.

use tincan_browser::page;
use yew::prelude::*;

use super::use_effect_with;

/// Sets the title that the browser shows on the tab.
#[hook]
pub(crate) fn use_title(title: &str) {
    use_effect_with(title.to_owned(), |title| page::set_title(title));
}
