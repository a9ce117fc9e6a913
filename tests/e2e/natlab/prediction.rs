//! The expected route between two homes, derived from the behaviour of their NATs.

use crate::behaviour::{Behaviour, Filtering, Mapping, Udp};
use crate::route::Route;

/// Returns the shortest possible route between two homes, and the reason.
pub(crate) fn predict(one: Behaviour, other: Behaviour) -> (Route, &'static str) {
    if one.family != other.family {
        return (Route::Relay, "they have no family of addresses in common");
    }
    let (Some(one), Some(other)) = (one.udp, other.udp) else {
        return (Route::Relay, "UDP does not pass, and no browser listens for TCP");
    };
    if one.mapping == Mapping::None && other.mapping == Mapping::None {
        return (Route::Host, "each one's own address can be reached once it has sent");
    }
    if is_filtered_from(one, other) || is_filtered_from(other, one) {
        return (
            Route::Relay,
            "the port that one sends from is one that the other does not let in",
        );
    }
    (
        Route::Srflx,
        "the address that STUN has told, or that the first check comes from, can be reached",
    )
}

/// Returns `true` if packets from `from` to `to` come from an unpredictable port and are filtered
/// for that.
fn is_filtered_from(from: Udp, to: Udp) -> bool {
    let is_unknown = match from.mapping {
        Mapping::None | Mapping::EndpointIndependent => false,
        Mapping::AddressDependent | Mapping::AddressAndPortDependent => true,
    };
    is_unknown && to.filtering == Filtering::AddressAndPortDependent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Kind::{self, FullCone, Ipv6Only, Open, PortRestricted, Symmetric, UdpBlocked};

    #[test]
    fn every_pair_has_its_route() {
        for one in Kind::ALL {
            for other in Kind::ALL {
                let expected = match (one, other) {
                    (Open, Open) | (Ipv6Only, Ipv6Only) => Route::Host,
                    (Open | FullCone, Open | FullCone | PortRestricted | Symmetric)
                    | (PortRestricted | Symmetric, Open | FullCone)
                    | (PortRestricted, PortRestricted) => Route::Srflx,
                    (PortRestricted | Symmetric, Symmetric)
                    | (Symmetric, PortRestricted)
                    | (UdpBlocked | Ipv6Only, _)
                    | (_, UdpBlocked | Ipv6Only) => Route::Relay,
                };
                let (route, why) = predict(Behaviour::of(one), Behaviour::of(other));
                assert_eq!(route, expected, "{one} and {other}: {why}");
            }
        }
    }
}
