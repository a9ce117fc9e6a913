//! The slots for connections: no client can keep one forever, and a freed slot is available to
//! others.

use std::time::Duration;

use tincan_server::{Config, HttpLimits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::sleep;

use crate::client::{TestServer, get};
use crate::dist::Dist;

const PLACES: u32 = 3;

/// Larger than all buffers on the way.
const LARGE: &str = "/large-0123456789abcdef.bin";
const LARGE_BYTES: u64 = 64 << 20;

/// The interval at which a client sends or reads a little, to seem active.
const NOW_AND_THEN: Duration = Duration::from_millis(20);

async fn connect(server: &TestServer) -> TcpStream {
    // A small window, so that a client that does not read soon blocks the server.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(server.address).await.unwrap()
}

/// Runs `hold` on as many connections as there are slots, then expects a response on one more: the
/// server accepts connections in the order in which they were made.
async fn expect_slots_to_be_freed(name: &str, hold: impl AsyncFn(TcpStream) + Copy + 'static) {
    let dist = Dist::new(&format!("slots-{name}"));
    dist.write_large(LARGE.trim_start_matches('/'), LARGE_BYTES);
    let limits = HttpLimits {
        tls_handshake: Duration::from_millis(300),
        request_head: Duration::from_millis(300),
        write_stall: Duration::from_millis(300),
        min_bytes_per_second: 1 << 20,
        lifetime: Duration::from_millis(600),
    };
    let server = TestServer::start(Config {
        page: Some(dist.folder()),
        max_connections: PLACES.try_into().unwrap(),
        limits,
        ..Config::default()
    })
    .await;
    let clients = tokio::task::LocalSet::new();
    clients
        .run_until(async {
            for _ in 0..PLACES {
                let stream = connect(&server).await;
                tokio::task::spawn_local(async move { hold(stream).await });
            }
            let answer = get(server.address, "/healthz", "").await;
            assert_eq!((answer.status, &answer.body[..]), (200, &b"ok"[..]));
        })
        .await;
}

/// Keeps a connection open without sending anything.
async fn keep(stream: TcpStream) {
    std::future::pending::<()>().await;
    drop(stream);
}

/// Sends these bytes repeatedly for as long as the connection lasts.
async fn trickle(mut stream: TcpStream, bytes: &[u8]) {
    while stream.write_all(bytes).await.is_ok() {
        sleep(NOW_AND_THEN).await;
    }
    keep(stream).await;
}

/// Sends a request without reading the response.
async fn ask(stream: &mut TcpStream, path: &str, head: &str) {
    let request = format!("GET {path} HTTP/1.1\r\nhost: tincan\r\n{head}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn a_silent_client_loses_its_slot() {
    expect_slots_to_be_freed("silent", keep).await;
}

#[tokio::test]
async fn an_endless_request_head_is_cut_off() {
    expect_slots_to_be_freed("half", async |mut stream| {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: tin").await.unwrap();
        keep(stream).await;
    })
    .await;
    expect_slots_to_be_freed("bytes", async |mut stream| {
        stream.write_all(b"GET / HTTP/1.1\r\nx-long: ").await.unwrap();
        trickle(stream, b"x").await;
    })
    .await;
    expect_slots_to_be_freed("lines", async |mut stream| {
        stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        trickle(stream, b"x: y\r\n").await;
    })
    .await;
}

#[tokio::test]
async fn an_endless_body_is_cut_off() {
    expect_slots_to_be_freed("length", async |mut stream| {
        ask(&mut stream, "/healthz", "content-length: 1000000\r\n").await;
        trickle(stream, b"x").await;
    })
    .await;
    expect_slots_to_be_freed("chunks", async |mut stream| {
        ask(&mut stream, "/signal", "transfer-encoding: chunked\r\n").await;
        trickle(stream, b"1\r\nx\r\n").await;
    })
    .await;
    expect_slots_to_be_freed("post", async |mut stream| {
        let request = b"POST / HTTP/1.1\r\nhost: tincan\r\ncontent-length: 1000000\r\n\r\n";
        stream.write_all(request).await.unwrap();
        trickle(stream, b"x").await;
    })
    .await;
}

#[tokio::test]
async fn unread_responses_are_cut_off() {
    expect_slots_to_be_freed("pipeline", async |mut stream| {
        for _ in 0..12 {
            ask(&mut stream, LARGE, "").await;
        }
        keep(stream).await;
    })
    .await;
}

#[tokio::test]
async fn a_response_read_byte_by_byte_is_cut_off() {
    expect_slots_to_be_freed("slow", async |mut stream| {
        ask(&mut stream, LARGE, "").await;
        while stream.read_u8().await.is_ok() {
            sleep(NOW_AND_THEN).await;
        }
        keep(stream).await;
    })
    .await;
}

#[tokio::test]
async fn a_response_read_too_slowly_is_cut_off() {
    let folder = Dist::new("slots-pace");
    folder.write_large(LARGE.trim_start_matches('/'), LARGE_BYTES);
    // The client reads too slowly, but so steadily that no single write is blocked for long.
    let limits = HttpLimits {
        write_stall: Duration::from_secs(2),
        min_bytes_per_second: 100_000_000,
        ..HttpLimits::default()
    };
    let page = Some(folder.folder());
    let server = TestServer::start(Config { page, limits, ..Config::default() }).await;
    let mut stream = connect(&server).await;
    ask(&mut stream, LARGE, "").await;
    let (mut buffer, mut bytes) = (vec![0; 256 * 1024], 0);
    while let Ok(read) = stream.read_exact(&mut buffer).await {
        bytes += read;
        sleep(4 * NOW_AND_THEN).await;
    }
    assert!(u64::try_from(bytes).unwrap() < LARGE_BYTES / 2, "{bytes} bytes were sent");
}

#[tokio::test]
async fn a_client_that_stays_after_its_request_loses_its_slot() {
    expect_slots_to_be_freed("idle", async |mut stream| {
        ask(&mut stream, "/healthz", "").await;
        keep(stream).await;
    })
    .await;
    // Repeated requests do not keep the slot, either.
    expect_slots_to_be_freed("busy", async |mut stream| {
        let mut buffer = [0; 4096];
        loop {
            let request = b"GET /healthz HTTP/1.1\r\nhost: tincan\r\n\r\n";
            let asked = stream.write_all(request).await;
            if asked.is_err() || !stream.read(&mut buffer).await.is_ok_and(|bytes| bytes > 0) {
                return keep(stream).await;
            }
            sleep(NOW_AND_THEN).await;
        }
    })
    .await;
}

#[test]
fn a_slot_is_freed_within_half_a_minute() {
    let limits = HttpLimits::default();
    for limit in [limits.tls_handshake, limits.request_head, limits.write_stall] {
        assert!(limit < Duration::from_secs(30));
    }
}
