//! Real sockets: messages between pages, and refusals by the server.

use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use tincan_protocol::{
    ClientMessage, ErrorCode, MAX_FRAME_BYTES, MAX_MESSAGE_BURST, MAX_PAYLOAD_CHARS,
    MAX_ROOM_PEERS, ServerMessage, VERSION,
};
use tincan_server::Config;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::client::{Page, TestServer, get, join, peer, room, secret, signal, signal_from, soon};

/// Two pages in a room, which a third must not disturb.
struct Bystanders {
    one: Page,
    two: Page,
}

impl Bystanders {
    async fn seated(server: &TestServer) -> Self {
        let (mut one, _) = Page::join(server.address, 1, 101).await;
        let (two, _) = Page::join(server.address, 1, 102).await;
        assert_eq!(one.next().await, ServerMessage::PeerJoined { peer: peer(102) });
        Self { one, two }
    }

    /// Expects that a peer came and left, and that the two can still signal each other.
    async fn saw_come_and_go(&mut self, secret: u8) {
        for page in [&mut self.one, &mut self.two] {
            assert_eq!(page.next().await, ServerMessage::PeerJoined { peer: peer(secret) });
            assert_eq!(page.next().await, ServerMessage::PeerLeft { peer: peer(secret) });
        }
        self.still_talk().await;
    }

    async fn still_talk(&mut self) {
        self.one.send(&signal(102, "there?")).await;
        assert_eq!(self.two.next().await, signal_from(101, "there?"));
        self.two.send(&signal(101, "here")).await;
        assert_eq!(self.one.next().await, signal_from(102, "here"));
    }
}

#[tokio::test]
async fn signals_reach_only_their_receiver() {
    let server = TestServer::start(Config::default()).await;
    let (mut one, roster) = Page::join(server.address, 1, 1).await;
    assert_eq!(roster, []);
    let (mut two, roster) = Page::join(server.address, 1, 2).await;
    assert_eq!(roster, [peer(1)]);
    let (mut three, roster) = Page::join(server.address, 1, 3).await;
    assert_eq!(roster, [peer(1), peer(2)]);
    assert_eq!(one.next().await, ServerMessage::PeerJoined { peer: peer(2) });
    for page in [&mut one, &mut two] {
        assert_eq!(page.next().await, ServerMessage::PeerJoined { peer: peer(3) });
    }

    let payload = "x".repeat(MAX_PAYLOAD_CHARS);
    one.send(&signal(3, payload.clone())).await;
    assert_eq!(three.next().await, signal_from(1, payload));
    // Signals to oneself and to an unknown peer are dropped.
    one.send(&signal(1, "echo")).await;
    one.send(&signal(9, "hello?")).await;
    one.expect_no_message().await;
    two.expect_no_message().await;

    one.send(&ClientMessage::Leave).await;
    assert_eq!(one.closed().await.code, CloseCode::Normal);
    for page in [&mut two, &mut three] {
        assert_eq!(page.next().await, ServerMessage::PeerLeft { peer: peer(1) });
    }
}

#[tokio::test]
async fn rooms_are_isolated() {
    let server = TestServer::start(Config::default()).await;
    let (mut one, _) = Page::join(server.address, 1, 1).await;
    let (mut two, roster) = Page::join(server.address, 2, 2).await;
    assert_eq!(roster, []);
    two.send(&signal(1, "over there?")).await;
    two.expect_no_message().await;
    // The same secret in another room is another peer, and takes nothing over.
    let (_elsewhere, roster) = Page::join(server.address, 2, 1).await;
    assert_eq!(roster, [peer(2)]);
    one.expect_no_message().await;
}

#[tokio::test]
async fn a_reconnect_takes_over() {
    let server = TestServer::start(Config::default()).await;
    let (mut older, _) = Page::join(server.address, 1, 1).await;
    let (mut other, _) = Page::join(server.address, 1, 2).await;
    assert_eq!(older.next().await, ServerMessage::PeerJoined { peer: peer(2) });

    let (mut newer, roster) = Page::join(server.address, 1, 1).await;
    assert_eq!(roster, [peer(2)]);
    older.refused(ErrorCode::Replaced).await;
    assert_eq!(other.next().await, ServerMessage::PeerJoined { peer: peer(1) });
    other.send(&signal(1, "again")).await;
    assert_eq!(newer.next().await, signal_from(2, "again"));
    other.expect_no_message().await;
}

#[tokio::test]
async fn a_lost_connection_leaves_its_room() {
    let server = TestServer::start(Config::default()).await;
    let mut bystanders = Bystanders::seated(&server).await;
    let (page, _) = Page::join(server.address, 1, 1).await;
    drop(page);
    bystanders.saw_come_and_go(1).await;
}

