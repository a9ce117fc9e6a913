//! Graceful shutdown of the server.

use std::io::Read as _;

use tincan_protocol::ErrorCode;
use tincan_server::Config;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::client::{Page, TestServer, soon};

#[tokio::test]
async fn every_session_is_told_before_the_server_stops() {
    let server = TestServer::start(Config::default()).await;
    let address = server.address;
    let (mut joined, _) = Page::join(address, 1, 1).await;
    let mut waiting = Page::open(address).await;
    let mut keep_alive = TcpStream::connect(address).await.unwrap();
    keep_alive.write_all(b"GET /healthz HTTP/1.1\r\nhost: tincan\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    soon(keep_alive.read_exact(&mut first)).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");

    let running = server.stop();
    for page in [&mut joined, &mut waiting] {
        assert_eq!(page.refused(ErrorCode::ShuttingDown).await.code, CloseCode::Away);
    }
    soon(running).await.unwrap();
    // The server closed its idle connection and did not wait for a timeout.
    let mut keep_alive = keep_alive.into_std().unwrap();
    keep_alive.read_to_end(&mut Vec::new()).unwrap();
    TcpStream::connect(address).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_stalled_client_does_not_delay_shutdown_forever() {
    let server = TestServer::start(Config::default()).await;
    let (_stalled, _) = Page::join(server.address, 1, 1).await;
    let mut half = TcpStream::connect(server.address).await.unwrap();
    half.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    soon(server.stop()).await.unwrap();
}
