//! Names from right to left in sentences from left to right.

use std::borrow::Cow;

/// Returns a name for the middle of a text. One that is written from right to left stands between
/// marks that keep it from moving its neighbours (UAX #9, section 2.4.2). In markup, `<bdi>` does
/// the same.
pub(crate) fn isolated(name: &str) -> Cow<'_, str> {
    if name.contains(is_right_to_left) {
        ["\u{2068}", name, "\u{2069}"].concat().into()
    } else {
        name.into()
    }
}

/// Returns true for the blocks that Unicode keeps for scripts from right to left (UAX #9, table 4).
fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_could_move_its_neighbours_is_isolated() {
        for name in ["", "Ada", "林徽因", "Ада", "Ada (7)", "\u{1f468}"] {
            assert_eq!(isolated(name), name);
        }
        for name in ["محمد (7)", "דנה", "Ada ב", "ܐ", "ދ", "\u{1e900}"] {
            let marked = isolated(name);
            let inner = marked.strip_prefix('\u{2068}').and_then(|it| it.strip_suffix('\u{2069}'));
            assert_eq!(inner, Some(name));
        }
    }
}
