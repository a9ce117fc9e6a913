//! The field for a message.

use std::rc::Rc;

use tincan_call::features::{ChatTextError, chat_text};
use tincan_call::protocol::MAX_CHAT_CHARS;
use tincan_call::{Command, FeatureCommand};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::panel::Draft;
use crate::components::tile_actions::keep_focus;
use crate::hooks::{count_render, use_choices, use_effect_with};
use crate::i18n::ChatTexts;

/// The id of the field.
const FIELD: &str = "chat-message";
/// The id of the reason why a message was not sent.
const ERROR: &str = "chat-error";

/// The key code of a key that an input method takes (UI Events, section 7.3.1). WebKit ends a
/// composition before it tells of the key.
const COMPOSING: u32 = 229;

/// The reason why a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    /// Nobody would get it.
    Alone,
    /// It has so many characters.
    TooLong(usize),
}

impl Refused {
    fn words(self, words: &ChatTexts) -> String {
        match self {
            Self::Alone => words.alone.to_owned(),
            Self::TooLong(count) => (words.too_long)(count, MAX_CHAT_CHARS),
        }
    }
}

/// Returns the message to send, if there is any.
fn message(text: &str, has_company: bool) -> Result<Option<Rc<str>>, Refused> {
    match chat_text(text) {
        Err(ChatTextError::Empty) => Ok(None),
        Err(ChatTextError::TooLong(count)) => Err(Refused::TooLong(count)),
        Ok(_) if !has_company => Err(Refused::Alone),
        Ok(text) => Ok(Some(text)),
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct ComposerProps {
    pub(super) has_company: bool,
    pub(super) draft: Draft,
    pub(super) dispatch: Callback<Command>,
}

/// The field and its button. What cannot be sent stays in the field.
#[component(Composer)]
pub(super) fn composer(props: &ComposerProps) -> Html {
    count_render("ChatComposer");
    let words = use_choices().language.chat();
    let field = use_node_ref();
    let refused = use_state_eq(|| None::<Refused>);
    use_effect_with((), {
        let (field, draft) = (field.clone(), props.draft.clone());
        move |()| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                field.set_value(&draft.get());
            }
        }
    });
    let oninput = use_callback(props.draft.clone(), {
        let refused = refused.setter();
        move |event: InputEvent, draft: &Draft| {
            draft.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
            refused.set(None);
        }
    });
    let dependencies = (props.has_company, props.draft.clone(), props.dispatch.clone());
    let on_send = use_callback(dependencies, {
        let (field, refused) = (field.clone(), refused.setter());
        move |(), (has_company, draft, dispatch)| {
            let Some(field) = field.cast::<HtmlTextAreaElement>() else { return };
            let message = message(&field.value(), *has_company);
            refused.set(message.as_ref().err().copied());
            if let Ok(Some(text)) = message {
                field.set_value("");
                draft.set(String::new());
                dispatch.emit(Command::Feature(FeatureCommand::SendChat(text)));
            }
            // Only a comfort: the next message can be written right away.
            let _ = field.focus();
        }
    });
    let onsubmit = on_send.reform(|event: SubmitEvent| event.prevent_default());
    let onkeydown = use_callback(on_send, |event: KeyboardEvent, on_send| {
        let is_composing = event.is_composing() || event.key_code() == COMPOSING;
        if event.key() == "Enter" && !event.shift_key() && !is_composing {
            event.prevent_default();
            on_send.emit(());
        }
    });
    let error = refused.map(|refused| refused.words(words)).unwrap_or_default();
    html! {
        <form class="chat-form" {onsubmit}>
            <div class="chat-row">
                <label class="visually-hidden" for={FIELD}>{ words.field }</label>
                <textarea
                    ref={field}
                    id={FIELD}
                    rows="1"
                    dir="auto"
                    enterkeyhint="send"
                    autocomplete="off"
                    placeholder={words.field}
                    aria-invalid={refused.map(|_| "true")}
                    aria-describedby={ERROR}
                    {oninput}
                    {onkeydown}
                />
                <button
                    type="submit"
                    class="button"
                    data-kind="small"
                    onmousedown={keep_focus}
                >
                    { words.send }
                </button>
            </div>
            <p class="field-error" id={ERROR} role="alert">{ error }</p>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_sent_has_a_reason() {
        let long = "x".repeat(MAX_CHAT_CHARS + 1);
        for (text, has_company, expected) in [
            (" hi ", true, Ok(Some("hi"))),
            (" \n", true, Ok(None)),
            ("", false, Ok(None)),
            ("hi", false, Err(Refused::Alone)),
            (&long, true, Err(Refused::TooLong(MAX_CHAT_CHARS + 1))),
            (&long, false, Err(Refused::TooLong(MAX_CHAT_CHARS + 1))),
        ] {
            assert_eq!(message(text, has_company), expected.map(|text| text.map(Rc::from)));
        }
    }
}
