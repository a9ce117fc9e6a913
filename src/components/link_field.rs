//! A field for a link that someone sent.

use tincan_call::RoomSecret;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{ButtonKind, submit_button};
use crate::hooks::{count_render, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct LinkFieldProps {
    pub(crate) onopen: Callback<RoomSecret>,
}

/// Takes a whole link or the end of one, and opens it.
#[component(LinkField)]
pub(crate) fn link_field(props: &LinkFieldProps) -> Html {
    count_render("LinkField");
    let texts = use_texts();
    let input = use_node_ref();
    let refused = use_state_eq(|| false);
    let oninput = use_callback((), {
        let refused = refused.setter();
        move |_: InputEvent, ()| refused.set(false)
    });
    let onsubmit = use_callback(props.onopen.clone(), {
        let (input, refused) = (input.clone(), refused.setter());
        move |event: SubmitEvent, onopen: &Callback<RoomSecret>| {
            event.prevent_default();
            let Some(input) = input.cast::<HtmlInputElement>() else { return };
            if let Some(secret) = secret_in(&input.value()) {
                onopen.emit(secret);
            } else {
                refused.set(true);
                // Only a comfort: the message is there without it.
                let _ = input.focus();
            }
        }
    });
    html! {
        <form class="link-field" {onsubmit}>
            <label for="link">{ texts.home.paste_label }</label>
            <div class="link-row">
                <input
                    ref={input}
                    id="link"
                    type="text"
                    inputmode="url"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder={texts.home.paste_example}
                    aria-invalid={refused.then_some("true")}
                    aria-describedby="link-error"
                    {oninput}
                />
                { submit_button(ButtonKind::Plain, texts.home.open) }
            </div>
            <p id="link-error" class="field-error" role="alert">
                if *refused { { texts.home.bad_link } }
            </p>
        </form>
    }
}

/// The secret in what was pasted: a link, its fragment, or only the secret.
fn secret_in(text: &str) -> Option<RoomSecret> {
    text.trim().rsplit('#').next().and_then(RoomSecret::from_fragment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_whatever_was_pasted() {
        let secret = RoomSecret::from_bytes([7; 16]);
        let fragment = secret.to_fragment();
        for text in [
            format!("https://example.org/tincan/#{fragment}"),
            format!("  https://example.org/#{fragment}\n"),
            format!("#{fragment}"),
            fragment.clone(),
        ] {
            assert_eq!(secret_in(&text), Some(secret.clone()), "{text:?}");
        }
        for text in ["", "#", "https://example.org/", "https://example.org/#abc", "hello"] {
            assert_eq!(secret_in(text), None, "{text:?}");
        }
    }
}
