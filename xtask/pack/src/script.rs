//! JavaScript as a row of tokens, and back in as few bytes as its meaning allows.
//!
//! This is no compiler: it knows what wasm-bindgen writes, and leaves alone what it can not be sure of.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};

/// A piece of a script that is not divided any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    gap: Gap,
}

/// What stands before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    Nothing,
    Space,
    Line,
}

impl<'a> Token<'a> {
    /// A token that follows the one before it at once.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, gap: Gap::Nothing }
    }

    /// A name, a keyword or a number.
    pub(crate) fn is_word(&self) -> bool {
        self.text.chars().next().is_some_and(in_word)
    }
}

fn in_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

/// Takes a script apart. Comments are space.
pub(crate) fn tokens(script: &str) -> Result<Vec<Token<'_>>> {
    let mut tokens = Vec::<Token<'_>>::new();
    let (mut rest, mut gap) = (script, Gap::Nothing);
    // For each brace that is open, whether it is one of `${`: its end goes on with the template.
    let mut braces = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (length, space) = if first.is_whitespace() {
            (first.len_utf8(), Some(if first == '\n' { Gap::Line } else { Gap::Space }))
        } else if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), Some(Gap::Space))
        } else if rest.starts_with("/*") {
            let length = rest.find("*/").map(|end| end + 2);
            ensure!(length.is_some(), "a comment does not end");
            let length = length.unwrap_or_default();
            let lines = rest[..length].contains('\n');
            (length, Some(if lines { Gap::Line } else { Gap::Space }))
        } else {
            let in_template = first == '}' && braces.last() == Some(&true);
            let length = match first {
                '"' | '\'' => quoted(rest, first)?,
                '`' => template(rest)?,
                '}' if in_template => template(rest)?,
                '/' if begins_value(tokens.last()) => pattern(rest)?,
                '.' if rest.starts_with("...") => 3,
                _ if in_word(first) => rest.find(|c| !in_word(c)).unwrap_or(rest.len()),
                _ => first.len_utf8(),
            };
            if first == '}' {
                ensure!(braces.pop().is_some(), "a brace closes what is not open");
            }
            if first == '{' || (first == '`' || in_template) && rest[..length].ends_with("${") {
                braces.push(first != '{');
            }
            (length, None)
        };
        match space {
            Some(space) => gap = gap.max(space),
            None => tokens.push(Token {
                text: &rest[..length],
                gap: std::mem::replace(&mut gap, Gap::Nothing),
            }),
        }
        rest = &rest[length..];
    }
    ensure!(braces.is_empty(), "a brace is not closed");
    Ok(tokens)
}

/// Whether a `/` after this token begins a regular expression. Otherwise it divides.
fn begins_value(before: Option<&Token<'_>>) -> bool {
    before.is_none_or(|token| match token.text {
        ")" | "]" | "}" => false,
        "return" | "typeof" | "case" => true,
        text => !token.is_word() && !text.ends_with(['"', '\'', '`']),
    })
}

/// The length of a string with its quotes.
fn quoted(text: &str, quote: char) -> Result<usize> {
    end_of(text, |letter, _| letter == quote)
}

/// The length of a template, or of what follows a `}` in it, up to its end or to the next `${`.
fn template(text: &str) -> Result<usize> {
    end_of(text, |letter, before| letter == '`' || letter == '{' && before == '$')
}

/// The length of a regular expression without its flags.
fn pattern(text: &str) -> Result<usize> {
    let mut in_class = false;
    end_of(text, |letter, _| {
        in_class = (in_class || letter == '[') && letter != ']';
        letter == '/' && !in_class
    })
}

/// The length up to the first letter, after the very first, that ends it and is not escaped.
fn end_of(text: &str, mut ends: impl FnMut(char, char) -> bool) -> Result<usize> {
    let (mut before, mut escaped) = (' ', false);
    for (at, letter) in text.char_indices().skip(1) {
        if !escaped && ends(letter, before) {
            return Ok(at + letter.len_utf8());
        }
        escaped = !escaped && letter == '\\';
        before = letter;
    }
    anyhow::bail!("a string, template or regular expression does not end")
}

/// The script of these tokens, with short names and no space that means nothing.
pub(crate) fn text(tokens: &[Token<'_>]) -> String {
    let names = short_names(tokens);
    let mut out = String::new();
    let mut before = "";
    for token in tokens {
        let text = names.get(token.text).map_or(token.text, String::as_str);
        let (last, first) = (before.chars().last(), text.chars().next());
        let joins = |is: fn(char) -> bool| last.is_some_and(is) && first.is_some_and(is);
        // A line's end may stand for a semicolon, unless it is clear that none can be there.
        if token.gap == Gap::Line
            && !matches!(before, "" | "{" | "(" | "[" | "," | ";")
            && text != "}"
        {
            out.push('\n');
        } else if token.gap != Gap::Nothing && (joins(in_word) || joins(|c| "+-/".contains(c))) {
            out.push(' ');
        }
        out += text;
        before = text;
    }
    out.push('\n');
    out
}

/// New names for long ones. A name is replaced wherever it stands or nowhere, so its scope does not
/// matter. It must be one that only the script itself knows: declared at the top of the
/// module, or one of those that wasm-bindgen gives to parameters and variables.
fn short_names<'a>(tokens: &[Token<'a>]) -> BTreeMap<&'a str, String> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for token in tokens.iter().filter(|token| token.is_word()) {
        *counts.entry(token.text).or_default() += 1;
    }
    // Methods of classes look like calls.
    if counts.contains_key("class") {
        return BTreeMap::new();
    }
    let (top, fixed) = (declared_at_top(tokens), seen_outside(tokens));
    let mut long: Vec<_> = counts
        .iter()
        .filter(|(name, _)| name.len() > 2 && (top.contains(*name) || is_local(name)))
        .filter(|(name, _)| !fixed.contains(*name))
        .collect();
    long.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let short = short_words().filter(|name| !counts.contains_key(name.as_str()));
    long.into_iter().map(|(name, _)| *name).zip(short).collect()
}

