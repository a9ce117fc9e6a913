//! Which STUN and TURN servers a page is told of, and until when.

use std::time::Duration;

use tincan_protocol::IceServer;

use crate::rooms::ConnId;
use crate::turn::Turn;

/// The servers of an operator: fixed ones, and TURN with credentials that end.
#[derive(Debug, Clone, Default)]
pub struct IceServers {
    fixed: Vec<IceServer>,
    turn: Option<Turn>,
}

/// What one connection is told at one moment.
pub(crate) struct Told {
    pub(crate) servers: Vec<IceServer>,
    /// The seconds until the credentials end; none if they do not.
    pub(crate) expires_in: Option<u32>,
    /// How long to wait until it is told anew; none if this lasts.
    pub(crate) renew_after: Option<Duration>,
}

impl IceServers {
    /// Puts the fixed servers and TURN together.
    pub fn new(fixed: Vec<IceServer>, turn: Option<Turn>) -> Self {
        Self { fixed, turn }
    }

    /// What to tell a connection now.
    pub(crate) fn tell(&self, connection: ConnId) -> Told {
        let mut servers = self.fixed.clone();
        let Some(turn) = &self.turn else {
            return Told { servers, expires_in: None, renew_after: None };
        };
        let minted = turn.mint(connection.number());
        servers.push(minted.server);
        Told { servers, expires_in: Some(minted.expires_in), renew_after: Some(minted.renew_after) }
    }
}
