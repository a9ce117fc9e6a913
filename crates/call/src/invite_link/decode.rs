//! Undoes what programs do to a link to carry it: percent-encoding, HTML, JSON and the wrappers of
//! mail scanners.

/// The most encodings that are undone, one on top of another.
const MAX_LAYERS: usize = 4;

/// The characters that a link may need and that HTML may have written by name.
const ENTITIES: [(&str, char); 9] = [
    ("amp;", '&'),
    ("num;", '#'),
    ("lowbar;", '_'),
    ("UnderBar;", '_'),
    ("hyphen;", '-'),
    ("sol;", '/'),
    ("lt;", '<'),
    ("gt;", '>'),
    ("quot;", '"'),
];

/// The text without percent-encoding, HTML's character references and JSON's escapes.
pub(super) fn decoded(mut text: String) -> String {
    for _ in 0..MAX_LAYERS {
        let next = references(&percent(&text)).replace('\u{ff03}', "#");
        if next == text {
            break;
        }
        text = next;
    }
    text
}

/// Returns the text as it was before a program wrapped it in a way of its own, or `None` if none
/// did. These ways are ambiguous: `-23` and `=23` are also parts of whole links.
pub(super) fn unwrapped(text: &str) -> Option<String> {
    let undo = |text: &str, mark: &str| {
        let code = |digits: &str| [mark, digits].concat();
        text.replace(&code("23"), "#")
            .replace(&code("2D"), "-")
            .replace(&code("2d"), "-")
            .replace(&code("5F"), "_")
            .replace(&code("5f"), "_")
    };
    if text.contains("urldefense") {
        // Version 3 of that scanner writes `*` for `#`, version 2 `-23`.
        return Some(if text.contains("/v3/") { text.replace('*', "#") } else { undo(text, "-") });
    }
    // Quoted-printable that was never decoded.
    text.contains("=23").then(|| undo(&text.replace("=\r\n", "").replace("=\n", ""), "="))
}

/// Undoes percent-encoding where it is valid; what is no UTF-8 becomes replacement characters.
fn percent(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = digit(bytes.get(at + 1)).zip(digit(bytes.get(at + 2)));
        if let (b'%', Some((high, low))) = (byte, pair) {
            // Two digits make a byte.
            decoded.push(u8::try_from(high * 16 + low).unwrap_or_default());
            at += 3;
        } else {
            decoded.push(byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Undoes HTML's `&#35;`, `&#x23;` and `&num;`, and JSON's `\u0023`.
fn references(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '\\']) {
        let (before, from) = rest.split_at(at);
        decoded.push_str(before);
        let found = if let Some(reference) = from.strip_prefix('&') {
            entity(reference).map(|(c, length)| (c, 1 + length))
        } else {
            from.strip_prefix("\\u").and_then(|digits| Some((code(digits.get(..4)?, 16)?, 6)))
        };
        let (c, length) = found.unwrap_or((if from.starts_with('&') { '&' } else { '\\' }, 1));
        decoded.push(c);
        rest = &from[length..];
    }
    decoded + rest
}

/// The character of a reference, which begins after its `&`, and the length of the reference.
fn entity(text: &str) -> Option<(char, usize)> {
    if let Some(number) = text.strip_prefix('#') {
        let (digits, radix, mark) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16, 2),
            None => (number, 10, 1),
        };
        // No character has more digits than seven.
        let end = digits.bytes().take(8).position(|byte| byte == b';')?;
        return Some((code(&digits[..end], radix)?, mark + end + 1));
    }
    ENTITIES.iter().find_map(|(name, c)| text.starts_with(name).then_some((*c, name.len())))
}

fn code(digits: &str, radix: u32) -> Option<char> {
    // `from_str_radix` would take a sign as well.
    let is_number = digits.chars().all(|c| c.is_digit(radix));
    is_number.then(|| u32::from_str_radix(digits, radix).ok()).flatten().and_then(char::from_u32)
}
