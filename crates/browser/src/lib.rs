//! Everything of Tincan that touches web-sys.
//!
//! A [`Driver`] runs a [`tincan_call::Call`]: what the browser and the person do goes in, and the
//! effects that come out are run at once. Under it lie wrappers, one per thing of the browser's,
//! and one rule for all of them: each resource has one owner in Rust, whose `Drop` releases it.
//! [`live_resources`] counts them.

mod awake;
mod capabilities;
mod clock;
mod dictionary;
mod driver;
mod files;
mod js;
mod live;
mod log;
mod machine;
mod object;
mod other_call;
mod promise;

pub mod connection;
pub mod crash;
pub mod lazy;
pub mod listener;
pub mod media;
pub mod network_check;
pub mod page;
pub mod probe_server;
pub mod socket;
pub mod task;
pub mod timer;

pub use driver::{Driver, DriverSettings, ReportWatch};
pub use live::{LiveResources, live_resources, live_resources_object};
