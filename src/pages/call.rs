//! The call: the other person's face is the page.

use std::cell::Cell;
use std::rc::Rc;

use tincan_browser::page;
use tincan_call::protocol::{PeerId, Source};
use tincan_call::{CallOutcome, Command, Held, LinkState, Local, Peer, Ring, View};
use web_sys::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlVideoElement};
use yew::prelude::*;

use crate::components::{
    Action, Arrangement, ButtonKind, ControlBar, DeviceErrors, DeviceNotice, Pin, Scene, SelfView,
    Settings, Shapes, Tile, button, call_line, device_news, dialog, sharing_pill, shortcut_list,
    status_banner, toast, toggled_camera, toggled_microphone, toggled_screen, waiting_card,
};
use crate::hooks::{
    Streams, count_render, use_copy, use_dialog, use_heading, use_keys, use_layer, use_media_keys,
    use_share, use_texts, use_title, use_wake_lock,
};
use crate::i18n::Texts;
use crate::shortcuts::Shortcut;

#[derive(Properties, PartialEq)]
pub(crate) struct CallProps {
    pub(crate) view: Rc<View>,
    pub(crate) streams: Streams,
    pub(crate) link: AttrValue,
    pub(crate) dispatch: Callback<Command>,
}

/// What is in front of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Front {
    Nothing,
    Settings,
    Shortcuts,
}

/// The call.
#[component(Call)]
pub(crate) fn call(props: &CallProps) -> Html {
    count_render("Call");
    let texts = use_texts();
    let View { signaling, me, peers, phase: _, ring, devices, notice, features: _ } = &*props.view;
    let people: Vec<&Peer> = peers.iter().filter(|peer| peer.in_call).collect();
    let heading = if people.is_empty() {
        texts.call.title.to_owned()
    } else {
        (texts.call.heading)(&names(people.iter().copied(), texts))
    };
    use_title(&[&heading, " · ", texts.product].concat());
    use_wake_lock();
    use_media_keys();

    let heading_node = use_heading();
    let (copied, oncopy) = use_copy(&props.link);
    let onshare = use_share(texts.product, &props.link);
    let can = use_memo((), |()| (page::can_share_screen(), page::can_picture_in_picture()));
    let (can_share, can_pop_out) = *can;
    let (stage, onplay) = use_held();
    let (errors, ondismiss) = use_new_errors(DeviceErrors::of(me));

    let pin = use_state_eq(|| None);
    let onpin = use_callback(*pin, {
        let setter = pin.setter();
        move |tile: Pin, pinned| setter.set(Some(tile).filter(|_| *pinned != Some(tile)))
    });
    let sharing: Vec<&Peer> = people.iter().copied().filter(|peer| peer.screen.is_some()).collect();
    let goes_on = people.iter().any(|peer| peer.link == LinkState::Connected);
    let arrangement = Arrangement::new(&ids(&people), &ids(&sharing), *pin);

    let front = use_state_eq(|| Front::Nothing);
    let onfront = {
        let setter = front.setter();
        Callback::from(move |front| setter.set(front))
    };
    let onclose = use_callback((), {
        let setter = front.setter();
        move |(), ()| setter.set(Front::Nothing)
    });
    let main = use_node_ref();
    let onfullscreen = {
        let main = main.clone();
        Callback::from(move |()| {
            if let Some(main) = main.cast::<Element>() {
                page::toggle_fullscreen(&main);
            }
        })
    };
    let onaction = use_callback((oncopy.clone(), onshare.clone()), {
        let (stage, onfront, onfullscreen) = (stage.clone(), onfront.clone(), onfullscreen.clone());
        move |action: Action, (oncopy, onshare)| match action {
            Action::CopyLink => oncopy.emit(()),
            Action::ShareLink => onshare.iter().for_each(|onshare| onshare.emit(())),
            Action::PictureInPicture => {
                if let Some(video) = main_video(&stage) {
                    page::toggle_picture_in_picture(&video);
                }
            }
            Action::FullScreen => onfullscreen.emit(()),
            Action::Settings => onfront.emit(Front::Settings),
            Action::Shortcuts => onfront.emit(Front::Shortcuts),
        }
    });
    let talks = use_memo((), |()| Cell::new(false));
    use_keys({
        let (dispatch, view, front) = (props.dispatch.clone(), Rc::clone(&props.view), *front);
        move |key| {
            let Some(shortcut) = Shortcut::of(key) else { return false };
            match (shortcut, front) {
                (Shortcut::Quiet, _) => {
                    let talked = talks.replace(false);
                    if talked {
                        dispatch.emit(Command::Talk(false));
                    }
                    return talked;
                }
                (Shortcut::Help, Front::Nothing) => onfront.emit(Front::Shortcuts),
                (Shortcut::Help, Front::Shortcuts) => onfront.emit(Front::Nothing),
                (_, Front::Settings | Front::Shortcuts) => return false,
                (Shortcut::Microphone, Front::Nothing) => {
                    dispatch.emit(toggled_microphone(view.me.microphone));
                }
                (Shortcut::Camera, Front::Nothing) => {
                    dispatch.emit(toggled_camera(view.me.camera));
                }
                (Shortcut::Share, Front::Nothing) => {
                    if can_share && let Some(command) = toggled_screen(view.me.screen) {
                        dispatch.emit(command);
                    }
                }
                (Shortcut::FullScreen, Front::Nothing) => onfullscreen.emit(()),
                (Shortcut::Talk, Front::Nothing) => {
                    talks.set(true);
                    dispatch.emit(Command::Talk(true));
                }
            }
            true
        }
    });
    let dialog_node = use_dialog(*front != Front::Nothing);
    use_layer(*front != Front::Nothing, &onclose);

    let dispatch = &props.dispatch;
    let onstop = use_callback(dispatch.clone(), |(), dispatch| {
        dispatch.emit(Command::SetScreen(false));
    });
    let streams = &props.streams;
    let speaker = &me.speaker;
    let tile = |peer: &Peer, source| {
        let pin = (peer.id, source);
        let screen = source == Source::Screen;
        html! {
            <Tile
                key={[if screen { "screen-" } else { "" }, &peer.id.to_string()].concat()}
                peer={peer.clone()}
                {screen}
                {streams}
                speaker={speaker.clone()}
                place={arrangement.place(pin)}
                pinned={arrangement.can_pin.then_some(arrangement.pinned == Some(pin))}
                onpin={&onpin}
                {dispatch}
            />
        }
    };
    let microphone = me.microphone.stream();
    let heard = matches!(me.microphone, Local::On(_));
    let (title, content) = match *front {
        Front::Nothing => ("", None),
        Front::Settings => {
            let settings = html! {
                <Settings
                    devices={Rc::clone(devices)}
                    preferences={Rc::clone(&me.preferences)}
                    microphone_device={me.microphone_device.clone()}
                    camera_device={me.camera_device.clone()}
                    speaker={me.speaker.clone()}
                    {streams}
                    {microphone}
                    {dispatch}
                />
            };
            (texts.settings.title, Some(settings))
        }
        Front::Shortcuts => (texts.shortcuts.title, Some(shortcut_list(texts))),
    };
    html! {
        <main ref={main} class="call on-stage" data-layout={arrangement.layout()}>
            <h1 ref={heading_node} class="out-of-sight" tabindex="-1">{ heading }</h1>
            <div ref={stage} class="stage">
                <div
                    class="people"
                    data-stage={count(arrangement.on_stage)}
                    data-count={count(arrangement.others)}
                >
                    { for sharing.iter().map(|peer| tile(peer, Source::Screen)) }
                    { for people.iter().map(|peer| tile(peer, Source::Camera)) }
                    <SelfView
                        key="me"
                        {streams}
                        name={me.name.clone()}
                        camera={me.camera}
                        microphone={heard}
                        voice={microphone.filter(|_| heard)}
                        unseen={me.unreached.camera && matches!(me.camera, Local::On(_))}
                        place={arrangement.own_place()}
                    />
                </div>
                if people.is_empty() {
                    { waiting_card(texts, &props.link, in_lobby(peers, texts), copied, &oncopy) }
                }
                { props.view.held().map(|held| held_button(texts, held, &onplay)) }
            </div>
            <div class="call-top">
                { status_banner(texts, *signaling, Scene::Call { goes_on }) }
                { call_line(texts, &rung(ring, peers, texts), dispatch) }
                { me.screen.stream().map(|_| sharing_pill(texts, &onstop)) }
                { device_news(texts, notice.as_ref(), dispatch) }
                if let Some(errors) = errors {
                    <DeviceNotice {errors} {dispatch} {ondismiss} />
                }
            </div>
            <ControlBar
                microphone={me.microphone}
                camera={me.camera}
                screen={me.screen}
                unreached={me.unreached}
                {can_share}
                can_share_link={onshare.is_some()}
                can_pop_out={can_pop_out && !people.is_empty()}
                {dispatch}
                {copied}
                {onaction}
            />
            { dialog(texts, &dialog_node, title, content, &onclose) }
            { toast(texts, copied) }
        </main>
    }
}

