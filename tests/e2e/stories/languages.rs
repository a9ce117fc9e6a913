//! The language of the page.

use anyhow::Result;

use crate::harness::{Server, Setup, story};

#[test]
fn the_browsers_language_is_taken_and_can_be_changed() -> Result<()> {
    story("two languages", async |stage| {
        let server = Server::start(stage).await?;
        let chinese = Setup { language: "zh-CN", ..Setup::default() };
        let ada = stage.person_with("Ada", chinese).await?;
        ada.open(&server.page()).await?;
        ada.says("一条链接，一次私密通话。").await?;

        ada.click("English").await?;
        ada.says("A private call, in a link.").await?;
        ada.reload().await?;
        ada.says("A private call, in a link.").await?;

        ada.click("简体中文").await?;
        ada.click("发起通话").await?;
        ada.fill("你的名字", "艾达").await?;
        ada.click("加入").await?;
        ada.click("挂断").await?;
        ada.says("你已挂断").await
    })
}
