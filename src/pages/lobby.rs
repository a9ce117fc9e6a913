//! Before a call: one's own picture, one's name, who is there, and the ring.

use std::rc::Rc;

use tincan_browser::page::can_choose_speaker;
use tincan_call::protocol::PeerId;
use tincan_call::{Command, Local, Phase, Ring, Signaling, View};
use yew::prelude::*;

use super::chunk::CallChunk;
use crate::components::{
    Answers, DeviceErrors, DeviceNotice, JoinForm, Person, Preview, Roster, Scene, SettingsProps,
    camera_toggle, device_news, incoming, load_failure, microphone_toggle, outgoing, ring_news,
    settings_frame, status_banner, toast, use_share_link, wordmark,
};
use crate::hooks::{
    Lazy, MediaHandle, Waiting, count_render, use_copy, use_dialog, use_heading_of, use_ring,
    use_texts, use_title,
};

#[derive(Properties, PartialEq)]
pub(crate) struct LobbyProps {
    pub(crate) view: Rc<View>,
    pub(crate) media: MediaHandle,
    pub(crate) link: AttrValue,
    pub(crate) dispatch: Callback<Command>,
    /// The reason why a click has not led into the call yet.
    pub(crate) waiting: Waiting,
    /// The code that draws the settings.
    pub(crate) code: Lazy<&'static CallChunk>,
    /// Loads it again after that failed.
    pub(crate) on_retry: Callback<()>,
}

/// The lobby.
#[component(Lobby)]
pub(crate) fn lobby(props: &LobbyProps) -> Html {
    count_render("Lobby");
    let texts = use_texts();
    let (copied, on_copy) = use_copy(&props.link);
    let share = use_share_link(texts, &props.link, copied, &on_copy);
    let dispatch = &props.dispatch;
    let on_name = use_callback(dispatch.clone(), |name, dispatch| {
        dispatch.emit(Command::SetName(name));
    });
    let can_ring = props.view.can_ring();
    let on_join = use_callback((dispatch.clone(), can_ring), |(), (dispatch, can_ring)| {
        dispatch.emit(if *can_ring { Command::Call } else { Command::Join });
    });

    let View { phase, signaling, me, peers, ring, devices, notice, features: _ } = &*props.view;
    let people: Vec<Person> = peers
        .iter()
        .map(|peer| Person {
            id: peer.id,
            name: peer.name.clone(),
            in_call: peer.in_call,
            features: peer.features.clone(),
        })
        .collect();
    let known = match signaling {
        Signaling::Online | Signaling::Reconnecting => true,
        Signaling::Off | Signaling::Connecting => false,
    };
    let person = |id: &PeerId| people.iter().find(|person| person.id == *id).cloned();
    let names = |people: &[Person]| -> Vec<AttrValue> {
        people.iter().map(|person| texts.name(person.name.as_str()).to_owned().into()).collect()
    };

    let (callees, callers, end) = match ring {
        Ring::None => (Vec::new(), Vec::new(), None),
        Ring::Outgoing(callees) => {
            let callees = callees.iter().filter_map(|(id, answer)| Some((person(id)?, *answer)));
            (callees.collect(), Vec::new(), None)
        }
        Ring::Incoming(callers) => (Vec::new(), callers.iter().filter_map(person).collect(), None),
        Ring::Ended(end) => (Vec::new(), Vec::new(), Some(end)),
    };
    let calling = *phase == Phase::Calling;
    let heading = if calling {
        let callees: Vec<Person> = callees.iter().map(|(person, _)| person.clone()).collect();
        in_words(texts.ring.calling, &names(&callees))
    } else {
        texts.lobby.heading.to_owned()
    };
    let called = (!callers.is_empty()).then(|| in_words(texts.ring.incoming, &names(&callers)));
    let title = match &called {
        Some(called) => called,
        None if calling => &heading,
        None => texts.lobby.title,
    };
    use_title(&[title, " · ", texts.product].concat());
    let heading_node = use_heading_of(calling);
    let panel = use_dialog(called.is_some());
    let alert = called.as_deref().map(|called| (called, texts.product));
    use_ring(ring, me.speaker.as_ref(), alert, dispatch);
    let camera = match me.camera {
        Local::On(_) | Local::Silenced(_) | Local::Starting => true,
        Local::Off | Local::Muted(_) | Local::Failed(_) => false,
    };

    let settings = match props.code {
        Lazy::Ready(code) => (code.settings)(SettingsProps {
            devices: Rc::clone(devices),
            preferences: Rc::clone(&me.preferences),
            microphone_device: me.microphone_device.clone(),
            camera_device: me.camera_device.clone(),
            speaker: me.speaker.clone(),
            media: props.media.clone(),
            microphone: me.microphone.stream(),
            dispatch: dispatch.clone(),
            folded: true,
        }),
        Lazy::Loading => settings_frame(texts, can_choose_speaker()),
        // Whoever waits for the call is offered it where they look.
        Lazy::Failed if props.waiting == Waiting::No => load_failure(texts, &props.on_retry),
        Lazy::Failed => html! {},
    };
    let report = match props.code {
        Lazy::Ready(code) => Some(code.report),
        Lazy::Loading | Lazy::Failed => None,
    };
    let answers = Answers { without_camera: camera, waiting: &props.waiting };

    html! {
        <div class="lobby">
            <header class="lobby-header">{ wordmark(texts) }</header>
            { status_banner(texts, *signaling, Scene::Lobby) }
            <main class="lobby-main">
                <section class="preview on-stage" aria-label={texts.lobby.preview}>
                    <Preview media={&props.media} name={me.name.clone()} camera={me.camera} />
                    <DeviceNotice
                        errors={DeviceErrors::of(me)}
                        {dispatch}
                        in_lobby=true
                        {report}
                    />
                    <div class="preview-controls">
                        { microphone_toggle(texts, me.microphone, true, dispatch) }
                        { camera_toggle(texts, me.camera, true, dispatch) }
                    </div>
                </section>
                <div class="lobby-side">
                    <h1 ref={heading_node} tabindex="-1">{ heading }</h1>
                    { ring_news(texts, end, dispatch) }
                    { device_news(texts, notice.as_ref(), dispatch) }
                    if calling {
                        { outgoing(texts, &callees, dispatch) }
                    } else {
                        <JoinForm
                            name={me.name.clone()}
                            {on_name}
                            action={if can_ring { texts.ring.call } else { texts.lobby.join }}
                            {on_join}
                            waiting={props.waiting.clone()}
                        />
                        <Roster {known} {people} />
                        { share }
                    }
                </div>
                <section class="lobby-devices" aria-label={texts.lobby.devices}>
                    { settings }
                </section>
            </main>
            { incoming(texts, &panel, called.as_deref().unwrap_or_default(), &callers, answers, dispatch) }
            { toast(texts, copied) }
        </div>
    }
}

/// A text about people.
fn in_words(text: fn(&[&str]) -> String, names: &[AttrValue]) -> String {
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    text(&names)
}
