//! Something that a person should know, with what to do about it.

use yew::prelude::*;

use super::Icon;

/// A notice; `actions` is what can be pressed.
pub(crate) fn notice(title: AttrValue, text: AttrValue, actions: Html) -> Html {
    html! {
        <div class="notice" role="alert">
            { Icon::Alert.svg() }
            <div class="notice-words">
                <p class="notice-title">{ title }</p>
                <p>{ text }</p>
            </div>
            <div class="notice-actions">{ actions }</div>
        </div>
    }
}
