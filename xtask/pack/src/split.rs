//! Splits a built page in two: what it takes until someone is in the lobby, and what only a call
//! needs, which comes when a person shows up.
//!
//! The functions of a call leave the WebAssembly for a second one (by `wasm-split` of Binaryen), which
//! shares memory and table with the first; their styles leave the style sheet. `start.js` fetches
//! both by the `tincan-later` tag of the page's head, and the app waits for them before anything
//! that leads into a call: `use_loaded`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::parts;
use crate::trim::{self, Trimmed};

/// Whose functions come later. Nothing of them runs before a click.
const LATER: [&str; 18] = [
    "serde_wasm_bindgen::",
    "tincan_browser::page::qr_code::",
    "tincan::pages::call::",
    "tincan::components::control_bar::",
    "tincan::components::sharing_pill::",
    "tincan::components::tile::",
    "tincan::components::tile_actions::",
    "tincan::hooks::use_keys::",
    "tincan::hooks::use_playback::",
    "tincan::hooks::use_speech::",
    "tincan::hooks::use_stats::",
    "tincan_browser::connection::",
    "tincan_browser::find_server::",
    "tincan_browser::page::keys::",
    "tincan_call::call::Call>::measure_links",
    "tincan_call::call::Call>::share_among_links",
    "tincan_call::uplink::",
    "tincan_call::link::",
];

/// The styles of what comes later, by the names that Trunk gives them.
pub(crate) const LATER_STYLES: [&str; 4] =
    ["call-", "link_quality-", "shortcuts-", "tile_actions-"];

/// The module that the first WebAssembly imports the absent functions from, as short as all names.
const ABSENT: &str = "q";
/// The module that the second imports everything from.
const FIRST: &str = "p";

/// The numbers of the functions that come later, in a WebAssembly whose functions have names.
pub(crate) fn later(wasm: &[u8]) -> Result<Vec<usize>> {
    let names: HashMap<usize, String> = parts::function_names(wasm)?;
    let sizes = parts::function_sizes(wasm)?;
    let is_large = |number: &usize| sizes.get(number).is_some_and(|size| *size >= SMALL);
    let later: Vec<usize> = names
        .iter()
        .filter(|(number, name)| comes_later(name) && is_large(number))
        .map(|(number, _)| *number)
        .collect();
    for path in LATER {
        ensure!(names.values().any(|name| name.contains(path)), "there is nothing in `{path}`");
    }
    Ok(later)
}

/// Functions below this size, in bytes, stay. Of those that are alike the compiler keeps one for all, under
/// the name of any of them; and to leave costs each a few bytes, too.
const SMALL: usize = 256;

/// Whether a function comes later: by its own path, or as the drawing of a component with that path. Not
/// by what it is generic over: of such functions that are alike the compiler keeps one for all.
fn comes_later(name: &str) -> bool {
    const DRAWING: &str = "<yew::html::component::lifecycle::CompStateInner<";
    let path = match name.strip_prefix(DRAWING) {
        Some(component) if name.ends_with("::view") => component,
        Some(_) => return false,
        // What is derived, and closures that are called by way of a table, may be alike, too.
        None if name.contains(" as core::") => return false,
        None => name.trim_start_matches('<'),
    };
    LATER.iter().any(|later| path.starts_with(later))
}

/// Splits the trimmed page in a folder.
pub(crate) fn page(
    dist: &Path,
    later: &[usize],
    trimmed: &Trimmed,
    wasm_split: &Path,
) -> Result<()> {
    // The tool counts the functions that are not imported, in their new order.
    let mut places: Vec<usize> = later
        .iter()
        .filter_map(|old| trimmed.numbers.get(*old)?.checked_sub(trimmed.imported))
        .collect();
    places.sort_unstable();
    let second = split_wasm(dist, &trimmed.wasm, &places, wasm_split)?;
    let script = fs::read_to_string(&trimmed.glue)?;
    fs::write(&trimmed.glue, with_absent_functions(&script)?)?;
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index)?;
    fs::write(index, with_later(&html, &[&second, &trimmed.styles])?)?;
    Ok(())
}

