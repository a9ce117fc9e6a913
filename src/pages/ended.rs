//! After a call.

use tincan_browser::page;
use tincan_call::EndReason;
use yew::prelude::*;

use super::home::open_new_room;
use crate::components::{
    ButtonKind, Icon, Reported, button, copy_link, report_button, toast, wordmark,
};
use crate::hooks::{count_render, use_copy, use_heading, use_texts, use_title};

#[derive(Properties, PartialEq)]
pub(crate) struct EndedProps {
    pub(crate) reason: EndReason,
    /// The link of the room, for another browser.
    pub(crate) link: AttrValue,
    /// Back into the lobby of the same room.
    pub(crate) on_again: Callback<()>,
    /// Back into the call.
    pub(crate) on_rejoin: Callback<()>,
}

/// Says why the call ended, or why there can be none, and offers what to do next.
#[component(Ended)]
pub(crate) fn ended(props: &EndedProps) -> Html {
    count_render("Ended");
    let texts = use_texts();
    let ended = &texts.ended;
    let heading = use_heading();
    let (copied, on_copy) = use_copy(&props.link);

    let (title, text) = match props.reason {
        EndReason::HungUp => (ended.hung_up, ended.hung_up_text),
        EndReason::Left => (ended.left, ended.left_text),
        EndReason::NoPeerConnections => (ended.cannot_call, ended.cannot_call_text),
        EndReason::RoomFull => (ended.room_full, ended.room_full_text),
        EndReason::Replaced => (ended.replaced, ended.replaced_text),
        EndReason::Version => (ended.version, ended.version_text),
        EndReason::Refused => (ended.refused, ended.refused_text),
    };
    let is_call = props.reason != EndReason::NoPeerConnections;
    use_title(&[if is_call { ended.title } else { title }, " · ", texts.product].concat());
    let on_reload = Callback::from(|()| page::reload());
    let on_new = Callback::from(|()| {
        open_new_room();
    });
    let main = |icon, label, onclick| button(ButtonKind::Main, Some(icon), label, onclick);
    let first = match props.reason {
        // A page that is out of date stays so until it is loaded anew.
        EndReason::Version => main(Icon::Retry, ended.reload, &on_reload),
        EndReason::NoPeerConnections => copy_link(texts, ButtonKind::Main, copied, &on_copy),
        EndReason::Left => main(Icon::Camera, ended.rejoin, &props.on_rejoin),
        EndReason::HungUp | EndReason::RoomFull | EndReason::Replaced | EndReason::Refused => {
            main(Icon::Camera, ended.call_again, &props.on_again)
        }
    };
    let second = if is_call {
        button(ButtonKind::Plain, None, texts.new_call, &on_new)
    } else {
        button(ButtonKind::Plain, Some(Icon::Retry), ended.reload, &on_reload)
    };
    let report = match props.reason {
        EndReason::NoPeerConnections | EndReason::Version | EndReason::Refused => {
            Some(report_button(Reported::End(props.reason)))
        }
        EndReason::HungUp | EndReason::Left | EndReason::RoomFull | EndReason::Replaced => None,
    };
    html! {
        <div class="ended">
            <header class="home-header">{ wordmark(texts) }</header>
            <main class="ended-main">
                <h1 ref={heading} tabindex="-1">{ title }</h1>
                <p class="lead">{ text }</p>
                <div class="ended-actions">
                    { first }
                    { second }
                    { report }
                </div>
            </main>
            { toast(texts, copied) }
        </div>
    }
}
