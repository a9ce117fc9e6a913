//! Screenshots of every screen, for review by people: `cargo xtask shots`. Each screen is set up
//! once, then captured in every size and in both themes.

use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context as _, Result};
use fantoccini::key::Key;
use futures_util::try_join;

use crate::harness::Colour::{Blue, Red};
use crate::harness::{Devices, Page, STOPS, Scheme, Server, Setup, Stage, Stopped, story};
use crate::recovery::{UNREACHABLE_TURN, WALL};
use crate::scenes::{begin, join, see_each_other};

/// A phone, a laptop and a large screen.
const SIZES: [(u32, u32); 3] = [(360, 740), LAPTOP, (1920, 1080)];

/// The size for going from screen to screen, with room for every control.
const LAPTOP: (u32, u32) = (1280, 800);

/// A script that waits until every image is loaded, transitions are over, and the result is
/// painted, with opened panels scrolled into view.
pub(crate) const SETTLED: &str = "
const done = arguments[arguments.length - 1];
const open = document.querySelector('details[open]');
if (open) open.scrollIntoView(); else scrollTo(0, 0);
requestAnimationFrame(() => {
  const ends = (animation) => animation.effect.getComputedTiming().endTime !== Infinity;
  const ended = document.getAnimations().filter(ends).map((animation) => animation.finished);
  const starts = (video) => video.srcObject && video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA;
  const started = [...document.querySelectorAll('video')].filter(starts)
    .map((video) => new Promise((resolve) => video.addEventListener('loadeddata', resolve)));
  Promise.allSettled([...ended, ...started])
    .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(null))));
});
";

/// Takes screenshots of one screen.
pub(crate) async fn shots(page: &Page, screen: &str) -> Result<()> {
    for size in SIZES {
        for scheme in [Scheme::Light, Scheme::Dark] {
            shot(page, screen, size, scheme).await?;
        }
    }
    page.sized(LAPTOP.0, LAPTOP.1).await
}

/// Takes one screenshot.
pub(crate) async fn shot(
    page: &Page,
    screen: &str,
    size: (u32, u32),
    scheme: Scheme,
) -> Result<()> {
    page.prefers(scheme).await?;
    capture(page, screen, size, scheme).await
}

/// Takes one screenshot of a page whose theme cannot be changed.
pub(crate) async fn capture(
    page: &Page,
    screen: &str,
    (width, height): (u32, u32),
    scheme: Scheme,
) -> Result<()> {
    page.sized(width, height).await?;
    page.run_to_end(SETTLED).await?;
    let theme = match scheme {
        Scheme::Light => "light",
        Scheme::Dark => "dark",
    };
    let file = folder()?.join(format!("{screen}-{width}x{height}-{theme}.png"));
    fs::write(&file, page.screenshot().await?)
        .with_context(|| format!("cannot write {}", file.display()))
}

/// Returns the folder of the screenshots.
pub(crate) fn folder() -> Result<PathBuf> {
    let folder = env::var_os("TINCAN_SHOTS").map(PathBuf::from);
    folder.context("TINCAN_SHOTS is not set: take the screenshots by `cargo xtask shots`")
}

