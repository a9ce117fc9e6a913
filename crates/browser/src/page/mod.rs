//! The page itself: its address, its storage, its clipboard, what it shows and when it goes away.
//!
//! Thin wrappers for the user interface; nothing here knows what a call is. Whatever listens owns
//! its listener and takes it off when it is dropped.

mod clipboard;
mod document;
mod fragment;
mod lifecycle;
mod random;
mod showing;
mod storage;

pub use clipboard::copy;
pub use document::{
    can_share_screen, languages, link_with, reload, set_language, set_title, signaling_url,
    toggle_fullscreen,
};
pub use fragment::{FragmentListener, fragment, set_fragment};
pub use lifecycle::PageHide;
pub use random::random_bytes;
pub use showing::{Showing, ShowingEvent, Sound, play_held};
pub use storage::{store, stored};
