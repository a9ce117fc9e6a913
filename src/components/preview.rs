//! One's own picture before a call.

use tincan_call::Local;
use tincan_call::protocol::Name;
use yew::prelude::*;

use super::avatar;
use super::own_video::use_own_video;
use crate::hooks::{MediaHandle, count_render, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct PreviewProps {
    pub(crate) name: Name,
    pub(crate) media: MediaHandle,
    pub(crate) camera: Local,
}

/// One's own picture, as in a mirror, with words in its place while there is none.
#[component(Preview)]
pub(crate) fn preview(props: &PreviewProps) -> Html {
    count_render("Preview");
    let texts = use_texts();
    let (video, shape) = use_own_video(texts, &props.media, props.camera);
    let words = match props.camera {
        _ if shape.is_some() => None,
        Local::Starting | Local::On(_) => Some(texts.lobby.camera_starting),
        Local::Off | Local::Muted(_) => Some(texts.lobby.camera_off),
        // A notice stands there, and says more.
        Local::Failed(_) | Local::Silenced(_) => None,
    };
    html! {
        <figure class="self-view" data-picture={shape.map(|_| "on")}>
            { video }
            if let Some(words) = words {
                <div class="tile-person">
                    { avatar(&props.name, None) }
                    <p>{ words }</p>
                </div>
            }
        </figure>
    }
}
