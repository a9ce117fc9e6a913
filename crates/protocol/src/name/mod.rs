//! The name that a person gives.

mod characters;

use std::fmt;

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::MAX_NAME_CHARS;
use characters::{BLACK_FLAG, Class, class, is_mark};

/// The most code points of one character. The longest emoji that systems know have eleven.
const MAX_CODE_POINTS: usize = 16;

/// The most combining marks on one letter. No script needs more in a name.
const MAX_MARKS: usize = 4;

/// A person's name: one line of at most [`MAX_NAME_CHARS`] characters as people count them
/// (extended grapheme clusters, UAX #29), of which each can be seen. It may be empty: a name of
/// which nothing is seen is none.
///
/// Whatever comes in is made to fit, never refused: a name that is too long is no reason to lose
/// a call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Makes a name of any text.
    pub fn new(text: &str) -> Self {
        let seen = without_unseen(text);
        let mut name = String::new();
        for cluster in seen.graphemes(true).take(MAX_NAME_CHARS) {
            push_cluster(&mut name, cluster);
        }
        // Where it was cut, a joiner may have nothing left to join.
        name.truncate(name.trim_end_matches(|c| c == ' ' || joins(c)).len());
        Self(name)
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` if no name was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The text without what is not seen, with single spaces, and with no mark or joiner that has
/// nothing to stand on.
fn without_unseen(text: &str) -> String {
    let mut seen = String::new();
    let mut marks = 0;
    let mut is_flag = false;
    // Joiners wait for what they join.
    let mut joiner = None;
    for c in text.chars() {
        let follows = seen.chars().next_back().is_some_and(|last| last != ' ');
        match class(c) {
            Class::Space => {
                joiner = None;
                if follows {
                    seen.push(' ');
                }
            }
            Class::Joiner if follows => {
                // A variation selector stands for itself, and may be followed by a joiner.
                if joins(c) {
                    joiner = Some(c);
                } else if joiner.is_none() && marks < MAX_MARKS {
                    marks += 1;
                    seen.push(c);
                }
            }
            Class::Tag if is_flag => seen.push(c),
            Class::Dropped | Class::Joiner | Class::Tag => {}
            Class::Seen => {
                let is_mark = is_mark(c);
                marks = if is_mark { marks + 1 } else { 0 };
                if is_mark && (!follows || marks > MAX_MARKS) {
                    continue;
                }
                seen.extend(joiner.take());
                seen.push(c);
                is_flag = c == BLACK_FLAG;
            }
        }
    }
    seen
}

/// Adds a character to a name; of one that is made of far too much, the beginning.
fn push_cluster(name: &mut String, cluster: &str) {
    let end = cluster.char_indices().nth(MAX_CODE_POINTS).map_or(cluster.len(), |(at, _)| at);
    let kept = &cluster[..end];
    name.push_str(kept.trim_end_matches(|c| end < cluster.len() && joins(c)));
}

/// Zero width joiner and non-joiner.
fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
