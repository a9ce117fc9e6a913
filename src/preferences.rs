//! The preferences of a person, setting by setting, as short values: the values that the browser
//! remembers are those that the pickers choose from.

use tincan_call::{DeviceId, DeviceKind, Facing, Preferences, ShareStyle};

/// The value of a switch that is on.
pub(crate) const ON: &str = "on";
/// The value of a switch that is off.
pub(crate) const OFF: &str = "off";

/// One of the preferences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    Device(DeviceKind),
    Facing,
    Height,
    FrameRate,
    EchoCancellation,
    NoiseSuppression,
    AutoGainControl,
    Share,
    AnnounceChat,
}

impl Setting {
    /// Every setting there is.
    pub(crate) const ALL: [Self; 11] = [
        Self::Device(DeviceKind::Microphone),
        Self::Device(DeviceKind::Camera),
        Self::Device(DeviceKind::Speaker),
        Self::Facing,
        Self::Height,
        Self::FrameRate,
        Self::EchoCancellation,
        Self::NoiseSuppression,
        Self::AutoGainControl,
        Self::Share,
        Self::AnnounceChat,
    ];

    /// The key under which the browser remembers it.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Device(DeviceKind::Microphone) => "tincan.microphone",
            Self::Device(DeviceKind::Camera) => "tincan.camera",
            Self::Device(DeviceKind::Speaker) => "tincan.speaker",
            Self::Facing => "tincan.facing",
            Self::Height => "tincan.height",
            Self::FrameRate => "tincan.frame-rate",
            Self::EchoCancellation => "tincan.echo-cancellation",
            Self::NoiseSuppression => "tincan.noise-suppression",
            Self::AutoGainControl => "tincan.auto-gain-control",
            Self::Share => "tincan.share",
            Self::AnnounceChat => "tincan.announce-chat",
        }
    }

    /// Returns the values to choose from; none for a device, whose value is its id.
    pub(crate) const fn values(self) -> &'static [&'static str] {
        match self {
            Self::Device(_) => &[],
            Self::Facing => &["user", "environment"],
            Self::Height => &["360", "720", "1080"],
            Self::FrameRate => &["15", "30", "60"],
            Self::EchoCancellation
            | Self::NoiseSuppression
            | Self::AutoGainControl
            | Self::AnnounceChat => &[ON, OFF],
            Self::Share => &["text", "motion"],
        }
    }

    /// Returns the stored value of the setting; empty for the system's own choice of a device.
    pub(crate) fn print(self, preferences: &Preferences) -> &str {
        let place = match self {
            Self::Device(kind) => {
                return preferences.device(kind).map_or("", |device| device.0.as_str());
            }
            Self::Facing => match preferences.facing {
                Facing::User => 0,
                Facing::Environment => 1,
            },
            Self::Height => place(HEIGHTS, preferences.height),
            Self::FrameRate => place(FRAME_RATES, preferences.frame_rate),
            Self::EchoCancellation => usize::from(!preferences.echo_cancellation),
            Self::NoiseSuppression => usize::from(!preferences.noise_suppression),
            Self::AutoGainControl => usize::from(!preferences.auto_gain_control),
            Self::Share => match preferences.share {
                ShareStyle::Text => 0,
                ShareStyle::Motion => 1,
            },
            Self::AnnounceChat => usize::from(!preferences.announce_chat),
        };
        self.values()[place]
    }

    /// Applies a stored value. An unknown value changes nothing.
    pub(crate) fn parse(self, value: &str, preferences: &mut Preferences) {
        if let Self::Device(kind) = self {
            let device = (!value.is_empty()).then(|| DeviceId(value.to_owned()));
            return preferences.set_device(kind, device);
        }
        let Some(place) = self.values().iter().position(|known| *known == value) else { return };
        let first = place == 0;
        match self {
            Self::Device(_) => {}
            Self::Facing => {
                preferences.facing = if first { Facing::User } else { Facing::Environment };
            }
            Self::Height => preferences.height = HEIGHTS[place],
            Self::FrameRate => preferences.frame_rate = FRAME_RATES[place],
            Self::EchoCancellation => preferences.echo_cancellation = first,
            Self::NoiseSuppression => preferences.noise_suppression = first,
            Self::AutoGainControl => preferences.auto_gain_control = first,
            Self::Share => {
                preferences.share = if first { ShareStyle::Text } else { ShareStyle::Motion };
            }
            Self::AnnounceChat => preferences.announce_chat = first,
        }
    }
}

/// The numbers behind the values of [`Setting::Height`].
const HEIGHTS: [u32; 3] = [360, 720, 1080];
/// The numbers behind the values of [`Setting::FrameRate`].
const FRAME_RATES: [u32; 3] = [15, 30, 60];

/// The place of the first number that is enough, or of the last.
fn place(numbers: [u32; 3], wanted: u32) -> usize {
    numbers.iter().position(|number| *number >= wanted).unwrap_or(numbers.len() - 1)
}

/// Returns the last preferences, from what is remembered under each key.
pub(crate) fn load(stored: impl Fn(&str) -> Option<String>) -> Preferences {
    let mut preferences = Preferences::default();
    for setting in Setting::ALL {
        if let Some(value) = stored(setting.key()) {
            setting.parse(&value, &mut preferences);
        }
    }
    preferences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unusual() -> Preferences {
        Preferences {
            microphone: Some(DeviceId("desk".to_owned())),
            camera: Some(DeviceId("lid".to_owned())),
            speaker: Some(DeviceId("ear".to_owned())),
            facing: Facing::Environment,
            height: 1080,
            frame_rate: 15,
            echo_cancellation: false,
            noise_suppression: false,
            auto_gain_control: false,
            share: ShareStyle::Motion,
            announce_chat: false,
        }
    }

    fn remembered(of: &Preferences) -> Vec<(&'static str, String)> {
        Setting::ALL
            .into_iter()
            .map(|setting| (setting.key(), setting.print(of).to_owned()))
            .collect()
    }

    fn load_from(values: &[(&str, String)]) -> Preferences {
        load(|key| values.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone()))
    }

    #[test]
    fn stored_preferences_are_loaded_again() {
        for preferences in [Preferences::default(), unusual()] {
            assert_eq!(load_from(&remembered(&preferences)), preferences);
        }
    }

    #[test]
    fn each_setting_is_remembered_by_itself() {
        let default = remembered(&Preferences::default());
        for (at, value) in remembered(&unusual()).into_iter().enumerate() {
            let mut values = default.clone();
            values[at] = value;
            let preferences = load_from(&values);
            assert_ne!(preferences, Preferences::default(), "{}", values[at].0);
            assert_eq!(remembered(&preferences), values);
        }
    }

    #[test]
    fn nothing_and_nonsense_are_the_defaults() {
        assert_eq!(load(|_| None), Preferences::default());
        let nonsense = |key: &str| {
            let device = Setting::ALL[..3].iter().any(|setting| setting.key() == key);
            Some(if device { String::new() } else { "17 😀".to_owned() })
        };
        assert_eq!(load(nonsense), Preferences::default());
    }

    #[test]
    fn a_number_between_the_choices_is_shown_as_the_next_one() {
        for (height, value) in [(0, "360"), (480, "720"), (720, "720"), (2160, "1080")] {
            let preferences = Preferences { height, ..Preferences::default() };
            assert_eq!(Setting::Height.print(&preferences), value);
        }
    }
}
