//! A stream in a `<video>`.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use tincan_call::{
    Playback, PlaybackAction, PlaybackAttempt, PlaybackEvent, PlaybackPolicy, PlaybackState,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, Event, HtmlVideoElement, MediaStream};

use crate::clock::now;
use crate::listener::Listener;
use crate::log;
use crate::page::document::is_hidden;
use crate::timer::Timer;

/// Marks a `<video>` that does not play, or not with its sound, until the person clicks.
const HELD: &str = "data-held";
/// Marks a `<video>` that the person does not want to hear.
const UNHEARD: &str = "data-unheard";
/// The event that tells a [`Showing`] that [`UNHEARD`] may have changed.
const SOUND_CHANGED: &str = "tincan-sound";
/// The event that tells a [`Showing`] that the person clicked to hear it.
const CLICKED: &str = "tincan-click";

/// The wish to hear a stream, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// Heard, as soon as the browser lets it.
    Heard,
    /// Never heard: one's own.
    Silent,
}

/// An event of a stream that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShowingEvent {
    /// There is a picture of this size now.
    Size {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// Its playback is in another state. What waits for a click is played by [`play_held`].
    Playback(PlaybackState),
}

/// Shows a stream in a `<video>` for as long as it lives, and plays it again if it is paused.
#[must_use = "the video is emptied when it is dropped"]
pub struct Showing {
    player: Rc<Player>,
    _listeners: Vec<Listener>,
}

impl Showing {
    /// Starts to show `stream`. `on_event` is no longer called once this is dropped.
    pub fn new(
        video: HtmlVideoElement,
        stream: &MediaStream,
        sound: Sound,
        on_event: impl Fn(ShowingEvent) + 'static,
    ) -> Self {
        let wants_sound = wants_sound(&video, sound);
        let player = Rc::new_cyclic(|player| Player {
            weak: Weak::clone(player),
            video,
            sound,
            playback: RefCell::new(Playback::new(PlaybackPolicy::default(), wants_sound)),
            timer: RefCell::default(),
            reported: Cell::default(),
            on_event: Box::new(on_event),
        });
        let listeners = player.listeners();
        player.video.set_src_object(Some(stream));
        player.on(PlaybackEvent::Start);
        Self { player, _listeners: listeners }
    }
}

impl Drop for Showing {
    fn drop(&mut self) {
        let video = &self.player.video;
        video.set_src_object(None);
        // Removing an attribute that is not there is no error.
        let _ = video.remove_attribute(HELD);
    }
}

/// A `<video>` that is to play. Whatever calls back holds it weakly.
struct Player {
    weak: Weak<Player>,
    video: HtmlVideoElement,
    sound: Sound,
    playback: RefCell<Playback>,
    timer: RefCell<Option<Timer>>,
    /// The state that was reported last.
    reported: Cell<Option<PlaybackState>>,
    on_event: Box<dyn Fn(ShowingEvent)>,
}

impl Player {
    fn listeners(&self) -> Vec<Listener> {
        let mut listeners = vec![
            self.listener("resize", Self::on_resize),
            self.listener("pause", Self::on_pause),
            self.listener("playing", |player| player.on(PlaybackEvent::Resumed)),
            self.listener(SOUND_CHANGED, |player| {
                let wanted = wants_sound(&player.video, player.sound);
                player.on(PlaybackEvent::AudioWanted(wanted));
            }),
            self.listener(CLICKED, |player| player.on(PlaybackEvent::Clicked)),
        ];
        if let Some(document) = self.video.owner_document() {
            let player = Weak::clone(&self.weak);
            listeners.push(Listener::new(&document, "visibilitychange", move |_| {
                if let Some(player) = player.upgrade()
                    && !is_hidden()
                {
                    // A hidden page may have missed the event.
                    player.on_pause();
                    player.on(PlaybackEvent::Awake);
                }
            }));
        }
        listeners
    }

