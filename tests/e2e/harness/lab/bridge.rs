//! A way into a namespace from outside, without another network interface.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use anyhow::Result;

use super::namespace::{Inside, enter};

/// A listener outside a namespace that forwards to a port inside. It has its own threads, so that
/// it also serves clients that block.
#[derive(Debug)]
pub(super) struct Bridge {
    address: SocketAddr,
    ending: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Bridge {
    /// Starts forwarding to a port of the loopback interface.
    pub(super) fn open(inside: &Inside, port: u16) -> Result<Self> {
        let door = inside.door()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let ending = Arc::<AtomicBool>::default();
        let accepting = {
            let ending = Arc::clone(&ending);
            thread::spawn(move || accept(&listener, &door, port, &ending))
        };
        Ok(Self { address, ending, accepting: Some(accepting) })
    }

    /// Returns the address of the listener.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        // Wakes the accepting thread; if that fails, the thread has ended already.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

/// Accepts outside, and connects inside: a listener stays in the namespace where it was made.
fn accept(listener: &TcpListener, door: &File, port: u16, ending: &AtomicBool) {
    if enter(door).is_err() {
        // Clients will notice when they connect.
        return;
    }
    for near in listener.incoming().map_while(Result::ok) {
        if ending.load(Ordering::Relaxed) {
            return;
        }
        // A failed connection is closed, and the client learns no more than that.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).and_then(|far| relay(&near, &far));
    }
}

/// Copies bytes in both directions, on threads that end with the connection.
fn relay(near: &TcpStream, far: &TcpStream) -> io::Result<()> {
    for (from, to) in [(near, far), (far, near)] {
        let (mut from, mut to) = (from.try_clone()?, to.try_clone()?);
        thread::spawn(move || {
            // The direction ends, whatever the reason.
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
    Ok(())
}
