//! Every text of the page, in every language. A text that one language lacks does not compile.

mod en;
mod isolate;
#[cfg(test)]
mod sources;
mod units;
mod zh_hans;

use std::borrow::Cow;

use tincan_browser::lazy;
use tincan_browser::lazy::LoadError;
use tincan_call::features::{FileEnd, Quality, Route};
use tincan_call::network_check::{CheckLine, Verdict};
use tincan_call::protocol::Source;
use tincan_call::protocol::feature::Reaction;
use tincan_call::{CallOutcome, CaptureError, DeviceKind, Failure, RecoveryStage, Remote};

use crate::components::features::Plot;
use crate::preferences::Setting;
pub(crate) use isolate::isolated;
pub(crate) use units::{TimeLeft, rate, size};

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    SimplifiedChinese,
}

impl Language {
    /// Every language there is.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::SimplifiedChinese];

    /// Loads the language's texts. Those of English are part of the app.
    ///
    /// # Errors
    /// If they cannot be loaded.
    pub(crate) async fn load(self) -> Result<&'static Texts, LoadError> {
        match self {
            Self::English => Ok(&en::TEXTS),
            Self::SimplifiedChinese => load_simplified_chinese().await,
        }
    }

    /// The language's texts, which tests need not load.
    #[cfg(test)]
    pub(crate) const fn texts(self) -> &'static Texts {
        match self {
            Self::English => &en::TEXTS,
            Self::SimplifiedChinese => &zh_hans::TEXTS,
        }
    }

    /// The texts of the panel of numbers, for the chunk of that panel.
    pub(crate) const fn numbers(self) -> &'static NumberTexts {
        match self {
            Self::English => &en::NUMBERS,
            Self::SimplifiedChinese => &zh_hans::NUMBERS,
        }
    }

    /// The texts of the panel of the chat, for the chunk of that panel.
    pub(crate) const fn chat(self) -> &'static ChatTexts {
        match self {
            Self::English => &en::CHAT,
            Self::SimplifiedChinese => &zh_hans::CHAT,
        }
    }

    /// The texts of files, for the chunk of them.
    pub(crate) const fn files(self) -> &'static FileTexts {
        match self {
            Self::English => &en::FILES,
            Self::SimplifiedChinese => &zh_hans::FILES,
        }
    }

    /// The texts of failures, for the chunk of the call.
    pub(crate) const fn failures(self) -> &'static FailureTexts {
        match self {
            Self::English => &en::FAILURES,
            Self::SimplifiedChinese => &zh_hans::FAILURES,
        }
    }

    /// The texts of the check of the network, for the chunk of it.
    pub(crate) const fn check(self) -> &'static CheckTexts {
        match self {
            Self::English => &en::CHECK,
            Self::SimplifiedChinese => &zh_hans::CHECK,
        }
    }

    /// The language's own name for itself.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::SimplifiedChinese => "简体中文",
        }
    }

    /// The language's BCP 47 tag.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::SimplifiedChinese => "zh-Hans",
        }
    }

    /// The language of a tag, whatever its region. Traditional Chinese is not Simplified Chinese,
    /// but nearer to it than to English.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("en") {
            Some(Self::English)
        } else if primary.eq_ignore_ascii_case("zh") {
            Some(Self::SimplifiedChinese)
        } else {
            None
        }
    }

    /// The first of `tags` that there is; else English.
    pub(crate) fn preferred(tags: &[String]) -> Self {
        tags.iter().find_map(|tag| Self::from_tag(tag)).unwrap_or(Self::English)
    }
}

// `start.js` fetches the chunk that is named after the language of the page, along with the app.
lazy!(
    zh_hans,
    fn load_simplified_chinese() -> &'static Texts {
        &zh_hans::TEXTS
    }
);

/// The device, or the devices, that an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    Microphone,
    Camera,
    /// Both, with the same error.
    Both,
    Screen,
    ScreenAudio,
}

/// A problem with a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It could not be captured.
    Failed(CaptureError),
    /// The system keeps it silent.
    Silenced,
}

