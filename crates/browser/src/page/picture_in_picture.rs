//! A picture in a small window above all others (Picture-in-Picture).

use wasm_bindgen::JsValue;
use web_sys::HtmlVideoElement;

use crate::{object, promise};

/// Returns `true` if the browser shows videos in this way when a page asks for it.
pub fn can_picture_in_picture() -> bool {
    object::is(&document(), "pictureInPictureEnabled")
}

/// Shows a video in this way, in place of any other; or ends that. Within a click.
pub fn toggle_picture_in_picture(video: &HtmlVideoElement) {
    let document = document();
    let video: &JsValue = video;
    if object::get(&document, "pictureInPictureElement") == *video {
        promise::call(&document, "exitPictureInPicture", &[]);
    } else {
        promise::call(video, "requestPictureInPicture", &[]);
    }
}

fn document() -> JsValue {
    object::get(&object::window(), "document")
}
