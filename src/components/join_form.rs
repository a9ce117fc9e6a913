//! The name, and the main button.

use tincan_call::protocol::{MAX_NAME_CHARS, Name};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{ButtonKind, submit_button};
use crate::hooks::{count_render, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct JoinFormProps {
    pub(crate) name: Name,
    pub(crate) onname: Callback<Name>,
    /// What the button says, and what it does.
    pub(crate) action: &'static str,
    pub(crate) onjoin: Callback<()>,
}

/// Asks for the name, which may stay empty, and goes on: by the button or by Enter.
#[component(JoinForm)]
pub(crate) fn join_form(props: &JoinFormProps) -> Html {
    count_render("JoinForm");
    let texts = use_texts();
    // What is typed is not always what the name becomes of it: a space at the end is on its way
    // to a second word.
    let typed = use_state(|| AttrValue::from(props.name.as_str().to_owned()));
    let oninput = use_callback(props.onname.clone(), {
        let typed = typed.setter();
        move |event: InputEvent, onname: &Callback<Name>| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            onname.emit(Name::new(&text));
            typed.set(AttrValue::from(text));
        }
    });
    let onsubmit = use_callback(props.onjoin.clone(), |event: SubmitEvent, onjoin| {
        event.prevent_default();
        onjoin.emit(());
    });
    html! {
        <form class="join" {onsubmit}>
            <div class="field">
                <label for="name">{ texts.lobby.your_name }</label>
                <input
                    id="name"
                    type="text"
                    name="name"
                    autocomplete="name"
                    maxlength={MAX_NAME_CHARS.to_string()}
                    placeholder={texts.lobby.name_example}
                    value={(*typed).clone()}
                    {oninput}
                />
            </div>
            { submit_button(ButtonKind::Main, props.action) }
        </form>
    }
}
