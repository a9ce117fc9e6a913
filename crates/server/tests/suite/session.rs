//! Sessions over channels, in virtual time: the clock advances only when all tasks wait.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Sink, Stream, sink, stream};
use tincan_protocol::{
    ClientMessage, ErrorCode, MAX_MESSAGE_BURST, MAX_MESSAGES_PER_SECOND, MAX_PAYLOAD_CHARS,
    MAX_ROOM_PEERS, ServerMessage,
};
use tincan_server::session::{self, CLOSE_TIMEOUT, IDLE_TIMEOUT, JOIN_TIMEOUT};
use tincan_server::{Hub, IceServers};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::client::{join, peer, signal, signal_from, text};

type Incoming = Pin<Box<dyn Stream<Item = Result<Message, Error>> + Send>>;
type Outgoing = Pin<Box<dyn Sink<Message, Error = mpsc::error::SendError<Message>> + Send>>;

/// The client's end of a session.
pub(crate) struct Page {
    sender: mpsc::UnboundedSender<Result<Message, Error>>,
    receiver: mpsc::Receiver<Message>,
    session: JoinHandle<()>,
}

impl Page {
    /// Starts a session whose client buffers this many unread messages.
    fn open_with_window(hub: &Arc<Hub>, window: usize) -> Self {
        Self::open_with(hub, IceServers::default(), window)
    }

    /// Starts such a session on a server with these STUN and TURN servers.
    pub(crate) fn open_with(hub: &Arc<Hub>, ice_servers: IceServers, window: usize) -> Self {
        let (sender, incoming) = mpsc::unbounded_channel();
        let (outgoing, receiver) = mpsc::channel(window);
        let incoming: Incoming = Box::pin(stream::unfold(incoming, async |mut incoming| {
            Some((incoming.recv().await?, incoming))
        }));
        let outgoing: Outgoing = Box::pin(sink::unfold(outgoing, |outgoing, message| async {
            outgoing.send(message).await.map(|()| outgoing)
        }));
        let hub = Arc::clone(hub);
        let session = tokio::spawn(async move {
            session::run(&hub, &ice_servers, incoming, outgoing).await;
        });
        Self { sender, receiver, session }
    }

    fn open(hub: &Arc<Hub>) -> Self {
        Self::open_with_window(hub, 1024)
    }

    async fn join(hub: &Arc<Hub>, room: u8, secret: u8) -> Self {
        let mut page = Self::open(hub);
        page.send(&join(room, secret));
        assert!(matches!(page.next().await, ServerMessage::Joined { .. }));
        page
    }

    pub(crate) fn send(&self, message: &ClientMessage) {
        self.send_raw(Ok(text(message)));
    }

    fn send_raw(&self, frame: Result<Message, Error>) {
        self.sender.send(frame).expect("the session reads");
    }

    pub(crate) async fn next_raw(&mut self) -> Message {
        self.receiver.recv().await.expect("the session writes")
    }

    pub(crate) async fn next(&mut self) -> ServerMessage {
        serde_json::from_str(self.next_raw().await.to_text().unwrap()).unwrap()
    }

    async fn refused(&mut self, expected: ErrorCode) {
        match self.next().await {
            ServerMessage::Error { code, .. } => assert_eq!(code, expected),
            other => panic!("no error: {other:?}"),
        }
        assert!(matches!(self.next_raw().await, Message::Close(Some(_))));
    }

    /// Drops the connection without a close frame, and waits until the session has ended.
    async fn vanish(self) {
        drop(self.sender);
        self.session.await.unwrap();
    }
}

/// Advances virtual time, after everything that is due has happened.
async fn pass(duration: Duration) {
    sleep(duration).await;
}

fn hub() -> Arc<Hub> {
    Arc::new(Hub::default())
}