/// Lets a person wait in the lobby of a new room. Returns the link.
async fn wait(page: &Page, server: &Server) -> Result<String> {
    page.open(&server.page()).await?;
    page.click("New call").await?;
    page.fill("Your name", page.who()).await?;
    page.offers("Turn camera off").await?;
    page.link().await
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn home_and_lobby() -> Result<()> {
    story("screenshots of home and lobby", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        ada.open(&server.page()).await?;
        ada.offers("New call").await?;
        shots(&ada, "home").await?;

        ada.open(&format!("{}#q83v", server.page())).await?;
        ada.says("This link is not complete").await?;
        shots(&ada, "home-bad-link").await?;

        let link = wait(&ada, &server).await?;
        ada.says("Nobody else is here yet").await?;
        shots(&ada, "lobby-alone").await?;

        // It is neither a button nor a link.
        let unfold = "document.querySelector('summary').click()";
        ada.run(unfold).await?;
        ada.offers("Test speaker").await?;
        shots(&ada, "lobby-settings").await?;
        ada.run(unfold).await?;

        let lin = stage.person("Lin").await?;
        lin.open(&link).await?;
        lin.fill("Your name", "Lin").await?;
        ada.says("Lin").await?;
        ada.offers("Call").await?;
        shots(&ada, "lobby").await
    })
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn ring() -> Result<()> {
    story("screenshots of a ring", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        let link = wait(&ada, &server).await?;
        let lin = stage.person("Lin").await?;
        lin.open(&link).await?;
        lin.fill("Your name", "Lin").await?;
        ada.says("Lin").await?;

        // A ring does not last until all screenshots of both sides are taken.
        ada.click("Call").await?;
        lin.offers("Accept").await?;
        shots(&ada, "calling").await?;
        ada.click("Cancel").await?;
        lin.no_longer_offers("Accept").await?;

        ada.click("Call").await?;
        lin.offers("Accept").await?;
        shots(&lin, "incoming").await?;
        lin.click("Decline").await?;
        ada.says("Lin declined.").await?;
        shots(&ada, "declined").await
    })
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn call() -> Result<()> {
    story("screenshots of a call", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        let link = begin(&ada, &server.page()).await?;
        shots(&ada, "call-alone").await?;

        let lin = stage.person("Lin").await?;
        join(&lin, &link).await?;
        see_each_other(&ada, &lin).await?;
        shots(&ada, "call-two").await?;

        ada.type_text("?").await?;
        ada.says("Hold to talk").await?;
        shots(&ada, "shortcuts").await?;
        ada.press(Key::Escape).await?;

        ada.click("Settings").await?;
        ada.offers("Test speaker").await?;
        shots(&ada, "settings").await?;
        ada.press(Key::Escape).await?;
        ada.no_longer_offers("Test speaker").await?;

        let _slides = lin.open_slides().await?;
        lin.click("Share screen").await?;
        ada.screen_of("Lin").shows(Blue, Red).await?;
        shots(&ada, "share").await?;
        shots(&lin, "sharing").await?;
        lin.click("Stop sharing").await?;

        for name in ["Grace", "Mary", "Hedy"] {
            let page = stage.person(name).await?;
            join(&page, &link).await?;
            see_each_other(&ada, &page).await?;
        }
        shots(&ada, "call-five").await?;

        ada.click("Hang up").await?;
        ada.offers("Call again").await?;
        shots(&ada, "ended").await
    })
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn capture_errors() -> Result<()> {
    story("screenshots of capture errors", async |stage| {
        let server = Server::start(stage).await?;
        let host = "--host-resolver-rules=MAP insecure.test 127.0.0.1";
        let insecure = Setup { arguments: vec![host], ..Setup::default() };
        let denied = Setup { devices: Devices::Denied, ..Setup::default() };
        for (error, setup, words) in [
            ("denied", denied, "may not use your camera and microphone"),
            ("not-found", Setup::with_script(NOT_FOUND), "No camera or microphone found"),
            ("busy", Setup::with_script(BUSY), "Camera and microphone are busy"),
            ("over-constrained", Setup::with_script(OVER_CONSTRAINED), "support these settings"),
            ("insecure", insecure, "This page was not loaded over HTTPS"),
        ] {
            let page = stage.person_with(error, setup).await?;
            let address = match error {
                "insecure" => server.page().replace("127.0.0.1", "insecure.test"),
                _ => server.page(),
            };
            page.open(&address).await?;
            page.click("New call").await?;
            page.fill("Your name", "Ada").await?;
            page.says(words).await?;
            page.says("Nobody else is here yet").await?;
            shots(&page, &format!("lobby-{error}")).await?;
            page.close().await?;
        }
        Ok(())
    })
}

const NOT_FOUND: &str = "MediaDevices.prototype.getUserMedia = async () => {
    throw new DOMException('there is none', 'NotFoundError');
};";

const BUSY: &str = "MediaDevices.prototype.getUserMedia = async () => {
    throw new DOMException('another program has it', 'NotReadableError');
};";

const OVER_CONSTRAINED: &str = "MediaDevices.prototype.getUserMedia = async () => {
    throw new OverconstrainedError('width', 'too wide');
};";

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn chinese() -> Result<()> {
    story("screenshots in Chinese", async |stage| {
        let server = Server::start(stage).await?;
        let ada = chinese_lobby(stage, "艾达", &server.page(), Setup::default()).await?;
        let lin = chinese_lobby(stage, "小林", &ada.link().await?, Setup::default()).await?;
        ada.says("小林").await?;
        for scheme in [Scheme::Light, Scheme::Dark] {
            shot(&ada, "lobby-zh", LAPTOP, scheme).await?;
        }
        ada.click("呼叫").await?;
        lin.offers("接听").await?;
        for scheme in [Scheme::Light, Scheme::Dark] {
            shot(&lin, "incoming-zh", LAPTOP, scheme).await?;
        }
        lin.click("接听").await?;
        see_each_other(&ada, &lin).await?;
        for scheme in [Scheme::Light, Scheme::Dark] {
            shot(&ada, "call-two-zh", LAPTOP, scheme).await?;
        }
        Ok(())
    })
}

