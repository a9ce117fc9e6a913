//! Wrappers of browser APIs for the page.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::page::{
    KeyEvent, KeyFocus, Keys, NotificationPermission, NotifyWhileHidden, SizeObserver,
    SystemNotification, WakeLock, ask_notification_permission, can_picture_in_picture,
    can_share_link, is_hidden, load_qr_code, notification_permission, set_theme, share_link,
    toggle_fullscreen, toggle_picture_in_picture,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlVideoElement};

use crate::support::{Leaks, Patch, script, until, yield_once};

fn text(code: &str) -> String {
    script(code, "").as_string().expect("a text")
}

type Pressed = Rc<RefCell<Vec<KeyEvent>>>;

fn keys(is_mine: impl Fn(&KeyEvent) -> bool + 'static) -> (Keys, Pressed) {
    let pressed = Pressed::default();
    let told = Rc::clone(&pressed);
    let keys = Keys::new(move |key| {
        told.borrow_mut().push(key.clone());
        is_mine(key)
    });
    (keys, pressed)
}

/// Presses or releases a key on an element; says whether the browser does what it would by itself.
fn press(on: &str, event: &str) -> bool {
    let code = "const [on, event] = new Function('return ' + argument)();
        return (on ? document.querySelector(on) : document.body).dispatchEvent(event)";
    let options = format!("{{ bubbles: true, cancelable: true, {event} }}");
    let kind = if event.contains("up: true") { "keyup" } else { "keydown" };
    script(code, &format!("['{on}', new KeyboardEvent('{kind}', {options})]")).is_truthy()
}