/// Every text of the page.
pub(crate) struct Texts {
    pub(crate) product: &'static str,
    /// Stands for a person without a name.
    pub(crate) someone: &'static str,
    pub(crate) you: &'static str,
    /// Several sentences, one after the other.
    pub(crate) sentences: fn(&[String]) -> String,
    pub(crate) copy_link: &'static str,
    pub(crate) link_copied: &'static str,
    pub(crate) link_not_copied: &'static str,
    pub(crate) new_call: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) dismiss: &'static str,
    pub(crate) loading: LoadingTexts,
    pub(crate) home: HomeTexts,
    pub(crate) lobby: LobbyTexts,
    pub(crate) controls: ControlTexts,
    pub(crate) call: CallTexts,
    pub(crate) shortcuts: ShortcutTexts,
    pub(crate) gestures: GestureTexts,
    pub(crate) quality: QualityTexts,
    pub(crate) chat: ChatControlTexts,
    /// Opens the file picker.
    pub(crate) send_file: &'static str,
    pub(crate) ring: RingTexts,
    pub(crate) settings: SettingsTexts,
    pub(crate) ended: EndedTexts,
    pub(crate) crash: CrashNoticeTexts,
    pub(crate) errors: ErrorTexts,
}

// There is one of each language.
impl PartialEq for Texts {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Texts {
    /// A person's name, or what they are called without one.
    pub(crate) fn name<'a>(&self, name: &'a str) -> &'a str {
        if name.is_empty() { self.someone } else { name }
    }
}

/// The messages while code is loaded on demand. Those about files that do not arrive are in
/// `start.js`.
pub(crate) struct LoadingTexts {
    pub(crate) page: &'static str,
    pub(crate) call: &'static str,
    pub(crate) code: &'static str,
    pub(crate) reactions: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) failed_help: &'static str,
}

/// The home page.
pub(crate) struct HomeTexts {
    pub(crate) headline: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) paste_label: &'static str,
    pub(crate) paste_example: &'static str,
    pub(crate) open: &'static str,
    pub(crate) bad_link: &'static str,
    pub(crate) incomplete_title: &'static str,
    pub(crate) incomplete_help: &'static str,
    pub(crate) damaged_title: &'static str,
    pub(crate) damaged_help: &'static str,
    pub(crate) open_anyway: &'static str,
    pub(crate) several_title: &'static str,
    pub(crate) several_help: &'static str,
    /// Opens one of several links, by the characters that it ends with.
    pub(crate) open_one: fn(&str) -> String,
    pub(crate) exposed_title: &'static str,
    pub(crate) exposed_help: &'static str,
    pub(crate) no_randomness: &'static str,
    pub(crate) language: &'static str,
}

/// The lobby.
pub(crate) struct LobbyTexts {
    pub(crate) title: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) preview: &'static str,
    pub(crate) camera_off: &'static str,
    pub(crate) camera_starting: &'static str,
    pub(crate) your_name: &'static str,
    pub(crate) name_example: &'static str,
    pub(crate) join: &'static str,
    pub(crate) roster: &'static str,
    pub(crate) looking: &'static str,
    pub(crate) nobody: &'static str,
    pub(crate) call_on: &'static str,
    pub(crate) call_off: &'static str,
    pub(crate) in_call: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) unreachable: &'static str,
    pub(crate) share_hint: &'static str,
    /// The system's sheet to send the link by.
    pub(crate) share: &'static str,
    pub(crate) show_code: &'static str,
    pub(crate) code: &'static str,
    pub(crate) code_help: &'static str,
    pub(crate) devices: &'static str,
}

/// The labels of buttons in the lobby and in the call.
pub(crate) struct ControlTexts {
    pub(crate) bar: &'static str,
    pub(crate) mute: &'static str,
    pub(crate) unmute: &'static str,
    pub(crate) camera_off: &'static str,
    pub(crate) camera_on: &'static str,
    pub(crate) share: &'static str,
    pub(crate) stop_sharing: &'static str,
    pub(crate) hang_up: &'static str,
    pub(crate) fullscreen: &'static str,
    pub(crate) picture_in_picture: &'static str,
    pub(crate) more: &'static str,
}

