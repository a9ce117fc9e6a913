//! The question for whom a file is.

use tincan_call::protocol::{Name, PeerId};
use yew::prelude::*;

use super::MENU;
use crate::components::Icon;
use crate::hooks::{Choices, GivenFiles, use_choices};

/// A person in the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) id: PeerId,
    pub(super) name: Name,
}

#[derive(Properties, PartialEq)]
pub(super) struct RecipientsProps {
    /// The others in the call.
    pub(super) people: Vec<Person>,
    pub(super) given: GivenFiles,
    pub(super) on_choose: Callback<Vec<PeerId>>,
}

pub(super) fn recipients(props: RecipientsProps) -> Html {
    html! { <Recipients ..props /> }
}

/// The people to choose from, or the reason why there is nothing to choose.
#[component(Recipients)]
fn recipients_list(props: &RecipientsProps) -> Html {
    let Choices { texts, language, .. } = use_choices();
    let words = language.files();
    let RecipientsProps { people, given, on_choose } = props;
    let choice = |label: &str, to: Vec<PeerId>| {
        let onclick = on_choose.reform(move |_: MouseEvent| to.clone());
        html! {
            // The picker is opened by the click, and the popover closed after it.
            <button
                type="button"
                class="file-recipient"
                popovertarget={MENU}
                popovertargetaction="hide"
                {onclick}
            >
                { Icon::Person.svg() }
                <span dir="auto">{ label }</span>
            </button>
        }
    };
    let asks = given.has_files || !given.has_folders;
    html! {
        <>
            if given.has_folders {
                <p class="file-menu-note" role="alert">{ words.no_folders }</p>
            }
            if asks && people.is_empty() {
                <p class="file-menu-note" role="alert">{ words.alone }</p>
            } else if asks {
                <h2>{ words.send_to }</h2>
                if people.len() > 1 {
                    { choice(words.everyone, people.iter().map(|person| person.id).collect()) }
                }
                { for people.iter().map(|person| {
                    choice(texts.name(person.name.as_str()), vec![person.id])
                }) }
            }
        </>
    }
}
