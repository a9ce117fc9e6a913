//! A home: a router, a host behind it, and all that may go wrong with them.

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::rc::Rc;

use anyhow::{Context as _, Result};

use super::internet::{self, Internet};
use super::kind::Kind;
use super::namespace::{Inside, Namespace};
use super::seat::Seat;
use crate::Setup;

/// A home on the internet, with one host.
pub struct Home {
    kind: Kind,
    number: u8,
    /// How many interfaces the host has had.
    interfaces: Cell<u8>,
    /// What the line carries, in kbit/s, if that is limited.
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
    /// Builds a home, and connects it.
    pub(super) fn build(internet: &Internet, number: u8, kind: Kind) -> Result<Self> {
        let router = Namespace::new(&format!("router{number}"))?;
        let host = Namespace::new(&format!("host{number}"))?;
        if !kind.is_ipv6() {
            for namespace in [&router, &host] {
                // Of the interfaces to come: Chromium's driver needs both families of loopback.
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

    /// What kind of connection it has.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The same browser, but in this home.
    pub fn setup(&self, setup: Setup) -> Setup {
        Setup { place: Some(Rc::<Seat>::clone(&self.seat)), ..setup }
    }

    /// A socket of the host.
    pub fn socket(&self) -> Result<UdpSocket> {
        bind(&self.host, any(self.kind.is_ipv6()))
    }

    /// The host's address at the moment.
    pub fn own_address(&self) -> IpAddr {
        self.cable().host
    }

    /// Does something as a program of the host would.
    pub fn within<T: Send>(&self, act: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        self.host.within(act)
    }

    /// Lets nothing through any more, neither way.
    pub fn cut_off(&self) -> Result<()> {
        self.fault("drop")
    }

    /// Loses this share of all packets, each way.
    pub fn lose(&self, percent: u8) -> Result<()> {
        self.fault(&format!("numgen random mod 100 < {percent} drop"))
    }

    /// Lets everything through again.
    pub fn let_through(&self) -> Result<()> {
        self.fault("")
    }

    /// Carries no more than this, each way.
    pub fn limit(&self, kilobits_per_second: u32) -> Result<()> {
        self.limit.set(Some(kilobits_per_second));
        // What leaves the router, on either side.
        for interface in ["wan", "lan"] {
            self.router.tc(&format!(
                "qdisc replace dev {interface} root tbf rate {kilobits_per_second}kbit burst 8kb \
                 latency 300ms"
            ))?;
        }
        Ok(())
    }

    /// Carries all it can again.
    pub fn unlimit(&self) -> Result<()> {
        if self.limit.take().is_some() {
            for interface in ["wan", "lan"] {
                self.router.tc(&format!("qdisc del dev {interface} root"))?;
            }
        }
        Ok(())
    }

    /// Takes the host's interface away, with its address.
    pub fn unplug(&self) -> Result<()> {
        // Its other end goes with it.
        self.router.ip("link del lan")
    }

    /// Gives the host another interface with another address, after the last one was taken away.
    pub fn plug_in_another(&self) -> Result<()> {
        let number = (self.interfaces.get() + 1) % 8;
        self.interfaces.set(number);
        self.plug_in(&format!("wlan{number}"))?;
        self.limit.get().map_or(Ok(()), |limit| self.limit(limit))
    }

    /// The host changes to another network: the old interface and address are gone, new ones are there.
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

    /// What the addresses are at the moment.
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

    /// Does this to all packets between host and internet, before anything else is done to them.
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

/// Connects a router to the internet, which learns where the addresses of the home are.
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

/// A socket in a namespace.
pub(super) fn bind(inside: &Inside, address: IpAddr) -> Result<UdpSocket> {
    inside.within(|| UdpSocket::bind((address, 0)).with_context(|| format!("no socket: {address}")))
}

fn any(is_ipv6: bool) -> IpAddr {
    if is_ipv6 { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() }
}
