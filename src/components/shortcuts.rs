//! The list of what the keys of the keyboard do.

use yew::prelude::*;

use crate::i18n::Texts;

/// Each key, and what it does.
pub(crate) fn shortcut_list(texts: &Texts) -> Html {
    html! {
        <dl class="shortcuts">
            { for texts.shortcuts.keys.iter().map(|(key, text)| html! {
                <div><dt><kbd>{ *key }</kbd></dt><dd>{ *text }</dd></div>
            }) }
        </dl>
    }
}
