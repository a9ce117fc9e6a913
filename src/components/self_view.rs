//! One's own picture in a call.

use tincan_call::features::PersonFeatures;
use tincan_call::protocol::Name;
use tincan_call::{Local, StreamId};
use yew::prelude::*;

use super::own_video::use_own_video;
use super::tile::{mark, muted_mark};
use super::{Icon, Place, avatar, features};
use crate::hooks::{MediaHandle, count_render, use_speech, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct SelfViewProps {
    pub(crate) name: Name,
    pub(crate) media: MediaHandle,
    pub(crate) camera: Local,
    /// `true` while others can hear this person.
    pub(crate) is_heard: bool,
    /// The microphone, to show that one speaks.
    pub(crate) voice: Option<StreamId>,
    /// Nobody can see the picture.
    pub(crate) unseen: bool,
    pub(crate) features: PersonFeatures,
    pub(crate) place: Place,
}

/// One's own picture, as in a mirror, with what others see on it.
#[component(SelfView)]
pub(crate) fn self_view(props: &SelfViewProps) -> Html {
    count_render("SelfView");
    let texts = use_texts();
    let figure = use_node_ref();
    use_speech(&figure, &props.media, props.voice);
    let (video, shape) = use_own_video(texts, &props.media, props.camera);
    html! {
        <figure
            ref={figure}
            class="self-view"
            data-picture={shape.map(|_| "on")}
            data-place={props.place.as_str()}
        >
            { video }
            if shape.is_none() {
                <div class="tile-person">{ avatar(&props.name, None) }</div>
            }
            <figcaption class="tile-name">
                { muted_mark(texts, props.is_heard) }
                { props.unseen.then(|| mark(Icon::CameraOff, texts.call.nobody_sees)) }
                <span class="tile-who">{ texts.you }</span>
            </figcaption>
            { features::on_picture(texts, &props.features) }
        </figure>
    }
}
