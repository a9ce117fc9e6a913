//! Unavailable devices: each problem has its own message, and a call without devices works.

use anyhow::{Result, ensure};

use crate::harness::{Devices, Engine, Page, Server, Setup, Stage, story};
use crate::scenes::{begin, join};

/// Lets Ada join without devices: she is told the reason, and sees and hears Lin.
async fn joins_without_devices(stage: &Stage, setup: Setup, words: &str) -> Result<Page> {
    let server = Server::start(stage).await?;
    let lin = stage.person("Lin").await?;
    let link = begin(&lin, &server.page()).await?;

    let ada = stage.person_with("Ada", setup).await?;
    ada.open(&link).await?;
    ada.says(words).await?;
    ada.says("You can also join without them").await?;
    join(&ada, &link).await?;
    ada.camera_of("Lin").moves().await?;
    ada.camera_of("Lin").is_heard().await?;
    lin.camera_of("Ada").is_there().await?;
    Ok(ada)
}

#[test]
fn a_person_who_denies_devices_can_join() -> Result<()> {
    denied(Engine::Chromium)
}

pub(crate) fn denied(engine: Engine) -> Result<()> {
    story(&format!("denied devices in {engine:?}"), async |stage| {
        let setup = Setup { devices: Devices::Denied, ..Setup::of(engine) };
        let words = "Tincan may not use your camera and microphone";
        joins_without_devices(stage, setup, words).await.map(drop)
    })
}

#[test]
fn a_blocked_microphone_leaves_the_camera_working() -> Result<()> {
    no_microphone_allowed(Engine::Chromium)
}

pub(crate) fn no_microphone_allowed(engine: Engine) -> Result<()> {
    story(&format!("a blocked microphone in {engine:?}"), async |stage| {
        let server = Server::start(stage).await?;
        let lin = stage.person("Lin").await?;
        let link = begin(&lin, &server.page()).await?;

        let setup = Setup { devices: Devices::NoMicrophoneAllowed, ..Setup::of(engine) };
        let ada = stage.person_with("Ada", setup).await?;
        ada.open(&link).await?;
        ada.says("Tincan may not use your microphone").await?;
        ada.offers("Turn camera off").await?;
        join(&ada, &link).await?;
        lin.camera_of("Ada").moves().await?;
        lin.says("microphone muted").await?;
        let captured = ada.captured().await?;
        ensure!(captured.len() == 1 && captured[0].starts_with("video"), "{captured:?}");
        Ok(())
    })
}

#[test]
fn a_missing_camera_leaves_the_microphone_working() -> Result<()> {
    story("no camera", async |stage| {
        let server = Server::start(stage).await?;
        let lin = stage.person("Lin").await?;
        let link = begin(&lin, &server.page()).await?;

        let setup = Setup { devices: Devices::NoCamera, ..Setup::default() };
        let ada = stage.person_with("Ada", setup).await?;
        ada.open(&link).await?;
        ada.says("No camera found").await?;
        join(&ada, &link).await?;
        ada.camera_of("Lin").moves().await?;
        lin.camera_of("Ada").is_heard().await
    })
}

#[test]
fn a_person_without_devices_can_join() -> Result<()> {
    story("no devices", async |stage| {
        let missing = Setup::with_script(
            "MediaDevices.prototype.getUserMedia = async () => {
                throw new DOMException('Requested device not found', 'NotFoundError');
            };",
        );
        joins_without_devices(stage, missing, "No camera or microphone found").await.map(drop)
    })
}

#[test]
fn devices_in_use_by_another_program_can_be_retried() -> Result<()> {
    story("busy devices", async |stage| {
        // Until the other program releases them.
        let busy = Setup::with_script(
            "const getUserMedia = MediaDevices.prototype.getUserMedia;
            window.devicesAreBusy = true;
            MediaDevices.prototype.getUserMedia = async function (...args) {
                if (!window.devicesAreBusy) return getUserMedia.apply(this, args);
                throw new DOMException('Could not start video source', 'NotReadableError');
            };",
        );
        let ada = joins_without_devices(stage, busy, "Camera and microphone are busy").await?;
        ada.run("window.devicesAreBusy = false").await?;
        ada.click("Turn camera on").await?;
        ada.offers("Turn camera off").await
    })
}

#[test]
fn overconstrained_devices_are_explained() -> Result<()> {
    story("over-constrained devices", async |stage| {
        let unable = Setup::with_script(
            "MediaDevices.prototype.getUserMedia = async () => {
                throw new OverconstrainedError('width', 'too wide');
            };",
        );
        let words = "Camera and microphone don't support these settings";
        joins_without_devices(stage, unable, words).await.map(drop)
    })
}

#[test]
fn a_page_without_https_has_no_devices() -> Result<()> {
    story("an insecure page", async |stage| {
        let server = Server::start(stage).await?;
        let lin = stage.person("Lin").await?;
        let link = begin(&lin, &server.page()).await?;

        let elsewhere = vec!["--host-resolver-rules=MAP insecure.test 127.0.0.1"];
        let setup = Setup { arguments: elsewhere, ..Setup::default() };
        let ada = stage.person_with("Ada", setup).await?;
        let link = link.replace("127.0.0.1", "insecure.test");
        ada.open(&link).await?;
        ada.says("This page was not loaded over HTTPS").await?;
        join(&ada, &link).await?;
        ada.camera_of("Lin").moves().await?;
        ada.camera_of("Lin").is_heard().await
    })
}
