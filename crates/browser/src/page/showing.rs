//! A stream in a `<video>`.

use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DomException, Element, HtmlVideoElement, MediaStream};

use crate::promise;

/// Marks a `<video>` that plays without its sound until the person asks for it.
const HELD: &str = "data-held";
/// Marks a `<video>` that the person does not want to hear.
const UNHEARD: &str = "data-unheard";

/// Whether a stream is to be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// Heard, as soon as the browser lets it.
    Heard,
    /// Never heard: one's own.
    Silent,
}

/// What becomes of a stream that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShowingEvent {
    /// There is a picture of this size now.
    Size {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// The browser plays no sound before the person clicks: see [`play_held`].
    Held,
}

/// Shows a stream in a `<video>` for as long as it lives.
#[must_use = "the video is emptied when it is dropped"]
pub struct Showing {
    video: HtmlVideoElement,
    _on_event: Rc<dyn Fn(ShowingEvent)>,
    _resize: EventListener,
}

impl Showing {
    /// Starts to show `stream`. `on_event` is not called any more once this is dropped.
    pub fn new(
        video: HtmlVideoElement,
        stream: &MediaStream,
        sound: Sound,
        on_event: impl Fn(ShowingEvent) + 'static,
    ) -> Self {
        let on_event: Rc<dyn Fn(ShowingEvent)> = Rc::new(on_event);
        let resize = EventListener::new(&video, "resize", {
            let (video, on_event) = (video.clone(), Rc::clone(&on_event));
            move |_| {
                let (width, height) = (video.video_width(), video.video_height());
                if width > 0 && height > 0 {
                    on_event(ShowingEvent::Size { width, height });
                }
            }
        });
        // The attribute only sets how a video begins; it is the property that silences it.
        video.set_muted(sound == Sound::Silent || video.has_attribute(UNHEARD));
        video.set_src_object(Some(stream));
        if let Ok(playing) = video.play() {
            let on_event = Rc::downgrade(&on_event);
            let video = video.clone();
            spawn_local(async move {
                if is_refused(playing).await
                    && let Some(on_event) = on_event.upgrade()
                    && hold(&video)
                {
                    on_event(ShowingEvent::Held);
                }
            });
        }
        Self { video, _on_event: on_event, _resize: resize }
    }
}

impl Drop for Showing {
    fn drop(&mut self) {
        self.video.set_src_object(None);
        // It may not be there, which is as well.
        let _ = self.video.remove_attribute(HELD);
    }
}

/// Plays every held `<video>` inside of `element` with its sound, within the click that asked for
/// it; says whether the browser let all of them.
pub fn play_held(element: &Element) -> impl Future<Output = bool> + use<> {
    let mut started = Vec::new();
    if let Ok(videos) = element.query_selector_all("video[data-held]") {
        for video in videos.values() {
            let Ok(Ok(video)) = video.map(JsCast::dyn_into::<HtmlVideoElement>) else { continue };
            video.set_muted(false);
            if let Ok(playing) = video.play() {
                started.push((video, playing));
            }
        }
    }
    async move {
        let mut all = true;
        for (video, playing) in started {
            if is_refused(playing).await {
                hold(&video);
                all = false;
            } else {
                let _ = video.remove_attribute(HELD);
            }
        }
        all
    }
}

/// Lets the sound of a video be heard, or not, whatever stream it shows. Of one that is held only
/// the person's wish is noted.
pub(super) fn set_muted(video: &HtmlVideoElement, muted: bool) {
    // Attributes of these names can always be set and removed.
    if muted {
        let _ = video.set_attribute(UNHEARD, "");
        let _ = video.remove_attribute(HELD);
        video.set_muted(true);
    } else if video.has_attribute(UNHEARD) {
        let _ = video.remove_attribute(UNHEARD);
        video.set_muted(false);
        // The browser may refuse to play with sound, and stop the picture, too.
        if let Ok(playing) = video.play() {
            let video = video.clone();
            spawn_local(async move {
                if is_refused(playing).await {
                    hold(&video);
                }
            });
        }
    }
}

/// Plays the picture alone, which browsers always allow. Says whether there is a sound that the
/// person would want to hear.
fn hold(video: &HtmlVideoElement) -> bool {
    let wanted = !video.has_attribute(UNHEARD);
    if wanted {
        // It can not fail.
        let _ = video.set_attribute(HELD, "");
    }
    video.set_muted(true);
    if let Ok(playing) = video.play() {
        promise::ignore(&playing);
    }
    wanted
}

/// Whether the browser refuses to play before a click. Any other failure means that the stream
/// was changed or taken away meanwhile, and whoever did that plays anew.
async fn is_refused(playing: Promise) -> bool {
    match JsFuture::from(playing).await {
        Ok(_) => false,
        Err(error) => {
            error.dyn_ref::<DomException>().is_some_and(|error| error.name() == "NotAllowedError")
        }
    }
}
