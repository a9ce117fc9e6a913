//! A peer that reports bandwidth by REMB only, as some native clients and old browsers do.

use anyhow::{Result, ensure};

use crate::harness::{Page, Server, Setup, story, until};
use crate::scenes::{begin, join, see_each_other};

/// A script that removes transport-wide congestion control from all descriptions that the page
/// sends and receives.
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

/// Checks the negotiated feedback, by the page's descriptions.
async fn agree_on_remb_alone(page: &Page) -> Result<()> {
    let script = "return tincanProbe.alive().map((one) => one.remoteDescription.sdp).join()";
    let sdp = page.run(script).await?.to_string();
    ensure!(sdp.contains("goog-remb") && !sdp.contains("transport-"), "{sdp}");
    Ok(())
}

#[test]
fn video_recovers_for_a_peer_that_sends_only_remb() -> Result<()> {
    story("REMB alone", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person_with("Ada", Setup::measured()).await?;
        ada.limit_network(10_000).await?;
        let link = begin(&ada, &server.page()).await?;
        let old = Setup::with_script(REMB_ONLY);
        let lin = stage.person_with("Lin", old).await?;
        join(&lin, &link).await?;
        see_each_other(&ada, &lin).await?;
        agree_on_remb_alone(&ada).await?;

        ada.limit_network(50).await?;
        until("the estimate to fall below the smallest video", async || {
            let bandwidths = ada.bandwidths().await?;
            ensure!(bandwidths.iter().any(|bits| *bits < 80_000.0), "{bandwidths:?}");
            Ok(())
        })
        .await?;
        ada.limit_network(10_000).await?;
        see_each_other(&ada, &lin).await
    })
}
