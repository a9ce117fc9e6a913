//! The keyboard shortcuts of a call.

use tincan_browser::page::{KeyEvent, KeyFocus};

use crate::components::FeatureKey;

/// Something that a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shortcut {
    /// Mutes and unmutes the microphone.
    Microphone,
    /// Turns the camera on and off.
    Camera,
    /// Shares the screen, and stops it.
    Share,
    /// Enters or leaves full screen.
    FullScreen,
    /// An action of a feature.
    Feature(FeatureKey),
    /// Opens and closes the list of these keys.
    Help,
    /// Unmutes the microphone while the key is held.
    Talk,
    /// Ends push-to-talk: the key was released.
    Quiet,
}

impl Shortcut {
    /// Returns the shortcut of a key, if it has one now. A key that is held does it once.
    pub(crate) fn of(event: &KeyEvent) -> Option<Self> {
        let is_space = event.key == " " || event.code == "Space";
        if !event.is_down {
            // Wherever the focus has gone meanwhile: nobody goes on talking unawares.
            return is_space.then_some(Self::Quiet);
        }
        if event.has_modifier || event.is_repeat || event.focus == KeyFocus::Field {
            return None;
        }
        if is_space {
            // It presses the button that has the focus.
            return (event.focus == KeyFocus::Page).then_some(Self::Talk);
        }
        match meaning(event) {
            'm' => Some(Self::Microphone),
            'v' => Some(Self::Camera),
            's' => Some(Self::Share),
            'f' => Some(Self::FullScreen),
            '?' => Some(Self::Help),
            other => FeatureKey::of(other).map(Self::Feature),
        }
    }
}

/// The character that a key stands for. Where the layout of the keyboard has Latin letters, it is
/// what the key writes. Other scripts have no key for `m`, and an input method keeps what it is to
/// itself: there the key counts by its place, as on a keyboard of the United States.
fn meaning(event: &KeyEvent) -> char {
    let mut characters = event.key.chars();
    match (characters.next(), characters.next()) {
        // The question marks of other scripts: Greek, Armenian, Arabic, Ethiopic, full width.
        (Some('\u{37e}' | '\u{55e}' | '\u{61f}' | '\u{1367}' | '\u{ff1f}'), None) => '?',
        // Latin letters with and without accents, and the signs among them.
        (Some(c @ '\0'..'\u{250}'), None) => c.to_ascii_lowercase(),
        // Full width, as input methods write.
        (Some(c @ '\u{ff21}'..='\u{ff5a}'), None) => full_width(c),
        (Some(_), None) => by_place(event),
        _ if matches!(event.key.as_str(), "Process" | "Unidentified") => by_place(event),
        _ => '\0',
    }
}

/// The letter in ASCII of one that is as wide as a Chinese character.
fn full_width(c: char) -> char {
    char::from_u32(u32::from(c) - 0xfee0).map_or('\0', |c| c.to_ascii_lowercase())
}

