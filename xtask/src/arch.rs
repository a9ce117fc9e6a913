//! Architecture rules beyond the compiler: the direction of imports, the dependencies of the pure
//! core, and constructs that no source may use.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::run;
use crate::workspace::Workspace;

/// A folder of sources, and the workspace crates that it may import.
struct Layer {
    folder: &'static str,
    may_import: &'static [&'static str],
}

/// `protocol <- call <- browser <- src`, and `protocol <- server`.
const LAYERS: [Layer; 6] = [
    Layer { folder: "crates/protocol/src", may_import: &["tincan_protocol"] },
    Layer { folder: "crates/call/src", may_import: &["tincan_protocol", "tincan_call"] },
    Layer {
        folder: "crates/browser/src",
        may_import: &["tincan_protocol", "tincan_call", "tincan_browser"],
    },
    Layer { folder: "crates/server/src", may_import: &["tincan_protocol", "tincan_server"] },
    Layer { folder: "src", may_import: &["tincan_protocol", "tincan_call", "tincan_browser"] },
    Layer { folder: "tests", may_import: &CRATES },
];

/// The crates of this workspace, as sources name them.
const CRATES: [&str; 4] = ["tincan_protocol", "tincan_call", "tincan_browser", "tincan_server"];

/// Crates that the pure core must not depend on, even transitively.
const IMPURE: [&str; 8] =
    ["web-sys", "js-sys", "wasm-bindgen", "yew", "tokio", "getrandom", "rand", "instant"];

/// The items that a component may import from the browser crate: those needed to show a stream, and
/// to load code on demand.
const SHOWING: [&str; 5] = ["lazy", "page", "Showing", "ShowingEvent", "Sound"];

/// Constructs that no source may contain, and the reasons.
const FORBIDDEN: [(&str, &str); 3] = [
    (".forget()", "what JavaScript holds must have an owner in Rust that releases it"),
    ("mem::forget", "what is forgotten is never released"),
    ("todo!(", "finish it, or leave it out"),
];

/// Checks every rule and reports all violations.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut broken = Vec::new();
    let tree = ["tree", "--package", "tincan-call", "--edges", "normal", "--prefix", "none"];
    let tree = run::output(&mut workspace.cargo(&tree))?;
    broken.extend(impure(&tree).map(|name| format!("tincan-call depends on {name}")));

    for layer in &LAYERS {
        for file in sources(&workspace.root.join(layer.folder))? {
            let name = file.strip_prefix(&workspace.root).unwrap_or(&file).display().to_string();
            let text = workspace.read(&file)?;
            broken
                .extend(violations(layer, &text).map(|(at, what)| format!("{name}:{at}: {what}")));
            if name.starts_with("src/components") || name.starts_with("src/pages") {
                broken.extend(user_texts(&text).into_iter().map(|(at, what)| {
                    format!("{name}:{at}: \"{what}\" is a text, and those are in src/i18n")
                }));
            }
            if name.starts_with("src/components") {
                broken.extend(beyond_showing(&text).into_iter().map(|(at, what)| {
                    format!(
                        "{name}:{at}: a component must not import `{what}`: only stream views and \
                         lazy loading are allowed"
                    )
                }));
            }
        }
    }
    if !broken.is_empty() {
        bail!("the architecture is broken:\n  {}", broken.join("\n  "));
    }
    Ok(())
}

/// Returns the impure packages in the output of `cargo tree --prefix none`.
fn impure(tree: &str) -> impl Iterator<Item = &'static str> {
    let names: Vec<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    IMPURE.into_iter().filter(move |impure| names.contains(impure))
}

/// Returns each line of code with its number, without comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let without_comment = |line: &'_ str| line.find("//").unwrap_or(line.len());
    (1..).zip(text.lines()).map(move |(at, line)| (at, &line[..without_comment(line)]))
}

/// Returns the lines that import a crate or use a construct without permission.
fn violations(layer: &Layer, text: &str) -> impl Iterator<Item = (usize, String)> {
    code(text).flat_map(|(at, line)| {
        let foreign = CRATES.into_iter().filter(|name| !layer.may_import.contains(name));
        let foreign = foreign.filter(|name| line.contains(name));
        let foreign = foreign.map(|name| format!("{} must not import {name}", layer.folder));
        let forbidden = FORBIDDEN.into_iter().filter(|(text, _)| line.contains(text));
        let forbidden = forbidden.map(|(text, why)| format!("`{text}`: {why}"));
        foreign.chain(forbidden).map(|what| (at, what)).collect::<Vec<_>>()
    })
}

/// Returns the imports of a component from the browser crate beyond [`SHOWING`], with their lines.
fn beyond_showing(text: &str) -> Vec<(usize, String)> {
    const CRATE: &str = "tincan_browser";
    let lines: Vec<_> = code(text).map(|(_, line)| line).collect();
    let text = lines.join("\n");
    let mut found = Vec::new();
    for (start, _) in text.match_indices(CRATE) {
        let at = text[..start].matches('\n').count() + 1;
        // Components import in a `use`, which ends at a semicolon.
        let taken = text[start + CRATE.len()..].split(';').next().unwrap_or_default();
        let names = taken.split(|c: char| !c.is_alphanumeric() && c != '_');
        let names = names.filter(|name| !name.is_empty() && !SHOWING.contains(name));
        found.extend(names.map(|name| (at, name.to_owned())));
    }
    found
}

