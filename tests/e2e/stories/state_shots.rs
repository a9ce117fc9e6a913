//! Screenshots of error messages, for review by people: in both languages and both themes, on a
//! phone, on a laptop and on a large screen.

use anyhow::Result;

use crate::harness::{Devices, Fault, FaultyHost, Page, Server, Setup, story};
use crate::loading::{ALWAYS, CALL};
use crate::shots;

/// Takes the screenshots of one screen in one language.
async fn shots(page: &Page, screen: &str, language: &str) -> Result<()> {
    shots::shots(page, &format!("state-{screen}-{language}")).await
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn links() -> Result<()> {
    story("screenshots of links", async |stage| {
        let server = Server::start(stage).await?;
        for [language, label, open, damaged, several, exposed] in [
            [
                "en-US",
                "Were you sent a link?",
                "Open",
                "This link looks damaged",
                "These are links to different calls",
                "This link is no longer private",
            ],
            [
                "zh-CN",
                "收到了链接？",
                "打开",
                "链接似乎已损坏",
                "这些链接通往不同的通话",
                "此链接已不再私密",
            ],
        ] {
            let ada = stage.person_with("Ada", Setup { language, ..Setup::default() }).await?;
            ada.open(&format!("{}#dgluy2fuihrlc3qgcm9vbw", server.page())).await?;
            ada.says(damaged).await?;
            shots(&ada, "damaged", language).await?;
            ada.open(&format!("{}%23dGluY2FuIHRlc3Qgcm9vbQ", server.page())).await?;
            ada.says(exposed).await?;
            shots(&ada, "exposed", language).await?;
            ada.open(&server.page()).await?;
            let page = server.page();
            let links = format!("{page}#dGluY2FuIHRlc3Qgcm9vbQ or {page}#dGluY2FuIHRlc3Qgcm8vbQ");
            ada.put(label, &links).await?;
            ada.click(open).await?;
            ada.says(several).await?;
            shots(&ada, "several", language).await?;
            ada.close().await?;
        }
        Ok(())
    })
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn devices() -> Result<()> {
    story("screenshots of blocked devices", async |stage| {
        let server = Server::start(stage).await?;
        for [language, new_call, try_again, join, hang_up] in [
            ["en-US", "New call", "Try again", "Join", "Hang up"],
            ["zh-CN", "发起通话", "重试", "加入", "挂断"],
        ] {
            let denied = Setup { devices: Devices::Denied, language, ..Setup::default() };
            let ada = stage.person_with("Ada", denied).await?;
            ada.open(&server.page()).await?;
            ada.click(new_call).await?;
            ada.offers(try_again).await?;
            shots(&ada, "blocked-lobby", language).await?;
            ada.click(join).await?;
            ada.offers(hang_up).await?;
            shots(&ada, "blocked-call", language).await?;
            ada.close().await?;
        }
        Ok(())
    })
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn a_failed_load() -> Result<()> {
    story("screenshots of a failed load", async |stage| {
        let server = Server::start_without_page(stage).await?;
        let host = FaultyHost::start(stage, &format!("ws://{}/signal", server.address())).await?;
        host.set_fault(CALL, Fault::Status(503), ALWAYS);
        for [language, new_call, join, failed] in [
            ["en-US", "New call", "Join", "Part of Tincan could not be loaded"],
            ["zh-CN", "发起通话", "加入", "Tincan 未能完全加载"],
        ] {
            let ada = stage.person_with("Ada", Setup { language, ..Setup::default() }).await?;
            ada.open(&host.page()).await?;
            ada.click(new_call).await?;
            ada.click(join).await?;
            ada.says(failed).await?;
            shots(&ada, "load-failed", language).await?;
            ada.close().await?;
        }
        Ok(())
    })
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn a_browser_that_cannot_call() -> Result<()> {
    story("screenshots of a browser that cannot call", async |stage| {
        let server = Server::start(stage).await?;
        for [language, words] in
            [["en-US", "This browser cannot make calls"], ["zh-CN", "此浏览器无法通话"]]
        {
            let script = "delete window.RTCPeerConnection";
            let setup = Setup { language, script, ..Setup::default() };
            let ada = stage.person_with("Ada", setup).await?;
            ada.open(&format!("{}#dGluY2FuIHRlc3Qgcm9vbQ", server.page())).await?;
            ada.says(words).await?;
            shots(&ada, "cannot-call", language).await?;
            ada.close().await?;
        }
        Ok(())
    })
}
