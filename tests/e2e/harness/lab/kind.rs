//! The effect of a home's internet connection on packets.

use std::fmt;

/// The kind of a home's internet connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The host has a public address, and all packets pass.
    Open,
    /// NAT with endpoint-independent mapping and filtering: one public port per port of the host,
    /// and anybody may send to it.
    FullCone,
    /// NAT with endpoint-independent mapping: one public port per port of the host. Only endpoints
    /// that the host has sent to may send to it.
    PortRestricted,
    /// NAT with endpoint-dependent mapping: a different public port for each destination, and only
    /// that destination may send to it.
    Symmetric,
    /// NAT for TCP; UDP is blocked.
    UdpBlocked,
    /// IPv6 only. The host has a public address, and only endpoints that the host has sent to may
    /// send to it.
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

    /// Returns `true` if the host has IPv6 and nothing else.
    pub fn is_ipv6(self) -> bool {
        self == Self::Ipv6Only
    }

    /// Returns `true` if the internet can route to the host's address.
    pub(super) fn is_public(self) -> bool {
        match self {
            Self::Open | Self::Ipv6Only => true,
            Self::FullCone | Self::PortRestricted | Self::Symmetric | Self::UdpBlocked => false,
        }
    }

    /// Returns the router's nft rules for a host with this address. Unsolicited packets never reach
    /// the router's own ports: they would occupy the connection-tracking entry that the host's own
    /// packet needs, and that packet would get another port.
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

/// Returns the rules of a usual NAT.
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
