//! The texts that are sent and shown.

use std::rc::Rc;

use tincan_protocol::MAX_CHAT_CHARS;

/// Returns a text as it is sent and shown: without space around it and without control characters
/// but for tabs and line feeds. `None` if nothing is left, or if it is too long.
pub(super) fn clean(text: &str) -> Option<Rc<str>> {
    let is_shown = |char: &char| matches!(char, '\t' | '\n') || !char.is_control();
    let text: String = text.chars().filter(is_shown).collect();
    let text = text.trim();
    let is_within = text.chars().nth(MAX_CHAT_CHARS).is_none();
    (!text.is_empty() && is_within).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cleaned() {
        let longest = "é".repeat(MAX_CHAT_CHARS);
        for (text, expected) in [
            ("", None),
            (" \t\n ", None),
            ("\u{0}\u{1b}", None),
            (" a ", Some("a")),
            ("a\r\nb\tc\n\n", Some("a\nb\tc")),
            ("a\u{0}\u{7f}\u{9b}b", Some("ab")),
            ("\u{202e}שלום\u{202c} 👩‍👩‍👧", Some("\u{202e}שלום\u{202c} 👩‍👩‍👧")),
            (&longest, Some(&*longest)),
            (&format!("{longest}x"), None),
            (&format!("{longest}\n"), Some(&*longest)),
        ] {
            assert_eq!(clean(text).as_deref(), expected, "{text:?}");
        }
    }
}
