//! The actual behaviour of a home's connection in the terms of RFC 4787, measured with STUN from
//! within.

use std::fmt;
use std::net::{SocketAddr, UdpSocket};

use anyhow::{Context as _, Result};

use crate::lab::{Home, Internet, Kind, OTHER_STUN_PORT, STUN_PORT, address, stun};

/// The connectivity of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Behaviour {
    pub(crate) family: Family,
    /// The behaviour for UDP; `None` if it is blocked.
    pub(crate) udp: Option<Udp>,
}

/// The address families that the host uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    V4,
    V6,
}

/// The behaviour of UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Udp {
    pub(crate) mapping: Mapping,
    pub(crate) filtering: Filtering,
}

/// The address mapping of a socket (RFC 4787, section 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mapping {
    /// There is no translation: the public address is the socket's own.
    None,
    EndpointIndependent,
    AddressDependent,
    AddressAndPortDependent,
}

/// The filtering of incoming packets (RFC 4787, section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filtering {
    EndpointIndependent,
    AddressDependent,
    AddressAndPortDependent,
}

impl Behaviour {
    /// Returns the behaviour that defines a kind of home.
    pub(crate) fn of(kind: Kind) -> Self {
        use {Filtering as F, Mapping as M};
        let (family, udp) = match kind {
            Kind::Open => (Family::V4, Some((M::None, F::EndpointIndependent))),
            Kind::FullCone => (Family::V4, Some((M::EndpointIndependent, F::EndpointIndependent))),
            Kind::PortRestricted => {
                (Family::V4, Some((M::EndpointIndependent, F::AddressAndPortDependent)))
            }
            Kind::Symmetric => {
                (Family::V4, Some((M::AddressAndPortDependent, F::AddressAndPortDependent)))
            }
            Kind::UdpBlocked => (Family::V4, None),
            Kind::Ipv6Only => (Family::V6, Some((M::None, F::AddressAndPortDependent))),
        };
        let udp = udp.map(|(mapping, filtering)| Udp { mapping, filtering });
        Self { family, udp }
    }

    /// Measures the behaviour. TCP must pass in any case, since pages are loaded over it.
    pub(crate) fn probe(home: &Home, internet: &Internet) -> Result<Self> {
        // Connecting a UDP socket sends nothing: it only looks up a route.
        let reaches = |is_ipv6| {
            let any: SocketAddr = if is_ipv6 { "[::]:0" } else { "0.0.0.0:0" }.parse()?;
            home.within(|| {
                let socket = UdpSocket::bind(any)?;
                let own = socket.connect((address(0, is_ipv6), STUN_PORT)).is_ok();
                Ok(if own { Some(socket.local_addr()?.ip()) } else { None })
            })
        };
        let (family, own) = match (reaches(false)?, reaches(true)?) {
            (Some(own), None) => (Family::V4, own),
            (None, Some(own)) => (Family::V6, own),
            (one, other) => anyhow::bail!("the host's addresses are {one:?} and {other:?}"),
        };
        let is_ipv6 = family == Family::V6;
        let server = |number, port| SocketAddr::from((address(number, is_ipv6), port));
        home.within(|| stun::ask_by_tcp(server(0, STUN_PORT)))?.context("TCP gets no answer")?;

        let socket = home.socket()?;
        let own = SocketAddr::from((own, socket.local_addr()?.port()));
        let first = server(0, STUN_PORT);
        let Some(seen) = stun::ask(&socket, first)? else {
            return Ok(Self { family, udp: None });
        };
        let ask = |server| stun::ask(&socket, server)?.context("a STUN server does not answer");
        let seen_by_port = ask(server(0, OTHER_STUN_PORT))?;
        let seen_by_other = ask(server(1, STUN_PORT))?;
        let mapping = if seen == own {
            Mapping::None
        } else if seen_by_port != seen {
            Mapping::AddressAndPortDependent
        } else if seen_by_other != seen {
            Mapping::AddressDependent
        } else {
            Mapping::EndpointIndependent
        };

        // A packet from an unknown address, then one from another port of a known address.
        for (number, word) in [(2, b"stranger".as_slice()), (0, b"port")] {
            internet.socket(number, is_ipv6)?.send_to(word, seen)?;
        }
        // Packets on one path arrive in order, so the last one ends the wait.
        let mut arrived = Vec::new();
        stun::ask_and_listen(&socket, first, &mut |word| arrived.push(word.to_owned()))?
            .context("the STUN server does not answer again")?;
        let filtering = if arrived.iter().any(|word| word == b"stranger") {
            Filtering::EndpointIndependent
        } else if arrived.iter().any(|word| word == b"port") {
            Filtering::AddressDependent
        } else {
            Filtering::AddressAndPortDependent
        };
        Ok(Self { family, udp: Some(Udp { mapping, filtering }) })
    }
}

impl fmt::Display for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = match self.family {
            Family::V4 => "v4",
            Family::V6 => "v6",
        };
        let Some(Udp { mapping, filtering }) = self.udp else {
            return f.pad(&format!("{family} no UDP"));
        };
        // Abbreviations of RFC 4787: endpoint-independent, address(-and-port)-dependent.
        let mapping = match mapping {
            Mapping::None => "none",
            Mapping::EndpointIndependent => "EIM",
            Mapping::AddressDependent => "ADM",
            Mapping::AddressAndPortDependent => "APDM",
        };
        let filtering = match filtering {
            Filtering::EndpointIndependent => "EIF",
            Filtering::AddressDependent => "ADF",
            Filtering::AddressAndPortDependent => "APDF",
        };
        f.pad(&format!("{family} {mapping}/{filtering}"))
    }
}