/// The call.
pub(crate) struct CallTexts {
    pub(crate) title: &'static str,
    /// The heading of the page, by the names of the others.
    pub(crate) heading: fn(&[&str]) -> String,
    pub(crate) alone_heading: &'static str,
    pub(crate) alone_text: &'static str,
    /// Names the people in the lobby.
    pub(crate) in_lobby: fn(&[&str]) -> String,
    pub(crate) own_camera: &'static str,
    /// The label of a picture. It begins with the name itself: a caller that puts it into a text
    /// isolates the name first.
    pub(crate) camera_of: fn(&str) -> String,
    pub(crate) screen_of: fn(&str) -> String,
    pub(crate) muted: &'static str,
    /// A shared screen from which nothing comes at the moment.
    pub(crate) paused: &'static str,
    pub(crate) screen_silent: &'static str,
    pub(crate) connecting: &'static str,
    pub(crate) stage: fn(RecoveryStage) -> &'static str,
    pub(crate) sharing: &'static str,
    pub(crate) stop: &'static str,
    pub(crate) signaling_connecting: &'static str,
    pub(crate) signaling_reconnecting: &'static str,
    pub(crate) signaling_lost: &'static str,
    /// The reason why a source of a person is not played, if it never will be.
    pub(crate) missing: fn(Source, Remote) -> Option<&'static str>,
    pub(crate) nobody_hears: &'static str,
    pub(crate) nobody_sees: &'static str,
    pub(crate) tap_to_hear: &'static str,
    pub(crate) tap_to_resume: &'static str,
    pub(crate) pin: fn(&str) -> String,
    pub(crate) unpin: fn(&str) -> String,
    /// The label of the options of one person's tile.
    pub(crate) options: fn(&str) -> String,
    pub(crate) volume: fn(&str) -> String,
    pub(crate) mute_for_me: fn(&str) -> String,
    pub(crate) hear_again: fn(&str) -> String,
    pub(crate) hear: fn(&str) -> String,
    pub(crate) muted_for_me: &'static str,
    pub(crate) same_machine: &'static str,
}

/// The ring before a call.
pub(crate) struct RingTexts {
    pub(crate) call: &'static str,
    /// Names the people who are being called.
    pub(crate) calling: fn(&[&str]) -> String,
    /// The outcome of a call to one person.
    pub(crate) answer: fn(CallOutcome) -> &'static str,
    pub(crate) cancel: &'static str,
    /// Names the people who are calling.
    pub(crate) incoming: fn(&[&str]) -> String,
    pub(crate) incoming_text: &'static str,
    pub(crate) accept: &'static str,
    pub(crate) accept_without_camera: &'static str,
    pub(crate) decline: &'static str,
    /// The same as `answer`, in a sentence on a person.
    pub(crate) answered: fn(&str, CallOutcome) -> String,
    pub(crate) nobody_answered: &'static str,
    pub(crate) cancelled: &'static str,
    pub(crate) declined: &'static str,
    pub(crate) missed: fn(&str) -> String,
}

/// Devices, and what the person likes.
pub(crate) struct SettingsTexts {
    pub(crate) title: &'static str,
    pub(crate) close: &'static str,
    /// The label of a setting.
    pub(crate) label: fn(Setting) -> &'static str,
    /// The choices of a setting, in the order of its words.
    pub(crate) choices: fn(Setting) -> &'static [&'static str],
    /// The system's own choice of a device.
    pub(crate) automatic: &'static str,
    /// The chosen device of a kind is not there.
    pub(crate) not_connected: fn(DeviceKind) -> &'static str,
    /// A device that the system does not name, by its place among those of its kind.
    pub(crate) unnamed: fn(DeviceKind, usize) -> String,
    pub(crate) level: &'static str,
    /// In place of the level, where it is unknown.
    pub(crate) level_unknown: &'static str,
    pub(crate) test_failed: &'static str,
    pub(crate) test_speaker: &'static str,
    pub(crate) theme: &'static str,
    pub(crate) themes: [&'static str; 3],
    pub(crate) notify: &'static str,
    /// A device is gone, and another one is used, by its name if it has one.
    pub(crate) fell_back: fn(DeviceKind, Option<&str>) -> String,
    /// A device has come, by its name if it has one.
    pub(crate) plugged_in: fn(DeviceKind, Option<&str>) -> String,
    pub(crate) use_it: &'static str,
    /// A chosen device cannot be had, for this reason.
    pub(crate) not_taken: fn(&str) -> String,
}

/// The keys of the keyboard.
pub(crate) struct ShortcutTexts {
    pub(crate) title: &'static str,
    /// Each key, and what it does.
    pub(crate) keys: [(&'static str, &'static str); 8],
}

