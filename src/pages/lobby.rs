//! Before a call: one's own picture, one's name, and who is there.

use std::rc::Rc;

use tincan_call::{Command, Local, Signaling, View};
use yew::prelude::*;

use crate::components::{
    ButtonKind, DeviceErrors, DeviceNotice, JoinForm, Person, Roster, SelfView, camera_toggle,
    copy_link, microphone_toggle, status_banner, toast, wordmark,
};
use crate::hooks::{Streams, use_copy, use_heading, use_texts, use_title};

#[derive(Properties, PartialEq)]
pub(crate) struct LobbyProps {
    pub(crate) view: Rc<View>,
    pub(crate) streams: Streams,
    pub(crate) link: AttrValue,
    pub(crate) dispatch: Callback<Command>,
}

/// The lobby.
#[component(Lobby)]
pub(crate) fn lobby(props: &LobbyProps) -> Html {
    let texts = use_texts();
    use_title(&[texts.lobby.title, " · ", texts.product].concat());
    let heading = use_heading();
    let (copied, oncopy) = use_copy(&props.link);
    let dispatch = &props.dispatch;
    let onname = use_callback(dispatch.clone(), |name, dispatch| {
        dispatch.emit(Command::SetName(name));
    });
    let onjoin = use_callback(dispatch.clone(), |(), dispatch| dispatch.emit(Command::Join));

    let View { signaling, me, peers, phase: _ } = &*props.view;
    let people: Vec<Person> = peers
        .iter()
        .map(|peer| Person { id: peer.id, name: peer.name.clone(), in_call: peer.in_call })
        .collect();
    let known = match signaling {
        Signaling::Online | Signaling::Reconnecting => true,
        Signaling::Off | Signaling::Connecting => false,
    };
    html! {
        <div class="lobby">
            <header class="lobby-header">{ wordmark(texts) }</header>
            { status_banner(texts, *signaling, false) }
            <main class="lobby-main">
                <section class="preview on-stage" aria-label={texts.lobby.preview}>
                    <SelfView
                        streams={&props.streams}
                        name={me.name.clone()}
                        camera={me.camera}
                        microphone={matches!(me.microphone, Local::On(_))}
                        in_words=true
                    />
                    <DeviceNotice errors={DeviceErrors::of(me)} {dispatch} in_lobby=true />
                    <div class="preview-controls">
                        { microphone_toggle(texts, me.microphone, dispatch) }
                        { camera_toggle(texts, me.camera, dispatch) }
                    </div>
                </section>
                <div class="lobby-side">
                    <h1 ref={heading} tabindex="-1">{ texts.lobby.heading }</h1>
                    <JoinForm name={me.name.clone()} {onname} {onjoin} />
                    <Roster {known} {people} />
                    <div class="lobby-link">
                        { copy_link(texts, ButtonKind::Plain, copied, &oncopy) }
                        <p>{ texts.lobby.share_hint }</p>
                    </div>
                </div>
            </main>
            { toast(texts, copied) }
        </div>
    }
}
