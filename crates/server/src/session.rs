//! One connection from its first frame to its last, over any stream and sink of WebSocket
//! messages: a socket, or channels in a test.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Fuse, FusedFuture as _, FutureExt as _};
use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use tincan_protocol::{ErrorCode, IDLE_TIMEOUT_SECONDS, ServerMessage};
use tokio::select;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::{Error, Message};
use tracing::error;

use crate::budget::Budget;
use crate::decode::decode;
use crate::hub::{Connection, Hub};
use crate::ice_servers::IceServers;
use crate::outbox::Outbox;
use crate::refusal;
use crate::rooms::ConnId;

/// How long a connection may take until its `join` is here.
pub const JOIN_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection may say nothing.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(IDLE_TIMEOUT_SECONDS as u64);

/// How long the last messages and the closing handshake may take.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Runs one connection. Returns when it is closed, or has not let itself be closed within
/// [`CLOSE_TIMEOUT`]; the peer has left its room before that.
///
/// Reading and writing go on at the same time in one task, so a reader that stalls can still be
/// heard, and a connection costs one task.
pub async fn run<R, W>(hub: &Arc<Hub>, ice_servers: &IceServers, mut incoming: R, outgoing: W)
where
    R: Stream<Item = Result<Message, Error>> + Unpin,
    W: Sink<Message> + Unpin,
{
    let connection = hub.connect();
    let outbox = Arc::clone(connection.outbox());
    let mut writing = pin!(write(&outbox, ice_servers, connection.id(), outgoing).fuse());

    let end = select! {
        end = read(&connection, &mut incoming) => end,
        () = outbox.closed() => End::Closing,
        () = &mut writing => End::Closing,
    };
    drop(connection);
    match end {
        End::Gone => {}
        End::Closing => {
            // Whoever does not take the last messages in time does without them.
            let _ = timeout(CLOSE_TIMEOUT, close(writing, incoming)).await;
        }
    }
}

/// Why reading stopped.
enum End {
    /// There is nobody at the other end any more.
    Gone,
    /// The server closes the connection.
    Closing,
}

/// Reads until the connection ends or breaks a rule.
async fn read<R>(connection: &Connection, incoming: &mut R) -> End
where
    R: Stream<Item = Result<Message, Error>> + Unpin,
{
    let start = Instant::now();
    let mut budget = Budget::new(start);
    let mut deadline = start + JOIN_TIMEOUT;
    let mut joined = false;
    loop {
        let Ok(received) = timeout_at(deadline, incoming.next()).await else {
            connection.refuse(ErrorCode::Idle);
            return End::Closing;
        };
        let checked = match received {
            None => return End::Gone,
            Some(Err(error)) => match fault(&error) {
                None => return End::Gone,
                Some(code) => Err(code),
            },
            Some(Ok(message)) => {
                let now = Instant::now();
                if joined {
                    deadline = now + IDLE_TIMEOUT;
                }
                // Pings of the WebSocket layer are not free, either.
                if budget.take(now) { Ok(message) } else { Err(ErrorCode::TooManyMessages) }
            }
        };
        let message = checked.and_then(|message| match message {
            Message::Text(text) => decode(&text).map(Some),
            Message::Binary(_) => Err(ErrorCode::Malformed),
            // Pongs, and the answer to a close frame, are the WebSocket layer's business.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => Ok(None),
        });
        match message {
            Ok(Some(message)) => {
                // If it was no `join` then the rooms have refused it, and this ends.
                connection.receive(message);
                if !joined {
                    joined = true;
                    deadline = Instant::now() + IDLE_TIMEOUT;
                }
            }
            Ok(None) => {}
            Err(code) => {
                connection.refuse(code);
                return End::Closing;
            }
        }
    }
}

/// The code for an error of the WebSocket layer; none if the connection is simply gone.
fn fault(error: &Error) -> Option<ErrorCode> {
    if let Error::Capacity(_) = error {
        Some(ErrorCode::TooLarge)
    } else if let Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) = error {
        None
    } else if let Error::Utf8(_) | Error::Protocol(_) = error {
        Some(ErrorCode::Malformed)
    } else {
        None
    }
}

/// Writes what comes into the outbox, and other STUN and TURN servers before credentials end; once
/// the outbox is closed and empty, a close frame.
///
/// Credentials are made here, at the last moment: none grow old in a queue, and a reader that is
/// slow finds no pile of them.
async fn write<W>(outbox: &Outbox, ice: &IceServers, connection: ConnId, mut outgoing: W)
where
    W: Sink<Message> + Unpin,
{
    let mut refused = None;
    let mut renew_at = None;
    loop {
        let mut message = select! {
            // The outbox comes first, so that nothing is written after an `error`.
            biased;
            message = outbox.next() => match message {
                Some(message) => message,
                None => break,
            },
            () = reached(renew_at) => {
                ServerMessage::IceServers { ice_servers: Vec::new(), expires_in: None }
            }
        };
        if let ServerMessage::Joined { ice_servers, expires_in, .. }
        | ServerMessage::IceServers { ice_servers, expires_in } = &mut message
        {
            let told = ice.tell(connection);
            renew_at = told.renew_after.map(|after| Instant::now() + after);
            *ice_servers = told.servers;
            *expires_in = told.expires_in;
        }
        if let ServerMessage::Error { code, .. } = message {
            refused = Some(code);
        }
        let text = match serde_json::to_string(&message) {
            Ok(text) => text,
            Err(error) => {
                error!(%error, "a message can not be written");
                continue;
            }
        };
        if outgoing.send(Message::text(text)).await.is_err() {
            return;
        }
    }
    // If this fails the other end is gone, which is what it is for.
    let _ = outgoing.send(Message::Close(Some(refusal::close_frame(refused)))).await;
}

/// Waits until a time; for ever, if there is none.
async fn reached(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// Brings the last messages out, then waits for the other end's close frame.
async fn close<F, R>(writing: std::pin::Pin<&mut Fuse<F>>, mut incoming: R)
where
    F: Future<Output = ()>,
    R: Stream + Unpin,
{
    if !writing.is_terminated() {
        writing.await;
    }
    while incoming.next().await.is_some() {}
}