    fn listener(&self, event: &'static str, on_event: fn(&Self)) -> Listener {
        let player = Weak::clone(&self.weak);
        Listener::new(&self.video, event, move |_| {
            if let Some(player) = player.upgrade() {
                on_event(&player);
            }
        })
    }

    fn on_resize(&self) {
        let (width, height) = (self.video.video_width(), self.video.video_height());
        if width > 0 && height > 0 {
            (self.on_event)(ShowingEvent::Size { width, height });
        }
    }

    /// The event is queued, so the video may play again by now. A stream without tracks left has
    /// ended, and is not paused.
    fn on_pause(&self) {
        if self.video.paused() && !self.video.ended() {
            self.on(PlaybackEvent::Paused);
        }
    }

    fn on(&self, event: PlaybackEvent) {
        let action = self.playback.borrow_mut().on(now(), event);
        match action {
            Some(PlaybackAction::Play { attempt, muted }) => self.play(attempt, muted),
            Some(PlaybackAction::Mute) => self.video.set_muted(true),
            None => {}
        }
        self.set_timer();
        self.report();
    }

    fn play(&self, attempt: PlaybackAttempt, muted: bool) {
        // The attribute only sets how a video begins; it is the property that silences it.
        self.video.set_muted(muted);
        let playing = self.video.play();
        let player = Weak::clone(&self.weak);
        spawn_local(async move {
            let result = match playing {
                Ok(playing) => JsFuture::from(playing).await,
                Err(error) => Err(error),
            };
            if let Some(player) = player.upgrade() {
                player.on(played(result, attempt));
            }
        });
    }

    fn set_timer(&self) {
        let deadline = self.playback.borrow().deadline();
        let player = Weak::clone(&self.weak);
        let timer = deadline.map(|deadline| {
            Timer::new(deadline.saturating_sub(now()), move || {
                if let Some(player) = player.upgrade() {
                    player.on(PlaybackEvent::Timeout);
                }
            })
        });
        self.timer.replace(timer);
    }

    fn report(&self) {
        let state = self.playback.borrow().state();
        if self.reported.replace(Some(state)) != Some(state) {
            // Attributes of this name can always be set and removed.
            let _ = self.video.toggle_attribute_with_force(HELD, state.is_held());
            (self.on_event)(ShowingEvent::Playback(state));
        }
    }
}

/// Plays every held `<video>` inside of `element`, within the click that asked for it.
pub fn play_held(element: &Element) {
    if let Ok(videos) = element.query_selector_all("video[data-held]") {
        for video in videos.values() {
            if let Ok(Ok(video)) = video.map(JsCast::dyn_into::<HtmlVideoElement>) {
                tell(&video, CLICKED);
            }
        }
    }
}

/// Mutes a video or unmutes it, whatever stream it shows.
pub(super) fn set_muted(video: &HtmlVideoElement, muted: bool) {
    // Attributes of this name can always be set and removed.
    let _ = video.toggle_attribute_with_force(UNHEARD, muted);
    if muted {
        video.set_muted(true);
    }
    tell(video, SOUND_CHANGED);
}

fn wants_sound(video: &HtmlVideoElement, sound: Sound) -> bool {
    sound == Sound::Heard && !video.has_attribute(UNHEARD)
}

/// Dispatches an event, which is handled before this returns.
fn tell(video: &HtmlVideoElement, event: &str) {
    if let Ok(event) = Event::new(event) {
        // Its listeners do not throw.
        let _ = video.dispatch_event(&event);
    }
}

/// The result of `play()`.
fn played(result: Result<JsValue, JsValue>, attempt: PlaybackAttempt) -> PlaybackEvent {
    match result {
        Ok(_) => PlaybackEvent::Started(attempt),
        Err(error) if log::error_name(&error) == "NotAllowedError" => {
            PlaybackEvent::Refused(attempt)
        }
        Err(_) => PlaybackEvent::Failed(attempt),
    }
}