/// Captures the messages when there is no route to the peer: each recovery stage, and the reason.
#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn recovery_stages() -> Result<()> {
    story("screenshots of recovery stages", async |stage| {
        for (servers, reason) in [(UNREACHABLE_TURN, "blocked"), ("", "no-relay")] {
            let server = Server::start_naming(stage, servers).await?;
            let walled = Setup::with_script(WALL);
            let lin = stage.person_with("Lin", walled.clone()).await?;
            let link = begin(&lin, &server.page()).await?;
            let ada = chinese_lobby(stage, "艾达", &link, walled).await?;
            ada.click("加入").await?;
            let relay = if reason == "blocked" { &["relay"][..] } else { &[] };
            for state in [&["connecting", "rebuild"], relay, &[reason]].concat() {
                let (english, chinese) = words(state);
                lin.says(english).await?;
                ada.says(chinese).await?;
                shots(&lin, &format!("recovery-{state}")).await?;
                shot(&ada, &format!("recovery-{state}-zh"), LAPTOP, Scheme::Dark).await?;
            }
            ada.close().await?;
            lin.close().await?;
        }
        Ok(())
    })
}

/// Captures the messages when the other page is stopped: the connection is lost, and nobody
/// answers.
#[test]
#[ignore = "takes screenshots, and checks nothing"]
#[cfg(target_os = "linux")]
fn recovery_stages_of_a_lost_connection() -> Result<()> {
    story("screenshots of a lost connection", async |stage| {
        let server = Server::start(stage).await?;
        let stops = Setup { arguments: vec![STOPS], ..Setup::default() };
        let lin = stage.person_with("Lin", stops).await?;
        let link = begin(&lin, &server.page()).await?;
        let ada = stage.person("Ada").await?;
        join(&ada, &link).await?;
        let mei = chinese_lobby(stage, "小林", &link, Setup::default()).await?;
        mei.click("加入").await?;
        see_each_other(&ada, &lin).await?;
        lin.camera_of("小林").moves().await?;
        let _stopped = Stopped::stop()?;
        // This state is too short for all sizes.
        let (english, chinese) = words("wait");
        let wait = async |page: &Page, words: &str, screen: &str| {
            page.says(words).await?;
            shot(page, screen, LAPTOP, Scheme::Dark).await
        };
        try_join!(wait(&ada, english, "recovery-wait"), wait(&mei, chinese, "recovery-wait-zh"))?;
        for state in ["restart", "no-answer"] {
            let (english, chinese) = words(state);
            mei.says(chinese).await?;
            shot(&mei, &format!("recovery-{state}-zh"), LAPTOP, Scheme::Dark).await?;
            ada.says(english).await?;
            shots(&ada, &format!("recovery-{state}")).await?;
        }
        Ok(())
    })
}

/// Returns the English and Chinese text of a recovery stage or a reason.
fn words(state: &str) -> (&'static str, &'static str) {
    match state {
        "connecting" => ("Connecting", "正在连接"),
        "wait" => ("Unstable connection", "连接不稳定"),
        "restart" => ("Reconnecting", "正在重新连接"),
        "rebuild" => ("Trying a new connection", "正在建立新连接"),
        "relay" => ("through a relay", "正在尝试通过中继连接"),
        "no-answer" => ("isn't responding", "没有响应"),
        "blocked" => ("The relay can't be reached", "无法连到中继"),
        _ => ("this server offers no relay", "没有提供中继"),
    }
}

/// Opens the lobby in Chinese: of a new room, if the address is that of the home page.
async fn chinese_lobby(stage: &Stage, who: &str, address: &str, setup: Setup) -> Result<Page> {
    let setup = Setup { language: "zh-CN", ..setup };
    let page = stage.person_with(who, setup).await?;
    page.open(address).await?;
    if !address.contains('#') {
        page.click("发起通话").await?;
    }
    page.fill("你的名字", who).await?;
    page.offers("关闭摄像头").await?;
    Ok(page)
}
