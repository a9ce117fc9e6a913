//! The name of a person.

mod characters;

use std::fmt;

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::MAX_NAME_CHARS;
use characters::{BLACK_FLAG, Class, class, is_mark};

/// The maximum number of code points in one character. The longest emoji of current systems have
/// eleven.
const MAX_CODE_POINTS: usize = 16;

/// The maximum number of combining marks on one letter. No script needs more in a name.
const MAX_MARKS: usize = 4;

/// A person's name: one line of at most [`MAX_NAME_CHARS`] user-perceived characters (extended
/// grapheme clusters, UAX #29), each of which is visible. It may be empty; a name without a visible
/// character is.
///
/// Received names are normalised, never rejected: a name that is too long is no reason to lose a
/// call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Makes a name from any text.
    pub fn new(text: &str) -> Self {
        let seen = without_unseen(text);
        let mut name = String::new();
        for cluster in seen.graphemes(true).take(MAX_NAME_CHARS) {
            push_cluster(&mut name, cluster);
        }
        // Truncation may leave a joiner with nothing left to join.
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

/// Returns a character as it is shown in one line; none if it cannot be seen, or changes the order
/// of others. Controls and joiners stay.
pub(crate) fn seen(c: char) -> Option<char> {
    match class(c) {
        Class::Space => Some(' '),
        Class::Dropped | Class::Tag if !c.is_control() => None,
        Class::Seen | Class::Joiner | Class::Dropped | Class::Tag => Some(c),
    }
}

/// Removes invisible characters, collapses spaces, and removes marks and joiners without a base.
fn without_unseen(text: &str) -> String {
    let mut seen = String::new();
    let mut marks = 0;
    let mut is_flag = false;
    // A joiner is held back until the character that it joins.
    let mut joiner = None;
    for c in text.chars() {
        let follows = seen.chars().next_back().is_some_and(|last| last != ' ');
        match class(c) {
            Class::Space => {
                joiner = None;
                is_flag = false;
                if follows {
                    seen.push(' ');
                }
            }
            Class::Joiner if follows => {
                is_flag = false;
                // A variation selector needs no character after it, and may be followed by a
                // joiner.
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

/// Appends a character, truncated if it consists of too many code points.
fn push_cluster(name: &mut String, cluster: &str) {
    let end = cluster.char_indices().nth(MAX_CODE_POINTS).map_or(cluster.len(), |(at, _)| at);
    let kept = &cluster[..end];
    name.push_str(kept.trim_end_matches(|c| end < cluster.len() && joins(c)));
}

/// Returns `true` for the zero-width joiner and non-joiner.
fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
