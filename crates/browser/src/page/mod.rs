//! The page itself: its address, its storage, its clipboard, what it shows and when it goes away.
//!
//! Thin wrappers for the user interface; nothing here knows what a call is. Whatever listens owns
//! its listener and takes it off when it is dropped.

mod clipboard;
mod dialog;
mod document;
mod download;
mod file_drops;
mod focus;
mod fragment;
mod history;
mod keys;
mod level;
mod lifecycle;
mod media_keys;
mod notification;
mod picture_in_picture;
mod qr_code;
mod random;
mod renders;
mod scroll;
mod share;
mod showing;
mod size;
mod sound;
mod storage;
mod time;
mod wake_lock;

pub use clipboard::copy;
pub use dialog::Modal;
pub use document::{
    browser, can_share_screen, has_touch, is_hidden, languages, link_with, reload,
    report_load_failure, root, set_language, set_theme, set_title, signaling_url,
    toggle_fullscreen,
};
pub use download::{download, file_url};
pub use file_drops::{FileDropEvent, FileDrops, open_file_picker, open_popover, take_picked};
pub use focus::{FocusMove, FocusReturn, focus_on, move_focus};
pub use fragment::{
    FragmentListener, conceal_exposed_link, fragment, replace_address, set_fragment,
};
pub use history::{Layer, Layers};
pub use keys::{KeyEvent, KeyFocus, Keys};
pub use level::show_level;
pub use lifecycle::{PageTransition, PageTransitions};
pub use media_keys::MediaKeys;
pub use notification::{
    NotificationPermission, NotifyWhileHidden, SystemNotification, ask_notification_permission,
    notification_permission,
};
pub use picture_in_picture::{can_picture_in_picture, toggle_picture_in_picture};
pub use qr_code::{DrawQrCode, QrCode, load_qr_code};
pub use random::random_bytes;
pub use renders::{count_render, renders_object};
pub use scroll::{is_at_end, scroll_to_end};
pub use share::{can_share_link, share_link};
pub use showing::{Showing, ShowingEvent, Sound, play_held};
pub use size::{FitObserver, SizeObserver};
pub use sound::{
    Meter, Ringing, Ringtone, can_choose_speaker, play_test_tone, set_playback, set_speaker,
};
pub use storage::{forget, store, stored};
pub use time::{TimeOfDay, time_of_day};
pub use wake_lock::WakeLock;
