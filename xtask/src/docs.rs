//! Checks of the Markdown files (line lengths, link targets, and the paths in the map of the code),
//! and of the line lengths of comments.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::arch;
use crate::workspace::Workspace;

/// The maximum number of characters in a line.
const COLUMNS: usize = 100;

/// The documents besides the files in [`DECISIONS`].
const DOCUMENTS: [&str; 6] = [
    "README.md",
    "ARCHITECTURE.md",
    "PROTOCOL.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
];
const DECISIONS: &str = "docs/decisions";
/// The index of the decisions.
const INDEX: &str = "docs/decisions/README.md";

/// The document that names files of the code.
const MAP: &str = "ARCHITECTURE.md";
/// The folders of those files.
const FOLDERS: [&str; 7] = ["crates/", "src/", "tests/", "xtask/", "styles/", "deploy/", "docs/"];

/// The folders with Rust files whose comments are checked.
const SOURCES: [&str; 4] = ["crates", "src", "tests", "xtask"];
/// The folders and files besides them.
const OTHERS: [&str; 3] = ["build.rs", "start.js", "deploy"];

/// Checks every document and comment, and reports all problems.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let decisions = decisions(&workspace.root)?;
    let index = workspace.read(INDEX)?;
    let mut wrong: Vec<String> = unlisted(&decisions, &index);
    let mut report = |file: &Path, found: Vec<(usize, String)>| {
        let name = file.strip_prefix(&workspace.root).unwrap_or(file).display();
        wrong.extend(found.into_iter().map(|(line, what)| format!("{name}:{line}: {what}")));
    };
    let documents = DOCUMENTS.iter().map(|name| workspace.root.join(name));
    for document in documents.chain(decisions) {
        let text = workspace.read(&document)?;
        let folder = document.parent().unwrap_or(&workspace.root);
        let mut found = long_lines(&text, |_| true);
        found.extend(broken(&text, links, folder));
        if document.ends_with(MAP) {
            found.extend(broken(&text, paths, &workspace.root));
        }
        report(&document, found);
    }
    for file in commented(&workspace.root)? {
        report(&file, long_comments(&workspace.read(&file)?, marker(&file)));
    }
    if !wrong.is_empty() {
        bail!("the documents and comments are not right:\n  {}", wrong.join("\n  "));
    }
    Ok(())
}

