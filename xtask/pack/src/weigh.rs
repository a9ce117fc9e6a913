//! The table of a page's files.

use std::fmt::Write as _;

use crate::compress::{File, Size};
use crate::split;

/// What a first visit loads until someone is in the lobby.
pub(crate) fn first_load(files: &[File]) -> Size {
    sum(files.iter().filter(|file| !split::is_later(&file.name)))
}

/// What comes when a person shows up.
fn later(files: &[File]) -> Size {
    sum(files.iter().filter(|file| split::is_later(&file.name)))
}

fn sum<'a>(files: impl Iterator<Item = &'a File>) -> Size {
    files.fold(Size::default(), |sum, File { size, .. }| Size {
        raw: sum.raw + size.raw,
        gzip: sum.gzip + size.gzip,
        brotli: sum.brotli + size.brotli,
    })
}

/// The sizes of all files in bytes, and their sum.
pub(crate) fn table(files: &[File]) -> String {
    const FIRST_LOAD: &str = "first load";
    let names = files.iter().map(|file| file.name.len());
    let width = names.chain([FIRST_LOAD.len()]).max().unwrap_or_default();
    let mut text = format!("  {:<width$} {:>9} {:>9} {:>9}", "bytes", "raw", "gzip", "brotli");
    let totals = [(FIRST_LOAD, first_load(files)), ("later", later(files))];
    let rows = files.iter().map(|file| (file.name.as_str(), file.size)).chain(totals);
    for (name, Size { raw, gzip, brotli }) in rows {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {name:<width$} {raw:>9} {gzip:>9} {brotli:>9}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_load_is_the_sum_of_all_files_but_those_that_come_later() {
        let file = |name: &str, brotli| File {
            name: name.to_owned(),
            size: Size { raw: 3 * brotli, gzip: 2 * brotli, brotli },
        };
        let files = [file("index.html", 10), file("a.wasm", 100), file("later-1.wasm", 7)];
        assert_eq!(first_load(&files), Size { raw: 330, gzip: 220, brotli: 110 });
        assert_eq!(table(&files).lines().count(), 6);
    }
}
