//! The page of a call: tiles, control bar and dialogs.

mod abilities;
mod errors;
mod front;
mod keys;
mod people;
mod stage;

use std::rc::Rc;

use tincan_browser::page;
use tincan_call::protocol::Source;
use tincan_call::{Command, LinkState, Local, Peer, View};
use web_sys::Element;
use yew::prelude::*;

use crate::components::{
    Action, Arrangement, CaptureReport, ControlBar, DeviceErrors, DeviceNotice, NetworkCheck, Pin,
    Press, Scene, SelfView, Settings, Tile, call_line, device_news, dialog, feature_controls,
    features, sharing_pill, shortcut_list, status_banner, toast, waiting_card,
};
use crate::hooks::{
    Choices, MediaHandle, count_render, use_choices, use_copy, use_heading, use_media_keys,
    use_share, use_title, use_wake_lock,
};
use abilities::Abilities;
use errors::use_new_errors;
use front::{Front, use_front};
use keys::use_shortcuts;
use people::{ids, in_lobby, names, ringing};
use stage::{held_button, main_video, use_stage};

#[derive(Properties, PartialEq)]
pub(crate) struct CallProps {
    pub(crate) view: Rc<View>,
    pub(crate) media: MediaHandle,
    pub(crate) link: AttrValue,
    pub(crate) dispatch: Callback<Command>,
}

