//! What a home's connection really does to packets, in the words of RFC 4787, found out by asking STUN
//! servers from within.

use std::fmt;
use std::net::{SocketAddr, UdpSocket};

use anyhow::{Context as _, Result};

use crate::lab::{Home, Internet, Kind, OTHER_STUN_PORT, STUN_PORT, address, stun};

/// What a host can do with the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Behaviour {
    pub(crate) family: Family,
    /// Nothing if no UDP passes.
    pub(crate) udp: Option<Udp>,
}

/// The addresses that the host uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    V4,
    V6,
}

/// What becomes of UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Udp {
    pub(crate) mapping: Mapping,
    pub(crate) filtering: Filtering,
}

/// What a socket's public address depends on (RFC 4787, section 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mapping {
    /// There is no translation: it is the socket's own.
    None,
    EndpointIndependent,
    AddressDependent,
    AddressAndPortDependent,
}

/// Whose packets are let in (RFC 4787, section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filtering {
    EndpointIndependent,
    AddressDependent,
    AddressAndPortDependent,
}

impl Behaviour {
    /// What a home of this kind must do, to be called so.
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

    /// What it does. TCP must pass in any case: no page comes without it.
    pub(crate) fn probe(home: &Home, internet: &Internet) -> Result<Self> {
        // To connect by UDP sends nothing: it only looks for a way.
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

        // A stranger knocks, and then another port of an address that we have sent to.
        for (number, word) in [(2, b"stranger".as_slice()), (0, b"port")] {
            internet.socket(number, is_ipv6)?.send_to(word, seen)?;
        }
        // What takes the same way and is sent later arrives later.
        let mut heard = Vec::new();
        stun::ask_and_listen(&socket, first, &mut |word| heard.push(word.to_owned()))?
            .context("the STUN server does not answer again")?;
        let filtering = if heard.iter().any(|word| word == b"stranger") {
            Filtering::EndpointIndependent
        } else if heard.iter().any(|word| word == b"port") {
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
        // As RFC 4787 shortens them: endpoint-independent, address(-and-port)-dependent.
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
