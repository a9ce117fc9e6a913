//! A call between two homes.
#![expect(clippy::print_stdout, reason = "prints the results")]

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::behaviour::Behaviour;
use crate::harness::{Setup, Stage, until};
use crate::lab::{Credentials, Kind, Lab, PAGE, light};
use crate::prediction::predict;
use crate::route::{self, CLOCK};
use crate::scenes::{begin, join, see_each_other};

/// Prints the heading for the lines of [`call`].
pub(crate) fn heading() {
    println!(
        "\n{:<16} {:<16} {:<14} {:<14} {:<9} {:<13} {:>9}",
        "one", "other", "as probed", "as probed", "predicted", "seen", "connected"
    );
}

/// Runs a call between homes of these kinds. Video moves in both directions, over the predicted
/// route.
pub(crate) async fn call(stage: &Stage, kinds: [Kind; 2]) -> Result<()> {
    // The recommended configuration of coturn.
    let credentials = Credentials::Minted(Duration::from_mins(10));
    let lab = Lab::start_with(stage, kinds, credentials).await?;
    let probed = [0, 1].map(|home| Behaviour::probe(lab.home(home), lab.internet()));
    let [one, other] = probed;
    let probed = [one?, other?];
    for (kind, probed) in kinds.into_iter().zip(probed) {
        ensure!(probed == Behaviour::of(kind), "what is called {kind} is {probed}");
    }
    let (predicted, why) = predict(probed[0], probed[1]);

    let setup = || Setup { script: CLOCK, ..light() };
    let ada = lab.person_with(stage, "Ada", 0, setup()).await?;
    let link = begin(&ada, PAGE).await?;
    let lin = lab.person_with(stage, "Lin", 1, setup()).await?;
    join(&lin, &link).await?;
    see_each_other(&ada, &lin).await?;

    // A call may begin on a longer route. It stays on the shortest one once that is found.
    let talk = async || {
        let ends = [route::end(&ada).await?, route::end(&lin).await?];
        let seen = ends[0].route.max(ends[1].route);
        ensure!(seen == predicted, "they talk by {seen}: {ends:?}");
        Ok(ends.map(|end| end.relay_protocol))
    };
    until(format_args!("{kinds:?} to talk by {predicted} ({why})"), talk).await?;
    see_each_other(&ada, &lin).await?;
    let relays = talk().await?;
    for (kind, relay) in kinds.into_iter().zip(&relays) {
        let passes = kind != Kind::UdpBlocked || relay.as_deref() == Some("tcp");
        ensure!(passes, "without UDP it talks to coturn by {relay:?}");
    }
    let took = route::took(&ada).await?.max(route::took(&lin).await?);
    let relays: Vec<String> = relays.into_iter().flatten().collect();
    let seen = [predicted.to_string(), relays.join("+")].join(" ");
    let [one, other] = kinds;
    println!(
        "{one:<16} {other:<16} {:<14} {:<14} {predicted:<9} {seen:<13} {took:>6.0} ms",
        probed[0], probed[1]
    );
    Ok(())
}
