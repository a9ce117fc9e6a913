//! The texts that are sent and shown.

use std::rc::Rc;

use tincan_protocol::MAX_CHAT_CHARS;

/// The reason why a text is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatTextError {
    /// Nothing of it can be seen.
    Empty,
    /// It has so many Unicode scalar values, which is more than [`MAX_CHAT_CHARS`].
    TooLong(usize),
}

/// Returns a text as it is sent and shown: without space around it and without control characters
/// but for tabs and line feeds.
///
/// # Errors
/// If nothing is left, or if it is too long.
pub fn chat_text(text: &str) -> Result<Rc<str>, ChatTextError> {
    let is_shown = |char: &char| matches!(char, '\t' | '\n') || !char.is_control();
    let text: String = text.chars().filter(is_shown).collect();
    let text = text.trim();
    match text.chars().count() {
        0 => Err(ChatTextError::Empty),
        1..=MAX_CHAT_CHARS => Ok(text.into()),
        count => Err(ChatTextError::TooLong(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cleaned() {
        let longest = "é".repeat(MAX_CHAT_CHARS);
        for (text, expected) in [
            ("", Err(ChatTextError::Empty)),
            (" \t\n ", Err(ChatTextError::Empty)),
            ("\u{0}\u{1b}", Err(ChatTextError::Empty)),
            (" a ", Ok("a")),
            ("a\r\nb\tc\n\n", Ok("a\nb\tc")),
            ("a\u{0}\u{7f}\u{9b}b", Ok("ab")),
            ("\u{202e}שלום\u{202c} 👩‍👩‍👧", Ok("\u{202e}שלום\u{202c} 👩‍👩‍👧")),
            (&longest, Ok(&*longest)),
            (&format!("{longest}xy"), Err(ChatTextError::TooLong(MAX_CHAT_CHARS + 2))),
            (&format!("{longest}\n"), Ok(&*longest)),
        ] {
            assert_eq!(chat_text(text).as_deref(), expected.as_ref().copied(), "{text:?}");
        }
    }
}
