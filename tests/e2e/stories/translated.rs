//! A page whose texts a browser, or an extension, replaces by their translation. Pages ask not to
//! be translated, and some translators do not obey.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::harness::{Page, Server, Setup, story};
use crate::scenes::see_each_other;

/// A script that does what Google Translate does: each text node is replaced by new ones within
/// `<font>` elements, and so is what the page adds later. `translate="no"` is ignored. It also
/// records the texts with neighbours in their element: if the app puts a node before such a text,
/// or takes it away, that fails once the text is another node. A text that is alone in its element
/// is never used in this way.
const TRANSLATE: &str = "
    window.neighbours = new Set();
    const skipped = 'head, script, style, noscript, textarea, font';
    const translate = (text) => {
        if (!text.data.trim() || text.parentElement?.closest(skipped) !== null) return;
        const [outer, inner] = [document.createElement('font'), document.createElement('font')];
        inner.append(text.data);
        outer.append(inner);
        text.replaceWith(outer);
    };
    new MutationObserver(() => {
        const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
        const texts = [];
        while (walker.nextNode()) texts.push(walker.currentNode);
        texts.forEach(translate);
        for (const font of document.querySelectorAll('font:has(font)')) {
            const { parentElement: parent, textContent } = font;
            if (parent.childNodes.length > 1) neighbours.add(`${parent.localName}: ${textContent}`);
        }
    }).observe(document, { subtree: true, childList: true, characterData: true });
";

/// Checks that the page was translated and still works.
async fn still_works(page: &Page, screen: &str) -> Result<()> {
    let fonts = page.run("return document.querySelectorAll('font font').length").await?;
    ensure!(fonts.as_u64() > Some(0), "{screen} is not translated");
    ensure!(!page.has("Reload").await?, "{screen} has crashed");
    let neighbours = page.run("return [...neighbours]").await?;
    ensure!(neighbours == json!([]), "{screen} has texts with neighbours: {neighbours}");
    Ok(())
}

/// Goes through the screens of a call, and changes whatever changes on them.
async fn tour(ada: &Page, lin: &Page, server: &Server) -> Result<()> {
    ada.open(&server.page()).await?;
    ada.offers("New call").await?;
    still_works(ada, "home").await?;
    ada.click("简体中文").await?;
    ada.click("English").await?;
    ada.click("New call").await?;
    ada.fill("Your name", "Ada").await?;
    let link = ada.link().await?;
    ada.click("Turn camera off").await?;
    ada.click("Turn camera on").await?;
    ada.click("Copy link").await?;
    still_works(ada, "lobby").await?;

    lin.open(&link).await?;
    lin.fill("Your name", "Lin").await?;
    still_works(lin, "the lobby of two").await?;
    // The words on this button no longer change: they are the translator's now.
    lin.run("document.querySelector('.join button[type=submit]').click()").await?;
    ada.click("Accept").await?;
    see_each_other(ada, lin).await?;
    for name in ["Mute microphone", "Unmute microphone", "Turn camera off", "Turn camera on"] {
        ada.click(name).await?;
    }
    ada.click("Settings").await?;
    ada.click("Close").await?;
    ada.sized(390, 664).await?;
    ada.click("More").await?;
    ada.click("Settings").await?;
    ada.click("Close").await?;
    still_works(ada, "call").await?;

    lin.click("Hang up").await?;
    ada.camera_of("Lin").is_gone().await?;
    lin.offers("Call again").await?;
    ada.click("Hang up").await?;
    ada.offers("Call again").await?;
    still_works(ada, "the end of a call").await?;
    still_works(lin, "the end of the other's call").await
}

#[test]
fn a_translated_page_still_works() -> Result<()> {
    story("a translated page", async |stage| {
        let server = Server::start(stage).await?;
        let translated = Setup::with_script(TRANSLATE);
        let ada = stage.person_with("Ada", translated.clone()).await?;
        let lin = stage.person_with("Lin", translated).await?;
        tour(&ada, &lin, &server).await
    })
}
