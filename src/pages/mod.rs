//! The pages, each of which fills the screen.

mod call;
mod chunk;
mod ended;
mod home;
mod lobby;
mod room;

pub(crate) use home::Home;
pub(crate) use room::{DrawRoom, RoomProps, load_room};
