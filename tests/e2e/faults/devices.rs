//! Loss of devices.

use anyhow::{Result, ensure};

use crate::call::{Call, Since};
use crate::gap::now;
use crate::harness::until;

/// Unplugs Ada's camera and microphone during the call. Other devices remain.
pub(crate) async fn unplugged(call: &Call, run: u64) -> Result<Since> {
    let ada = &call.ada;
    ada.may_know_devices().await?;
    ada.run(&format!("plugIn('{run}')")).await?;
    ada.click("Settings").await?;
    ada.choose("Camera", &format!("Camera {run}")).await?;
    ada.choose("Microphone", &format!("Microphone {run}")).await?;
    ada.click("Close").await?;
    until("what was plugged in to be used", async || {
        let used = ada.run("return tincanDevices()").await?;
        ensure!(used == 2, "{used} are used");
        Ok(())
    })
    .await?;
    call.comes_back().await?;

    let since = Since::now();
    ada.run("unplug()").await?;
    Ok(since)
}

/// Revokes Ada's permission to use devices, and grants it again. She still sees Lin all the while.
/// Her own camera and microphone come back when she turns them on: no page may do that by itself.
pub(crate) async fn permission_withdrawn(call: &Call) -> Result<Since> {
    let ada = &call.ada;
    let before = now();
    ada.set_device_permission("denied").await?;
    // Until the page has no device, and has stopped retrying.
    until("Ada's devices to be taken away", async || {
        let captured = ada.captured().await?;
        ensure!(captured.is_empty(), "the page still captures {captured:?}");
        for name in ["Unmute microphone", "Turn camera on"] {
            ensure!(ada.has(name).await?, "`{name}` is not offered");
        }
        Ok(())
    })
    .await?;
    ada.camera_of("Lin").moves().await?;
    ada.camera_of("Lin").is_still_heard().await?;
    ada.set_device_permission("granted").await?;
    ada.click("Unmute microphone").await?;
    ada.click("Turn camera on").await?;
    Ok(Since { ada: before, lin: now() })
}
