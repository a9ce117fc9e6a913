//! One room: its call, and the page for where the call stands.

use tincan_browser::crash::Rejoin;
use tincan_browser::{lazy, page};
use tincan_call::{Command, Phase, RoomSecret};
use yew::prelude::*;

use super::call::CallProps;
use super::chunk::load_call_chunk;
use super::ended::EndedProps;
use super::lobby::Lobby;
use crate::components::{failed_shell, shell};
use crate::hooks::{Lazy, count_render, use_address, use_call, use_layer, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct RoomProps {
    pub(crate) secret: RoomSecret,
    /// Differs whenever a link was opened.
    pub(crate) visit: u32,
    /// The call to join again after a crash, if it is of this room.
    pub(crate) rejoin: Option<Rejoin>,
}

/// Draws a room.
#[derive(Clone, Copy)]
pub(crate) struct DrawRoom(pub(crate) fn(RoomProps) -> Html);

impl PartialEq for DrawRoom {
    /// There is one of them.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

lazy!(
    room,
    /// Loads what draws a room: the lobby, and with it the core and the devices.
    pub(crate) fn load_room() -> DrawRoom {
        DrawRoom(|props| {
            // Another secret is another room: nothing of the last one stays.
            let key = props.secret.to_fragment();
            html! { <Room {key} ..props /> }
        })
    }
);

/// One room.
#[component(Room)]
fn room(props: &RoomProps) -> Html {
    count_render("Room");
    let texts = use_texts();
    let call = use_call(&props.secret, props.rejoin, load_call_chunk);
    let link = use_memo((), |()| AttrValue::from(page::link_with(&props.secret.to_fragment())));
    let link = (*link).clone();
    use_address(&link, props.visit);
    let (view, media, dispatch) = (call.view, call.media, call.dispatch);
    let waiting = call.waiting;
    let on_back = dispatch.reform(|()| Command::Leave);
    use_layer(view.phase == Phase::InCall, &on_back);
    let on_rejoin = {
        let (enter, dispatch) = (call.enter.clone(), dispatch.clone());
        Callback::from(move |()| {
            enter.emit(());
            dispatch.emit(Command::Join);
        })
    };

    match view.phase {
        Phase::New | Phase::Suspended | Phase::Lobby | Phase::Calling => {
            let (code, on_retry) = (call.code, call.on_retry);
            html! { <Lobby {view} {media} {link} {dispatch} {waiting} {code} {on_retry} /> }
        }
        Phase::InCall => match call.code {
            Lazy::Ready(code) => (code.call)(CallProps { view, media, link, dispatch }),
            // Nothing leads into a call before its page is there.
            Lazy::Loading | Lazy::Failed => html! {},
        },
        Phase::Ended(reason) => {
            let on_again = call.enter;
            match call.code {
                Lazy::Ready(code) => (code.ended)(EndedProps { reason, link, on_again, on_rejoin }),
                Lazy::Loading => shell(texts),
                Lazy::Failed => failed_shell(texts, &call.on_retry),
            }
        }
    }
}
