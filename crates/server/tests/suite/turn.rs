//! TURN credentials during the lifetime of a connection, in virtual time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use tincan_protocol::{ClientMessage, IceServer, ServerMessage};
use tincan_server::session::JOIN_TIMEOUT;
use tincan_server::{Hub, IceServers, Turn, TurnSecret};
use tokio::select;
use tokio::time::{Instant, sleep, timeout};

use crate::client::join;
use crate::session::Page;

const MINUTE: Duration = Duration::from_mins(1);
const WINDOW: usize = 1024;

/// Verifies the password of the user. Returns the two parts of the user name.
pub(crate) fn user(server: &IceServer) -> (u64, String) {
    let username = server.username.as_deref().unwrap();
    let code = Hmac::<Sha1>::new_from_slice(b"north").unwrap().chain_update(username).finalize();
    let password = Base64::encode_string(&code.into_bytes());
    assert_eq!(server.credential, Some(password), "{username}");
    let (end, id) = username.split_once(':').unwrap();
    (end.parse().unwrap(), id.to_owned())
}

fn stun() -> IceServer {
    IceServer { urls: vec!["stun:a.example".into()], username: None, credential: None }
}

fn thousand() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1000)
}

fn ice_servers(ttl: &str, clock: fn() -> SystemTime) -> IceServers {
    let secret = TurnSecret::new(b"north\n").unwrap();
    let urls = vec!["turn:b.example".into()];
    let turn = Turn::new(urls, secret, ttl.parse().unwrap(), [7; 32]).with_clock(clock);
    IceServers::new(vec![stun()], Some(turn))
}

/// Joins. Returns the STUN and TURN servers for the page.
async fn enter(page: &mut Page, secret: u8) -> (Vec<IceServer>, Option<u32>) {
    page.send(&join(1, secret));
    match page.next().await {
        ServerMessage::Joined { ice_servers, expires_in, .. } => (ice_servers, expires_in),
        other => panic!("no seat: {other:?}"),
    }
}

/// Waits for the next message other than `pong`, while keeping the connection alive.
async fn next_after_pongs(page: &mut Page) -> ServerMessage {
    loop {
        select! {
            message = page.next() => if message != ServerMessage::Pong {
                return message;
            },
            () = sleep(MINUTE / 3) => page.send(&ClientMessage::Ping),
        }
    }
}

async fn renewed(page: &mut Page) -> (Vec<IceServer>, Option<u32>) {
    // Virtual time advances without limit, so a missing renewal needs a timeout.
    match timeout(MINUTE * 60, next_after_pongs(page)).await.expect("a renewal") {
        ServerMessage::IceServers { ice_servers, expires_in } => (ice_servers, expires_in),
        other => panic!("no servers: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_are_renewed_before_they_expire() {
    let hub = Arc::new(Hub::default());
    let mut page = Page::open_with(&hub, ice_servers("10m", thousand), WINDOW);
    let (servers, expires_in) = enter(&mut page, 1).await;
    assert_eq!(servers[0], stun());
    assert_eq!(servers[1].urls, ["turn:b.example"]);
    assert_eq!((user(&servers[1]).0, expires_in), (1600, Some(600)));
    for _ in 0..5 {
        let start = Instant::now();
        assert_eq!(renewed(&mut page).await, (servers.clone(), Some(600)));
        let waited = start.elapsed();
        assert!(waited > MINUTE * 15 / 4 && waited <= MINUTE * 5, "{waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn renewals_do_not_depend_on_the_time_of_day() {
    static NOW: AtomicU64 = AtomicU64::new(2_000_000_000);
    let clock = || UNIX_EPOCH + Duration::from_secs(NOW.load(Ordering::Relaxed));
    let hub = Arc::new(Hub::default());
    let mut page = Page::open_with(&hub, ice_servers("60s", clock), WINDOW);
    let (servers, _) = enter(&mut page, 1).await;
    let (_, id) = user(&servers[1]);
    let mut waits = Vec::new();
    for now in [2_000_086_400, 1_900_000_000, 0, 4_000_000_000] {
        NOW.store(now, Ordering::Relaxed);
        let start = Instant::now();
        let (servers, expires_in) = renewed(&mut page).await;
        waits.push(start.elapsed());
        assert_eq!(expires_in, Some(60));
        assert_eq!(user(&servers[1]), (now + 60, id.clone()));
    }
    assert!(waits.iter().all(|wait| wait.abs_diff(waits[0]) <= Duration::from_millis(1)));
}

#[tokio::test(start_paused = true)]
async fn each_connection_has_its_own_user_and_renewal_time() {
    let hub = Arc::new(Hub::default());
    let mut seen = Vec::new();
    // The last one is the first peer again: nothing ties its two connections together.
    for secret in [1, 2, 3, 1] {
        let mut page = Page::open_with(&hub, ice_servers("10m", thousand), WINDOW);
        let (servers, _) = enter(&mut page, secret).await;
        let start = Instant::now();
        renewed(&mut page).await;
        let this = (user(&servers[1]).1, start.elapsed());
        assert!(
            seen.iter().all(|(id, wait)| *id != this.0 && *wait != this.1),
            "{seen:?} {this:?}"
        );
        seen.push(this);
    }
}

#[tokio::test(start_paused = true)]
async fn the_lifetime_starts_at_the_join() {
    let hub = Arc::new(Hub::default());
    let mut page = Page::open_with(&hub, ice_servers("10s", thousand), WINDOW);
    sleep(JOIN_TIMEOUT.saturating_sub(Duration::from_secs(1))).await;
    enter(&mut page, 1).await;
    let start = Instant::now();
    renewed(&mut page).await;
    assert!(start.elapsed() > Duration::from_millis(3750));
}

#[tokio::test(start_paused = true)]
async fn renewals_do_not_pile_up_for_a_slow_reader() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let clock = || UNIX_EPOCH + Duration::from_secs(NOW.load(Ordering::Relaxed));
    let hub = Arc::new(Hub::default());
    let mut page = Page::open_with(&hub, ice_servers("60s", clock), 1);
    page.send(&join(1, 1));
    for _ in 0..10 {
        sleep(MINUTE / 2).await;
        // The session reads it, and its answers wait.
        page.send(&ClientMessage::Ping);
    }
    NOW.store(1000, Ordering::Relaxed);
    assert!(matches!(page.next().await, ServerMessage::Joined { .. }));
    // The renewal that was being sent, and a fresh one.
    let (servers, _) = renewed(&mut page).await;
    assert_eq!(user(&servers[1]).0, 60);
    let (servers, _) = renewed(&mut page).await;
    assert_eq!(user(&servers[1]).0, 1060);
    let start = Instant::now();
    renewed(&mut page).await;
    assert!(start.elapsed() > MINUTE / 4);
}

#[tokio::test(start_paused = true)]
async fn static_servers_are_never_renewed() {
    let hub = Arc::new(Hub::default());
    let mut page = Page::open_with(&hub, IceServers::new(vec![stun()], None), WINDOW);
    assert_eq!(enter(&mut page, 1).await, (vec![stun()], None));
    select! {
        message = next_after_pongs(&mut page) => panic!("{message:?}"),
        () = sleep(Duration::from_hours(25)) => {}
    }
}
