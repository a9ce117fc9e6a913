//! The parts that pages are made of. What has a state of its own, or is to be drawn again only when
//! its own data changes, is a component; the rest are functions, which cost the page nothing.

mod avatar;
mod brand;
mod button;
mod call_line;
mod control_bar;
mod copy_button;
mod copy_link;
mod copy_report;
mod device_notice;
mod dialog;
mod failed_link;
pub(crate) mod features;
mod icon;
mod join_form;
mod language_switch;
mod link_field;
mod link_notice;
mod network_check;
mod news;
mod notice;
mod on_click;
mod own_video;
mod place;
mod popover;
mod preview;
mod ring;
mod roster;
mod self_view;
mod settings;
mod settings_frame;
mod share_link;
mod sharing_pill;
mod shortcuts;
mod shown_device;
mod status_banner;
mod tile;
mod tile_actions;
mod toast;
mod toggles;
mod waiting;
mod waiting_card;

pub(crate) use avatar::avatar;
pub(crate) use brand::{two_cans, wordmark};
pub(crate) use button::{
    ButtonKind, ControlTone, button, control, control_with_hint, icon_button, submit_button,
};
pub(crate) use call_line::call_line;
pub(crate) use control_bar::{Action, ControlBar};
pub(crate) use copy_button::CopyButton;
pub(crate) use copy_link::{copy_icon, copy_link};
pub(crate) use copy_report::{CaptureReport, Reported, report_button};
pub(crate) use device_notice::{DeviceErrors, DeviceNotice};
pub(crate) use dialog::dialog;
pub(crate) use features::{FeatureControl, FeatureKey, Press, feature_controls};
pub(crate) use icon::Icon;
pub(crate) use join_form::JoinForm;
pub(crate) use language_switch::{language_switch, theme_button};
pub(crate) use link_field::LinkField;
pub(crate) use link_notice::{LinkProblem, link_notice};
pub(crate) use network_check::{CheckNetwork, NetworkCheck};
pub(crate) use news::{device_news, ring_news};
pub(crate) use notice::notice;
pub(crate) use on_click::on_click;
pub(crate) use place::{Arrangement, Pin, Place};
pub(crate) use preview::Preview;
pub(crate) use ring::{Answers, incoming, outgoing};
pub(crate) use roster::{Person, Roster};
pub(crate) use self_view::SelfView;
pub(crate) use settings::{Settings, SettingsProps};
pub(crate) use settings_frame::settings_frame;
pub(crate) use share_link::use_share_link;
pub(crate) use sharing_pill::sharing_pill;
pub(crate) use shortcuts::shortcut_list;
pub(crate) use status_banner::{Scene, status_banner};
pub(crate) use tile::Tile;
pub(crate) use toast::toast;
pub(crate) use toggles::{
    camera_toggle, microphone_toggle, share_toggle, toggled_camera, toggled_microphone,
    toggled_screen,
};
pub(crate) use waiting::{failed_shell, load_failure, shell, waiting};
pub(crate) use waiting_card::waiting_card;
