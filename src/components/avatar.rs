//! A person without a picture.

use tincan_call::protocol::{Name, PeerId};
use unicode_segmentation::UnicodeSegmentation as _;
use yew::prelude::*;

use super::Icon;

/// The number of colours in `avatar.css`.
const TONES: usize = 8;
/// Their names.
const TONE_NAMES: [&str; TONES] = ["0", "1", "2", "3", "4", "5", "6", "7"];

/// The initials of a person, in a colour of their own: the colour of `id`, or none for oneself.
pub(crate) fn avatar(name: &Name, id: Option<PeerId>) -> Html {
    let tone = id.map(|id| TONE_NAMES[usize::from(id.as_bytes()[0]) % TONES]);
    let initials = initials(name.as_str());
    html! {
        <span class="avatar" data-tone={tone} aria-hidden="true">
            if initials.is_empty() { { Icon::Person.svg() } } else { { initials } }
        </span>
    }
}

/// The first letters of the first and the last word that have any; one is enough where words are
/// not written apart. A name without letters is stood for by its first digit, or else by whatever
/// it begins with. The style makes capitals of them.
fn initials(name: &str) -> String {
    let first_of = |text: &str, is: fn(char) -> bool| {
        let mut characters = text.graphemes(true);
        characters.find(|character| character.starts_with(is)).map(str::to_owned)
    };
    let mut words = name.split(' ').filter_map(|word| first_of(word, char::is_alphabetic));
    let first = words.next();
    let last = words.next_back();
    first
        .map(|first| first + &last.unwrap_or_default())
        .or_else(|| first_of(name, char::is_numeric))
        .or_else(|| first_of(name, |_| true))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        for (name, expected) in [
            ("", ""),
            ("ada", "a"),
            ("Ada Lovelace", "AL"),
            ("Ada King Lovelace", "AL"),
            ("  grace   hopper ", "gh"),
            ("林徽因", "林"),
            ("محمد (7)", "م"),
            ("(7) محمد علي", "مع"),
            ("\u{201c}Ada\u{201d} Lovelace", "AL"),
            ("Ada 2 (phone)", "Ap"),
            ("7", "7"),
            ("(7)", "7"),
            ("Zoe\u{308}", "Z"),
            ("e\u{301}mile", "e\u{301}"),
            ("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} Ada", "A"),
            (
                "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
                "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            ),
            ("?!", "?"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
