//! The rules of the house that the compiler does not know: who may import whom, what the pure core
//! may depend on, and what no source may do.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::run;
use crate::workspace::Workspace;

/// A folder of sources, and the crates of this workspace that it may name.
struct Room {
    folder: &'static str,
    may_name: &'static [&'static str],
}

/// `protocol <- call <- browser <- src`, and `protocol <- server`.
const ROOMS: [Room; 6] = [
    Room { folder: "crates/protocol/src", may_name: &["tincan_protocol"] },
    Room { folder: "crates/call/src", may_name: &["tincan_protocol", "tincan_call"] },
    Room {
        folder: "crates/browser/src",
        may_name: &["tincan_protocol", "tincan_call", "tincan_browser"],
    },
    Room { folder: "crates/server/src", may_name: &["tincan_protocol", "tincan_server"] },
    Room { folder: "src", may_name: &["tincan_protocol", "tincan_call", "tincan_browser"] },
    Room { folder: "tests", may_name: &CRATES },
];

/// The crates of this workspace, as sources name them.
const CRATES: [&str; 4] = ["tincan_protocol", "tincan_call", "tincan_browser", "tincan_server"];

/// What the pure core must not depend on, not even through others.
const IMPURE: [&str; 8] =
    ["web-sys", "js-sys", "wasm-bindgen", "yew", "tokio", "getrandom", "rand", "instant"];

/// What a component may take from the browser's crate: what it needs to show a stream.
const SHOWING: [&str; 4] = ["page", "Showing", "ShowingEvent", "Sound"];

/// What no source may hold, and why.
const FORBIDDEN: [(&str, &str); 3] = [
    (".forget()", "what JavaScript holds must have an owner in Rust that releases it"),
    ("mem::forget", "what is forgotten is never released"),
    ("todo!(", "finish it, or leave it out"),
];

/// Checks every rule and reports all that is broken.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut broken = Vec::new();
    let tree = ["tree", "--package", "tincan-call", "--edges", "normal", "--prefix", "none"];
    let tree = run::output(&mut workspace.cargo(&tree))?;
    broken.extend(impure(&tree).map(|name| format!("tincan-call depends on {name}")));

    for room in &ROOMS {
        for file in sources(&workspace.root.join(room.folder))? {
            let name = file.strip_prefix(&workspace.root).unwrap_or(&file).display().to_string();
            let text = workspace.read(&file)?;
            broken.extend(violations(room, &text).map(|(at, what)| format!("{name}:{at}: {what}")));
            if name.starts_with("src/components") || name.starts_with("src/pages") {
                broken.extend(own_words(&text).into_iter().map(|(at, what)| {
                    format!("{name}:{at}: \"{what}\" is a text, and those are in src/i18n")
                }));
            }
            if name.starts_with("src/components") {
                broken.extend(beyond_showing(&text).into_iter().map(|(at, what)| {
                    format!(
                        "{name}:{at}: a component only shows streams, and may not take `{what}`"
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

/// The impure packages in the output of `cargo tree --prefix none`.
fn impure(tree: &str) -> impl Iterator<Item = &'static str> {
    let names: Vec<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    IMPURE.into_iter().filter(move |impure| names.contains(impure))
}

/// Each line of code with its number, without what is after `//`.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let without_comment = |line: &'_ str| line.find("//").unwrap_or(line.len());
    (1..).zip(text.lines()).map(move |(at, line)| (at, &line[..without_comment(line)]))
}

/// Lines that name a crate the room may not name, or do what no source may do.
fn violations(room: &Room, text: &str) -> impl Iterator<Item = (usize, String)> {
    code(text).flat_map(|(at, line)| {
        let foreign = CRATES.into_iter().filter(|name| !room.may_name.contains(name));
        let foreign = foreign.filter(|name| line.contains(name));
        let foreign = foreign.map(|name| format!("{} may not name {name}", room.folder));
        let forbidden = FORBIDDEN.into_iter().filter(|(text, _)| line.contains(text));
        let forbidden = forbidden.map(|(text, why)| format!("`{text}`: {why}"));
        foreign.chain(forbidden).map(|what| (at, what)).collect::<Vec<_>>()
    })
}

/// What a component takes from the browser's crate beyond [`SHOWING`], and the line it is on.
fn beyond_showing(text: &str) -> Vec<(usize, String)> {
    const CRATE: &str = "tincan_browser";
    let lines: Vec<_> = code(text).map(|(_, line)| line).collect();
    let text = lines.join("\n");
    let mut found = Vec::new();
    for (start, _) in text.match_indices(CRATE) {
        let at = text[..start].matches('\n').count() + 1;
        // Components name what they take in a `use`, thus up to the semicolon.
        let taken = text[start + CRATE.len()..].split(';').next().unwrap_or_default();
        let names = taken.split(|c: char| !c.is_alphanumeric() && c != '_');
        let names = names.filter(|name| !name.is_empty() && !SHOWING.contains(name));
        found.extend(names.map(|name| (at, name.to_owned())));
    }
    found
}

/// Texts that a person would see or hear, and the lines they are on: literals that are drawn, and
/// values of attributes that are read out. The tests at the end of a file may say what they like.
fn own_words(text: &str) -> Vec<(usize, String)> {
    const READ_OUT: [&str; 5] =
        ["aria-label=", "aria-description=", "placeholder=", "title=", "alt="];
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines: Vec<_> = code(text).map(|(_, line)| line).collect();
    let text = lines.join("\n");
    let mut found = Vec::new();
    // Every second piece is within quotation marks: no literal here has one of its own.
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

/// All Rust files below a folder.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
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

    fn room(folder: &str) -> &'static Room {
        ROOMS.iter().find(|room| room.folder == folder).unwrap()
    }

    fn found(folder: &str, text: &str) -> Vec<usize> {
        violations(room(folder), text).map(|(at, _)| at).collect()
    }

    #[test]
    fn imports_go_one_way() {
        assert_eq!(found("crates/call/src", "use tincan_protocol::PeerId;"), []);
        assert_eq!(found("crates/call/src", "\nuse tincan_browser::Driver;"), [2]);
        assert_eq!(found("crates/server/src", "use tincan_call::Call;"), [1]);
        assert_eq!(found("crates/server/src", "// unlike tincan_call"), []);
        assert_eq!(found("src", "use tincan_server::Server;"), [1]);
    }

    #[test]
    fn nothing_is_forgotten() {
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
    fn texts_are_not_in_components() {
        let words = |text: &str| -> Vec<_> {
            own_words(text).into_iter().map(|(_, words)| words).collect()
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
        assert_eq!(own_words("a\n<p>{ \"b\" }</p>"), [(2, "b".to_owned())]);
    }

    #[test]
    fn the_core_is_pure() {
        let tree = "tincan-call v0.1.0 (/x)\nserde v1.0.0\njs-sys v0.3.0\nserde v1.0.0 (*)\n";
        assert_eq!(impure(tree).collect::<Vec<_>>(), ["js-sys"]);
    }
}
