//! The compressed siblings of a page's files.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// The extensions of files that compress well. All others are sent as they are.
const COMPRESSIBLE: [&str; 8] = ["html", "js", "css", "wasm", "bin", "svg", "json", "txt"];

/// One file of the page and its size in bytes: as it is, and compressed.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) size: Size,
}

/// The size of something in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) raw: usize,
    pub(crate) gzip: usize,
    pub(crate) brotli: usize,
}

/// Compresses each file in a folder and in the folders in it, by name.
pub(crate) fn folder(folder: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::folder(&path)?);
            continue;
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        let compressible = extension.is_some_and(|e| COMPRESSIBLE.contains(&e));
        let size = file(&path, compressible)
            .with_context(|| format!("cannot compress {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push(File { name, size });
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

/// Compresses one file into its siblings.
fn file(path: &Path, compressible: bool) -> Result<Size> {
    let raw = fs::read(path)?;
    if !compressible {
        return Ok(Size { raw: raw.len(), gzip: raw.len(), brotli: raw.len() });
    }
    let (gzip, brotli) = (gzip(&raw)?, brotli(&raw)?);
    for (suffix, bytes) in [(".gz", &gzip), (".br", &brotli)] {
        let mut sibling = path.as_os_str().to_owned();
        sibling.push(suffix);
        fs::write(sibling, bytes)?;
    }
    Ok(Size { raw: raw.len(), gzip: gzip.len(), brotli: brotli.len() })
}

fn gzip(raw: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(raw)?;
    Ok(encoder.finish()?)
}

/// The highest quality, and a window that holds the whole page.
fn brotli(raw: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams { quality: 11, lgwin: 22, ..BrotliEncoderParams::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*raw, &mut compressed, &params)?;
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn what_is_compressed_can_be_read_again() {
        let raw = b"tincan ".repeat(1000);
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(&*gzip(&raw).unwrap()).read_to_end(&mut text).unwrap();
        assert_eq!(text, raw);
        text.clear();
        brotli::BrotliDecompress(&mut &*brotli(&raw).unwrap(), &mut text).unwrap();
        assert_eq!(text, raw);
    }

    #[test]
    fn text_gets_siblings_in_every_folder() {
        let dir = std::env::temp_dir().join(format!("xtask-pack-{}", std::process::id()));
        let inner = dir.join("inner");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("a.js"), "let a = 1;".repeat(100)).unwrap();
        fs::write(dir.join("b.png"), [0; 10]).unwrap();
        let files = folder(&dir).unwrap();
        let mut names: Vec<_> =
            fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        fs::remove_dir_all(&dir).unwrap();
        assert_eq!(names, ["a.js", "a.js.br", "a.js.gz"]);
        assert_eq!(
            files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
            ["a.js", "b.png"]
        );
        assert!(files[0].size.brotli < files[0].size.raw);
        assert_eq!(files[1].size, Size { raw: 10, gzip: 10, brotli: 10 });
    }
}
