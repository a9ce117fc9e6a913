//! Detection of other calls in the same browser, and of pages on the same machine.

use tincan_browser::{Driver, DriverSettings, page};
use tincan_call::{CallOutcome, Command, Hearing, Phase, Preferences, Ring, RingEnd, RoomSecret};
use tincan_protocol::Name;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::hub::Hub;
use crate::support::{Leaks, Patch, script, until, until_async};

const ROOM: [u8; 16] = [5; 16];

async fn driver(name: &str) -> Driver {
    let settings = DriverSettings {
        signaling_url: "ws://127.0.0.1:9".to_owned(),
        secret: RoomSecret::from_bytes(ROOM),
        name: Name::new(name),
        preferences: Preferences::default(),
    };
    let driver = Driver::new(settings, |_| {});
    driver.load_connections().await.expect("no chunks in tests");
    driver.command(Command::Enter { microphone: false, camera: false });
    driver
}

/// The names of the locks that are held.
async fn locks() -> Vec<String> {
    let names = "return navigator.locks.query().then(({ held }) => held.map(lock => lock.name))";
    let promise: js_sys::Promise = wasm_bindgen::JsCast::unchecked_into(script(names, ""));
    let names = JsFuture::from(promise).await.expect("the locks");
    js_sys::Array::from(&names).iter().filter_map(|name| name.as_string()).collect()
}

/// Holds a lock until it is dropped.
struct Lock {
    _release: Patch,
}

impl Lock {
    async fn hold(name: &str) -> Self {
        let hold = "navigator.locks.request(argument, { mode: 'shared' }, () =>
            new Promise(resolve => { window.releaseLock = resolve }))";
        let release = Patch::clean_up("window.releaseLock?.(); delete window.releaseLock");
        script(hold, name);
        until("the lock is held", || script("return !!window.releaseLock", "").is_truthy()).await;
        Self { _release: release }
    }
}

/// Waits until there are as many locks.
pub(crate) async fn until_locks(count: usize) -> Vec<String> {
    until_async("the locks", async || Some(locks().await).filter(|locks| locks.len() == count))
        .await
}

#[wasm_bindgen_test]
async fn a_call_can_be_found_as_long_as_it_lasts() {
    let leaks = Leaks::watch();
    until_locks(0).await;
    let (ada, grace) = (driver("Ada").await, driver("Grace").await);
    assert!(locks().await.is_empty(), "the lobby is no call");
    ada.command(Command::Join);
    grace.command(Command::Join);
    let names = until_locks(2).await;
    assert_eq!(names[0], names[1], "one room");
    let room = RoomSecret::from_bytes(ROOM).room_id();
    assert_eq!(names[0], format!("tincan call {room}"));
    ada.command(Command::HangUp);
    until_locks(1).await;
    drop(grace);
    until_locks(0).await;
    // Over before it was found.
    ada.command(Command::Enter { microphone: false, camera: false });
    ada.command(Command::Join);
    drop(ada);
    until_locks(0).await;
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn who_is_in_another_call_is_busy_and_the_others_ring() {
    let leaks = Leaks::watch();
    let hub = Hub::start();
    let (ada, grace) = (driver("Ada").await, driver("Grace").await);
    until("they meet", || {
        ada.view().can_ring() && grace.view().peers.iter().any(|peer| !peer.name.is_empty())
    })
    .await;
    {
        let _other = Lock::hold("tincan call elsewhere").await;
        grace.command(Command::Call);
        let busy = Ring::Ended(RingEnd::Unanswered(vec![(Name::new("Ada"), CallOutcome::Busy)]));
        until("busy", || grace.view().ring == busy).await;
        assert!(!matches!(ada.view().ring, Ring::Incoming(_)));
    }
    let room = RoomSecret::from_bytes(ROOM).room_id();
    let _same = Lock::hold(&format!("tincan call {room}")).await;
    grace.command(Command::Call);
    until("it rings", || matches!(ada.view().ring, Ring::Incoming(_))).await;
    ada.command(Command::Accept);
    until("both are in", || [&ada, &grace].iter().all(|who| who.view().phase == Phase::InCall))
        .await;
    drop((ada, grace, hub));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn without_locks_it_rings_as_well() {
    let leaks = Leaks::watch();
    let hub = Hub::start();
    let _none = Patch::set("navigator.locks", "undefined");
    let (ada, grace) = (driver("Ada").await, driver("Grace").await);
    until("they meet", || grace.view().can_ring()).await;
    grace.command(Command::Call);
    until("it rings", || matches!(ada.view().ring, Ring::Incoming(_))).await;
    ada.command(Command::Accept);
    until("in the call", || ada.view().phase == Phase::InCall).await;
    drop((ada, grace, hub));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn pages_of_one_browser_know_that_they_are_on_one_machine() {
    let leaks = Leaks::watch();
    let hub = Hub::start();
    page::forget("tincan.machine");
    let (ada, grace) = (driver("Ada").await, driver("Grace").await);
    let mark = page::stored("tincan.machine").expect("a mark");
    assert_eq!(mark.len(), 22);
    until("they meet", || grace.view().can_ring()).await;
    assert_eq!(page::stored("tincan.machine"), Some(mark), "it stays");
    ada.command(Command::Join);
    grace.command(Command::Join);
    until("they are not heard", || {
        let view = ada.view();
        view.peers.first().is_some_and(|peer| peer.hearing == Hearing::SameMachine)
    })
    .await;
    until("one connection each", || leaks.more(|live| live.connections) == 2).await;
    until("the link is measured", || grace.view().peers[0].features.quality.is_some()).await;
    drop((ada, grace, hub));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_browser_that_remembers_nothing_has_no_mark() {
    let leaks = Leaks::watch();
    page::forget("tincan.machine");
    let refused = Patch::set(
        "Storage.prototype.setItem",
        "() => { throw new DOMException('', 'QuotaExceededError') }",
    );
    let ada = driver("Ada").await;
    drop(refused);
    assert_eq!(page::stored("tincan.machine"), None);
    // What somebody else left there is no mark, and is replaced.
    page::store("tincan.machine", "nonsense");
    let grace = driver("Grace").await;
    assert_ne!(page::stored("tincan.machine").as_deref(), Some("nonsense"));
    drop((ada, grace));
    leaks.none().await;
}
