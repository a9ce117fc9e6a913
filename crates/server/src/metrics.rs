//! Numbers for the operator. They count, and never name an address, a room or a person.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tincan_protocol::ErrorCode;

/// The label of a refusal.
type Reason = [(&'static str, String); 1];

/// The metrics of one server.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    connections: Gauge,
    sessions: Gauge,
    rooms: Gauge,
    received: Traffic,
    sent: Traffic,
    refusals: Family<Reason, Counter>,
}

/// Messages in one direction, and the bytes in them.
#[derive(Debug, Default)]
struct Traffic {
    messages: Counter,
    bytes: Counter,
}

impl Traffic {
    fn count(&self, bytes: usize) {
        self.messages.inc();
        self.bytes.inc_by(bytes as u64);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("tincan"),
            connections: Gauge::default(),
            sessions: Gauge::default(),
            rooms: Gauge::default(),
            received: Traffic::default(),
            sent: Traffic::default(),
            refusals: Family::default(),
        };
        let registry = &mut metrics.registry;
        for (name, help, gauge) in [
            ("connections", "Open TCP connections", &metrics.connections),
            ("sessions", "Open WebSockets", &metrics.sessions),
            ("rooms", "Rooms with somebody in them", &metrics.rooms),
        ] {
            registry.register(name, help, gauge.clone());
        }
        for (name, help, counter) in [
            ("messages_received", "Messages from pages", &metrics.received.messages),
            ("messages_sent", "Messages to pages", &metrics.sent.messages),
            ("bytes_received", "Bytes in messages from pages", &metrics.received.bytes),
            ("bytes_sent", "Bytes in messages to pages", &metrics.sent.bytes),
        ] {
            registry.register(name, help, counter.clone());
        }
        registry.register("refusals", "Connections refused or closed", metrics.refusals.clone());
        metrics
    }
}

/// An open connection, which is counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Counted(Gauge);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// Counts a message of a page, with its size in bytes.
    pub(crate) fn received(&self, bytes: usize) {
        self.received.count(bytes);
    }

    /// Counts a message to a page, with its size in bytes.
    pub(crate) fn sent(&self, bytes: usize) {
        self.sent.count(bytes);
    }

    /// Counts a connection that is closed with an error of the protocol.
    pub(crate) fn refused(&self, code: ErrorCode) {
        // The name on the wire, as in PROTOCOL.md.
        let name = serde_json::to_string(&code).unwrap_or_default();
        self.refused_for(name.trim_matches('"'));
    }

    /// Counts a connection that did not get as far as a session.
    pub(crate) fn refused_for(&self, reason: &str) {
        self.refusals.get_or_create(&[("reason", reason.to_owned())]).inc();
    }

    /// Counts a connection for as long as it is open.
    pub(crate) fn connected(&self) -> Counted {
        self.connections.inc();
        Counted(self.connections.clone())
    }

    /// Returns all metrics as text that Prometheus reads.
    pub(crate) fn text(&self, sessions: usize, rooms: usize) -> String {
        for (gauge, value) in [(&self.sessions, sessions), (&self.rooms, rooms)] {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
