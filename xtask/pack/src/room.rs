//! The one file with all code of the room.
//!
//! The room shares code with every chunk after it, and what a set of chunks shares is a file of its
//! own. They are many and most are small. Since the room comes first, they are put into one file,
//! one after the other, for one request in place of a dozen.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::chunks::Files;

/// The name of the chunk.
pub(crate) const CHUNK: &str = "room";
/// The file with its code.
pub(crate) const FILE: &str = "room.bin";

/// Moves the files of the room in a folder into one, and takes them from the chunks. Returns the
/// name and the size in bytes of each, in their order, as `start.js` reads it.
pub(crate) fn bundle(folder: &Path, chunks: &mut Files) -> Result<String> {
    let names = chunks.remove(CHUNK).context("there is no room")?;
    let mut bundle = Vec::new();
    let mut sizes = Vec::new();
    for name in &names {
        let file = folder.join(name).with_extension("wasm");
        let code = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        sizes.push(format!("{name}={}", code.len()));
        bundle.extend(code);
        fs::remove_file(&file)?;
    }
    fs::write(folder.join(FILE), bundle)?;
    for files in chunks.values_mut() {
        files.retain(|file| !names.contains(file));
    }
    Ok(sizes.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_room_shares_lies_with_it() {
        let folder = tempfile::tempdir().unwrap();
        for (name, code) in [("chunk_1", "ab"), ("split_room", "cde"), ("split_call", "f")] {
            fs::write(folder.path().join(name).with_extension("wasm"), code).unwrap();
        }
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut chunks = Files::from([
            ("room".to_owned(), names(&["chunk_1", "split_room"])),
            ("call".to_owned(), names(&["chunk_1", "split_call"])),
        ]);
        let sizes = bundle(folder.path(), &mut chunks).unwrap();
        assert_eq!(sizes, "chunk_1=2 split_room=3");
        assert_eq!(fs::read(folder.path().join(FILE)).unwrap(), b"abcde");
        assert_eq!(chunks, Files::from([("call".to_owned(), names(&["split_call"]))]));
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 2, "the room is there once");
    }
}