/// Raised hands and reactions.
pub(crate) struct GestureTexts {
    pub(crate) raise_hand: &'static str,
    pub(crate) lower_hand: &'static str,
    /// The hand of a person is up, with its place in the order if there are others.
    pub(crate) hand_raised: fn(Option<usize>) -> String,
    /// A person has raised their hand, in a sentence.
    pub(crate) raised_hand: fn(&str) -> String,
    /// Opens the menu of reactions.
    pub(crate) react: &'static str,
    pub(crate) reactions: &'static str,
    pub(crate) reaction: fn(Reaction) -> &'static str,
    /// The reactions of a person, in a sentence.
    pub(crate) reacted: fn(&str, &[&str]) -> String,
    pub(crate) you_reacted: fn(&[&str]) -> String,
}

/// The quality of connections.
pub(crate) struct QualityTexts {
    /// Opens the panel of numbers.
    pub(crate) title: &'static str,
    /// The quality of the connection with a person, by name.
    pub(crate) connection: fn(&str, Quality) -> String,
}

/// The panel of numbers. It is in its chunk, in all languages.
pub(crate) struct NumberTexts {
    pub(crate) nobody: &'static str,
    /// In place of numbers that are not known yet.
    pub(crate) measuring: &'static str,
    /// In place of one that the browser does not tell.
    pub(crate) unknown: &'static str,
    pub(crate) plot: fn(Plot) -> &'static str,
    /// The least and the greatest value of the last minute, with their unit.
    pub(crate) range: fn(&str, &str, &str) -> String,
    /// A value of what is received and one of what is sent.
    pub(crate) both_ways: fn(&str, &str) -> String,
    pub(crate) route_label: &'static str,
    pub(crate) route: fn(Route) -> &'static str,
    pub(crate) video_received: &'static str,
    pub(crate) video_sent: &'static str,
    pub(crate) no_video: &'static str,
    pub(crate) codecs_received: &'static str,
    pub(crate) codecs_sent: &'static str,
}

/// The chat while its panel is closed.
pub(crate) struct ChatControlTexts {
    /// Opens the panel.
    pub(crate) title: &'static str,
    /// The same with the number of unread messages.
    pub(crate) unread: fn(usize) -> String,
    /// Tells whom the message is from whose beginning follows.
    pub(crate) message_from: fn(&str) -> String,
}

/// The panel of the chat. It is in its chunk, in all languages.
pub(crate) struct ChatTexts {
    /// A note on those who get messages, and those who do not.
    pub(crate) note: &'static str,
    /// The label of the list of messages.
    pub(crate) log: &'static str,
    pub(crate) empty: &'static str,
    /// Shows the messages below what is in view.
    pub(crate) new_messages: &'static str,
    pub(crate) field: &'static str,
    pub(crate) send: &'static str,
    /// Nobody would get a message.
    pub(crate) alone: &'static str,
    /// A message has so many characters, and may have so many.
    pub(crate) too_long: fn(usize, usize) -> String,
    pub(crate) sending: &'static str,
    pub(crate) delivered: &'static str,
    pub(crate) delivered_to_all: &'static str,
    pub(crate) missed: &'static str,
    pub(crate) nobody: &'static str,
    /// Sentences on those whom a message has reached, may still reach, and has not reached.
    pub(crate) delivered_to: fn(&[&str]) -> String,
    pub(crate) waiting_for: fn(&[&str]) -> String,
    pub(crate) missed_by: fn(&[&str]) -> String,
}