/// Returns every Markdown file in the folder of decisions, including its index.
fn decisions(root: &Path) -> Result<Vec<PathBuf>> {
    let folder = root.join(DECISIONS);
    let files =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files =
        files.map(|file| Ok(file?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    Ok(files)
}

/// Returns the decisions that the index does not link to.
fn unlisted(decisions: &[PathBuf], index: &str) -> Vec<String> {
    let names = decisions.iter().filter_map(|file| file.file_name()?.to_str());
    names
        .filter(|name| *name != "README.md" && !index.contains(&format!("({name})")))
        .map(|name| format!("{INDEX}: {name} is not listed"))
        .collect()
}

/// Returns the files whose comments are checked.
fn commented(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in SOURCES {
        files.extend(arch::sources(&root.join(folder))?);
    }
    for name in OTHERS {
        let path = root.join(name);
        if path.is_dir() {
            let entries =
                fs::read_dir(&path).with_context(|| format!("cannot list {}", path.display()))?;
            for entry in entries {
                files.push(entry?.path());
            }
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// Returns the marker of line comments in a file.
fn marker(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("rs" | "js") => "//",
        Some(_) | None => "#",
    }
}

/// Returns the comment lines that are too long, which rustfmt does not wrap.
fn long_comments(text: &str, marker: &str) -> Vec<(usize, String)> {
    long_lines(text, |line| line.trim_start().starts_with(marker))
}

/// Returns the lines among those to check that are too long. Lines with a URL are exempt.
fn long_lines(text: &str, is_checked: impl Fn(&str) -> bool) -> Vec<(usize, String)> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| is_checked(line));
    lines
        .map(|(at, line)| (at, line.chars().count(), line))
        .filter(|(_, columns, line)| *columns > COLUMNS && !line.contains("://"))
        .map(|(at, columns, _)| (at, format!("{columns} columns are more than {COLUMNS}")))
        .collect()
}

/// Returns the paths that `find` extracts from each line and that do not exist, relative to a
/// folder.
fn broken(
    text: &str,
    find: fn(&str) -> Vec<&str>,
    folder: &Path,
) -> impl Iterator<Item = (usize, String)> {
    let named = (1..).zip(text.lines()).flat_map(move |(at, line)| {
        find(line).into_iter().map(move |name| (at, name.to_owned())).collect::<Vec<_>>()
    });
    named
        .filter(|(_, name)| !folder.join(name).exists())
        .map(|(at, name)| (at, format!("there is no {name}")))
}

/// Returns the targets of links to files: `](target)`, without the fragment.
fn links(line: &str) -> Vec<&str> {
    let targets = line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    let files = targets.map(|target| target.split('#').next().unwrap_or_default());
    files.filter(|target| !target.is_empty() && !target.contains(':')).collect()
}

/// Returns the files and folders of the code in backquotes.
fn paths(line: &str) -> Vec<&str> {
    let quoted = line.split('`').skip(1).step_by(2);
    quoted.filter(|name| FOLDERS.iter().any(|folder| name.starts_with(folder))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_files() {
        let line = "See [a](b.md#c), [here](#d), [there](https://e.example/f) and ![g](h/i.webp).";
        assert_eq!(links(line), ["b.md", "h/i.webp"]);
        assert_eq!(links("[a](b"), [""; 0]);
    }

    #[test]
    fn a_map_names_paths_in_back_quotes() {
        assert_eq!(
            paths("| `Call` | `crates/call`, then `src/app.rs` |"),
            ["crates/call", "src/app.rs"]
        );
        assert_eq!(paths("crates/call and `cargo xtask`"), [""; 0]);
    }

    #[test]
    fn long_lines_are_counted_in_characters() {
        let long_lines = |text: &str| long_lines(text, |_| true);
        assert_eq!(long_lines(&"\u{4e00}".repeat(100)), []);
        assert_eq!(long_lines(&format!("a\n{}", "b".repeat(101))).len(), 1);
        assert_eq!(long_lines(&format!("https://{}", "b".repeat(101))), []);
    }

    #[test]
    fn long_comments_are_reported_and_long_code_is_not() {
        let [short, long] = [95, 96].map(|count| "b".repeat(count));
        for (file, comment, code) in [
            ("a.rs", "//!", "let"),
            ("a.rs", "///", "#!["),
            ("a.js", " //", "let"),
            ("nginx.conf", "  #", "map"),
            ("tincan.service", "  #", "A=b"),
        ] {
            let text = format!("{comment}  {short}\n{code}  {long}\n{comment}  {long}");
            let found = long_comments(&text, marker(Path::new(file)));
            let lines: Vec<_> = found.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [3], "{file}: {comment}");
        }
    }

    #[test]
    fn comments_are_checked_in_every_folder() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let files = commented(root).unwrap();
        for name in [
            "build.rs",
            "crates/call/src/lib.rs",
            "crates/call/tests/suite/main.rs",
            "deploy/nginx.conf",
            "src/main.rs",
            "start.js",
            "tests/e2e/harness/lib.rs",
            "xtask/pack/src/main.rs",
            "xtask/src/docs.rs",
        ] {
            assert!(files.contains(&root.join(name)), "{name}");
        }
    }

    #[test]
    fn each_decision_is_listed() {
        let decisions = [PathBuf::from("README.md"), "a.md".into(), "b.md".into()];
        assert_eq!(unlisted(&decisions, "- [A](a.md)").len(), 1);
    }

    #[test]
    fn missing_files_are_reported() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = "[manifest](Cargo.toml)\n[nothing](nothing.md)";
        let broken: Vec<_> = broken(text, links, here).collect();
        assert_eq!(broken, [(2, "there is no nothing.md".to_owned())]);
    }
}
