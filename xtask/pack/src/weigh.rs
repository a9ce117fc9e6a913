//! The table of a page's files.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::compress::{File, Size};
use crate::room;

/// Returns `true` for what the home page waits for. Icons and the manifest come later, if at all.
fn is_first(file: &File) -> bool {
    let is_later = [".png", ".webmanifest"].iter().any(|ending| file.name.ends_with(ending));
    chunk(file).is_none() && !is_later
}

/// Returns the chunk of a file, if it is of one.
fn chunk(file: &File) -> Option<&str> {
    if file.name == room::FILE {
        return Some(room::CHUNK);
    }
    let name = file.name.strip_suffix(".wasm")?;
    name.strip_prefix("split_").or_else(|| name.strip_prefix("chunk_"))
}

/// The name of the sum of what is loaded before the home page is there.
const FIRST_LOAD: &str = "first load";
/// The name of the sum of what is loaded before the lobby of an invite link is there.
const LOBBY: &str = "lobby";

/// Returns what the budget is about, in bytes of brotli: the first load, and each chunk. Code that
/// several chunks share has numbers for names, and is summed up.
pub(crate) fn weights(files: &[File]) -> BTreeMap<String, usize> {
    let mut weights = BTreeMap::new();
    for file in files {
        let name = match chunk(file) {
            None if is_first(file) => FIRST_LOAD,
            None => continue,
            Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => "shared",
            Some(name) => name,
        };
        *weights.entry(name.to_owned()).or_default() += file.size.brotli;
    }
    weights
}

/// The sizes of all files in bytes, and the sums of what the home page and the lobby wait for.
pub(crate) fn table(files: &[File]) -> String {
    let names = files.iter().map(|file| file.name.len());
    let width = names.chain([FIRST_LOAD.len()]).max().unwrap_or_default();
    let mut text = format!("  {:<width$} {:>9} {:>9} {:>9}", "bytes", "raw", "gzip", "brotli");
    let first = sum(files.iter().filter(|file| is_first(file)));
    let is_for_lobby = |file: &&File| is_first(file) || chunk(file) == Some(room::CHUNK);
    let lobby = sum(files.iter().filter(is_for_lobby));
    let rows = files.iter().map(|file| (file.name.as_str(), file.size));
    for (name, Size { raw, gzip, brotli }) in rows.chain([(FIRST_LOAD, first), (LOBBY, lobby)]) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {name:<width$} {raw:>9} {gzip:>9} {brotli:>9}");
    }
    text
}

fn sum<'a>(files: impl Iterator<Item = &'a File>) -> Size {
    files.fold(Size::default(), |sum, File { size, .. }| Size {
        raw: sum.raw + size.raw,
        gzip: sum.gzip + size.gzip,
        brotli: sum.brotli + size.brotli,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_load_is_all_but_the_chunks() {
        let file = |name: &str, brotli| File {
            name: name.to_owned(),
            size: Size { raw: 3 * brotli, gzip: 2 * brotli, brotli },
        };
        let files = [
            file("index.html", 10),
            file("icon-192.png", 50),
            file("main.wasm", 100),
            file("room.bin", 20),
            file("split_call.wasm", 7),
            file("split_zh_hans.wasm", 6),
            file("chunk_4.wasm", 1),
            file("chunk_5.wasm", 2),
        ];
        let expected =
            [("call", 7), ("first load", 110), ("room", 20), ("shared", 3), ("zh_hans", 6)];
        let expected = expected.map(|(name, weight)| (name.to_owned(), weight));
        assert_eq!(weights(&files), BTreeMap::from(expected));
        let table = table(&files);
        assert!(table.contains("330") && table.contains("390"), "{table}");
    }
}
