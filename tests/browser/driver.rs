//! A driver runs a call, and releases everything when it is dropped.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::{Driver, DriverSettings, live_resources};
use tincan_call::{Command, EndReason, Local, Phase, Preferences, RoomSecret, View};
use tincan_protocol::Name;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{MediaStream, MediaStreamTrackState};

use crate::hub::Hub;
use crate::support::{
    FakeSocket, FakeSockets, Leaks, Patch, Video, script, until, until_some, yield_once,
};

type Views = Rc<RefCell<Vec<Rc<View>>>>;

fn settings(name: &str) -> DriverSettings {
    DriverSettings {
        signaling_url: "ws://127.0.0.1:9".to_owned(),
        secret: RoomSecret::from_bytes([7; 16]),
        name: Name::new(name),
        preferences: Preferences::default(),
    }
}

fn start(name: &str) -> (Driver, Views) {
    let views = Views::default();
    let shown = Rc::clone(&views);
    (Driver::new(settings(name), move |view| shown.borrow_mut().push(view)), views)
}

fn my_camera(driver: &Driver) -> Option<MediaStream> {
    driver.stream(driver.view().me.camera.stream()?)
}

async fn captured(driver: &Driver) -> MediaStream {
    until_some("a camera", || my_camera(driver)).await
}

fn is_live(stream: &MediaStream) -> bool {
    use wasm_bindgen::JsCast;
    let live = |track: wasm_bindgen::JsValue| {
        let track: web_sys::MediaStreamTrack = track.unchecked_into();
        track.ready_state() == MediaStreamTrackState::Live
    };
    stream.get_tracks().iter().any(live)
}

