//! The whole page: the address decides what there is to see.

use tincan_browser::crash::Rejoin;
use tincan_browser::page::{self, Layers, random_bytes};
use tincan_call::protocol::EXPOSED_LINK_FRAGMENT;
use tincan_call::{InviteLink, RoomSecret};
use yew::prelude::*;

use crate::components::{LinkProblem, failed_shell, shell};
use crate::hooks::{
    Choices, Lazy, Visit, count_render, use_first_choices, use_fragment, use_layers, use_lazy,
};
use crate::i18n::{Language, Texts};
use crate::pages::{DrawRoom, Home, RoomProps, load_room};

#[derive(Properties, PartialEq)]
pub(crate) struct AppProps {
    /// The language that the page comes up in.
    pub(crate) language: Language,
    /// Its texts.
    pub(crate) texts: &'static Texts,
    /// The call to join again after a crash.
    pub(crate) rejoin: Option<Rejoin>,
    /// The function that draws a room, if it is loaded already.
    pub(crate) room: Option<DrawRoom>,
}

/// The whole page.
#[component(App)]
pub(crate) fn app(props: &AppProps) -> Html {
    count_render("App");
    let choices = use_first_choices(props.language, props.texts);
    let Visit { fragment, number: visit } = use_fragment();
    let invite = use_memo(fragment.clone(), |fragment| InviteLink::from_fragment(fragment));
    // A link that looks damaged and that the person wants to open all the same.
    let trusted = use_state_eq(|| None::<RoomSecret>);
    let on_open = use_callback((), {
        let trusted = trusted.setter();
        move |secret: RoomSecret, ()| {
            page::set_fragment(&secret.to_fragment());
            trusted.set(Some(secret));
        }
    });
    let layers = use_layers();
    // As soon as the home page is drawn, so that a new call need not wait.
    let (room, on_retry) = use_lazy(props.room.is_none(), load_room);
    let room = props.room.map_or(room, Lazy::Ready);
    // Without it neither a link nor a call would be safe.
    let no_randomness = *use_memo((), |()| random_bytes::<1>().is_none());

    let (secret, problem) = if fragment == EXPOSED_LINK_FRAGMENT {
        (None, Some(LinkProblem::Exposed))
    } else {
        match &*invite {
            InviteLink::Room(secret) => (Some(secret), None),
            InviteLink::Damaged(Some(secret)) if trusted.as_ref() == Some(secret) => {
                (Some(secret), None)
            }
            InviteLink::Missing => (None, None),
            InviteLink::Incomplete => (None, Some(LinkProblem::Incomplete)),
            InviteLink::Damaged(secret) => (None, Some(LinkProblem::Damaged(secret.clone()))),
            InviteLink::Several(secrets) => (None, Some(LinkProblem::Several(secrets.clone()))),
        }
    };
    let page = match secret {
        Some(secret) if !no_randomness => {
            // Only the address that the page was loaded with is that of the call.
            let rejoin = props.rejoin.filter(|_| visit == 0);
            match room {
                Lazy::Ready(DrawRoom(room)) => {
                    room(RoomProps { secret: secret.clone(), visit, rejoin })
                }
                Lazy::Loading => shell(choices.texts),
                Lazy::Failed => failed_shell(choices.texts, &on_retry),
            }
        }
        Some(_) | None => html! { <Home {problem} {on_open} {no_randomness} /> },
    };
    html! {
        <ContextProvider<Choices> context={choices}>
            <ContextProvider<Layers> context={layers}>{ page }</ContextProvider<Layers>>
        </ContextProvider<Choices>>
    }
}
