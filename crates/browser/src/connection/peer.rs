//! An `RTCPeerConnection` with one owner.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_call::{ConnectionEvent, Operation, TransportPolicy};
use tincan_protocol::{Candidate, IceServer};
use wasm_bindgen::JsValue;
use web_sys::{Event, RtcIceCandidateInit, RtcPeerConnection};

use super::channel::{DataChannel, RawChannel};
use super::configuration::configuration;
use super::events;
use super::negotiator::Negotiator;
use super::report::ReportSink;
use super::sections::MediaSections;
use crate::crash::EndOnCrash;
use crate::dictionary::to_dictionary;
use crate::listener::Listener;
use crate::live::Live;
use crate::media::{Streams, Tracks};
use crate::task::Task;
use crate::{log, object, promise};

/// Takes the data channels that the peer opens.
pub(crate) type ChannelSink = Rc<dyn Fn(RawChannel)>;

/// A connection with a peer. Dropping it closes it, and nothing more is reported.
#[must_use = "the connection closes when this is dropped"]
pub struct PeerConnection {
    negotiator: Rc<Negotiator>,
    transport: TransportPolicy,
    listeners: Vec<Listener>,
    /// None if the browser makes none, and once it was closed.
    channel: RefCell<Option<DataChannel>>,
    channel_sink: Rc<RefCell<Option<ChannelSink>>>,
    /// The negotiation that is under way, if one is.
    negotiation: RefCell<Option<Task>>,
    /// The look at the statistics that is under way.
    measuring: RefCell<Option<Task>>,
    _crash: EndOnCrash,
    _live: Live,
}

impl PeerConnection {
    /// Makes a connection. The peer's media are shown by new streams in `streams`. `on_event` is
    /// never called from within a call to this connection.
    ///
    /// # Errors
    /// If the browser cannot make connections, or not with these servers.
    pub fn open(
        ice_servers: &[IceServer],
        transport: TransportPolicy,
        streams: &Rc<Streams>,
        on_event: impl Fn(ConnectionEvent) + 'static,
    ) -> Result<Self, JsValue> {
        let sections = MediaSections::new(streams.create()?, streams.create()?)?;
        let configuration = configuration(ice_servers, transport)?;
        let connection = RtcPeerConnection::new_with_configuration(&configuration)?;
        let negotiator = Rc::new(Negotiator::new(connection, sections, Box::new(on_event)));
        let channel_sink = Rc::<RefCell<Option<ChannelSink>>>::default();
        let listeners = vec![
            take_channels(negotiator.connection(), &channel_sink),
            report_events(&negotiator, "icecandidate", |event, _| events::candidate_found(event)),
            report_events(&negotiator, "icecandidateerror", |event, _| {
                events::server_failed(event)
            }),
            report_events(&negotiator, "connectionstatechange", |_, connection| {
                events::state_changed(connection)
            }),
        ];
        let channel = open_channel(&negotiator);
        let crash = EndOnCrash::new(negotiator.connection(), "close");
        let live = Live::count(|live| &mut live.connections);
        Ok(Self {
            negotiator,
            transport,
            listeners,
            channel: RefCell::new(channel),
            channel_sink,
            negotiation: RefCell::default(),
            measuring: RefCell::default(),
            _crash: crash,
            _live: live,
        })
    }

