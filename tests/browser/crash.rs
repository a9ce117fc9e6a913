//! An error that nobody catches ends the page: its devices, its connections, and what is drawn.

use std::cell::Cell;
use std::panic;
use std::rc::Rc;
use std::sync::Once;

use js_sys::{Array, Function};
use tincan_browser::connection::PeerConnection;
use tincan_browser::crash::{self, CrashTexts, Rejoin, is_foreign};
use tincan_browser::media::{Streams, capture};
use tincan_browser::socket::Socket;
use tincan_browser::{Driver, DriverSettings};
use tincan_call::{
    CaptureTarget, Command, DeviceChoice, EndReason, Phase, Preferences, Quality, RoomSecret,
    SocketEvent, TransportPolicy,
};
use tincan_protocol::{Name, RoomId};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{MediaStreamTrack, MediaStreamTrackState, RtcPeerConnectionState};

use crate::support::{FakeSockets, Leaks, Patch, captured, script, until, yield_once};

const TEXTS: CrashTexts = CrashTexts {
    language: "en",
    title: "It stopped",
    help: "Off.",
    help_in_call: "Off, and out of the call.",
    reload: "Reload",
};

const DEVICES: DeviceChoice = DeviceChoice { microphone: true, camera: false };

/// As long as this lives, the page watches for errors, and what it shows is a body of its own.
pub(crate) struct Watched {
    _body: [Patch; 2],
}

impl Watched {
    pub(crate) fn start() -> Self {
        crash::recover();
        crash::watch();
        crash::set_texts(TEXTS);
        let tests = Patch::apply(&["window.tests"], "window.tests = document.body;", "");
        let shown = Patch::clean_up(
            "document.body = window.tests; document.body.append(...document.querySelectorAll('html > pre'))",
        );
        // The results of the suite stay in sight of its driver.
        script(
            "document.documentElement.append(...document.body.querySelectorAll('pre'));
             document.body = document.createElement('body');",
            "",
        );
        Self { _body: [shown, tests] }
    }

    fn shown() -> String {
        script("return document.body.innerText", "").as_string().unwrap_or_default()
    }

    pub(crate) fn has_crashed() -> bool {
        Self::shown().contains(TEXTS.title)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        crash::recover();
    }
}

/// An error as the browser reports it, thrown by a script at this address. Its stack, if it has
/// one, is of that script alone.
fn report(error: &str, file: &str) {
    let code = format!(
        "const error = {error};
         if (error instanceof Error) error.stack = `${{error}}\\n    at f (${{argument}}:7:1)`;
         dispatchEvent(new ErrorEvent('error',
            {{ error, message: 'm', filename: argument, lineno: 7 }}))"
    );
    script(&code, file);
}

fn own_script() -> String {
    script("return location.origin + '/app-0123456789abcdef.js'", "").as_string().expect("a URL")
}

fn is_live(track: &MediaStreamTrack) -> bool {
    track.ready_state() == MediaStreamTrackState::Live
}

