//! An error of foreign code ends the page only if it interrupts the page's own code.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Function;
use tincan_browser::crash::uninterrupted;
use tincan_browser::task::Task;
use tincan_browser::{Driver, DriverSettings};
use tincan_call::{Command, Phase, Preferences, RoomSecret};
use tincan_protocol::Name;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::calls::until_locks;
use crate::crash::Watched;
use crate::hub::Hub;
use crate::support::{Leaks, Patch, script, until, until_some, yield_once};

/// Throws an error as a script of an extension does.
const THROW: &str = "throw Object.assign(new Error('x'),
    { stack: 'Error: x\\n    at f (chrome-extension://abc/content.js:1:2)' });";

fn start(name: &str, on_view: impl Fn() + 'static) -> Driver {
    let settings = DriverSettings {
        signaling_url: "ws://127.0.0.1:9".to_owned(),
        secret: RoomSecret::from_bytes([9; 16]),
        name: Name::new(name),
        preferences: Preferences::default(),
    };
    Driver::new(settings, move |_| on_view())
}

/// Runs code as an event does: the browser reports what is thrown through it.
fn run(code: &Closure<dyn Fn()>) {
    let call = "try { argument() } catch (error) {
        dispatchEvent(new ErrorEvent('error',
            { error, message: 'm', filename: 'chrome-extension://abc/content.js' }));
        return true;
    }";
    let caught = Function::new_with_args("argument", call);
    caught.call1(&JsValue::NULL, code.as_ref()).expect("it is caught");
}

#[wasm_bindgen_test]
async fn a_call_that_an_extension_cuts_short_ends() {
    let leaks = Leaks::watch();
    let hub = Hub::start();
    // The driver borrows nothing while it shows a view: it can be dropped although cut short.
    let is_cut = Rc::new(Cell::new(false));
    let ada = start("Ada", {
        let is_cut = Rc::clone(&is_cut);
        move || {
            if is_cut.take() {
                throw();
            }
        }
    });
    let (ada, grace) = (Rc::new(ada), start("Grace", || {}));
    for driver in [&ada, &grace] {
        driver.load_connections().await.expect("no chunks in tests");
        driver.command(Command::Enter { microphone: true, camera: true });
        driver.command(Command::Join);
    }
    for (me, other) in [(&*ada, "Grace"), (&grace, "Ada")] {
        until("they see each other", || {
            let view = me.view();
            let peer = view.peers.iter().find(|peer| peer.name.as_str() == other);
            peer.and_then(|peer| peer.person).is_some()
        })
        .await;
    }
    until_locks(2).await;
    let stream =
        until_some("a microphone", || ada.stream(ada.view().me.microphone.stream()?)).await;
    let microphone = stream.get_tracks().get(0);
    let state = || js_sys::Reflect::get(&microphone, &"readyState".into()).expect("a state");
    let watched = Watched::start();
    let rename: Closure<dyn Fn()> = Closure::new({
        let ada = Rc::clone(&ada);
        move || ada.command(Command::SetName(Name::new("Lin")))
    });
    is_cut.set(true);
    run(&rename);
    assert!(!Watched::has_crashed(), "it might still return");
    until("the page ends", Watched::has_crashed).await;
    assert_eq!(state(), "ended");
    until_locks(0).await;
    assert!(matches!(grace.view().phase, Phase::Ended(_)), "calls that run hang up");
    drop(watched);
    drop((rename, ada, grace, hub));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn listeners_of_others_that_throw_meanwhile_end_nothing() {
    let watched = Watched::start();
    let reported = Rc::new(RefCell::new(0));
    let count: Closure<dyn Fn()> = Closure::new({
        let reported = Rc::clone(&reported);
        move || *reported.borrow_mut() += 1
    });
    // The browser itself reports what a listener throws; here it is the listener that does.
    let listens = Function::new_with_args(
        "count",
        &format!(
            "const field = document.createElement('input');
             document.body.append(field);
             window.field = field;
             field.addEventListener('focus', () => {{
                 try {{ {THROW} }} catch (error) {{
                     count();
                     dispatchEvent(new ErrorEvent('error', {{ error, message: 'm' }}));
                 }}
             }});"
        ),
    );
    listens.call1(&JsValue::NULL, count.as_ref()).expect("it listens");
    let forget = Patch::clean_up("delete window.field");
    let focus = || {
        script("window.field.blur(); window.field.dispatchEvent(new Event('focus'))", "");
    };
    let driver = start("Ada", focus);
    driver.command(Command::SetName(Name::new("Grace")));
    assert!(*reported.borrow() > 1, "it threw while the driver ran");
    yield_once().await;
    yield_once().await;
    assert!(!Watched::has_crashed());
    driver.command(Command::SetName(Name::new("Ada")));
    assert_eq!(driver.view().me.name.as_str(), "Ada");
    drop((driver, forget, watched));
}

#[wasm_bindgen_test]
async fn any_code_that_must_run_to_its_end_may_be_cut_short() {
    let watched = Watched::start();
    let throws: Closure<dyn Fn()> = Closure::new(|| uninterrupted(throw));
    run(&throws);
    until("the page ends", Watched::has_crashed).await;
    drop(watched);

    let watched = Watched::start();
    let task = Task::spawn(async { throw() });
    until("the page ends", Watched::has_crashed).await;
    drop((watched, task));

    // Elsewhere nothing is lost with it.
    let watched = Watched::start();
    let throws: Closure<dyn Fn()> = Closure::new(throw);
    run(&throws);
    yield_once().await;
    yield_once().await;
    assert!(!Watched::has_crashed());
    drop(watched);
}

/// Throws through the code that calls this.
fn throw() {
    let error = Function::new_no_args(THROW).call0(&JsValue::NULL).expect_err("it throws");
    wasm_bindgen::throw_val(error);
}
