//! Runs a [`Call`]: hands it everything that happens, and does everything that it asks for.

mod capture;
mod files;
mod reports;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::time::Duration;

use tincan_call::{
    Call, Command, ConnectionEvent, ConnectionState, Effect, FeatureEffect, Input, Policy,
    Preferences, RoomSecret, Settings, SocketEvent, StreamId, TransportPolicy, View,
};
use tincan_protocol::{ConnectionId, IceServer, Name, PeerId, RoomId};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{EventTarget, MediaStream};

use crate::awake::awake_listeners;
use crate::capabilities::capabilities;
use crate::clock::now;
use crate::connection::{Connection, OpenConnection, load_connections};
use crate::crash::{self, EndOnCrash};
use crate::lazy::LoadError;
use crate::listener::Listener;
use crate::machine::machine;
use crate::media::{DeviceList, Streams, Tracks};
use crate::network_check::Network;
use crate::other_call::{Announcement, find_other_call};
use crate::page::random_bytes;
use crate::probe_server::ServerProbe;
use crate::socket::Socket;
use crate::timer::Timer;
use crate::{log, object};
use files::FileSide;
pub use reports::ReportWatch;
use reports::Reports;

/// The settings that a driver starts with.
pub struct DriverSettings {
    /// The WebSocket address of the signaling server.
    pub signaling_url: String,
    /// The secret of the link.
    pub secret: RoomSecret,
    /// The person's name.
    pub name: Name,
    /// The devices and settings that the person prefers.
    pub preferences: Preferences,
}

/// Owns a call and everything of the browser's that it uses. Dropping the last handle hangs up
/// and releases it all.
#[derive(Clone)]
pub struct Driver(Rc<Shell>);

impl Driver {
    /// Starts; `on_view` is called at once, and then with each view that differs from the last.
    /// It may give commands. It must not own a handle of this driver: the two would keep each
    /// other alive.
    pub fn new(settings: DriverSettings, on_view: impl Fn(Rc<View>) + 'static) -> Self {
        let DriverSettings { signaling_url, secret, name, preferences } = settings;
        let Some(seed) = random_bytes() else {
            // Every browser has randomness; without it every secret of the call could be guessed.
            wasm_bindgen::throw_str("the browser gives no randomness");
        };
        let room = secret.room_id();
        let (machine, capabilities) = (machine(), capabilities());
        let policy = Policy::default();
        let settings = Settings { secret, seed, name, preferences, machine, capabilities, policy };
        let call = Call::new(settings);
        let view = call.view();
        on_view(Rc::clone(&view));
        let shell = Rc::new_cyclic(|shell| Shell {
            weak: Weak::clone(shell),
            _listeners: listeners(shell),
            _crash: hang_up_on_crash(shell),
            announcement: RefCell::default(),
            room,
            timer: RefCell::default(),
            socket: RefCell::default(),
            probe: RefCell::default(),
            open_connection: OnceCell::new(),
            connections: RefCell::default(),
            reports: Reports::default(),
            files: FileSide::default(),
            tracks: Tracks::default(),
            streams: Rc::default(),
            signaling_url,
            call: RefCell::new(call),
            inbox: RefCell::default(),
            is_running: Cell::new(false),
            view: RefCell::new(view),
            on_view: Box::new(on_view),
        });
        find_devices(&shell.weak);
        Self(shell)
    }

    /// Loads the code of connections. It must be there before a command that leads into a call.
    ///
    /// # Errors
    /// If it cannot be loaded.
    pub fn load_connections(&self) -> impl Future<Output = Result<(), LoadError>> + use<> {
        let shell = Rc::downgrade(&self.0);
        async move {
            let open = load_connections().await?;
            if let Some(shell) = shell.upgrade() {
                // A second load makes the same.
                let _ = shell.open_connection.set(open);
                shell.input(Input::ConnectionsLoaded);
            }
            Ok(())
        }
    }

    /// Does what the person wants, at once: within the click that asked for it.
    pub fn command(&self, command: Command) {
        self.0.input(Input::Command(command));
    }

    /// Returns what a check of the network needs, once the code of connections is loaded.
    pub fn network(&self) -> Option<Network> {
        let shell = &*self.0;
        Some(Network {
            signaling_url: shell.signaling_url.clone(),
            ice_servers: shell.call.borrow().ice_servers().to_vec(),
            open: *shell.open_connection.get()?,
        })
    }

    /// The latest view.
    pub fn view(&self) -> Rc<View> {
        Rc::clone(&self.0.view.borrow())
    }

