//! Tincan in WebKitGTK, which has no `RTCPeerConnection`. The page says so. If it is made to
//! believe that the browser can call, everything up to the call works and looks as elsewhere.

use std::rc::Rc;

use anyhow::{Result, ensure};
use serde::Deserialize;

use crate::harness::{Devices, Engine, Page, Server, Setup, Stage, StaticHost, story, until};

/// The maximum height of a button, in CSS pixels.
const HIGHEST_BUTTON: f64 = 64.0;

/// The tolerance between the heights in two engines, in CSS pixels.
const SAME_HEIGHT: f64 = 16.0;

/// A script that makes the page believe that WebKitGTK can call, so that there is a lobby to
/// inspect.
const CAN_CALL: &str = "window.RTCPeerConnection ??= class { close() {} };";

/// Starts a host whose page has a lobby in WebKit, too.
pub(crate) async fn host(stage: &Stage) -> Result<Rc<StaticHost>> {
    let server = Server::start_without_page(stage).await?;
    let signaling = format!("ws://{}/signal", server.address());
    StaticHost::start_with_script(stage, &signaling, CAN_CALL).await
}

/// Starts WebKit for a person.
async fn webkit(stage: &Stage, who: &str, devices: Devices) -> Result<Page> {
    let setup = Setup { engine: Engine::WebKit, devices, ..Setup::default() };
    stage.person_with(who, setup).await
}

/// The heights of an open dialog and of its buttons.
#[derive(Debug, Deserialize)]
struct Dialog {
    height: f64,
    buttons: Vec<f64>,
}

impl Dialog {
    /// Measures the open dialog, once it has appeared.
    async fn of(page: &Page) -> Result<Self> {
        let script = "
            const done = arguments[arguments.length - 1];
            const height = (element) => element.getBoundingClientRect().height;
            const ends = (animation) => animation.effect.getComputedTiming().endTime !== Infinity;
            const ended = document.getAnimations().filter(ends).map(({ finished }) => finished);
            Promise.allSettled(ended).then(() => {
                const dialog = document.querySelector('dialog[open]');
                const buttons = [...dialog.querySelectorAll('button')].map(height);
                done({ height: height(dialog), buttons });
            });";
        let dialog: Self = serde_json::from_value(page.run_to_end(script).await?)?;
        ensure!(!dialog.buttons.is_empty(), "there is no button on {page:?}");
        let is_low = dialog.buttons.iter().all(|height| *height < HIGHEST_BUTTON);
        ensure!(is_low, "a button is stretched on {page:?}: {dialog:?}");
        Ok(dialog)
    }
}

#[test]
fn links_and_languages_in_webkit() -> Result<()> {
    story("links in WebKit", async |stage| {
        let host = host(stage).await?;
        let ada = webkit(stage, "Ada", Devices::Granted).await?;
        ada.open(&format!("{}#q83v", host.page())).await?;
        ada.says("This link is not complete").await?;
        ada.click("New call").await?;
        let link = ada.link().await?;
        ada.click("Copy link").await?;
        ada.says("Link copied").await?;

        ada.open(&host.page()).await?;
        ada.paste("Were you sent a link?", &link).await?;
        ada.click("Open").await?;
        ada.offers("Join").await?;
        ensure!(ada.link().await? == link, "another room was opened");

        ada.open(&host.page()).await?;
        ada.click("简体中文").await?;
        ada.says("一条链接，一次私密通话。").await?;
        ada.reload().await?;
        ada.says("一条链接，一次私密通话。").await?;
        ada.click("English").await?;
        ada.says("A private call, in a link.").await
    })
}

#[test]
fn devices_in_webkit() -> Result<()> {
    story("devices in WebKit", async |stage| {
        let host = host(stage).await?;
        let ada = webkit(stage, "Ada", Devices::Granted).await?;
        ada.open(&host.page()).await?;
        ada.click("New call").await?;
        ada.offers("Turn camera off").await?;
        own_picture_moves(&ada).await?;
        ada.run("document.querySelector('summary').click()").await?;
        ada.choose("Camera", "Mock video device 2").await?;
        own_picture_moves(&ada).await?;
        ada.click("Turn camera off").await?;
        ada.says("Your camera is off").await?;
        ada.click("Turn camera on").await?;
        own_picture_moves(&ada).await?;
        ada.click("Mute microphone").await?;
        ada.offers("Unmute microphone").await?;
        // WebKit reports `OverconstrainedError` if there is no device at all.
        let lin = webkit(stage, "Lin", Devices::None).await?;
        lin.open(&ada.link().await?).await?;
        lin.says("No camera or microphone found").await
    })
}

/// Waits until the preview shows new frames.
async fn own_picture_moves(page: &Page) -> Result<()> {
    let script = "
        const done = arguments[arguments.length - 1];
        const video = document.querySelector('video');
        const begin = video?.currentTime;
        setTimeout(() => done(video?.videoWidth > 0 && video.currentTime > begin), 100);";
    until(format_args!("the preview on {page:?} to move"), async || {
        ensure!(page.run_to_end(script).await? == true, "it does not");
        Ok(())
    })
    .await
}

#[test]
fn dialogs_are_as_high_in_webkit_as_in_chromium() -> Result<()> {
    story("dialogs in WebKit", async |stage| {
        let host = host(stage).await?;
        let ada = stage.person("Ada").await?;
        let lin = webkit(stage, "Lin", Devices::Granted).await?;
        ada.open(&host.page()).await?;
        ada.click("New call").await?;
        ada.fill("Your name", "Ada").await?;
        lin.open(&ada.link().await?).await?;
        // From now on the layout is stable.
        lin.says("getting ready").await?;
        lin.offers("Turn camera off").await?;
        for (width, height) in [(1280, 800), (390, 844)] {
            let mut heights = Vec::new();
            for page in [&ada, &lin] {
                page.sized(width, height).await?;
                page.click("Show QR code").await?;
                page.offers("Close").await?;
                heights.push(Dialog::of(page).await?.height);
                page.click("Close").await?;
                page.no_longer_offers("Close").await?;
            }
            let differ = (heights[0] - heights[1]).abs();
            ensure!(differ < SAME_HEIGHT, "{heights:?} at {width}x{height}");
        }
        ada.click("Call").await?;
        lin.offers("Decline").await?;
        Dialog::of(&lin).await?;
        lin.click("Decline").await?;
        ada.says("declined").await
    })
}

#[test]
fn webkit_without_peer_connections_says_so_and_is_not_called() -> Result<()> {
    story("no peer connections in WebKit", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        ada.open(&server.page()).await?;
        ada.click("New call").await?;
        let lin = webkit(stage, "Lin", Devices::Granted).await?;
        lin.open(&ada.link().await?).await?;
        lin.says("This browser cannot make calls").await?;
        lin.offers("Copy link").await?;
        ensure!(!lin.has("Join").await?, "Lin is offered to join");
        ada.says("Nobody else is here yet").await?;

        // A call does not reach Lin, who has nothing to accept.
        let grace = stage.person("Grace").await?;
        grace.open(&ada.link().await?).await?;
        grace.fill("Your name", "Grace").await?;
        ada.says("Grace").await?;
        ada.click("Call").await?;
        ada.says("Calling Grace…").await?;
        grace.offers("Accept").await?;
        lin.says("This browser cannot make calls").await?;
        for name in ["Accept", "Accept without camera", "Decline", "Call", "Join"] {
            ensure!(!lin.has(name).await?, "Lin is offered `{name}`");
        }
        Ok(())
    })
}
