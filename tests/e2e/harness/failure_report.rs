//! The report of a failure, as a person passes it on.

use std::net::IpAddr;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::Page;

/// A script that remembers the text that the page copies.
const COPIES: &str = "
    const write = Clipboard.prototype.writeText;
    Clipboard.prototype.writeText = function (text) {
        window.copied = text;
        return write.call(this, text);
    };
";

/// Copies the report of the failed connection with another person, and returns it. Checks that it
/// holds nothing that is secret or personal.
pub async fn copy_report(page: &Page, other: &str) -> Result<Value> {
    page.run(COPIES).await?;
    page.click("Copy report").await?;
    page.says("Report copied").await?;
    let report = page.run("return window.copied").await?;
    let report = report.as_str().context("nothing was copied")?;
    let address = page.run("return location.href").await?;
    let (site, secret) =
        address.as_str().and_then(|href| href.split_once('#')).context("no link")?;
    let host = site.split('/').nth(2).context("no host")?;
    let mut secrets = page.secrets().await?;
    secrets.extend([secret, host, other, page.who()].map(str::to_owned));
    for secret in &secrets {
        ensure!(!report.contains(secret.as_str()), "{secret} is in the report {report}");
    }
    ensure!(secrets.len() > 6, "the page has hardly any secrets: {secrets:?}");
    ensure!(!report.contains("://") && !report.contains("turn:"), "a URL is in {report}");
    let is_address = |word: &&str| word.parse::<IpAddr>().is_ok();
    let mut words = report.split(|sign: char| !(sign.is_ascii_hexdigit() || ".:".contains(sign)));
    let found = words.find(is_address);
    ensure!(found.is_none(), "the address {found:?} is in {report}");
    Ok(serde_json::from_str(report)?)
}
