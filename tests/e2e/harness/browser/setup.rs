//! The configuration of a browser.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use anyhow::Result;

use crate::place::Place;

/// A browser engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium.
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKit. It cannot call, and is not installed on every system.
    WebKit,
}

/// The devices that a page gets when it asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Devices {
    /// A fake camera that draws and a fake microphone that beeps.
    Granted,
    /// The camera is allowed and the microphone is blocked.
    NoMicrophoneAllowed,
    /// A microphone, but no camera exists. Only Chromium supports this.
    NoCamera,
    /// No devices exist. Only WebKit supports this.
    None,
    /// The person denied access.
    Denied,
}

/// The video that a page sends. It costs most of the power of a machine that runs stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentVideo {
    /// Small, and in Chromium five frames a second: enough to tell a moving picture from one that
    /// stands still.
    Slow,
    /// Small, and fifteen frames a second, to measure how long a picture stands still.
    Small,
    /// The page's default.
    Usual,
}

impl SentVideo {
    /// Returns the script that stores this choice in the page.
    pub(super) const fn script(self) -> &'static str {
        match self {
            Self::Slow | Self::Small => include_str!("../small.js"),
            Self::Usual => "",
        }
    }
}

/// The part of a browser that is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The renderer processes, as in a crash of a tab. Only Chromium has separate ones.
    Renderer,
    /// The whole browser.
    Whole,
}

/// The configuration of a browser.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The engine.
    pub engine: Engine,
    /// The devices that pages get.
    pub devices: Devices,
    /// The preferred language of the person.
    pub language: &'static str,
    /// A YUV4MPEG2 file to play as the camera's video instead of the generated one. Only Chromium
    /// supports this.
    pub film: Option<PathBuf>,
    /// The video that pages send.
    pub sent_video: SentVideo,
    /// The size of the window.
    pub window: (u32, u32),
    /// Additional command-line arguments.
    pub arguments: Vec<&'static str>,
    /// A script to run in every page before the page's own scripts.
    pub script: &'static str,
    /// Set if any certificate is accepted.
    pub trusting: bool,
    /// The place where the browser runs, if not simply on this machine. Only Chromium supports
    /// this.
    pub place: Option<Rc<dyn Place>>,
    /// The reason why no other story uses the browser's process before or after this one, if there
    /// is one.
    pub own_process: Option<OwnProcess>,
}

/// A reason to use a new browser for one story alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnProcess {
    /// Its processes are killed or stopped.
    Ends,
    /// Its network is limited, or times and sizes are measured, which may depend on what the
    /// process did before.
    Measured,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            engine: Engine::Chromium,
            devices: Devices::Granted,
            language: "en-US",
            film: None,
            sent_video: SentVideo::Slow,
            window: (1280, 800),
            arguments: Vec::new(),
            script: "",
            trusting: false,
            place: None,
            own_process: None,
        }
    }
}

impl Setup {
    /// Returns the default configuration for an engine.
    pub fn of(engine: Engine) -> Self {
        Self { engine, ..Self::default() }
    }

    /// Returns the default configuration for a page whose network is limited or that is measured.
    pub fn measured() -> Self {
        Self { own_process: Some(OwnProcess::Measured), ..Self::default() }
    }

    /// Returns the default configuration with a script to run in every page.
    pub fn with_script(script: &'static str) -> Self {
        Self { script, ..Self::default() }
    }

    /// Returns a command that starts a program where the browser runs.
    pub(super) fn command(&self, program: &Path) -> Command {
        match &self.place {
            Some(place) => place.command(program),
            None => Command::new(program),
        }
    }

    /// Returns an address that leads to a port where the browser runs.
    pub(super) fn reach(&self, port: u16) -> Result<SocketAddr> {
        match &self.place {
            Some(place) => place.reach(port),
            None => Ok(SocketAddr::from(([127, 0, 0, 1], port))),
        }
    }
}
