//! A check of the network: tries what a call needs, one thing beside the other, and reports a
//! result for each line. No candidate of it leaves the page.

mod ice;
mod loopback;

use std::cell::Cell;
use std::rc::Rc;

use tincan_call::network_check::{CheckLine, CheckResult, LIMIT, Verdict};
use tincan_call::{ConnectionEvent, OfferApplied, Operation, SocketEvent, TransportPolicy};
use tincan_protocol::{IceServer, NegotiationId, Source};

use crate::clock::now;
use crate::connection::{Connection, OpenConnection};
use crate::probe_server::ServerProbe;
use crate::socket::Socket;
use crate::timer::Timer;
use ice::IceCheck;
use loopback::LoopbackCall;

/// The servers that are tried.
pub struct Network {
    /// The WebSocket address of the signaling server.
    pub signaling_url: String,
    /// The STUN and TURN servers that it named.
    pub ice_servers: Vec<IceServer>,
    /// The code of connections.
    pub(crate) open: OpenConnection,
}

impl Network {
    /// Opens a connection that uses some of the servers.
    fn open(
        &self,
        servers: &[IceServer],
        transport: TransportPolicy,
        on_event: impl Fn(ConnectionEvent) + 'static,
    ) -> Option<Box<dyn Connection>> {
        (self.open)(servers, transport, &Rc::default(), Box::new(on_event)).ok()
    }
}

/// A check that is under way. Dropping it ends it, and nothing more is reported.
#[must_use = "the check ends when this is dropped"]
pub struct NetworkCheck {
    _server: ServerProbe,
    _socket: Socket,
    _ice: Vec<IceCheck>,
    _loopback: LoopbackCall,
    _limit: Timer,
}

impl NetworkCheck {
    /// Starts. `on_result` is called once for each line but those of devices, never from within
    /// this function.
    pub fn start(network: &Network, on_result: impl Fn(CheckResult) + 'static) -> Self {
        let on_result: Rc<dyn Fn(CheckResult)> = Rc::new(on_result);
        let begin = |line| Attempt::new(line, &on_result);
        let url = &network.signaling_url;
        let (server, socket) = (begin(CheckLine::Server), begin(CheckLine::Socket));
        let late = [Rc::clone(&server), Rc::clone(&socket)];
        let limit = Timer::new(LIMIT, move || {
            for attempt in &late {
                attempt.end(Verdict::Unreachable);
            }
        });
        let found = |found| if found { Verdict::Works } else { Verdict::Unreachable };
        let probe = ServerProbe::new(url, move |is_there| server.end(found(is_there)));
        let socket = Socket::open(url, move |event| match event {
            SocketEvent::Opened => socket.end(Verdict::Works),
            SocketEvent::Closed => socket.end(Verdict::Unreachable),
            SocketEvent::Received(_) => {}
        });
        let lines = CheckLine::ALL.into_iter().filter_map(|line| match line {
            CheckLine::Ice(kind) => Some((kind, begin(line))),
            CheckLine::Microphone
            | CheckLine::Camera
            | CheckLine::Server
            | CheckLine::Socket
            | CheckLine::Loopback => None,
        });
        let ice = lines.map(|(kind, attempt)| IceCheck::start(kind, network, attempt));
        Self {
            _server: probe,
            _socket: socket,
            _ice: ice.collect(),
            _loopback: LoopbackCall::start(network, begin(CheckLine::Loopback)),
            _limit: limit,
        }
    }
}

/// The attempt for one line. It ends once.
struct Attempt {
    line: CheckLine,
    began_ms: u32,
    is_over: Cell<bool>,
    on_result: Rc<dyn Fn(CheckResult)>,
}

impl Attempt {
    fn new(line: CheckLine, on_result: &Rc<dyn Fn(CheckResult)>) -> Rc<Self> {
        let (is_over, on_result) = (Cell::new(false), Rc::clone(on_result));
        Rc::new(Self { line, began_ms: now_ms(), is_over, on_result })
    }

    fn is_over(&self) -> bool {
        self.is_over.get()
    }

    fn end(&self, verdict: Verdict) {
        let took = now_ms().saturating_sub(self.began_ms);
        let took_ms = (verdict != Verdict::Absent).then_some(took);
        self.end_with(verdict, took_ms, None);
    }

    fn end_with(&self, verdict: Verdict, took_ms: Option<u32>, rate: Option<u32>) {
        if !self.is_over.replace(true) {
            (self.on_result)(CheckResult { line: self.line, verdict, took_ms, rate });
        }
    }
}

/// Returns the operation by which a connection begins to gather candidates. It sends no media.
fn create_offer() -> Operation {
    Operation::CreateOffer {
        negotiation: NegotiationId(1),
        applied: OfferApplied::AtOnce,
        sections: vec![Source::Microphone],
        ice_restart: false,
    }
}

/// The time since the page began, in milliseconds.
fn now_ms() -> u32 {
    u32::try_from(now().as_millis()).unwrap_or(u32::MAX)
}
