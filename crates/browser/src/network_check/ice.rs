//! The attempt to get a candidate by one kind of STUN or TURN server.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tincan_call::network_check::{EARLY, Gathered, LIMIT, Verdict};
use tincan_call::{CandidateClass, ConnectionEvent, IceServerKind, TransportPolicy};
use tincan_protocol::IceServer;

use super::{Attempt, Network, create_offer};
use crate::connection::Connection;
use crate::media::Tracks;
use crate::timer::Timer;

/// The attempt for one kind of server.
pub(super) struct IceCheck {
    _connection: Option<Rc<dyn Connection>>,
    _timers: Vec<Timer>,
}

impl IceCheck {
    /// Starts to gather candidates by the servers of this kind.
    pub(super) fn start(kind: IceServerKind, network: &Network, attempt: Rc<Attempt>) -> Self {
        let servers = of_kind(&network.ice_servers, kind);
        let is_named = !servers.is_empty();
        let gathered = Rc::new(RefCell::new(Gathered { is_named, ..Gathered::default() }));
        let opened = if is_named {
            let (attempt, gathered) = (Rc::clone(&attempt), Rc::clone(&gathered));
            let on_event = move |event| on_event(kind, &attempt, &gathered, &event);
            network.open(&servers, policy(kind), on_event)
        } else {
            None
        };
        let connection: Option<Rc<dyn Connection>> = opened.map(Rc::from);
        if let Some(connection) = &connection {
            connection.run(create_offer(), &Tracks::default());
        }
        let early = connection.as_ref().map(|connection| {
            let (attempt, gathered) = (Rc::clone(&attempt), Rc::clone(&gathered));
            let connection = Rc::downgrade(connection);
            Timer::new(EARLY, move || {
                gathered.borrow_mut().ended_early =
                    connection.upgrade().is_some_and(|connection| connection.has_gathered());
                let verdict = gathered.borrow().verdict(kind);
                if verdict == Verdict::Works {
                    attempt.end(verdict);
                }
            })
        });
        // What there is not need not be waited for, but the result comes later than this call.
        let limit = if connection.is_some() { LIMIT } else { Duration::ZERO };
        let limit = Timer::new(limit, move || {
            let verdict = gathered.borrow().verdict(kind);
            attempt.end(verdict);
        });
        Self { _connection: connection, _timers: early.into_iter().chain([limit]).collect() }
    }
}

fn on_event(
    kind: IceServerKind,
    attempt: &Attempt,
    gathered: &RefCell<Gathered>,
    event: &ConnectionEvent,
) {
    let mut gathered = gathered.borrow_mut();
    let is_known = match event {
        ConnectionEvent::CandidateFound(candidate) => {
            let wanted = match kind {
                IceServerKind::Stun => CandidateClass::Reflexive,
                IceServerKind::TurnUdp | IceServerKind::TurnTcp | IceServerKind::TurnTls => {
                    CandidateClass::Relayed
                }
            };
            gathered.has_candidate |= CandidateClass::of(candidate) == Some(wanted);
            gathered.has_candidate
        }
        ConnectionEvent::ServerFailed(error) => {
            gathered.errors.push(*error);
            // Another address of the machine may do better than one that reaches nobody.
            gathered.verdict(kind).is_answer()
        }
        ConnectionEvent::OfferCreated { .. }
        | ConnectionEvent::AnswerCreated { .. }
        | ConnectionEvent::AnswerApplied { .. }
        | ConnectionEvent::AnswerAccepted { .. }
        | ConnectionEvent::NegotiationFailed { .. }
        | ConnectionEvent::TrackReceived { .. }
        | ConnectionEvent::SectionsAgreed(_)
        | ConnectionEvent::Measured(_)
        | ConnectionEvent::StateChanged(_)
        | ConnectionEvent::ClosedByPeer
        | ConnectionEvent::Channel(_) => false,
    };
    if is_known {
        attempt.end(gathered.verdict(kind));
    }
}

fn policy(kind: IceServerKind) -> TransportPolicy {
    match kind {
        IceServerKind::Stun => TransportPolicy::All,
        IceServerKind::TurnUdp | IceServerKind::TurnTcp | IceServerKind::TurnTls => {
            TransportPolicy::Relay
        }
    }
}

/// Returns the servers with those of their URLs that are of one kind.
fn of_kind(servers: &[IceServer], kind: IceServerKind) -> Vec<IceServer> {
    let of_kind = |server: &IceServer| {
        let urls = server.urls.iter().filter(|url| IceServerKind::of_url(url) == Some(kind));
        IceServer { urls: urls.cloned().collect(), ..server.clone() }
    };
    servers.iter().map(of_kind).filter(|server| !server.urls.is_empty()).collect()
}
