//! Hashes of the inline scripts of a page, for its Content-Security-Policy.

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

/// Returns the CSP source expression (`'sha256-…'`) of each inline script.
///
/// The input is the output of our own build, so this parser knows only tags and quoted attributes.
/// Text that it mistakes for a script merely adds a hash that matches nothing.
pub(crate) fn sources(html: &str) -> Vec<String> {
    // Normalises newlines as the HTML parser does (HTML, section 13.2.3.5).
    let html = html.replace("\r\n", "\n").replace('\r', "\n");
    // Lower-casing ASCII keeps all byte offsets.
    let lower = html.to_ascii_lowercase();
    let mut sources = Vec::new();
    let mut at = 0;
    while let Some(found) = find(&lower, "<script", at) {
        let attributes = found + "<script".len();
        at = attributes;
        let named_so = lower
            .as_bytes()
            .get(attributes)
            .is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'>');
        let Some(start) = tag_end(&lower, attributes).filter(|_| named_so) else {
            continue;
        };
        let Some(end) = find(&lower, "</script", start) else {
            break;
        };
        at = end;
        let has_source = lower
            .get(attributes..start)
            .is_some_and(|tag| tag.split_ascii_whitespace().any(|word| word.starts_with("src=")));
        if let Some(script) = html.get(start..end).filter(|_| !has_source) {
            let hash = Sha256::digest(script.as_bytes());
            sources.push(format!("'sha256-{}'", Base64::encode_string(&hash)));
        }
    }
    sources
}

fn find(text: &str, what: &str, from: usize) -> Option<usize> {
    text.get(from..)?.find(what).map(|found| from + found)
}

/// Returns the offset behind a tag, given an offset inside the tag.
fn tag_end(html: &str, from: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate().skip(from) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None | Some(_), _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    // printf 'start()' | openssl dgst -sha256 -binary | base64
    const START: &str = "DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00=";
    // The hash of "\nlet é = '<b>';\nstart()\n", made in the same way.
    const LINES: &str = "Eq0KprVwsVTeWUSAxspoKVY82p0XYS9xXBZzFfDjJ9Q=";

    #[test]
    fn inline_scripts_are_hashed() {
        for (html, hashes) in [
            ("", vec![]),
            ("<p>no script</p>", vec![]),
            ("<script>start()</script>", vec![START]),
            ("<SCRIPT type=\"module\" data-x='a>b'>start()</Script >", vec![START]),
            ("<script src=\"init.js\"></script><script>start()</script>", vec![START]),
            ("<script\n type=module\n src=init.js></script>", vec![]),
            ("<script>\nlet é = '<b>';\nstart()\n</script>", vec![LINES]),
            ("<script>\r\nlet é = '<b>';\r\nstart()\r\n</script>", vec![LINES]),
            ("<script>start()</script> <script>start()</script>", vec![START, START]),
            ("<scripted>start()</scripted>", vec![]),
            ("<script>start()", vec![]),
            ("<script", vec![]),
        ] {
            let expected: Vec<_> = hashes.iter().map(|hash| format!("'sha256-{hash}'")).collect();
            assert_eq!(sources(html), expected, "{html}");
        }
    }
}