#[wasm_bindgen_test]
async fn an_error_ends_devices_and_connections() {
    let leaks = Leaks::watch();
    let tracks = captured(CaptureTarget::MicrophoneAndCamera).await;
    let sockets = FakeSockets::install();
    let streams = Rc::new(Streams::default());
    let connection = PeerConnection::open(&[], TransportPolicy::All, &streams, |_| {});
    let connection = connection.expect("a connection");
    let closed = Rc::new(Cell::new(0));
    let socket = Socket::open("ws://127.0.0.1:9/signal", {
        let closed = Rc::clone(&closed);
        move |event| closed.set(closed.get() + u32::from(event == SocketEvent::Closed))
    });
    let watched = Watched::start();

    report("new TypeError('of a secret')", &own_script());
    assert!(tracks.iter().all(|track| !is_live(track.track())), "devices are released");
    assert_eq!(connection.as_raw().connection_state(), RtcPeerConnectionState::Closed);
    assert_eq!(FakeSockets::all()[0].close_codes().len(), 1);
    let shown = Watched::shown();
    for text in [TEXTS.title, TEXTS.help, TEXTS.reload, "TypeError at app-0123456789abcdef.js:7"] {
        assert!(shown.contains(text), "{text} is not in {shown}");
    }
    assert!(!shown.contains("secret") && !shown.contains(TEXTS.help_in_call), "{shown}");
    drop((watched, socket, sockets, connection, tracks));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn what_the_browser_gives_after_a_crash_is_released() {
    let leaks = Leaks::watch();
    let watched = Watched::start();
    // The prompt is open when the page crashes, and the code that waits for it never runs.
    let _asked = Patch::apply(
        &["MediaDevices.prototype.getUserMedia", "window.given"],
        "window.given = [];
         MediaDevices.prototype.getUserMedia = function (constraints) {
             const promise = real.getUserMedia.call(this, constraints);
             promise.then((stream) => window.given.push(...stream.getTracks()));
             return promise;
         };",
        "",
    );
    let late = capture(CaptureTarget::Camera, Quality::Preferred, &Preferences::default());
    report("new Error('x')", &own_script());
    let given = || script("return window.given", "").unchecked_into::<Array>();
    until("the camera starts", || given().length() == 1).await;
    yield_once().await;
    assert!(given().iter().all(|track| !is_live(track.unchecked_ref())));
    drop((late, watched));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_call_hangs_up_when_the_page_crashes() {
    let leaks = Leaks::watch();
    let sockets = FakeSockets::install();
    let settings = DriverSettings {
        signaling_url: "ws://127.0.0.1:9".to_owned(),
        secret: RoomSecret::from_bytes([7; 16]),
        name: Name::new("Ada"),
        preferences: Preferences::default(),
    };
    let room = settings.secret.room_id();
    let driver = Driver::new(settings, |_| {});
    driver.command(Command::Enter { microphone: true, camera: true });
    until("a socket", || !FakeSockets::all().is_empty()).await;
    let socket = FakeSockets::all()[0].clone();
    socket.open();
    until("the page joins", || !socket.take_sent().is_empty()).await;
    let watched = Watched::start();
    crash::set_call(room, Some(DEVICES));
    report("new Error('x')", &own_script());
    assert_eq!(driver.view().phase, Phase::Ended(EndReason::HungUp));
    assert!(!socket.is_open());
    assert!(Watched::shown().contains(TEXTS.help_in_call));
    // Nothing starts anew.
    socket.end();
    driver.command(Command::RetryDevices);
    yield_once().await;
    assert_eq!(FakeSockets::all().len(), 1);
    drop((driver, watched, sockets));
    leaks.none().await;
}

#[wasm_bindgen_test]
fn only_its_own_button_leads_back_into_the_call() {
    let watched = Watched::start();
    script("sessionStorage.removeItem('tincan.rejoin')", "");
    crash::set_call(RoomSecret::from_bytes([7; 16]).room_id(), Some(DEVICES));
    report("new Error('x')", &own_script());
    assert_eq!(crash::take_rejoin(), None, "a reload by other means leads to the lobby");
    let focused = script("return document.activeElement.textContent", "");
    assert_eq!(focused, TEXTS.reload);
    drop(watched);
}

#[wasm_bindgen_test]
fn the_note_names_the_room_and_the_devices_and_is_read_once() {
    let (room, other) = (RoomId::from_bytes([7; 16]), RoomId::from_bytes([8; 16]));
    let note = |note: &str| {
        script("sessionStorage.setItem('tincan.rejoin', argument)", note);
    };
    for microphone in ["on", "off"] {
        for camera in ["on", "off"] {
            note(&format!("{room},{microphone},{camera}"));
            let devices = DeviceChoice { microphone: microphone == "on", camera: camera == "on" };
            assert_eq!(crash::take_rejoin(), Some(Rejoin { room, devices }));
            assert_eq!(crash::take_rejoin(), None, "once");
        }
    }
    for unreadable in ["yes", "", ",on,on", &format!("{room}"), &format!("{room},on,maybe")] {
        note(unreadable);
        assert_eq!(crash::take_rejoin(), None, "{unreadable}");
        assert_eq!(script("return sessionStorage.getItem('tincan.rejoin')", ""), JsValue::NULL);
    }

    // What the button would leave there.
    for (left, noted) in [(other, true), (room, false)] {
        let watched = Watched::start();
        crash::set_call(room, Some(DEVICES));
        crash::set_call(left, None);
        report("new Error('x')", &own_script());
        assert_eq!(Watched::shown().contains(TEXTS.help_in_call), noted);
        drop(watched);
    }
}

#[wasm_bindgen_test]
async fn rejections_that_nobody_handles_count_if_they_have_a_trace() {
    let watched = Watched::start();
    for benign in [
        "undefined",
        "'a text'",
        "{ code: 4 }",
        "new DOMException('', 'AbortError')",
        // Firefox gives its own rejections the trace of whoever asked.
        "Object.defineProperty(new DOMException('', 'AbortError'), 'stack',
            { value: `f@${location.origin}/app.js:1:2` })",
        "({ name: 'NS_ERROR_ABORT', stack: `f@${location.origin}/app.js:1:2` })",
        "Object.assign(new Error('x'), { stack: 'Error: x\\n at f (chrome-extension://ab/c.js:1:2)' })",
        "Object.assign(new Error('x'), { stack: 'f@moz-extension://ab/c.js:1:2' })",
        "Object.assign(new Error('x'), { stack: '@user-script:7:12:34' })",
        // Of this very text, which has no address.
        "new Error('x')",
        "Object.assign(new Error('x'), { stack: '' })",
    ] {
        script(
            "const reason = (0, eval)('(' + argument + ')');
             dispatchEvent(new PromiseRejectionEvent('unhandledrejection',
                { promise: Promise.resolve(), reason }))",
            benign,
        );
        assert!(!Watched::has_crashed(), "{benign}");
    }
    script(
        "const reason = new RangeError('x');
         reason.stack = `RangeError: x\\n    at f (${argument}:7:1)`;
         Promise.reject(reason)",
        &own_script(),
    );
    until("the rejection is noticed", Watched::has_crashed).await;
    assert!(Watched::shown().contains("RangeError"));
    drop(watched);
}

#[wasm_bindgen_test]
fn errors_of_others_and_warnings_end_nothing() {
    let watched = Watched::start();
    let own = own_script();
    let document = script("return location.origin + '/'", "").as_string().expect("a URL");
    for (error, file) in [
        ("null", "chrome-extension://abcdef/content.js"),
        ("new Error('x')", "chrome-extension://abcdef/content.js"),
        ("'a text'", "chrome-extension://abcdef/content.js"),
        ("'a text'", "https://elsewhere.example/script.js"),
        ("'a text'", document.as_str()),
        ("new TypeError('x')", document.as_str()),
        ("new TypeError('x')", "<anonymous>"),
        ("new TypeError('x')", "user-script:7"),
        ("{ message: 'no stack and no file' }", ""),
        ("undefined", own.as_str()),
        ("null", ""),
    ] {
        report(error, file);
        assert!(!Watched::has_crashed(), "{error} of {file}");
    }
    report("'a text'", &own);
    assert!(Watched::has_crashed());
    drop(watched);
}

#[wasm_bindgen_test]
fn only_scripts_and_webassembly_of_the_page_are_its_own() {
    const PAGE: &str = "https://call.example:8443";
    for own in [
        "https://call.example:8443/a/start-1.js",
        "Error\n    at f (https://call.example:8443/start-1.js:1:2)",
        "Error\n    at https://call.example:8443/start-1.js?v=2:1:2",
        "Error\n    at async f (https://call.example:8443/start-1.js:1:2)",
        "Error\n    at async https://call.example:8443/start-1.js:1:2",
        "TypeError: of @moz-extension://a/b.js:1:2\n    at https://call.example:8443/a.js:1:2",
        "TypeError\n    at Array.forEach (<anonymous>)\n    at new Promise (<anonymous>)
             at async Promise.all (index 0)\n    at f (https://call.example:8443/start-1.js:1:2)",
        "RuntimeError: unreachable\n    at wasm://wasm/0012:wasm-function[3]:0x12",
        "RuntimeError\n    at Map<A, (B, C)>::f (wasm://wasm/app-0012:wasm-function[3]:0x12)",
        "RuntimeError\n    at https://call.example:8443/app.wasm:wasm-function[3]:0x12",
        "f@https://call.example:8443/start-1.js:1:2\ng@moz-extension://a/b.js:1:2",
        "async*@https://call.example:8443/start-1.js:1:2",
        "forEach@self-hosted:164:17\nf@https://call.example:8443/start-1.js:1:2",
        "f@https://call.example:8443/app.wasm:wasm-function[3]:0x12",
        "f@https://call.example:8443/a.js line 4 > WebAssembly.Module:wasm-function[3]:0x12",
        "forEach@[native code]\n[native code]\nf@https://call.example:8443/start-1.js:1:2",
        "<?>.wasm-function[f]@[wasm code]\nwasm-stub@[wasm code]",
    ] {
        assert!(!is_foreign(own, PAGE), "{own}");
    }
    for foreign in [
        "",
        "TypeError",
        // Another origin.
        "chrome-extension://abc/content.js",
        "webkit-masked-url://hidden/:1:2",
        "Error\n    at f (https://call.example:84430/x.js:1:2)",
        "Error\n    at f (https://call.example:8443.elsewhere.example/x.js:1:2)",
        "Error\n    at f (http://call.example:8443/x.js:1:2)",
        "f@moz-extension://a/b.js:1:2\ng@https://call.example:8443/start-1.js:1:2",
        "@safari-web-extension://A-B/c.js:1:2",
        "f@moz-extension://a/b.wasm:wasm-function[3]:0x12",
        // No address, or the document's.
        "@user-script:7:12:34",
        "@user-script:7:1:2\nf@https://call.example:8443/start-1.js:1:2",
        "TypeError\n    at <anonymous>:1:17",
        "TypeError\n    at f (<anonymous>:1:17)\n    at https://call.example:8443/a.js:1:2",
        "TypeError\n    at https://call.example:8443/:1:5",
        "TypeError\n    at Array.forEach (<anonymous>)\n    at <anonymous>:1:17",
        "TypeError\n    at Array.forEach (<anonymous>)",
        "global code@https://call.example:8443/:1:5",
        "@\nglobal code@",
        "f@\ng@https://call.example:8443/start-1.js:1:2",
        "global code\nf@https://call.example:8443/start-1.js:1:2",
        // Made at run time.
        "f@blob:https://call.example:8443/0f-1:2:3",
        "Error\n    at f (blob:https://call.example:8443/0f-1.js:2:3)",
        "Error\n    at eval (eval at f (https://call.example:8443/a.js:1:2), <anonymous>:1:17)",
        "f@https://call.example:8443/a.js line 4 > eval:1:2",
        "f@https://call.example:8443/a.js line 4 > Function:1:2",
    ] {
        assert!(is_foreign(foreign, PAGE), "{foreign}");
    }
}

thread_local! {
    static IS_WATCHED: Cell<bool> = const { Cell::new(false) };
}

/// Has the page watch panics while [`IS_WATCHED`]. After a panic no hook can be set.
fn watch_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if IS_WATCHED.get() { crash::on_panic(info) } else { usual(info) }
        }));
    });
}

#[wasm_bindgen_test]
fn a_panic_is_told_by_its_place_and_nothing_else() {
    let watched = Watched::start();
    let written = Patch::apply(
        &["console.error", "window.written"],
        "window.written = []; console.error = (...all) => window.written.push(all.join(' '));",
        "",
    );
    watch_panics();
    IS_WATCHED.set(true);
    // It ends in a trap, which JavaScript catches: the page goes on, as it does for a person.
    let fails: Closure<dyn Fn()> = Closure::new(|| panic!("to {}", "ada@example.org"));
    let catch = Function::new_with_args("f", "try { f(); return '' } catch (e) { return e.name }");
    let caught = catch.call1(&JsValue::NULL, fails.as_ref()).expect("it is caught");
    IS_WATCHED.set(false);
    assert_eq!(caught, "RuntimeError");
    let written = {
        let lines: Array = script("return window.written", "").unchecked_into();
        drop(written);
        lines.join("\n").as_string().expect("a text")
    };
    for text in [Watched::shown(), written] {
        assert!(text.contains("panicked at") && text.contains("crash.rs:"), "{text}");
        assert!(!text.contains("ada@"), "{text}");
    }
    drop(watched);
}
