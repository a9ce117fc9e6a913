//! The name of a file that is sent.

use std::fmt;

use sanitise_file_name::{Options, sanitise_with_options};
use serde::Serialize;

use crate::MAX_FILE_NAME_BYTES;
use crate::name::seen;

/// The name of a file where nothing of the given one may stay.
const NAMELESS: &str = "file";

/// The name of a file: one that every file system takes, and that looks as what it is. It is no
/// path, is not hidden, has no invisible characters and none that change the direction of others,
/// and at most [`MAX_FILE_NAME_BYTES`] bytes, of which the extension stays.
///
/// Received names are normalised, never rejected: a name is no reason to lose a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FileName(String);

impl FileName {
    /// Makes a name from any text.
    pub fn new(text: &str) -> Self {
        let options = Options {
            length_limit: MAX_FILE_NAME_BYTES,
            trim_more_punctuation: false,
            replace_with: Some('_'),
            collapse_replacements: true,
            six_measures_of_barley: NAMELESS,
            ..Options::DEFAULT
        };
        let seen: String = text.chars().filter_map(seen).collect();
        // One at the beginning hides a file on many systems, and Windows drops one at the end.
        let shown = seen.trim_matches(['.', ' ']);
        let name = sanitise_with_options(shown, &options);
        // If an extension fills the name, only a second look finds what is wrong at its start.
        Self(sanitise_with_options(&name, &options))
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what is before the extension, and the extension with its full stop, if there is one.
    pub fn split(&self) -> (&str, &str) {
        self.0.rfind('.').map_or((&self.0, ""), |at| self.0.split_at(at))
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_no_path_and_looks_as_what_it_is() {
        let long = "é".repeat(300);
        for (text, expected) in [
            ("holiday photo.jpg", "holiday photo.jpg"),
            ("写真 2026.tar.gz", "写真 2026.tar.gz"),
            ("", "file"),
            ("...", "file"),
            (" \t\n", "file"),
            ("../../etc/passwd", "_._etc_passwd"),
            ("C:\\Windows\\system.ini", "C_Windows_system.ini"),
            (".bashrc", "bashrc"),
            ("a\0b\u{7f}.txt", "a_b_.txt"),
            // Shown from right to left this would end in "exe.jpg".
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("a\u{200b}\u{feff}.pdf", "a.pdf"),
            ("invoice.pdf          .exe", "invoice.pdf.exe"),
            ("NUL", "NUL_"),
            ("com1.txt", "com1_.txt"),
            ("what?*<>|\".txt", "what_.txt"),
            ("dot. ", "dot"),
            ("<img src=x onerror=alert(1)>.png", "_img src=x onerror=alert(1)_.png"),
            (&format!("{long}.html"), &format!("{}.html", "é".repeat(97))),
        ] {
            let name = FileName::new(text);
            assert_eq!(name.as_str(), expected, "{text:?}");
            assert_eq!(FileName::new(name.as_str()), name, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_becomes_a_name(text in ".{0,300}|[./\\\\ \u{202e}\u{200b}a-c]{0,30}") {
            let name = FileName::new(&text);
            let chars = name.as_str();
            prop_assert!(!chars.is_empty() && chars.len() <= MAX_FILE_NAME_BYTES, "{}", chars);
            prop_assert!(!chars.contains(['/', '\\', '\0', '\u{202e}', '\u{200b}']), "{}", chars);
            prop_assert!(!chars.starts_with(['.', ' ']), "{}", chars);
            prop_assert_eq!(FileName::new(chars), name);
        }
    }

    #[test]
    fn the_extension_is_the_last_one() {
        for (name, expected) in
            [("a.tar.gz", ("a.tar", ".gz")), ("README", ("README", "")), ("a.b", ("a", ".b"))]
        {
            assert_eq!(FileName::new(name).split(), expected);
        }
    }
}
