//! A call by keyboard only.

use anyhow::Result;
use fantoccini::key::Key;

use crate::harness::{Server, story};
use crate::scenes::join;

#[test]
fn a_call_is_made_by_keyboard_alone() -> Result<()> {
    story("keyboard alone", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        ada.open(&server.page()).await?;
        ada.offers("New call").await?;
        ada.tab_to("New call").await?;
        ada.press(Key::Enter).await?;

        ada.offers("Join").await?;
        ada.tab_to("Your name").await?;
        ada.type_text("Ada").await?;
        ada.press(Key::Enter).await?;

        ada.offers("Hang up").await?;
        let lin = stage.person("Lin").await?;
        join(&lin, &ada.link().await?).await?;
        lin.camera_of("Ada").moves().await?;
        ada.tab_to("Mute microphone").await?;
        ada.press(Key::Space).await?;
        lin.says("microphone muted").await?;

        ada.tab_to("Hang up").await?;
        ada.press(Key::Enter).await?;
        ada.offers("Call again").await?;
        lin.camera_of("Ada").is_gone().await
    })
}
