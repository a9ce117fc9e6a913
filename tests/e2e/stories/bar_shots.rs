//! Screenshots of the control bar, of its menu and of the notice after a crash, for review by
//! people: in both languages and both themes, with normal and with large text.

use anyhow::Result;

use crate::crash::ERROR;
use crate::harness::{Page, Scheme, Server, Setup, story};
use crate::scenes::{begin, see_each_other};
use crate::shots::capture;

/// A phone in portrait and in landscape, a laptop and a large screen.
const SIZES: [(u32, u32); 4] = [(390, 844), (740, 360), (1280, 800), (1920, 1080)];

/// The sizes of the text, in percent.
const TEXT: [u32; 2] = [100, 200];

/// The names of controls and fields.
struct Words {
    language: &'static str,
    your_name: &'static str,
    join: &'static str,
    more: &'static str,
    reload: &'static str,
}

const LANGUAGES: [Words; 2] = [
    Words {
        language: "en-US",
        your_name: "Your name",
        join: "Join",
        more: "More",
        reload: "Reload",
    },
    Words {
        language: "zh-CN",
        your_name: "你的名字",
        join: "加入",
        more: "更多",
        reload: "重新加载",
    },
];

/// Returns a script that opens the menu with this name, unless it is open.
fn opens(menu: &str) -> String {
    format!(
        "document.querySelector('.controls-more:popover-open')?.hidePopover();
         document.querySelector('button[popovertarget][aria-label={menu:?}]')?.click()"
    )
}

/// Takes screenshots of one screen in all sizes.
async fn shots(page: &Page, screen: &str, menu: Option<&str>) -> Result<()> {
    for scheme in [Scheme::Light, Scheme::Dark] {
        page.prefers(scheme).await?;
        for text in TEXT {
            page.run(&format!("document.documentElement.style.fontSize = '{text}%'")).await?;
            for size in SIZES {
                page.sized(size.0, size.1).await?;
                if let Some(menu) = menu {
                    page.run(&opens(menu)).await?;
                }
                capture(page, &format!("bar-{screen}-{text}"), size, scheme).await?;
            }
        }
    }
    page.run("document.documentElement.style.fontSize = ''").await?;
    page.sized(1280, 800).await
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn the_control_bar() -> Result<()> {
    story("screenshots of the control bar", async |stage| {
        let server = Server::start(stage).await?;
        for Words { language, your_name, join, more, reload } in LANGUAGES {
            let lin = stage.person("Lin").await?;
            let link = begin(&lin, &server.page()).await?;
            let ada = stage.person_with("Ada", Setup { language, ..Setup::default() }).await?;
            ada.open(&link).await?;
            ada.fill(your_name, "Ada").await?;
            ada.click(join).await?;
            see_each_other(&ada, &lin).await?;
            shots(&ada, &format!("closed-{language}"), None).await?;
            shots(&ada, &format!("open-{language}"), Some(more)).await?;
            ada.run(ERROR).await?;
            ada.offers(reload).await?;
            shots(&ada, &format!("crash-{language}"), None).await?;
            // It has reported the error, as it should.
            ada.console().await?;
            ada.close().await?;
            lin.close().await?;
        }
        Ok(())
    })
}
