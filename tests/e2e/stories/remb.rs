//! A peer that tells by REMB alone how much it gets, as some native clients and old browsers do.

use anyhow::{Result, ensure};

use crate::harness::{Page, Server, Setup, story, until};
use crate::scenes::{begin, join, see_each_other};

/// Leaves the newer way, feedback on each packet (transport-wide congestion control), out of all
/// that the page tells of itself and is told.
const REMB_ONLY: &str = r"
    const remb = (description) => ({
        type: description.type,
        sdp: description.sdp?.replace(/^a=(rtcp-fb|extmap):.*transport-(cc|wide-cc).*\r\n/gm, ''),
    });
    const { prototype } = RTCPeerConnection;
    for (const name of ['createOffer', 'createAnswer']) {
        const real = prototype[name];
        prototype[name] = async function (...given) {
            return remb(await real.apply(this, given));
        };
    }
    const { setLocalDescription, setRemoteDescription } = prototype;
    prototype.setLocalDescription = async function (description) {
        const isAnswer = this.signalingState === 'have-remote-offer';
        const made = description ?? await (isAnswer ? this.createAnswer() : this.createOffer());
        return setLocalDescription.call(this, remb(made));
    };
    prototype.setRemoteDescription = function (description) {
        return setRemoteDescription.call(this, remb(description));
    };
";

/// What the two have agreed on, as the page's browser knows it.
async fn agree_on_remb_alone(page: &Page) -> Result<()> {
    let script = "return tincanProbe.alive().map((one) => one.remoteDescription.sdp).join()";
    let sdp = page.run(script).await?.to_string();
    ensure!(sdp.contains("goog-remb") && !sdp.contains("transport-"), "{sdp}");
    Ok(())
}

#[test]
fn a_picture_comes_back_to_who_tells_by_remb_alone() -> Result<()> {
    story("REMB alone", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        // A browser slows down only connections that are made after it was told to.
        ada.limit_network(10_000).await?;
        let link = begin(&ada, &server.page()).await?;
        let old = Setup { script: REMB_ONLY, ..Setup::default() };
        let lin = stage.person_with("Lin", old).await?;
        join(&lin, &link).await?;
        see_each_other(&ada, &lin).await?;
        agree_on_remb_alone(&ada).await?;

        ada.limit_network(50).await?;
        until("the estimate to fall below the smallest picture", async || {
            let bandwidths = ada.bandwidths().await?;
            ensure!(bandwidths.iter().any(|bits| *bits < 80_000.0), "{bandwidths:?}");
            Ok(())
        })
        .await?;
        ada.limit_network(10_000).await?;
        see_each_other(&ada, &lin).await
    })
}