/// Files that are sent and received. They are in their chunk, in all languages.
pub(crate) struct FileTexts {
    pub(crate) title: &'static str,
    /// The same with the number of files, and that of those to accept.
    pub(crate) count: fn(usize, usize) -> String,
    pub(crate) send_to: &'static str,
    pub(crate) everyone: &'static str,
    /// Nobody would get a file.
    pub(crate) alone: &'static str,
    /// Shown while files are dragged over the page.
    pub(crate) drop: &'static str,
    pub(crate) no_folders: &'static str,
    /// A hint beside files to accept.
    pub(crate) trust: &'static str,
    /// The sender of a file, and its receiver.
    pub(crate) from: fn(&str) -> String,
    pub(crate) to: fn(&str) -> String,
    pub(crate) accept: &'static str,
    pub(crate) decline: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) save: &'static str,
    /// Takes a file that is over out of the list.
    pub(crate) dismiss: &'static str,
    /// Names the people who have not accepted yet.
    pub(crate) waiting_for: fn(&[&str]) -> String,
    /// The label of a progress, by the file and the person.
    pub(crate) sending: fn(&str, &str) -> String,
    pub(crate) receiving: fn(&str, &str) -> String,
    pub(crate) percent: fn(u64) -> String,
    pub(crate) left: fn(TimeLeft) -> String,
    pub(crate) interrupted: &'static str,
    pub(crate) saved: &'static str,
    /// The person has got the file.
    pub(crate) delivered: fn(&str) -> String,
    /// The reason why a file has not arrived, and what to do: by the person, and whether this page
    /// sends it.
    pub(crate) ended: fn(FileEnd, &str, bool) -> String,
    /// Sentences for screen readers. An offer is told by the person, the file and its size.
    pub(crate) offered: fn(&str, &str, &str) -> String,
    /// So many offers of a person.
    pub(crate) offered_many: fn(&str, usize) -> String,
    /// A file has arrived here from a person.
    pub(crate) has_arrived: fn(&str, &str) -> String,
    /// A person has got a file.
    pub(crate) has_file: fn(&str, &str) -> String,
    /// A file has not arrived, for a reason.
    pub(crate) has_ended: fn(&str, &str) -> String,
}

/// The reasons of failures, and the report about one. They are in the chunk of the call, in all
/// languages.
pub(crate) struct FailureTexts {
    /// There is no connection with a person, by name.
    pub(crate) title: fn(&str) -> String,
    /// The reason, and what to do.
    pub(crate) why: fn(Failure) -> &'static str,
    pub(crate) copy_report: &'static str,
    pub(crate) report_copied: &'static str,
    pub(crate) report_not_copied: &'static str,
    /// Opens the check of the network.
    pub(crate) check_network: &'static str,
}

/// The check of the network. It is in its chunk, in all languages.
pub(crate) struct CheckTexts {
    pub(crate) checking: &'static str,
    pub(crate) done: &'static str,
    /// In place of a verdict that is not known yet.
    pub(crate) waiting: &'static str,
    pub(crate) line: fn(CheckLine) -> &'static str,
    pub(crate) verdict: fn(CheckLine, Verdict) -> &'static str,
    pub(crate) copy: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) not_copied: &'static str,
    pub(crate) again: &'static str,
}

/// The end.
pub(crate) struct EndedTexts {
    pub(crate) title: &'static str,
    pub(crate) hung_up: &'static str,
    pub(crate) hung_up_text: &'static str,
    pub(crate) left: &'static str,
    pub(crate) left_text: &'static str,
    pub(crate) rejoin: &'static str,
    /// The browser makes no peer connections.
    pub(crate) cannot_call: &'static str,
    pub(crate) cannot_call_text: &'static str,
    pub(crate) room_full: &'static str,
    pub(crate) room_full_text: &'static str,
    pub(crate) replaced: &'static str,
    pub(crate) replaced_text: &'static str,
    pub(crate) version: &'static str,
    pub(crate) version_text: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) refused_text: &'static str,
    pub(crate) call_again: &'static str,
    pub(crate) reload: &'static str,
}

/// The notice after a failure of the page's own code.
pub(crate) struct CrashNoticeTexts {
    pub(crate) title: &'static str,
    pub(crate) help: &'static str,
    pub(crate) help_in_call: &'static str,
    pub(crate) reload: &'static str,
}

/// The reasons why a device does not work, each with a remedy.
pub(crate) struct ErrorTexts {
    /// The heading, which names the fault.
    pub(crate) title: fn(Device, Trouble) -> String,
    /// The remedy.
    pub(crate) help: fn(Device, Trouble) -> &'static str,
    /// A sentence that the call goes on without the device.
    pub(crate) join_anyway: fn(Device) -> &'static str,
}

/// Returns the name of a device, or what it is called without one.
fn named<'a>(device: Option<&'a str>, unnamed: &'a str) -> Cow<'a, str> {
    device.map_or(Cow::Borrowed(unnamed), isolated)
}

