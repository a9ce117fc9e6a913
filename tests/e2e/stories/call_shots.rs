//! Screenshots of problems in a call, for review by people: in both languages and both themes, on a
//! phone, on a laptop and on a large screen.

use anyhow::Result;

use crate::harness::{OwnProcess, Page, Part, Server, Setup, Stage, story};
use crate::remote_media::{HEADPHONES, VP8_ALONE, VP9_ALONE};
use crate::scenes::{join, see_each_other};
use crate::shots::shots;

/// The names of controls, and the texts to wait for.
struct Words {
    language: &'static str,
    new_call: &'static str,
    your_name: &'static str,
    join: &'static str,
    hang_up: &'static str,
    settings: &'static str,
    speaker: &'static str,
    close: &'static str,
    muted: &'static str,
    left: &'static str,
    speaker_gone: &'static str,
    lost: &'static str,
    no_codec: &'static str,
}

const LANGUAGES: [Words; 2] = [
    Words {
        language: "en-US",
        new_call: "New call",
        your_name: "Your name",
        join: "Join",
        hang_up: "Hang up",
        settings: "Settings",
        speaker: "Speaker",
        close: "Close",
        muted: "by the system",
        left: "You left the call",
        speaker_gone: "Your speaker isn't available",
        lost: "Unstable connection",
        no_codec: "no video format in common",
    },
    Words {
        language: "zh-CN",
        new_call: "发起通话",
        your_name: "你的名字",
        join: "加入",
        hang_up: "挂断",
        settings: "设置",
        speaker: "扬声器",
        close: "关闭",
        muted: "被系统",
        left: "你已离开通话",
        speaker_gone: "扬声器不可用",
        lost: "连接不稳定",
        no_codec: "没有共同的视频格式",
    },
];

impl Words {
    /// Takes screenshots of one screen.
    async fn shots(&self, page: &Page, screen: &str) -> Result<()> {
        shots(page, &format!("state-{screen}-{}", self.language)).await
    }

    /// Starts a call of Ada with this language. Returns her page and the link.
    async fn begin(&self, stage: &Stage, server: &Server, setup: Setup) -> Result<(Page, String)> {
        let ada = stage.person_with("Ada", Setup { language: self.language, ..setup }).await?;
        ada.may_know_devices().await?;
        ada.open(&server.page()).await?;
        ada.click(self.new_call).await?;
        ada.fill(self.your_name, "Ada").await?;
        let link = ada.link().await?;
        ada.click(self.join).await?;
        ada.offers(self.hang_up).await?;
        Ok((ada, link))
    }

    /// Starts such a call and lets Lin join it.
    async fn call(&self, stage: &Stage, server: &Server, setup: Setup) -> Result<[Page; 2]> {
        let (ada, link) = self.begin(stage, server, setup).await?;
        let lin = stage.person("Lin").await?;
        join(&lin, &link).await?;
        see_each_other(&ada, &lin).await?;
        Ok([ada, lin])
    }
}

/// A script that simulates a track muted by the system.
const MUTES: &str = "
    const real = MediaDevices.prototype.getUserMedia;
    const captured = [];
    MediaDevices.prototype.getUserMedia = async function (constraints) {
        const stream = await real.call(this, constraints);
        captured.push(...stream.getTracks());
        return stream;
    };
    window.mute = (kind, muted) => {
        for (const track of captured.filter((track) => track.kind === kind)) {
            Object.defineProperty(track, 'muted', { value: muted, configurable: true });
            track.dispatchEvent(new Event(muted ? 'mute' : 'unmute'));
        }
    };
";

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn muted_by_the_system() -> Result<()> {
    story("screenshots of devices that the system mutes", async |stage| {
        let server = Server::start(stage).await?;
        for words in &LANGUAGES {
            let [ada, lin] = words.call(stage, &server, Setup::with_script(MUTES)).await?;
            ada.run("mute('audio', true)").await?;
            ada.says(words.muted).await?;
            lin.says("microphone muted").await?;
            words.shots(&ada, "system-mute").await?;
            ada.run("mute('audio', false)").await?;
            ada.no_longer_says(words.muted).await?;
            ada.run("mute('video', true)").await?;
            ada.says(words.muted).await?;
            words.shots(&ada, "system-mute-camera").await?;
            ada.close().await?;
            lin.close().await?;
        }
        Ok(())
    })
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn left_by_going_back() -> Result<()> {
    story("screenshots of a call that was left", async |stage| {
        let server = Server::start(stage).await?;
        for words in &LANGUAGES {
            let (ada, _) = words.begin(stage, &server, Setup::default()).await?;
            ada.back().await?;
            ada.says(words.left).await?;
            words.shots(&ada, "left").await?;
            ada.close().await?;
        }
        Ok(())
    })
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn a_speaker_that_is_gone() -> Result<()> {
    story("screenshots of a speaker that is gone", async |stage| {
        let server = Server::start(stage).await?;
        for words in &LANGUAGES {
            let [ada, lin] = words.call(stage, &server, Setup::with_script(HEADPHONES)).await?;
            ada.click(words.settings).await?;
            ada.choose(words.speaker, "Headphones").await?;
            ada.click(words.close).await?;
            ada.run("plug(false)").await?;
            ada.says(words.speaker_gone).await?;
            words.shots(&ada, "speaker-gone").await?;
            ada.close().await?;
            lin.close().await?;
        }
        Ok(())
    })
}

/// A script that can stop the page's clock, so that a transient state lasts for its screenshots.
const CLOCK: &str = "
    const now = performance.now.bind(performance);
    const later = window.setTimeout.bind(window);
    let end = Infinity;
    performance.now = () => Math.min(now(), end);
    window.setTimeout = (...args) => end === Infinity ? later(...args) : 0;
    window.stopWhen = (words) => new MutationObserver(() => {
        if (document.body.innerText.includes(words)) end = Math.min(now(), end);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
";

#[test]
#[ignore = "takes screenshots, and checks nothing"]
#[cfg(target_os = "linux")]
fn a_tile_that_is_lost() -> Result<()> {
    story("screenshots of a tile that is lost", async |stage| {
        let server = Server::start(stage).await?;
        for words in &LANGUAGES {
            let (ada, link) = words.begin(stage, &server, Setup::with_script(CLOCK)).await?;
            let killed = Setup { own_process: Some(OwnProcess::Ends), ..Setup::default() };
            let lin = stage.person_with("Lin", killed).await?;
            join(&lin, &link).await?;
            see_each_other(&ada, &lin).await?;
            ada.run(&format!("stopWhen('{}')", words.lost)).await?;
            stage.kill(&lin, Part::Whole)?;
            ada.says(words.lost).await?;
            words.shots(&ada, "lost").await?;
            ada.close().await?;
        }
        Ok(())
    })
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn without_a_common_codec() -> Result<()> {
    story("screenshots of a call without a common codec", async |stage| {
        let server = Server::start(stage).await?;
        for words in &LANGUAGES {
            let (ada, link) = words.begin(stage, &server, Setup::with_script(VP8_ALONE)).await?;
            let lin = stage.person_with("Lin", Setup::with_script(VP9_ALONE)).await?;
            join(&lin, &link).await?;
            ada.says(words.no_codec).await?;
            words.shots(&ada, "no-codec").await?;
            ada.close().await?;
            lin.close().await?;
        }
        Ok(())
    })
}
