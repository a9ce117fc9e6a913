//! The name, and the main button.

use tincan_call::protocol::{MAX_NAME_CHARS, Name};
use unicode_segmentation::UnicodeSegmentation as _;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{ButtonKind, submit_button, waiting};
use crate::hooks::{Waiting, count_render, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct JoinFormProps {
    pub(crate) name: Name,
    pub(crate) on_name: Callback<Name>,
    /// The label of the button.
    pub(crate) action: &'static str,
    pub(crate) on_join: Callback<()>,
    /// The reason why a click has not led into the call yet.
    pub(crate) waiting: Waiting,
}

/// Asks for the name, which may stay empty, and goes on: by the button or by Enter.
#[component(JoinForm)]
pub(crate) fn join_form(props: &JoinFormProps) -> Html {
    count_render("JoinForm");
    let texts = use_texts();
    // What is typed is not always what the name becomes of it: a space at the end is on its way
    // to a second word.
    let typed = use_state(|| AttrValue::from(props.name.as_str().to_owned()));
    let oninput = use_callback(props.on_name.clone(), {
        let typed = typed.setter();
        move |event: InputEvent, on_name: &Callback<Name>| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            let name = Name::new(&text);
            // An input method that composes must not be disturbed. `maxlength` counts UTF-16 code
            // units, and names count grapheme clusters.
            let is_too_long =
                !event.is_composing() && text.graphemes(true).nth(MAX_NAME_CHARS).is_some();
            typed.set(AttrValue::from(if is_too_long { name.to_string() } else { text }));
            on_name.emit(name);
        }
    });
    // Whoever is done sees what became of it.
    let onchange = use_callback((), {
        let typed = typed.setter();
        move |event: Event, ()| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            typed.set(AttrValue::from(Name::new(&text).to_string()));
        }
    });
    let onsubmit = use_callback(props.on_join.clone(), |event: SubmitEvent, on_join| {
        event.prevent_default();
        on_join.emit(());
    });
    html! {
        <form class="join" {onsubmit}>
            <div class="field">
                <label for="name">{ texts.lobby.your_name }</label>
                <input
                    id="name"
                    type="text"
                    name="name"
                    dir="auto"
                    autocomplete="name"
                    placeholder={texts.lobby.name_example}
                    value={(*typed).clone()}
                    {oninput}
                    {onchange}
                />
            </div>
            { submit_button(ButtonKind::Main, props.action) }
            { waiting(texts, &props.waiting) }
        </form>
    }
}
