//! Normalisation of names.
#![allow(missing_docs)]
// Unexpected results fail the test.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use tincan_protocol::{MAX_NAME_CHARS, Name, PeerMessage, PeerState, from_json};
use unicode_segmentation::UnicodeSegmentation as _;

const FAMILY: &str = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}";
const ENGLAND: &str = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
const KISS: &str =
    "\u{1f469}\u{1f3fd}\u{200d}\u{2764}\u{fe0f}\u{200d}\u{1f48b}\u{200d}\u{1f468}\u{1f3ff}";

#[test]
fn invisible_text_is_an_empty_name() {
    for text in [
        "",
        " ",
        "\n\t",
        "\u{a0}\u{2003}\u{3000}\u{2028}\u{85}",
        "\u{200b}",
        "\u{3164}",
        "\u{ffa0}",
        "\u{2800}\u{2800}",
        "\u{ad}",
        "\u{feff}",
        "\u{2060}\u{2064}",
        "\u{115f}\u{1160}",
        "\u{180e}",
        "\u{34f}",
        "\u{17b4}\u{17b5}",
        "\u{200d}\u{200c}",
        "\u{fe0f}",
        "\u{e0100}",
        "\u{e0067}\u{e007f}",
        "\u{e0001}",
        "\u{301}\u{302}",
        " \u{301} \u{20dd}",
        "\u{64b}",
        "\u{1d159}",
        "\u{fffc}",
        "\u{fff9}\u{fffb}",
        "\u{202e}\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}",
        "\0\u{1b}\u{7f}",
        "\u{200b} \u{3164}\u{ad}\u{301} \u{feff}",
    ] {
        assert_eq!(Name::new(text).as_str(), "", "{text:?}");
    }
}

#[test]
fn visible_text_is_unchanged() {
    for name in [
        "Ada",
        "Ada Lovelace",
        "\u{6797}\u{5fbd}\u{56e0}",
        "\u{645}\u{62d}\u{645}\u{62f} (7)",
        "\u{634}\u{64f}\u{643}\u{652}\u{631}\u{64b}\u{627}",
        "\u{5e9}\u{5b8}\u{5c1}\u{5dc}\u{5d5}\u{5b9}\u{5dd}",
        // ZWNJ in Persian, ZWJ in Sinhala, conjuncts of Devanagari.
        "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
        "\u{0dc1}\u{0dca}\u{200d}\u{0dbb}\u{0dd3}",
        "\u{915}\u{94d}\u{937}\u{94d}\u{92e}\u{94d}\u{92f}\u{93e}",
        "\u{e19}\u{e49}\u{e33}",
        "Zoe\u{308}",
        "Nguye\u{302}\u{303}n",
        "\u{110b}\u{1161}",
        FAMILY,
        ENGLAND,
        KISS,
        "\u{2764}\u{fe0f} Ada",
        "\u{1f1e9}\u{1f1ea}",
        "O'Neil-Smith, Jr. #1",
        "\u{8fbb}\u{e0101}",
    ] {
        assert_eq!(Name::new(name).as_str(), name, "{name:?}");
    }
}

#[test]
fn disallowed_characters_are_removed() {
    for (text, name) in [
        ("  Ada\n Lovelace\t", "Ada Lovelace"),
        ("\u{202e}evil\u{0}", "evil"),
        ("A\u{ad}d\u{200b}a", "Ada"),
        ("Ada\u{3164}Lovelace", "Ada Lovelace"),
        ("Ada\u{200d}", "Ada"),
        ("\u{200d}Ada", "Ada"),
        ("Ada \u{200d} B", "Ada B"),
        ("Ada\u{200d}\u{200d}\u{200c}B", "Ada\u{200c}B"),
        ("Ada\u{e0067}\u{e007f}", "Ada"),
        ("\u{1f3f4} \u{e0067}", "\u{1f3f4}"),
        ("\u{1f3f4}\u{200d}\u{e0067}", "\u{1f3f4}"),
        ("\u{1f3f4}\u{fe0f}\u{e0067}", "\u{1f3f4}\u{fe0f}"),
        ("\u{301}Ada", "Ada"),
        ("\u{2067}\u{645}\u{2069}", "\u{645}"),
    ] {
        assert_eq!(Name::new(text).as_str(), name, "{text:?}");
    }
    let zalgo = format!("A{}d{}a", "\u{301}".repeat(30), "\u{336}\u{489}".repeat(20));
    let tamed = Name::new(&zalgo);
    assert_eq!(tamed.as_str().chars().count(), 3 + 2 * 4, "{tamed}");
}

#[test]
fn a_long_name_is_cut_between_characters() {
    for character in
        ["x", "\u{e9}", "e\u{301}", "\u{6797}", FAMILY, ENGLAND, KISS, "\u{1f1e9}\u{1f1ea}"]
    {
        let name = Name::new(&character.repeat(100));
        assert_eq!(name.as_str(), character.repeat(MAX_NAME_CHARS), "{character:?}");
    }
    let words = Name::new(&"Ada ".repeat(20));
    assert_eq!(words.as_str(), ["Ada"; 10].join(" "));
    // One character can consist of any number of code points.
    let chain = Name::new(&["\u{1f468}"; 1000].join("\u{200d}"));
    assert!(chain.as_str().chars().count() <= 16, "{chain}");
    assert!(chain.as_str().ends_with('\u{1f468}'), "{chain}");
    let conjunct = Name::new(&"\u{915}\u{94d}".repeat(1000));
    assert!(conjunct.as_str().chars().count() <= 16, "{conjunct}");
    let tags = Name::new(&format!("\u{1f3f4}{}", "\u{e0067}".repeat(1000)));
    assert!(tags.as_str().chars().count() <= 16, "{tags}");
}

#[test]
fn received_names_are_normalised() {
    let read = |name: &str| {
        let text = format!(
            r#"{{"type":"state","revision":1,"name":"{name}","in_call":false,"sources":{{}}}}"#
        );
        match from_json(text.as_bytes()) {
            Some(PeerMessage::State(PeerState { name, .. })) => name,
            other => unreachable!("{other:?}"),
        }
    };
    assert_eq!(read(&"x".repeat(1000)).as_str().len(), MAX_NAME_CHARS);
    assert!(read(r"\u200b\u3164").is_empty());
}

/// Generates characters with special properties, and any others.
fn character() -> impl Strategy<Value = char> {
    let special: Vec<char> = [FAMILY, ENGLAND, KISS]
        .concat()
        .chars()
        .chain("a\u{301}\u{1f1e9}\u{915}\u{94d}\u{200c} \u{3164}\u{ad}\u{600}\u{1100}\u{1161}\u{e33}\u{fe0e}\r\n".chars())
        .collect();
    prop_oneof![prop::sample::select(special), any::<char>()]
}

proptest! {
    #[test]
    fn normalisation_is_idempotent(
        text in prop::collection::vec(character(), 0..120).prop_map(String::from_iter),
    ) {
        let name = Name::new(&text);
        let again = Name::new(name.as_str());
        prop_assert_eq!(again.as_str(), name.as_str());
        prop_assert!(name.as_str().graphemes(true).count() <= MAX_NAME_CHARS);
        prop_assert!(name.as_str().chars().count() <= 16 * MAX_NAME_CHARS);
        prop_assert_eq!(name.as_str().trim(), name.as_str());
        prop_assert!(!name.as_str().contains(char::is_control));
    }
}
