//! A man in the middle between the pages and their server.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::Value;

use crate::harness::Colour::{Blue, Red};
use crate::harness::{Server, Side, Tap, story};
use crate::scenes::{begin, call, join, see_each_other, talk};

#[test]
fn no_plaintext_passes_the_server() -> Result<()> {
    story("nothing in the clear", async |stage| {
        let server = Server::start(stage).await?;
        let tap = Tap::listen(stage, &server).await?;
        let ada = stage.person("Ada Lovelace").await?;
        let link = begin(&ada, &tap.page()).await?;
        let lin = stage.person("Lin Huiyin").await?;
        join(&lin, &link).await?;
        talk(&ada, &lin).await?;
        let _slides = ada.open_slides().await?;
        ada.click("Share screen").await?;
        lin.screen_of("Ada Lovelace").shows(Blue, Red).await?;
        ada.click("Mute microphone").await?;
        lin.says("microphone muted").await?;
        let told = [ada.secrets().await?, lin.secrets().await?].concat();
        lin.click("Hang up").await?;
        ada.camera_of("Lin Huiyin").is_gone().await?;

        // Must not pass: the link's secret, names, the contents of descriptions, and the very
        // passwords, fingerprints and addresses that the two browsers exchanged.
        ensure!(told.len() > 20, "only {} secrets were collected", told.len());
        let secret = link.rsplit('#').next().context("a link has a secret")?;
        let mut forbidden = vec![secret, "Lovelace", "Huiyin", "v=0\r\n", "a=mid", "candidate"];
        forbidden.extend(["offer", "answer", "camera"]);
        // Shorter ones occur in any text.
        forbidden.extend(told.iter().map(String::as_str).filter(|word| word.len() > 3));

        let recording = tap.recording();
        let payloads: Vec<_> = recording.messages.iter().filter_map(|(_, m)| payload(m)).collect();
        ensure!(payloads.len() > 20, "only {} envelopes have passed", payloads.len());
        ensure!(payloads.iter().any(|payload| payload.len() > 2000), "none holds a description");
        for (_, message) in &recording.messages {
            let rest = without_payload(message)?;
            ensure!(!has_address(&rest), "an address passes in {rest}");
            let payload = payload(message).unwrap_or_default();
            let bytes = decoded(&payload)?;
            for word in &forbidden {
                let clear = rest.contains(word) || payload.contains(word);
                let coded = bytes.windows(word.len()).any(|part| part == word.as_bytes());
                ensure!(!clear && !coded, "`{word}` passes in {message}");
            }
        }
        let requests = String::from_utf8_lossy(&recording.requests);
        ensure!(requests.contains("GET /signal "), "no request was noted: {requests}");
        ensure!(!requests.contains(secret), "the secret passes in {requests}");
        Ok(())
    })
}

#[test]
fn a_call_survives_tampering_with_its_envelopes() -> Result<()> {
    story("meddling", async |stage| {
        let server = Server::start(stage).await?;
        let old = Mutex::new(Vec::<String>::new());
        // Each envelope is sent altered, then intact, then again, and then an earlier one.
        let tap = Tap::meddle(stage, &server, move |side, message| {
            let (Side::Server, Some(payload)) = (side, payload(message)) else {
                return vec![message.to_owned()];
            };
            let mut old = old.lock().unwrap_or_else(PoisonError::into_inner);
            let earlier = old.get(old.len() / 2).cloned();
            old.push(message.to_owned());
            let altered = message.replace(&payload, &flipped(&payload));
            let messages = [altered, message.to_owned(), message.to_owned()];
            messages.into_iter().chain(earlier).collect()
        })
        .await?;
        let (ada, lin) = call(stage, &tap.page()).await?;
        talk(&ada, &lin).await?;
        let _slides = ada.open_slides().await?;
        ada.click("Share screen").await?;
        lin.screen_of("Ada").shows(Blue, Red).await?;
        ada.click("Stop sharing").await?;
        lin.screen_of("Ada").is_gone().await?;
        see_each_other(&ada, &lin).await?;
        ensure!(tap.recording().messages.len() > 20, "there was little to meddle with");
        Ok(())
    })
}

/// Returns the payload of a message, if it has one.
fn payload(message: &str) -> Option<String> {
    let message: Value = serde_json::from_str(message).ok()?;
    Some(message.get("payload")?.as_str()?.to_owned())
}

/// Returns a message without its payload.
fn without_payload(message: &str) -> Result<String> {
    let mut message: Value = serde_json::from_str(message)?;
    if let Some(payload) = message.get_mut("payload") {
        *payload = Value::Null;
    }
    Ok(message.to_string())
}

fn decoded(payload: &str) -> Result<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(payload).ok().context("a payload is base64url")
}

/// Returns the payload with a different character in the middle.
fn flipped(payload: &str) -> String {
    let at = payload.len() / 2;
    let other = if payload[at..].starts_with('A') { "B" } else { "A" };
    [&payload[..at], other, &payload[at + 1..]].concat()
}

/// Returns `true` if a text contains an address, or the mDNS name that browsers use instead.
fn has_address(text: &str) -> bool {
    let mut v4 = text.split(|c: char| !c.is_ascii_digit() && c != '.');
    let mut v6 = text.split(|c: char| !c.is_ascii_hexdigit() && c != ':');
    text.contains(".local")
        || v4.any(|word| word.parse::<Ipv4Addr>().is_ok())
        || v6.any(|word| word.parse::<Ipv6Addr>().is_ok())
}
