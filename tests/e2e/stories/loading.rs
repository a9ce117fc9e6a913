//! The page is loaded over bad networks and from faulty hosts.

use std::rc::Rc;

use anyhow::{Result, ensure};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use fantoccini::key::Key;
use serde_json::json;

use crate::harness::Fault::{CutOff, Half, Silent, Stalled, StartPage, Status, Text, Type};
use crate::harness::{
    Fault, FaultyHost, Page, Server, Setup, Stage, story, story_that_waits, until,
};

/// The chunk with the call.
pub(crate) const CALL: &str = "split_call";
/// The file with the lobby.
const ROOM: &str = "room.bin";
pub(crate) const FAILED: &str = "Part of Tincan could not be loaded";
const LOADING_CALL: &str = "Loading the call";
const INTRODUCTION: &str = "Send the link and start talking.";

/// More times than anything is retried.
pub(crate) const ALWAYS: usize = 1000;

/// Returns a person, a faulty host of the page, and a server for its signaling.
pub(crate) async fn visitor(stage: &Stage) -> Result<(Page, Rc<FaultyHost>, Rc<Server>)> {
    let server = Server::start_without_page(stage).await?;
    let host = FaultyHost::start(stage, &format!("ws://{}/signal", server.address())).await?;
    Ok((stage.person("Ada").await?, host, server))
}

/// Waits until the page is in the call and has its styles.
pub(crate) async fn is_in_the_call(page: &Page) -> Result<()> {
    page.offers("Hang up").await?;
    until("the call to have its styles", async || {
        let position = "return getComputedStyle(document.querySelector('.call')).position";
        let position = page.run(position).await?;
        ensure!(position == "fixed", "its position is {position}");
        Ok(())
    })
    .await
}

/// Returns the address of a new room.
fn new_room(host: &FaultyHost) -> String {
    let secret: [u8; 16] = std::array::from_fn(|_| fastrand::u8(..));
    format!("{}#{}", host.page(), Base64UrlUnpadded::encode_string(&secret))
}

/// Opens a new room, in a page that loads everything anew. The call is loaded as soon as the lobby
/// is painted: faults of it must be set before.
pub(crate) async fn open_room(page: &Page, host: &FaultyHost) -> Result<()> {
    page.open("about:blank").await?;
    page.open(&new_room(host)).await?;
    page.offers("Join").await
}

#[test]
fn a_room_is_loaded_in_spite_of_faults_that_pass() -> Result<()> {
    story("faults of the room that pass", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        for fault in [Status(503), CutOff, Half, StartPage] {
            // By a link, and by the home page.
            host.set_fault(ROOM, fault, 1);
            open_room(&ada, &host).await?;
            ensure!(host.remaining_faults() == 0, "{fault:?} did not occur");

            host.set_fault(ROOM, fault, 1);
            ada.open("about:blank").await?;
            ada.open(&host.page()).await?;
            ada.click("New call").await?;
            ada.offers("Join").await?;
            ensure!(host.remaining_faults() == 0, "{fault:?} did not occur");
            ensure!(!ada.text().await?.contains(FAILED), "{fault:?} is shown, and has passed");
        }
        Ok(())
    })
}

#[test]
fn a_room_that_stays_away_is_reported_and_leaves_the_home_page_alone() -> Result<()> {
    story_that_waits("a room that stays away", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        host.set_fault(ROOM, Status(503), ALWAYS);
        ada.open(&host.page()).await?;
        ada.says(FAILED).await?;
        ada.click("简体中文").await?;
        ada.click("发起通话").await?;
        ada.says("正在加载…").await?;
        ada.has_no_violations().await?;
        let link = ada.link().await?;
        host.clear_faults();
        ada.click("Try again").await?;
        ada.offers("加入").await?;
        ensure!(ada.link().await? == link, "it is another room");
        ada.no_longer_says(FAILED).await
    })
}

#[test]
fn a_room_of_a_build_that_is_gone_reloads_the_page_once() -> Result<()> {
    story("a redeploy before the lobby", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        host.set_fault(ROOM, Status(404), ALWAYS);
        let link = new_room(&host);
        ada.open(&link).await?;
        ada.says("Loading…").await?;
        host.redeploy()?;
        is_reloaded(&ada).await?;
        host.clear_faults();
        ada.offers("Join").await?;
        ensure!(ada.link().await? == link, "it is in another room");
        Ok(())
    })
}