#[wasm_bindgen_test]
async fn keys_are_told_with_what_has_the_focus() {
    let leaks = Leaks::watch();
    let parts = script(
        "const box = document.createElement('div'); box.id = 'keys';
         box.innerHTML = '<input><button></button><textarea></textarea><p contenteditable></p><i></i>';
         document.body.append(box); return box",
        "",
    );
    let _removal = Patch::remove(parts.unchecked_ref());
    let (keys, pressed) = keys(|key| key.key == "m");
    let last = || pressed.borrow().last().cloned().expect("a key");
    assert!(!press("", "key: 'M', code: 'KeyM'"), "it is prevented");
    let plain = KeyEvent {
        key: "m".to_owned(),
        code: "KeyM".to_owned(),
        is_down: true,
        is_repeat: false,
        has_modifier: false,
        has_shift: false,
        focus: KeyFocus::Page,
    };
    assert_eq!(last(), plain);
    assert!(!press("", "key: 'm', code: 'KeyM', up: true"));
    assert_eq!(last(), KeyEvent { is_down: false, ..plain.clone() });
    for modifier in ["ctrlKey", "altKey", "metaKey", "modifierAltGraph"] {
        press("", &format!("key: 'm', code: 'KeyM', {modifier}: true"));
        assert_eq!(last(), KeyEvent { has_modifier: true, ..plain.clone() }, "{modifier}");
    }
    press("", "key: 'm', code: 'KeyM', shiftKey: true, repeat: true");
    assert_eq!(last(), KeyEvent { is_repeat: true, has_shift: true, ..plain });
    press("", "key: 'Process', code: 'KeyM', keyCode: 229");
    assert_eq!((last().key, last().code), ("Process".to_owned(), "KeyM".to_owned()));
    assert!(press("", "key: 'Escape'"), "not prevented");
    assert_eq!(last().key, "Escape");
    for (on, focus) in [
        ("#keys input", KeyFocus::Field),
        ("#keys textarea", KeyFocus::Field),
        ("#keys p", KeyFocus::Field),
        ("#keys button", KeyFocus::Control),
        ("#keys i", KeyFocus::Page),
    ] {
        press(on, "key: ' '");
        assert_eq!(last().focus, focus, "{on}");
    }
    let count = pressed.borrow().len();
    press("", "key: 'm', isComposing: true");
    script("document.body.dispatchEvent(new Event('keydown', { bubbles: true }))", "");
    assert_eq!(pressed.borrow().len(), count, "neither is a key of the page's");
    press("", "key: ' ', code: 'Space', isComposing: true, up: true");
    assert!(!last().is_down, "a release counts whoever composes");
    let count = pressed.borrow().len();
    drop(keys);
    assert!(press("", "key: 'm'"));
    assert_eq!(pressed.borrow().len(), count);
    assert_eq!(Rc::strong_count(&pressed), 1, "the callback is gone, too");
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn keys_that_are_held_are_released_when_the_window_loses_the_focus() {
    let leaks = Leaks::watch();
    let (keys, pressed) = keys(|_| false);
    press("", "key: ' '");
    press("", "key: ' ', repeat: true");
    press("", "key: 'a', code: 'KeyA'");
    // Another layout was chosen meanwhile.
    press("", "key: 'ф', code: 'KeyA', up: true");
    pressed.borrow_mut().clear();
    let blur = || script("window.dispatchEvent(new Event('blur'))", "");
    blur();
    let released: Vec<_> =
        pressed.borrow().iter().map(|key| (key.key.clone(), key.is_down)).collect();
    assert_eq!(released, [(" ".to_owned(), false)]);
    blur();
    assert_eq!(pressed.borrow().len(), 1, "once");
    drop(keys);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn the_height_of_an_element_is_told_in_device_pixels() {
    let leaks = Leaks::watch();
    let _ratio = Patch::set("window.devicePixelRatio", "1.5");
    let element: Element = script(
        "const box = document.createElement('div'); box.style.height = '101px';
         document.body.append(box); window.box = box;
         return box",
        "",
    )
    .unchecked_into();
    let _removal = Patch::remove(&element);
    let heights = Rc::new(RefCell::new(Vec::new()));
    let told = Rc::clone(&heights);
    let observer = SizeObserver::new(&element, move |height| told.borrow_mut().push(height));
    until("the first", || *heights.borrow() == [152]).await;
    // Wider is not taller.
    script("box.style.width = '10px'", "");
    yield_once().await;
    script("box.style.height = '40px'", "");
    until("the second", || *heights.borrow() == [152, 60]).await;
    script("box.style.display = 'none'", "");
    until("not shown", || *heights.borrow() == [152, 60, 0]).await;
    assert_eq!(leaks.more(|live| live.observers), 1);
    let _noted = Patch::apply(
        &["ResizeObserver.prototype.disconnect", "window.disconnected"],
        "ResizeObserver.prototype.disconnect = function () {
             window.disconnected = true; real.disconnect.call(this);
         }",
        "",
    );
    drop(observer);
    assert!(script("return window.disconnected", "").is_truthy());
    script("box.style.display = ''", "");
    yield_once().await;
    assert_eq!(heights.borrow().len(), 3);
    assert_eq!(Rc::strong_count(&heights), 1, "the callback is gone, too");
    let _none = Patch::set("window.ResizeObserver", "undefined");
    assert!(SizeObserver::new(&element, |_| {}).is_none());
    leaks.none().await;
}

#[wasm_bindgen_test]
fn a_theme_is_set_and_taken_back() {
    let theme = || script("return document.documentElement.dataset.theme", "").as_string();
    set_theme(Some("dark"));
    assert_eq!(theme().as_deref(), Some("dark"));
    set_theme(Some("light"));
    assert_eq!(theme().as_deref(), Some("light"));
    set_theme(None);
    assert_eq!(theme(), None);
}

#[wasm_bindgen_test]
fn a_page_in_front_is_not_hidden() {
    let _visibility = Patch::apply(&["document.visibilityState"], "", "");
    assert!(!is_hidden());
    hide(true);
    assert!(is_hidden());
    hide(false);
    assert!(!is_hidden());
}

fn hide(hidden: bool) {
    let code = "if (argument) Object.defineProperty(document, 'visibilityState',
            { configurable: true, value: argument });
        else delete document.visibilityState;
        document.dispatchEvent(new Event('visibilitychange'))";
    script(code, if hidden { "hidden" } else { "" });
}

#[wasm_bindgen_test]
async fn a_link_is_shared_where_the_system_can() {
    {
        let _share = Patch::set("navigator.share", "undefined");
        assert!(!can_share_link());
        assert!(!share_link("Tincan", "https://tincan.example/#x").await);
    }
    let _share = Patch::set(
        "navigator.share",
        "async (data) => { window.shared = data; if (data.title === 'no') throw new Error(); }",
    );
    assert!(can_share_link());
    let sharing = share_link("Tincan", "https://tincan.example/#x");
    let shared = text("return JSON.stringify(window.shared)");
    assert_eq!(shared, r#"{"title":"Tincan","url":"https://tincan.example/#x"}"#, "at once");
    assert!(sharing.await);
    assert!(!share_link("no", "").await);
}

const LOCKS: &str = "{ request: async () => {
    const lock = { isHeld: true, release: async () => { lock.isHeld = false } };
    window.wakeLocks.push(lock);
    if (window.wakeLocks.length === 4) throw new DOMException('', 'NotAllowedError');
    return lock;
} }";

