//! The bare relay: what a signaling server costs that passes messages on and does nothing else. It
//! runs in a process of its own, so that its processor time is its own.

use std::collections::HashMap;
use std::env;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_tungstenite::accept_hdr_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::harness::Stage;
use crate::harness::process::Process;

/// The variable that makes this program the relay.
const VARIABLE: &str = "TINCAN_BENCH_RELAY";

/// The sockets of each room, with a number for each.
type Sockets = HashMap<String, Vec<(usize, UnboundedSender<Message>)>>;
type Rooms = Arc<Mutex<Sockets>>;

/// Starts the relay, and returns its address as well.
pub(crate) async fn start(stage: &Stage) -> Result<(Process, SocketAddr)> {
    let mut command = Command::new(env::current_exe()?);
    let mut relay = Process::start(command.env(VARIABLE, "1"), &stage.log("relay"))?;
    let address = relay.line("the relay's address", |line| line.parse().ok()).await?;
    Ok((relay, address))
}

/// Returns `true` in the process of the relay.
pub(crate) fn is_asked() -> bool {
    env::var_os(VARIABLE).is_some()
}

/// Relays until the process ends.
#[expect(clippy::print_stdout, reason = "its parent reads the address")]
pub(crate) fn run() -> Result<()> {
    runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        let rooms = Rooms::default();
        for number in 0.. {
            let (stream, _) = listener.accept().await?;
            let rooms = Arc::clone(&rooms);
            // Whoever breaks off is gone.
            tokio::spawn(async move { drop(serve(stream, number, &rooms).await) });
        }
        Ok(())
    })
}

/// Passes on what a page sends to all others in the room that the path names.
#[expect(clippy::result_large_err, reason = "the callback's type is the library's")]
async fn serve(stream: TcpStream, number: usize, rooms: &Rooms) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut room = String::new();
    let read_path = |request: &Request, response: Response| {
        request.uri().path().clone_into(&mut room);
        Ok(response)
    };
    let (mut sink, mut messages) =
        accept_hdr_async_with_config(stream, read_path, Some(small_buffers())).await?.split();
    let (sender, mut receiver) = unbounded_channel();
    lock(rooms).entry(room.clone()).or_default().push((number, sender));
    let reading = async {
        while let Some(Ok(message)) = messages.next().await {
            if message.is_text() {
                for (_, other) in
                    lock(rooms).get(&room).into_iter().flatten().filter(|(it, _)| *it != number)
                {
                    drop(other.send(message.clone()));
                }
            }
        }
    };
    let writing = async {
        while let Some(message) = receiver.recv().await {
            if sink.send(message).await.is_err() {
                return;
            }
        }
    };
    tokio::select! { () = reading => {}, () = writing => {} }
    let mut rooms = lock(rooms);
    if let Some(sockets) = rooms.get_mut(&room) {
        sockets.retain(|(it, _)| *it != number);
        if sockets.is_empty() {
            rooms.remove(&room);
        }
    }
    Ok(())
}

/// Returns a configuration with buffers for messages of signaling: the library's have 128 KiB.
fn small_buffers() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(4096)
}

fn lock(rooms: &Rooms) -> MutexGuard<'_, Sockets> {
    rooms.lock().unwrap_or_else(PoisonError::into_inner)
}
