//! Many messages.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::chat::rebuild;
use crate::harness::{Engine, Page, Server, Setup, story_alone, until};
use crate::renders::renders;
use crate::scenes::{call_with, talk};

/// A script that writes messages as a person does, about 30 a second: it fills the field, and
/// presses Enter.
const WRITE: &str = "
    window.written = 0;
    const field = document.getElementById('chat-message');
    const timer = setInterval(() => {
        if (window.written === COUNT) return clearInterval(timer);
        field.value = `WHO ${window.written}`;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        const enter = { key: 'Enter', bubbles: true, cancelable: true };
        field.dispatchEvent(new KeyboardEvent('keydown', enter));
        window.written += 1;
    }, 30);
";

/// A script that counts the messages of either side up to the first that is not the next one, and
/// those that are delivered.
const COUNTED: &str = "
    const messages = [...document.querySelectorAll('.chat .message')];
    const texts = (mine) => messages.filter((one) => (one.dataset.mine === 'on') === mine)
        .map((one) => one.querySelector('.message-text').textContent);
    const inOrder = (who, texts) => {
        const wrong = texts.findIndex((text, at) => text !== `${who} ${at}`);
        return wrong < 0 ? texts.length : `${texts[wrong]} at ${wrong}`;
    };
    return {
        all: messages.length,
        mine: inOrder('ME', texts(true)),
        theirs: inOrder('OTHER', texts(false)),
        delivered: document.querySelectorAll('.message-mark[data-state=delivered]').length,
    };
";

async fn counted(page: &Page, other: &Page) -> Result<Value> {
    page.run(&COUNTED.replace("ME", page.who()).replace("OTHER", other.who())).await
}

/// Has two people write many messages at the same time, while their connection is lost several
/// times.
fn a_flood(ada: Engine, lin: Engine, count: u64, rebuilds: u64) -> Result<()> {
    story_alone(&format!("{count} messages of {ada:?} and {lin:?}"), async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call_with(stage, &server.page(), Setup::of(ada), Setup::of(lin)).await?;
        talk(&ada, &lin).await?;
        for page in [&ada, &lin] {
            // Their pictures would take as much of the machine as the messages.
            page.click("Turn camera off").await?;
            page.type_text("c").await?;
            page.offers("Message").await?;
        }
        for page in [&ada, &lin] {
            let script = WRITE.replace("COUNT", &count.to_string()).replace("WHO", page.who());
            page.run(&script).await?;
        }
        for number in 1..=rebuilds {
            let enough = number * count / (rebuilds + 1);
            until(format_args!("{enough} messages to be written"), async || {
                let written = ada.run("return window.written").await?;
                ensure!(written.as_u64() >= Some(enough), "{written}");
                Ok(())
            })
            .await?;
            rebuild([&ada, &lin]).await?;
        }
        for (page, other) in [(&ada, &lin), (&lin, &ada)] {
            until(format_args!("{page:?} to show every message once"), async || {
                let now = counted(page, other).await?;
                ensure!(now["mine"] == count && now["theirs"] == count, "{now}");
                ensure!(now["all"] == 2 * count && now["delivered"] == count, "{now}");
                Ok(())
            })
            .await?;
        }
        // Each message is drawn when it comes, and again when its mark changes: other messages cost
        // it nothing.
        // A script of a driver cannot import the page's module in Firefox.
        let drawn = renders(&lin).await?["ChatMessage"];
        ensure!(drawn <= 3 * count + 100, "{drawn} drawings of {} messages", 2 * count);
        Ok(())
    })
}

#[test]
fn a_thousand_messages_each_way_arrive_once_and_in_order() -> Result<()> {
    a_flood(Engine::Chromium, Engine::Chromium, 1000, 3)
}

#[test]
fn many_messages_of_firefox_and_chromium_arrive_once_and_in_order() -> Result<()> {
    a_flood(Engine::Firefox, Engine::Chromium, 200, 1)
}
