//! The name that a person gives.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::MAX_NAME_CHARS;

/// A person's name: one line of at most [`MAX_NAME_CHARS`] characters, without control characters
/// and without marks that turn the direction of the text around it. It may be empty.
///
/// Whatever comes in is made to fit, never refused: a name that is too long is no reason to lose
/// a call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Makes a name of any text.
    pub fn new(text: &str) -> Self {
        let clean: String = text
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .filter(|c| !c.is_control() && !turns_direction(*c))
            .collect();
        let fitted: String = clean.trim().chars().take(MAX_NAME_CHARS).collect();
        Self(fitted.trim_end().to_owned())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether no name was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Unicode's explicit directional formatting characters (UAX #9, section 2).
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::new(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_a_name() {
        let long = "é".repeat(100);
        for (text, name) in [
            ("Ada", "Ada"),
            ("  Ada\n Lovelace\t", "Ada  Lovelace"),
            ("\u{202e}evil\u{0}", "evil"),
            ("", ""),
            (" \u{3000} ", ""),
            (long.as_str(), &"é".repeat(MAX_NAME_CHARS)),
        ] {
            assert_eq!(Name::new(text).as_str(), name, "{text:?}");
        }
    }

    #[test]
    fn a_name_from_the_wire_is_made_to_fit() {
        let name: Name = serde_json::from_str(&format!("\"{}\"", "x".repeat(1000))).unwrap();
        assert_eq!(name.as_str().len(), MAX_NAME_CHARS);
    }
}
