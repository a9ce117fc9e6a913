//! Screenshots of all screens that are available in WebKit, for review by people.

use anyhow::Result;

use crate::harness::{Devices, Engine, Page, Scheme, Setup, Stage, story};
use crate::shots::capture;
use crate::webkit::host;

/// A phone and a laptop.
const SIZES: [(u32, u32); 2] = [(390, 844), (1280, 800)];

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn light() -> Result<()> {
    story("screenshots in WebKit, light", async |stage| screens(stage, Scheme::Light).await)
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn dark() -> Result<()> {
    story("screenshots in WebKit, dark", async |stage| screens(stage, Scheme::Dark).await)
}

/// Takes all screenshots in one theme. The theme is set per browser, the language in the page.
async fn screens(stage: &Stage, scheme: Scheme) -> Result<()> {
    let host = host(stage).await?;
    let arguments = match scheme {
        Scheme::Light => vec![],
        Scheme::Dark => vec!["--dark-mode"],
    };
    let setup = Setup { engine: Engine::WebKit, arguments, ..Setup::default() };
    let bare = Setup { devices: Devices::None, ..setup.clone() };
    let ada = stage.person_with("Ada", setup).await?;
    let lin = stage.person_with("Lin", bare).await?;
    for words in [&ENGLISH, &CHINESE] {
        let shots = async |page: &Page, screen: &str| {
            for size in SIZES {
                capture(page, &format!("webkit-{screen}{}", words.mark), size, scheme).await?;
            }
            Ok::<_, anyhow::Error>(())
        };
        for page in [&ada, &lin] {
            page.open(&host.page()).await?;
            page.click(words.language).await?;
            page.offers(words.new_call).await?;
        }
        shots(&ada, "home").await?;
        ada.open(&format!("{}?#q83v", host.page())).await?;
        ada.says(words.incomplete).await?;
        shots(&ada, "incomplete").await?;
        ada.click(words.new_call).await?;
        ada.offers(words.camera_off).await?;
        shots(&ada, "lobby").await?;
        ada.click(words.code).await?;
        ada.offers(words.close).await?;
        shots(&ada, "code").await?;
        ada.click(words.close).await?;
        lin.open(&ada.link().await?).await?;
        lin.offers(words.camera_on).await?;
        shots(&lin, "lobby-bare").await?;
    }
    Ok(())
}

/// The names of controls.
struct Words {
    mark: &'static str,
    language: &'static str,
    incomplete: &'static str,
    new_call: &'static str,
    camera_on: &'static str,
    camera_off: &'static str,
    code: &'static str,
    close: &'static str,
}

const ENGLISH: Words = Words {
    mark: "",
    language: "English",
    incomplete: "This link is not complete",
    new_call: "New call",
    camera_on: "Turn camera on",
    camera_off: "Turn camera off",
    code: "Show QR code",
    close: "Close",
};

const CHINESE: Words = Words {
    mark: "-zh",
    language: "简体中文",
    incomplete: "链接不完整",
    new_call: "发起通话",
    camera_on: "打开摄像头",
    camera_off: "关闭摄像头",
    code: "显示二维码",
    close: "关闭",
};
