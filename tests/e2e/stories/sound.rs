//! Audio that the browser blocks.

use anyhow::Result;

use crate::harness::{Server, Setup, story};
use crate::scenes::{begin, join};

#[test]
fn blocked_audio_plays_after_a_tap() -> Result<()> {
    story("tap to hear", async |stage| {
        let server = Server::start(stage).await?;
        let strict = vec!["--autoplay-policy=user-gesture-required"];
        let ada = stage.person_with("Ada", Setup { arguments: strict, ..Setup::default() }).await?;
        let link = begin(&ada, &server.page()).await?;
        ada.rests().await?;

        let lin = stage.person("Lin").await?;
        join(&lin, &link).await?;
        ada.offers("Tap to hear").await?;
        // Video does not need a tap.
        ada.camera_of("Lin").moves().await?;

        ada.click("Tap to hear").await?;
        ada.camera_of("Lin").is_heard().await?;
        ada.no_longer_offers("Tap to hear").await?;

        // As when headphones are taken off, or a media key is pressed.
        ada.run("document.querySelectorAll('video').forEach((video) => video.pause())").await?;
        ada.camera_of("Lin").moves().await?;
        ada.camera_of("Lin").is_heard().await?;

        // The request to unblock disappears together with its person.
        lin.click("Hang up").await?;
        ada.camera_of("Lin").is_gone().await?;
        ada.run(
            "HTMLMediaElement.prototype.play = function () {
                return Promise.reject(new DOMException('', 'NotAllowedError'));
            }",
        )
        .await?;
        let grace = stage.person("Grace").await?;
        join(&grace, &link).await?;
        ada.offers("Tap to hear").await?;
        grace.click("Hang up").await?;
        ada.no_longer_offers("Tap to hear").await
    })
}
