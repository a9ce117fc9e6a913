//! Ports for programs that have to be told theirs.

use std::io::ErrorKind;
use std::iter::repeat_with;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};

/// The first of them, and how many there are: none that a system gives to whoever asks for any.
const PORTS: (u32, u32) = (20_000, 10_000);

/// A port that nobody uses on this machine, neither by IPv4 nor by IPv6; each time another one.
pub(crate) fn free() -> Result<u16> {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let (first, count) = PORTS;
    // Each process begins elsewhere, so that those that run side by side do not meet.
    repeat_with(|| process::id().wrapping_add(TRIED.fetch_add(1, Ordering::Relaxed)))
        .take(count as usize)
        .filter_map(|number| u16::try_from(first + number % count).ok())
        .find(|port| {
            let hosts = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            hosts.into_iter().all(|host| is_free(SocketAddr::new(host, *port)))
        })
        .context("no port is free")
}

/// Whether nobody listens there, or nobody can.
fn is_free(address: SocketAddr) -> bool {
    match TcpListener::bind(address) {
        Ok(_) => true,
        Err(error) => error.kind() == ErrorKind::AddrNotAvailable,
    }
}
