//! The screenshots in README.md: `cargo xtask shots --readme`. They are small enough to commit.

use std::fs;

use anyhow::{Context as _, Result};
use tempfile::NamedTempFile;

use self::portrait::{ADA, GRACE, HEDY, LIN, Look, MARY};
use crate::harness::{Page, Scheme, Server, Setup, Stage, story_alone};
use crate::scenes::{begin, join, see_each_other, wait_in_lobby};
use crate::shots::{SETTLED, folder};

mod portrait;

/// A laptop, and a phone whose screenshot is shown at half its size.
const LAPTOP: ((u32, u32), u32) = ((1280, 800), 1);
const PHONE: ((u32, u32), u32) = ((390, 844), 2);

/// The slide that Lin shares. A dot in it moves, so that its video continues.
const SLIDE: &str = include_str!("slide.html");

/// A script that waits until some frames of a shared screen were presented: the first ones are
/// blurred. Text is sent with few frames per second.
const SHARP: &str = "
const done = arguments[arguments.length - 1];
const video = document.querySelector('video[data-kind=screen]');
let left = 12;
const next = () => left-- ? video.requestVideoFrameCallback(next) : done(null);
next();
";

/// Takes screenshots of one screen in both themes.
async fn shots(page: &Page, screen: &str, (size, scale): ((u32, u32), u32)) -> Result<()> {
    page.sized(size.0, size.1).await?;
    for (scheme, theme) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
        page.prefers(scheme).await?;
        page.run_to_end(SETTLED).await?;
        let file = folder()?.join(format!("{screen}-{theme}.webp"));
        fs::write(&file, page.webp(size, scale).await?)
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    page.sized(LAPTOP.0.0, LAPTOP.0.1).await
}

/// Starts a browser whose camera plays a film of a drawn person. The film exists as long as the
/// story.
async fn person(stage: &Stage, who: &str, look: &Look) -> Result<Page> {
    let film = stage.keep_running::<NamedTempFile>(portrait::film(look)?);
    let film = Some(film.path().to_owned());
    stage.person_with(who, Setup { film, ..Setup::default() }).await
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn readme() -> Result<()> {
    story_alone("screenshots of the README", async |stage| {
        let server = Server::start(stage).await?;
        let ada = person(stage, "Ada", &ADA).await?;
        let lin = person(stage, "Lin", &LIN).await?;
        lobby(&ada, &lin, &server).await?;

        let link = begin(&ada, &server.page()).await?;
        join(&lin, &link).await?;
        see_each_other(&ada, &lin).await?;
        ada.camera_of("Lin").is_heard().await?;
        shots(&ada, "call", LAPTOP).await?;
        shots(&ada, "phone-call", PHONE).await?;

        for (name, look) in [("Grace", &GRACE), ("Mary", &MARY), ("Hedy", &HEDY)] {
            let page = person(stage, name, look).await?;
            join(&page, &link).await?;
            // Not that it moves: five browsers are a heavy load for a small machine.
            ada.camera_of(name).is_there().await?;
            ada.camera_of(name).is_heard().await?;
        }
        shots(&ada, "five", LAPTOP).await?;
        let _slides = lin.open_slides_of(SLIDE).await?;
        lin.click("Share screen").await?;
        ada.screen_of("Lin").is_there().await?;
        ada.run_to_end(SHARP).await?;
        shots(&ada, "share", LAPTOP).await
    })
}

/// Opens the lobby of a room in which somebody waits.
async fn lobby(ada: &Page, lin: &Page, server: &Server) -> Result<()> {
    ada.open(&server.page()).await?;
    ada.click("New call").await?;
    ada.fill("Your name", "Ada").await?;
    ada.offers("Turn camera off").await?;
    wait_in_lobby(lin, &ada.link().await?).await?;
    ada.says("Lin").await?;
    ada.offers("Call").await?;
    shots(ada, "lobby", LAPTOP).await?;
    shots(ada, "phone-lobby", PHONE).await
}