    /// The stream to bind to a `<video>`; none if it is gone.
    pub fn stream(&self, id: StreamId) -> Option<MediaStream> {
        self.0.streams.get(id)
    }
}

/// The connections that are open, each with its peer.
type Connections = Vec<(PeerId, ConnectionId, Box<dyn Connection>)>;

/// The call and its resources. Whatever calls back holds it weakly; so when the last handle goes,
/// everything goes, in the order of these fields.
struct Shell {
    weak: Weak<Shell>,
    _listeners: Vec<Listener>,
    _crash: (EndOnCrash, Closure<dyn Fn()>),
    announcement: RefCell<Option<Announcement>>,
    room: RoomId,
    /// The only timer, and when it is due.
    timer: RefCell<Option<(Duration, Timer)>>,
    socket: RefCell<Option<Socket>>,
    probe: RefCell<Option<ServerProbe>>,
    /// The code of connections, once it is loaded.
    open_connection: OnceCell<OpenConnection>,
    connections: RefCell<Connections>,
    reports: Reports,
    files: FileSide,
    tracks: Tracks,
    streams: Rc<Streams>,
    signaling_url: String,
    call: RefCell<Call>,
    /// Inputs that arrived while the call handled another one.
    inbox: RefCell<VecDeque<Input>>,
    is_running: Cell<bool>,
    /// The view that was shown last.
    view: RefCell<Rc<View>>,
    on_view: Box<dyn Fn(Rc<View>)>,
}

impl Shell {
    /// Hands the call one input and runs every effect of it, before this returns. What happens in
    /// the meantime waits its turn.
    fn input(&self, input: Input) {
        self.inbox.borrow_mut().push_back(input);
        if self.is_running.replace(true) {
            return;
        }
        crash::uninterrupted(|| {
            while self.handle_next() {
                if self.inbox.borrow().is_empty() {
                    self.set_timer();
                    self.show_view();
                }
            }
        });
        self.is_running.set(false);
    }

    fn handle_next(&self) -> bool {
        let Some(input) = self.inbox.borrow_mut().pop_front() else { return false };
        self.call.borrow_mut().handle(now(), input);
        // Before the effects: one of them may fail.
        crash::set_call(self.room, self.call.borrow().view().devices_to_rejoin());
        self.run_effects();
        true
    }

    fn run_effects(&self) {
        loop {
            // The call is free while an effect runs.
            let effect = self.call.borrow_mut().poll();
            let Some(effect) = effect else { return };
            self.run(effect);
        }
    }

    fn set_timer(&self) {
        let deadline = self.call.borrow().deadline();
        let mut timer = self.timer.borrow_mut();
        if timer.as_ref().map(|(due, _)| *due) == deadline {
            return;
        }
        *timer = deadline.map(|due| {
            let shell = Weak::clone(&self.weak);
            let timer = Timer::new(due.saturating_sub(now()), move || {
                if let Some(shell) = shell.upgrade() {
                    // It has fired: the next one is set anew, even for the same time.
                    shell.timer.take();
                    shell.input(Input::Timeout);
                }
            });
            (due, timer)
        });
    }

    /// Shows the view, if it differs. Nothing is borrowed meanwhile: commands may come of it.
    fn show_view(&self) {
        let view = self.call.borrow().view();
        let last = self.view.replace(Rc::clone(&view));
        if !Rc::ptr_eq(&last, &view) && last != view {
            (self.on_view)(view);
        }
    }

    fn run(&self, effect: Effect) {
        match effect {
            Effect::OpenSocket => self.open_socket(),
            Effect::Send(message) => {
                if let Some(socket) = &*self.socket.borrow() {
                    socket.send(&message);
                }
            }
            Effect::CloseSocket => drop(self.socket.take()),
            Effect::Capture { capture, target, quality, preferences } => {
                self.capture(capture, target, quality, &preferences);
            }
            Effect::HintTrack { track, style } => self.tracks.hint(track, style),
            Effect::MeasureTracks => self.measure_tracks(),
            Effect::EnableTrack { track, enabled } => self.tracks.set_enabled(track, enabled),
            Effect::StopTrack(track) => self.tracks.remove(track),
            Effect::ProbeServer => self.probe_server(),
            Effect::FindOtherCall => self.find_other_call(),
            Effect::AnnounceCall(announced) => {
                *self.announcement.borrow_mut() = announced.then(|| Announcement::new(&self.room));
            }
            Effect::Feature(FeatureEffect::Files(effect)) => self.run_file_effect(effect),
            Effect::OpenConnection { peer, connection, ice_servers, transport } => {
                self.open_connection(peer, connection, &ice_servers, transport);
            }
            Effect::Connection { connection, operation, .. } => {
                let connections = self.connections.borrow();
                if let Some((.., open)) = connections.iter().find(|(_, id, _)| *id == connection) {
                    open.run(operation, &self.tracks);
                }
            }
            Effect::CloseConnection { connection, .. } => {
                self.connections.borrow_mut().retain(|(_, id, _)| *id != connection);
            }
        }
    }

