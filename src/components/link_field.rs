//! A field for a link that someone sent.

use tincan_call::{InviteLink, RoomSecret};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::{ButtonKind, LinkProblem, link_notice, submit_button};
use crate::hooks::{count_render, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct LinkFieldProps {
    pub(crate) on_open: Callback<RoomSecret>,
}

/// The reason for which nothing was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Refused {
    NoLink,
    Problem(LinkProblem),
}

/// Takes a link with whatever was copied along with it, and opens it. It has room for one line, but
/// keeps the others: a link that was broken over lines could not be put together without them.
#[component(LinkField)]
pub(crate) fn link_field(props: &LinkFieldProps) -> Html {
    count_render("LinkField");
    let texts = use_texts();
    let field = use_node_ref();
    let refused = use_state_eq(|| None::<Refused>);
    let oninput = use_callback((), {
        let refused = refused.setter();
        move |_: InputEvent, ()| refused.set(None)
    });
    let on_enter = use_callback(props.on_open.clone(), {
        let (field, refused) = (field.clone(), refused.setter());
        move |(), on_open: &Callback<RoomSecret>| {
            let Some(field) = field.cast::<HtmlTextAreaElement>() else { return };
            match found(&field.value()) {
                Ok(secret) => on_open.emit(secret),
                Err(why) => {
                    refused.set(Some(why));
                    // Only a comfort: the message is there without it.
                    let _ = field.focus();
                }
            }
        }
    });
    let onsubmit = on_enter.reform(|event: SubmitEvent| event.prevent_default());
    let onkeydown = use_callback(on_enter, |event: KeyboardEvent, on_enter| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            on_enter.emit(());
        }
    });
    let is_refused = refused.is_some();
    html! {
        <form class="link-field" {onsubmit}>
            <label for="link">{ texts.home.paste_label }</label>
            <div class="link-row">
                <textarea
                    ref={field}
                    id="link"
                    rows="1"
                    inputmode="url"
                    enterkeyhint="go"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder={texts.home.paste_example}
                    aria-invalid={is_refused.then_some("true")}
                    aria-describedby="link-error"
                    {oninput}
                    {onkeydown}
                />
                { submit_button(ButtonKind::Plain, texts.home.open) }
            </div>
            <div id="link-error">
                if let Some(Refused::Problem(problem)) = &*refused {
                    { link_notice(texts, problem, &props.on_open) }
                } else {
                    <p class="field-error" role="alert">
                        if is_refused { { texts.home.bad_link } }
                    </p>
                }
            </div>
        </form>
    }
}

/// The room that a text leads to.
fn found(text: &str) -> Result<RoomSecret, Refused> {
    match InviteLink::from_text(text) {
        InviteLink::Room(secret) => Ok(secret),
        InviteLink::Missing | InviteLink::Incomplete => Err(Refused::NoLink),
        InviteLink::Damaged(secret) => Err(Refused::Problem(LinkProblem::Damaged(secret))),
        InviteLink::Several(secrets) => Err(Refused::Problem(LinkProblem::Several(secrets))),
    }
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
            format!("Talk now? https://example.org/#{fragment}?fbclid=x.\nAda"),
            format!("#{fragment}"),
            fragment.clone(),
        ] {
            assert_eq!(found(&text), Ok(secret.clone()), "{text:?}");
        }
        for text in ["", "#", "https://example.org/", "https://example.org/#abc", "hello"] {
            assert_eq!(found(text), Err(Refused::NoLink), "{text:?}");
        }
        let folded = format!("#{}", fragment.to_ascii_lowercase());
        assert!(matches!(found(&folded), Err(Refused::Problem(LinkProblem::Damaged(_)))));
        let two = format!("#{fragment} #{}", RoomSecret::from_bytes([8; 16]).to_fragment());
        assert!(matches!(found(&two), Err(Refused::Problem(LinkProblem::Several(_)))));
    }
}
