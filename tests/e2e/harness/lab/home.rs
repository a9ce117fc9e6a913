//! A home network: a router, a host behind it, and faults of both.

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::rc::Rc;

use anyhow::{Context as _, Result};

use super::internet::{self, Internet};
use super::kind::Kind;
use super::namespace::{Inside, Namespace};
use super::seat::Seat;
use crate::Setup;

/// A home network on the internet, with one host.
pub struct Home {
    kind: Kind,
    number: u8,
    /// The number of interfaces that the host has had so far.
    interfaces: Cell<u8>,
    /// The bandwidth of the line in kbit/s, if limited.
    limit: Cell<Option<u32>>,
    seat: Rc<Seat>,
    host: Namespace,
    router: Namespace,
}

/// The two ends of the cable between router and host.
struct Cable {
    router: IpAddr,
    host: IpAddr,
    length: u8,
}

impl Home {
    /// Builds a home and connects it to the internet.
    pub(super) fn build(internet: &Internet, number: u8, kind: Kind) -> Result<Self> {
        let router = Namespace::new(&format!("router{number}"))?;
        let host = Namespace::new(&format!("host{number}"))?;
        if !kind.is_ipv6() {
            for namespace in [&router, &host] {
                // Applies to future interfaces. The loopback interface keeps IPv6, since
                // chromedriver needs it.
                namespace.set("net/ipv6/conf/default/disable_ipv6", "1")?;
            }
        }
        router.set("net/ipv4/ip_forward", "1")?;
        if kind.is_ipv6() {
            router.set("net/ipv6/conf/all/forwarding", "1")?;
        }
        connect(internet.inside(), &router, number, kind)?;
        let seat = Rc::new(Seat::new((*host).clone(), internet::address(0, kind.is_ipv6()))?);
        let interfaces = Cell::new(0);
        let home = Self { kind, number, interfaces, limit: Cell::default(), seat, host, router };
        home.plug_in("eth0")?;
        Ok(home)
    }

    /// Returns the kind of connection.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns a configuration whose browser runs in this home.
    pub fn setup(&self, setup: Setup) -> Setup {
        Setup { place: Some(Rc::<Seat>::clone(&self.seat)), ..setup }
    }

    /// Returns a socket of the host.
    pub fn socket(&self) -> Result<UdpSocket> {
        bind(&self.host, any(self.kind.is_ipv6()))
    }

    /// Returns the current address of the host.
    pub fn own_address(&self) -> IpAddr {
        self.cable().host
    }

    /// Runs a function in the network of the host.
    pub fn within<T: Send>(&self, act: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        self.host.within(act)
    }

    /// Drops all packets in both directions.
    pub fn cut_off(&self) -> Result<()> {
        self.fault("drop")
    }

    /// Drops this share of packets in each direction.
    pub fn lose(&self, percent: u8) -> Result<()> {
        self.fault(&format!("numgen random mod 100 < {percent} drop"))
    }

    /// Stops dropping packets.
    pub fn let_through(&self) -> Result<()> {
        self.fault("")
    }

    /// Limits the bandwidth in each direction.
    pub fn limit(&self, kilobits_per_second: u32) -> Result<()> {
        self.limit.set(Some(kilobits_per_second));
        // Limits outgoing packets on both sides of the router.
        for interface in ["wan", "lan"] {
            self.router.tc(&format!(
                "qdisc replace dev {interface} root tbf rate {kilobits_per_second}kbit burst 8kb \
                 latency 300ms"
            ))?;
        }
        Ok(())
    }

    /// Removes the bandwidth limit.
    pub fn unlimit(&self) -> Result<()> {
        if self.limit.take().is_some() {
            for interface in ["wan", "lan"] {
                self.router.tc(&format!("qdisc del dev {interface} root"))?;
            }
        }
        Ok(())
    }

    /// Removes the host's interface and address.
    pub fn unplug(&self) -> Result<()> {
        // The other end of the cable is removed with it.
        self.router.ip("link del lan")
    }