    /// Carries out an operation; tracks are taken from `tracks`.
    pub fn run(&self, operation: Operation, tracks: &Tracks) {
        let negotiator = &self.negotiator;
        match operation {
            Operation::CreateOffer { negotiation, applied, sections, ice_restart } => {
                let offer = negotiator.create_offer(negotiation, applied, &sections, ice_restart);
                self.negotiate(offer);
            }
            Operation::AcceptOffer { negotiation, sdp, sources } => {
                self.negotiate(negotiator.accept_offer(negotiation, &sdp, sources));
            }
            Operation::ApplyAnswer { negotiation } => {
                self.negotiate(negotiator.apply_answer(negotiation));
            }
            Operation::AcceptAnswer { negotiation, sdp } => {
                self.negotiate(negotiator.accept_answer(negotiation, &sdp));
            }
            Operation::AddCandidate(candidate) => self.add_candidate(&candidate),
            Operation::SendTrack { source, track } => {
                let track = track.and_then(|track| tracks.get(track));
                negotiator.sections().send(source, track);
            }
            Operation::SetEncoding { source, encoding } => {
                negotiator.sections().set_encoding(source, encoding);
            }
            Operation::SendKeyFrame(source) => negotiator.sections().send_key_frame(source),
            Operation::SendMessage { text, max_buffered } => {
                if let Some(channel) = &*self.channel.borrow() {
                    channel.send(&text, max_buffered);
                }
            }
            Operation::CloseChannel => drop(self.channel.take()),
            Operation::Measure => {
                let mut measuring = self.measuring.borrow_mut();
                // On a busy machine each would end the one before, and none would come to its end.
                if measuring.as_ref().is_none_or(Task::is_over) {
                    *measuring = Some(Task::spawn(negotiator.measure()));
                }
            }
            Operation::SetIceServers(ice_servers) => self.set_ice_servers(&ice_servers),
        }
    }

    /// Passes each measured report to this sink as well, or to none.
    pub fn set_report_sink(&self, sink: Option<ReportSink>) {
        self.negotiator.set_report_sink(sink);
    }

    /// Passes the data channels that the peer opens to this sink. Without one they are closed.
    pub(crate) fn set_channel_sink(&self, sink: ChannelSink) {
        self.channel_sink.replace(Some(sink));
    }

    /// Returns `true` once all candidates are gathered (`iceGatheringState`; W3C WebRTC, 4.3.2).
    pub fn has_gathered(&self) -> bool {
        object::text(self.as_raw(), "iceGatheringState").as_deref() == Some("complete")
    }

    /// The browser's own object: to look at, as for statistics.
    pub fn as_raw(&self) -> &RtcPeerConnection {
        self.negotiator.connection()
    }

    fn add_candidate(&self, candidate: &Candidate) {
        if let Ok(init) = to_dictionary::<RtcIceCandidateInit>(candidate) {
            let added =
                self.as_raw().add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(&init));
            promise::ignore(&added);
        }
    }

    fn set_ice_servers(&self, ice_servers: &[IceServer]) {
        let result = configuration(ice_servers, self.transport).and_then(|configuration| {
            self.as_raw().set_configuration_with_configuration(&configuration)
        });
        if let Err(error) = result {
            log::refused("the new ICE servers do not do", &error);
        }
    }

    fn negotiate(&self, work: impl Future<Output = ()> + 'static) {
        *self.negotiation.borrow_mut() = Some(Task::spawn(work));
    }
}

impl Drop for PeerConnection {
    fn drop(&mut self) {
        self.listeners.clear();
        drop(self.channel.take());
        self.negotiator.close();
    }
}

/// Passes the data channels that a peer opens to a sink.
fn take_channels(
    connection: &RtcPeerConnection,
    sink: &Rc<RefCell<Option<ChannelSink>>>,
) -> Listener {
    let sink = Rc::clone(sink);
    Listener::new(connection, "datachannel", move |event| {
        let channel = RawChannel::new(object::get(event, "channel"));
        let sink = sink.borrow().clone();
        if let Some(sink) = sink {
            sink(channel);
        }
    })
}

/// Reports what `read` makes of each event of a name.
fn report_events(
    negotiator: &Rc<Negotiator>,
    name: &'static str,
    read: fn(&Event, &RtcPeerConnection) -> Option<ConnectionEvent>,
) -> Listener {
    let weak = Rc::downgrade(negotiator);
    Listener::new(negotiator.connection(), name, move |event| {
        if let Some(negotiator) = weak.upgrade()
            && let Some(event) = read(event, negotiator.connection())
        {
            negotiator.report(event);
        }
    })
}

/// Makes the data channel of a connection. A browser that makes none goes on without.
fn open_channel(negotiator: &Rc<Negotiator>) -> Option<DataChannel> {
    let events = Rc::downgrade(negotiator);
    let opened = DataChannel::open(negotiator.connection(), move |event| {
        if let Some(negotiator) = events.upgrade() {
            negotiator.report(ConnectionEvent::Channel(event));
        }
    });
    opened.inspect_err(|error| log::refused("no data channel can be made", error)).ok()
}