/// Returns user-facing texts in a component, with their lines: literals that are rendered, and
/// values of attributes that screen readers announce. Tests at the end of a file are exempt.
fn user_texts(text: &str) -> Vec<(usize, String)> {
    const READ_OUT: [&str; 5] =
        ["aria-label=", "aria-description=", "placeholder=", "title=", "alt="];
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines: Vec<_> = code(text).map(|(_, line)| line).collect();
    let text = lines.join("\n");
    let mut found = Vec::new();
    // Every second piece is within quotation marks: no literal here contains an escaped one.
    let mut at = 0_usize;
    for (number, piece) in text.split('"').enumerate() {
        let (before, after) = (&text[..at.saturating_sub(1)], &text[at + piece.len()..]);
        let line = before.matches('\n').count() + 1;
        at += piece.len() + 1;
        if number % 2 == 0 || !piece.chars().any(char::is_alphabetic) {
            continue;
        }
        let before = before.trim_end();
        let block = before.strip_suffix('{').map(str::trim_end);
        let is_read_out = READ_OUT.iter().any(|name| block.unwrap_or(before).ends_with(name));
        let begins = |before: &str| before.ends_with('>') && !before.ends_with("=>");
        let after = after.trim_start_matches('"').trim_start();
        let is_drawn = match block {
            Some(before) => {
                after.starts_with('}') && (begins(before) || before.ends_with(['{', '}']))
            }
            None => begins(before) && after.starts_with('<'),
        };
        if is_read_out || is_drawn {
            found.push((line, piece.to_owned()));
        }
    }
    found
}

/// Returns all Rust files below a folder.
pub(crate) fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(folder: &str) -> &'static Layer {
        LAYERS.iter().find(|layer| layer.folder == folder).unwrap()
    }

    fn found(folder: &str, text: &str) -> Vec<usize> {
        violations(layer(folder), text).map(|(at, _)| at).collect()
    }

    #[test]
    fn imports_follow_the_layers() {
        assert_eq!(found("crates/call/src", "use tincan_protocol::PeerId;"), []);
        assert_eq!(found("crates/call/src", "\nuse tincan_browser::Driver;"), [2]);
        assert_eq!(found("crates/server/src", "use tincan_call::Call;"), [1]);
        assert_eq!(found("crates/server/src", "// unlike tincan_call"), []);
        assert_eq!(found("src", "use tincan_server::Server;"), [1]);
    }

    #[test]
    fn forbidden_constructs_are_reported() {
        assert_eq!(found("crates/browser/src", "closure.forget();"), [1]);
        assert_eq!(found("src", "std::mem::forget(guard);\ntodo!()"), [1, 2]);
        assert_eq!(found("src", "/// Never `.forget()` a closure."), []);
    }

    #[test]
    fn a_component_only_shows_streams() {
        assert_eq!(beyond_showing("use tincan_browser::page::{Showing, Sound};\nfn f() {}"), []);
        let text = "\nuse tincan_browser::page::{\n    Sound,\n    toggle_fullscreen,\n};\n";
        assert_eq!(beyond_showing(text), [(2, "toggle_fullscreen".to_owned())]);
    }

    #[test]
    fn user_texts_in_components_are_reported() {
        let words = |text: &str| -> Vec<_> {
            user_texts(text).into_iter().map(|(_, words)| words).collect()
        };
        for text in [
            r#"<p>{ "Copy link" }</p>"#,
            "<p>\n    { \"Copy link\" }\n</p>",
            r#"<p>"Copy link"</p>"#,
            r#"<p>{ icon(of) }{ "Copy link" }</p>"#,
            r#"if copied { { "Copy link" } }"#,
            r#"<button aria-label="Copy link" {onclick}>"#,
            r#"<input placeholder={"Copy link"} />"#,
        ] {
            assert_eq!(words(text), ["Copy link"], "{text}");
        }
        for text in [
            r#"<p class="notice-title">{ title }</p>"#,
            r#"aria-pressed={if chosen { "true" } else { "false" }}"#,
            r#"Self::Check => { "M4.5 12.5l5 5" }"#,
            r#"<span>{ " · " }</span>"#,
            r#"// <p>{ "Copy link" }</p>"#,
            "#[cfg(test)]\nmod tests { html! { <p>{ \"Copy link\" }</p> } }",
        ] {
            assert!(words(text).is_empty(), "{text}: {:?}", words(text));
        }
        assert_eq!(user_texts("a\n<p>{ \"b\" }</p>"), [(2, "b".to_owned())]);
    }

    #[test]
    fn impure_dependencies_are_found() {
        let tree = "tincan-call v0.1.0 (/x)\nserde v1.0.0\njs-sys v0.3.0\nserde v1.0.0 (*)\n";
        assert_eq!(impure(tree).collect::<Vec<_>>(), ["js-sys"]);
    }
}
