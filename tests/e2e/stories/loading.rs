//! The page is loaded over bad networks and from hosts on which something is wrong.

use std::rc::Rc;

use anyhow::{Result, ensure};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::json;

use crate::harness::Fault::{CutOff, Half, Silent, Stalled, StartPage, Status, Type};
use crate::harness::{Fault, FaultyHost, Page, Server, Setup, Stage, story, until};

/// The rest of the WebAssembly and of the styles, which only a call needs.
pub(crate) const CODE: &str = "later-";
const FAILED: &str = "Part of Tincan could not be loaded";

/// Far more often than anything is tried.
pub(crate) const ALWAYS: usize = 1000;

/// Someone, a host of the page, and a server for its signaling.
async fn visitor(stage: &Stage) -> Result<(Page, Rc<FaultyHost>, Rc<Server>)> {
    let server = Server::start_without_page(stage).await?;
    let host = FaultyHost::start(stage, &format!("ws://{}/signal", server.address())).await?;
    Ok((stage.person("Ada").await?, host, server))
}

/// The person is in the call, which has its styles.
async fn is_in_the_call(page: &Page) -> Result<()> {
    page.offers("Hang up").await?;
    until("the call to have its styles", async || {
        let position = "return getComputedStyle(document.querySelector('.call')).position";
        let position = page.run(position).await?;
        ensure!(position == "fixed", "its position is {position}");
        Ok(())
    })
    .await
}

/// Opens a new room, in a page that loads everything anew. Nobody has touched it yet.
async fn open_room(page: &Page, host: &FaultyHost) -> Result<()> {
    page.open("about:blank").await?;
    let secret: [u8; 16] = std::array::from_fn(|_| fastrand::u8(..));
    page.open(&format!("{}#{}", host.page(), Base64UrlUnpadded::encode_string(&secret))).await?;
    page.offers("Join").await
}

#[test]
fn what_only_a_call_needs_is_loaded_in_spite_of_faults_that_pass() -> Result<()> {
    story("faults that pass", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        let faults: [(&str, Fault, usize); 8] = [
            (".wasm", Status(503), 1),
            (".css", Status(503), 2),
            (".wasm", CutOff, 1),
            (".wasm", Half, 1),
            (".wasm", StartPage, 1),
            (".css", StartPage, 1),
            // Some hosts do not know these types, and never will.
            (".wasm", Type("application/octet-stream"), ALWAYS),
            (".css", Type("text/plain"), ALWAYS),
        ];
        for (ending, fault, times) in faults {
            open_room(&ada, &host).await?;
            // The first files are there: now only the second ones end so.
            host.breaks(ending, fault, times);
            ada.click("Join").await?;
            is_in_the_call(&ada).await?;
            ensure!(times == ALWAYS || host.faults_to_come() == 0, "{fault:?} did not occur");
            ensure!(!ada.text().await?.contains(FAILED), "{fault:?} is shown, and has passed");
            host.mends();
        }
        Ok(())
    })
}

#[test]
fn a_host_that_hangs_is_asked_again() -> Result<()> {
    story("a host that hangs", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        open_room(&ada, &host).await?;
        host.breaks(".css", Stalled, 1);
        host.breaks(".wasm", Silent, 1);
        ada.click("Join").await?;
        ada.says("Loading the call").await?;
        // The lobby is as it was meanwhile.
        ada.click("Turn camera off").await?;
        ada.offers("Turn camera on").await?;
        is_in_the_call(&ada).await?;
        ensure!(host.faults_to_come() == 0, "nothing has hung");
        Ok(())
    })
}