/// Returns the character that a keyboard of the United States has in this place.
fn by_place(event: &KeyEvent) -> char {
    match (event.code.strip_prefix("Key"), event.code.as_str()) {
        (Some(letter), _) => letter.chars().next().map_or('\0', |c| c.to_ascii_lowercase()),
        (None, "Slash") if event.has_shift => '?',
        (None, _) => '\0',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str, focus: KeyFocus) -> KeyEvent {
        KeyEvent {
            key: key.to_owned(),
            code: String::new(),
            is_down: true,
            is_repeat: false,
            has_modifier: false,
            has_shift: false,
            focus,
        }
    }

    /// A key by what it writes and by its place.
    fn press_at(key: &str, code: &str) -> KeyEvent {
        KeyEvent { code: code.to_owned(), ..press(key, KeyFocus::Page) }
    }

    #[test]
    fn each_key_does_its_thing() {
        for (key, shortcut) in [
            ("m", Some(Shortcut::Microphone)),
            ("v", Some(Shortcut::Camera)),
            ("s", Some(Shortcut::Share)),
            ("f", Some(Shortcut::FullScreen)),
            ("h", Some(Shortcut::Feature(FeatureKey::Hand))),
            ("c", Some(Shortcut::Feature(FeatureKey::Chat))),
            ("?", Some(Shortcut::Help)),
            (" ", Some(Shortcut::Talk)),
            ("x", None),
            ("Escape", None),
            ("Enter", None),
        ] {
            assert_eq!(Shortcut::of(&press(key, KeyFocus::Page)), shortcut, "{key}");
        }
    }

    #[test]
    fn a_layout_with_latin_letters_decides_what_a_key_is() {
        for (layout, key, code, shortcut) in [
            ("AZERTY", "m", "Semicolon", Some(Shortcut::Microphone)),
            ("AZERTY", ",", "KeyM", None),
            ("AZERTY", "?", "KeyM", Some(Shortcut::Help)),
            ("Dvorak", "m", "KeyM", Some(Shortcut::Microphone)),
            ("Dvorak", "v", "Period", Some(Shortcut::Camera)),
            ("Dvorak", "k", "KeyV", None),
            ("Dvorak", "o", "KeyS", None),
            ("Dvorak", "?", "BracketLeft", Some(Shortcut::Help)),
            ("QWERTZ", "?", "Minus", Some(Shortcut::Help)),
            ("Turkish F", "\u{fc}", "KeyS", None),
            ("BÉPO", ".", "KeyV", None),
            ("BÉPO", "\u{a0}", "Space", Some(Shortcut::Talk)),
        ] {
            assert_eq!(Shortcut::of(&press_at(key, code)), shortcut, "{layout} {key} {code}");
        }
    }

    #[test]
    fn a_layout_of_another_script_counts_by_place() {
        let places = [
            ("KeyM", Shortcut::Microphone),
            ("KeyV", Shortcut::Camera),
            ("KeyS", Shortcut::Share),
            ("KeyF", Shortcut::FullScreen),
            ("KeyH", Shortcut::Feature(FeatureKey::Hand)),
        ];
        for (layout, keys) in [
            ("Russian", ["\u{44c}", "\u{43c}", "\u{44b}", "\u{430}", "\u{440}"]),
            ("Russian, with Shift", ["\u{42c}", "\u{41c}", "\u{42b}", "\u{410}", "\u{420}"]),
            ("Greek", ["\u{3bc}", "\u{3c9}", "\u{3c3}", "\u{3c6}", "\u{3b7}"]),
            ("Hebrew", ["\u{5e6}", "\u{5d4}", "\u{5d3}", "\u{5db}", "\u{5d9}"]),
            ("Arabic", ["\u{629}", "\u{631}", "\u{633}", "\u{628}", "\u{627}"]),
            ("Thai", ["\u{e17}", "\u{e2d}", "\u{e2b}", "\u{e14}", "\u{e49}"]),
            ("Hindi", ["\u{938}", "\u{928}", "\u{947}", "\u{93f}", "\u{92a}"]),
            ("Korean", ["\u{3161}", "\u{314d}", "\u{3134}", "\u{3139}", "\u{3157}"]),
            ("an input method", ["Process"; 5]),
            ("an input method that hides the key", ["Unidentified"; 5]),
        ] {
            for (key, (code, shortcut)) in keys.into_iter().zip(places) {
                assert_eq!(Shortcut::of(&press_at(key, code)), Some(shortcut), "{layout} {code}");
            }
            let elsewhere = press_at(keys[0], "KeyQ");
            assert_eq!(Shortcut::of(&elsewhere), None, "{layout}");
        }
        let full_width = press_at("\u{ff4d}", "KeyM");
        assert_eq!(Shortcut::of(&full_width), Some(Shortcut::Microphone));
        for key in ["Dead", "Tab", "F5", "Shift", "CapsLock", "AudioVolumeMute", ""] {
            assert_eq!(Shortcut::of(&press_at(key, "KeyM")), None, "{key}");
        }
    }

    #[test]
    fn the_question_mark_of_any_layout_opens_the_help() {
        for key in ["?", "\u{61f}", "\u{37e}", "\u{55e}", "\u{1367}", "\u{ff1f}"] {
            assert_eq!(Shortcut::of(&press_at(key, "Digit7")), Some(Shortcut::Help), "{key}");
        }
        for (key, has_shift, shortcut) in [
            ("Process", true, Some(Shortcut::Help)),
            ("\u{e26}", true, Some(Shortcut::Help)),
            ("\u{e1d}", false, None),
            ("Process", false, None),
            // It has a question mark of its own.
            ("_", true, None),
        ] {
            let event = KeyEvent { has_shift, ..press_at(key, "Slash") };
            assert_eq!(Shortcut::of(&event), shortcut, "{key}");
        }
        // On a Greek keyboard it is no question mark but a semicolon.
        assert_eq!(Shortcut::of(&press_at(";", "KeyQ")), None);
    }

    #[test]
    fn an_input_method_does_not_take_the_space_bar() {
        for key in ["Process", "Unidentified", "\u{3000}"] {
            let event = press_at(key, "Space");
            assert_eq!(Shortcut::of(&event), Some(Shortcut::Talk), "{key}");
            let event = KeyEvent { is_down: false, ..event };
            assert_eq!(Shortcut::of(&event), Some(Shortcut::Quiet), "{key}");
        }
    }

    #[test]
    fn whoever_types_presses_no_shortcut() {
        for key in ["m", "v", "s", "f", "?", " ", "\u{44c}", "Process"] {
            for code in ["", "KeyM", "Space", "Slash"] {
                let event = KeyEvent { focus: KeyFocus::Field, ..press_at(key, code) };
                assert_eq!(Shortcut::of(&event), None, "{key} {code}");
            }
        }
    }

    #[test]
    fn space_presses_the_button_that_has_the_focus() {
        assert_eq!(Shortcut::of(&press(" ", KeyFocus::Control)), None);
        assert_eq!(Shortcut::of(&press("m", KeyFocus::Control)), Some(Shortcut::Microphone));
    }

    #[test]
    fn the_browsers_own_shortcuts_stay_its_own() {
        for key in ["m", "v", "s", "f", " ", "\u{44c}", "Process"] {
            let event = KeyEvent { has_modifier: true, ..press_at(key, "KeyM") };
            assert_eq!(Shortcut::of(&event), None, "{key}");
        }
    }

    #[test]
    fn a_key_that_is_held_does_it_once() {
        for key in ["m", " "] {
            let event = KeyEvent { is_repeat: true, ..press(key, KeyFocus::Page) };
            assert_eq!(Shortcut::of(&event), None, "{key}");
        }
    }

    #[test]
    fn space_is_released_wherever_the_focus_is() {
        for focus in [KeyFocus::Page, KeyFocus::Control, KeyFocus::Field] {
            for has_modifier in [false, true] {
                let event = KeyEvent { is_down: false, has_modifier, ..press(" ", focus) };
                assert_eq!(Shortcut::of(&event), Some(Shortcut::Quiet), "{focus:?}");
            }
        }
        let other = KeyEvent { is_down: false, ..press("m", KeyFocus::Page) };
        assert_eq!(Shortcut::of(&other), None);
    }
}
