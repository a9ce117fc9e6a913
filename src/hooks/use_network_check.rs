//! A check of the network, for as long as its component is there.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::network_check::NetworkCheck;
use tincan_call::DeviceKind;
use tincan_call::network_check::{CheckLine, CheckResult, device_verdict};
use yew::prelude::*;

use super::{MediaHandle, use_effect_with};

/// Starts a check at once. Returns the results that are known, and a callback that starts it anew.
#[hook]
pub(crate) fn use_network_check(media: &MediaHandle) -> (Vec<CheckResult>, Callback<()>) {
    let results = use_memo((), |()| RefCell::new(Vec::new()));
    let attempt = use_state(|| 0_u32);
    let update = use_force_update();
    use_effect_with((media.clone(), *attempt), {
        let results = Rc::clone(&results);
        move |(media, _)| {
            results.replace(devices(media));
            update.force_update();
            let check = media.network().map(|network| {
                NetworkCheck::start(&network, move |result| {
                    results.borrow_mut().push(result);
                    update.force_update();
                })
            });
            move || drop(check)
        }
    });
    let on_again = Callback::from(move |()| attempt.set(attempt.wrapping_add(1)));
    let results = results.borrow().clone();
    (results, on_again)
}

fn devices(media: &MediaHandle) -> Vec<CheckResult> {
    let view = media.view();
    [(CheckLine::Microphone, DeviceKind::Microphone), (CheckLine::Camera, DeviceKind::Camera)]
        .map(|(line, kind)| {
            let verdict = device_verdict(&view, kind);
            CheckResult { line, verdict, took_ms: None, rate: None }
        })
        .to_vec()
}
