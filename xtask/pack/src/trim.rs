//! Takes from a built page what its release does not need.
//!
//! - The style sheets become one: small files compress badly, each by itself.
//! - The names by which WebAssembly and glue know each other's functions end in hashes that no
//!   compression shortens. They become short, in both alike.
//! - The WebAssembly loses the names of its functions, and the glue its comments and indentation.
//!
//! A page that was trimmed before is left as it is.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// Trims the page in a folder.
pub(crate) fn page(dist: &Path) -> Result<()> {
    merge_styles(dist)?;
    let wasm = files(dist, "_bg.wasm")?;
    let [wasm] = &wasm[..] else { bail!("there must be one WebAssembly, not {}", wasm.len()) };
    let glue = PathBuf::from(wasm.to_string_lossy().replace("_bg.wasm", ".js"));
    let script =
        fs::read_to_string(&glue).with_context(|| format!("cannot read {}", glue.display()))?;
    let (trimmed, names) = wasm_without_names(&fs::read(wasm)?)?;
    fs::write(wasm, trimmed)?;
    fs::write(&glue, glue_without_names(&script, &names)?)?;
    Ok(())
}

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

/// Puts all style sheets of `index.html` into one, in their order.
fn merge_styles(dist: &Path) -> Result<()> {
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index).context("cannot read index.html")?;
    let links = style_links(&html);
    if links.len() < 2 {
        return Ok(());
    }
    let mut merged = String::new();
    for link in &links {
        let path = dist.join(link.href);
        merged += &fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        fs::remove_file(path)?;
    }
    let name = format!("styles-{:016x}.css", hash(merged.as_bytes()));
    fs::write(dist.join(&name), merged)?;
    fs::write(index, with_one_style(&html, &links, &name))?;
    Ok(())
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
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The short name of the import of a number.
fn short(number: usize) -> String {
    format!("${number}")
}

/// A module without custom sections that only name things and with short names for its imports;
/// and the old names, by number.
fn wasm_without_names(wasm: &[u8]) -> Result<(Vec<u8>, Vec<String>)> {
    ensure!(wasm.starts_with(b"\0asm\x01\0\0\0"), "this is no WebAssembly");
    let (mut out, mut names) = (wasm[..8].to_vec(), Vec::new());
    let mut rest = Reader(&wasm[8..]);
    while !rest.0.is_empty() {
        let id = rest.bytes(1)?[0];
        let size = rest.number()?;
        let body = rest.bytes(size)?;
        match id {
            0 => {
                let name = Reader(body).text()?;
                if !matches!(name, "name" | "producers") {
                    section(&mut out, id, body);
                }
            }
            2 => {
                let (imports, old) = with_short_names(body)?;
                section(&mut out, id, &imports);
                names = old;
            }
            _ => section(&mut out, id, body),
        }
    }
    Ok((out, names))
}

/// The import section (WebAssembly Core, 5.5.5) with short names. wasm-bindgen imports functions only.
fn with_short_names(body: &[u8]) -> Result<(Vec<u8>, Vec<String>)> {
    let mut imports = Reader(body);
    let count = imports.number()?;
    let (mut out, mut names) = (Vec::new(), Vec::new());
    leb128(&mut out, count);
    for number in 0..count {
        let module = imports.text()?;
        names.push(imports.text()?.to_owned());
        ensure!(imports.bytes(1)? == [0], "an import that is no function");
        let signature = imports.number()?;
        text(&mut out, module);
        text(&mut out, &short(number));
        out.push(0);
        leb128(&mut out, signature);
    }
    Ok((out, names))
}

/// The glue with the same short names, without comments and indentation.
fn glue_without_names(script: &str, names: &[String]) -> Result<String> {
    let mut out = String::with_capacity(script.len());
    let mut found = 0;
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        in_comment |= line.starts_with("/**");
        if !in_comment && !line.is_empty() && !line.starts_with("//") {
            let defined = line
                .split_once(": function(")
                .and_then(|(name, rest)| Some((names.iter().position(|n| n == name)?, rest)));
            match defined {
                Some((number, rest)) => {
                    found += 1;
                    out += &short(number);
                    out += ": function(";
                    out += rest;
                }
                None => out += line,
            }
            out.push('\n');
        }
        in_comment &= !line.ends_with("*/");
    }
    ensure!(found == names.len(), "the glue defines {found} of {} imports", names.len());
    Ok(out)
}

/// Reads the binary format of WebAssembly.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count).context("the WebAssembly is cut off")?;
        self.0 = rest;
        Ok(bytes)
    }

    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.bytes(1)?[0];
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        bail!("a number in the WebAssembly is too long")
    }

    fn text(&mut self) -> Result<&'a str> {
        let length = self.number()?;
        Ok(std::str::from_utf8(self.bytes(length)?)?)
    }
}

fn section(out: &mut Vec<u8>, id: u8, body: &[u8]) {
    out.push(id);
    leb128(out, body.len());
    out.extend_from_slice(body);
}

fn text(out: &mut Vec<u8>, text: &str) {
    leb128(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn leb128(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let byte = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_get_short_names_in_module_and_glue_alike() {
        let mut imports = vec![];
        leb128(&mut imports, 2);
        for name in ["__wbg_now_5f3e", "__wbindgen_cast_0001"] {
            text(&mut imports, "./app_bg.js");
            text(&mut imports, name);
            imports.extend([0, 3]);
        }
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        section(&mut wasm, 0, b"\x04name...");
        section(&mut wasm, 2, &imports);
        section(&mut wasm, 0, b"\x05other..");
        let (trimmed, names) = wasm_without_names(&wasm).unwrap();
        assert!(!trimmed.windows(4).any(|bytes| bytes == b"name"));
        assert!(trimmed.windows(5).any(|bytes| bytes == b"other"));
        assert!(trimmed.windows(2).any(|bytes| bytes == b"$1"));
        assert_eq!(names, ["__wbg_now_5f3e", "__wbindgen_cast_0001"]);

        let glue = "/**\n * What it does.\n */\nconst imports = {\n    \
            __wbg_now_5f3e: function(a) {\n        return 1;\n    },\n    \
            __wbindgen_cast_0001: function() {},\n};\n";
        let trimmed = glue_without_names(glue, &names).unwrap();
        let expected =
            "const imports = {\n$0: function(a) {\nreturn 1;\n},\n$1: function() {},\n};\n";
        assert_eq!(trimmed, expected);
        assert_eq!(glue_without_names(&trimmed, &[short(0), short(1)]).unwrap(), trimmed);
    }

    #[test]
    fn a_glue_that_lacks_an_import_is_refused() {
        glue_without_names("const imports = {};", &["__wbg_now_5f3e".to_owned()]).unwrap_err();
    }

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

    #[test]
    fn what_is_cut_off_is_refused() {
        wasm_without_names(b"\0asm\x01\0\0\0\x02\x7f").unwrap_err();
        wasm_without_names(b"no").unwrap_err();
    }
}
