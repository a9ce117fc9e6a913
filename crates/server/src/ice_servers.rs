//! The STUN and TURN servers that pages are given.

use std::time::Duration;

use tincan_protocol::IceServer;

use crate::rooms::ConnId;
use crate::turn::Turn;

/// The servers of an operator: static ones, and TURN servers with expiring credentials.
#[derive(Debug, Clone, Default)]
pub struct IceServers {
    fixed: Vec<IceServer>,
    turn: Option<Turn>,
}

/// The servers for one connection at one moment.
pub(crate) struct CurrentServers {
    pub(crate) servers: Vec<IceServer>,
    /// The seconds until the credentials expire; `None` if they do not.
    pub(crate) expires_in: Option<u32>,
    /// The delay until the next update; `None` if none is needed.
    pub(crate) renew_after: Option<Duration>,
}

impl IceServers {
    /// Combines static servers with TURN servers that have expiring credentials.
    pub fn new(fixed: Vec<IceServer>, turn: Option<Turn>) -> Self {
        Self { fixed, turn }
    }

    /// Returns the servers for a connection as of now.
    pub(crate) fn current(&self, connection: ConnId) -> CurrentServers {
        let mut servers = self.fixed.clone();
        let Some(turn) = &self.turn else {
            return CurrentServers { servers, expires_in: None, renew_after: None };
        };
        let minted = turn.mint(connection.number());
        servers.push(minted.server);
        CurrentServers {
            servers,
            expires_in: Some(minted.expires_in),
            renew_after: Some(minted.renew_after),
        }
    }
}