/// `a` to `Z`, `aa` to `ZZ`, without keywords.
pub(crate) fn short_words() -> impl Iterator<Item = String> {
    let letters = || ('a'..='z').chain('A'..='Z');
    let two = letters().flat_map(move |a| letters().map(move |b| format!("{a}{b}")));
    let two = two.filter(|name| !["as", "do", "if", "in", "is", "of"].contains(&name.as_str()));
    letters().map(String::from).chain(two)
}

/// Whether this is a name that wasm-bindgen gives to a parameter or variable, and no global's.
fn is_local(name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match stem {
        "ret" | "result" => stem == name,
        "arg" | "ptr" | "len" => stem != name,
        _ => false,
    }
}

/// The names of functions and variables that are declared outside of all braces, and not exported.
fn declared_at_top<'a>(tokens: &[Token<'a>]) -> BTreeSet<&'a str> {
    let mut depth = 0_usize;
    let mut names = BTreeSet::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "function" | "const" | "let" | "var" if depth == 0 => {
                let mut before = tokens[..at].iter().rev().map(|token| token.text);
                let exported = before.find(|text| *text != "async") == Some("export");
                if let Some(name) = tokens.get(at + 1).filter(|name| name.is_word() && !exported) {
                    names.insert(name.text);
                }
            }
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            text if text.ends_with("${") => depth += 1,
            text if text.starts_with('}') && !text.ends_with("${") => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
    names
}

/// The words that name a property somewhere: `.a`, `{ a: 1 }`, `{ a }`, `export { a }`.
fn seen_outside<'a>(tokens: &[Token<'a>]) -> BTreeSet<&'a str> {
    let mut open = Vec::new();
    let mut names = BTreeSet::new();
    for (at, token) in tokens.iter().enumerate() {
        let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
        let before = at.checked_sub(1).map_or("", text);
        match token.text {
            "(" | "[" | "{" => open.push(token.text),
            ")" | "]" | "}" => drop(open.pop()),
            _ if !token.is_word() => {}
            name => {
                let listed = matches!(before, "{" | ",") && open.last() == Some(&"{");
                if before == "." || listed && matches!(text(at + 1), ":" | "," | "}") {
                    names.insert(name);
                }
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str) -> Vec<&str> {
        tokens(script).unwrap().iter().map(|token| token.text).collect()
    }

    fn packed(script: &str) -> String {
        text(&tokens(script).unwrap())
    }

    #[test]
    fn strings_templates_and_patterns_stay_whole() {
        assert_eq!(texts(r#"a = "b \" /* c" / 2;"#), ["a", "=", r#""b \" /* c""#, "/", "2", ";"]);
        assert_eq!(texts(r"x(/[/\]]\/ /g)"), ["x", "(", r"/[/\]]\/ /", "g", ")"]);
        assert_eq!(
            texts("`a ${b + `c${{}}`} // d` // e"),
            ["`a ${", "b", "+", "`c${", "{", "}", "}`", "} // d`"]
        );
        for broken in ["'a", "`a${b`", "a }", "{", "/* a", "= /a"] {
            tokens(broken).unwrap_err();
        }
    }

    #[test]
    fn space_goes_where_it_means_nothing() {
        let script = "/** What it does.\n */\nfoo = async function (a) { // why\n    \
            return a + +1 in b;\n}\nlet c = [\n  1,\n  2\n]\nc";
        assert_eq!(packed(script), "foo=async function(a){return a+ +1 in b;}\nlet c=[1,2\n]\nc\n");
    }

    #[test]
    fn only_names_that_nobody_else_knows_become_short() {
        let script = "export function open(arg0) { return helper(arg0, `${arg0} arg0`, 'helper'); }\n\
            let cached = null, other;\n\
            function helper(arg0) { const ret = arg0.cached; document.title = ret; return { other }; }\n\
            export { helper as default };";
        assert_eq!(
            packed(script),
            "export function open(a){return b(a,`${a} arg0`,'helper');}\n\
             let cached=null,other;\
             function b(a){const c=a.cached;document.title=c;return{other};}\n\
             export{b as default};\n"
        );
        // Again, it stays as it is.
        assert_eq!(packed(&packed(script)), packed(script));
        assert!(packed("class A { ret() {} }\nlet ret;").contains("ret()"));
    }

    #[test]
    fn short_names_are_free() {
        let script = "function helper(a) { return a + b; }";
        assert_eq!(packed(script), "function c(a){return a+b;}\n");
        assert!(short_words().all(|name| name != "do"));
    }
}
