//! A call that can not connect: what the page tries, what it says meanwhile, and why it failed.

use anyhow::Result;

use crate::harness::{Page, Server, Setup, Stage, story};
use crate::scenes::{call_with, talk};

/// A browser that loses every candidate of its peer's, until the wall is taken away. So no connection
/// comes about, as between networks that let nothing through.
pub(crate) const WALL: &str = "
    globalThis.wall = true;
    const add = RTCPeerConnection.prototype.addIceCandidate;
    RTCPeerConnection.prototype.addIceCandidate = async function (candidate) {
        if (!wall) await add.call(this, candidate);
    };
    const set = RTCPeerConnection.prototype.setRemoteDescription;
    RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
        if (wall) sdp = sdp.replace(/a=candidate:.*\\r\\n/g, '');
        return set.call(this, { type, sdp });
    };
";

/// A TURN server that nobody is, and that is asked for at once in vain.
pub(crate) const NOBODY: &str = "turn:127.0.0.1:9?transport=tcp,user,password";

/// Two people who come into a call with a wall between them.
pub(crate) async fn apart(
    stage: &Stage,
    server: &Server,
    language: &'static str,
) -> Result<(Page, Page)> {
    let walled = Setup { script: WALL, language, ..Setup::default() };
    let lin = Setup { script: WALL, ..Setup::default() };
    call_with(stage, &server.page(), walled, lin).await
}

async fn take_the_wall_away(pages: [&Page; 2]) -> Result<()> {
    for page in pages {
        page.run("globalThis.wall = false").await?;
    }
    Ok(())
}

#[test]
fn a_call_without_a_way_says_why_and_can_be_tried_again() -> Result<()> {
    story("no way", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = apart(stage, &server, "en-US").await?;
        ada.says("Connecting").await?;
        ada.says("Trying a new connection").await?;
        for (page, other) in [(&ada, "Lin"), (&lin, "Ada")] {
            page.says(&format!("No connection with {other}")).await?;
            page.says("this server offers no relay").await?;
        }
        take_the_wall_away([&ada, &lin]).await?;
        ada.click("Try again").await?;
        talk(&ada, &lin).await
    })
}

#[test]
fn relays_alone_are_the_last_resort() -> Result<()> {
    story("no relay", async |stage| {
        let server = Server::start_naming(stage, NOBODY).await?;
        let (ada, lin) = apart(stage, &server, "en-US").await?;
        ada.says("through a relay").await?;
        ada.says("Your network may block calls").await?;
        take_the_wall_away([&ada, &lin]).await?;
        // Nobody does anything: it is tried again by itself.
        talk(&ada, &lin).await
    })
}