#[tokio::test(start_paused = true)]
async fn a_signal_goes_from_page_to_page() {
    let hub = hub();
    let mut one = Page::join(&hub, 1, 1).await;
    let two = Page::join(&hub, 1, 2).await;
    assert_eq!(one.next().await, ServerMessage::PeerJoined { peer: peer(2) });
    two.send(&signal(1, "sealed"));
    assert_eq!(one.next().await, signal_from(2, "sealed"));
    two.vanish().await;
    assert_eq!(one.next().await, ServerMessage::PeerLeft { peer: peer(2) });
    one.vanish().await;
    assert_eq!((hub.connections(), hub.rooms()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn leaving_closes_normally() {
    let hub = hub();
    let mut page = Page::join(&hub, 1, 1).await;
    page.send(&ClientMessage::Leave);
    match page.next_raw().await {
        Message::Close(Some(frame)) => assert_eq!(frame.code, CloseCode::Normal),
        other => panic!("no close: {other:?}"),
    }
    assert_eq!(hub.rooms(), 0);
    page.vanish().await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_does_not_join_is_closed() {
    let hub = hub();
    let start = Instant::now();
    let mut page = Page::open(&hub);
    // Pings of the WebSocket layer do not extend the deadline.
    pass(JOIN_TIMEOUT / 2).await;
    page.send_raw(Ok(Message::Ping("x".into())));
    page.refused(ErrorCode::Idle).await;
    assert_eq!(start.elapsed(), JOIN_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn a_silent_connection_is_closed() {
    let hub = hub();
    let mut page = Page::join(&hub, 1, 1).await;
    let mut other = Page::join(&hub, 1, 2).await;
    assert_eq!(page.next().await, ServerMessage::PeerJoined { peer: peer(2) });
    let almost = IDLE_TIMEOUT.saturating_sub(Duration::from_secs(1));
    for _ in 0..3 {
        pass(almost).await;
        page.send(&ClientMessage::Ping);
        assert_eq!(page.next().await, ServerMessage::Pong);
        other.send_raw(Ok(Message::Pong("x".into())));
        other.send(&signal(1, "here"));
        assert_eq!(page.next().await, signal_from(2, "here"));
    }
    let since = Instant::now();
    pass(Duration::from_secs(1)).await;
    page.send(&ClientMessage::Ping);
    other.refused(ErrorCode::Idle).await;
    assert_eq!(since.elapsed(), IDLE_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_allowed_and_then_the_rate() {
    let hub = hub();
    let mut page = Page::join(&hub, 1, 1).await;
    let pings = |page: &Page, count| (0..count).for_each(|_| page.send(&ClientMessage::Ping));
    // The join was the first message of the burst.
    pings(&page, MAX_MESSAGE_BURST - 1);
    for _ in 1..MAX_MESSAGE_BURST {
        assert_eq!(page.next().await, ServerMessage::Pong);
    }
    pass(Duration::from_secs(1)).await;
    pings(&page, MAX_MESSAGES_PER_SECOND);
    for _ in 0..MAX_MESSAGES_PER_SECOND {
        assert_eq!(page.next().await, ServerMessage::Pong);
    }
    page.send_raw(Ok(Message::Ping("of the WebSocket layer".into())));
    page.refused(ErrorCode::TooManyMessages).await;
}

/// The milliseconds after the first candidate of a link at which further ones are sent, and in how
/// many messages: 500 candidates, gathered as fast as possible and batched as a page does.
const CANDIDATE_MESSAGES: [(u64, u32); 7] =
    [(0, 1), (20, 5), (60, 1), (140, 1), (300, 1), (620, 1), (1120, 1)];

#[tokio::test(start_paused = true)]
async fn a_page_that_joins_a_full_room_is_not_refused() {
    let hub = hub();
    let mut others = Vec::new();
    for n in 1..u8::try_from(MAX_ROOM_PEERS).unwrap() {
        others.push(Page::join(&hub, 1, n).await);
    }
    let mut page = Page::join(&hub, 1, 0).await;
    let mut count = 0;
    let mut tell = |page: &Page, what: &str| {
        for to in 1..u8::try_from(MAX_ROOM_PEERS).unwrap() {
            page.send(&signal(to, what));
        }
        count += 1;
    };
    // The state in the lobby, in the call, and along with the offer or answer.
    for what in ["state", "state", "state", "description", "viewport", "viewport"] {
        tell(&page, what);
    }
    let mut last = 0;
    for (at, messages) in CANDIDATE_MESSAGES {
        pass(Duration::from_millis(at - last)).await;
        last = at;
        (0..messages).for_each(|_| tell(&page, "candidates"));
    }
    page.send(&ClientMessage::Ping);
    assert_eq!(page.next().await, ServerMessage::Pong, "it is not refused");
    for other in &mut others {
        let mut told = 0;
        while told < count {
            match other.next().await {
                ServerMessage::PeerJoined { .. } => {}
                ServerMessage::Signal { from, .. } if from == peer(0) => told += 1,
                message => panic!("of somebody else: {message:?}"),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_closed_without_affecting_others() {
    let hub = hub();
    let mut slow = Page::open_with_window(&hub, 1);
    slow.send(&join(1, 1));
    assert!(matches!(slow.next().await, ServerMessage::Joined { .. }));
    let mut sender = Page::join(&hub, 1, 2).await;
    let mut other = Page::join(&hub, 1, 3).await;
    assert_eq!(sender.next().await, ServerMessage::PeerJoined { peer: peer(3) });

    let payload = "x".repeat(MAX_PAYLOAD_CHARS);
    (0..20).for_each(|_| sender.send(&signal(1, payload.clone())));
    sender.send(&signal(3, "still here"));
    assert_eq!(sender.next().await, ServerMessage::PeerLeft { peer: peer(1) });
    assert_eq!(other.next().await, ServerMessage::PeerLeft { peer: peer(1) });
    assert_eq!(other.next().await, signal_from(2, "still here"));

    // Messages that had left the queue arrive, then the error without the others.
    assert_eq!(slow.next().await, ServerMessage::PeerJoined { peer: peer(2) });
    let mut taken = 0;
    let error = loop {
        match slow.next().await {
            ServerMessage::Error { code, .. } => break code,
            _ => taken += 1,
        }
    };
    assert_eq!(error, ErrorCode::TooSlow);
    assert!(taken <= 2, "{taken} messages were kept for a reader that does not read");
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_even_if_the_client_never_closes() {
    let hub = hub();
    let mut page = Page::open_with_window(&hub, 1);
    page.send(&join(1, 1));
    assert!(matches!(page.next().await, ServerMessage::Joined { .. }));
    let start = Instant::now();
    // Two errors for a window of one: the close frame is never written.
    page.send(&ClientMessage::Ping);
    page.send_raw(Ok(Message::binary("x")));
    page.session.await.unwrap();
    assert_eq!(start.elapsed(), CLOSE_TIMEOUT);
    assert_eq!(hub.connections(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_session_closed_for_slowness_ends_even_if_nothing_can_be_written() {
    let hub = hub();
    let mut slow = Page::open_with_window(&hub, 1);
    slow.send(&join(1, 1));
    assert!(matches!(slow.next().await, ServerMessage::Joined { .. }));
    let sender = Page::join(&hub, 1, 2).await;
    let start = Instant::now();
    let payload = "x".repeat(MAX_PAYLOAD_CHARS);
    (0..20).for_each(|_| sender.send(&signal(1, payload.clone())));
    slow.session.await.unwrap();
    assert_eq!(start.elapsed(), CLOSE_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn websocket_errors_map_to_error_codes() {
    let hub = hub();
    let too_long = CapacityError::MessageTooLong { size: 1 << 30, max_size: 1 };
    for (error, code) in [
        (Error::Capacity(too_long), ErrorCode::TooLarge),
        (Error::Utf8("x".into()), ErrorCode::Malformed),
        (Error::Protocol(ProtocolError::NonZeroReservedBits), ErrorCode::Malformed),
    ] {
        let mut page = Page::join(&hub, 1, 1).await;
        page.send_raw(Err(error));
        page.refused(code).await;
    }
    let page = Page::join(&hub, 1, 1).await;
    page.send_raw(Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)));
    page.session.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_connection_during_shutdown_is_told() {
    let hub = hub();
    let mut early = Page::join(&hub, 1, 1).await;
    hub.shut_down();
    early.refused(ErrorCode::ShuttingDown).await;
    let mut late = Page::open(&hub);
    late.refused(ErrorCode::ShuttingDown).await;
}
