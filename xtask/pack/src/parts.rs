//! What a WebAssembly is made of, by the names of its functions.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// How many parts the table shows; the rest is one line.
const SHOWN: usize = 16;

/// The one WebAssembly of a built page.
pub(crate) fn wasm_in(page: &Path) -> Result<Vec<u8>> {
    let entries = fs::read_dir(page).with_context(|| format!("cannot list {}", page.display()))?;
    let mut paths = entries.flatten().map(|entry| entry.path());
    let wasm = paths.find(|path| path.extension().is_some_and(|extension| extension == "wasm"));
    let wasm = wasm.with_context(|| format!("no WebAssembly in {}", page.display()))?;
    fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))
}

/// The names of a module's functions, by their index, without the hashes of crates.
pub(crate) fn function_names(wasm: &[u8]) -> Result<HashMap<usize, String>> {
    let mut names = HashMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Name(sections) = section.as_known() else { continue };
        for section in sections {
            let Name::Function(functions) = section? else { continue };
            for function in functions {
                let function = function?;
                names.insert(function.index as usize, without_hashes(function.name));
            }
        }
    }
    Ok(names)
}

/// The bytes of each function that a module defines, by its number.
pub(crate) fn function_sizes(wasm: &[u8]) -> Result<HashMap<usize, usize>> {
    let (mut sizes, mut number) = (HashMap::new(), 0);
    for payload in Parser::new(0).parse_all(wasm) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the other sections hold no code")]
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    number += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => {
                sizes.insert(number, usize::try_from(length(&body.range()))?);
                number += 1;
            }
            _ => {}
        }
    }
    Ok(sizes)
}

/// A name without what stands in brackets after the names of crates.
fn without_hashes(name: &str) -> String {
    let mut pieces = name.split('[');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(']') {
            Some((hash, rest)) if hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                plain += rest;
            }
            Some(_) | None => {
                plain.push('[');
                plain += piece;
            }
        }
    }
    plain
}

/// The bytes of code of each crate, and of the data, largest first.
pub(crate) fn by_crate(wasm: &[u8]) -> Result<Vec<(String, u64)>> {
    let names = function_names(wasm)?;
    let mut parts = BTreeMap::from([("(data)".to_owned(), 0)]);
    for (number, size) in function_sizes(wasm)? {
        let name = names.get(&number).map_or_else(|| "(unnamed)".to_owned(), |name| crate_of(name));
        *parts.entry(name).or_default() += size as u64;
    }
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::DataSection(section) = payload? {
            *parts.entry("(data)".to_owned()).or_default() += length(&section.range());
        }
    }
    let mut parts: Vec<_> = parts.into_iter().collect();
    parts.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    Ok(parts)
}

fn length(range: &Range<u64>) -> u64 {
    range.end - range.start
}

/// The crate that a function is from, by its name as wasm-bindgen demangled it: in
/// `<a::B as c::D>::e` it is `a`, and `core[0123]::f` is from `core`.
fn crate_of(name: &str) -> String {
    let path = name.trim_start_matches(['<', '&', '(', '[', '*']);
    let path = path.trim_start_matches("mut ").trim_start_matches("dyn ");
    match path.split_once("::") {
        Some((first, _)) => first.split('[').next().unwrap_or_default().to_owned(),
        None => "(glue)".to_owned(),
    }
}

/// The largest parts as a table, before any compression.
pub(crate) fn table(parts: &[(String, u64)]) -> String {
    let total: u64 = parts.iter().map(|(_, size)| size).sum();
    let mut text = format!("  of {total} bytes of WebAssembly, uncompressed");
    let (shown, rest) = parts.split_at(SHOWN.min(parts.len()));
    let rest = ("(others)".to_owned(), rest.iter().map(|(_, size)| size).sum());
    for (name, size) in shown.iter().chain([&rest]) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {name:<24} {size:>9} {:>4} %", size * 100 / total.max(1));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_its_crate() {
        for (name, part) in [
            ("core[c5930c85a12de822]::fmt::write", "core"),
            ("<yew::html::VNode as core::clone::Clone>::clone", "yew"),
            ("<&mut dyn std::io::Write>::write", "std"),
            ("__wbindgen_malloc", "(glue)"),
        ] {
            assert_eq!(crate_of(name), part, "{name}");
        }
    }

    #[test]
    fn an_empty_module_has_no_parts_but_data() {
        let parts = by_crate(b"\0asm\x01\0\0\0").unwrap();
        assert_eq!(parts, [("(data)".to_owned(), 0)]);
        assert_eq!(table(&parts).lines().count(), 3);
    }
}
