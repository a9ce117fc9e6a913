//! What the keys of the keyboard do during a call.

use tincan_browser::page::{KeyEvent, KeyFocus};

/// Something that a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shortcut {
    /// Mutes and unmutes the microphone.
    Microphone,
    /// Turns the camera on and off.
    Camera,
    /// Shares the screen, and stops it.
    Share,
    /// Fills the screen, and no longer.
    FullScreen,
    /// Opens and closes the list of these keys.
    Help,
    /// Lets a muted person be heard...
    Talk,
    /// ...until it is released.
    Quiet,
}

impl Shortcut {
    /// What a key does now, if anything. A key that is held does it once.
    pub(crate) fn of(event: &KeyEvent) -> Option<Self> {
        let key = event.key.as_str();
        if !event.is_down {
            // Wherever the focus has gone meanwhile: nobody goes on talking unawares.
            return (key == " ").then_some(Self::Quiet);
        }
        if event.has_modifier || event.is_repeat || event.focus == KeyFocus::Field {
            return None;
        }
        match key {
            "m" => Some(Self::Microphone),
            "v" => Some(Self::Camera),
            "s" => Some(Self::Share),
            "f" => Some(Self::FullScreen),
            "?" => Some(Self::Help),
            // It presses the button that has the focus.
            " " => (event.focus == KeyFocus::Page).then_some(Self::Talk),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str, focus: KeyFocus) -> KeyEvent {
        KeyEvent {
            key: key.to_owned(),
            is_down: true,
            is_repeat: false,
            has_modifier: false,
            focus,
        }
    }

    #[test]
    fn each_key_does_its_thing() {
        for (key, shortcut) in [
            ("m", Some(Shortcut::Microphone)),
            ("v", Some(Shortcut::Camera)),
            ("s", Some(Shortcut::Share)),
            ("f", Some(Shortcut::FullScreen)),
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
    fn whoever_types_presses_no_shortcut() {
        for key in ["m", "v", "s", "f", "?", " "] {
            assert_eq!(Shortcut::of(&press(key, KeyFocus::Field)), None, "{key}");
        }
    }

    #[test]
    fn space_presses_the_button_that_has_the_focus() {
        assert_eq!(Shortcut::of(&press(" ", KeyFocus::Control)), None);
        assert_eq!(Shortcut::of(&press("m", KeyFocus::Control)), Some(Shortcut::Microphone));
    }

    #[test]
    fn the_browsers_own_shortcuts_stay_its_own() {
        for key in ["m", "v", "s", "f", " "] {
            let event = KeyEvent { has_modifier: true, ..press(key, KeyFocus::Page) };
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