#[wasm_bindgen_test]
async fn each_view_is_shown_that_differs_from_the_last() {
    let leaks = Leaks::watch();
    let (driver, views) = start("Ada");
    assert_eq!(views.borrow().len(), 1, "at once");
    driver.command(Command::SetName(Name::new("Grace")));
    assert_eq!(views.borrow().len(), 2);
    assert_eq!(views.borrow().last().expect("a view").me.name.as_str(), "Grace");
    driver.command(Command::SetName(Name::new("Grace")));
    assert_eq!(views.borrow().len(), 2, "nothing differs");
    assert!(Rc::ptr_eq(&driver.view(), views.borrow().last().expect("a view")));
    drop(driver);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_capture_starts_before_the_command_returns() {
    let leaks = Leaks::watch();
    let counted = Patch::apply(
        &["MediaDevices.prototype.getUserMedia", "window.asked"],
        "window.asked = 0;
         MediaDevices.prototype.getUserMedia = function (constraints) {
             window.asked += 1;
             return real.getUserMedia.call(this, constraints);
         };",
        "",
    );
    let (driver, _) = start("Ada");
    driver.command(Command::Enter { microphone: true, camera: true });
    let asked = script("return window.asked", "");
    drop(counted);
    assert_eq!(asked, 1.0);
    captured(&driver).await;
    drop(driver);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_callback_may_give_commands() {
    let leaks = Leaks::watch();
    let driver: Rc<RefCell<Option<Driver>>> = Rc::default();
    let named = Rc::new(RefCell::new(Vec::new()));
    let on_view = {
        let (driver, named) = (Rc::downgrade(&driver), Rc::clone(&named));
        move |view: Rc<View>| {
            let name = view.me.name.as_str().to_owned();
            let next = format!("{name}!");
            named.borrow_mut().push(name);
            let driver = driver.upgrade().and_then(|driver| driver.borrow().clone());
            if let Some(driver) = driver.filter(|_| next.len() <= 4) {
                let shown = named.borrow().len();
                driver.command(Command::SetName(Name::new(&next)));
                assert_eq!(named.borrow().len(), shown, "one view after the other");
            }
        }
    };
    *driver.borrow_mut() = Some(Driver::new(settings(""), on_view));
    let handle = driver.borrow().clone().expect("a driver");
    handle.command(Command::SetName(Name::new("A")));
    assert_eq!(*named.borrow(), ["", "A", "A!", "A!!", "A!!!"]);
    drop(handle);
    driver.take();
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn dropped_in_the_lobby_it_lets_go_of_everything() {
    let leaks = Leaks::watch();
    let (driver, _) = start("Ada");
    let other = driver.clone();
    driver.command(Command::Enter { microphone: true, camera: true });
    let stream = captured(&driver).await;
    Video::show(&stream).moves("the camera").await;
    drop(driver);
    assert!(is_live(&stream), "there is another handle");
    assert_eq!(leaks.more(|live| live.tracks), 2);
    drop(other);
    assert!(!is_live(&stream));
    assert_eq!(leaks.more(|live| live.tracks), 0);
    assert_eq!(leaks.more(|live| live.listeners), 0);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn dropped_during_the_prompt_it_keeps_no_device() {
    let leaks = Leaks::watch();
    let _noted = Patch::apply(
        &["MediaDevices.prototype.getUserMedia", "window.given"],
        "MediaDevices.prototype.getUserMedia = async function (constraints) {
             const stream = await real.getUserMedia.call(this, constraints);
             window.given = stream;
             return stream;
         };",
        "",
    );
    let (driver, _) = start("Ada");
    driver.command(Command::Enter { microphone: true, camera: true });
    drop(driver);
    until("the device is given", || script("return !!window.given", "").is_truthy()).await;
    until("the device is stopped", || {
        script("return window.given.getTracks().every(t => t.readyState === 'ended')", "")
            .is_truthy()
    })
    .await;
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_screen_that_the_browser_ends_is_over() {
    let leaks = Leaks::watch();
    let (driver, _) = start("Ada");
    driver.command(Command::Enter { microphone: false, camera: false });
    driver.command(Command::SetScreen(true));
    let id = until_some("a screen", || driver.view().me.screen.stream()).await;
    let stream = driver.stream(id).expect("a stream");
    let track = stream.get_tracks().get(0);
    let ended = web_sys::Event::new("ended").expect("an event");
    let target: &web_sys::EventTarget = wasm_bindgen::JsCast::unchecked_ref(&track);
    target.dispatch_event(&ended).expect("dispatched");
    assert_eq!(driver.view().me.screen, Local::Off);
    assert!(!is_live(&stream));
    assert!(driver.stream(id).is_none());
    assert_eq!(leaks.more(|live| live.tracks), 0, "its sound ended with it");
    drop(driver);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn back_online_it_connects_at_once_and_by_itself_after_a_while() {
    let leaks = Leaks::watch();
    let _sockets = FakeSockets::install();
    let (driver, _) = start("Ada");
    driver.command(Command::Enter { microphone: false, camera: false });
    // Every attempt fails, until the next is put off.
    let mut attempts = 0;
    while FakeSockets::all().len() > attempts {
        attempts += 1;
        assert!(attempts < 100, "no attempt is ever put off");
        FakeSockets::all().iter().for_each(FakeSocket::end);
        yield_once().await;
    }
    let online = web_sys::Event::new("online").expect("an event");
    web_sys::window().expect("a window").dispatch_event(&online).expect("dispatched");
    assert_eq!(FakeSockets::all().len(), attempts + 1);
    FakeSockets::all().iter().for_each(FakeSocket::end);
    until("another attempt", || FakeSockets::all().len() > attempts + 1).await;
    drop(driver);
    web_sys::window().expect("a window").dispatch_event(&online).expect("dispatched");
    assert_eq!(leaks.more(|live| live.sockets), 0);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn two_drivers_call_each_other_and_rejoin_without_leaving_anything() {
    let leaks = Leaks::watch();
    let hub = Hub::start();
    let (ada, _) = start("Ada");
    ada.load_connections().await.expect("no chunks in tests");
    ada.command(Command::Enter { microphone: true, camera: true });
    ada.command(Command::Join);
    captured(&ada).await;
    let mut alone = None;
    for round in 0..3 {
        let (grace, _) = start("Grace");
        grace.load_connections().await.expect("no chunks in tests");
        grace.command(Command::Enter { microphone: true, camera: true });
        captured(&grace).await;
        grace.command(Command::Join);
        for (me, other) in [(&ada, "Grace"), (&grace, "Ada")] {
            let person = until_some("the other's stream", || {
                let view = me.view();
                let peer = view.peers.iter().find(|peer| peer.name.as_str() == other)?;
                me.stream(peer.person?)
            })
            .await;
            Video::show(&person).moves("the other").await;
        }
        // Leaving by a command and by going away are the same to the other side.
        if round == 0 {
            grace.command(Command::HangUp);
            assert!(matches!(grace.view().phase, Phase::Ended(_)));
        }
        drop(grace);
        until("the other is gone", || ada.view().peers.is_empty()).await;
        yield_once().await;
        until("one connection less", || leaks.more(|live| live.connections) == 0).await;
        let now = live_resources();
        assert_eq!(*alone.get_or_insert(now), now, "round {round}");
    }
    drop(ada);
    drop(hub);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_browser_without_peer_connections_is_known_before_the_page_enters_the_room() {
    let leaks = Leaks::watch();
    let _fake = FakeSockets::install();
    for peer_connections in [
        "undefined",
        "null",
        "function () { throw new DOMException('', 'NotAllowedError') }",
        "(() => {})",
        "function () {}",
    ] {
        let _connections = Patch::set("window.RTCPeerConnection", peer_connections);
        let (driver, _) = start("Ada");
        driver.command(Command::Enter { microphone: true, camera: true });
        let phase = Phase::Ended(EndReason::NoPeerConnections);
        assert_eq!(driver.view().phase, phase, "{peer_connections}");
    }
    assert_eq!(FakeSockets::all().len(), 0);
    leaks.none().await;
}
