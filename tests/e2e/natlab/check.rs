//! The check of the network, with a relay that works and with one that refuses.
#![expect(clippy::print_stdout, reason = "prints the results")]

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::harness::{Page, Stage, copied, story};
use crate::lab::{self, Credentials, Kind, Lab, PAGE, Relay, Transport};

const ALL: &[Transport] = &[Transport::Udp, Transport::Tcp, Transport::Tls];

/// Checks the network from the lobby. Returns the verdict and the whole result of each line.
async fn check(page: &Page) -> Result<Vec<Value>> {
    page.open(PAGE).await?;
    page.click("New call").await?;
    page.offers("Join").await?;
    page.run("document.querySelector('details.fold').open = true").await?;
    page.click("Check my network").await?;
    page.says("The check is done.").await?;
    let result = copied(page, "Copy result", "Result copied").await?;
    for secret in ["tincan.test", "203.0.113", "192.168.", "turn:", "laboratory"] {
        ensure!(!result.contains(secret), "{secret} is in the result {result}");
    }
    println!("{result}");
    let result: Value = serde_json::from_str(&result)?;
    Ok(result["results"].as_array().context("results are a list")?.clone())
}

/// Runs a check in a lab, and compares the verdicts.
async fn finds(stage: &Stage, relay: Relay, expected: &[(&str, &str)]) -> Result<()> {
    let lab = Lab::start_with(stage, [Kind::Symmetric; 2], relay).await?;
    let ada = lab.person(stage, "Ada", 0).await?;
    let results = check(&ada).await?;
    for (line, verdict) in expected {
        let found = results.iter().find(|result| result["line"] == *line);
        let found = found.with_context(|| format!("{line} is not in {results:?}"))?;
        ensure!(found["verdict"] == *verdict, "instead of {verdict}: {found}");
    }
    let rate = results.iter().find_map(|result| result["kilobits_per_second"].as_u64());
    ensure!(rate.is_some_and(|rate| rate > 0) == expected.contains(&("loopback-call", "works")));
    Ok(())
}

#[test]
fn a_network_that_works_is_checked_line_by_line() -> Result<()> {
    let relay = Relay { credentials: Credentials::Password, transports: ALL };
    run(
        "a check",
        relay,
        &[
            ("microphone", "works"),
            ("camera", "works"),
            ("server", "works"),
            ("websocket", "works"),
            ("stun", "works"),
            ("turn-udp", "works"),
            ("turn-tcp", "works"),
            ("turn-tls", "certificate-or-unreachable"),
            ("loopback-call", "works"),
        ],
    )
}

#[test]
fn a_relay_that_refuses_is_found_by_a_check() -> Result<()> {
    let transports = &[Transport::Udp, Transport::Tcp];
    let relay = Relay { credentials: Credentials::OtherSecret, transports };
    run(
        "a check of a bad relay",
        relay,
        &[
            ("websocket", "works"),
            ("stun", "works"),
            ("turn-udp", "refused-credentials"),
            ("turn-tcp", "refused-credentials"),
            ("turn-tls", "absent"),
            ("loopback-call", "unreachable"),
        ],
    )
}

fn run(name: &str, relay: Relay, expected: &[(&str, &str)]) -> Result<()> {
    if let Some(why) = lab::skip_reason() {
        println!("left out: {why}");
        return Ok(());
    }
    story(name, async |stage| finds(stage, relay, expected).await)
}
