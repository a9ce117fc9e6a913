//! The panel of the chat: its field, its place in the list, its focus, and what it looks like.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use serde_json::json;

use crate::accessible::accessible;
use crate::chat::{holds, open_chat, say, shows};
use crate::harness::{OwnProcess, Page, Scheme, Server, Setup, story, story_that_waits, until};
use crate::scenes::{begin, call, call_with, join, see_each_other};
use crate::shots::{shot, shots};

/// Presses Enter in the field by a script, with these members of the event. Returns `true` if the
/// browser does what it does with the key.
async fn enter(page: &Page, members: &str) -> Result<bool> {
    let result = page
        .run(&format!(
            "const field = document.getElementById('chat-message');
             return field.dispatchEvent(new KeyboardEvent('keydown',
                 {{ key: 'Enter', bubbles: true, cancelable: true, {members} }}))"
        ))
        .await?;
    result.as_bool().context("a boolean")
}

#[test]
fn what_cannot_be_sent_stays_and_says_why() -> Result<()> {
    story("what cannot be sent", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        let link = begin(&ada, &server.page()).await?;
        open_chat(&ada).await?;
        ada.fill("Message", "Anybody?").await?;
        ada.press(Key::Enter).await?;
        ada.says("Nobody else is in the call").await?;
        holds(&ada, "Anybody?").await?;
        accessible(&ada, "a message that was not sent").await?;
        // Closed and opened again, it is still there.
        ada.press(Key::Escape).await?;
        ada.no_longer_offers("Message").await?;
        open_chat(&ada).await?;
        holds(&ada, "Anybody?").await?;

        let lin = stage.person("Lin").await?;
        join(&lin, &link).await?;
        see_each_other(&ada, &lin).await?;
        for members in ["shiftKey: true", "isComposing: true", "keyCode: 229"] {
            ensure!(enter(&ada, members).await?, "{members} is the browser's business");
            holds(&ada, "Anybody?").await?;
        }
        ada.click("Send").await?;
        lin.says("Anybody?").await?;
        let long = "é".repeat(4001);
        ada.put("Message", &long).await?;
        ada.click("Send").await?;
        ada.says("This message is too long: 4001 of 4000 characters").await?;
        holds(&ada, &long).await?;
        ada.put("Message", &long[2..]).await?;
        ada.no_longer_says("too long").await?;
        ada.click("Send").await?;
        ada.put("Message", " \n ").await?;
        ada.click("Send").await?;
        say(&ada, "short").await?;
        shows(&ada, &[("You", "Anybody?"), ("You", &long[2..]), ("You", "short")]).await
    })
}

#[test]
fn the_newest_message_stays_in_view_unless_one_reads_elsewhere() -> Result<()> {
    story("reading back in a chat", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        see_each_other(&ada, &lin).await?;
        open_chat(&ada).await?;
        open_chat(&lin).await?;
        let is_at_end = async || {
            let gap = ada
                .run(
                    "const log = document.querySelector('.chat-log');
                     return [log.scrollHeight - log.clientHeight - log.scrollTop, log.scrollTop]",
                )
                .await?;
            let (gap, top) = (gap[0].as_f64(), gap[1].as_f64());
            Ok::<_, anyhow::Error>((gap.context("a gap")? < 2.0, top.context("a place")?))
        };
        for number in 0..3 {
            lin.put("Message", &format!("{number}\n{}end {number}", "line\n".repeat(30))).await?;
            lin.click("Send").await?;
            ada.says(&format!("end {number}")).await?;
        }
        let ends = async |what: &str| {
            until(format_args!("the end to be in view {what}"), async || {
                let (at_end, top) = is_at_end().await?;
                ensure!(at_end && top > 0.0, "it is at {top}");
                Ok(())
            })
            .await
        };
        ends("at first").await?;
        for size in ["200%", "100%"] {
            ada.run(&format!("document.documentElement.style.fontSize = '{size}'")).await?;
            ends(&format!("with text of {size}")).await?;
        }
        for (width, height) in [(390, 664), (800, 360), (1280, 800)] {
            ada.sized(width, height).await?;
            ends(&format!("at {width}x{height}")).await?;
        }
        ada.run("document.querySelector('.chat-log').scrollTop = 0").await?;
        // The browser tells of it with a frame.
        ada.run(
            "const frame = () => new Promise(requestAnimationFrame);
             return frame().then(frame)",
        )
        .await?;
        say(&lin, "news").await?;
        ada.offers("New messages").await?;
        ensure!(is_at_end().await?.1 < 1.0, "it stays where one reads");
        accessible(&ada, "new messages below").await?;
        ada.click("New messages").await?;
        ada.no_longer_offers("New messages").await?;
        ensure!(is_at_end().await?.0, "the newest is in view");
        // One's own message is always shown.
        ada.run("document.querySelector('.chat-log').scrollTop = 0").await?;
        say(&ada, "mine").await?;
        until("one's own to be in view", async || {
            ensure!(is_at_end().await?.0);
            Ok(())
        })
        .await?;
        ensure!(!ada.has("New messages").await?, "nothing is unseen");
        Ok(())
    })
}

