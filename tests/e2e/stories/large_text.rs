//! Large text and small windows: every control is visible, and nothing scrolls sideways.

use std::{env, fs};

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use serde_json::json;

use crate::crash::ERROR;
use crate::harness::{Page, Server, story, until};
use crate::scenes::{begin, join, lose_server, see_each_other};

/// The size of a window, and of its text in percent.
type Case = (u32, u32, u32);

/// A phone in portrait with larger and larger text, a phone in landscape, and a laptop's window at
/// 400 %.
const CASES: [Case; 8] = [
    (390, 664, 100),
    (390, 664, 150),
    (390, 664, 200),
    (320, 568, 150),
    (740, 360, 100),
    (740, 360, 150),
    (320, 256, 100),
    (1280, 800, 200),
];

/// A script that returns descriptions of layout faults: controls of the bar that are partly outside
/// the window or covered, words over the bar or in a column too narrow to read, and a page that
/// scrolls sideways.
const FAULTS: &str = "
    const faults = [];
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth || document.body.scrollWidth > innerWidth) {
        const wide = [...document.querySelectorAll('body *')]
            .find((element) => element.getBoundingClientRect().right > innerWidth);
        faults.push(`it scrolls sideways by ${wide?.localName} ${wide?.getAttribute('class')}`);
    }
    for (const part of document.querySelectorAll('.chat-row > textarea, .chat-row > button, .chat-header button')) {
        const { left, top, right, bottom } = part.getBoundingClientRect();
        if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight) {
            faults.push(`${part.localName} of the chat is cut off`);
        }
        if (right - left < 44 || bottom - top < 44) faults.push(`${part.localName} of the chat is too small`);
    }
    const log = document.querySelector('.chat-log');
    if (log && log.clientHeight < 40) faults.push(`the messages are ${log.clientHeight} high`);
    const bar = document.querySelector('.controls');
    const buttons = [...(bar ?? document).querySelectorAll('button')].filter((button) =>
        button.checkVisibility({ visibilityProperty: true }) && button.getClientRects().length);
    for (const button of buttons) {
        const name = button.getAttribute('aria-label') ?? button.textContent.trim();
        const { left, top, right, bottom } = button.getBoundingClientRect();
        if (left < 0 || right > innerWidth) faults.push(`${name} is cut off at a side`);
        if (!bar) continue;
        if (top < 0 || bottom > innerHeight) faults.push(`${name} is cut off`);
        const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        if (!button.contains(hit)) faults.push(`${name} is covered by ${hit?.className}`);
        if (right - left < 44 || bottom - top < 44) faults.push(`${name} is too small to press`);
    }
    const edge = bar?.getBoundingClientRect();
    for (const words of document.querySelectorAll('.call-top .banner, .call-top .pill, .call-top .news p')) {
        const { left, right, width, height } = words.getBoundingClientRect();
        const em = parseFloat(getComputedStyle(words).fontSize);
        if (left < 0 || right > innerWidth) faults.push(`${words.textContent} is cut off`);
        if (width < Math.min(8 * em, 0.5 * innerWidth)) faults.push(`${words.textContent} is ${width} wide`);
        if (height > 0.6 * innerHeight) faults.push(`${words.textContent} is ${height} high`);
    }
    const news = document.querySelector('.call-top')?.getBoundingClientRect();
    if (edge && news && news.bottom > edge.top) faults.push('a message overlaps the bar');
    return faults;
";

/// A script that waits for three frames.
const FRAMES: &str = "
    const frame = () => new Promise(requestAnimationFrame);
    return frame().then(frame).then(frame).then(() => null);
";

/// Checks a screen in every size. Returns the faults.
async fn faults(page: &Page, screen: &str) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for (width, height, percent) in CASES {
        page.sized(width, height).await?;
        page.run(&format!("document.documentElement.style.fontSize = '{percent}%'")).await?;
        // The bar is told its size with a frame, and moves actions by the next one.
        page.run(FRAMES).await?;
        if let Some(folder) = env::var_os("TINCAN_SHOTS") {
            let file = format!("{screen}-{width}x{height}-{percent}.png").replace(' ', "-");
            fs::write(std::path::Path::new(&folder).join(file), page.screenshot().await?)?;
        }
        let faults = page.run(FAULTS).await?;
        if faults != json!([]) {
            all.push(format!("{screen}, {width}x{height}, text at {percent} %: {faults}"));
        }
    }
    page.run("document.documentElement.style.fontSize = ''").await?;
    page.sized(1280, 800).await?;
    Ok(all)
}

