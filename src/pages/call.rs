//! The call: the other person's face is the page.

use std::rc::Rc;

use tincan_browser::page;
use tincan_call::protocol::{PeerId, SourceState};
use tincan_call::{Command, Local, Peer, View};
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::prelude::*;

use crate::components::{
    ButtonKind, ControlBar, DeviceErrors, DeviceNotice, ScreenTile, SelfView, Shapes, Tile, button,
    sharing_pill, status_banner, toast, waiting_card,
};
use crate::hooks::{Streams, use_copy, use_heading, use_texts, use_title};
use crate::i18n::Texts;

#[derive(Properties, PartialEq)]
pub(crate) struct CallProps {
    pub(crate) view: Rc<View>,
    pub(crate) streams: Streams,
    pub(crate) link: AttrValue,
    pub(crate) dispatch: Callback<Command>,
}

/// The call.
#[component(Call)]
pub(crate) fn call(props: &CallProps) -> Html {
    let texts = use_texts();
    let View { signaling, me, peers, phase: _ } = &*props.view;
    let people: Vec<&Peer> = peers.iter().filter(|peer| peer.in_call).collect();
    let heading = if people.is_empty() {
        texts.call.title.to_owned()
    } else {
        (texts.call.heading)(&names(people.iter().copied(), texts))
    };
    use_title(&[&heading, " · ", texts.product].concat());

    let heading_node = use_heading();
    let (copied, oncopy) = use_copy(&props.link);
    let can_share = use_memo((), |()| page::can_share_screen());
    let (stage, onheld, onplay) = use_held_sound();
    let (errors, ondismiss) = use_new_errors(DeviceErrors::of(me));

    let dispatch = &props.dispatch;
    let onretry = use_callback(dispatch.clone(), |id: PeerId, dispatch| {
        dispatch.emit(Command::RetryLink(id));
    });
    let onstop = use_callback(dispatch.clone(), |(), dispatch| {
        dispatch.emit(Command::SetScreen(false));
    });

    let screens: Vec<_> = people.iter().filter_map(|peer| peer.screen.zip(Some(peer))).collect();
    let layout = match (screens.len(), people.len()) {
        (0, 0) => "alone",
        (0, 1) => "solo",
        (0, _) => "grid",
        _ => "share",
    };
    html! {
            <main class="call on-stage" data-layout={layout}>
                <h1 ref={heading_node} class="out-of-sight" tabindex="-1">{ heading }</h1>
                <div ref={stage} class="stage">
                    if !screens.is_empty() {
                        <div class="screens" data-count={screens.len().to_string()}>
                            { for screens.into_iter().map(|(stream, peer)| html! {
                                <ScreenTile
                                    streams={&props.streams}
                                    key={peer.id.to_string()}
                                    id={peer.id}
                                    name={peer.name.clone()}
                                    {stream}
                                    link={peer.link}
                                    onheld={&onheld}
                                />
                            }) }
                        </div>
                    }
                    <div class="people" data-count={(people.len() + 1).to_string()}>
                        { for people.iter().map(|peer| html! {
                            <Tile
                                streams={&props.streams}
                                key={peer.id.to_string()}
                                id={peer.id}
                                name={peer.name.clone()}
                                stream={peer.person}
                                camera={peer.sources.camera == SourceState::On}
                                microphone={peer.sources.microphone == SourceState::On}
                                link={peer.link}
                                onretry={&onretry}
                                onheld={&onheld}
                            />
                        }) }
                        <SelfView
                            streams={&props.streams}
                            name={me.name.clone()}
                            camera={me.camera}
                            microphone={matches!(me.microphone, Local::On(_))}
                        />
                    </div>
                    if people.is_empty() {
                        { waiting_card(texts, &props.link, in_lobby(peers, texts), copied, &oncopy) }
                    }
                    if let Some(onplay) = onplay {
                        <div class="held">
                            { button(ButtonKind::Main, Some(Shapes::Sound), texts.call.tap_to_hear, &onplay) }
                        </div>
                    }
                </div>
                <div class="call-top">
                    { status_banner(texts, *signaling, true) }
                    { me.screen.stream().map(|_| sharing_pill(texts, &onstop)) }
                    if let Some(errors) = errors {
                        <DeviceNotice {errors} {dispatch} {ondismiss} />
                    }
                </div>
                <ControlBar
                    microphone={me.microphone}
                    camera={me.camera}
                    screen={me.screen}
                    can_share={*can_share}
                    {dispatch}
                    {copied}
                    {oncopy}
                />
                { toast(texts, copied) }
            </main>
    }
}

/// The stage; what its tiles call when the browser holds their sound back; and, while it does,
/// what plays it within a click.
#[hook]
fn use_held_sound() -> (NodeRef, Callback<()>, Option<Callback<()>>) {
    let stage = use_node_ref();
    let held = use_state_eq(|| false);
    let onheld = use_callback((), {
        let held = held.setter();
        move |(), ()| held.set(true)
    });
    let onplay = use_callback((), {
        let (stage, held) = (stage.clone(), held.setter());
        move |(), ()| {
            let Some(stage) = stage.cast::<Element>() else { return };
            let playing = page::play_held(&stage);
            let held = held.clone();
            spawn_local(async move { held.set(!playing.await) });
        }
    });
    (stage, onheld, held.then_some(onplay))
}

/// The errors that the person has not seen yet, and what says that they have. Those that they
/// brought along from the lobby they have seen there.
#[hook]
fn use_new_errors(errors: DeviceErrors) -> (Option<DeviceErrors>, Callback<()>) {
    let seen = use_state_eq(|| Some(errors));
    use_effect_with(errors, {
        let seen = seen.clone();
        move |errors| {
            if *seen != Some(*errors) {
                seen.set(None);
            }
        }
    });
    let ondismiss = use_callback(errors, {
        let seen = seen.setter();
        move |(), errors: &DeviceErrors| seen.set(Some(*errors))
    });
    ((*seen != Some(errors)).then_some(errors), ondismiss)
}

/// Who is getting ready in the lobby, in words.
fn in_lobby(peers: &[Peer], texts: &Texts) -> Option<AttrValue> {
    let waiting = names(peers.iter().filter(|peer| !peer.in_call), texts);
    (!waiting.is_empty()).then(|| AttrValue::from((texts.call.in_lobby)(&waiting)))
}

fn names<'a>(peers: impl Iterator<Item = &'a Peer>, texts: &'a Texts) -> Vec<&'a str> {
    peers
        .map(|peer| if peer.name.is_empty() { texts.someone } else { peer.name.as_str() })
        .collect()
}
