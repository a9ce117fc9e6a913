//! After a call.

use tincan_browser::page;
use tincan_call::EndReason;
use yew::prelude::*;

use super::home::open_new_room;
use crate::components::{ButtonKind, Shapes, button, wordmark};
use crate::hooks::{count_render, use_heading, use_texts, use_title};

#[derive(Properties, PartialEq)]
pub(crate) struct EndedProps {
    pub(crate) reason: EndReason,
    /// Back into the lobby of the same room.
    pub(crate) onagain: Callback<()>,
}

/// Says why the call ended, and offers the next one.
#[component(Ended)]
pub(crate) fn ended(props: &EndedProps) -> Html {
    count_render("Ended");
    let texts = use_texts();
    let ended = &texts.ended;
    use_title(&[ended.title, " · ", texts.product].concat());
    let heading = use_heading();

    let (title, text) = match props.reason {
        EndReason::HungUp => (ended.hung_up, ended.hung_up_text),
        EndReason::RoomFull => (ended.room_full, ended.room_full_text),
        EndReason::Replaced => (ended.replaced, ended.replaced_text),
        EndReason::Version => (ended.version, ended.version_text),
        EndReason::Refused => (ended.refused, ended.refused_text),
    };
    // A page that is out of date stays so until it is loaded anew.
    let again = if props.reason == EndReason::Version {
        let onclick = Callback::from(|()| page::reload());
        button(ButtonKind::Main, Some(Shapes::Retry), ended.reload, &onclick)
    } else {
        button(ButtonKind::Main, Some(Shapes::Camera), ended.call_again, &props.onagain)
    };
    let onnew = Callback::from(|()| {
        open_new_room();
    });
    html! {
        <div class="ended">
            <header class="home-header">{ wordmark(texts) }</header>
            <main class="ended-main">
                <h1 ref={heading} tabindex="-1">{ title }</h1>
                <p class="lead">{ text }</p>
                <div class="ended-actions">
                    { again }
                    { button(ButtonKind::Plain, None, texts.new_call, &onnew) }
                </div>
            </main>
        </div>
    }
}