#[test]
fn the_call_is_loaded_in_spite_of_faults_that_pass() -> Result<()> {
    story("faults that pass", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        let faults: [(Fault, usize); 5] = [
            (Status(503), 1),
            (CutOff, 1),
            (Half, 1),
            (StartPage, 1),
            // Some hosts do not know this type, and never will.
            (Type("application/octet-stream"), ALWAYS),
        ];
        for (fault, times) in faults {
            host.set_fault(CALL, fault, times);
            open_room(&ada, &host).await?;
            ada.click("Join").await?;
            is_in_the_call(&ada).await?;
            ensure!(times == ALWAYS || host.remaining_faults() == 0, "{fault:?} did not occur");
            ensure!(!ada.text().await?.contains(FAILED), "{fault:?} is shown, and has passed");
            host.clear_faults();
        }
        Ok(())
    })
}

#[test]
fn a_host_that_hangs_is_asked_again() -> Result<()> {
    story_that_waits("a host that hangs", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        host.set_fault(CALL, Stalled, 1);
        open_room(&ada, &host).await?;
        ada.click("Join").await?;
        ada.says(LOADING_CALL).await?;
        // The lobby is as it was meanwhile.
        ada.click("Turn camera off").await?;
        ada.offers("Turn camera on").await?;
        is_in_the_call(&ada).await?;
        ensure!(host.remaining_faults() == 0, "nothing has hung");
        Ok(())
    })
}

#[test]
fn a_click_without_a_network_counts_once_it_is_back() -> Result<()> {
    story("a network that goes away", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        host.set_fault(CALL, Status(503), ALWAYS);
        open_room(&ada, &host).await?;
        offline(&ada, true).await?;
        host.clear_faults();
        ada.run("document.querySelector('.join button').click()").await?;
        ada.says(LOADING_CALL).await?;
        offline(&ada, false).await?;
        is_in_the_call(&ada).await
    })
}

#[test]
fn an_answer_to_a_ring_waits_for_the_call() -> Result<()> {
    story_that_waits("a ring before the call is loaded", async |stage| {
        let (ada, host, server) = visitor(stage).await?;
        let lin = stage.person("Lin").await?;
        // It is asked for again after ten seconds.
        host.set_fault(CALL, Silent, 1);
        open_room(&ada, &host).await?;
        ada.fill("Your name", "Ada").await?;
        // From another host, on which nothing is wrong.
        let intact = FaultyHost::start(stage, &format!("ws://{}/signal", server.address())).await?;
        lin.open(&intact.room_of(&ada.link().await?)).await?;
        lin.click("Call").await?;
        ada.click("Accept").await?;
        is_in_the_call(&ada).await?;
        ensure!(host.remaining_faults() == 0, "nothing was missing");
        is_in_the_call(&lin).await?;
        lin.camera_of("Ada").moves().await
    })
}

