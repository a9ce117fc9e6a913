//! End-to-end stories of people who use Tincan, with real pages in real browsers: the release
//! build, the real server, and fake cameras and microphones. They contact no host other than this
//! machine.
//!
//! A story waits for visible or audible results, never for a time. A failing one reports the
//! condition and the state instead, and keeps screenshots, consoles and logs.

use tincan_harness as harness;
use tincan_harness::scenes;

mod accessible;
mod bar_shots;
mod call_shots;
mod cannot_load;
mod chat;
mod chat_flood;
mod chat_panel;
mod crash;
mod devices;
mod engines;
mod files;
mod firefox;
mod frozen;
mod gestures;
mod hang_up;
mod hosts;
mod keyboard;
#[cfg(target_os = "linux")]
mod killed;
mod languages;
mod large_text;
mod links;
mod loading;
mod navigation;
mod numbers;
mod on_the_line;
mod outage;
mod people;
mod readme_shots;
mod recovery;
mod refused_code;
mod rejoin;
mod remb;
mod remote_media;
mod renders;
mod ring;
mod screen;
mod shared_browser;
mod shots;
mod sound;
mod state_shots;
mod swap;
mod switches;
mod thin_line;
mod translated;
mod two_people;
mod webkit;
mod webkit_shots;
