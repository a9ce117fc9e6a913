//! Long names of files.

use std::borrow::Cow;

use tincan_call::protocol::FileName;
use unicode_segmentation::UnicodeSegmentation as _;

/// The most characters of a name that are shown.
const MOST: usize = 40;
/// The characters that stay before the extension.
const END: usize = 8;
/// The most characters of an extension that stays whole.
const EXTENSION: usize = 16;

/// Returns a name for a small place. One that is too long lacks its middle: the beginning, the end
/// and the extension tell more.
pub(super) fn short_name(name: &FileName) -> Cow<'_, str> {
    let count = |text: &str| text.graphemes(true).count();
    let (stem, extension) = match name.split() {
        (_, extension) if count(extension) > EXTENSION => (name.as_str(), ""),
        parts => parts,
    };
    let room = MOST - count(extension);
    let length = count(stem);
    if length <= room {
        return name.as_str().into();
    }
    let place = |at: usize| stem.grapheme_indices(true).nth(at).map_or(stem.len(), |(at, _)| at);
    // The ellipsis takes one place.
    let (beginning, end) = (place(room - END - 1), place(length - END));
    [&stem[..beginning], "…", &stem[end..], extension].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_lacks_its_middle_and_keeps_its_extension() {
        let accented = "e\u{301}";
        let exact = "a".repeat(MOST - 4);
        for (name, expected) in [
            ("holiday photo.jpg".to_owned(), "holiday photo.jpg".to_owned()),
            ([&exact, ".pdf"].concat(), [&exact, ".pdf"].concat()),
            (
                "Minutes of the annual general meeting 2026, final.pdf".to_owned(),
                "Minutes of the annual gener…6, final.pdf".to_owned(),
            ),
            (
                [&"b".repeat(50), ".tar.gz"].concat(),
                [&"b".repeat(28), "…", "bbbb.tar", ".gz"].concat(),
            ),
            ("c".repeat(60), [&"c".repeat(31), "…", &"c".repeat(8)].concat()),
            (
                [&accented.repeat(50), ".zip"].concat(),
                [&accented.repeat(27), "…", &accented.repeat(8), ".zip"].concat(),
            ),
            (
                ["d.", &"e".repeat(60)].concat(),
                ["d.", &"e".repeat(29), "…", &"e".repeat(8)].concat(),
            ),
        ] {
            let name = FileName::new(&name);
            let short = short_name(&name);
            assert_eq!(short, expected);
            assert!(short.graphemes(true).count() <= MOST, "{short}");
        }
    }
}
