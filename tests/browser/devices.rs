//! The list of devices, and the constraints of their capture.

use js_sys::JSON;
use tincan_browser::media::{CapturedTrack, DeviceList, capture};
use tincan_browser::{Driver, DriverSettings};
use tincan_call::{
    CaptureTarget, Command, DeviceId, DeviceInfo, DeviceKind, Facing, Preferences, Quality,
    RoomSecret, ShareStyle,
};
use tincan_protocol::{Name, Source};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Leaks, Patch, captured, script, until, until_some, yield_once};

/// As long as this lives, what is asked of `mediaDevices` is noted, and refused.
struct Asked {
    _patch: Patch,
}

impl Asked {
    fn note() -> Self {
        let define = "const note = (constraints) => {
            window.askedConstraints = constraints;
            return Promise.reject(new DOMException('', 'AbortError'));
        };
        Object.defineProperty(navigator, 'mediaDevices', {
            configurable: true, value: { getUserMedia: note, getDisplayMedia: note },
        })";
        let properties = ["navigator.mediaDevices", "window.askedConstraints"];
        Self { _patch: Patch::apply(&properties, define, "") }
    }

    /// The constraints, as JSON.
    async fn by(target: CaptureTarget, quality: Quality, preferences: &Preferences) -> String {
        let refused = capture(target, quality, preferences).await;
        assert!(refused.is_err());
        let asked = script("return window.askedConstraints", "");
        JSON::stringify(&asked).expect("JSON").into()
    }
}

fn preferred() -> Preferences {
    Preferences {
        microphone: Some(DeviceId("mic".to_owned())),
        camera: Some(DeviceId("cam".to_owned())),
        height: 360,
        frame_rate: 15,
        noise_suppression: false,
        ..Preferences::default()
    }
}

#[wasm_bindgen_test]
async fn devices_are_required_and_settings_are_preferences() {
    let _asked = Asked::note();
    let both = CaptureTarget::MicrophoneAndCamera;
    assert_eq!(
        Asked::by(both, Quality::Preferred, &preferred()).await,
        r#"{"audio":{"deviceId":{"exact":"mic"},"echoCancellation":{"ideal":true},"#.to_owned()
            + r#""noiseSuppression":{"ideal":false},"autoGainControl":{"ideal":true}},"#
            + r#""video":{"deviceId":{"exact":"cam"},"width":{"ideal":640},"height":{"ideal":360},"#
            + r#""frameRate":{"ideal":15,"max":15}}}"#
    );
    let elsewhere = Preferences { facing: Facing::Environment, ..Preferences::default() };
    assert_eq!(
        Asked::by(CaptureTarget::Camera, Quality::Preferred, &elsewhere).await,
        r#"{"audio":false,"video":{"facingMode":{"ideal":"environment"},"width":{"ideal":1280},"#
            .to_owned()
            + r#""height":{"ideal":720},"frameRate":{"ideal":30,"max":30}}}"#
    );
}

