//! Checks that texts are in their own language, which the compiler does not see. A text that is
//! missing does not compile.

use super::Language;

/// The source of each language.
const ENGLISH: &str = include_str!("en.rs");
const CHINESE: &str = include_str!("zh_hans.rs");
/// The script that has some of the texts before the code of the page is there.
const START: &str = include_str!("../../start.js");

/// The texts in a source, without those in its comments.
fn texts(source: &str) -> Vec<String> {
    let code: Vec<&str> = source.lines().filter(|line| !line.trim().starts_with("//")).collect();
    let code = code.join("\n");
    let mut texts = Vec::new();
    let mut rest = code.chars().peekable();
    while rest.any(|next| next == '"') {
        let mut text = String::new();
        while let Some(next) = rest.next() {
            match next {
                '"' => break,
                // A text that goes on in the next line, where it begins after the spaces.
                '\\' => while rest.next_if(|next| next.is_whitespace()).is_some() {},
                next => text.push(next),
            }
        }
        texts.push(text);
    }
    texts
}

fn is_chinese(sign: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&sign)
}

/// The most English words that stand side by side.
fn english_words(text: &str) -> usize {
    let runs = text.split(|sign: char| !(sign.is_ascii_alphabetic() || " '-".contains(sign)));
    runs.map(|run| run.split_whitespace().filter(|word| word.len() > 1).count())
        .max()
        .unwrap_or_default()
}

#[test]
fn all_texts_of_a_source_are_found() {
    let source = "// \"no\"\na: \"x: y\", b: [\"\", \"of two \\\n    lines\"]";
    assert_eq!(texts(source), ["x: y", "", "of two lines"]);
    for (source, known) in [(ENGLISH, "Join"), (CHINESE, "加入")] {
        let texts = texts(source);
        assert!(texts.len() > 100 && texts.iter().any(|text| text == known), "{texts:?}");
    }
}

#[test]
fn no_text_is_empty() {
    for source in [ENGLISH, CHINESE] {
        let texts = texts(source);
        let empty = texts.iter().position(String::is_empty);
        assert_eq!(empty, None, "after {:?}", empty.map(|at| &texts[at - 1]));
    }
}

#[test]
fn chinese_is_translated() {
    // Names, and units with or without their numbers.
    const SAME: [&str; 6] = ["Tincan", "360p", "720p", "1080p", "kbit/s", "ms"];
    for text in texts(CHINESE) {
        assert!(english_words(&text) < 3, "{text}");
        let said = text.trim_matches(|sign: char| !sign.is_alphanumeric());
        // A single letter is that of a key.
        let is_chinese = said.len() <= 1 || said.chars().any(is_chinese) || SAME.contains(&said);
        assert!(is_chinese || !said.chars().any(char::is_alphabetic), "{text}");
    }
}

#[test]
fn english_is_english() {
    for text in texts(ENGLISH) {
        assert!(!text.chars().any(is_chinese), "{text}");
    }
}

#[test]
fn each_choice_of_a_setting_has_a_name() {
    for language in Language::ALL {
        for setting in crate::preferences::Setting::ALL {
            let names = (language.texts().settings.choices)(setting).len();
            let switch = setting.values() == [crate::preferences::ON, crate::preferences::OFF];
            assert_eq!(names, if switch { 0 } else { setting.values().len() }, "{setting:?}");
        }
    }
}

#[test]
fn the_home_page_is_introduced_in_its_own_words() {
    // Without the places where a text goes on in the next line.
    let start = START.replace("\"\n      + \"", "");
    for language in Language::ALL {
        let lead = language.texts().home.lead;
        assert!(start.contains(&format!("lead: \"{lead}\"")), "{lead}");
    }
}
