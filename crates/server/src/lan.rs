//! The address by which other devices on the local network reach this one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Returns the address that a listener can be reached at from the local network: its own, or that
/// of the default route if it listens on all of them. Without a network that is the loopback
/// address.
///
/// Nothing is sent: connecting a UDP socket only selects a route (the addresses of RFC 5737 and RFC
/// 3849 are for documentation).
pub fn lan_address(listener: SocketAddr) -> IpAddr {
    if !listener.ip().is_unspecified() {
        return listener.ip();
    }
    let v4 = (IpAddr::from(Ipv4Addr::UNSPECIFIED), IpAddr::from(Ipv4Addr::new(192, 0, 2, 1)));
    let v6 = (
        IpAddr::from(Ipv6Addr::UNSPECIFIED),
        IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
    );
    let routes = if listener.is_ipv6() { vec![v4, v6] } else { vec![v4] };
    routes
        .into_iter()
        .find_map(|(from, to)| {
            let socket = UdpSocket::bind((from, 0)).ok()?;
            socket.connect((to, 9)).ok()?;
            Some(socket.local_addr().ok()?.ip())
        })
        .unwrap_or(IpAddr::from(Ipv4Addr::LOCALHOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_one_address_is_reached_there() {
        for listener in ["127.0.0.1:80", "[::1]:80"] {
            let listener: SocketAddr = listener.parse().unwrap();
            assert_eq!(lan_address(listener), listener.ip());
        }
    }

    #[test]
    fn a_listener_on_all_addresses_is_reached_at_one() {
        for listener in ["0.0.0.0:80", "[::]:80"] {
            assert!(!lan_address(listener.parse().unwrap()).is_unspecified(), "{listener}");
        }
    }
}