#[wasm_bindgen_test]
async fn the_second_attempt_still_prefers_the_device() {
    let _asked = Asked::note();
    let any = Asked::by(CaptureTarget::Camera, Quality::Any, &preferred()).await;
    assert_eq!(any, r#"{"audio":false,"video":{"deviceId":{"ideal":"cam"}}}"#);
}

#[wasm_bindgen_test]
async fn a_screen_is_not_this_page_and_does_not_echo() {
    let _asked = Asked::note();
    let screen = Asked::by(CaptureTarget::Screen, Quality::Preferred, &preferred()).await;
    assert_eq!(
        screen,
        r#"{"video":true,"audio":{"restrictOwnAudio":true},"systemAudio":"include","#.to_owned()
            + r#""selfBrowserSurface":"exclude","surfaceSwitching":"include"}"#
    );
}

fn of_kind(devices: &[DeviceInfo], kind: DeviceKind) -> Vec<DeviceInfo> {
    devices.iter().filter(|device| device.kind == kind).cloned().collect()
}

async fn found() -> Vec<DeviceInfo> {
    DeviceList::find().await.expect("devices").into_devices()
}

#[wasm_bindgen_test]
async fn each_device_is_listed_once_with_its_name() {
    let devices = found().await;
    for kind in [DeviceKind::Microphone, DeviceKind::Camera] {
        let devices = of_kind(&devices, kind);
        assert!(devices.len() >= 2, "{kind:?}: {devices:?}");
        for device in &devices {
            assert!(!["", "default", "communications"].contains(&device.id.0.as_str()));
            assert!(!device.label.is_empty());
            assert_eq!(devices.iter().filter(|other| other.id == device.id).count(), 1);
        }
    }
}

#[wasm_bindgen_test]
async fn a_browser_without_devices_has_no_list() {
    let _none = Patch::set("navigator.mediaDevices", "undefined");
    let list = DeviceList::find().await;
    assert!(list.is_none());
}

#[wasm_bindgen_test]
async fn a_track_knows_the_preferred_device() {
    let leaks = Leaks::watch();
    let devices = found().await;
    for (kind, target) in [
        (DeviceKind::Microphone, CaptureTarget::Microphone),
        (DeviceKind::Camera, CaptureTarget::Camera),
    ] {
        for device in of_kind(&devices, kind) {
            let mut preferences = Preferences::default();
            preferences.set_device(kind, Some(device.id.clone()));
            let tracks = capture(target, Quality::Preferred, &preferences).await.expect("a track");
            assert_eq!(device_of(&tracks[0]).await, Some(device.id.clone()));
        }
    }
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_device_that_is_gone_is_replaced_and_the_other_is_kept() {
    let leaks = Leaks::watch();
    let cameras = of_kind(&found().await, DeviceKind::Camera);
    let both = CaptureTarget::MicrophoneAndCamera;
    for camera in &cameras {
        let microphone = Some(DeviceId("gone".to_owned()));
        let camera = Some(camera.id.clone());
        let preferences =
            Preferences { microphone, camera: camera.clone(), ..Preferences::default() };
        let tracks = capture(both, Quality::Preferred, &preferences).await.expect("devices");
        assert_eq!(tracks.len(), 2);
        assert_eq!(device_of(&tracks[1]).await, camera);
    }
    let gone = Preferences { camera: Some(DeviceId("gone".to_owned())), ..Preferences::default() };
    for quality in [Quality::Preferred, Quality::Any] {
        let tracks = capture(CaptureTarget::Camera, quality, &gone).await;
        assert!(device_of(&tracks.expect("another")[0]).await.is_some());
    }
    leaks.none().await;
}

async fn device_of(track: &CapturedTrack) -> Option<DeviceId> {
    DeviceList::find().await.expect("devices").device_of(track.source(), track.track())
}

#[wasm_bindgen_test]
async fn an_alias_stands_for_a_device_of_its_group() {
    let entries =
        "const entry = (deviceId, kind, groupId) => ({ deviceId, kind, groupId, label: deviceId });
        Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: {
            enumerateDevices: async () => [
                entry('default', 'audioinput', 'headset'), entry('a', 'audioinput', 'laptop'),
                entry('s', 'audiooutput', 'headset'), entry('b', 'audioinput', 'headset'),
                entry('', 'videoinput', ''),
            ],
        } })";
    let _entries = Patch::apply(&["navigator.mediaDevices"], entries, "");
    let list = DeviceList::find().await.expect("a list");
    let track = |id: &str, group: &str| {
        let settings = format!("return {{ deviceId: '{id}', groupId: '{group}' }}");
        let track = script("return { getSettings: new Function(argument) }", &settings);
        list.device_of(Source::Microphone, track.unchecked_ref()).map(|id| id.0)
    };
    assert_eq!(track("default", "headset").as_deref(), Some("b"));
    assert_eq!(track("default", "gone"), None);
    assert_eq!(track("c", "gone").as_deref(), Some("c"), "not listed, but real");
    assert_eq!(track("", ""), None);
    assert_eq!(track("default", ""), None);
    let ids: Vec<_> = list.into_devices().into_iter().map(|device| device.id.0).collect();
    assert_eq!(ids, ["a", "s", "b", ""], "the last one is there, but the page may not know it");
}

