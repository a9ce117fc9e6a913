//! The whole page: the address decides what there is to see.

use tincan_call::RoomSecret;
use yew::prelude::*;

use crate::hooks::{Choices, count_render, use_first_choices, use_fragment};
use crate::pages::{Home, Room};

/// The whole page.
#[component(App)]
pub(crate) fn app() -> Html {
    count_render("App");
    let choices = use_first_choices();
    let fragment = use_fragment();
    let secret = use_memo(fragment.clone(), |fragment| RoomSecret::from_fragment(fragment));

    let page = match &*secret {
        // Another secret is another room: nothing of the last one stays.
        Some(secret) => html! { <Room key={secret.to_fragment()} secret={secret.clone()} /> },
        None => html! { <Home incomplete={!fragment.is_empty()} /> },
    };
    html! { <ContextProvider<Choices> context={choices}>{ page }</ContextProvider<Choices>> }
}
