//! The ring before a call, at both ends.

use tincan_call::{CallOutcome, Command};
use yew::prelude::*;

use super::dialog::is_open_again;
use super::roster::Person;
use super::{ButtonKind, Icon, avatar, button, waiting};
use crate::hooks::Waiting;
use crate::i18n::Texts;

/// The people who are called, each with their answer.
pub(crate) fn outgoing(
    texts: &Texts,
    callees: &[(Person, CallOutcome)],
    dispatch: &Callback<Command>,
) -> Html {
    let cancel = dispatch.reform(|()| Command::Cancel);
    html! {
        <>
            <ul class="callees" aria-live="polite">
                { for callees.iter().map(|(person, answer)| html! {
                    <li key={person.id.to_string()} data-ringing={(*answer == CallOutcome::Ringing).then_some("on")}>
                        { avatar(&person.name, Some(person.id)) }
                        <bdi class="roster-name">{ texts.name(person.name.as_str()) }</bdi>
                        <span class="roster-where">{ (texts.ring.answer)(*answer) }</span>
                    </li>
                }) }
            </ul>
            { button(ButtonKind::Stop, Some(Icon::HangUp), texts.ring.cancel, &cancel) }
        </>
    }
}

/// The ways to answer a ring.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answers<'a> {
    /// The camera is on, so that one may want to accept without it.
    pub(crate) without_camera: bool,
    /// The reason why an accepted call has not started yet.
    pub(crate) waiting: &'a Waiting,
}

/// The dialog while `callers` ring; `title` names them.
pub(crate) fn incoming(
    texts: &Texts,
    node: &NodeRef,
    title: &str,
    callers: &[Person],
    answers: Answers<'_>,
    dispatch: &Callback<Command>,
) -> Html {
    let ring = &texts.ring;
    let accept = dispatch.reform(|()| Command::Accept);
    let without = dispatch.reform(|()| Command::AcceptWithoutCamera);
    let decline = dispatch.reform(|()| Command::Decline);
    let rings = !callers.is_empty();
    // It also closes when the ring is over, and then there is nobody to decline; and the news of
    // that may come when the next ring has opened it again.
    let on_decline = decline.clone();
    let onclose = move |event: Event| {
        if rings && !is_open_again(&event) {
            on_decline.emit(());
        }
    };
    html! {
        <dialog
            ref={node}
            class="dialog incoming"
            role="alertdialog"
            aria-labelledby="incoming-title"
            aria-describedby="incoming-text"
            {onclose}
        >
            if rings {
                <div class="incoming-faces">
                    { for callers.iter().map(|caller| avatar(&caller.name, Some(caller.id))) }
                </div>
                <h2 id="incoming-title" tabindex="-1" autofocus=true>{ title }</h2>
                <p id="incoming-text">{ ring.incoming_text }</p>
                { waiting(texts, answers.waiting) }
                { button(ButtonKind::Go, Some(Icon::Phone), ring.accept, &accept) }
                if answers.without_camera {
                    { button(ButtonKind::Plain, Some(Icon::CameraOff), ring.accept_without_camera, &without) }
                }
                { button(ButtonKind::Stop, Some(Icon::HangUp), ring.decline, &decline) }
            }
        </dialog>
    }
}
