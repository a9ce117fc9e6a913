//! One connection from its first frame to its last, over any stream and sink of WebSocket messages:
//! a socket, or channels in a test.

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
use crate::metrics::Metrics;
use crate::outbox::Outbox;
use crate::refusal;
use crate::rooms::ConnId;

/// The time within which a connection has to send its `join`.
pub const JOIN_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest time for which a connection may be silent.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(IDLE_TIMEOUT_SECONDS as u64);

/// The longest time that the last messages and the closing handshake may take.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Runs one connection. Returns when it is closed, or after [`CLOSE_TIMEOUT`] if the client does
/// not close it. The peer has left its room before that.
///
/// Reading and writing proceed concurrently in one task, so a connection costs one task, and a
/// client that does not read can still send.
pub async fn run<R, W>(hub: &Arc<Hub>, ice_servers: &IceServers, mut incoming: R, outgoing: W)
where
    R: Stream<Item = Result<Message, Error>> + Unpin,
    W: Sink<Message> + Unpin,
{
    let connection = hub.connect();
    let outbox = Arc::clone(connection.outbox());
    let metrics = hub.metrics();
    let mut writing = pin!(write(&outbox, ice_servers, metrics, connection.id(), outgoing).fuse());

    let end = select! {
        end = read(&connection, &mut incoming) => end,
        () = outbox.closed() => End::Closing,
        () = &mut writing => End::Closing,
    };
    drop(connection);
    match end {
        End::Gone => {}
        End::Closing => {
            // A client that does not read the last messages in time loses them.
            let _ = timeout(CLOSE_TIMEOUT, close(writing, incoming)).await;
        }
    }
}

/// The reason why reading stopped.
enum End {
    /// The client is gone.
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
    let mut has_joined = false;
    loop {
        let Ok(received) = timeout_at(deadline, incoming.next()).await else {
            connection.refuse(ErrorCode::Idle);
            return End::Closing;
        };
        let checked = match received {
            None => return End::Gone,
            Some(Err(error)) => match error_code(&error) {
                None => return End::Gone,
                Some(code) => Err(code),
            },
            Some(Ok(message)) => {
                let now = Instant::now();
                if has_joined {
                    deadline = now + IDLE_TIMEOUT;
                }
                // Pings of the WebSocket layer count, too.
                if budget.take(now) { Ok(message) } else { Err(ErrorCode::TooManyMessages) }
            }
        };
        let message = checked.and_then(|message| match message {
            Message::Text(text) => {
                connection.metrics().received(text.len());
                decode(&text).map(Some)
            }
            Message::Binary(_) => Err(ErrorCode::Malformed),
            // The WebSocket layer handles these itself.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => Ok(None),
        });
        match message {
            Ok(Some(message)) => {
                // If it is not a `join`, the rooms refuse it, and the session ends.
                connection.receive(message);
                if !has_joined {
                    has_joined = true;
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

/// Returns the code for an error of the WebSocket layer; `None` if the client is simply gone.
fn error_code(error: &Error) -> Option<ErrorCode> {
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

/// Writes the messages of the outbox, and new STUN and TURN servers before credentials expire. Once
/// the outbox is closed and empty, writes a close frame. Messages that wait together are sent
/// together: a burst costs few system calls.
///
/// Credentials are generated here, at the last moment: they do not age in a queue, and do not pile
/// up for a client that reads slowly.
async fn write<W>(
    outbox: &Outbox,
    ice: &IceServers,
    metrics: &Metrics,
    connection: ConnId,
    mut outgoing: W,
) where
    W: Sink<Message> + Unpin,
{
    let mut refused = None;
    let mut renew_at = None;
    loop {
        let mut message = if let Some(message) = outbox.take() {
            message
        } else {
            if outgoing.flush().await.is_err() {
                return;
            }
            select! {
                // The outbox has priority, so that nothing is written after an `error`.
                biased;
                message = outbox.next() => match message {
                    Some(message) => message,
                    None => break,
                },
                () = sleep_until_some(renew_at) => {
                    ServerMessage::IceServers { ice_servers: Vec::new(), expires_in: None }
                }
            }
        };
        if let ServerMessage::Joined { ice_servers, expires_in, .. }
        | ServerMessage::IceServers { ice_servers, expires_in } = &mut message
        {
            let current = ice.current(connection);
            renew_at = current.renew_after.map(|after| Instant::now() + after);
            *ice_servers = current.servers;
            *expires_in = current.expires_in;
        }
        if let ServerMessage::Error { code, .. } = message {
            refused = Some(code);
        }
        let text = match serde_json::to_string(&message) {
            Ok(text) => text,
            Err(error) => {
                error!(%error, "a message cannot be serialised");
                continue;
            }
        };
        metrics.sent(text.len());
        if outgoing.feed(Message::text(text)).await.is_err() {
            return;
        }
    }
    // If this fails, the connection is closed already.
    let _ = outgoing.send(Message::Close(Some(refusal::close_frame(refused)))).await;
}

/// Waits until a time, or forever if there is none.
async fn sleep_until_some(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// Sends the last messages, then waits for the client's close frame.
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
