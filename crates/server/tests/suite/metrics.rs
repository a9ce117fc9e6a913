//! The endpoints for the operator.
#![cfg(unix)]

use std::net::SocketAddr;

use tincan_protocol::ErrorCode;
use tincan_server::{Config, Origin};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;

use crate::client::{Page, TestServer, get, room, signal, soon};
use crate::command::command;

/// Starts a server with a second listener. Returns the address of that.
async fn start(config: Config) -> (TestServer, SocketAddr) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (TestServer::start_with(config, Some(listener)).await, address)
}

/// Returns the value of a metric, with its labels as they are written.
pub(crate) async fn metric(address: SocketAddr, name: &str) -> Option<u64> {
    let answer = get(address, "/metrics", "").await;
    let text = String::from_utf8(answer.body).unwrap();
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test]
async fn metrics_count_and_name_nobody() {
    let allowed_origins = vec!["https://call.example".parse::<Origin>().unwrap()];
    let (server, operator) = start(Config { allowed_origins, ..Config::default() }).await;
    let origin = Some("https://call.example");
    let mut one = Page::try_open(server.address, origin).await.unwrap();
    one.enter(1, 1).await;
    let mut two = Page::try_open(server.address, origin).await.unwrap();
    two.enter(1, 2).await;
    one.next().await;
    two.send(&signal(1, "c2VhbGVk")).await;
    one.next().await;

    Page::try_open(server.address, Some("https://other.example")).await.unwrap_err();
    let mut bad = Page::try_open(server.address, origin).await.unwrap();
    bad.send_raw(Message::text("{")).await;
    bad.refused(ErrorCode::Malformed).await;

    for (name, value) in [
        ("tincan_sessions", 2),
        ("tincan_rooms", 1),
        // Two joins, a signal, and a text that is no message.
        ("tincan_messages_received_total", 4),
        // Two rosters, a newcomer, the signal and an error.
        ("tincan_messages_sent_total", 5),
        ("tincan_refusals_total{reason=\"origin\"}", 1),
        ("tincan_refusals_total{reason=\"malformed\"}", 1),
    ] {
        assert_eq!(metric(operator, name).await, Some(value), "{name}");
    }
    assert!(metric(operator, "tincan_connections").await.unwrap() >= 2);
    assert!(metric(operator, "tincan_bytes_received_total").await.unwrap() > 100);
    assert!(metric(operator, "tincan_bytes_sent_total").await.unwrap() > 100);

    let answer = get(operator, "/metrics", "").await;
    let kind = answer.header("content-type").unwrap();
    assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"), "{kind}");
    let text = String::from_utf8(answer.body).unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    for hidden in ["127.0.0.1", "example", &room(1).to_string(), "c2VhbGVk"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}

#[tokio::test]
async fn the_operator_has_a_listener_of_its_own() {
    let (server, operator) = start(Config::default()).await;
    for path in ["/metrics", "/readyz"] {
        assert_eq!(get(server.address, path, "").await.status, 404, "{path}");
        assert_eq!(get(operator, path, "").await.status, 200, "{path}");
    }
    for address in [server.address, operator] {
        assert_eq!(get(address, "/healthz", "").await.body, b"ok");
    }
    assert_eq!(get(operator, "/signal", "").await.status, 404);
}

#[tokio::test]
async fn a_server_that_shuts_down_is_alive_but_not_ready() {
    let (server, operator) = start(Config::default()).await;
    let (mut page, _) = Page::join(server.address, 1, 1).await;
    let running = server.stop();
    // The page has not closed its end yet, so the server waits for it.
    page.next().await;
    assert_eq!(get(operator, "/readyz", "").await.status, 503);
    assert_eq!(get(operator, "/healthz", "").await.status, 200);
    drop(page);
    soon(running).await.unwrap();
    tokio::net::TcpStream::connect(operator).await.unwrap_err();
}

#[tokio::test]
async fn the_address_for_the_operator_is_a_setting() {
    let mut child = command(&["--metrics", "127.0.0.1:0"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = async || soon(lines.next_line()).await.unwrap().unwrap();
    assert!(next().await.starts_with("listening on http://127.0.0.1:"));
    let line = next().await;
    let address = line.strip_prefix("metrics on http://").unwrap().parse().unwrap();
    assert_eq!(get(address, "/readyz", "").await.body, b"ready");
}
