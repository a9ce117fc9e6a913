//! Takes from a built page what its release does not need.
//!
//! - The style sheets become one: small files compress badly, each by itself.
//! - The names by which WebAssembly and glue know each other end in hashes that no compression
//!   shortens. They become short, in both alike.
//! - What either says in any order is put in one that compresses well: see [`likeness`].
//! - The WebAssembly loses the names of its functions, and the glue its comments, its indentation
//!   and its long names.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::glue::Glue;
use crate::likeness;
use crate::wasm::Module;

/// A page that was trimmed.
pub(crate) struct Trimmed {
    /// Its WebAssembly.
    pub(crate) wasm: PathBuf,
    /// The glue that belongs to it.
    pub(crate) glue: PathBuf,
    /// The style sheet that the page does not ask for by itself.
    pub(crate) styles: String,
    /// The new number of each function.
    pub(crate) numbers: Vec<usize>,
    /// How many functions are imported: their numbers come first.
    pub(crate) imported: usize,
}

/// Trims the page in a folder. The style sheets whose names begin with one of `later` become one of
/// their own, which the page does not ask for by itself.
pub(crate) fn page(dist: &Path, later: &[&str]) -> Result<Trimmed> {
    let styles = merge_styles(dist, later)?;
    let wasm = files(dist, WASM)?;
    let [wasm] = &wasm[..] else { bail!("there must be one WebAssembly, not {}", wasm.len()) };
    let name = wasm.file_name().unwrap_or_default().to_string_lossy();
    let name = name.trim_end_matches(WASM);
    let glue = dist.join(format!("{name}{GLUE}"));
    let script =
        fs::read_to_string(&glue).with_context(|| format!("cannot read {}", glue.display()))?;
    let (old_wasm, old_glue) = (wasm, &glue);

    let bytes = fs::read(wasm)?;
    let module = Module::read(&bytes).context("cannot read the WebAssembly")?;
    let glue = Glue::read(&script, &module.imports())?;
    let imports = likeness::order(&glue.imports());
    let exports = glue.short_exports(&module.exports());
    let (wasm, numbers) = module.written(&imports, &exports)?;
    let glue = glue.written(&imports, &exports);

    // The two fit only each other, and caches keep them for ever: their names must be new, too.
    let new = name.rsplit_once('-').map_or(name, |(name, _)| name);
    let new = format!("{new}-{:016x}", hash(&[&wasm[..], glue.as_bytes()].concat()));
    let index = dist.join("index.html");
    let mut html = fs::read_to_string(&index).context("cannot read index.html")?;
    for end in [WASM, GLUE] {
        html = html.replace(&format!("{name}{end}"), &format!("{new}{end}"));
    }
    fs::remove_file(old_wasm)?;
    fs::remove_file(old_glue)?;
    let trimmed = Trimmed {
        wasm: dist.join(format!("{new}{WASM}")),
        glue: dist.join(format!("{new}{GLUE}")),
        styles,
        numbers,
        imported: imports.len(),
    };
    fs::write(&trimmed.wasm, wasm)?;
    fs::write(&trimmed.glue, glue)?;
    fs::write(index, html)?;
    Ok(trimmed)
}

/// How the names of the two files end that Trunk makes of the app.
const WASM: &str = "_bg.wasm";
const GLUE: &str = ".js";

/// The files in a folder whose names end so, by name.
fn files(folder: &Path, end: &str) -> Result<Vec<PathBuf>> {
    let mut files = fs::read_dir(folder)
        .with_context(|| format!("cannot list {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.retain(|path| path.to_string_lossy().ends_with(end));
    files.sort();
    Ok(files)
}

/// Puts the style sheets of `index.html` into one, in their order, and those that come later into
/// another.
fn merge_styles(dist: &Path, later: &[&str]) -> Result<String> {
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index).context("cannot read index.html")?;
    let links = style_links(&html);
    ensure!(links.len() > 1, "the page is packed already");
    let comes_later = |link: &StyleLink<'_>| later.iter().any(|name| link.href.starts_with(name));
    let (last, first): (Vec<_>, Vec<_>) = links.iter().partition(|link| comes_later(link));
    let merge = |links: &[&StyleLink<'_>], prefix: &str| {
        let mut merged = String::new();
        for link in links {
            let path = dist.join(link.href);
            merged += &fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            fs::remove_file(path)?;
        }
        let name = format!("{prefix}-{:016x}.css", hash(merged.as_bytes()));
        fs::write(dist.join(&name), merged)?;
        anyhow::Ok(name)
    };
    let name = merge(&first, "styles")?;
    let later = merge(&last, "later")?;
    fs::write(index, with_one_style(&html, &links, &name))?;
    Ok(later)
}

/// A link to a style sheet: the whole element, and where it leads.
struct StyleLink<'a> {
    element: &'a str,
    href: &'a str,
}

fn style_links(html: &str) -> Vec<StyleLink<'_>> {
    html.split_inclusive('>')
        .filter_map(|piece| piece.find("<link ").map(|start| &piece[start..]))
        .filter(|element| {
            element.contains("rel=stylesheet") || element.contains("rel=\"stylesheet\"")
        })
        .filter_map(|element| {
            let (_, after) = element.split_once("href=")?;
            let href = after.trim_start_matches('"').split(['"', ' ', '>']).next()?;
            Some(StyleLink { element, href: href.trim_start_matches("./") })
        })
        .collect()
}

fn with_one_style(html: &str, links: &[StyleLink<'_>], name: &str) -> String {
    let mut html = html.to_owned();
    for (at, link) in links.iter().enumerate() {
        let new =
            if at == 0 { format!("<link href=./{name} rel=stylesheet>") } else { String::new() };
        html = html.replacen(link.element, &new, 1);
    }
    html
}

/// FNV-1a: enough to tell one version of a file from another.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_become_one_in_their_order() {
        let html = "<head><link href=./icon.svg rel=icon><link href=./a-1.css rel=stylesheet>\
            <link rel=\"stylesheet\" href=\"./b-2.css\"><script src=./x.js></script>";
        let links = style_links(html);
        assert_eq!(links.iter().map(|link| link.href).collect::<Vec<_>>(), ["a-1.css", "b-2.css"]);
        assert_eq!(
            with_one_style(html, &links, "styles-3.css"),
            "<head><link href=./icon.svg rel=icon><link href=./styles-3.css rel=stylesheet>\
                <script src=./x.js></script>"
        );
    }
}