/// The controls that are always in the bar.
const FIXED: [&str; 4] = ["Mute microphone", "Turn camera off", "Share screen", "Hang up"];

/// Opens the menu by keyboard, on a phone with text at 200 %.
async fn the_menu_contains_controls_without_room(page: &Page) -> Result<()> {
    page.sized(1920, 1080).await?;
    page.no_longer_offers("More").await?;
    page.sized(390, 664).await?;
    page.offers("More").await?;
    page.offers("Chat").await?;
    page.no_longer_offers("Settings").await?;
    page.run("document.documentElement.style.fontSize = '200%'").await?;
    page.no_longer_offers("Chat").await?;
    for name in FIXED {
        page.offers(name).await?;
    }
    page.tab_to("More").await?;
    let expanded = "return document.activeElement.getAttribute('aria-expanded')";
    ensure!(page.run(expanded).await? == "false");
    page.press(Key::Enter).await?;
    for (key, name) in [(None, "Chat"), (Some(Key::Down), "Send file"), (Some(Key::Up), "Chat")] {
        if let Some(key) = key {
            page.press(key).await?;
        }
        until(format_args!("the focus on {name}"), async || {
            let focused = page.focused().await?;
            ensure!(focused == name, "it is on {focused}");
            Ok(())
        })
        .await?;
    }
    // Shortcuts still work.
    page.type_text("m").await?;
    page.offers("Unmute microphone").await?;
    page.type_text("m").await?;
    page.press(Key::Escape).await?;
    page.no_longer_offers("Settings").await?;
    let focused = page.focused().await?;
    ensure!(focused == "More", "the focus is on {focused}");
    ensure!(page.run(expanded).await? == "false");
    Ok(())
}

#[test]
fn large_text_hides_no_control() -> Result<()> {
    story("large text", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        let mut found = Vec::new();
        ada.open(&server.page()).await?;
        ada.offers("New call").await?;
        found.extend(faults(&ada, "home").await?);
        ada.open(&format!("{}#dgluy2fuihrlc3qgcm9vbw", server.page())).await?;
        ada.offers("Open anyway").await?;
        found.extend(faults(&ada, "home with a damaged link").await?);
        ada.click("New call").await?;
        ada.offers("Join").await?;
        found.extend(faults(&ada, "lobby").await?);

        let link = begin(&ada, &server.page()).await?;
        found.extend(faults(&ada, "alone in the call").await?);
        let lin = stage.person("Lin").await?;
        join(&lin, &link).await?;
        see_each_other(&ada, &lin).await?;
        found.extend(faults(&ada, "call of two").await?);
        the_menu_contains_controls_without_room(&ada).await?;
        ada.type_text("c").await?;
        ada.offers("Message").await?;
        found.extend(faults(&ada, "call with the chat").await?);
        ada.click("Close").await?;
        ada.no_longer_offers("Message").await?;
        ada.click("More").await?;
        // Content that does not fit can be scrolled to.
        ada.click("Settings").await?;
        ada.click("Close").await?;

        let _slides = ada.open_slides().await?;
        ada.click("Share screen").await?;
        ada.says("You are sharing your screen").await?;
        lose_server(&server, [&ada, &lin]).await?;
        ada.says("Your call continues").await.context("the news")?;
        found.extend(faults(&ada, "call with news").await?);
        found.extend(faults(&lin, "call with a share").await?);

        ada.click("Hang up").await?;
        ada.offers("Call again").await?;
        found.extend(faults(&ada, "ended").await?);
        lin.run(ERROR).await?;
        lin.offers("Reload").await?;
        // It has reported the error, as it should.
        lin.console().await?;
        found.extend(faults(&lin, "crash notice").await?);
        ensure!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    })
}
