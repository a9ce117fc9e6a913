//! The call of one room: its view to draw, and a way to say what the person wants.

use std::rc::Rc;

use tincan_browser::{Driver, DriverSettings, page};
use tincan_call::protocol::Name;
use tincan_call::{Command, RoomSecret, StreamId, View};
use yew::html::ImplicitClone;
use yew::prelude::*;

/// Where the browser remembers the person's name.
const NAME_KEY: &str = "tincan.name";

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
    let wanted = use_mut_ref(|| Wanted { microphone: true, camera: true });

    let driver = use_memo((), |()| {
        let show = view.setter();
        let settings = DriverSettings {
            signaling_url: page::signaling_url().unwrap_or_default(),
            secret: secret.clone(),
            name: page::stored(NAME_KEY).map(|name| Name::new(&name)).unwrap_or_default(),
        };
        Driver::new(settings, move |view| show.set(Some(view)))
    });

    let dispatch = use_callback((), {
        let (driver, wanted) = (Rc::clone(&driver), Rc::clone(&wanted));
        move |command: Command, ()| {
            match &command {
                Command::SetName(name) => page::store(NAME_KEY, name.as_str()),
                Command::SetMicrophone(on) => wanted.borrow_mut().microphone = *on,
                Command::SetCamera(on) => wanted.borrow_mut().camera = *on,
                Command::Enter { .. }
                | Command::Join
                | Command::HangUp
                | Command::SetScreen(_)
                | Command::RetryLink(_) => {}
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
    CallHandle { view, dispatch, enter, streams: Streams(driver) }
}
