//! The page without a room: a new call, or a link to paste.

use tincan_browser::page;
use tincan_call::RoomSecret;
use yew::prelude::*;

use crate::components::{
    ButtonKind, Icon, LinkField, LinkProblem, button, language_switch, link_notice, theme_button,
    two_cans, wordmark,
};
use crate::hooks::{count_render, use_choices, use_title};

#[derive(Properties, PartialEq)]
pub(crate) struct HomeProps {
    /// The reason why the address leads to no room, if it was meant to.
    pub(crate) problem: Option<LinkProblem>,
    /// Opens a room.
    pub(crate) on_open: Callback<RoomSecret>,
    /// The browser has no secure randomness, so that there can be no call.
    pub(crate) no_randomness: bool,
}

/// The home page.
#[component(Home)]
pub(crate) fn home(props: &HomeProps) -> Html {
    count_render("Home");
    let choices = use_choices();
    let texts = choices.texts;
    use_title(texts.product);
    let no_randomness = use_state_eq(|| props.no_randomness);
    let on_new = use_callback((), {
        let no_randomness = no_randomness.setter();
        move |(), ()| no_randomness.set(!open_new_room())
    });
    html! {
        <div class="home">
            <header class="home-header">
                { wordmark(texts) }
                <div class="home-choices">
                    { language_switch(&choices) }
                    { theme_button(&choices) }
                </div>
            </header>
            <main class="home-main">
                <div class="home-words">
                    <h1>{ phrases(texts.home.headline) }</h1>
                    <p class="lead">{ texts.home.lead }</p>
                    { props.problem.as_ref().map(|it| link_notice(texts, it, &props.on_open)) }
                    { button(ButtonKind::Main, Some(Icon::Camera), texts.new_call, &on_new) }
                    if *no_randomness {
                        <p class="field-error" role="alert">{ texts.home.no_randomness }</p>
                    }
                    <LinkField on_open={&props.on_open} />
                </div>
                { two_cans() }
            </main>
        </div>
    }
}

/// Makes the secret of a new room and goes there; says whether the browser could make one.
pub(super) fn open_new_room() -> bool {
    let secret = RoomSecret::draw(page::random_bytes);
    if let Some(secret) = &secret {
        page::set_fragment(&secret.to_fragment());
    }
    secret.is_some()
}

/// Splits a heading so that it may break after a Chinese comma: where lines break only at
/// punctuation, WebKit takes that comma for a letter.
fn phrases(heading: &'static str) -> Html {
    heading
        .split_inclusive('，')
        .map(|phrase| html! { <><span>{ phrase }</span><wbr /></> })
        .collect()
}