    /// Gives the host another interface with another address, after the last one was removed.
    pub fn plug_in_another(&self) -> Result<()> {
        let number = (self.interfaces.get() + 1) % 8;
        self.interfaces.set(number);
        self.plug_in(&format!("wlan{number}"))?;
        self.limit.get().map_or(Ok(()), |limit| self.limit(limit))
    }

    /// Moves the host to another network: the old interface and address are replaced by new ones.
    pub fn change_network(&self) -> Result<()> {
        self.unplug()?;
        self.plug_in_another()
    }

    fn plug_in(&self, interface: &str) -> Result<()> {
        let Self { router, host, .. } = self;
        let Cable { router: near, host: far, length } = self.cable();
        router.connect("lan", host, interface)?;
        router.ip(&format!("addr add {near}/{length} dev lan"))?;
        host.ip(&format!("addr add {far}/{length} dev {interface}"))?;
        let family = if near.is_ipv6() { "-6" } else { "-4" };
        host.ip(&format!("{family} route add default via {near}"))?;
        let rules = self.kind.rules(&far.to_string());
        let anew = ["ip", "ip6"].map(|of| format!("table {of} home\ndelete table {of} home\n"));
        router.nft(&format!("{}{rules}\n", anew.concat()))
    }

    /// Returns the current addresses.
    fn cable(&self) -> Cable {
        let (home, interface) = (self.number, self.interfaces.get());
        if self.kind.is_ipv6() {
            let end = |last: u16| {
                let (home, interface) = (u16::from(home), u16::from(interface));
                Ipv6Addr::new(0x2001, 0xdb8, 0x10 + home, interface, 0, 0, 0, last).into()
            };
            Cable { router: end(1), host: end(2), length: 64 }
        } else if self.kind.is_public() {
            let end = |last: u8| Ipv4Addr::new(192, 0, 2, 64 * home + 8 * interface + last).into();
            Cable { router: end(1), host: end(2), length: 29 }
        } else {
            let end = |last: u8| Ipv4Addr::new(192, 168, 10 * (home + 1) + interface, last).into();
            Cable { router: end(1), host: end(2), length: 24 }
        }
    }

    /// Applies a rule to all packets between host and internet, before any other rule.
    fn fault(&self, rule: &str) -> Result<()> {
        self.router.nft(&format!(
            "table inet fault
            delete table inet fault
            table inet fault {{
                chain pass {{
                    type filter hook forward priority -10; policy accept;
                    {rule}
                }}
            }}\n"
        ))
    }
}

/// Connects a router to the internet, and adds routes to the home's addresses.
fn connect(internet: &Inside, router: &Namespace, number: u8, kind: Kind) -> Result<()> {
    let port = format!("home{number}");
    internet.connect(&port, router, "wan")?;
    if kind.is_ipv6() {
        internet.ip(&format!("addr add 2001:db8:1:{number}::1/64 dev {port}"))?;
        router.ip(&format!("addr add 2001:db8:1:{number}::2/64 dev wan"))?;
        router.ip(&format!("-6 route add default via 2001:db8:1:{number}::1"))?;
        let homes = 10 + number;
        internet.ip(&format!("-6 route add 2001:db8:{homes}::/48 via 2001:db8:1:{number}::2"))
    } else {
        let [near, far] = [1, 2].map(|last| Ipv4Addr::new(198, 51, 100, 4 * number + last));
        internet.ip(&format!("addr add {near}/30 dev {port}"))?;
        router.ip(&format!("addr add {far}/30 dev wan"))?;
        router.ip(&format!("route add default via {near}"))?;
        let homes = Ipv4Addr::new(192, 0, 2, 64 * number);
        internet.ip(&format!("route add {homes}/26 via {far}"))
    }
}

/// Binds a socket in a namespace.
pub(super) fn bind(inside: &Inside, address: IpAddr) -> Result<UdpSocket> {
    inside.within(|| UdpSocket::bind((address, 0)).with_context(|| format!("no socket: {address}")))
}

fn any(is_ipv6: bool) -> IpAddr {
    if is_ipv6 { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() }
}
