//! The report of a failure, as a person passes it on.

use std::net::IpAddr;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::{Page, until};

/// A script that remembers the text that the page copies.
const COPIES: &str = "
    const write = Clipboard.prototype.writeText;
    Clipboard.prototype.writeText = function (text) {
        window.copied = text;
        return write.call(this, text);
    };
";

/// A script that clicks `Copy report` as soon as a connection has failed with the expected words,
/// and remembers the report. The page tries again by itself, on a busy machine before a driver has
/// clicked.
pub const EARLY_REPORT: &str = "
    const write = Clipboard.prototype.writeText;
    Clipboard.prototype.writeText = function (text) {
        window.copied ??= text;
        return write.call(this, text);
    };
    new MutationObserver(() => {
        for (const tile of document.querySelectorAll('.tile-trouble')) {
            if (window.copied || !tile.textContent.includes(window.expected)) continue;
            const buttons = [...tile.querySelectorAll('button')];
            buttons.find(({ textContent }) => textContent.trim() === 'Copy report')?.click();
        }
    }).observe(document, { subtree: true, childList: true, characterData: true });
";

/// Copies the report of the failed connection with another person, and returns it. Checks that it
/// holds nothing that is secret or personal.
pub async fn copy_report(page: &Page, other: &str) -> Result<Value> {
    let report = copied(page, "Copy report", "Report copied").await?;
    read(page, other, &report).await
}

/// Clicks a button that copies something and says so. Returns what it copied.
pub async fn copied(page: &Page, button: &str, says: &str) -> Result<String> {
    page.run(COPIES).await?;
    page.click(button).await?;
    page.says(says).await?;
    let copied = page.run("return window.copied").await?;
    Ok(copied.as_str().context("nothing was copied")?.to_owned())
}

/// Names the words with which a connection is going to fail, for [`EARLY_REPORT`].
pub async fn expect_failure(page: &Page, words: &str) -> Result<()> {
    page.run(&format!("window.expected = {}", Value::from(words))).await.map(drop)
}

/// Waits until the connection with another person has failed with the expected words, and returns
/// the report, which is checked as by [`copy_report`].
pub async fn early_report(page: &Page, other: &str) -> Result<Value> {
    let waiting = format!("{}'s connection with {other} to fail as expected", page.who());
    let report = until(waiting, async || {
        let report = page.run("return window.copied").await?;
        report.as_str().map(str::to_owned).context("nothing was copied")
    })
    .await?;
    read(page, other, &report).await
}

async fn read(page: &Page, other: &str, report: &str) -> Result<Value> {
    let address = page.run("return location.href").await?;
    let link = address.as_str().and_then(|href| href.split_once('#'));
    let (site, secret) = link.context("the address is no link")?;
    let host = site.split('/').nth(2).context("no host")?;
    // A connection that is new has none yet.
    let mut secrets = until("secrets of the page", async || {
        let secrets = page.secrets().await?;
        ensure!(secrets.len() > 2, "{secrets:?}");
        Ok(secrets)
    })
    .await?;
    secrets.extend([secret, host, other, page.who()].map(str::to_owned));
    for secret in &secrets {
        ensure!(!report.contains(secret.as_str()), "{secret} is in the report {report}");
    }
    ensure!(!report.contains("://") && !report.contains("turn:"), "a URL is in {report}");
    let is_address = |word: &&str| word.parse::<IpAddr>().is_ok();
    let mut words = report.split(|sign: char| !(sign.is_ascii_hexdigit() || ".:".contains(sign)));
    let found = words.find(is_address);
    ensure!(found.is_none(), "the address {found:?} is in {report}");
    Ok(serde_json::from_str(report)?)
}
