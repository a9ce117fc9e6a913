//! The files of a page that are not WebAssembly: start page, styles, the script that starts it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

use crate::chunks::Files;
use crate::tools::{Tools, run};

/// The oldest syntax that the script which starts the page is written in. Older browsers must be
/// able to read it, since it tells their people that they are too old.
const OLDEST: &str = "--target=es2020";

/// Writes styles, the scripts of the page and of its worker, and the icon into a folder.
pub(crate) fn write(tools: &Tools<'_>, folder: &Path) -> Result<()> {
    let to = |name: &str| format!("--outfile={}", folder.join(name).display());
    let quiet = ["--minify", "--log-level=error", "--legal-comments=none"];
    let styles = ["styles/main.css", "--bundle", &to("styles.css")];
    run(tools.npm("esbuild").args(styles).args(quiet))?;
    for script in ["start.js", "disk.js"] {
        run(tools.npm("esbuild").args([script, OLDEST, &to(script)]).args(quiet))?;
    }
    fs::copy(tools.root.join("icon.svg"), folder.join("icon.svg")).context("icon.svg")?;
    Ok(())
}

/// Copies what systems and messengers ask for by a name that stays the same.
pub(crate) fn copy_stable(tools: &Tools<'_>, dist: &Path) -> Result<()> {
    let manifest = "manifest.webmanifest";
    fs::copy(tools.root.join(manifest), dist.join(manifest)).context(manifest)?;
    let icons = dist.join("icons");
    fs::create_dir(&icons).context("icons")?;
    for entry in fs::read_dir(tools.root.join("icons")).context("icons")? {
        let icon = entry?;
        fs::copy(icon.path(), icons.join(icon.file_name())).context("icons")?;
    }
    Ok(())
}

/// Returns the start page of the build in `dist/<build>`.
pub(crate) fn start_page(
    tools: &Tools<'_>,
    dist: &Path,
    build: &str,
    chunks: &Files,
    room: &str,
) -> Result<String> {
    let source = fs::read_to_string(tools.root.join("index.html")).context("index.html")?;
    let chunks: Vec<_> =
        chunks.iter().map(|(name, files)| format!("{name}={}", files.join(","))).collect();
    let hashes: Result<Vec<_>> = ["main.wasm", "app.js"]
        .into_iter()
        .map(|name| {
            let bytes = fs::read(dist.join(build).join(name)).context(name)?;
            let hash = Base64::encode_string(&Sha256::digest(&bytes));
            Ok(format!("{name}=sha256-{hash}"))
        })
        .collect();
    let metas =
        [("chunks", chunks.join(" ")), ("room", room.to_owned()), ("hashes", hashes?.join(" "))];
    made_from(&source, build, &metas)
}

/// Replaces what only Trunk understands.
fn made_from(source: &str, build: &str, metas: &[(&str, String)]) -> Result<String> {
    let metas = metas
        .iter()
        .map(|(name, content)| format!("<meta name=\"tincan-{name}\" content=\"{content}\">"));
    let metas: String = metas.collect();
    let preloads = format!(
        "<meta name=\"tincan-build\" content=\"./{build}/\">{metas}\
         <link rel=\"preload\" href=\"./{build}/main.wasm\" as=\"fetch\" crossorigin \
         type=\"application/wasm\">\
         <link rel=\"modulepreload\" href=\"./{build}/app.js\">"
    );
    let files = [
        ("href=\"styles/main.css\"", "styles.css", "href"),
        ("href=\"icon.svg\"", "icon.svg", "href"),
        ("src=\"start.js\"", "start.js", "src"),
    ];
    let mut page = String::new();
    for line in without_comments(source).lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.contains("rel=\"rust\"") {
            page += &preloads;
        } else if !line.contains("rel=\"copy-") {
            let mut line = line.to_owned();
            for name in [" data-trunk", " data-integrity=\"none\"", " data-no-minify"] {
                line = line.replace(name, "");
            }
            for (old, name, attribute) in files {
                line = line.replace(old, &format!("{attribute}=\"./{build}/{name}\""));
            }
            page += &line;
        }
        page.push('\n');
    }
    for file in ["main.wasm", "app.js", "styles.css", "icon.svg", "start.js"] {
        let name = format!("\"./{build}/{file}\"");
        ensure!(page.matches(&name).count() == 1, "index.html does not name {file} once");
    }
    ensure!(!page.contains("data-"), "index.html still holds something for Trunk");
    Ok(page)
}

fn without_comments(html: &str) -> String {
    let mut pieces = html.split("<!--");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        text += piece.split_once("-->").map_or("", |(_, rest)| rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_page_names_the_files_of_its_build() {
        let source = include_str!("../../../index.html");
        let metas = [
            ("chunks", "call=split_call de=chunk_5,split_de".to_owned()),
            ("hashes", "main.wasm=sha256-AA== app.js=sha256-BB==".to_owned()),
        ];
        let page = made_from(source, "build-0123456789abcdef", &metas).unwrap();
        for text in [
            "<link rel=\"stylesheet\" href=\"./build-0123456789abcdef/styles.css\">",
            "<script src=\"./build-0123456789abcdef/start.js\" type=\"module\"></script>",
            "<meta name=\"tincan-signaling\" content=\"\">",
            "<meta name=\"tincan-chunks\" content=\"call=split_call de=chunk_5,split_de\">",
            "<meta name=\"tincan-hashes\" content=\"main.wasm=sha256-AA== app.js=sha256-BB==\">",
            "<div id=\"app\">",
        ] {
            assert!(page.contains(text), "{text} is not in\n{page}");
        }
        assert!(!page.contains("<!--") && page.starts_with("<!doctype html>"), "{page}");
        let other = source.replace("start.js", "other.js");
        assert!(made_from(&other, "build-0", &metas).is_err());
    }
}