#[wasm_bindgen_test]
async fn the_screen_is_kept_on_and_again_when_the_page_is_seen_again() {
    let leaks = Leaks::watch();
    let _visibility = Patch::apply(&["document.visibilityState"], "", "");
    let _made = Patch::set("window.wakeLocks", "[]");
    let _locks = Patch::set("navigator.wakeLock", LOCKS);
    let held = || text("return window.wakeLocks.map(lock => lock.isHeld).join()");
    let lock = WakeLock::new();
    assert_eq!(held(), "true");
    yield_once().await;
    hide(true);
    yield_once().await;
    assert_eq!(held(), "true", "not while it is hidden");
    hide(false);
    until("the new one instead", || held() == "false,true").await;
    drop(lock);
    assert_eq!(held(), "false,false");
    hide(false);
    assert_eq!(held(), "false,false", "no listener is left");
    // One that comes after the owner went is let go of; and one that is refused is no error.
    drop(WakeLock::new());
    until("released", || held() == "false,false,false").await;
    let refused = WakeLock::new();
    yield_once().await;
    drop(refused);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn without_wake_locks_the_screen_is_left_alone() {
    let leaks = Leaks::watch();
    let _locks = Patch::set("navigator.wakeLock", "undefined");
    let lock = WakeLock::new();
    yield_once().await;
    drop(lock);
    leaks.none().await;
}

/// As long as this lives, the system shows notifications, or not.
struct Notifications {
    _patch: Patch,
}

impl Notifications {
    fn are(permission: &str) -> Self {
        let fake = "window.notifications = [];
            window.Notification = class extends EventTarget {
                static permission = argument;
                static async requestPermission() { this.permission = 'granted'; return 'granted'; }
                isShown = true;
                constructor(title, { body }) {
                    super();
                    if (title === 'no') throw new TypeError();
                    this.text = title + ': ' + body;
                    window.notifications.push(this);
                }
                close() { this.isShown = false; }
            }";
        let properties = ["window.Notification", "window.notifications"];
        Self { _patch: Patch::apply(&properties, fake, permission) }
    }

    fn shown() -> String {
        text("return window.notifications.filter(n => n.isShown).map(n => n.text).join()")
    }
}

#[wasm_bindgen_test]
async fn a_notification_is_shown_with_permission_until_it_is_dropped() {
    let leaks = Leaks::watch();
    let _notifications = Notifications::are("default");
    assert_eq!(notification_permission(), NotificationPermission::Default);
    assert!(SystemNotification::new("Ada", "calls").is_none());
    assert_eq!(ask_notification_permission().await, NotificationPermission::Granted);
    let first = SystemNotification::new("Ada", "calls").expect("a notification");
    let second = SystemNotification::new("Grace", "calls").expect("a notification");
    assert_eq!(Notifications::shown(), "Ada: calls,Grace: calls");
    assert_eq!(leaks.more(|live| live.notifications), 2);
    let _focus = Patch::apply(
        &["window.focus", "window.focused"],
        "window.focused = 0;
         window.focus = () => { window.focused += 1 };
         window.notifications[0].dispatchEvent(new Event('click'))",
        "",
    );
    drop(first);
    script("window.notifications[0].dispatchEvent(new Event('click'))", "");
    let focused = script("return window.focused", "");
    assert_eq!(focused, 1.0);
    assert_eq!(Notifications::shown(), "Grace: calls");
    drop(second);
    assert_eq!(Notifications::shown(), "");
    assert!(SystemNotification::new("no", "as on Android").is_none());
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_page_that_is_hidden_in_mid_ring_notifies_at_that_moment() {
    let leaks = Leaks::watch();
    let _visibility = Patch::apply(&["document.visibilityState"], "", "");
    let notifications = Notifications::are("granted");
    let made = || script("return window.notifications.length", "").as_f64();
    let ring = NotifyWhileHidden::new("Ada", "calls");
    assert_eq!(made(), Some(0.0), "the page is in front");
    hide(true);
    assert_eq!(Notifications::shown(), "Ada: calls");
    hide(true);
    assert_eq!(made(), Some(1.0), "once");
    hide(false);
    assert_eq!(Notifications::shown(), "", "the page says it itself");
    hide(true);
    assert_eq!(Notifications::shown(), "Ada: calls");
    drop(ring);
    assert_eq!(Notifications::shown(), "", "the ring is over");
    let made_before = made();
    hide(true);
    assert_eq!(made(), made_before, "no listener is left");

    // One that begins while the page is hidden notifies at once.
    let ring = NotifyWhileHidden::new("Lin", "calls");
    assert_eq!(Notifications::shown(), "Lin: calls");
    drop(ring);
    hide(false);
    drop(notifications);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn without_permission_or_notifications_there_are_none() {
    {
        let _notifications = Notifications::are("denied");
        assert_eq!(notification_permission(), NotificationPermission::Denied);
        assert!(SystemNotification::new("Ada", "calls").is_none());
    }
    let _none = Patch::set("window.Notification", "undefined");
    assert_eq!(notification_permission(), NotificationPermission::Unsupported);
    assert_eq!(ask_notification_permission().await, NotificationPermission::Unsupported);
    assert!(SystemNotification::new("Ada", "calls").is_none());
}

#[wasm_bindgen_test]
fn a_picture_is_shown_in_a_picture_and_no_more() {
    let names = ["pictureInPictureEnabled", "pictureInPictureElement", "exitPictureInPicture"];
    let properties = names.map(|name| format!("document.{name}"));
    let _saved = Patch::apply(&properties.each_ref().map(String::as_str), "", "");
    let video: HtmlVideoElement = script(
        "const video = document.createElement('video'); window.pictures = [];
         const define = (name, value) =>
             Object.defineProperty(document, name, { configurable: true, writable: true, value });
         define('pictureInPictureEnabled', true);
         define('pictureInPictureElement', null);
         define('exitPictureInPicture', async () => { window.pictures.push('exit') });
         video.requestPictureInPicture = async () => {
             document.pictureInPictureElement = video; window.pictures.push('request');
         };
         return video",
        "",
    )
    .unchecked_into();
    assert!(can_picture_in_picture());
    toggle_picture_in_picture(&video);
    toggle_picture_in_picture(&video);
    assert_eq!(text("return window.pictures.join()"), "request,exit");
    script("document.pictureInPictureEnabled = undefined", "");
    assert!(!can_picture_in_picture());
    // A browser that cannot do it does nothing.
    script("document.pictureInPictureElement = undefined", "");
    let plain: HtmlVideoElement = script(
        "const video = document.createElement('video');
         video.requestPictureInPicture = undefined; return video",
        "",
    )
    .unchecked_into();
    toggle_picture_in_picture(&plain);
}

/// The modules of a code, from its path.
fn modules(path: &str, size: usize) -> Vec<Vec<bool>> {
    let mut modules = vec![vec![false; size]; size];
    for run in path.split('z').filter(|run| !run.is_empty()) {
        let numbers: Vec<usize> = run
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|number| number.parse().ok())
            .collect();
        let [x, y, width, height, back] = numbers[..] else { panic!("a rectangle: {run}") };
        assert_eq!((height, back), (1, width));
        modules[y][x..x + width].fill(true);
    }
    modules
}

#[wasm_bindgen_test]
async fn a_drawn_code_has_the_modules_of_the_code() {
    use qrcodegen::{QrCode, QrCodeEcc};
    let qr_code = load_qr_code().await.expect("no chunks in tests");
    for link in ["https://tincan.example/#AAAAAAAAAAAAAAAAAAAAAA", "x"] {
        let code = qr_code(link).expect("a code");
        let expected = QrCode::encode_text(link, QrCodeEcc::Low).expect("it fits");
        assert_eq!(code.size, expected.size() + 8, "with a quiet zone");
        let side = usize::try_from(code.size).expect("a size");
        for (y, row) in (-4..).zip(&modules(&code.path, side)) {
            for (x, dark) in (-4..).zip(row) {
                assert_eq!(*dark, expected.get_module(x, y), "{link} at {x}, {y}");
            }
        }
    }
    assert_eq!(qr_code(&"x".repeat(3000)), None);
}

#[wasm_bindgen_test]
async fn a_refused_full_screen_is_no_unhandled_rejection() {
    script(
        "window.unhandled = [];
         window.note = event => { window.unhandled.push(event.reason); event.preventDefault(); };
         addEventListener('unhandledrejection', window.note);
         window.asked = [];
         document.body.requestFullscreen = () => {
             window.asked.push('request');
             return Promise.reject('request');
         };
         document.exitFullscreen = () => {
             window.asked.push('exit');
             return Promise.reject('exit');
         };",
        "",
    );
    let body: Element = script("return document.body", "").unchecked_into();
    for is_full in ["", "yes"] {
        script(
            "const value = argument ? document.body : null;
             Object.defineProperty(document, 'fullscreenElement', { configurable: true, value });",
            is_full,
        );
        toggle_fullscreen(&body);
    }
    assert_eq!(text("return window.asked.join()"), "request,exit");
    // Rejections are reported in their order.
    script("Promise.reject('last')", "");
    until("the last one is reported", || {
        script("return window.unhandled.includes('last')", "").is_truthy()
    })
    .await;
    assert_eq!(text("return window.unhandled.join()"), "last");
    script(
        "removeEventListener('unhandledrejection', window.note);
         delete document.body.requestFullscreen;
         delete document.exitFullscreen;
         delete document.fullscreenElement;",
        "",
    );
}
