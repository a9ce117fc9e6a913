//! The chat, as people use it.

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use serde::Deserialize;
use serde_json::json;

use crate::harness::{Engine, OwnProcess, Page, Server, Setup, story, until};
use crate::scenes::{call, call_with, join, lose_server, regain_server, see_each_other, talk};

/// A message as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Shown {
    author: String,
    text: String,
    /// The state of its mark; none for a message of somebody else.
    state: Option<String>,
}

/// Returns all messages that a page shows.
pub(crate) async fn shown(page: &Page) -> Result<Vec<Shown>> {
    let messages = page
        .run(
            "return [...document.querySelectorAll('.chat .message')].map((message) => ({
                author: message.querySelector('.message-author').textContent,
                text: message.querySelector('.message-text').textContent,
                state: message.querySelector('.message-mark')?.dataset.state ?? null,
            }))",
        )
        .await?;
    Ok(serde_json::from_value(messages)?)
}

/// Waits until a page shows exactly these messages, in this order, and all of its own are marked as
/// delivered.
pub(crate) async fn shows(page: &Page, expected: &[(&str, &str)]) -> Result<()> {
    until(format_args!("{page:?} to show {} messages", expected.len()), async || {
        let shown = shown(page).await?;
        let texts: Vec<_> = shown.iter().map(|one| (&*one.author, &*one.text)).collect();
        ensure!(texts == expected, "{shown:?}");
        let is_done = |one: &Shown| one.state.as_deref().is_none_or(|state| state == "delivered");
        ensure!(shown.iter().all(is_done), "{shown:?}");
        Ok(())
    })
    .await
}

/// Opens the chat by its key.
pub(crate) async fn open_chat(page: &Page) -> Result<()> {
    page.type_text("c").await?;
    until(format_args!("{page:?} to have the focus on the field"), async || {
        let focused = page.focused().await?;
        ensure!(focused == "Message", "it is on `{focused}`");
        Ok(())
    })
    .await
}

/// Writes a message and sends it by Enter.
pub(crate) async fn say(page: &Page, text: &str) -> Result<()> {
    page.fill("Message", text).await?;
    page.press(Key::Enter).await?;
    holds(page, "").await
}

/// Waits until the field holds a text.
pub(crate) async fn holds(page: &Page, text: &str) -> Result<()> {
    until(format_args!("the field of {page:?} to hold {text:?}"), async || {
        let value = page.run("return document.getElementById('chat-message').value").await?;
        ensure!(value == text, "it holds {value}");
        Ok(())
    })
    .await
}

