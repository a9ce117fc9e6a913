//! Sound that the browser holds back.

use anyhow::Result;

use crate::harness::{Server, Setup, story};
use crate::scenes::{begin, join};

#[test]
fn sound_that_the_browser_holds_back_comes_after_a_tap() -> Result<()> {
    story("tap to hear", async |stage| {
        let server = Server::start(stage).await?;
        let strict = vec!["--autoplay-policy=user-gesture-required"];
        let ada = stage.person_with("Ada", Setup { arguments: strict, ..Setup::default() }).await?;
        let link = begin(&ada, &server.page()).await?;
        ada.rests().await?;

        let lin = stage.person("Lin").await?;
        join(&lin, &link).await?;
        ada.offers("Tap to hear").await?;
        // The picture needs no tap.
        ada.camera_of("Lin").moves().await?;

        ada.click("Tap to hear").await?;
        ada.camera_of("Lin").is_heard().await?;
        ada.no_longer_offers("Tap to hear").await
    })
}
