//! Encoding of sixteen bytes as 22 characters of unpadded base64url (RFC 4648, section 5).

use base64ct::{Base64UrlUnpadded, Encoding};

/// The number of characters that encode sixteen bytes.
pub(crate) const CHARS: usize = 22;

/// Encodes `bytes` into `buffer` and returns the text.
pub(crate) fn encode<'a>(bytes: &[u8; 16], buffer: &'a mut [u8; CHARS]) -> &'a str {
    // The buffer has the exact size, so encoding cannot fail; an empty text would be rejected.
    Base64UrlUnpadded::encode(bytes, buffer).unwrap_or_default()
}

/// Decodes exactly sixteen bytes. Returns `None` for any other text.
pub(crate) fn decode(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    match Base64UrlUnpadded::decode(text, &mut bytes) {
        Ok(decoded) if decoded.len() == 16 => Some(bytes),
        Ok(_) | Err(_) => None,
    }
}