/// Takes the network away from the page, or gives it back.
async fn offline(page: &Page, offline: bool) -> Result<()> {
    let conditions = json!({
        "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    page.cdp("Network.enable", json!({})).await?;
    page.cdp("Network.emulateNetworkConditions", conditions).await
}

#[test]
fn a_failed_load_is_reported_and_can_be_retried() -> Result<()> {
    story_that_waits("files that stay away", async |stage| {
        let (ada, host, server) = visitor(stage).await?;
        host.set_fault(CALL, Status(503), ALWAYS);
        open_room(&ada, &host).await?;
        ada.click("Join").await?;
        ada.says(FAILED).await?;
        ada.has_no_violations().await?;
        // The lobby is as usable as before, and to others it is what it seems.
        ada.click("Mute microphone").await?;
        ada.offers("Unmute microphone").await?;
        ada.fill("Your name", "Ada").await?;
        let lin = stage.person("Lin").await?;
        // From another host, on which nothing is wrong.
        let intact = FaultyHost::start(stage, &format!("ws://{}/signal", server.address())).await?;
        lin.open(&intact.room_of(&ada.link().await?)).await?;
        lin.says("Ada").await?;
        lin.offers("Call").await?;

        host.clear_faults();
        ada.click("Try again").await?;
        is_in_the_call(&ada).await?;
        ada.no_longer_says(FAILED).await?;
        lin.offers("Join").await
    })
}

/// Returns the height of the devices in the lobby, and `true` if they can be chosen.
async fn devices(page: &Page) -> Result<(f64, bool)> {
    let script = "const devices = document.querySelector('.lobby-devices');
        return [devices.offsetHeight,
            !!devices.querySelector('select:enabled') && !devices.querySelector('[inert]')]";
    Ok(serde_json::from_value(page.run(script).await?)?)
}

#[test]
fn devices_keep_their_place_while_their_code_is_loaded() -> Result<()> {
    story_that_waits("devices that come later", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        host.set_fault(CALL, Status(503), ALWAYS);
        open_room(&ada, &host).await?;
        ada.says(FAILED).await?;
        let (height, can_choose) = devices(&ada).await?;
        ensure!(!can_choose && height > 100.0, "{height} px high, to choose from: {can_choose}");
        ada.has_no_violations().await?;
        host.clear_faults();
        ada.click("Try again").await?;
        until("devices to choose from, in the same place", async || {
            let after = devices(&ada).await?;
            ensure!(after == (height, true), "{height} px high before, {after:?} after");
            Ok(())
        })
        .await
    })
}

#[test]
fn the_reason_why_there_is_no_call_waits_for_its_code() -> Result<()> {
    story_that_waits("an end before its page is loaded", async |stage| {
        let (_ada, host, _server) = visitor(stage).await?;
        host.set_fault(CALL, Status(503), ALWAYS);
        let setup = Setup::with_script("delete window.RTCPeerConnection");
        let lin = stage.person_with("Lin", setup).await?;
        lin.open(&new_room(&host)).await?;
        lin.says(FAILED).await?;
        lin.says("Loading…").await?;
        host.clear_faults();
        lin.click("Try again").await?;
        lin.says("This browser cannot make calls").await?;
        lin.no_longer_says("Loading…").await
    })
}

#[test]
fn a_notice_stays_when_the_app_starts_after_it() -> Result<()> {
    story_that_waits("styles that stay away while the app loads", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        host.set_fault("styles.css", Status(503), ALWAYS);
        // The preload and the first attempt, which ends after the styles have failed five times.
        host.set_fault("main.wasm", Silent, 2);
        ada.open(&host.page()).await?;
        ada.says("Loading…").await?;
        ada.says(INTRODUCTION).await?;
        ada.says(FAILED).await?;
        ada.offers("New call").await?;
        ada.says(FAILED).await?;
        host.clear_faults();
        ada.click("Try again").await?;
        ada.no_longer_says(FAILED).await?;

        // Who comes by a link is not told what Tincan is.
        host.set_fault("main.wasm", Silent, 1);
        ada.open("about:blank").await?;
        ada.open(&new_room(&host)).await?;
        ada.says("Loading…").await?;
        ensure!(!ada.text().await?.contains(INTRODUCTION), "it says what Tincan is");
        Ok(())
    })
}

/// Returns how the page was loaded last: "navigate" or "reload".
async fn loaded_by(page: &Page) -> Result<String> {
    let entry = page.run("return performance.getEntriesByType('navigation')[0].type").await?;
    Ok(entry.as_str().unwrap_or_default().to_owned())
}

/// Waits until the page has been reloaded.
async fn is_reloaded(page: &Page) -> Result<()> {
    until("the page to be loaded anew", async || {
        let by = loaded_by(page).await?;
        ensure!(by == "reload", "by {by}");
        Ok(())
    })
    .await
}

