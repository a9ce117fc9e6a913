//! Calls that cannot connect: what is wrong with the relay or the network is named by both pages,
//! and by the reports that they offer.
#![expect(clippy::print_stdout, reason = "prints the results")]

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::future::join_all;

use crate::harness::{
    EARLY_REPORT, Page, Setup, Stage, early_report, expect_failure, story_alone, until,
};
use crate::lab::{self, Credentials, Kind, Lab, PAGE, Relay, Transport, light};
use crate::scenes::{begin, join};

/// A fault, and what it is called.
struct Row {
    name: &'static str,
    people: [&'static str; 2],
    kind: Kind,
    relay: Relay,
    /// coturn is killed before the call.
    is_down: bool,
    /// The words that both pages show.
    words: &'static str,
    /// The word for it in a report.
    reason: &'static str,
    /// The errors in a report, as server and code. Chromium tells nothing of a relay that is silent
    /// on UDP.
    errors: &'static [(&'static str, u64)],
}

const UDP_AND_TCP: &[Transport] = &[Transport::Udp, Transport::Tcp];

const ROWS: [Row; 5] = [
    Row {
        name: "another secret",
        people: ["Ada", "Lin"],
        kind: Kind::Symmetric,
        relay: Relay { credentials: Credentials::OtherSecret, transports: UDP_AND_TCP },
        is_down: false,
        words: "The relay refuses this server's credentials",
        reason: "relay-refused-credentials",
        errors: &[("turn-udp", 401), ("turn-tcp", 401)],
    },
    Row {
        name: "another clock",
        people: ["Grace", "Alan"],
        kind: Kind::Symmetric,
        relay: Relay { credentials: Credentials::LateClock, transports: UDP_AND_TCP },
        is_down: false,
        words: "The relay refuses this server's credentials",
        reason: "relay-refused-credentials",
        errors: &[("turn-udp", 401), ("turn-tcp", 401)],
    },
    Row {
        name: "a bad certificate",
        people: ["Emmy", "Kurt"],
        kind: Kind::Symmetric,
        relay: Relay { credentials: Credentials::Password, transports: &[Transport::Tls] },
        is_down: false,
        words: "There's no secure connection to the relay",
        reason: "relay-certificate-or-unreachable",
        errors: &[("turn-tls", 701)],
    },
    Row {
        name: "no relay",
        people: ["Barbara", "Edsger"],
        kind: Kind::Symmetric,
        relay: Relay { credentials: Credentials::Password, transports: UDP_AND_TCP },
        is_down: true,
        words: "The relay can't be reached",
        reason: "relay-unreachable",
        errors: &[("turn-tcp", 701)],
    },
    Row {
        name: "no UDP",
        people: ["Hedy", "Radia"],
        kind: Kind::UdpBlocked,
        relay: Relay { credentials: Credentials::Password, transports: &[Transport::Udp] },
        is_down: false,
        words: "UDP doesn't get through",
        reason: "udp-blocked",
        errors: &[],
    },
];

/// Has two people call each other in vain.
async fn fails(stage: &Stage, row: &Row) -> Result<()> {
    let lab = Lab::start_with(stage, [row.kind; 2], row.relay).await?;
    if row.is_down {
        lab.internet().kill_relay();
    }
    let [one, other] = row.people;
    let setup = || Setup { script: EARLY_REPORT, ..light() };
    let one = lab.person_with(stage, one, 0, setup()).await?;
    let link = begin(&one, PAGE).await?;
    let other = lab.person_with(stage, other, 1, setup()).await?;
    join(&other, &link).await?;
    for page in [&one, &other] {
        expect_failure(page, row.words).await?;
    }
    for page in [&one, &other] {
        until(format_args!("{} to try relays, or to give up", page.who()), async || {
            let text = page.text().await?;
            let words = ["Trying through a relay", "No connection with"];
            ensure!(words.iter().any(|words| text.contains(words)), "{text:?}");
            Ok(())
        })
        .await?;
    }
    is_told(row, &one, &other).await?;
    is_told(row, &other, &one).await
}

/// Waits until a page has named the fault, and reads its report.
async fn is_told(row: &Row, page: &Page, other: &Page) -> Result<()> {
    let report = early_report(page, other.who()).await?;
    println!("{}: {report}", row.name);
    ensure!(report["reason"] == row.reason, "the report tells another reason: {report}");
    let errors = report["link"]["errors"].as_array().context("errors are a list")?;
    for (server, code) in row.errors {
        let is_told =
            errors.iter().any(|error| error["server"] == *server && error["code"] == *code);
        ensure!(is_told, "{server} {code} is not told: {report}");
    }
    Ok(())
}

/// The pages mostly wait, each for three attempts of 15 seconds, so all of them wait together.
#[test]
#[ignore = "takes minutes: `cargo xtask test natlab --all`"]
fn what_keeps_a_call_from_connecting_is_named() -> Result<()> {
    if let Some(why) = lab::skip_reason() {
        println!("left out: {why}");
        return Ok(());
    }
    story_alone("why it did not connect", async |stage| {
        let results = join_all(ROWS.iter().map(|row| fails(stage, row))).await;
        let mut failed = 0;
        for (row, result) in ROWS.iter().zip(results) {
            if let Err(error) = result {
                println!("{} FAILED: {error:#}", row.name);
                failed += 1;
            }
        }
        if failed > 0 {
            bail!("{failed} of {} faults are not named", ROWS.len());
        }
        Ok(())
    })
}
