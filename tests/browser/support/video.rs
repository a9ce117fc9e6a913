//! A stream shown in a `<video>`, to see whether its picture moves.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaStream};

use super::{until, until_some};

/// A `<video>` that plays a stream.
pub(crate) struct Video {
    video: HtmlVideoElement,
    canvas: CanvasRenderingContext2d,
}

const SIZE: u32 = 64;

impl Video {
    /// Plays with sound, softly: one that nobody hears has no energy in the statistics.
    pub(crate) fn show(stream: &MediaStream) -> Self {
        let document = web_sys::window().expect("a window").document().expect("a document");
        let create = |tag| document.create_element(tag).expect("an element");
        let video: HtmlVideoElement = create("video").unchecked_into();
        video.set_volume(0.1);
        video.set_autoplay(true);
        video.set_src_object(Some(stream));
        let canvas: HtmlCanvasElement = create("canvas").unchecked_into();
        canvas.set_width(SIZE);
        canvas.set_height(SIZE);
        let canvas = canvas.get_context("2d").expect("canvas").expect("2d").unchecked_into();
        Self { video, canvas }
    }

    /// Waits until there is a picture, and then until it is another.
    pub(crate) async fn moves(&self, what: &str) {
        let first = until_some(what, || self.picture()).await;
        until(&format!("{what} moves"), || self.picture().is_some_and(|picture| picture != first))
            .await;
    }

    /// The height of the picture, in pixels.
    pub(crate) fn height(&self) -> u32 {
        self.video.video_height()
    }

    /// Returns the frame that is shown right now, if there is one.
    fn picture(&self) -> Option<Vec<u8>> {
        if self.video.video_width() == 0 {
            return None;
        }
        let size = f64::from(SIZE);
        self.canvas
            .draw_image_with_html_video_element_and_dw_and_dh(&self.video, 0.0, 0.0, size, size)
            .expect("a frame");
        let data = self.canvas.get_image_data(0.0, 0.0, size, size).expect("pixels").data();
        // All black or transparent is no picture.
        data.chunks(4).any(|pixel| pixel[..3].iter().any(|colour| *colour > 16)).then_some(data.0)
    }
}

impl Drop for Video {
    fn drop(&mut self) {
        self.video.set_src_object(None);
    }
}
