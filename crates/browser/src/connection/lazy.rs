//! Connections as the driver sees them, so that their code can be loaded on demand.

use std::rc::Rc;

use tincan_call::{ConnectionEvent, Operation, TransportPolicy};
use tincan_protocol::IceServer;
use wasm_bindgen::JsValue;
use web_sys::RtcPeerConnection;

use super::{ChannelSink, PeerConnection, ReportSink};
use crate::lazy;
use crate::media::{Streams, Tracks};

/// An open connection. Dropping it closes it.
///
/// A trait object, since its table of functions is the only way to code that is not loaded yet.
pub(crate) trait Connection {
    /// As [`PeerConnection::run`].
    fn run(&self, operation: Operation, tracks: &Tracks);

    /// As [`PeerConnection::set_report_sink`].
    fn set_report_sink(&self, sink: Option<ReportSink>);

    /// As [`PeerConnection::set_channel_sink`].
    fn set_channel_sink(&self, sink: ChannelSink);

    /// As [`PeerConnection::as_raw`].
    fn as_raw(&self) -> &RtcPeerConnection;

    /// As [`PeerConnection::has_gathered`].
    fn has_gathered(&self) -> bool;
}

/// As [`PeerConnection::open`].
pub(crate) type OpenConnection = fn(
    &[IceServer],
    TransportPolicy,
    &Rc<Streams>,
    Box<dyn Fn(ConnectionEvent)>,
) -> Result<Box<dyn Connection>, JsValue>;

lazy!(
    call,
    /// Loads the code of connections.
    pub(crate) fn load_connections() -> OpenConnection {
        open
    }
);

fn open(
    ice_servers: &[IceServer],
    transport: TransportPolicy,
    streams: &Rc<Streams>,
    on_event: Box<dyn Fn(ConnectionEvent)>,
) -> Result<Box<dyn Connection>, JsValue> {
    Ok(Box::new(PeerConnection::open(ice_servers, transport, streams, on_event)?))
}

impl Connection for PeerConnection {
    fn run(&self, operation: Operation, tracks: &Tracks) {
        PeerConnection::run(self, operation, tracks);
    }

    fn set_report_sink(&self, sink: Option<ReportSink>) {
        PeerConnection::set_report_sink(self, sink);
    }

    fn set_channel_sink(&self, sink: ChannelSink) {
        PeerConnection::set_channel_sink(self, sink);
    }

    fn as_raw(&self) -> &RtcPeerConnection {
        PeerConnection::as_raw(self)
    }

    fn has_gathered(&self) -> bool {
        PeerConnection::has_gathered(self)
    }
}