fn content_hint(track: &CapturedTrack) -> String {
    let name = JsValue::from_str("contentHint");
    let hint = js_sys::Reflect::get(track.track(), &name).expect("a hint");
    hint.as_string().expect("a text")
}

#[wasm_bindgen_test]
async fn a_screen_has_the_preferred_content_hint() {
    let leaks = Leaks::watch();
    for (share, expected) in [(ShareStyle::Text, "detail"), (ShareStyle::Motion, "motion")] {
        let preferences = Preferences { share, ..Preferences::default() };
        let tracks = capture(CaptureTarget::Screen, Quality::Preferred, &preferences).await;
        let tracks = tracks.expect("a screen");
        let screen = tracks.iter().find(|track| track.source() == Source::Screen).expect("one");
        assert_eq!(content_hint(screen), expected);
        screen.hint(ShareStyle::Text);
        assert_eq!(content_hint(screen), "detail");
        assert!(screen.height() > 0);
    }
    let camera = captured(CaptureTarget::Camera).await;
    assert_eq!(content_hint(&camera[0]), "motion");
    assert_eq!(camera[0].height(), 720);
    drop(camera);
    leaks.none().await;
}

fn driver(preferences: Preferences) -> Driver {
    let settings = DriverSettings {
        signaling_url: "ws://127.0.0.1:9".to_owned(),
        secret: RoomSecret::from_bytes([3; 16]),
        name: Name::new("Ada"),
        preferences,
    };
    Driver::new(settings, |_| {})
}

#[wasm_bindgen_test]
async fn the_call_knows_the_devices_and_the_one_in_use() {
    let leaks = Leaks::watch();
    let cameras = of_kind(&found().await, DeviceKind::Camera);
    let [first, .., last] = &cameras[..] else { panic!("two cameras: {cameras:?}") };
    let driver = driver(Preferences { camera: Some(last.id.clone()), ..Preferences::default() });
    driver.command(Command::Enter { microphone: true, camera: true });
    until_some("a camera", || driver.view().me.camera.stream()).await;
    let view = driver.view();
    assert_eq!(view.me.camera_device.as_ref(), Some(&last.id));
    assert!(cameras.iter().all(|camera| view.devices.contains(camera)));

    let preferences = Preferences { camera: Some(first.id.clone()), ..Preferences::default() };
    driver.command(Command::SetPreferences(preferences));
    until("the other camera", || driver.view().me.camera_device.as_ref() == Some(&first.id)).await;
    assert_eq!(leaks.more(|live| live.tracks), 2, "the one before is let go of");
    drop(driver);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_device_that_comes_is_heard_of_until_the_driver_goes() {
    let leaks = Leaks::watch();
    let driver = driver(Preferences::default());
    until("the devices", || !driver.view().devices.is_empty()).await;
    let _lists = Patch::apply(
        &["navigator.mediaDevices.enumerateDevices", "window.lists"],
        "const list = [{ kind: 'videoinput', deviceId: 'new', groupId: '', label: 'New' }];
         navigator.mediaDevices.enumerateDevices = async () => list;
         navigator.mediaDevices.dispatchEvent(new Event('devicechange'))",
        "",
    );
    until("the new one", || driver.view().devices.iter().any(|device| device.label == "New")).await;
    drop(driver);
    script(
        "window.lists = 0;
         navigator.mediaDevices.enumerateDevices = async () => { window.lists += 1; return []; };
         navigator.mediaDevices.dispatchEvent(new Event('devicechange'))",
        "",
    );
    yield_once().await;
    assert_eq!(script("return window.lists", ""), 0.0);
    leaks.none().await;
}
