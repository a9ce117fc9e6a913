//! Kinds of STUN and TURN servers, and their errors. No address is in them.

use tincan_protocol::IceServer;

/// A kind of STUN or TURN server, by its URL (RFC 7064, RFC 7065).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IceServerKind {
    /// STUN.
    Stun,
    /// TURN over UDP.
    TurnUdp,
    /// TURN over TCP.
    TurnTcp,
    /// TURN over TLS.
    TurnTls,
}

impl IceServerKind {
    /// Returns the kind of server that a URL names, if it is one.
    pub fn of_url(url: &str) -> Option<Self> {
        if url.starts_with("turns:") {
            Some(Self::TurnTls)
        } else if url.starts_with("turn:") {
            Some(if url.ends_with("?transport=tcp") { Self::TurnTcp } else { Self::TurnUdp })
        } else if url.starts_with("stun") {
            Some(Self::Stun)
        } else {
            None
        }
    }
}

/// The kinds of servers that the signaling server names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IceServerKinds {
    /// STUN.
    pub stun: bool,
    /// TURN over UDP.
    pub turn_udp: bool,
    /// TURN over TCP.
    pub turn_tcp: bool,
    /// TURN over TLS.
    pub turn_tls: bool,
}

impl IceServerKinds {
    /// Returns the kinds of these servers.
    pub fn of(servers: &[IceServer]) -> Self {
        let mut kinds = Self::default();
        for kind in servers
            .iter()
            .flat_map(|server| &server.urls)
            .filter_map(|url| IceServerKind::of_url(url))
        {
            match kind {
                IceServerKind::Stun => kinds.stun = true,
                IceServerKind::TurnUdp => kinds.turn_udp = true,
                IceServerKind::TurnTcp => kinds.turn_tcp = true,
                IceServerKind::TurnTls => kinds.turn_tls = true,
            }
        }
        kinds
    }

    /// Returns `true` if there is one that is asked over UDP.
    pub(crate) const fn has_udp(self) -> bool {
        self.stun || self.turn_udp
    }

    /// Returns `true` if there is a TURN server.
    pub const fn has_turn(self) -> bool {
        self.turn_udp || self.turn_tcp || self.turn_tls
    }
}

/// An error of a STUN or TURN server (`icecandidateerror`; W3C WebRTC, 4.8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IceServerError {
    /// The kind of server.
    pub server: IceServerKind,
    /// The code that the server answered with (RFC 8489, section 14.8); 701 if it could not be
    /// reached.
    pub code: u16,
}

impl IceServerError {
    /// Returns the meaning of the code.
    pub(crate) fn answer(self) -> Answer {
        match self.code {
            // Forbidden, Unauthorized, Wrong Credentials (RFC 8656, section 19; RFC 8489, section
            // 14.8); and the codes for missing and stale credentials of RFC 3489.
            401 | 403 | 430..=436 | 438 | 441 => Answer::Refused,
            // 486 Allocation Quota Reached, 508 Insufficient Capacity, and all other answers.
            300..=699 => Answer::Failing,
            _ => Answer::None,
        }
    }
}

/// The meaning of the answer of a TURN server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It does not accept the credentials.
    Refused,
    /// It accepts them, and makes no relay.
    Failing,
    /// There is none.
    None,
}
