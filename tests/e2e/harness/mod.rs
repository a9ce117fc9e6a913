//! What the stories are told with: a server, browsers, and pages that are driven by the names of
//! their controls.

mod axe;
mod browser;
mod deployment;
mod faulty_host;
mod media;
mod nginx;
mod page;
mod patience;
pub(crate) mod place;
mod port;
pub(crate) mod process;
pub(crate) mod programs;
pub(crate) mod server;
mod stage;
mod static_host;
mod stopped;
mod tap;

pub(crate) use browser::{Devices, Engine, Part, Pictures, Setup};
pub(crate) use deployment::Deployment;
pub(crate) use faulty_host::{Fault, FaultyHost};
pub(crate) use media::{Colour, Picture};
pub(crate) use nginx::Nginx;
pub(crate) use page::{Leftovers, Page, Scheme};
pub(crate) use patience::until;
pub(crate) use server::Server;
pub(crate) use stage::{Stage, story, story_alone};
pub(crate) use static_host::StaticHost;
pub(crate) use stopped::{STOPS, Stopped};
pub(crate) use tap::{Side, Tap};
