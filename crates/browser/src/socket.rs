//! The WebSocket to the signaling server.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State, WebSocketError};
use tincan_call::SocketEvent;
use tincan_protocol::{ClientMessage, MAX_FRAME_BYTES, ServerMessage, from_json, to_json};

use crate::crash::EndOnCrash;
use crate::live::Live;
use crate::log;
use crate::task::Task;

/// The close code of a connection that has done its work (RFC 6455, section 7.4.1).
const NORMAL_CLOSURE: u16 = 1000;

/// A connection to the signaling server. Dropping it closes it, after what was sent.
#[must_use = "the socket closes when this is dropped"]
pub struct Socket {
    // Before the task: what the task would wait for goes first.
    shared: Rc<Shared>,
    _task: Task,
}

/// The state that the socket and its reading task share.
struct Shared(RefCell<Option<Open>>);

/// A WebSocket that is not closed yet.
struct Open {
    socket: WebSocket,
    _crash: EndOnCrash,
    _live: Live,
}

impl Open {
    /// Starts to connect. Returns `None` if this is no address of a WebSocket.
    fn new(url: &str) -> Option<Self> {
        let socket = web_sys::WebSocket::new(url).ok()?;
        let crash = EndOnCrash::new(&socket, "close");
        let live = Live::count(|live| &mut live.sockets);
        Some(Self { socket: socket.try_into().ok()?, _crash: crash, _live: live })
    }
}

impl Socket {
    /// Starts to connect. `Opened` may come, then `Received`s; `Closed` comes exactly once,
    /// unless the socket is dropped first: then nothing more comes.
    pub fn open(url: &str, on_event: impl Fn(SocketEvent) + 'static) -> Self {
        let open = Open::new(url);
        if open.is_none() {
            log::debug("invalid signaling URL");
        }
        let failed = open.is_none();
        let shared = Rc::new(Shared(RefCell::new(open)));
        let read = Rc::clone(&shared).read(failed, on_event);
        Self { shared, _task: Task::spawn(read) }
    }

    /// Sends a message; if the socket is not open, it is lost.
    pub fn send(&self, message: &ClientMessage) {
        let mut open = self.shared.0.borrow_mut();
        let Some(Open { socket, .. }) = open.as_mut() else { return };
        let Some(text) = to_json(message) else { return };
        if !is_open(socket) || socket.start_send_unpin(Message::Text(text)).is_err() {
            log::debug("a message is lost: the socket is not open");
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.shared.close();
    }
}

impl Shared {
    /// Closes the socket. The browser sends first what it has taken before.
    fn close(&self) {
        let open = self.0.borrow_mut().take();
        if let Some(Open { socket, .. }) = open {
            // With a code that is always allowed; the drop within closes without one.
            let _ = socket.close(Some(NORMAL_CLOSURE), None);
        }
    }

    /// Reports everything that happens to the socket, to its end.
    async fn read(self: Rc<Self>, failed: bool, on_event: impl Fn(SocketEvent)) {
        let mut opened = false;
        loop {
            match poll_fn(|context| self.poll(context, &mut opened)).await {
                Next::Opened => on_event(SocketEvent::Opened),
                Next::Message(message) => {
                    if let Some(message) = decode(&message) {
                        on_event(SocketEvent::Received(message));
                    }
                }
                // The end follows.
                Next::Error => {}
                Next::End => break,
                Next::Dropped if failed => break,
                Next::Dropped => return,
            }
        }
        self.close();
        on_event(SocketEvent::Closed);
    }

    fn poll(&self, context: &mut Context<'_>, opened: &mut bool) -> Poll<Next> {
        let mut open = self.0.borrow_mut();
        let Some(Open { socket, .. }) = open.as_mut() else { return Poll::Ready(Next::Dropped) };
        // The sink is ready when the socket is no longer connecting.
        if !*opened && socket.poll_ready_unpin(context).is_ready() && is_open(socket) {
            *opened = true;
            return Poll::Ready(Next::Opened);
        }
        socket.poll_next_unpin(context).map(|next| match next {
            Some(Ok(message)) => Next::Message(message),
            Some(Err(WebSocketError::ConnectionClose(_))) | None => Next::End,
            Some(Err(_)) => Next::Error,
        })
    }
}

fn is_open(socket: &WebSocket) -> bool {
    matches!(socket.state(), State::Open)
}

/// The next event of a socket.
enum Next {
    Opened,
    Message(Message),
    Error,
    End,
    Dropped,
}

/// Reads a message. Anything else is ignored, so that a faulty server ends no call.
fn decode(message: &Message) -> Option<ServerMessage> {
    let decoded = match message {
        Message::Text(text) if text.len() <= MAX_FRAME_BYTES => from_json(text.as_bytes()),
        Message::Text(_) | Message::Bytes(_) => None,
    };
    if decoded.is_none() {
        log::debug("a frame from the signaling server is no message, and is ignored");
    }
    decoded
}
