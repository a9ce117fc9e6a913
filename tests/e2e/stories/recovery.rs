//! A call that cannot connect: the attempts, the messages meanwhile, and the reason of the failure.

use anyhow::{Result, ensure};

use crate::harness::{Page, Server, Setup, Stage, copy_report, story_that_waits};
use crate::scenes::{call_with, talk};

/// A script that drops every remote candidate until the wall is removed. So no connection is
/// established, as between networks that block everything.
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

/// A TURN server that does not exist, and refuses connections at once.
pub(crate) const UNREACHABLE_TURN: &str = "turn:127.0.0.1:9?transport=tcp,user,password";

/// Starts a call of two people with a wall between them.
async fn apart(stage: &Stage, server: &Server) -> Result<(Page, Page)> {
    let walled = || Setup::with_script(WALL);
    call_with(stage, &server.page(), walled(), walled()).await
}

async fn take_the_wall_away(pages: [&Page; 2]) -> Result<()> {
    for page in pages {
        page.run("globalThis.wall = false").await?;
    }
    Ok(())
}

#[test]
fn a_call_without_a_route_explains_its_failure_and_can_be_retried() -> Result<()> {
    story_that_waits("no way", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = apart(stage, &server).await?;
        ada.says("Connecting").await?;
        ada.says("Trying a new connection").await?;
        for (page, other) in [(&ada, "Lin"), (&lin, "Ada")] {
            page.says(&format!("No connection with {other}")).await?;
            page.says("this server offers no relay").await?;
            let report = copy_report(page, other).await?;
            ensure!(report["reason"] == "no-relay", "another reason: {report}");
            let kinds = &report["link"]["candidates"];
            ensure!(kinds[0]["class"] == "host-udp", "no candidates: {report}");
        }
        take_the_wall_away([&ada, &lin]).await?;
        ada.click("Try again").await?;
        talk(&ada, &lin).await
    })
}

#[test]
fn relay_only_is_the_last_resort() -> Result<()> {
    story_that_waits("no relay", async |stage| {
        let server = Server::start_naming(stage, UNREACHABLE_TURN).await?;
        let (ada, lin) = apart(stage, &server).await?;
        ada.says("through a relay").await?;
        ada.says("The relay can't be reached").await?;
        take_the_wall_away([&ada, &lin]).await?;
        // No interaction: the page retries by itself.
        talk(&ada, &lin).await
    })
}

#[test]
fn the_network_can_be_checked_where_a_call_failed() -> Result<()> {
    story_that_waits("a check from a failure", async |stage| {
        let server = Server::start_naming(stage, UNREACHABLE_TURN).await?;
        let (ada, _lin) = apart(stage, &server).await?;
        ada.says("through a relay").await?;
        ada.says("The relay can't be reached").await?;
        // The check goes on whatever becomes of the connection meanwhile.
        ada.click("Check my network").await?;
        ada.says("The check is done.").await?;
        ada.says("does not connect").await
    })
}
