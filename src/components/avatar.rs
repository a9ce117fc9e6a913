//! A person without a picture.

use tincan_call::protocol::{Name, PeerId};
use yew::prelude::*;

use super::{Shapes, icon};

/// How many colours there are in `avatar.css`.
const TONES: usize = 8;
/// Their names.
const TONE_NAMES: [&str; TONES] = ["0", "1", "2", "3", "4", "5", "6", "7"];

/// The initials of a person, in a colour of their own: the colour of `id`, or none for oneself.
pub(crate) fn avatar(name: &Name, id: Option<PeerId>) -> Html {
    let tone = id.map(|id| TONE_NAMES[usize::from(id.as_bytes()[0]) % TONES]);
    let initials = initials(name.as_str());
    html! {
        <span class="avatar" data-tone={tone} aria-hidden="true">
            if initials.is_empty() { { icon(Shapes::Person) } } else { { initials } }
        </span>
    }
}

/// The first characters of the first and the last word; one is enough where words are not written
/// apart. The style makes them capitals.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).collect()
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
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
