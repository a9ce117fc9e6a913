//! Ports for programs that cannot choose a free one themselves.

use std::io::ErrorKind;
use std::iter::repeat_with;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};

/// The first port and the number of ports, outside the range of ephemeral ports.
const PORTS: (u32, u32) = (20_000, 10_000);

/// The number of ports between the first ones of two processes with successive numbers.
const APART: u32 = 379;

/// Returns a port that is free on this machine for IPv4 and IPv6; a different one each time.
pub fn free() -> Result<u16> {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let (first, count) = PORTS;
    // Each process starts at a different port, far from that of the process started next to it, so
    // that concurrent processes do not collide.
    let start = process::id().wrapping_mul(APART);
    repeat_with(|| start.wrapping_add(TRIED.fetch_add(1, Ordering::Relaxed)))
        .take(count as usize)
        .filter_map(|number| u16::try_from(first + number % count).ok())
        .find(|port| {
            let hosts = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            hosts.into_iter().all(|host| is_free(SocketAddr::new(host, *port)))
        })
        .context("no port is free")
}

/// Returns `true` if nothing listens there, or nothing can.
fn is_free(address: SocketAddr) -> bool {
    match TcpListener::bind(address) {
        Ok(_) => true,
        Err(error) => error.kind() == ErrorKind::AddrNotAvailable,
    }
}
