//! The links in a message.

use linkify::{LinkFinder, LinkKind};
use yew::AttrValue;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Text(&'a str),
    Link {
        /// The value of `href`.
        address: AttrValue,
        text: &'a str,
    },
}

/// Divides a text into links and what is around them.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let spans = LinkFinder::new().spans(text);
    let parts = spans.map(|span| {
        let text = span.as_str();
        match span.kind().and_then(|kind| address(kind, text)) {
            Some(address) => Part::Link { address: address.into(), text },
            None => Part::Text(text),
        }
    });
    parts.collect()
}

/// Returns the address of a link that can do no more than open a page or begin a mail. One whose
/// letters are shown in another order than they have is none: it could look like another address.
fn address(kind: &LinkKind, text: &str) -> Option<String> {
    let has_scheme = |scheme: &str| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    if text.contains(is_bidi_control) {
        return None;
    }
    match kind {
        LinkKind::Url => (has_scheme("https://") || has_scheme("http://")).then(|| text.to_owned()),
        LinkKind::Email => Some(["mailto:", text].concat()),
        _ => None,
    }
}

/// Returns `true` for a character that changes the direction of others (UAX #9, section 2).
const fn is_bidi_control(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the links of a text as they are shown and where they lead.
    fn links(text: &str) -> Vec<(String, String)> {
        let parts = parts(text);
        let all: String = parts
            .iter()
            .map(|part| match part {
                Part::Text(text) | Part::Link { text, .. } => *text,
            })
            .collect();
        assert_eq!(all, text, "nothing is lost");
        let links = parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Link { address, text } => Some(((*text).to_owned(), address.to_string())),
        });
        links.collect()
    }

    #[test]
    fn addresses_of_pages_and_mailboxes_are_links() {
        for (text, link) in [
            ("https://example.org/", "https://example.org/"),
            ("Look: http://example.org/a?b=c#d, please.", "http://example.org/a?b=c#d"),
            ("HTTPS://EXAMPLE.ORG", "HTTPS://EXAMPLE.ORG"),
            (
                "(https://en.wikipedia.org/wiki/Tin_(can))",
                "https://en.wikipedia.org/wiki/Tin_(can)",
            ),
            ("看 https://例え.jp/道 ，好吗", "https://例え.jp/道"),
            ("<a href=\"https://example.org\">x</a>", "https://example.org"),
            ("https://example.org\nnext line", "https://example.org"),
        ] {
            assert_eq!(links(text), [(link.to_owned(), link.to_owned())], "{text}");
        }
        for (text, mail) in
            [("ada@example.org", "ada@example.org"), ("mailto:ada@example.org.", "ada@example.org")]
        {
            assert_eq!(links(text), [(mail.to_owned(), format!("mailto:{mail}"))], "{text}");
        }
        let two = "https://a.example and b@c.example";
        assert_eq!(links(two).len(), 2);
    }

    #[test]
    fn nothing_else_is_a_link() {
        for text in [
            "",
            "no link",
            "a.b",
            "javascript:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,<script>alert(1)</script>",
            "file:///etc/passwd",
            "ftp://example.org/",
            "blob:https",
            "tel:+15551234",
            "vbscript://a.example",
            "https://example.org/\u{202e}gro.live",
            "https://\u{2066}example.org",
            "https://",
            "@",
        ] {
            assert_eq!(links(text), [], "{text:?}");
        }
    }
}
