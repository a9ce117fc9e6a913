//! The call of one room: its view to draw, and a way to say what the person wants.

use std::rc::Rc;

use tincan_browser::{Driver, DriverSettings, page};
use tincan_call::protocol::{Name, PeerId};
use tincan_call::{Command, LinkStats, RoomSecret, StreamId, View};
use yew::html::ImplicitClone;
use yew::prelude::*;

use super::use_effect_with;
use crate::preferences::{self, OFF, ON, Setting};

/// Where the browser remembers the person's name.
const NAME_KEY: &str = "tincan.name";
/// Where it remembers that they want to be heard, or not.
const MICROPHONE_KEY: &str = "tincan.use-microphone";
/// Where it remembers that they want to be seen, or not.
const CAMERA_KEY: &str = "tincan.use-camera";

/// A call, for as long as its component is there.
pub(crate) struct CallHandle {
    /// What there is to draw.
    pub(crate) view: Rc<View>,
    /// Does what the person wants, at once.
    pub(crate) dispatch: Callback<Command>,
    /// Does as [`Command::Enter`], with the devices that the person used last.
    pub(crate) enter: Callback<()>,
    /// The streams that the view names.
    pub(crate) streams: Streams,
}

/// The streams that a view names by their ids.
#[derive(Clone)]
pub(crate) struct Streams(Rc<Driver>);

impl Streams {
    /// The stream itself, if it is still there.
    pub(crate) fn get(&self, id: StreamId) -> Option<web_sys::MediaStream> {
        self.0.stream(id)
    }

    /// What is measured of the link with a peer, if anything yet.
    pub(crate) fn stats(&self, peer: PeerId) -> Option<LinkStats> {
        self.0.stats(peer)
    }
}

// Cloning it copies a handle.
impl ImplicitClone for Streams {}

impl PartialEq for Streams {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The devices that the person wants, to start with the same ones after a call.
#[derive(Clone, Copy)]
struct Wanted {
    microphone: bool,
    camera: bool,
}

/// Owns the call of a room: enters its lobby now, and leaves when the component or the page goes.
/// Give the component the secret as its key, so that another room is another component.
#[hook]
pub(crate) fn use_call(secret: &RoomSecret) -> CallHandle {
    let view = use_state(|| None::<Rc<View>>);
    let wanted =
        use_mut_ref(|| Wanted { microphone: wants(MICROPHONE_KEY), camera: wants(CAMERA_KEY) });

    let driver = use_memo((), |()| {
        let show = view.setter();
        let settings = DriverSettings {
            signaling_url: page::signaling_url().unwrap_or_default(),
            secret: secret.clone(),
            name: page::stored(NAME_KEY).map(|name| Name::new(&name)).unwrap_or_default(),
            preferences: preferences::load(page::stored),
        };
        Driver::new(settings, move |view| show.set(Some(view)))
    });

    let dispatch = use_callback((), {
        let (driver, wanted) = (Rc::clone(&driver), Rc::clone(&wanted));
        move |command: Command, ()| {
            match &command {
                Command::SetName(name) => page::store(NAME_KEY, name.as_str()),
                Command::SetMicrophone(on) => {
                    wanted.borrow_mut().microphone = *on;
                    want(MICROPHONE_KEY, *on);
                }
                Command::SetCamera(on) => {
                    wanted.borrow_mut().camera = *on;
                    want(CAMERA_KEY, *on);
                }
                Command::Enter { .. }
                | Command::Join
                | Command::Call
                | Command::Cancel
                | Command::Accept
                | Command::Decline
                | Command::HangUp
                | Command::SetScreen(_)
                | Command::RetryLink(_)
                | Command::SetPreferences(_)
                | Command::UseOffered
                | Command::Dismiss
                | Command::SetVolume(..)
                | Command::SetHeard(..)
                | Command::SetShown { .. }
                | Command::SpeakerRefused(_)
                | Command::ReportPlayback { .. } => {}
            }
            driver.command(command);
        }
    });

    let enter = use_callback((), {
        let dispatch = dispatch.clone();
        move |(), ()| {
            let Wanted { microphone, camera } = *wanted.borrow();
            dispatch.emit(Command::Enter { microphone, camera });
        }
    });

    use_effect_with((), {
        let (dispatch, enter) = (dispatch.clone(), enter.clone());
        move |()| {
            enter.emit(());
            let hide = page::PageHide::new({
                let dispatch = dispatch.clone();
                move || dispatch.emit(Command::HangUp)
            });
            move || {
                drop(hide);
                dispatch.emit(Command::HangUp);
            }
        }
    });

    let view = (*view).clone().unwrap_or_else(|| driver.view());
    // However they came to be liked: by a picker, or as a device that was offered.
    use_effect_with(Rc::clone(&view.me.preferences), |liked| {
        for setting in Setting::ALL {
            page::store(setting.key(), setting.print(liked));
        }
    });
    CallHandle { view, dispatch, enter, streams: Streams(driver) }
}

/// Whether a device is to be started: unless the person turned it off the last time.
fn wants(key: &str) -> bool {
    page::stored(key).as_deref() != Some(OFF)
}

/// Remembers whether it is.
fn want(key: &str, on: bool) {
    page::store(key, if on { ON } else { OFF });
}