fn ids(peers: &[&Peer]) -> Vec<PeerId> {
    peers.iter().map(|peer| peer.id).collect()
}

/// A number for the style; nothing for none.
fn count(number: usize) -> Option<String> {
    (number > 0).then(|| number.to_string())
}

/// The picture that the page is about.
fn main_video(stage: &NodeRef) -> Option<HtmlVideoElement> {
    let stage = stage.cast::<Element>()?;
    let find = |selector| stage.query_selector(selector).ok().flatten();
    let video = find("[data-place=stage] video").or_else(|| find(".tile[data-picture] video"));
    video.map(JsCast::unchecked_into)
}

/// The stage, and what plays within a click what waits for one there.
#[hook]
fn use_held() -> (NodeRef, Callback<()>) {
    let stage = use_node_ref();
    let onplay = use_callback((), {
        let stage = stage.clone();
        move |(), ()| {
            if let Some(stage) = stage.cast::<Element>() {
                page::play_held(&stage);
            }
        }
    });
    (stage, onplay)
}

/// The button for what waits for a click.
fn held_button(texts: &Texts, held: Held, onplay: &Callback<()>) -> Html {
    let (of, words) = match held {
        Held::Audio => (Shapes::Sound, texts.call.tap_to_hear),
        Held::Video => (Shapes::Retry, texts.call.tap_to_resume),
    };
    html! { <div class="held">{ button(ButtonKind::Main, Some(of), words, onplay) }</div> }
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

/// Who is still rung, by name.
fn rung<'a>(ring: &Ring, peers: &'a [Peer], texts: &'a Texts) -> Vec<&'a str> {
    let answers = match ring {
        Ring::Outgoing(answers) => &answers[..],
        Ring::None | Ring::Incoming(_) | Ring::Ended(_) => &[],
    };
    names(peers.iter().filter(|peer| answers.contains(&(peer.id, CallOutcome::Ringing))), texts)
}

fn names<'a>(peers: impl Iterator<Item = &'a Peer>, texts: &'a Texts) -> Vec<&'a str> {
    peers
        .map(|peer| if peer.name.is_empty() { texts.someone } else { peer.name.as_str() })
        .collect()
}
