//! Capture by a driver in a browser that refuses, mutes or ends devices.

use tincan_browser::{Driver, DriverSettings};
use tincan_call::{CaptureError, Command, FeatureCommand, Local, Preferences, RoomSecret};
use tincan_protocol::{Name, Source};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, MediaStreamTrack};

use crate::hub::Hub;
use crate::support::{Leaks, Patch, script, until, until_some};

/// As long as this lives, a method of `MediaDevices` is another one; `real` is the true one.
struct Replaced {
    _patch: Patch,
}

impl Replaced {
    fn by(method: &'static str, code: &str) -> Self {
        let property = format!("navigator.mediaDevices.{method}");
        let replace = format!(
            "real = real.{method};
             Object.defineProperty(navigator.mediaDevices, '{method}', {{
                 configurable: true,
                 value: async function (constraints) {{ {code} }},
             }});"
        );
        Self { _patch: Patch::apply(&[&property, "window.handedOut"], &replace, "") }
    }
}

fn driver() -> Driver {
    let settings = DriverSettings {
        signaling_url: "ws://127.0.0.1:9".to_owned(),
        secret: RoomSecret::from_bytes([7; 16]),
        name: Name::new("Ada"),
        preferences: Preferences::default(),
    };
    Driver::new(settings, |_| {})
}

fn both() -> Command {
    Command::Enter { microphone: true, camera: true }
}

const REFUSED: Local = Local::Failed(CaptureError::NotAllowed);

#[wasm_bindgen_test]
async fn one_device_that_is_blocked_does_not_cost_the_other() {
    for (blocked, denied, allowed) in
        [("audio", "microphone", "video"), ("video", "camera", "audio")]
    {
        let leaks = Leaks::watch();
        let query = format!(
            "async ({{ name }}) => ({{ state: name === '{denied}' ? 'denied' : 'granted' }})"
        );
        let permissions = Patch::set("navigator.permissions.query", &query);
        let asked = Patch::set("window.asked", "[]");
        let refuse = format!(
            "const kinds = ['audio', 'video'].filter(kind => constraints[kind]);
             window.asked.push(kinds.join());
             if (constraints.{blocked}) throw new DOMException('', 'NotAllowedError');
             return real.call(this, constraints);"
        );
        let replaced = Replaced::by("getUserMedia", &refuse);
        let driver = driver();
        driver.command(both());
        let me = until_some(allowed, || {
            let view = driver.view();
            let is_on = |local| matches!(local, Local::On(_));
            (is_on(view.me.microphone) || is_on(view.me.camera)).then(|| view.me.clone())
        })
        .await;
        let failed = if blocked == "audio" { me.microphone } else { me.camera };
        assert_eq!(failed, REFUSED, "{blocked}");
        let prompts = script("return window.asked.join(' ')", "");
        assert_eq!(prompts, format!("audio,video {allowed}"), "what is blocked is not tried alone");
        drop((replaced, asked, permissions));
        drop(driver);
        leaks.none().await;
    }
}

