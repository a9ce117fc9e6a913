//! A server on a free port, and test clients in the role of pages.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tincan_protocol::{
    ClientMessage, ErrorCode, PeerId, PeerSecret, RoomId, ServerMessage, VERSION,
};
use tincan_server::{Config, Server};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Awaits a future that must complete. The limit only makes a hanging test fail.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_mins(1), future).await.expect("this should have happened by now")
}

pub(crate) fn room(n: u8) -> RoomId {
    RoomId::from_bytes([n; 16])
}

pub(crate) fn secret(n: u8) -> PeerSecret {
    PeerSecret::from_bytes([n; 16])
}

pub(crate) fn peer(n: u8) -> PeerId {
    secret(n).peer_id()
}

pub(crate) fn join(room_number: u8, secret_number: u8) -> ClientMessage {
    ClientMessage::Join { v: VERSION, room: room(room_number), secret: secret(secret_number) }
}

pub(crate) fn signal(to: u8, payload: impl Into<String>) -> ClientMessage {
    ClientMessage::Signal { to: peer(to), payload: payload.into() }
}

pub(crate) fn signal_from(from: u8, payload: impl Into<String>) -> ServerMessage {
    ServerMessage::Signal { from: peer(from), payload: payload.into() }
}

pub(crate) fn text(message: &ClientMessage) -> Message {
    Message::text(serde_json::to_string(message).unwrap())
}

/// A server that runs until it is stopped or dropped.
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl TestServer {
    pub(crate) async fn start(config: Config) -> Self {
        Self::start_with(config, None).await
    }

    /// Starts a server, perhaps with a listener for the operator.
    pub(crate) async fn start_with(config: Config, operator: Option<TcpListener>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let mut server = Server::new(config).unwrap();
        if let Some(operator) = operator {
            server = server.with_operator(operator);
        }
        let running = tokio::spawn(server.run(listener, async {
            // A dropped sender stops the server as well.
            let _ = stopped.await;
        }));
        Self { address, stop, running }
    }

    /// Starts the shutdown. The returned task ends with the server.
    pub(crate) fn stop(self) -> JoinHandle<()> {
        self.stop.send(()).unwrap();
        self.running
    }
}

/// The client's end of the WebSocket.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) socket: WebSocketStream<TcpStream>,
}

impl Page {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::try_open(address, None).await.unwrap()
    }

    /// Opens a socket as a page of this origin does.
    pub(crate) async fn try_open(address: SocketAddr, origin: Option<&str>) -> Result<Self, Error> {
        // A small window, so that a client that does not read is soon noticed.
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(32 * 1024).unwrap();
        let stream = socket.connect(address).await?;
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{address}/signal").into_client_request()?;
        if let Some(origin) = origin {
            request
                .headers_mut()
                .insert("origin", HeaderValue::from_bytes(origin.as_bytes()).unwrap());
        }
        let (socket, _) = soon(tokio_tungstenite::client_async(request, stream)).await?;
        Ok(Self { socket })
    }

    /// Opens a socket and joins. Returns the page and its roster.
    pub(crate) async fn join(address: SocketAddr, room: u8, secret: u8) -> (Self, Vec<PeerId>) {
        let mut page = Self::open(address).await;
        let peers = page.enter(room, secret).await;
        (page, peers)
    }

    /// Joins by this socket. Returns the roster.
    pub(crate) async fn enter(&mut self, room: u8, secret: u8) -> Vec<PeerId> {
        self.send(&join(room, secret)).await;
        match self.next().await {
            ServerMessage::Joined { v: VERSION, peer: own, peers, .. } if own == peer(secret) => {
                peers
            }
            other => panic!("no seat: {other:?}"),
        }
    }

    pub(crate) async fn send(&mut self, message: &ClientMessage) {
        self.send_raw(text(message)).await;
    }

    pub(crate) async fn send_raw(&mut self, message: Message) {
        soon(self.socket.send(message)).await.unwrap();
    }

    /// Waits for the next message of the server.
    pub(crate) async fn next(&mut self) -> ServerMessage {
        match soon(self.socket.next()).await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("no message: {other:?}"),
        }
    }

    /// Expects the regular end of the connection: the close frame, then the end of the stream.
    pub(crate) async fn closed(&mut self) -> CloseFrame {
        let frame = match soon(self.socket.next()).await {
            Some(Ok(Message::Close(Some(frame)))) => frame,
            other => panic!("no close: {other:?}"),
        };
        assert!(soon(self.socket.next()).await.is_none());
        frame
    }

    /// Expects a refusal with this code, followed by a close frame.
    pub(crate) async fn refused(&mut self, expected: ErrorCode) -> CloseFrame {
        match self.next().await {
            ServerMessage::Error { code, .. } => assert_eq!(code, expected),
            other => panic!("no error: {other:?}"),
        }
        self.closed().await
    }

    /// Asserts that no other message was sent to this page up to now.
    pub(crate) async fn expect_no_message(&mut self) {
        self.send(&ClientMessage::Ping).await;
        assert_eq!(self.next().await, ServerMessage::Pong);
    }
}

/// The response to one HTTP request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Returns the value of a header, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// Sends a GET request with additional header lines, and reads until the end.
pub(crate) async fn get(address: SocketAddr, path: &str, lines: &str) -> Answer {
    request(TcpStream::connect(address).await.unwrap(), "GET", path, lines).await
}

/// Sends a HEAD request in the same way.
pub(crate) async fn head(address: SocketAddr, path: &str, lines: &str) -> Answer {
    request(TcpStream::connect(address).await.unwrap(), "HEAD", path, lines).await
}

/// Sends a request over a stream, and reads until the end.
pub(crate) async fn request(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    method: &str,
    path: &str,
    lines: &str,
) -> Answer {
    let request =
        format!("{method} {path} HTTP/1.1\r\nhost: tincan\r\nconnection: close\r\n{lines}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    soon(stream.read_to_end(&mut bytes)).await.unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: bytes[end + 4..].to_vec() }
}