/// A script that returns the parts of the call that the panel covers.
const COVERED: &str = "
    const { left } = document.querySelector('.chat').getBoundingClientRect();
    return ['.stage', '.controls', '.tile', '.self-view'].filter((part) =>
        document.querySelector(part).getBoundingClientRect().right > left);
";

#[test]
fn the_chat_is_accessible_and_can_be_silenced() -> Result<()> {
    story("an accessible chat", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        see_each_other(&ada, &lin).await?;
        open_chat(&ada).await?;
        accessible(&ada, "an empty chat").await?;
        say(&ada, "See https://example.org/").await?;
        lin.says("Message from Ada").await?;
        accessible(&lin, "a call with the news of a message").await?;
        open_chat(&lin).await?;
        say(&lin, "I do").await?;
        shows(&ada, &[("You", "See https://example.org/"), ("Lin", "I do")]).await?;
        let covered = ada.run(COVERED).await?;
        ensure!(covered == json!([]), "the panel covers {covered}");
        for size in [(1280, 800), (390, 664)] {
            ada.sized(size.0, size.1).await?;
            accessible(&ada, &format!("a chat at {size:?}")).await?;
        }
        // On a phone it covers the call, whose controls are out of reach.
        ada.no_longer_offers("Hang up").await?;
        ada.back().await?;
        ada.no_longer_offers("Message").await?;
        ada.offers("Hang up").await?;
        ada.sized(1280, 800).await?;

        let live = async |page: &Page| {
            page.run(
                "return ['.chat-log', '.chat-news-region'].map((selector) =>
                    document.querySelector(selector)?.getAttribute('aria-live') ?? null)",
            )
            .await
        };
        open_chat(&ada).await?;
        ensure!(live(&ada).await? == json!(["polite", "polite"]));
        ada.click("Settings").await?;
        ada.click("Read out chat messages (screen readers)").await?;
        until("announcements to be off", async || {
            let live = live(&ada).await?;
            ensure!(live == json!(["off", "off"]), "{live}");
            let kept = ada.run("return localStorage.getItem('tincan.announce-chat')").await?;
            ensure!(kept == "off", "{kept}");
            Ok(())
        })
        .await
    })
}

#[test]
fn the_focus_goes_into_the_chat_and_back() -> Result<()> {
    story_that_waits("the focus and the chat", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        begin(&ada, &server.page()).await?;
        ada.tab_to("Chat").await?;
        ada.press(Key::Enter).await?;
        until("the focus on the field", async || {
            let focused = ada.focused().await?;
            ensure!(focused == "Message", "it is on `{focused}`");
            Ok(())
        })
        .await?;
        // A key that is a shortcut elsewhere is a letter here.
        ada.type_text("cm").await?;
        holds(&ada, "cm").await?;
        ada.press(Key::Escape).await?;
        until("the focus on the control", async || {
            let focused = ada.focused().await?;
            ensure!(focused == "Chat", "it is on `{focused}`");
            Ok(())
        })
        .await
    })
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn chat_shots() -> Result<()> {
    story("screenshots of the chat", async |stage| {
        let server = Server::start(stage).await?;
        let freezes = Setup { own_process: Some(OwnProcess::Ends), ..Setup::default() };
        let (ada, lin) = call_with(stage, &server.page(), Setup::default(), freezes).await?;
        see_each_other(&ada, &lin).await?;
        let grace = stage.person("Grace").await?;
        join(&grace, &ada.link().await?).await?;
        see_each_other(&grace, &ada).await?;
        see_each_other(&grace, &lin).await?;
        open_chat(&ada).await?;
        shots(&ada, "chat-empty").await?;
        for page in [&lin, &grace] {
            open_chat(page).await?;
        }
        say(&lin, "Hi both! Here is the plan: https://example.org/plans/2026/november?view=week")
            .await?;
        say(&lin, "It is short.").await?;
        say(&ada, "Thanks 👍").await?;
        say(&grace, "שלום, מה שלומכם?").await?;
        say(&ada, "A longer answer, which needs more than one line of the panel to be read.")
            .await?;
        say(&grace, &"w".repeat(60)).await?;
        ada.says(&"w".repeat(60)).await?;
        let _frozen = lin.freeze()?;
        say(&ada, "Lin?").await?;
        ada.says("Delivered to Grace. Waiting for Lin.").await?;
        ada.put("Message", "Half\nwritten").await?;
        shots(&ada, "chat").await?;
        for scheme in [Scheme::Light, Scheme::Dark] {
            ada.run("document.documentElement.style.fontSize = '200%'").await?;
            shot(&ada, "chat-large-text", (390, 844), scheme).await?;
            shot(&ada, "chat-large-text", (1280, 800), scheme).await?;
            ada.run("document.documentElement.style.fontSize = ''").await?;
        }
        ada.click("Close").await?;
        say(&grace, "Are you there? I wrote something that is long enough for two lines here.")
            .await?;
        ada.says("Message from Grace").await?;
        for size in [(360, 740), (1280, 800), (1920, 1080)] {
            say(&grace, "Are you there? I wrote something that is long enough for two lines here.")
                .await?;
            shot(&ada, "chat-news", size, Scheme::Dark).await?;
        }
        Ok(())
    })
}
