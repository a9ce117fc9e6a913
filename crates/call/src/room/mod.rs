//! The room: who else is in it, and what is known of them.

mod member;
mod roster;

pub(crate) use member::{Member, Presence};
pub(crate) use roster::Roster;
