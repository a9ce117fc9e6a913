//! The uplink: what is measured of it, what goes through each link, and its share for each source.

mod limit;
mod measured;
mod share;

pub(crate) use limit::{Uplink, Usage};
pub use measured::{Encoding, LinkStats, Sample};
pub(crate) use share::{Demand, Share, Video, share};
