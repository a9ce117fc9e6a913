//! What a home's connection to the internet does to packets.

use std::fmt;

/// What kind of connection a home has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The host has a public address, and all packets pass.
    Open,
    /// NAT: one public port per port of the host, and whoever knows it may send to it.
    FullCone,
    /// NAT: one public port per port of the host, and only whom it was sent from may answer.
    PortRestricted,
    /// NAT: another public port for each destination, and only that destination may answer.
    Symmetric,
    /// NAT for TCP; UDP does not pass at all.
    UdpBlocked,
    /// No IPv4. The host has a public address, and whom it has sent to may answer.
    Ipv6Only,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::FullCone,
        Self::PortRestricted,
        Self::Symmetric,
        Self::UdpBlocked,
        Self::Ipv6Only,
    ];

    /// Whether the host speaks IPv6, and then nothing else.
    pub fn is_ipv6(self) -> bool {
        self == Self::Ipv6Only
    }

    /// Whether the host's address is known to the internet.
    pub(super) fn is_public(self) -> bool {
        match self {
            Self::Open | Self::Ipv6Only => true,
            Self::FullCone | Self::PortRestricted | Self::Symmetric | Self::UdpBlocked => false,
        }
    }

    /// The router's rules for nft, if the host has this address. A packet that nobody has asked for
    /// never gets as far as the router's own ports: it would take the entry in the table of connections
    /// that the host's own packet needs, and that one would get another port.
    pub(super) fn rules(self, host: &str) -> String {
        let answers = "
            chain pass {
                type filter hook forward priority 0; policy drop;
                iifname lan accept
                ct state established,related accept
            }";
        let closed = "
            chain own {
                type filter hook input priority 0; policy accept;
                iifname wan drop
            }";
        match self {
            Self::Open => String::new(),
            Self::FullCone => format!(
                "table ip home {{
                    set used {{ type inet_service; flags dynamic,timeout; timeout 5m; }}
                    chain note {{
                        type filter hook forward priority -1; policy accept;
                        iifname lan meta l4proto udp update @used {{ udp sport }}
                    }}
                    chain in {{
                        type nat hook prerouting priority -100; policy accept;
                        iifname wan udp dport @used dnat to {host}
                    }}
                    chain out {{
                        type nat hook postrouting priority 100; policy accept;
                        oifname wan masquerade
                    }}
                    chain pass {{
                        type filter hook forward priority 0; policy drop;
                        iifname lan accept
                        ct state established,related accept
                        ct status dnat accept
                    }}
                    {closed}
                }}"
            ),
            Self::PortRestricted => masquerade("masquerade", "", answers, closed),
            Self::Symmetric => masquerade("masquerade fully-random", "", answers, closed),
            Self::UdpBlocked => {
                let no_udp = "
                    chain no_udp {
                        type filter hook forward priority -1; policy accept;
                        meta l4proto udp drop
                    }";
                masquerade("masquerade", no_udp, answers, closed)
            }
            Self::Ipv6Only => format!("table ip6 home {{ {answers}\n}}"),
        }
    }
}

/// A NAT of the usual sort.
fn masquerade(how: &str, more: &str, answers: &str, closed: &str) -> String {
    format!(
        "table ip home {{
            chain out {{
                type nat hook postrouting priority 100; policy accept;
                oifname wan {how}
            }}
            {more}
            {answers}
            {closed}
        }}"
    )
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Open => "open",
            Self::FullCone => "full cone",
            Self::PortRestricted => "port-restricted",
            Self::Symmetric => "symmetric",
            Self::UdpBlocked => "UDP blocked",
            Self::Ipv6Only => "IPv6 only",
        })
    }
}
