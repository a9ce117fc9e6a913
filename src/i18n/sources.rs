//! What the compiler does not see in the texts: that each language has its own, and all of them.

use super::Language;

/// The source of each language.
const ENGLISH: &str = include_str!("en.rs");
const CHINESE: &str = include_str!("zh_hans.rs");

/// A piece of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

/// The pieces of a source, without its comments.
fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let code: Vec<&str> =
        source.lines().map(|line| if line.trim().starts_with("//") { "" } else { line }).collect();
    let code = code.join("\n");
    let mut rest = code.chars().peekable();
    while let Some(next) = rest.next() {
        if next == '"' {
            let mut text = String::new();
            while let Some(next) = rest.next() {
                match next {
                    '"' => break,
                    // A text that goes on in the next line, where it begins after the spaces.
                    '\\' => while rest.next_if(|next| next.is_whitespace()).is_some() {},
                    next => text.push(next),
                }
            }
            tokens.push(Token::Text(text));
        } else if next.is_alphanumeric() || next == '_' {
            let mut word = String::from(next);
            while let Some(next) = rest.next_if(|next| next.is_alphanumeric() || *next == '_') {
                word.push(next);
            }
            tokens.push(Token::Word(word));
        } else if !next.is_whitespace() {
            tokens.push(Token::Sign(next));
        }
    }
    tokens
}

/// The keys of a language's table, each after those that it is in.
fn keys(source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let start = tokens.iter().position(|token| *token == Token::Word("TEXTS".to_owned()));
    let mut keys = Vec::new();
    // What is open: the path of a table, or nothing that has keys.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut last_key = String::new();
    for at in start.unwrap() + 1..tokens.len() {
        match &tokens[at] {
            Token::Sign(';') if open.is_empty() => break,
            Token::Sign('{' | '(' | '[') => {
                let is_table =
                    matches!(&tokens[at - 1], Token::Word(word) if word.ends_with("Texts"));
                open.push(is_table.then(|| last_key.clone()));
            }
            Token::Sign('}' | ')' | ']') => drop(open.pop()),
            Token::Word(word) => {
                let begins = matches!(tokens[at - 1], Token::Sign('{' | ','));
                let ends = matches!(tokens[at + 1], Token::Sign(':' | ',' | '}'));
                if begins
                    && ends
                    && let Some(Some(table)) = open.last()
                {
                    last_key = [table, ".", word].concat();
                    keys.push(last_key.clone());
                }
            }
            Token::Text(_) | Token::Sign(_) => {}
        }
    }
    keys
}

fn texts(source: &str) -> Vec<String> {
    let texts = tokens(source).into_iter().filter_map(|token| match token {
        Token::Text(text) => Some(text),
        Token::Word(_) | Token::Sign(_) => None,
    });
    texts.collect()
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
fn the_languages_have_the_same_keys() {
    let (mut english, mut chinese) = (keys(ENGLISH), keys(CHINESE));
    for known in [".lobby.join", ".settings.themes", ".ring.missed", ".errors.help"] {
        assert!(english.contains(&known.to_owned()), "{known} is not found in {english:?}");
    }
    assert!(english.len() > 100, "{english:?}");
    english.sort();
    chinese.sort();
    assert_eq!(english, chinese);
}

#[test]
fn a_key_that_is_missing_is_missed() {
    let table = |last: &str| {
        let lines = [
            "const TEXTS: Texts = Texts { a: \"x: y\", home: HomeTexts { b: |n| match n {",
            " [c] => d(c), n => n }, ",
            last,
            " }, e };",
        ];
        keys(&lines.concat())
    };
    assert_eq!(table("f, g: [\"h\"]"), [".a", ".home", ".home.b", ".home.f", ".home.g", ".e"]);
    assert_ne!(table("f"), table("g"));
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
            let switch = setting.words() == [crate::preferences::ON, crate::preferences::OFF];
            assert_eq!(names, if switch { 0 } else { setting.words().len() }, "{setting:?}");
        }
    }
}
