//! Raised hands and reactions.

use anyhow::{Result, ensure};
use fantoccini::key::Key;

use crate::accessible::accessible;
use crate::harness::{Scheme, Server, story, until};
use crate::scenes::{call, join, lose_server, regain_server, see_each_other, wait_in_lobby};
use crate::shots::capture;

/// A script that records the animation of each reaction that is drawn.
const NOTES: &str = "
    window.motions = [];
    new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
            for (const node of addedNodes) {
                for (const sign of node.querySelectorAll?.('.reaction') ?? []) note(sign);
                if (node.matches?.('.reaction')) note(node);
            }
        }
        function note(sign) { window.motions.push(getComputedStyle(sign).animationName); }
    }).observe(document, { subtree: true, childList: true });
";

/// Wide enough for all controls in the bar.
const WIDE: (u32, u32) = (1700, 950);

#[test]
fn hands_stay_in_order_during_an_outage() -> Result<()> {
    story("raised hands", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        see_each_other(&ada, &lin).await?;
        ada.type_text("h").await?;
        lin.says("Ada raised their hand.").await?;
        lin.says("hand raised").await?;
        ada.offers("Lower hand").await?;
        lin.sized(WIDE.0, WIDE.1).await?;
        lin.click("Raise hand").await?;
        ada.says("hand raised, number 2").await?;
        lin.says("hand raised, number 1").await?;
        accessible(&lin, "a raised hand").await?;

        lose_server(&server, [&ada, &lin]).await?;
        ada.says("hand raised, number 2").await?;
        regain_server(&server, [&ada, &lin]).await?;
        lin.says("hand raised, number 2").await?;

        // Whoever comes later is told.
        let grace = stage.person("Grace").await?;
        let link = ada.link().await?;
        wait_in_lobby(&grace, &link).await?;
        grace.says("hand raised, number 1").await?;
        accessible(&grace, "a raised hand in the lobby").await?;
        join(&grace, &link).await?;
        grace.says("hand raised, number 2").await?;

        ada.type_text("h").await?;
        ada.offers("Raise hand").await?;
        for page in [&grace, &ada, &lin] {
            page.no_longer_says("hand raised, number").await?;
            page.says("hand raised").await?;
        }
        lin.click("Hang up").await?;
        grace.no_longer_says("hand raised").await?;
        ada.no_longer_says("hand raised").await
    })
}

#[test]
fn a_reaction_is_seen_and_read_out() -> Result<()> {
    story("reactions", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        see_each_other(&ada, &lin).await?;
        lin.run(NOTES).await?;
        ada.sized(WIDE.0, WIDE.1).await?;
        ada.tab_to("React").await?;
        ada.press(Key::Enter).await?;
        ada.offers("Applause").await?;
        accessible(&ada, "the menu of reactions").await?;
        ada.press(Key::Right).await?;
        ensure!(ada.focused().await? == "Heart", "the focus is on `{}`", ada.focused().await?);
        ada.press(Key::Enter).await?;
        lin.says("\u{2764}").await?;
        ada.says("You reacted: Heart.").await?;
        lin.says("Ada reacted: Heart.").await?;
        lin.no_longer_says("\u{2764}").await?;

        // The same for somebody who does not like motion.
        lin.prefers(Scheme::Dark).await?;
        ada.click("Applause").await?;
        lin.says("\u{1f44f}").await?;
        lin.says("Ada reacted: Applause.").await?;
        let motions = lin.run("return motions").await?;
        ensure!(motions == serde_json::json!(["reaction-rise", "none"]), "{motions}");

        ada.press(Key::Escape).await?;
        ada.no_longer_offers("Applause").await?;
        ensure!(ada.focused().await? == "React", "the focus is on `{}`", ada.focused().await?);
        Ok(())
    })
}

/// A phone, a laptop and a large screen.
const SIZES: [(u32, u32); 3] = [(390, 844), (1280, 800), (1920, 1080)];

/// Opens the menu of reactions, through "More" where it is in there.
const OPEN: &str = "
    document.querySelector('.reaction-menu:popover-open')?.hidePopover();
    document.querySelector('.controls-more:popover-open')?.hidePopover();
    const control = document.querySelector('[popovertarget=reactions]');
    if (control.closest('.controls-more')) document.querySelector('.controls-fold').click();
    control.click();
";

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn gestures() -> Result<()> {
    story("screenshots of gestures", async |stage| {
        let server = Server::start(stage).await?;
        for people in [2, 3] {
            let (ada, lin) = call(stage, &server.page()).await?;
            see_each_other(&ada, &lin).await?;
            ada.sized(1700, 950).await?;
            let mut others = vec![ada];
            if people == 3 {
                let grace = stage.person("Grace").await?;
                join(&grace, &others[0].link().await?).await?;
                see_each_other(&grace, &lin).await?;
                others.push(grace);
            }
            for page in others.iter().chain([&lin]) {
                page.type_text("h").await?;
            }
            lin.says(&format!("number {people}")).await?;
            others[0].click("React").await?;
            for size in SIZES {
                for scheme in [Scheme::Light, Scheme::Dark] {
                    lin.prefers(scheme).await?;
                    lin.sized(size.0, size.1).await?;
                    lin.run(OPEN).await?;
                    lin.click("Celebration").await?;
                    until("the last reactions to go", async || {
                        let left = lin
                            .run("return document.querySelectorAll('.tile .reaction').length")
                            .await?;
                        ensure!(left == 0, "{left} are left");
                        Ok(())
                    })
                    .await?;
                    for sign in ["Applause", "Heart", "Laughter"] {
                        others[0].click(sign).await?;
                    }
                    lin.says("\u{1f602}").await?;
                    capture(&lin, &format!("gestures-{people}"), size, scheme).await?;
                }
            }
            others[0].close().await?;
            lin.close().await?;
        }
        Ok(())
    })
}
