//! A way into a namespace for those who are outside of it, without an interface more.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use anyhow::Result;

use super::namespace::{Inside, enter};

/// A listener outside of a namespace that leads to a port inside of it. It has threads of its own, so
/// that it serves those who wait for an answer, too.
#[derive(Debug)]
pub(super) struct Bridge {
    address: SocketAddr,
    ending: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Bridge {
    /// Opens a way to this port of the loopback interface.
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

    /// Its address on this side.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        // Wakes the one who waits for connections; if that fails, it has ended already.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

/// Accepts on this side, and connects on the other: the listener stays where it was made.
fn accept(listener: &TcpListener, door: &File, port: u16, ending: &AtomicBool) {
    if enter(door).is_err() {
        // Whoever connects finds that out.
        return;
    }
    for near in listener.incoming().map_while(Result::ok) {
        if ending.load(Ordering::Relaxed) {
            return;
        }
        // A connection that fails is closed, and that is all that the other one learns.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).and_then(|far| relay(&near, &far));
    }
}

/// Carries bytes both ways, by threads that end with the connection.
fn relay(near: &TcpStream, far: &TcpStream) -> io::Result<()> {
    for (from, to) in [(near, far), (far, near)] {
        let (mut from, mut to) = (from.try_clone()?, to.try_clone()?);
        thread::spawn(move || {
            // An end is an end, whatever its reason.
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
    Ok(())
}