    fn open_socket(&self) {
        // The old one first: there is never more than one.
        drop(self.socket.take());
        let shell = Weak::clone(&self.weak);
        let socket = Socket::open(&self.signaling_url, move |event| {
            let Some(shell) = shell.upgrade() else { return };
            if event == SocketEvent::Closed {
                drop(shell.socket.take());
            }
            shell.input(Input::Socket(event));
        });
        *self.socket.borrow_mut() = Some(socket);
    }

    fn probe_server(&self) {
        let shell = Weak::clone(&self.weak);
        let probe = ServerProbe::new(&self.signaling_url, move |found| {
            tell(&shell, Input::ServerProbed(found));
        });
        self.probe.replace(Some(probe));
    }

    fn open_connection(
        &self,
        peer: PeerId,
        connection: ConnectionId,
        ice_servers: &[IceServer],
        transport: TransportPolicy,
    ) {
        let shell = Weak::clone(&self.weak);
        let on_event = Box::new(move |event| {
            tell(&shell, Input::Connection { peer, connection, event });
        });
        let opened = match self.open_connection.get() {
            Some(open) => open(ice_servers, transport, &self.streams, on_event),
            // The recovery tries again later. It does not occur, since the page waits for the code.
            None => Err(JsValue::UNDEFINED),
        };
        match opened {
            Ok(open) => {
                open.set_report_sink(self.reports.sink(peer));
                open.set_channel_sink(self.files.sink(peer));
                self.connections.borrow_mut().push((peer, connection, open));
            }
            Err(error) => {
                log::refused("no peer connection can be made", &error);
                let event = ConnectionEvent::StateChanged(ConnectionState::Failed);
                self.input(Input::Connection { peer, connection, event });
            }
        }
    }

    fn find_other_call(&self) {
        let found = find_other_call(self.room);
        let shell = Weak::clone(&self.weak);
        spawn_local(async move { tell(&shell, Input::OtherCall(found.await)) });
    }
}

impl Drop for Shell {
    /// Hangs up. Nobody is left to show a view to, and what the effects start calls nobody back.
    fn drop(&mut self) {
        crash::uninterrupted(|| {
            self.call.borrow_mut().handle(now(), Input::Command(Command::HangUp));
            crash::set_call(self.room, None);
            self.run_effects();
        });
    }
}

/// Hangs up when the page crashes, so that the others are told at once and nothing starts anew. A
/// call that failed itself can no longer be told anything; its connections are closed all the same.
fn hang_up_on_crash(shell: &Weak<Shell>) -> (EndOnCrash, Closure<dyn Fn()>) {
    let shell = Weak::clone(shell);
    let hang_up: Closure<dyn Fn()> = Closure::new(move || {
        if let Some(shell) = shell.upgrade().filter(|shell| !shell.is_running.get()) {
            shell.input(Input::Command(Command::HangUp));
        }
    });
    (EndOnCrash::new(hang_up.as_ref(), "call"), hang_up)
}

/// Listeners for the events of the page that the call is told of.
fn listeners(shell: &Weak<Shell>) -> Vec<Listener> {
    let mut listeners = awake_listeners({
        let shell = Weak::clone(shell);
        move |input| tell(&shell, input)
    });
    if let Ok(devices) = object::navigator("mediaDevices").dyn_into::<EventTarget>() {
        let shell = Weak::clone(shell);
        listeners.push(Listener::new(&devices, "devicechange", move |_| find_devices(&shell)));
    }
    listeners
}

/// Looks for the devices that there are, and tells the call.
fn find_devices(shell: &Weak<Shell>) {
    let found = DeviceList::find();
    let shell = Weak::clone(shell);
    spawn_local(async move {
        if let Some(devices) = found.await {
            tell(&shell, Input::Devices(devices.into_devices()));
        }
    });
}

/// Hands a call an input, if the call is still there.
fn tell(shell: &Weak<Shell>, input: Input) {
    if let Some(shell) = shell.upgrade() {
        shell.input(input);
    }
}