#[test]
fn a_click_counts_when_the_network_is_back() -> Result<()> {
    story("a network that goes away", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        open_room(&ada, &host).await?;
        offline(&ada, true).await?;
        ada.run("document.querySelector('.join button').click()").await?;
        ada.says("Loading the call").await?;
        offline(&ada, false).await?;
        is_in_the_call(&ada).await
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
fn what_stays_away_is_told_and_can_be_tried_again() -> Result<()> {
    story("files that stay away", async |stage| {
        let (ada, host, server) = visitor(stage).await?;
        open_room(&ada, &host).await?;
        let link = ada.link().await?;
        host.breaks(CODE, Status(503), ALWAYS);
        ada.click("Join").await?;
        ada.says(FAILED).await?;
        ada.has_no_violations().await?;
        // The lobby is as usable as before, and to others it is what it seems.
        ada.click("Mute microphone").await?;
        ada.offers("Unmute microphone").await?;
        ada.fill("Your name", "Ada").await?;
        let lin = stage.person("Lin").await?;
        // From another host, on which nothing is wrong.
        let sound = FaultyHost::start(stage, &format!("ws://{}/signal", server.address())).await?;
        let secret = link.rsplit('#').next().unwrap_or_default();
        lin.open(&format!("{}#{secret}", sound.page())).await?;
        lin.says("Ada").await?;
        lin.offers("Call").await?;

        host.mends();
        ada.click("Try again").await?;
        is_in_the_call(&ada).await?;
        ada.no_longer_says(FAILED).await?;
        lin.offers("Join").await
    })
}

#[test]
fn a_notice_stays_when_the_app_starts_after_it() -> Result<()> {
    story("styles that stay away while the app loads", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        host.breaks(".css", Status(503), ALWAYS);
        // The preload and the first attempt, which ends after the styles have failed five times.
        host.breaks(".wasm", Silent, 2);
        ada.open(&host.page()).await?;
        ada.says(FAILED).await?;
        ada.offers("New call").await?;
        ada.says(FAILED).await?;
        host.mends();
        ada.click("Try again").await?;
        ada.no_longer_says(FAILED).await
    })
}

/// The way in which the page was loaded last: "navigate" or "reload".
async fn loaded_by(page: &Page) -> Result<String> {
    let entry = page.run("return performance.getEntriesByType('navigation')[0].type").await?;
    Ok(entry.as_str().unwrap_or_default().to_owned())
}

#[test]
fn after_a_redeploy_the_page_reloads_once_and_stays_in_its_room() -> Result<()> {
    story("a redeploy", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        // Hosts answer what is gone with 404, or with their start page.
        for fault in [None, Some(StartPage)] {
            open_room(&ada, &host).await?;
            let link = ada.link().await?;
            host.redeploy()?;
            if let Some(fault) = fault {
                host.breaks(CODE, fault, 2);
            }
            ada.click("Join").await?;
            until("the page to be loaded anew", async || {
                let by = loaded_by(&ada).await?;
                ensure!(by == "reload", "by {by}");
                Ok(())
            })
            .await?;
            host.mends();
            ensure!(ada.link().await? == link, "it is in another room");
            ada.click("Join").await?;
            is_in_the_call(&ada).await?;
        }
        // A start page that names what is not there does not make it reload for ever.
        open_room(&ada, &host).await?;
        host.redeploy()?;
        host.breaks(CODE, Status(404), ALWAYS);
        ada.click("Join").await?;
        until("the page to be loaded anew", async || {
            let by = loaded_by(&ada).await?;
            ensure!(by == "reload", "by {by}");
            Ok(())
        })
        .await?;
        ada.click("Join").await?;
        ada.says(FAILED).await?;
        ada.offers("Try again").await
    })
}

#[test]
fn the_first_files_are_tried_again_and_then_asked_for() -> Result<()> {
    story("the first load", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        for (name, fault) in [
            ("_bg.wasm", Status(503)),
            ("_bg.wasm", CutOff),
            ("tincan-", Status(503)),
            ("styles-", Status(503)),
            ("_bg.wasm", Type("application/octet-stream")),
        ] {
            // The first time may be a preload, whose answer is shared or not.
            host.breaks(name, fault, 2);
            ada.open("about:blank").await?;
            ada.open(&host.page()).await?;
            ada.offers("New call").await?;
            until("the page to have its styles", async || {
                let font = ada.run("return getComputedStyle(document.body).margin").await?;
                ensure!(font == "0px", "{name}, {fault:?}: the margin is {font}");
                Ok(())
            })
            .await?;
            host.mends();
        }
        host.breaks("_bg.wasm", Status(404), ALWAYS);
        ada.open("about:blank").await?;
        ada.open(&host.page()).await?;
        ada.says(FAILED).await?;
        host.mends();
        ada.click("Try again").await?;
        ada.offers("New call").await
    })
}

#[test]
fn a_browser_that_lacks_what_a_call_needs_says_so() -> Result<()> {
    story("lacks", async |stage| {
        let server = Server::start(stage).await?;
        let setup = |language, script| Setup { language, script, ..Setup::default() };
        let ada = stage.person("Ada").await?;
        ada.open(&server.page()).await?;
        ada.click("New call").await?;
        let link = ada.link().await?;

        let lin = setup("en-US", "delete window.RTCPeerConnection");
        let lin = stage.person_with("Lin", lin).await?;
        lin.open(&link).await?;
        lin.says("This browser cannot make calls").await?;
        lin.offers("Copy link").await?;
        ensure!(!lin.has("Join").await?, "Lin is offered what cannot be");
        lin.has_no_violations().await?;

        let chinese = setup("zh-CN", "delete window.WebAssembly");
        let grace = stage.person_with("Grace", chinese).await?;
        grace.open(&link).await?;
        grace.says("此浏览器无法运行 Tincan").await?;
        // Nobody waits for them.
        ada.says("Nobody else is here yet").await?;
        ada.offers("Join").await
    })
}
