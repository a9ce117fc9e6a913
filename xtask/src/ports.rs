//! Ports of the loopback interface.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// The number of ports after the wanted one that are tried.
const SPAN: u16 = 50;

fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// Returns `true` if nothing listens on this port.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind(local(port)).is_ok()
}

/// Returns `true` if something accepts connections on this port.
pub(crate) fn answers(port: u16) -> bool {
    TcpStream::connect_timeout(&local(port), Duration::from_millis(200)).is_ok()
}

/// Waits a moment for the last owner of a port to release it. Returns `true` if it is free.
pub(crate) fn becomes_free(port: u16, patience: Duration) -> bool {
    let start = Instant::now();
    loop {
        if is_free(port) {
            return true;
        }
        if start.elapsed() > patience {
            return false;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Returns the wanted port, or the next free one after it.
pub(crate) fn free_from(wanted: u16) -> Result<u16> {
    match (wanted..=wanted.saturating_add(SPAN)).find(|port| is_free(*port)) {
        Some(port) => Ok(port),
        None => bail!("ports {wanted} to {} are all taken", wanted.saturating_add(SPAN)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_skipped() {
        let taken = TcpListener::bind(local(0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(!is_free(port) && answers(port));
        assert!(!becomes_free(port, Duration::ZERO));
        assert_ne!(free_from(port).unwrap(), port);
    }
}