/// The call.
#[component(Call)]
pub(crate) fn call(props: &CallProps) -> Html {
    count_render("Call");
    let Choices { texts, language, .. } = use_choices();
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
    let (copied, on_copy) = use_copy(&props.link);
    let on_share = use_share(texts.product, &props.link);
    let can = use_memo((), |()| Abilities::find());
    let (stage, on_play) = use_stage();
    let (errors, on_dismiss) = use_new_errors(DeviceErrors::of(me));

    let pin = use_state_eq(|| None);
    let on_pin = use_callback(*pin, {
        let setter = pin.setter();
        move |tile: Pin, pinned| setter.set(Some(tile).filter(|_| *pinned != Some(tile)))
    });
    let sharing: Vec<&Peer> = people.iter().copied().filter(|peer| peer.screen.is_some()).collect();
    let goes_on = people.iter().any(|peer| peer.link == LinkState::Connected);
    let arrangement = Arrangement::new(&ids(&people), &ids(&sharing), *pin);

    let front = use_front();
    let main = use_node_ref();
    let on_full_screen = use_callback((), {
        let main = main.clone();
        move |(), ()| {
            if let Some(main) = main.cast::<Element>() {
                page::toggle_fullscreen(&main);
            }
        }
    });
    let dispatch = &props.dispatch;
    let on_action = use_callback((on_copy.clone(), on_share.clone(), dispatch.clone()), {
        let (stage, on_front) = (stage.clone(), front.on_front.clone());
        let on_full_screen = on_full_screen.clone();
        move |action: Action, (on_copy, on_share, dispatch)| match action {
            Action::Feature(control) => match control.press {
                Press::Command(command) => dispatch.emit(Command::Feature(command)),
                Press::PickFiles(input) => page::open_file_picker(input),
                // The browser does it.
                Press::Toggle(_) => {}
            },
            Action::CopyLink => on_copy.emit(()),
            Action::ShareLink => on_share.iter().for_each(|on_share| on_share.emit(())),
            Action::PictureInPicture => {
                if let Some(video) = main_video(&stage) {
                    page::toggle_picture_in_picture(&video);
                }
            }
            Action::FullScreen => on_full_screen.emit(()),
            Action::Settings => on_front.emit(Front::Settings),
            Action::Shortcuts => on_front.emit(Front::Shortcuts),
        }
    });
    use_shortcuts(&props.view, can.share, &front, &on_full_screen, dispatch);

    let on_stop = use_callback(dispatch.clone(), |(), dispatch| {
        dispatch.emit(Command::SetScreen(false));
    });
    let on_check = use_callback(front.on_front.clone(), |(), on_front| {
        on_front.emit(Front::NetworkCheck);
    });
    let media = &props.media;
    let speaker = &me.speaker;
    let tile = |peer: &Peer, source| {
        let pin = (peer.id, source);
        let screen = source == Source::Screen;
        html! {
            <Tile
                key={[if screen { "screen-" } else { "" }, &peer.id.to_string()].concat()}
                peer={peer.clone()}
                {screen}
                {media}
                speaker={speaker.clone()}
                place={arrangement.place(pin)}
                pinned={arrangement.can_pin.then_some(arrangement.pinned == Some(pin))}
                on_pin={&on_pin}
                on_check={&on_check}
                {dispatch}
            />
        }
    };
    let of_features = feature_controls(texts, &props.view).into_iter().map(Action::Feature);
    let rare = features::rare_controls(texts).map(Action::Feature);
    let actions = can.actions(on_share.is_some(), !people.is_empty()).into_iter().chain(rare);
    let microphone = me.microphone.stream();
    let is_heard = matches!(me.microphone, Local::On(_));
    let (title, content) = match front.front {
        Front::Nothing => ("", None),
        Front::Settings => {
            let settings = html! {
                <Settings
                    devices={Rc::clone(devices)}
                    preferences={Rc::clone(&me.preferences)}
                    microphone_device={me.microphone_device.clone()}
                    camera_device={me.camera_device.clone()}
                    speaker={me.speaker.clone()}
                    {media}
                    {microphone}
                    {dispatch}
                />
            };
            (texts.settings.title, Some(settings))
        }
        Front::Shortcuts => (texts.shortcuts.title, Some(shortcut_list(texts))),
        Front::NetworkCheck => {
            (language.failures().check_network, Some(html! { <NetworkCheck {media} /> }))
        }
    };
    html! {
        <main ref={main} class="call on-stage" data-layout={arrangement.layout()}>
            <div class="call-area">
                <h1 ref={heading_node} class="visually-hidden" tabindex="-1">{ heading }</h1>
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
                            {media}
                            name={me.name.clone()}
                            camera={me.camera}
                            {is_heard}
                            voice={microphone.filter(|_| is_heard)}
                            unseen={me.unreached.camera && matches!(me.camera, Local::On(_))}
                            features={me.features.clone()}
                            place={arrangement.own_place()}
                        />
                    </div>
                    if people.is_empty() {
                        { waiting_card(texts, &props.link, in_lobby(peers, texts), copied, &on_copy) }
                    }
                    { props.view.held().map(|held| held_button(texts, held, &on_play)) }
                </div>
                <div class="call-top">
                    { status_banner(texts, *signaling, Scene::Call { goes_on }) }
                    { call_line(texts, &ringing(ring, peers, texts), dispatch) }
                    { me.screen.stream().map(|_| sharing_pill(texts, &on_stop)) }
                    { device_news(texts, notice.as_ref(), dispatch) }
                    if let Some(errors) = errors {
                        <DeviceNotice
                            {errors}
                            {dispatch}
                            {on_dismiss}
                            report={CaptureReport::new()}
                        />
                    }
                </div>
                <ControlBar
                    microphone={me.microphone}
                    camera={me.camera}
                    screen={me.screen}
                    unreached={me.unreached}
                    can_share={can.share}
                    actions={of_features.chain(actions).collect::<Vec<_>>()}
                    {dispatch}
                    {copied}
                    {on_action}
                />
                { dialog(texts, &front.node, title, content, &front.on_close) }
                { features::in_call(texts, &props.view, media, dispatch) }
                { toast(texts, copied) }
            </div>
            { features::beside_call(&props.view, dispatch) }
        </main>
    }
}

/// A number for the style; nothing for none.
fn count(number: usize) -> Option<String> {
    (number > 0).then(|| number.to_string())
}