#[wasm_bindgen_test]
async fn devices_that_are_missing_are_not_over_constrained() {
    let leaks = Leaks::watch();
    let refuse = "throw new OverconstrainedError('', '')";
    let replaced = Replaced::by("getUserMedia", refuse);
    let none = Replaced::by("enumerateDevices", "return []");
    let driver = driver();
    driver.command(both());
    let missing = Local::Failed(CaptureError::NotFound);
    until("both are missing", || {
        let me = &driver.view().me;
        (me.microphone, me.camera) == (missing, missing)
    })
    .await;
    drop((replaced, none));
    drop(driver);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_screen_does_not_wait_for_the_list_of_devices() {
    let leaks = Leaks::watch();
    let never = Replaced::by("enumerateDevices", "return new Promise(() => {})");
    let driver = driver();
    driver.command(Command::Enter { microphone: false, camera: false });
    driver.command(Command::SetScreen(true));
    until_some("the screen", || driver.view().me.screen.stream()).await;
    drop(never);
    drop(driver);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn tracks_that_cannot_all_be_shown_are_all_stopped() {
    let leaks = Leaks::watch();
    let streams = Patch::apply(
        &["window.MediaStream", "window.realMediaStream"],
        "window.realMediaStream = real.MediaStream",
        "",
    );
    let replaced = Replaced::by(
        "getUserMedia",
        "const stream = await real.call(this, constraints);
         (window.handedOut ??= []).push(...stream.getTracks());
         // The first track can be shown, and the second cannot.
         let streams = 0;
         window.MediaStream = function (...tracks) {
             if ((streams += 1) > 1) throw new DOMException('', 'UnknownError');
             return new window.realMediaStream(...tracks);
         };
         return stream;",
    );
    let driver = driver();
    driver.command(both());
    until("each is tried alone", || {
        script("return window.handedOut?.length === 4", "").is_truthy()
    })
    .await;
    until("both are on", || {
        let me = &driver.view().me;
        me.microphone.stream().is_some() && me.camera.stream().is_some()
    })
    .await;
    drop(streams);
    let live =
        script("return window.handedOut.filter(track => track.readyState === 'live').length", "");
    assert_eq!(live, 2.0, "those that are shown");
    assert_eq!(leaks.more(|live| live.tracks), 2);
    drop(replaced);
    drop(driver);
    leaks.none().await;
}

fn track_of(driver: &Driver, local: Local) -> MediaStreamTrack {
    let stream = local.stream().and_then(|id| driver.stream(id)).expect("a stream");
    stream.get_tracks().get(0).unchecked_into()
}

#[wasm_bindgen_test]
async fn a_track_that_the_system_mutes_is_silenced_until_it_is_unmuted() {
    let leaks = Leaks::watch();
    let driver = driver();
    driver.command(both());
    until_some("a camera", || driver.view().me.camera.stream()).await;
    let track = track_of(&driver, driver.view().me.camera);
    let happen = |name| {
        track.dispatch_event(&Event::new(name).expect("an event")).expect("dispatched");
    };
    happen("mute");
    happen("unmute");
    happen("mute");
    assert!(matches!(driver.view().me.camera, Local::On(_)), "it may pass");
    until("it stays so", || matches!(driver.view().me.camera, Local::Silenced(_))).await;
    assert!(matches!(driver.view().me.microphone, Local::On(_)));
    happen("unmute");
    assert!(matches!(driver.view().me.camera, Local::On(_)));
    drop(driver);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_track_that_is_captured_muted_is_silenced_as_well() {
    let leaks = Leaks::watch();
    let muted = Replaced::by(
        "getUserMedia",
        "const stream = await real.call(this, constraints);
         for (const track of stream.getTracks()) {
             Object.defineProperty(track, 'muted', { get: () => true });
         }
         return stream;",
    );
    let driver = driver();
    driver.command(both());
    until("both are silent", || {
        let me = &driver.view().me;
        matches!((me.microphone, me.camera), (Local::Silenced(_), Local::Silenced(_)))
    })
    .await;
    drop(muted);
    drop(driver);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_track_that_ends_while_it_starts_is_not_shown_as_on() {
    let leaks = Leaks::watch();
    // The person takes it back in the browser's own controls, or unplugs it.
    let code = "const stream = await real.call(this, constraints);
        if (!window.tookBack) {
            window.tookBack = true;
            for (const track of stream.getTracks()) {
                track.stop();
                track.dispatchEvent(new Event('ended'));
            }
        }
        return stream;";
    let replaced = Replaced::by("getDisplayMedia", code);
    let driver = driver();
    driver.command(Command::Enter { microphone: false, camera: false });
    driver.command(Command::SetScreen(true));
    until("nothing is shared", || driver.view().me.screen == Local::Off).await;
    script("delete window.tookBack", "");
    drop(replaced);

    let replaced = Replaced::by("getUserMedia", code);
    driver.command(Command::SetCamera(true));
    until("another capture took its place", || {
        let Local::On(stream) = driver.view().me.camera else { return false };
        let Some(stream) = driver.stream(stream) else { return false };
        stream.active()
    })
    .await;
    script("delete window.tookBack", "");
    drop(replaced);
    drop(driver);
    leaks.none().await;
}

/// The height that cameras claim from now on.
fn set_claimed_height(height: u32) {
    script("window.claimedHeight = Number(argument)", &height.to_string());
}

#[wasm_bindgen_test]
async fn a_camera_that_is_turned_in_a_call_is_sent_for_its_new_size() {
    let leaks = Leaks::watch();
    let hub = Hub::start();
    let browser = Patch::apply(
        &[
            "MediaStreamTrack.prototype.getSettings",
            "RTCRtpSender.prototype.setParameters",
            "window.claimedHeight",
            "window.scale",
        ],
        "MediaStreamTrack.prototype.getSettings = function () {
             return { ...real.getSettings.call(this), height: window.claimedHeight };
         };
         RTCRtpSender.prototype.setParameters = function (parameters, ...options) {
             const [encoding] = parameters.encodings;
             if (this.track?.kind === 'video') window.scale = encoding.scaleResolutionDownBy;
             return real.setParameters.call(this, parameters, ...options);
         };",
        "",
    );
    set_claimed_height(180);
    let (ada, grace) = (driver(), driver());
    for driver in [&ada, &grace] {
        driver.load_connections().await.expect("no chunks in tests");
    }
    ada.command(Command::Enter { microphone: false, camera: true });
    grace.command(Command::Enter { microphone: false, camera: false });
    until("a camera", || ada.view().me.camera.stream().is_some()).await;
    let peer = until_some("they meet", || Some(grace.view().peers.first()?.id)).await;
    let shown = FeatureCommand::SetShown { peer, source: Source::Camera, height: 180 };
    grace.command(Command::Feature(shown));
    ada.command(Command::Join);
    grace.command(Command::Join);
    let scale = || script("return window.scale", "").as_f64();
    until_some("the camera is sent", scale).await;
    // It is shown at 180 lines at most, whatever goes through.
    assert!(scale() < Some(4.0));
    set_claimed_height(720);
    until("it is divided by more", || scale() >= Some(4.0)).await;
    drop((ada, grace));
    drop((browser, hub));
    leaks.none().await;
}
