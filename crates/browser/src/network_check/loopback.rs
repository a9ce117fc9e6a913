//! A call of the page with itself, by a relay if there is one, and the rate of its data channel.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use tincan_call::network_check::{LIMIT, Loopback, Verdict};
use tincan_call::{
    ChannelEvent, ConnectionEvent, ConnectionState, IceServerKinds, Operation, TransportPolicy,
};
use tincan_protocol::Candidate;

use super::{Attempt, Network, create_offer, now_ms};
use crate::connection::Connection;
use crate::media::Tracks;
use crate::timer::Timer;

/// The time for which the rate is measured.
const MEASURED: Duration = Duration::from_secs(2);

/// A message of the measurement, in bytes; and the number of bytes that wait to be sent.
const MESSAGE: usize = 16 * 1024;
const WINDOW: usize = 16;

/// The two ends of the call.
pub(super) struct LoopbackCall {
    _shared: Rc<Shared>,
    _limit: Timer,
}

struct Shared {
    attempt: Rc<Attempt>,
    caller: OnceCell<Box<dyn Connection>>,
    callee: OnceCell<Box<dyn Connection>>,
    /// Candidates of the caller that come before its offer.
    early: RefCell<Option<Vec<Candidate>>>,
    began_ms: Cell<Option<u32>>,
    connected_ms: Cell<Option<u32>>,
    bytes: Cell<u64>,
    end: RefCell<Option<Timer>>,
}

impl LoopbackCall {
    /// Starts the call.
    pub(super) fn start(network: &Network, attempt: Rc<Attempt>) -> Self {
        let servers = &network.ice_servers;
        let has_relay = IceServerKinds::of(servers).has_turn();
        let policy = if has_relay { TransportPolicy::Relay } else { TransportPolicy::All };
        let shared = Rc::new(Shared {
            attempt,
            caller: OnceCell::new(),
            callee: OnceCell::new(),
            early: RefCell::new(Some(Vec::new())),
            began_ms: Cell::default(),
            connected_ms: Cell::default(),
            bytes: Cell::default(),
            end: RefCell::default(),
        });
        let open = |on: fn(&Shared, &Weak<Shared>, ConnectionEvent)| {
            let weak = Rc::downgrade(&shared);
            network.open(servers, policy, move |event| {
                if let Some(shared) = weak.upgrade() {
                    on(&shared, &weak, event);
                }
            })
        };
        // Without them nothing happens until it is too late.
        if let Some(caller) = open(|shared, _, event| shared.on_caller(event)) {
            let _ = shared.caller.set(caller);
        }
        if let Some(callee) = open(Shared::on_callee) {
            let _ = shared.callee.set(callee);
        }
        run(&shared.caller, create_offer());
        let limit = {
            let shared = Rc::downgrade(&shared);
            Timer::new(LIMIT + MEASURED, move || {
                if let Some(shared) = shared.upgrade() {
                    shared.finish();
                }
            })
        };
        Self { _shared: shared, _limit: limit }
    }
}

impl Shared {
    fn on_caller(&self, event: ConnectionEvent) {
        match event {
            ConnectionEvent::OfferCreated { negotiation, sdp, sources } => {
                run(&self.callee, Operation::AcceptOffer { negotiation, sdp, sources });
                for candidate in self.early.take().into_iter().flatten() {
                    run(&self.callee, Operation::AddCandidate(candidate));
                }
            }
            ConnectionEvent::CandidateFound(candidate) => match &mut *self.early.borrow_mut() {
                Some(early) => early.push(candidate),
                None => run(&self.callee, Operation::AddCandidate(candidate)),
            },
            ConnectionEvent::Channel(ChannelEvent::Opened | ChannelEvent::Drained) => self.send(),
            ConnectionEvent::StateChanged(state) => self.on_state(state),
            ConnectionEvent::AnswerCreated { .. }
            | ConnectionEvent::AnswerApplied { .. }
            | ConnectionEvent::AnswerAccepted { .. }
            | ConnectionEvent::NegotiationFailed { .. }
            | ConnectionEvent::ServerFailed(_)
            | ConnectionEvent::TrackReceived { .. }
            | ConnectionEvent::SectionsAgreed(_)
            | ConnectionEvent::Measured(_)
            | ConnectionEvent::ClosedByPeer
            | ConnectionEvent::Channel(_) => {}
        }
    }

    fn on_callee(&self, weak: &Weak<Self>, event: ConnectionEvent) {
        match event {
            ConnectionEvent::AnswerCreated { negotiation, sdp } => {
                run(&self.caller, Operation::AcceptAnswer { negotiation, sdp });
                run(&self.callee, Operation::ApplyAnswer { negotiation });
            }
            ConnectionEvent::CandidateFound(candidate) => {
                run(&self.caller, Operation::AddCandidate(candidate));
            }
            ConnectionEvent::Channel(ChannelEvent::Received(text)) => {
                self.on_received(weak, text.map_or(0, |text| text.len()));
            }
            ConnectionEvent::StateChanged(state) => self.on_state(state),
            ConnectionEvent::OfferCreated { .. }
            | ConnectionEvent::AnswerApplied { .. }
            | ConnectionEvent::AnswerAccepted { .. }
            | ConnectionEvent::NegotiationFailed { .. }
            | ConnectionEvent::ServerFailed(_)
            | ConnectionEvent::TrackReceived { .. }
            | ConnectionEvent::SectionsAgreed(_)
            | ConnectionEvent::Measured(_)
            | ConnectionEvent::ClosedByPeer
            | ConnectionEvent::Channel(_) => {}
        }
    }

    fn on_state(&self, state: ConnectionState) {
        match state {
            ConnectionState::Connected => {
                if self.connected_ms.get().is_none() {
                    let took = now_ms().saturating_sub(self.attempt.began_ms);
                    self.connected_ms.set(Some(took));
                }
            }
            ConnectionState::Failed => self.finish(),
            ConnectionState::New
            | ConnectionState::Connecting
            | ConnectionState::Disconnected
            | ConnectionState::Closed => {}
        }
    }

    /// Keeps the channel busy.
    fn send(&self) {
        if self.attempt.is_over() {
            return;
        }
        let text = "0".repeat(MESSAGE);
        let max_buffered = u32::try_from(WINDOW * MESSAGE).unwrap_or(u32::MAX);
        for _ in 0..WINDOW {
            let text = text.clone();
            run(&self.caller, Operation::SendMessage { text, max_buffered });
        }
    }

    fn on_received(&self, weak: &Weak<Self>, bytes: usize) {
        if self.began_ms.get().is_none() {
            self.began_ms.set(Some(now_ms()));
            let weak = Weak::clone(weak);
            let end = Timer::new(MEASURED, move || {
                if let Some(shared) = weak.upgrade() {
                    shared.finish();
                }
            });
            self.end.replace(Some(end));
            return;
        }
        let bytes = u64::try_from(bytes).unwrap_or_default();
        self.bytes.set(self.bytes.get().saturating_add(bytes));
    }

    fn finish(&self) {
        let time_ms = self.began_ms.get().map_or(0, |began| now_ms().saturating_sub(began));
        let is_connected = self.connected_ms.get().is_some();
        let loopback = Loopback { is_connected, bytes: self.bytes.get(), time_ms };
        let verdict = loopback.verdict();
        let rate = (verdict != Verdict::Unreachable).then(|| loopback.rate());
        self.attempt.end_with(verdict, self.connected_ms.get(), rate);
    }
}

fn run(connection: &OnceCell<Box<dyn Connection>>, operation: Operation) {
    if let Some(connection) = connection.get() {
        connection.run(operation, &Tracks::default());
    }
}
