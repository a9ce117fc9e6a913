//! JSON of words and numbers (RFC 8259), with a line for each member.
//!
//! The words are literals of this crate without quotes, backslashes or control characters, so that
//! none has to be escaped, and no text from outside can be put in by mistake.

/// A value.
#[derive(Debug, Clone)]
pub(crate) enum Json {
    Null,
    Number(u32),
    Word(&'static str),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        self.write(0, &mut text);
        text
    }

    fn write(&self, depth: usize, text: &mut String) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Number(number) => text.push_str(&number.to_string()),
            Self::Word(word) => text.push_str(&["\"", word, "\""].concat()),
            Self::List(items) => {
                let items = items.iter().map(|item| ("", item));
                write_members("[", items, "]", depth, text);
            }
            Self::Object(members) => {
                let members = members.iter().map(|(name, value)| (*name, value));
                write_members("{", members, "}", depth, text);
            }
        }
    }
}

fn write_members<'a>(
    open: &str,
    members: impl Iterator<Item = (&'static str, &'a Json)>,
    close: &str,
    depth: usize,
    text: &mut String,
) {
    text.push_str(open);
    let mut is_empty = true;
    for (name, value) in members {
        text.push_str(if is_empty { "\n" } else { ",\n" });
        text.push_str(&"  ".repeat(depth + 1));
        if !name.is_empty() {
            text.push_str(&["\"", name, "\": "].concat());
        }
        value.write(depth + 1, text);
        is_empty = false;
    }
    if !is_empty {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    }
    text.push_str(close);
}
