//! A laboratory of networks: a small internet with the real server and a real coturn, and two homes
//! on it, each with a router and a host in which a browser runs. All of it is made of network
//! namespaces that belong to one [`Lab`]; no packet leaves them, and nothing else on the machine
//! notices.

mod bridge;
mod home;
mod internet;
mod kind;
mod namespace;
mod seat;
pub mod stun;

use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;

use crate::{Page, Setup, Stage};
pub use home::Home;
pub use internet::{Internet, OTHER_STUN_PORT, STUN_PORT, address};
pub use kind::Kind;

/// The address of the page, the same in every home.
pub const PAGE: &str = "http://tincan.test/";

/// How pages are let in at coturn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// By one password that never ends.
    Password,
    /// By credentials that the server mints, and that last this long.
    Minted(Duration),
}

/// The laboratory; what runs in it ends with it.
pub struct Lab {
    // Homes first: a router hangs on the internet.
    homes: [Home; 2],
    internet: Internet,
}

/// Why there can be no laboratory here, if so.
pub fn is_missing() -> Option<&'static str> {
    (!rustix::process::geteuid().is_root()).then_some("only root may make network namespaces")
}

impl Lab {
    /// Builds the networks, with homes of these kinds, and starts the server and coturn.
    pub async fn start(stage: &Stage, kinds: [Kind; 2]) -> Result<Rc<Self>> {
        Self::start_with(stage, kinds, Credentials::Password).await
    }

    /// The same, with another way to be let in at coturn.
    pub async fn start_with(
        stage: &Stage,
        kinds: [Kind; 2],
        credentials: Credentials,
    ) -> Result<Rc<Self>> {
        namespace::sweep()?;
        let internet = Internet::start(stage, credentials).await?;
        let home = |number: u8| Home::build(&internet, number, kinds[usize::from(number)]);
        let homes = [home(0)?, home(1)?];
        Ok(stage.keep_running(Self { homes, internet }))
    }

    /// The first or the second home.
    pub fn home(&self, number: usize) -> &Home {
        &self.homes[number]
    }

    /// What the homes have in common.
    pub fn internet(&self) -> &Internet {
        &self.internet
    }

    /// Someone in the first or the second home.
    pub async fn person(&self, stage: &Stage, who: &str, home: usize) -> Result<Page> {
        self.person_with(stage, who, home, light()).await
    }

    /// Someone with a browser that is set up in another way.
    pub async fn person_with(
        &self,
        stage: &Stage,
        who: &str,
        home: usize,
        setup: Setup,
    ) -> Result<Page> {
        let page = stage.person_with(who, self.homes[home].setup(setup)).await?;
        // Chromium keeps the host's addresses to itself until the person has agreed to be seen. These
        // browsers agree to everything, but do not say so to each part of themselves.
        page.may_know_devices().await?;
        Ok(page)
    }
}

/// A browser with a small window.
pub fn light() -> Setup {
    Setup { window: (640, 480), ..Setup::default() }
}
