//! A network lab: a small internet with the real server and a real coturn, and two homes on it,
//! each with a router and a host on which a browser runs. It consists of network namespaces that
//! belong to one [`Lab`]. No packet leaves them, and the rest of the machine is unaffected.

mod bridge;
mod home;
mod internet;
mod kind;
mod namespace;
mod relay;
mod seat;
pub mod stun;

use std::rc::Rc;

use anyhow::Result;

use crate::{Page, SentVideo, Setup, Stage};
pub use home::Home;
pub use internet::{Internet, OTHER_STUN_PORT, STUN_PORT, address};
pub use kind::Kind;
pub use relay::{Credentials, Relay, Transport};

/// The address of the page, the same in every home.
pub const PAGE: &str = "http://tincan.test/";

/// The network lab. Everything that runs in it ends when it is dropped.
pub struct Lab {
    // Dropped before the internet that they are connected to.
    homes: [Home; 2],
    internet: Internet,
}

/// Returns the reason why this system cannot run a lab, if so.
pub fn skip_reason() -> Option<&'static str> {
    (!rustix::process::geteuid().is_root()).then_some("only root may make network namespaces")
}

impl Lab {
    /// Builds the networks, with homes of these kinds, and starts the server and coturn.
    pub async fn start(stage: &Stage, kinds: [Kind; 2]) -> Result<Rc<Self>> {
        Self::start_with(stage, kinds, Credentials::Password).await
    }

    /// Starts a lab with a different relay, or a different way to authenticate with it.
    pub async fn start_with(
        stage: &Stage,
        kinds: [Kind; 2],
        relay: impl Into<Relay>,
    ) -> Result<Rc<Self>> {
        namespace::sweep()?;
        let internet = Internet::start(stage, relay.into()).await?;
        let home = |number: u8| Home::build(&internet, number, kinds[usize::from(number)]);
        let homes = [home(0)?, home(1)?];
        Ok(stage.keep_running(Self { homes, internet }))
    }

    /// Returns the first or the second home.
    pub fn home(&self, number: usize) -> &Home {
        &self.homes[number]
    }

    /// Returns the network between the homes.
    pub fn internet(&self) -> &Internet {
        &self.internet
    }

    /// Starts a person's browser in the first or the second home.
    pub async fn person(&self, stage: &Stage, who: &str, home: usize) -> Result<Page> {
        self.person_with(stage, who, home, light()).await
    }

    /// Starts a person's browser in a home, with a different configuration.
    pub async fn person_with(
        &self,
        stage: &Stage,
        who: &str,
        home: usize,
        setup: Setup,
    ) -> Result<Page> {
        let page = stage.person_with(who, self.homes[home].setup(setup)).await?;
        // Chromium hides the host's addresses until the person has allowed devices. These fake
        // permissions do not reach every process of the browser.
        page.may_know_devices().await?;
        Ok(page)
    }
}

/// Returns the configuration of a browser with a small window.
pub fn light() -> Setup {
    Setup { window: (640, 480), sent_video: SentVideo::Small, ..Setup::default() }
}
