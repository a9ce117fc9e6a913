//! The call of one room: its view to draw, and a way to say what the person wants.

use std::rc::Rc;

use tincan_browser::connection::RawReport;
use tincan_browser::crash::Rejoin;
use tincan_browser::lazy::LoadError;
use tincan_browser::network_check::Network;
use tincan_browser::page::PageTransition;
use tincan_browser::{Driver, DriverSettings, ReportWatch, page};
use tincan_call::protocol::{Name, PeerId};
use tincan_call::{Command, DeviceChoice, RoomSecret, StreamId, View};
use yew::html::ImplicitClone;
use yew::prelude::*;

use super::{Lazy, Waiting, use_effect_with, use_lazy, use_loaded, use_remembered};
use crate::preferences::{self, OFF, ON, Setting};

/// The key under which the browser stores the person's name.
const NAME_KEY: &str = "tincan.name";
/// The key of the choice whether calls start with the microphone.
const MICROPHONE_KEY: &str = "tincan.use-microphone";
/// The key of the choice whether calls start with the camera.
const CAMERA_KEY: &str = "tincan.use-camera";

/// A call, for as long as its component is there.
pub(crate) struct CallHandle<T> {
    /// The state of the call to draw.
    pub(crate) view: Rc<View>,
    /// Carries out a command at once.
    pub(crate) dispatch: Callback<Command>,
    /// Does as [`Command::Enter`], with the devices that the person chose last.
    pub(crate) enter: Callback<()>,
    /// The functions that draw the call.
    pub(crate) code: Lazy<T>,
    /// Loads it again after that failed.
    pub(crate) on_retry: Callback<()>,
    /// The reason why a command has not led into the call yet.
    pub(crate) waiting: Waiting,
    /// The streams that the view names, and what is measured of them.
    pub(crate) media: MediaHandle,
}

/// A handle of what a view only names: streams and links.
#[derive(Clone)]
pub(crate) struct MediaHandle(Rc<Driver>);

impl MediaHandle {
    /// Returns the stream itself, if it is still there.
    pub(crate) fn stream(&self, id: StreamId) -> Option<web_sys::MediaStream> {
        self.0.stream(id)
    }

    /// Returns what a check of the network needs.
    pub(crate) fn network(&self) -> Option<Network> {
        self.0.network()
    }

    /// Offers files to peers in the call.
    pub(crate) fn send_files(&self, to: Vec<PeerId>, files: &[web_sys::File]) {
        self.0.send_files(to, files);
    }

    /// Returns the latest view, for what need not be drawn again with each.
    pub(crate) fn view(&self) -> Rc<View> {
        self.0.view()
    }

    /// Measures the links once a second until the watch is dropped, and calls `on_report` with each
    /// report.
    pub(crate) fn watch_reports(
        &self,
        on_report: impl Fn(PeerId, RawReport) + 'static,
    ) -> ReportWatch {
        self.0.watch_reports(on_report)
    }
}

// Cloning it copies a handle.
impl ImplicitClone for MediaHandle {}

impl PartialEq for MediaHandle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Owns the call of a room: enters its lobby now, and leaves when the component or the page goes.
/// Give the component the secret as its key, so that another room is another component. The code of
/// connections is loaded as soon as the lobby is drawn, and with it, by `load_code`, what draws the
/// call. A call to `rejoin` is joined at once if it is of this room.
#[hook]
pub(crate) fn use_call<T, F>(
    secret: &RoomSecret,
    rejoin: Option<Rejoin>,
    load_code: fn() -> F,
) -> CallHandle<T>
where
    T: Copy + 'static,
    F: Future<Output = Result<T, LoadError>> + 'static,
{
    let view = use_state(|| None::<Rc<View>>);
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
        let driver = Rc::clone(&driver);
        move |command: Command, ()| driver.command(command)
    });
    let (code, on_retry) = use_lazy(true, {
        let driver = Rc::clone(&driver);
        move || {
            let connections = driver.load_connections();
            async move {
                connections.await?;
                load_code().await
            }
        }
    });
    let (dispatch, waiting) = use_loaded(&dispatch, &code, &on_retry);

    let view = (*view).clone().unwrap_or_else(|| driver.view());
    let enter = use_callback((dispatch.clone(), view.me.choice), |(), (dispatch, choice)| {
        let DeviceChoice { microphone, camera } = *choice;
        dispatch.emit(Command::Enter { microphone, camera });
    });

    use_effect_with((), {
        let dispatch = dispatch.clone();
        let rejoin = rejoin.filter(|rejoin| rejoin.room == secret.room_id());
        move |()| {
            let DeviceChoice { microphone, camera } = match rejoin {
                Some(rejoin) => rejoin.devices,
                None => {
                    DeviceChoice { microphone: wants(MICROPHONE_KEY), camera: wants(CAMERA_KEY) }
                }
            };
            dispatch.emit(Command::Enter { microphone, camera });
            if rejoin.is_some() {
                dispatch.emit(Command::Join);
            }
            let transitions = page::PageTransitions::new({
                let dispatch = dispatch.clone();
                move |transition| {
                    dispatch.emit(match transition {
                        PageTransition::Hidden => Command::Suspend,
                        PageTransition::Restored => Command::Resume,
                    });
                }
            });
            move || {
                drop(transitions);
                dispatch.emit(Command::HangUp);
            }
        }
    });

    use_remembered(remembered(&view));
    CallHandle { view, dispatch, enter, code, on_retry, waiting, media: MediaHandle(driver) }
}

/// Returns what is remembered of a person, however they came to choose it.
fn remembered(view: &View) -> Vec<(&'static str, String)> {
    let word = |is_on| if is_on { ON } else { OFF }.to_owned();
    let me = &view.me;
    let settings = Setting::ALL
        .into_iter()
        .map(|setting| (setting.key(), setting.print(&me.preferences).to_owned()));
    [
        (NAME_KEY, me.name.as_str().to_owned()),
        (MICROPHONE_KEY, word(me.choice.microphone)),
        (CAMERA_KEY, word(me.choice.camera)),
    ]
    .into_iter()
    .chain(settings)
    .collect()
}

/// Returns `true` unless the person turned the device off the last time.
fn wants(key: &str) -> bool {
    page::stored(key).as_deref() != Some(OFF)
}
