//! Finds the secret of a room in an invite link as people, chat programs and mail clients pass it
//! on: with words around it, encoded, wrapped in another address, or broken over lines.
//!
//! Everything that cannot belong to the secret is dropped. A text that may lead to a wrong room is
//! never taken for a whole link: it is reported as damaged, and the person decides.

mod decode;
mod tracking;

pub use tracking::without_tracking;

use crate::RoomSecret;
use decode::{decoded, unwrapped};

/// The number of characters in a secret: 16 bytes of base64url.
const SECRET_CHARS: usize = 22;

/// The most characters of a text that are searched.
const MAX_TEXT_CHARS: usize = 50_000;

/// The most characters between the `#` and the secret, and in one gap of a broken secret.
const MAX_GAP_CHARS: usize = 40;

/// The invite link in a text, as far as there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InviteLink {
    /// A whole link.
    Room(RoomSecret),
    /// Whole links to different rooms, in the order in which they stand in the text.
    Several(Vec<RoomSecret>),
    /// A link that something changed on its way, and the room that it leads to now, if any.
    Damaged(Option<RoomSecret>),
    /// A link that lacks its end.
    Incomplete,
    /// No link.
    Missing,
}

impl InviteLink {
    /// Reads the fragment of the page's address, with or without its `#`.
    pub fn from_fragment(fragment: &str) -> Self {
        if fragment.is_empty() {
            return Self::Missing;
        }
        let found = Self::from_text(&["#", fragment].concat());
        // An address with a fragment was meant to be a link.
        if found == Self::Missing { Self::Incomplete } else { found }
    }

    /// Reads what was pasted: a link with anything around it, the end of one, or only the secret.
    pub fn from_text(text: &str) -> Self {
        let text: String = text.chars().take(MAX_TEXT_CHARS).collect();
        let text = decoded(text);
        let found = Self::in_decoded(&text);
        if matches!(found, Self::Incomplete | Self::Missing)
            && let Some(text) = unwrapped(&text)
        {
            return Self::in_decoded(&text);
        }
        found
    }

    fn in_decoded(text: &str) -> Self {
        let text: Vec<char> = text.chars().collect();
        let starts = || text.iter().enumerate().filter(|(_, c)| **c == '#').map(|(at, _)| at + 1);
        let strict: Vec<Finding> = starts().filter_map(|at| finding(&text, at, false)).collect();
        let found = Self::sum(&strict);
        if found.is_certain() {
            return found;
        }
        let bare = Self::sum(&bare_secrets(&text));
        if bare.is_certain() || found == Self::Missing {
            return bare;
        }
        // A space within a secret may be a line break that was pasted into an address bar, and it
        // may be where a shortened link ends and a sentence begins.
        let loose: Vec<Finding> = starts()
            .filter_map(|at| finding(&text, at, true))
            .filter(|finding| matches!(finding, Finding::Whole(_)))
            .collect();
        match Self::sum(&loose) {
            Self::Room(secret) => Self::Damaged(Some(secret)),
            Self::Several(_) | Self::Damaged(_) | Self::Incomplete | Self::Missing => found,
        }
    }

    fn is_certain(&self) -> bool {
        match self {
            Self::Room(_) | Self::Several(_) | Self::Damaged(_) => true,
            Self::Incomplete | Self::Missing => false,
        }
    }

    /// The best that was found: whole links outweigh everything else.
    fn sum(findings: &[Finding]) -> Self {
        let mut rooms: Vec<RoomSecret> = Vec::new();
        let mut damaged = None;
        for finding in findings {
            match finding {
                Finding::Whole(secret) if !rooms.contains(secret) => rooms.push(secret.clone()),
                Finding::Damaged(secret) => damaged = damaged.flatten().or(secret.clone()).into(),
                Finding::Whole(_) | Finding::Short => {}
            }
        }
        match (rooms.pop(), damaged) {
            (Some(only), _) if rooms.is_empty() => Self::Room(only),
            (Some(last), _) => {
                rooms.push(last);
                Self::Several(rooms)
            }
            (None, Some(secret)) => Self::Damaged(secret),
            (None, None) if findings.is_empty() => Self::Missing,
            (None, None) => Self::Incomplete,
        }
    }
}

/// A secret, or a part of one, in one place of a text.
enum Finding {
    Whole(RoomSecret),
    Damaged(Option<RoomSecret>),
    Short,
}

/// Reads what follows a `#`. A gap of spaces ends a secret, unless `loose`.
fn finding(text: &[char], start: usize, loose: bool) -> Option<Finding> {
    let lead = text[start..].iter().take(MAX_GAP_CHARS).take_while(|c| may_lead(**c)).count();
    let (secret, end) = collect(text, start + lead, loose);
    if secret.is_empty() {
        return None;
    }
    if secret.len() < SECRET_CHARS {
        return Some(Finding::Short);
    }
    Some(judge(&secret, &text[end..]))
}

