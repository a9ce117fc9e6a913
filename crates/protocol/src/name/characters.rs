//! Classification of the characters that a name may not contain, or not everywhere.

use unicode_segmentation::UnicodeSegmentation as _;

/// The treatment of a character, regardless of its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// It is visible.
    Seen,
    /// It is a space, or looks like one.
    Space,
    /// It is invisible, but changes its neighbours: ZWJ, ZWNJ, a variation selector.
    Joiner,
    /// It continues the tag sequence of a flag that starts with [`BLACK_FLAG`].
    Tag,
    /// It is removed from names.
    Dropped,
}

/// The emoji that tag characters turn into another flag.
pub(super) const BLACK_FLAG: char = '\u{1f3f4}';

/// Classifies a character. Dropped are Unicode's `Default_Ignorable_Code_Point` except what names
/// need, controls, and characters that are blank although Unicode counts them as letters or
/// symbols.
pub(super) fn class(c: char) -> Class {
    match c {
        // Blank: Hangul fillers, the empty Braille pattern.
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}' => Class::Space,
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180d}' | '\u{180f}' => {
            Class::Joiner
        }
        '\u{e0020}'..='\u{e007f}' => Class::Tag,
        '\u{e0100}'..='\u{e01ef}' => Class::Joiner,
        // Soft hyphen, grapheme joiner, Khmer inherent vowels, the Mongolian vowel separator.
        '\u{ad}' | '\u{34f}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        // Bidirectional controls, zero-width characters, invisible operators.
        | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}'
        // Interlinear annotations and objects, an empty note and its beams.
        | '\u{fff0}'..='\u{fffc}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => Class::Dropped,
        c if c.is_whitespace() => Class::Space,
        c if c.is_control() => Class::Dropped,
        _ => Class::Seen,
    }
}

/// Returns `true` for a character that belongs to the one before it, and so extends a grapheme
/// cluster (UAX #29): in most cases a combining mark.
pub(super) fn is_mark(c: char) -> bool {
    // Only a character that extends any cluster joins an ASCII letter.
    c > '\u{2ff}' && String::from_iter(['a', c]).graphemes(true).nth(1).is_none()
}
