//! The `--turn` flags.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tempfile::NamedTempFile;
use tincan_protocol::{IceServer, ServerMessage};
use tokio::io::AsyncReadExt as _;
use tokio::process::Child;

use crate::client::{Page, join, soon};
use crate::command::{command, listening, refusal};
use crate::turn::user;

/// Creates a file that is deleted when it is dropped.
fn secret_file(contents: &[u8], mode: u32) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(contents).unwrap();
    fs::set_permissions(file.path(), Permissions::from_mode(mode)).unwrap();
    file
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn unix_time() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}

async fn enter(child: &mut Child) -> (Page, Vec<IceServer>, Option<u32>) {
    let address = listening(child).await;
    let mut page = Page::open(address).await;
    page.send(&join(1, 1)).await;
    match page.next().await {
        ServerMessage::Joined { ice_servers, expires_in, .. } => (page, ice_servers, expires_in),
        other => panic!("no seat: {other:?}"),
    }
}

#[tokio::test]
async fn a_page_gets_new_credentials_before_the_old_ones_expire() {
    let file = secret_file(b"north\n", 0o600);
    let mut child = command(&["--ice-server", "stun:a.example", "--turn", "turn:b.example"])
        .args(["--turn", "turns:b.example?transport=tcp", "--turn-ttl", "10s"])
        .args(["--turn-secret", text(file.path())])
        .env("RUST_LOG", "trace")
        .spawn()
        .unwrap();
    let earliest = unix_time();
    let (mut page, servers, expires_in) = enter(&mut child).await;
    assert_eq!(expires_in, Some(10));
    let [stun, turn] = &servers[..] else { panic!("{servers:?}") };
    assert_eq!(stun.urls, ["stun:a.example"]);
    assert_eq!(turn.urls, ["turn:b.example", "turns:b.example?transport=tcp"]);
    let (end, id) = user(turn);
    assert!(end >= earliest.as_secs() + 10 && end <= unix_time().as_secs() + 11, "{end}");

    let renewed = match page.next().await {
        ServerMessage::IceServers { ice_servers, expires_in: Some(10) } => ice_servers,
        other => panic!("{other:?}"),
    };
    assert_eq!(renewed[0], *stun);
    let (later, same) = user(&renewed[1]);
    assert!(later > end, "{later} {end}");
    assert_eq!(same, id);

    child.start_kill().unwrap();
    let mut log = String::new();
    soon(child.stderr.take().unwrap().read_to_string(&mut log)).await.unwrap();
    assert!(log.contains("connected"), "{log}");
    let password = turn.credential.as_deref().unwrap();
    for hidden in ["north", text(file.path()), &id, password] {
        assert!(!log.contains(hidden), "{hidden} in {log}");
    }
}

#[tokio::test]
async fn all_flags_can_come_from_the_environment() {
    let file = secret_file(b"north", 0o440);
    let mut child = command(&[])
        .env("TINCAN_TURN", "turn:a.example turn:b.example")
        .env("TINCAN_TURN_SECRET_FILE", file.path())
        .env("TINCAN_TURN_TTL", "12h")
        .spawn()
        .unwrap();
    let (_page, servers, expires_in) = enter(&mut child).await;
    assert_eq!(expires_in, Some(12 * 60 * 60));
    assert_eq!(servers.len(), 1);
    assert_eq!(servers[0].urls, ["turn:a.example", "turn:b.example"]);
    user(&servers[0]);
}

#[tokio::test]
async fn the_default_lifetime_is_ten_minutes() {
    let file = secret_file(b"north", 0o600);
    let flags = ["--turn", "turn:a.example", "--turn-secret", text(file.path())];
    // An empty variable counts as unset.
    let mut child = command(&flags).env("TINCAN_ICE_SERVERS", "").spawn().unwrap();
    assert_eq!(enter(&mut child).await.2, Some(600));
}

#[tokio::test]
async fn inconsistent_flags_are_rejected() {
    let file = secret_file(b"hunter2\n", 0o600);
    let secret = ["--turn-secret", text(file.path())];
    let turn = ["--turn", "turn:a.example"];
    for (flags, words) in [
        (&turn[..], "--turn needs the secret of its servers: --turn-secret FILE"),
        (&secret[..], "--turn-secret needs the servers that it is for: --turn URL"),
        (&["--turn-ttl", "10m"], "--turn-ttl needs the servers that it is for: --turn URL"),
        (&[&turn[..], &secret, &["--turn-ttl", "9s"]].concat(), "from 10s to 24h"),
        (&[&turn[..], &secret, &["--turn-ttl", "25h"]].concat(), "from 10s to 24h"),
        (&[&turn[..], &secret, &["--turn-ttl", "10"]].concat(), "ends in s, m or h"),
        (&[&turn[..], &secret, &["--turn", "stun:b"]].concat(), "--turn number 2"),
        (&[&secret[..], &["--turn", "stun:b"]].concat(), "must begin with turn: or turns:"),
        (&[&secret[..], &["--turn", "turn:b,user,hunter2"]].concat(), "expected only a URL"),
        (&[&secret[..], &["--turn", "turn:user:hunter2@b"]].concat(), "expected only a URL"),
    ] {
        let message = refusal(flags).await;
        assert!(message.contains(words), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[tokio::test]
async fn files_without_a_usable_secret_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    let files = [
        (secret_file(b"hunter2\n", 0o604), "others may read or change the file"),
        (secret_file(b"hunter2\n", 0o620), "others may read or change the file"),
        (secret_file(b"hunter2\n", 0o602), "others may read or change the file"),
        (secret_file(b"", 0o600), "the file is empty"),
        (secret_file(b" \n", 0o600), "the file is empty"),
        (secret_file(b"hunter2\nhunter2\n", 0o600), "more than one line"),
        (secret_file(&b"hunter2".repeat(147), 0o600), "larger than 1024 bytes"),
    ];
    let named = files.iter().map(|(file, words)| (file.path(), *words)).chain([
        (folder.path(), "cannot be read"),
        // The secret itself instead of a path.
        (Path::new("hunter2"), "cannot be read"),
    ]);
    for (path, words) in named {
        let message = refusal(&["--turn", "turn:a.example", "--turn-secret", text(path)]).await;
        assert!(message.contains("in --turn-secret") && message.contains(words), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}
