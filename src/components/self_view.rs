//! One's own picture.

use tincan_browser::page::Sound;
use tincan_call::features::PersonFeatures;
use tincan_call::protocol::Name;
use tincan_call::{Local, StreamId};
use yew::prelude::*;

use super::tile::{mark, muted_mark};
use super::{Icon, Place, avatar, features};
use crate::hooks::{MediaHandle, Shape, count_render, use_speech, use_stream, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct SelfViewProps {
    pub(crate) name: Name,
    pub(crate) media: MediaHandle,
    pub(crate) camera: Local,
    /// True while others hear the microphone.
    pub(crate) microphone: bool,
    /// The words in place of the picture, where there is room for words.
    #[prop_or_default]
    pub(crate) in_words: bool,
    /// The microphone, to show that one speaks.
    #[prop_or_default]
    pub(crate) voice: Option<StreamId>,
    /// Nobody can see the picture.
    #[prop_or_default]
    pub(crate) unseen: bool,
    #[prop_or_default]
    pub(crate) features: PersonFeatures,
    #[prop_or_default]
    pub(crate) place: Place,
}

/// One's own picture, as in a mirror, and without one's own voice.
#[component(SelfView)]
pub(crate) fn self_view(props: &SelfViewProps) -> Html {
    count_render("SelfView");
    let texts = use_texts();
    let figure = use_node_ref();
    use_speech(&figure, &props.media, props.voice);
    let (video, shape) =
        use_stream(&props.media, props.camera.stream(), Sound::Silent, &Callback::noop());
    // What the system keeps silent is black or frozen.
    let shape = shape.filter(|_| !matches!(props.camera, Local::Silenced(_)));
    let person = match (props.camera, props.in_words) {
        _ if shape.is_some() => None,
        (_, false) => Some(None),
        (Local::Starting | Local::On(_), true) => Some(Some(texts.lobby.camera_starting)),
        (Local::Off | Local::Muted(_), true) => Some(Some(texts.lobby.camera_off)),
        // A notice stands there, and says more.
        (Local::Failed(_) | Local::Silenced(_), true) => None,
    };
    html! {
        <figure
            ref={figure}
            class="self-view"
            data-picture={shape.map(|_| "on")}
            data-place={props.place.as_str()}
        >
            <video
                ref={video}
                autoplay=true
                playsinline=true
                muted=true
                aria-label={texts.call.own_camera}
                data-kind="self"
                data-shape={shape.map(Shape::as_str)}
            />
            if let Some(words) = person {
                <div class="tile-person">
                    { avatar(&props.name, None) }
                    if let Some(words) = words { <p>{ words }</p> }
                </div>
            }
            if !props.in_words {
                <figcaption class="tile-name">
                    { muted_mark(texts, props.microphone) }
                    { props.unseen.then(|| mark(Icon::CameraOff, texts.call.nobody_sees)) }
                    <span class="tile-who">{ texts.you }</span>
                </figcaption>
                { features::on_picture(texts, &props.features) }
            }
        </figure>
    }
}