/// Returns true for characters that may stand between the `#` and the secret.
fn may_lead(c: char) -> bool {
    c.is_whitespace() || is_invisible(c) || "#/!*~`\"'([{<".contains(c)
}

/// Collects the characters of a secret, at most 22, from `start` on; returns them and where they
/// end. Line breaks, quoting marks and invisible characters within are dropped, and look-alikes of
/// `-` and `_` are taken for what they were.
fn collect(text: &[char], start: usize, loose: bool) -> (String, usize) {
    let mut secret = String::with_capacity(SECRET_CHARS + 1);
    let mut at = start;
    while secret.len() < SECRET_CHARS
        && let Some(&c) = text.get(at)
    {
        let width = match c {
            _ if is_base64url(c) => {
                secret.push(c);
                1
            }
            '\u{2010}' | '\u{2011}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => {
                secret.push('-');
                1
            }
            '\u{ff3f}' => {
                secret.push('_');
                1
            }
            // Typing aids make one dash of two hyphens.
            '\u{2013}' | '\u{2014}' if secret.len() + 2 <= SECRET_CHARS => {
                secret.push_str("--");
                1
            }
            _ => gap(&text[at..], loose),
        };
        if width == 0 {
            break;
        }
        at += width;
    }
    (secret, at)
}

/// The length of what was put into a secret to break it over lines or to escape it; 0 if nothing.
fn gap(text: &[char], loose: bool) -> usize {
    match text {
        [c, ..] if is_invisible(*c) => 1,
        // Markdown escapes.
        ['\\', '-' | '_', ..] => 1,
        // A soft break of quoted-printable is a line break after `=`.
        ['=', '\r' | '\n', ..] => 1 + line_break(&text[1..], false),
        _ => line_break(text, loose),
    }
}

/// The length of a line break, with the spaces and the marks of quoting around it.
fn line_break(text: &[char], loose: bool) -> usize {
    let is_part = |c: &&char| c.is_whitespace() || **c == '>' || **c == '|' || is_invisible(**c);
    let width = text.iter().take(MAX_GAP_CHARS).take_while(is_part).count();
    let breaks = text[..width].iter().any(|c| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}'));
    if breaks || loose && text.first().is_some_and(|c| c.is_whitespace()) { width } else { 0 }
}

/// Judges 22 characters by themselves and by what follows them.
fn judge(secret: &str, rest: &[char]) -> Finding {
    let room = RoomSecret::from_fragment(secret);
    if is_case_folded(secret) || !may_follow(secret, rest) {
        return Finding::Damaged(room);
    }
    room.map_or(Finding::Damaged(None), Finding::Whole)
}

/// Returns true if the secret is known to end where `rest` begins.
fn may_follow(secret: &str, rest: &[char]) -> bool {
    // Markdown's emphasis ends with characters of base64url.
    let marks = rest.iter().take_while(|c| matches!(c, '-' | '_')).count();
    if rest.get(marks).is_none_or(|c| !is_base64url(*c)) {
        return true;
    }
    let starts_with = |next: &str| {
        let mut rest = rest.iter();
        next.chars().all(|c| rest.next() == Some(&c))
    };
    // The link was pasted twice.
    starts_with("http") || starts_with("www.") || starts_with(secret)
}

/// Secrets without a `#`: words of 22 characters. They may have any punctuation around them, but
/// must not be a part of an address.
fn bare_secrets(text: &[char]) -> Vec<Finding> {
    let text: String = text.iter().collect();
    let ends_word = |c: char| c.is_whitespace() || is_invisible(c) || "<>()[]{}\"`|".contains(c);
    let is_around = |c: char| !c.is_ascii() || c.is_ascii_punctuation() && !"/@=&?%#\\".contains(c);
    text.split(ends_word)
        .filter_map(|word| {
            let word = word.trim_matches(|c| is_around(c) && !is_base64url(c));
            let word = if word.len() > SECRET_CHARS { word.trim_matches(is_around) } else { word };
            // A word of an ordinary language is no secret.
            let is_secret = word.len() == SECRET_CHARS
                && word.chars().all(is_base64url)
                && !(is_case_folded(word) && word.chars().all(|c| c.is_ascii_alphabetic()));
            is_secret.then(|| judge(word, &[]))
        })
        .collect()
}

/// Returns true for a secret without capitals, or without small letters. By chance that is one in a
/// hundred thousand.
pub(crate) fn is_case_folded(secret: &str) -> bool {
    let has = |is: fn(&u8) -> bool| secret.as_bytes().iter().any(is);
    !(has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase))
}

fn is_base64url(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Characters without a width, which programs put into long words.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
