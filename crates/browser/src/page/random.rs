//! Randomness.

/// Fresh bytes from the browser's cryptographic generator. Nothing, if there is none: a weaker
/// source would make a link that others can guess.
pub fn random_bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let crypto = web_sys::window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}
