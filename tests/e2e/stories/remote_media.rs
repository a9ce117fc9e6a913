//! Messages about media that cannot be played, or not on the chosen speaker.

use anyhow::{Result, ensure};

use crate::harness::{Page, Server, Setup, story, until};
use crate::scenes::{begin, call_with, join};

/// Expands to a script that restricts each video section to one codec.
macro_rules! only {
    ($codec:literal) => {
        concat!(
            "const codec = 'video/",
            $codec,
            "';
            const keep = (connection) => {
                for (const section of connection.getTransceivers()) {
                    const { codecs } = RTCRtpReceiver.getCapabilities('video');
                    const kept = codecs.filter((one) => one.mimeType === codec);
                    if (section.receiver.track.kind === 'video' && section.direction !== 'stopped') {
                        section.setCodecPreferences(window.anyCodec ? [] : kept);
                    }
                }
            };
            for (const name of ['createOffer', 'createAnswer', 'setLocalDescription']) {
                const real = RTCPeerConnection.prototype[name];
                RTCPeerConnection.prototype[name] = function (...given) {
                    keep(this);
                    return real.apply(this, given);
                };
            }"
        )
    };
}

/// A script for browsers that have no video codec in common with others.
pub(crate) const VP8_ALONE: &str = only!("VP8");
pub(crate) const VP9_ALONE: &str = only!("VP9");

#[test]
fn without_a_common_video_codec_there_is_audio_and_a_message() -> Result<()> {
    story("no common video format", async |stage| {
        let server = Server::start(stage).await?;
        let ada = Setup::with_script(VP8_ALONE);
        let lin = Setup::with_script(VP9_ALONE);
        let (ada, lin) = call_with(stage, &server.page(), ada, lin).await?;
        for (page, other) in [(&ada, "Lin"), (&lin, "Ada")] {
            page.camera_of(other).is_heard().await?;
            page.says("your browsers have no video format in common").await?;
            says_of_the_camera(page, "Nobody can see it").await?;
        }
        // A later negotiation finds a common codec.
        for page in [&ada, &lin] {
            page.run("window.anyCodec = true").await?;
        }
        let _slides = ada.open_slides().await?;
        ada.click("Share screen").await?;
        for (page, other) in [(&ada, "Lin"), (&lin, "Ada")] {
            page.camera_of(other).moves().await?;
            page.no_longer_says("no video format in common").await?;
            says_of_the_camera(page, "").await?;
        }
        Ok(())
    })
}

/// Waits until the button of the camera has this description.
async fn says_of_the_camera(page: &Page, words: &str) -> Result<()> {
    until(format_args!("the camera's button to say `{words}`"), async || {
        let title = page
            .run("return document.querySelector('[aria-label=\"Turn camera off\"]')?.title ?? '?'")
            .await?;
        let title = title.as_str().unwrap_or_default().to_owned();
        ensure!(title.starts_with(words) && title.is_empty() == words.is_empty(), "`{title}`");
        Ok(())
    })
    .await
}

/// A script that simulates headphones which can be unplugged and plugged in again.
pub(crate) const HEADPHONES: &str = "
    const list = MediaDevices.prototype.enumerateDevices;
    const head = { kind: 'audiooutput', deviceId: 'head', label: 'Headphones', groupId: 'head' };
    let isThere = true;
    MediaDevices.prototype.enumerateDevices = async function () {
        return [...await list.apply(this), ...isThere ? [head] : []];
    };
    const sinks = new WeakMap();
    Object.defineProperty(HTMLMediaElement.prototype, 'sinkId', {
        get() { return sinks.get(this) ?? ''; },
    });
    HTMLMediaElement.prototype.setSinkId = async function (id) {
        if (id === 'head' && !isThere) throw new DOMException('', 'NotFoundError');
        sinks.set(this, id);
    };
    window.plug = (there) => {
        isThere = there;
        navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    };
";

/// Waits until the peer's audio is played on this speaker, and the picker shows it.
async fn plays_on(page: &Page, sink: &str, choice: &str) -> Result<()> {
    until(format_args!("audio on `{sink}`, and `{choice}` in the picker"), async || {
        let shown = page
            .run(
                "const video = document.querySelector('video[data-kind=camera]');
                const labels = [...document.querySelectorAll('.speaker label')];
                const picker = labels[0]?.querySelector('select');
                return [video?.sinkId, picker?.selectedOptions[0]?.label].join();",
            )
            .await?;
        ensure!(shown == [sink, choice].join(",").as_str(), "{shown}");
        Ok(())
    })
    .await
}

#[test]
fn an_unplugged_speaker_is_reported_and_offered_again() -> Result<()> {
    story("headphones", async |stage| {
        let server = Server::start(stage).await?;
        let setup = Setup::with_script(HEADPHONES);
        let ada = stage.person_with("Ada", setup).await?;
        ada.may_know_devices().await?;
        let link = begin(&ada, &server.page()).await?;
        let lin = stage.person("Lin").await?;
        join(&lin, &link).await?;
        ada.camera_of("Lin").is_heard().await?;

        ada.click("Settings").await?;
        ada.choose("Speaker", "Headphones").await?;
        plays_on(&ada, "head", "Headphones").await?;
        ada.run("plug(false)").await?;
        plays_on(&ada, "", "Automatic").await?;
        ada.says("Your speaker isn't available").await?;
        ada.run("plug(true)").await?;
        ada.says("Headphones was plugged in").await?;
        plays_on(&ada, "", "Automatic").await?;
        ada.click("Close").await?;
        ada.click("Use it").await?;
        ada.click("Settings").await?;
        plays_on(&ada, "head", "Headphones").await
    })
}
