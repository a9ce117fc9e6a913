//! Changes of devices during a call.

use anyhow::{Result, ensure};

use crate::harness::{Page, Server, Setup, Stage, story, until};
use crate::scenes::{begin, join, see_each_other, talk};

/// A script that simulates a second camera, in red, and a second microphone, with another voice;
/// either can be unplugged, and another one plugged in.
const MORE_DEVICES: &str = "
    const real = MediaDevices.prototype.getUserMedia;
    const list = MediaDevices.prototype.enumerateDevices;
    const device = (kind, deviceId, label) => ({ kind, deviceId, label, groupId: deviceId });
    const more = [device('videoinput', 'red', 'Red camera'), device('audioinput', 'usb', 'Other microphone')];
    const named = (constraints) => {
        const id = constraints?.deviceId;
        return [].concat(id?.exact ?? id?.ideal ?? id ?? [])[0];
    };
    const red = () => {
        const canvas = new OffscreenCanvas(640, 360);
        const generator = document.createElement('canvas');
        Object.assign(generator, { width: 640, height: 360 });
        const context = generator.getContext('2d');
        let tick = 0;
        const draw = () => {
            context.fillStyle = 'rgb(220 0 0)';
            context.fillRect(0, 0, 640, 360);
            context.fillStyle = 'rgb(250 220 0)';
            context.fillRect((tick += 8) % 640, 0, 60, 360);
        };
        draw();
        setInterval(draw, 50);
        return generator.captureStream(20).getVideoTracks()[0];
    };
    const settings = new WeakMap();
    const getSettings = MediaStreamTrack.prototype.getSettings;
    MediaStreamTrack.prototype.getSettings = function () {
        return { ...getSettings.apply(this), ...settings.get(this) };
    };
    window.plugged = [];
    MediaDevices.prototype.getUserMedia = async function (constraints) {
        const wantsRed = named(constraints.video) === 'red' && more.some((one) => one.deviceId === 'red');
        if (!wantsRed) return real.call(this, constraints);
        const stream = constraints.audio ? await real.call(this, { audio: constraints.audio }) : new MediaStream();
        const track = red();
        settings.set(track, { deviceId: 'red', height: 360 });
        stream.addTrack(track);
        window.redTrack = track;
        return stream;
    };
    MediaDevices.prototype.enumerateDevices = async function () {
        return [...await list.apply(this), ...more];
    };
    window.unplugRed = () => {
        more.splice(more.findIndex((one) => one.deviceId === 'red'), 1);
        window.redTrack.stop();
        window.redTrack.dispatchEvent(new Event('ended'));
        navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    };
    window.plugIn = () => {
        more.push(device('audioinput', 'head', 'Headset'));
        navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    };
";

/// Starts a call of Ada, who has the additional devices, and Lin.
async fn a_call(stage: &Stage, server: &Server) -> Result<(Page, Page)> {
    let setup = Setup::with_script(MORE_DEVICES);
    let ada = stage.person_with("Ada", setup).await?;
    ada.may_know_devices().await?;
    let link = begin(&ada, &server.page()).await?;
    let lin = stage.person("Lin").await?;
    join(&lin, &link).await?;
    see_each_other(&ada, &lin).await?;
    Ok((ada, lin))
}

/// Returns the origin lines (`o=`) of the local descriptions. Each negotiation raises the version
/// in them.
async fn origins(page: &Page) -> Result<String> {
    let version = page
        .run("return tincanProbe.alive().map((one) => one.localDescription.sdp.match(/^o=.*$/m)[0]).join()")
        .await?;
    Ok(version.to_string())
}

#[test]
fn a_camera_is_switched_without_a_negotiation() -> Result<()> {
    story("another camera", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = a_call(stage, &server).await?;
        let before = origins(&ada).await?;
        ada.click("Settings").await?;
        ada.choose("Camera", "Red camera").await?;
        lin.camera_of("Ada").is_red().await?;
        lin.camera_of("Ada").moves().await?;
        let after = origins(&ada).await?;
        ensure!(before == after, "{before} became {after}");

        // It is unplugged: the other one takes its place, and the page shows that.
        ada.click("Close").await?;
        ada.run("unplugRed()").await?;
        ada.says("The camera was unplugged.").await?;
        lin.camera_of("Ada").is_not_red().await?;
        talk(&ada, &lin).await
    })
}

#[test]
fn a_device_that_is_plugged_in_is_offered_and_used() -> Result<()> {
    story("a headset", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = a_call(stage, &server).await?;
        ada.run("plugIn()").await?;
        ada.says("Headset was plugged in.").await?;
        ada.click("Use it").await?;
        ada.no_longer_says("Headset was plugged in.").await?;
        until("the choice to be remembered", async || {
            let kept = ada.run("return localStorage.getItem('tincan.microphone')").await?;
            ensure!(kept == "head", "{kept}");
            Ok(())
        })
        .await?;
        talk(&ada, &lin).await
    })
}

#[test]
fn two_pages_on_one_machine_start_muted_until_one_click() -> Result<()> {
    story("the same machine", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = (stage.person("Ada").await?, stage.person("Lin").await?);
        // Pages with permission for devices may know the machine's own addresses.
        for page in [&ada, &lin] {
            page.may_know_devices().await?;
        }
        let link = begin(&ada, &server.page()).await?;
        join(&lin, &link).await?;
        see_each_other(&ada, &lin).await?;
        ada.says("Same computer").await?;
        ensure!(!ada.camera_of("Lin").is_audible().await?, "it feeds back");
        ada.click("Hear Lin").await?;
        ada.camera_of("Lin").is_heard().await?;
        ada.no_longer_says("Same computer").await
    })
}
