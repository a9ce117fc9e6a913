//! Recognition of file names that contain a hash of the contents.

/// The number of hexadecimal digits from which a run of them always counts as a hash. No decimal
/// date and time is as long, even with seconds.
const MIN_CERTAIN_DIGITS: usize = 15;

/// The fewest digits of a hash. One hash in a million has fewer, because of leading zeros.
const MIN_DIGITS: usize = 12;

/// Returns `true` if the name of a file changes with its contents.
///
/// These are all files in the folder of a build, `build-0123456789abcdef/`, as `cargo xtask dist`
/// generates it, and `name-0123456789abcdef.js` and `name-0123456789abcdef_bg.wasm`, as Trunk
/// generates them. That hash has 16 digits, but Trunk omits leading zeros. A run of fewer than 15
/// digits counts only if it contains a letter, since it may be a date (`notes-202611261330.html`).
///
/// If a hashed name is not recognised, the file is merely requested too often. The opposite mistake
/// would keep an outdated file cached for a year. Any other folder with such a name
/// (`snippets/crate-0123456789abcdef/`) says nothing about the contents. `deploy/nginx.conf` has
/// the same rule.
pub(crate) fn is_hashed(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or_default();
    if folders.rsplit('/').next().is_some_and(is_build) && !name.is_empty() {
        return true;
    }
    let Some((stem, extension)) = name.split_once('.') else { return false };
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let Some((_, hash)) = stem.rsplit_once('-') else { return false };
    let is_hex = hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let has_letter = hash.bytes().any(|byte| byte.is_ascii_lowercase());
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.';
    is_hex
        && (hash.len() >= MIN_CERTAIN_DIGITS || hash.len() >= MIN_DIGITS && has_letter)
        && !extension.is_empty()
        && extension.bytes().all(is_plain)
}

/// Returns `true` if a folder is that of a build.
fn is_build(folder: &str) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    folder.strip_prefix("build-").is_some_and(|hash| hash.len() == 16 && hash.bytes().all(is_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_recognised() {
        for (path, hashed) in [
            ("/tincan-0123456789abcdef.js", true),
            ("/tincan-0123456789abcdef_bg.wasm", true),
            ("/styles/base-tokens-fedcba9876543210.css", true),
            ("/tincan-0123456789abcdef.js.map", true),
            ("/ended-b7eb476e683c9dd.css", true),
            ("/tincan-b7eb476e683c9dd_bg.wasm", true),
            ("/base-123456789012345.css", true),
            ("/base-1234567890123456.css", true),
            ("/base-b7eb476e683c.css", true),
            ("/base-12345678901a34.css", true),
            ("/build-0123456789abcdef/main.wasm", true),
            ("/talk/build-0123456789abcdef/split_zh_hans.wasm", true),
            ("/build-0123456789abcdef/", false),
            ("/build-0123456789abcdef", false),
            ("/build-0123456789abcdef/inner/a.js", false),
            ("/build-0123456789abcde/main.wasm", false),
            ("/build-20261126/main.wasm", false),
            ("/rebuild-0123456789abcdef/main.wasm", false),
            ("/", false),
            ("/index.html", false),
            ("/init.js", false),
            ("/app-1.css", false),
            ("/app-2024.css", false),
            ("/face-facade.css", false),
            ("/notes-20261126.html", false),
            ("/notes-202611261330.html", false),
            ("/notes-20261126133048.html", false),
            ("/base-b7eb476e683.css", false),
            ("/tincan-0123456789abcdeg.js", false),
            ("/tincan-0123456789ABCDEF.js", false),
            ("/tincan-0123456789abcdef", false),
            ("/tincan-0123456789abcdef.", false),
            ("/tincan-0123456789abcdef_old.js", false),
            ("/tincan_0123456789abcdef.js", false),
            ("/0123456789abcdef.js", false),
            ("/snippets/yew-0123456789abcdef/inline0.js", false),
            ("/yew-0123456789abcdef.d/inline0", false),
        ] {
            assert_eq!(is_hashed(path), hashed, "{path}");
        }
    }
}
