//! The connection that an offer of the peer is meant for.

use tincan_protocol::{ConnectionId, Offer};

/// The relation of an offer to this side's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// It is meant for this connection.
    ThisConnection,
    /// It is meant for this connection, by one that has answered this side's first offer: that
    /// answer must come first.
    AfterAnswer,
    /// The peer has started over, and so must this side.
    NewConnection,
    /// One of the two connections is gone.
    Stale,
}

/// Tells it from this side's connection and the one that it is paired with.
pub(super) fn direction(
    offer: &Offer,
    mine: ConnectionId,
    paired: Option<ConnectionId>,
) -> Direction {
    match (offer.to, paired) {
        (None, None) => Direction::ThisConnection,
        (None, Some(paired)) if offer.connection > paired => Direction::NewConnection,
        (Some(to), None) if to == mine => Direction::AfterAnswer,
        (Some(to), Some(paired)) if to == mine && offer.connection == paired => {
            Direction::ThisConnection
        }
        (None | Some(_), _) => Direction::Stale,
    }
}

#[cfg(test)]
mod tests {
    use tincan_protocol::{MidSources, NegotiationId};

    use super::*;

    #[test]
    fn every_pair_of_connections_has_its_direction() {
        use Direction::{AfterAnswer, NewConnection, Stale, ThisConnection};
        let id = |n: u64| (n > 0).then_some(ConnectionId(n));
        // The offer is from connection 5 and this side's connection is 3. 0 stands for none.
        for (to, paired, expected) in [
            (0, 0, ThisConnection),
            (0, 4, NewConnection),
            (0, 5, Stale), // It was sent before the two met.
            (0, 6, Stale), // The peer has started over since.
            (3, 0, AfterAnswer),
            (3, 5, ThisConnection),
            (3, 4, Stale),
            (3, 6, Stale),
            (2, 0, Stale), // This side has started over since.
            (2, 5, Stale),
            (4, 5, Stale),
        ] {
            let offer = Offer {
                connection: ConnectionId(5),
                to: id(to),
                negotiation: NegotiationId(1),
                sdp: String::new(),
                sources: MidSources::new(),
            };
            assert_eq!(direction(&offer, ConnectionId(3), id(paired)), expected, "{to} {paired}");
        }
    }
}
