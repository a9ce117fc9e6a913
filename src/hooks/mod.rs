//! Hooks of the components: the call, the choices of language and theme, the address, streams,
//! audio, dialogs, copying and sharing, full screen.

mod use_call;
mod use_choices;
mod use_copy;
mod use_dialog;
mod use_effect;
mod use_fit;
mod use_fragment;
mod use_fullscreen;
mod use_heading;
mod use_keys;
mod use_layer;
mod use_lazy;
mod use_loaded;
mod use_media_keys;
mod use_menu;
mod use_meter;
mod use_network_check;
mod use_newest;
mod use_notifications;
mod use_numbers;
mod use_panel_focus;
mod use_playback;
mod use_remembered;
mod use_ring;
mod use_send_files;
mod use_share;
mod use_speaker;
mod use_speech;
mod use_stream;
mod use_title;
mod use_wake_lock;

pub(crate) use tincan_browser::page::{
    QrCode, TimeOfDay, count_render, focus_on, load_qr_code, time_of_day,
};
pub(crate) use use_call::{MediaHandle, use_call};
pub(crate) use use_choices::{
    Choices, Theme, first_language, use_choices, use_first_choices, use_texts,
};
pub(crate) use use_copy::{CopyState, use_copy};
pub(crate) use use_dialog::use_dialog;
pub(crate) use use_effect::use_effect_with;
pub(crate) use use_fit::use_fit;
pub(crate) use use_fragment::{Visit, use_fragment};
pub(crate) use use_fullscreen::use_fullscreen;
pub(crate) use use_heading::{use_heading, use_heading_of};
pub(crate) use use_keys::use_keys;
pub(crate) use use_layer::{use_address, use_layer, use_layers};
pub(crate) use use_lazy::{Lazy, use_lazy};
pub(crate) use use_loaded::{Waiting, use_loaded};
pub(crate) use use_media_keys::use_media_keys;
pub(crate) use use_menu::{Menu, use_first_focus, use_menu};
pub(crate) use use_meter::use_meter;
pub(crate) use use_network_check::use_network_check;
pub(crate) use use_newest::{Newest, use_newest};
pub(crate) use use_notifications::use_notifications;
pub(crate) use use_numbers::use_numbers;
pub(crate) use use_panel_focus::{use_focus_return, use_panel_focus};
pub(crate) use use_playback::{use_playback, use_shown};
pub(crate) use use_remembered::use_remembered;
pub(crate) use use_ring::use_ring;
pub(crate) use use_send_files::{GivenFiles, use_send_files};
pub(crate) use use_share::use_share;
pub(crate) use use_speaker::{Speaker, use_speaker};
pub(crate) use use_speech::use_speech;
pub(crate) use use_stream::{Shape, use_stream};
pub(crate) use use_title::use_title;
pub(crate) use use_wake_lock::use_wake_lock;