#[test]
fn after_a_redeploy_the_page_reloads_once_and_stays_in_its_room() -> Result<()> {
    story("a redeploy", async |stage| {
        let (ada, host, server) = visitor(stage).await?;
        let lin = stage.person("Lin").await?;
        let intact = FaultyHost::start(stage, &format!("ws://{}/signal", server.address())).await?;
        // Hosts answer what is gone with 404, or with their start page.
        for fault in [None, Some(StartPage)] {
            host.set_fault(CALL, Status(503), ALWAYS);
            open_room(&ada, &host).await?;
            ada.fill("Your name", "Ada").await?;
            let link = ada.link().await?;
            lin.open("about:blank").await?;
            lin.open(&intact.room_of(&link)).await?;
            lin.offers("Call").await?;
            host.redeploy()?;
            match fault {
                None => host.clear_faults(),
                Some(fault) => host.set_fault(CALL, fault, 2),
            }
            is_reloaded(&ada).await?;
            host.clear_faults();
            ensure!(ada.link().await? == link, "it is in another room");
            // Whoever was seen is seen once, and rung once.
            ada.offers("Call").await?;
            until("Lin to see one person", async || {
                let people =
                    lin.run("return document.querySelectorAll('.roster li').length").await?;
                ensure!(people == 1, "there are {people}");
                Ok(())
            })
            .await?;
            lin.click("Call").await?;
            ada.click("Accept").await?;
            is_in_the_call(&ada).await?;
            is_in_the_call(&lin).await?;
            lin.camera_of("Ada").moves().await?;
            ada.click("Hang up").await?;
            lin.click("Hang up").await?;
        }
        // A start page that names what is not there does not make it reload for ever.
        host.set_fault(CALL, Status(404), ALWAYS);
        open_room(&ada, &host).await?;
        host.redeploy()?;
        is_reloaded(&ada).await?;
        ada.click("Join").await?;
        ada.says(FAILED).await?;
        ada.offers("Try again").await
    })
}

#[test]
fn a_redeploy_does_not_end_a_call() -> Result<()> {
    story("a redeploy during a call", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        open_room(&ada, &host).await?;
        ada.click("Join").await?;
        is_in_the_call(&ada).await?;
        host.redeploy()?;
        ada.click("Settings").await?;
        ada.choose("Language", "简体中文").await?;
        ada.says("There is a newer version of Tincan").await?;
        ada.press(Key::Escape).await?;
        ada.offers("Reload the page").await?;
        ensure!(loaded_by(&ada).await? == "navigate", "the call is gone");
        ada.offers("Hang up").await
    })
}

#[test]
fn the_first_files_are_retried_and_then_reported() -> Result<()> {
    story("the first load", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        for (name, fault) in [
            ("main.wasm", Status(503)),
            ("main.wasm", CutOff),
            ("app.js", Status(503)),
            ("styles.css", Status(503)),
            ("main.wasm", Type("application/octet-stream")),
        ] {
            // The first request may be a preload, whose response may or may not be reused.
            host.set_fault(name, fault, 2);
            ada.open("about:blank").await?;
            ada.open(&host.page()).await?;
            ada.offers("New call").await?;
            until("the page to have its styles", async || {
                let margin = ada.run("return getComputedStyle(document.body).margin").await?;
                ensure!(margin == "0px", "{name}, {fault:?}: the margin is {margin}");
                Ok(())
            })
            .await?;
            host.clear_faults();
        }
        // The texts of all other languages come beside the app.
        let chinese = Setup { language: "zh-CN", ..Setup::default() };
        let grace = stage.person_with("Grace", chinese).await?;
        for fault in [Status(503), StartPage] {
            host.set_fault("split_zh_hans", fault, 1);
            grace.open("about:blank").await?;
            grace.open(&host.page()).await?;
            grace.offers("发起通话").await?;
            ensure!(host.remaining_faults() == 0, "{fault:?} did not occur");
        }
        // A damaged file is not taken for one that the browser is too old for.
        for (name, fault) in
            [("main.wasm", Status(404)), ("main.wasm", Half), ("app.js", Text("export {"))]
        {
            host.set_fault(name, fault, ALWAYS);
            ada.open("about:blank").await?;
            ada.open(&host.page()).await?;
            ada.says(FAILED).await?;
            host.clear_faults();
            ada.click("Try again").await?;
            ada.offers("New call").await?;
            ada.no_longer_says(FAILED).await?;
        }
        Ok(())
    })
}