#[tokio::test]
async fn invalid_messages_close_only_their_own_connection() {
    let server = TestServer::start(Config::default()).await;
    let mut bystanders = Bystanders::seated(&server).await;
    let second_join = serde_json::to_string(&join(1, 1)).unwrap();
    let over = |size: usize| Message::text(format!(r#"{{"type":"{}"}}"#, "x".repeat(size)));
    for (message, code, close) in [
        (Message::text("hello"), ErrorCode::Malformed, CloseCode::Policy),
        (Message::text(""), ErrorCode::Malformed, CloseCode::Policy),
        (Message::text(r#"{"type":"signal"}"#), ErrorCode::Malformed, CloseCode::Policy),
        (Message::binary(r#"{"type":"ping"}"#), ErrorCode::Malformed, CloseCode::Policy),
        (Message::text(r#"{"type":"dance"}"#), ErrorCode::UnknownType, CloseCode::Policy),
        (Message::text(second_join), ErrorCode::OutOfOrder, CloseCode::Policy),
        (over(MAX_FRAME_BYTES), ErrorCode::TooLarge, CloseCode::Size),
        // Far more than any buffer on the way: the error arrives although most of it was not read.
        (over(16 << 20), ErrorCode::TooLarge, CloseCode::Size),
    ] {
        let (mut page, _) = Page::join(server.address, 1, 1).await;
        page.send_raw(message).await;
        assert_eq!(page.refused(code).await.code, close, "{code:?}");
        bystanders.saw_come_and_go(1).await;
    }
}

#[tokio::test]
async fn a_large_frame_is_refused_by_its_header() {
    let server = TestServer::start(Config::default()).await;
    let (mut page, _) = Page::join(server.address, 1, 1).await;
    // The header of a masked text frame of 1 GiB (RFC 6455, section 5.2), without its payload.
    let head = [&[0x81, 0xff][..], &(1_u64 << 30).to_be_bytes(), &[0; 4]].concat();
    page.socket.get_mut().write_all(&head).await.unwrap();
    page.refused(ErrorCode::TooLarge).await;
}

#[tokio::test]
async fn the_fragments_of_a_message_are_limited_in_total() {
    let server = TestServer::start(Config::default()).await;
    let mut bystanders = Bystanders::seated(&server).await;
    let (mut page, _) = Page::join(server.address, 1, 1).await;
    let piece = |data, last| {
        Message::Frame(Frame::message("x".repeat(MAX_FRAME_BYTES / 2), OpCode::Data(data), last))
    };
    page.send_raw(piece(Data::Text, false)).await;
    page.send_raw(piece(Data::Continue, false)).await;
    page.send_raw(piece(Data::Continue, true)).await;
    page.refused(ErrorCode::TooLarge).await;
    bystanders.saw_come_and_go(1).await;
}

#[tokio::test]
async fn invalid_utf8_is_malformed() {
    let server = TestServer::start(Config::default()).await;
    let mut bystanders = Bystanders::seated(&server).await;
    let (mut page, _) = Page::join(server.address, 1, 1).await;
    let frame = Frame::message(vec![b'{', 0xff, b'}'], OpCode::Data(Data::Text), true);
    page.send_raw(Message::Frame(frame)).await;
    page.refused(ErrorCode::Malformed).await;
    bystanders.saw_come_and_go(1).await;
}

#[tokio::test]
async fn messages_outside_a_room_are_refused_by_code() {
    let server = TestServer::start(Config::default()).await;
    let mut bystanders = Bystanders::seated(&server).await;
    let other_version = ClientMessage::Join { v: VERSION + 1, room: room(1), secret: secret(1) };
    for (message, code) in [
        (other_version, ErrorCode::Version),
        (signal(101, "let me in"), ErrorCode::OutOfOrder),
        (ClientMessage::Ping, ErrorCode::OutOfOrder),
    ] {
        let mut page = Page::open(server.address).await;
        page.send(&message).await;
        page.refused(code).await;
    }
    bystanders.still_talk().await;
}

#[tokio::test]
async fn a_room_can_be_full() {
    let server = TestServer::start(Config::default()).await;
    let mut seated = Vec::new();
    for n in 1..=MAX_ROOM_PEERS {
        seated.push(Page::join(server.address, 1, u8::try_from(n).unwrap()).await.0);
    }
    let mut late = Page::open(server.address).await;
    late.send(&join(1, 200)).await;
    late.refused(ErrorCode::RoomFull).await;

    seated.pop().unwrap().send(&ClientMessage::Leave).await;
    // The last peer but one was told that the last one joined, and then that it left: its seat is
    // free.
    let witness = seated.last_mut().unwrap();
    let last = peer(u8::try_from(MAX_ROOM_PEERS).unwrap());
    assert_eq!(witness.next().await, ServerMessage::PeerJoined { peer: last });
    assert_eq!(witness.next().await, ServerMessage::PeerLeft { peer: last });
    Page::join(server.address, 1, 200).await;
}

#[tokio::test]
async fn a_flood_is_cut_off() {
    let server = TestServer::start(Config::default()).await;
    let mut bystanders = Bystanders::seated(&server).await;
    let (mut page, _) = Page::join(server.address, 1, 1).await;
    for _ in 0..4 * MAX_MESSAGE_BURST {
        soon(page.socket.feed(Message::text(r#"{"type":"ping"}"#))).await.unwrap();
    }
    soon(page.socket.flush()).await.unwrap();
    let mut pongs = 0;
    let code = loop {
        match page.next().await {
            ServerMessage::Pong => pongs += 1,
            ServerMessage::Error { code, .. } => break code,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(code, ErrorCode::TooManyMessages);
    assert!((MAX_MESSAGE_BURST - 1..4 * MAX_MESSAGE_BURST).contains(&pongs), "{pongs}");
    page.closed().await;
    bystanders.saw_come_and_go(1).await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off() {
    let server = TestServer::start(Config::default()).await;
    let mut bystanders = Bystanders::seated(&server).await;
    let (mut slow, _) = Page::join(server.address, 1, 1).await;
    let (mut sender, _) = Page::join(server.address, 1, 2).await;
    let payload = "x".repeat(MAX_PAYLOAD_CHARS);
    // Within the sender's burst, and more than the buffers of the system hold.
    let mut left = None;
    for _ in 0..MAX_MESSAGE_BURST - 10 {
        sender.send(&signal(1, payload.clone())).await;
        left = sender.socket.next().now_or_never();
        if left.is_some() {
            break;
        }
    }
    let left = match left {
        Some(Some(Ok(message))) => serde_json::from_str(message.to_text().unwrap()).unwrap(),
        Some(other) => panic!("{other:?}"),
        None => sender.next().await,
    };
    assert_eq!(left, ServerMessage::PeerLeft { peer: peer(1) });
    for page in [&mut bystanders.one, &mut bystanders.two] {
        assert_eq!(page.next().await, ServerMessage::PeerJoined { peer: peer(1) });
        assert_eq!(page.next().await, ServerMessage::PeerJoined { peer: peer(2) });
        assert_eq!(page.next().await, ServerMessage::PeerLeft { peer: peer(1) });
    }
    bystanders.still_talk().await;
    sender.expect_no_message().await;
    // Its connection ends, whatever it reads before that.
    while let Some(Ok(_)) = soon(slow.socket.next()).await {}
}

#[tokio::test]
async fn only_listed_origins_may_open_the_socket() {
    let allowed_origins = vec!["https://call.example".parse().unwrap()];
    let server = TestServer::start(Config { allowed_origins, ..Config::default() }).await;
    Page::try_open(server.address, Some("https://call.example")).await.unwrap();
    for origin in [None, Some("https://evil.example"), Some("null")] {
        match Page::try_open(server.address, origin).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 403),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_request_without_a_handshake_is_told_to_upgrade() {
    let server = TestServer::start(Config::default()).await;
    let answer = get(server.address, "/signal", "").await;
    assert_eq!(answer.status, 426);
    assert_eq!(answer.header("upgrade"), Some("websocket"));
    // Pages that lost the server probe it with such a request, from any origin.
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("sec-websocket-version"), Some("13"));
}

#[tokio::test]
async fn without_a_page_only_signaling_and_health_are_served() {
    let server = TestServer::start(Config::default()).await;
    let answer = get(server.address, "/healthz", "").await;
    assert_eq!((answer.status, &answer.body[..]), (200, &b"ok"[..]));
    assert_eq!(get(server.address, "/", "").await.status, 404);
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_a_slot() {
    let max_connections = 1.try_into().unwrap();
    let server = TestServer::start(Config { max_connections, ..Config::default() }).await;
    let (mut first, _) = Page::join(server.address, 1, 1).await;
    let second = tokio::spawn(Page::join(server.address, 1, 2));
    for _ in 0..20 {
        first.expect_no_message().await;
    }
    assert!(!second.is_finished());
    first.send(&ClientMessage::Leave).await;
    first.closed().await;
    drop(first);
    let (_second, roster) = soon(second).await.unwrap();
    assert_eq!(roster, []);
}

#[tokio::test(start_paused = true)]
async fn an_incomplete_request_is_closed() {
    let server = TestServer::start(Config::default()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: tin").await.unwrap();
    // Virtual time advances since every task waits; without the server's timer this never ends.
    let mut rest = Vec::new();
    soon(stream.read_to_end(&mut rest)).await.unwrap();
    assert!(!rest.starts_with(b"HTTP/1.1 200"));
}