/// Moves functions into a second WebAssembly; returns its name.
fn split_wasm(dist: &Path, wasm: &Path, later: &[usize], wasm_split: &Path) -> Result<String> {
    let list = dist.join("later.txt");
    let functions: Vec<String> = later.iter().map(ToString::to_string).collect();
    fs::write(&list, functions.join("\n"))?;
    let second = dist.join("later.wasm");
    let mut command = Command::new(wasm_split);
    command.arg(wasm).args(["--all-features", "--export-prefix=%"]);
    command.arg(format!("--split-funcs=@{}", list.display()));
    command.arg(format!("--import-namespace={FIRST}"));
    command.arg(format!("--placeholder-namespace={ABSENT}"));
    command.arg("-o1").arg(wasm).arg("-o2").arg(&second);
    let output = command.output().context("wasm-split does not run")?;
    fs::remove_file(&list)?;
    if !output.status.success() {
        bail!("wasm-split failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let bytes = fs::read(&second)?;
    let name = format!("later-{:016x}.wasm", trim::hash(&bytes));
    fs::rename(second, dist.join(&name))?;
    Ok(name)
}

/// The glue, with functions to import in place of those that come later: each has `start.js` see to it
/// that the rest is there, and calls what has come.
fn with_absent_functions(script: &str) -> Result<String> {
    const IMPORTS: &str = "__proto__:null,\"./";
    ensure!(script.matches(IMPORTS).count() == 1, "the glue has changed its imports");
    let absent = format!(
        "__proto__:null,{ABSENT}:new Proxy({{}},{{get:(_,slot)=>(...args)=>tincanLater(wasm)\
         .get(slot)(...args)}}),\"./"
    );
    Ok(script.replacen(IMPORTS, &absent, 1))
}

fn with_later(html: &str, files: &[&str]) -> Result<String> {
    const HEAD: &str = "</head>";
    ensure!(html.matches(HEAD).count() == 1, "index.html has no head");
    let names: Vec<String> = files.iter().map(|name| format!("./{name}")).collect();
    let tag = format!("<meta name=\"tincan-later\" content=\"{}\">{HEAD}", names.join(" "));
    Ok(html.replacen(HEAD, &tag, 1))
}

/// Whether a file of the page comes later.
pub(crate) fn is_later(name: &str) -> bool {
    name.starts_with("later-")
}

/// Where the tool is: xtask says it.
pub(crate) fn tool() -> Result<PathBuf> {
    std::env::var_os("TINCAN_WASM_SPLIT").map(Into::into).context("TINCAN_WASM_SPLIT is not set")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_a_calls_own_comes_later() {
        for (name, later) in [
            ("<tincan::pages::call::Call as yew::functional::FunctionProvider>::run::call", true),
            ("<tincan_browser::connection::peer::PeerConnection>::run", true),
            ("tincan::pages::lobby::in_words", false),
            ("core::ptr::drop_in_place::<tincan::pages::call::CallProps>", false),
            (
                "<<tincan_browser::connection::peer::PeerConnection>::open<F>::{closure#0} as \
              core::ops::function::FnOnce<()>>::call_once",
                false,
            ),
        ] {
            assert_eq!(comes_later(name), later, "{name}");
        }
    }

    #[test]
    fn the_absent_functions_stand_beside_the_others() {
        let glue = "return{__proto__:null,\"./app_bg.js\":import0}";
        let script = with_absent_functions(glue).unwrap();
        assert!(script.contains(",q:new Proxy("), "{script}");
        assert!(script.contains(",\"./app_bg.js\":import0"), "{script}");
        with_absent_functions(&script.replace("\"./", "\"")).unwrap_err();
    }

    #[test]
    fn the_page_says_where_the_rest_is() {
        let html = with_later("<head></head><body></body>", &["later-1.wasm", "later-2.css"]);
        let tag = "<meta name=\"tincan-later\" content=\"./later-1.wasm ./later-2.css\">";
        assert_eq!(html.unwrap(), format!("<head>{tag}</head><body></body>"));
        with_later("<body></body>", &[]).unwrap_err();
    }
}
