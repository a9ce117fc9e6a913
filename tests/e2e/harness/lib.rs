//! The harness of tests of whole calls: servers, browsers, networks, and pages that are controlled
//! by the accessible names of their controls.
#![allow(clippy::missing_errors_doc, reason = "every error ends its test, and says why itself")]

mod axe;
mod browser;
mod deployment;
pub mod desk;
mod failure_report;
mod faulty_host;
#[cfg(target_os = "linux")]
pub mod lab;
mod media;
mod nginx;
mod page;
mod patience;
pub mod place;
pub mod port;
pub mod process;
pub mod programs;
pub mod scenes;
pub mod server;
mod stage;
mod static_host;
pub mod statistics;
mod stopped;
mod tap;

pub use browser::{Devices, Engine, OwnProcess, Part, SentVideo, Setup};
pub use deployment::Deployment;
pub use failure_report::{EARLY_REPORT, copied, copy_report, early_report, expect_failure};
pub use faulty_host::{Fault, FaultyHost};
pub use media::{Colour, Video};
pub use nginx::Nginx;
pub use page::{Leftovers, Page, Scheme};
pub use patience::until;
pub use server::Server;
pub use stage::{Stage, story, story_alone, story_that_waits};
pub use static_host::StaticHost;
pub use stopped::{STOPS, Stopped};
pub use tap::{Side, Tap};
