//! The command-line interface.
#![cfg(unix)]

use std::net::SocketAddr;
use std::process::Stdio;

use clap::{Arg, CommandFactory as _};
use tincan_protocol::ServerMessage;
use tincan_server::Settings;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::client::{Page, join, peer, room, secret, signal, soon};

pub(crate) fn command(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tincan-server"));
    for variable in Settings::command().get_arguments().filter_map(Arg::get_env) {
        command.env_remove(variable);
    }
    command
        .args(["--listen", "127.0.0.1:0"])
        .args(flags)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Waits until a server listens. Returns its address.
pub(crate) async fn listening(child: &mut Child) -> SocketAddr {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = soon(lines.next_line()).await.unwrap().unwrap();
    line.strip_prefix("listening on http://").unwrap().parse().unwrap()
}

/// Runs a command that must fail to start. Returns its error message.
pub(crate) async fn refusal(flags: &[&str]) -> String {
    let output = soon(command(flags).output()).await.unwrap();
    assert!(!output.status.success());
    assert_eq!(output.stdout, b"", "nothing is announced");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn the_address_is_printed_and_the_log_identifies_nobody() {
    let ice = "turn:turn.example,user,hunter2";
    let mut child = command(&["--ice-server", ice]).env("RUST_LOG", "trace").spawn().unwrap();
    let address = listening(&mut child).await;

    let mut one = Page::open(address).await;
    one.send(&join(1, 1)).await;
    match one.next().await {
        ServerMessage::Joined { ice_servers, .. } => {
            assert_eq!(ice_servers[0].credential.as_deref(), Some("hunter2"));
        }
        other => panic!("{other:?}"),
    }
    let (mut two, _) = Page::join(address, 1, 2).await;
    two.send(&signal(1, "c2VhbGVk")).await;
    assert_eq!(one.next().await, ServerMessage::PeerJoined { peer: peer(2) });
    one.next().await;

    let pid = child.id().unwrap().to_string();
    let killed = Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
    assert!(killed.success());
    for page in [&mut one, &mut two] {
        page.refused(tincan_protocol::ErrorCode::ShuttingDown).await;
    }
    let mut log = String::new();
    soon(child.stderr.take().unwrap().read_to_string(&mut log)).await.unwrap();
    assert!(soon(child.wait()).await.unwrap().success());

    assert!(log.contains("stopped"), "{log}");
    let secret_text = serde_json::to_string(&secret(1)).unwrap();
    for hidden in [
        secret_text.trim_matches('"'),
        &room(1).to_string(),
        &peer(1).to_string(),
        "c2VhbGVk",
        "hunter2",
        &one.socket.get_ref().local_addr().unwrap().to_string(),
    ] {
        assert!(!log.contains(hidden), "{hidden} in {log}");
    }
}

#[tokio::test]
async fn servers_can_be_set_in_the_environment() {
    let mut child = command(&[])
        .env("TINCAN_ICE_SERVERS", "stun:a.example turn:b.example,user,a,b")
        .spawn()
        .unwrap();
    let address = listening(&mut child).await;
    let mut page = Page::open(address).await;
    page.send(&join(1, 1)).await;
    match page.next().await {
        ServerMessage::Joined { ice_servers, .. } => {
            assert_eq!(ice_servers.len(), 2);
            assert_eq!(ice_servers[0].urls, ["stun:a.example"]);
            assert_eq!(ice_servers[1].credential.as_deref(), Some("a,b"));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refused_origin_is_logged_once() {
    let mut child = command(&["--allowed-origin", "https://Call.Example:443"]).spawn().unwrap();
    let address = listening(&mut child).await;
    for origin in ["https://call.example", "https://call.example:443"] {
        Page::try_open(address, Some(origin)).await.unwrap();
    }
    for _ in 0..3 {
        for origin in ["https://other.example", "https://x.example\u{85}forged"] {
            Page::try_open(address, Some(origin)).await.unwrap_err();
        }
    }
    child.start_kill().unwrap();
    let mut log = String::new();
    soon(child.stderr.take().unwrap().read_to_string(&mut log)).await.unwrap();
    assert_eq!(log.matches("https://other.example").count(), 1, "{log}");
    assert_eq!(log.matches(r"https://x.example\xc2\x85forged").count(), 1, "{log}");
    assert_eq!(log.matches("--allowed-origin").count(), 2, "{log}");
}

#[tokio::test]
async fn errors_name_the_mistake_but_never_a_password() {
    let text = refusal(&["--ice-server", "stun:a", "--ice-server", "tern:b,user,hunter2"]).await;
    assert!(text.contains("--ice-server number 2"), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("user,"), "{text}");

    let text = refusal(&["--dist", "/nonexistent/dist"]).await;
    assert!(text.contains("no page in /nonexistent/dist"), "{text}");

    let text = refusal(&["--allowed-origin", "call.example"]).await;
    assert!(text.contains("an origin is http:// or https://"), "{text}");
    for (origin, sentence) in [
        ("*", "leave the flag out to allow them all"),
        ("null", "`null` cannot be allowed"),
        ("https://call.example/tincan", "leave out the path"),
        ("https://user@call.example", "has no user"),
        ("wss://call.example", "an origin is http:// or https://"),
    ] {
        let text = refusal(&["--allowed-origin", origin]).await;
        assert!(text.contains(sentence), "{text}");
    }
    refusal(&["--max-connections", "0"]).await;
}

/// Needs a page in `dist`: `cargo xtask dist`, then `cargo test -p tincan-server --features page`.
#[cfg(feature = "page")]
#[tokio::test]
async fn the_page_inside_the_program_is_served() {
    use crate::client::get;

    let mut child = command(&[]).spawn().unwrap();
    let address = listening(&mut child).await;
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist");
    let start = get(address, "/", "").await;
    assert_eq!(start.body, std::fs::read(dist.join("index.html")).unwrap());
    let html = String::from_utf8(start.body).unwrap();
    let at = html.find("build-").unwrap();
    let main = format!("{}/main.wasm", &html[at..at + "build-0123456789abcdef".len()]);
    let answer = get(address, &format!("/{main}"), "accept-encoding: br\r\n").await;
    assert_eq!(answer.header("content-type"), Some("application/wasm"));
    assert_eq!(answer.body, std::fs::read(dist.join(format!("{main}.br"))).unwrap());
}