/// Joins names as a list in words: `a`, `a{last}b`, `a{comma}b{last}c`. Each is [`isolated`].
fn list(names: &[&str], comma: &str, last: &str) -> String {
    let names: Vec<_> = names.iter().map(|name| isolated(name)).collect();
    match &names[..] {
        [] => String::new(),
        [one] => one.to_string(),
        [rest @ .., end] => [&rest.join(comma), last, end].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_there_is_is_taken() {
        for (tags, language) in [
            (&["de-DE", "zh-CN", "en"][..], Language::SimplifiedChinese),
            (&["en-GB", "zh"], Language::English),
            (&["ZH_hans"], Language::SimplifiedChinese),
            (&["de", "fr"], Language::English),
            (&["english"], Language::English),
            (&[], Language::English),
        ] {
            let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            assert_eq!(Language::preferred(&tags), language, "{tags:?}");
        }
    }

    #[test]
    fn a_language_is_found_by_its_own_tag() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
        }
    }

    #[test]
    fn a_device_without_a_label_is_named_by_its_kind() {
        let texts = Language::ALL.map(|language| &language.texts().settings);
        let kinds = DeviceKind::ALL;
        for (settings, kind) in texts.iter().flat_map(|settings| kinds.map(|kind| (settings, kind)))
        {
            let unnamed = (settings.fell_back)(kind, None);
            let named = (settings.fell_back)(kind, Some("USB 7"));
            assert!(named.contains("USB 7"), "{named}");
            assert!(unnamed.chars().count() > named.replace("USB 7", "").chars().count());
            assert_ne!((settings.plugged_in)(kind, None), (settings.plugged_in)(kind, Some("")));
            assert_ne!((settings.unnamed)(kind, 1), (settings.unnamed)(kind, 2));
        }
        let fell_back = texts[0].fell_back;
        let words = "The microphone was unplugged. Now using another microphone.";
        assert_eq!(fell_back(DeviceKind::Microphone, None), words);
        assert_eq!((texts[0].unnamed)(DeviceKind::Microphone, 2), "Microphone 2");
    }

    #[test]
    fn every_sentence_about_people_isolates_their_names() {
        let name = "محمد (7)";
        for language in Language::ALL {
            let (texts, chat) = (language.texts(), language.chat());
            let (call, ring) = (&texts.call, &texts.ring);
            let files = language.files();
            for sentence in [
                (files.from)(name),
                (files.to)(name),
                (files.waiting_for)(&[name]),
                (files.sending)(name, "Ada"),
                (files.sending)("a.pdf", name),
                (files.receiving)(name, "Ada"),
                (files.receiving)("a.pdf", name),
                (files.delivered)(name),
                (files.ended)(FileEnd::Left, name, false),
                (files.offered)(name, "a.pdf", "1 MB"),
                (files.offered)("Ada", name, "1 MB"),
                (files.offered_many)(name, 2),
                (files.has_arrived)(name, "Ada"),
                (files.has_arrived)("a.pdf", name),
                (files.has_file)(name, "a.pdf"),
                (files.has_file)("Ada", name),
                (files.has_ended)(name, ""),
                (call.heading)(&[name]),
                (call.in_lobby)(&[name]),
                (call.pin)(name),
                (call.unpin)(name),
                (call.options)(name),
                (call.volume)(name),
                (call.mute_for_me)(name),
                (call.hear_again)(name),
                (call.hear)(name),
                (ring.calling)(&[name]),
                (ring.incoming)(&[name]),
                (ring.answered)(name, CallOutcome::Declined),
                (ring.missed)(name),
                (texts.chat.message_from)(name),
                (chat.delivered_to)(&[name]),
                (chat.waiting_for)(&[name]),
                (chat.missed_by)(&[name]),
            ] {
                assert!(sentence.contains("\u{2068}محمد (7)\u{2069}"), "{sentence}");
            }
        }
        for failures in Language::ALL.map(Language::failures) {
            let title = (failures.title)(name);
            assert!(title.contains("\u{2068}محمد (7)\u{2069}"), "{title}");
        }
    }

    #[test]
    fn names_become_a_list_in_words() {
        for (names, text) in [
            (&[][..], ""),
            (&["Ada"], "Ada"),
            (&["Ada", "Lin"], "Ada and Lin"),
            (&["Ada", "Lin", "Grace"], "Ada, Lin and Grace"),
            (&["محمد"], "\u{2068}محمد\u{2069}"),
            (&["محمد", "Lin", "דנה"], "\u{2068}محمد\u{2069}, Lin and \u{2068}דנה\u{2069}"),
        ] {
            assert_eq!(list(names, ", ", " and "), text);
        }
    }
}