/// Closes the connection of a page as if it had failed: the other page builds another one.
pub(crate) async fn rebuild(pages: [&Page; 2]) -> Result<()> {
    let mut constructed = Vec::new();
    for page in pages {
        constructed.push(page.run("return tincanProbe.constructed()").await?.as_u64());
    }
    pages[0].run("tincanProbe.alive().forEach((connection) => connection.close())").await?;
    for (page, before) in pages.into_iter().zip(constructed) {
        until(format_args!("{page:?} to have another connection"), async || {
            let state = page
                .run("return [tincanProbe.constructed(), tincanProbe.connections().join()]")
                .await?;
            ensure!(state[0].as_u64() > before && state[1] == "connected", "{state}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// Has two people write to each other.
fn a_chat_of(ada: Engine, lin: Engine) -> Result<()> {
    story(&format!("a chat of {ada:?} and {lin:?}"), async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call_with(stage, &server.page(), Setup::of(ada), Setup::of(lin)).await?;
        see_each_other(&ada, &lin).await?;
        ada.click("Chat").await?;
        ada.says("No messages yet").await?;
        ada.says("Anyone who joins later won't see earlier ones").await?;
        say(&ada, "Hello").await?;
        lin.offers("Chat, 1 unread message").await?;
        lin.says("Message from Ada\nHello").await?;
        ada.fill("Message", "👩‍👩‍👧 there").await?;
        ada.click("Send").await?;
        holds(&ada, "").await?;
        lin.offers("Chat, 2 unread messages").await?;
        let first = [("You", "Hello"), ("You", "👩‍👩‍👧 there")];
        shows(&ada, &first).await?;

        open_chat(&lin).await?;
        lin.offers("Chat").await?;
        lin.no_longer_says("Message from Ada").await?;
        shows(&lin, &[("Ada", "Hello"), ("Ada", "👩‍👩‍👧 there")]).await?;
        say(&lin, "<b>bold</b> & שלום").await?;
        ada.put("Message", "two\nlines").await?;
        ada.click("Send").await?;
        shows(
            &lin,
            &[
                ("Ada", "Hello"),
                ("Ada", "👩‍👩‍👧 there"),
                ("You", "<b>bold</b> & שלום"),
                ("Ada", "two\nlines"),
            ],
        )
        .await?;
        let markup = ada.run("return document.querySelectorAll('.chat b').length").await?;
        ensure!(markup == 0, "markup is no text");

        for page in [&ada, &lin] {
            page.press(Key::Escape).await?;
            page.no_longer_offers("Message").await?;
            ensure!(!page.has("Send").await?, "the panel is closed");
        }
        say_and_read_again(&ada, &lin).await
    })
}

/// Has a message arrive while the panel is closed, and opens it by the news of it.
async fn say_and_read_again(ada: &Page, lin: &Page) -> Result<()> {
    open_chat(ada).await?;
    say(ada, "Still there?").await?;
    lin.says("Message from Ada").await?;
    lin.run("document.querySelector('.chat-news').click()").await?;
    until("Lin to read five messages", async || {
        let shown = shown(lin).await?;
        ensure!(shown.len() == 5 && shown[4].text == "Still there?", "{shown:?}");
        Ok(())
    })
    .await?;
    lin.offers("Chat").await
}

#[test]
fn two_people_chat_in_chromium() -> Result<()> {
    a_chat_of(Engine::Chromium, Engine::Chromium)
}

#[test]
fn two_people_chat_in_firefox_and_chromium() -> Result<()> {
    a_chat_of(Engine::Firefox, Engine::Chromium)
}

#[test]
fn a_chat_survives_a_killed_server_and_a_rebuilt_connection() -> Result<()> {
    story("a chat without a server", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        talk(&ada, &lin).await?;
        open_chat(&ada).await?;
        open_chat(&lin).await?;
        say(&ada, "one").await?;
        lose_server(&server, [&ada, &lin]).await?;
        say(&lin, "two").await?;
        shows(&ada, &[("You", "one"), ("Lin", "two")]).await?;
        say(&ada, "three").await?;
        shows(&lin, &[("Ada", "one"), ("You", "two"), ("Ada", "three")]).await?;
        regain_server(&server, [&ada, &lin]).await?;

        // What is written while there is no connection arrives by the next one.
        ada.run("tincanProbe.alive().forEach((connection) => connection.close())").await?;
        say(&ada, "four").await?;
        say(&lin, "five").await?;
        talk(&ada, &lin).await?;
        say(&ada, "six").await?;
        let of = |page: &Page, who: &str| if page.who() == who { "You" } else { who }.to_owned();
        for page in [&ada, &lin] {
            until(format_args!("{page:?} to show six messages"), async || {
                let shown = shown(page).await?;
                for (who, texts) in
                    [("Ada", &["one", "three", "four", "six"][..]), ("Lin", &["two", "five"])]
                {
                    let who = of(page, who);
                    let theirs: Vec<_> = shown
                        .iter()
                        .filter(|one| one.author == who)
                        .map(|one| &*one.text)
                        .collect();
                    ensure!(theirs == texts, "{shown:?}");
                }
                let states = shown.iter().filter_map(|one| one.state.as_deref());
                ensure!(states.into_iter().all(|state| state == "delivered"), "{shown:?}");
                Ok(())
            })
            .await?;
        }
        Ok(())
    })
}

#[test]
fn who_joins_later_sees_no_earlier_message() -> Result<()> {
    story("a chat of three", async |stage| {
        let server = Server::start(stage).await?;
        let freezes = Setup { own_process: Some(OwnProcess::Ends), ..Setup::default() };
        let (ada, lin) = call_with(stage, &server.page(), Setup::default(), freezes).await?;
        see_each_other(&ada, &lin).await?;
        open_chat(&ada).await?;
        open_chat(&lin).await?;
        say(&ada, "before").await?;
        shows(&lin, &[("Ada", "before")]).await?;
        let grace = stage.person("Grace").await?;
        join(&grace, &ada.link().await?).await?;
        see_each_other(&grace, &ada).await?;
        see_each_other(&grace, &lin).await?;
        open_chat(&grace).await?;
        grace.says("No messages yet").await?;
        say(&grace, "after").await?;
        shows(&ada, &[("You", "before"), ("Grace", "after")]).await?;
        shows(&lin, &[("Ada", "before"), ("Grace", "after")]).await?;
        shows(&grace, &[("You", "after")]).await?;
        grace.says("Delivered to everyone").await?;

        // One of two does not get it, and then does.
        let frozen = lin.freeze()?;
        say(&grace, "who is here?").await?;
        grace.says("Delivered to Ada. Waiting for Lin.").await?;
        drop(frozen);
        shows(&lin, &[("Ada", "before"), ("Grace", "after"), ("Grace", "who is here?")]).await?;
        shows(&grace, &[("You", "after"), ("You", "who is here?")]).await
    })
}

#[test]
fn links_lead_to_pages_and_mailboxes_alone() -> Result<()> {
    story("links in a chat", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        see_each_other(&ada, &lin).await?;
        open_chat(&ada).await?;
        open_chat(&lin).await?;
        say(
            &ada,
            "https://example.org/a?b=c, http://a.example javascript:alert(1) \
             javascript://x/%0aalert(1) ada@example.org \"><img src=x onerror=alert(1)>",
        )
        .await?;
        lin.says("onerror=alert(1)>").await?;
        for page in [&ada, &lin] {
            let links = page
                .run(
                    "return [...document.querySelectorAll('.chat a')].map((link) => [
                        link.textContent, link.getAttribute('href'), link.target, link.rel])",
                )
                .await?;
            let safe = "noopener noreferrer";
            ensure!(
                links
                    == json!([
                        ["https://example.org/a?b=c", "https://example.org/a?b=c", "_blank", safe],
                        ["http://a.example", "http://a.example", "_blank", safe],
                        ["ada@example.org", "mailto:ada@example.org", "_blank", safe],
                    ]),
                "{links}"
            );
            let images = page.run("return document.querySelectorAll('.chat img').length").await?;
            ensure!(images == 0, "markup is no text");
        }
        let direction = lin
            .run("return getComputedStyle(document.querySelector('.message-text')).direction")
            .await?;
        ensure!(direction == "ltr", "{direction}");
        say(&ada, "שלום, Ada").await?;
        until("a text from right to left", async || {
            let direction = lin
                .run(
                    "const texts = [...document.querySelectorAll('.message-text')];
                     return getComputedStyle(texts.at(-1)).direction",
                )
                .await?;
            ensure!(direction == "rtl", "{direction}");
            Ok(())
        })
        .await
    })
}
