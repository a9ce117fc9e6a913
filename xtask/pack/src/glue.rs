//! The script that wasm-bindgen writes to go with a WebAssembly.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context, Result, ensure};

use crate::script::{self, Token};

/// The glue, in which each import of the WebAssembly was found.
pub(crate) struct Glue<'a> {
    tokens: Vec<Token<'a>>,
    /// The object literal that holds the imports.
    object: Range<usize>,
    /// What defines each import, by its number.
    imports: Vec<Range<usize>>,
}

impl<'a> Glue<'a> {
    /// Reads the glue of a WebAssembly with imports of these names.
    pub(crate) fn read(script: &'a str, names: &[&str]) -> Result<Self> {
        let tokens = script::tokens(script)?;
        let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.text == text);
        // `{ __proto__: null, NAME: function(...) {...}, ... }`
        let opening = ["{", "__proto__", ":", "null", ","];
        let start = (0..tokens.len())
            .find(|start| {
                opening.iter().zip(*start..).all(|(text, at)| is(at, text))
                    && tokens
                        .get(start + opening.len())
                        .is_some_and(|name| names.contains(&name.text))
            })
            .context("the glue defines no imports")?;
        let mut found = BTreeMap::new();
        let mut at = start + opening.len();
        while !is(at, "}") {
            ensure!(is(at + 1, ":"), "the glue defines its imports in an unknown way");
            let name = tokens[at].text;
            let end = end_of_value(&tokens, at + 2)?;
            ensure!(found.insert(name, at + 2..end).is_none(), "the glue defines {name} twice");
            at = end + usize::from(is(end, ","));
        }
        let imports = names.iter().filter_map(|name| found.remove(name)).collect::<Vec<_>>();
        ensure!(
            imports.len() == names.len() && found.is_empty(),
            "the glue defines {} of {} imports, and {} others",
            imports.len(),
            names.len(),
            found.len()
        );
        Ok(Self { object: start..at + 1, imports, tokens })
    }

    /// What defines each import.
    pub(crate) fn imports(&self) -> Vec<String> {
        self.imports.iter().map(|import| script::text(&self.tokens[import.clone()])).collect()
    }

    /// New names for those of these exports that the glue uses, and knows for sure.
    pub(crate) fn short_exports<'n>(&self, exports: &[&'n str]) -> BTreeMap<&'n str, String> {
        let used = exports.iter().filter(|name| {
            let mut uses =
                self.tokens.windows(3).filter(|w| w[1].text == "." && w[2].text == **name);
            uses.next().is_some_and(|first| {
                std::iter::once(first).chain(uses).all(|w| w[0].text == "wasm")
            })
        });
        let short = script::short_words().filter(|short| !exports.contains(&short.as_str()));
        used.copied().zip(short).collect()
    }

    /// The glue for a WebAssembly whose imports are numbered in this order, and whose exports have
    /// these names. It gives the imports as an array: the numbers are their names.
    pub(crate) fn written(&self, order: &[usize], exports: &BTreeMap<&str, String>) -> String {
        let mut tokens = self.tokens[..self.object.start].to_vec();
        tokens.push(Token::new("["));
        for import in order {
            tokens.extend(&self.tokens[self.imports[*import].clone()]);
            tokens.push(Token::new(","));
        }
        tokens.push(Token::new("]"));
        tokens.extend(&self.tokens[self.object.end..]);
        for at in 2..tokens.len() {
            if let [Token { text: "wasm", .. }, Token { text: ".", .. }, name] =
                &mut tokens[at - 2..=at]
                && let Some(short) = exports.get(name.text)
            {
                name.text = short;
            }
        }
        script::text(&tokens)
    }
}

/// Where the value of a property ends: at the comma after it, or at the brace that ends all.
fn end_of_value(tokens: &[Token<'_>], start: usize) -> Result<usize> {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text {
            "," | "}" if depth == 0 => return Ok(at),
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
    }
    anyhow::bail!("the glue is cut off")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "/** What it does. */\nexport function run() {\n    wasm.run_1f();\n}\n\
        function imports() {\n    const import0 = {\n        __proto__: null,\n        \
        __wbg_now_5f3e: function(arg0) {\n            return { a: arg0, b: [wasm.memory, 2] };\n        },\n        \
        __wbindgen_cast_0001: function() { return handle(function () {}, arguments); },\n    };\n    \
        return {\n        __proto__: null,\n        \"./app_bg.js\": import0,\n    };\n}\n\
        let wasm;\nconsole.memory = 0;\n";

    #[test]
    fn imports_and_exports_get_the_names_of_the_module() {
        let glue = Glue::read(GLUE, &["__wbindgen_cast_0001", "__wbg_now_5f3e"]).unwrap();
        assert_eq!(glue.imports().len(), 2);
        assert_eq!(glue.imports()[1], "function(c){return{a:c,b:[wasm.memory,2]};}\n");
        let exports = glue.short_exports(&["memory", "run_1f", "main"]);
        // Another object has something of the name `memory`, and nobody asks for `main`.
        assert_eq!(exports, BTreeMap::from([("run_1f", "a".to_owned())]));
        assert_eq!(
            glue.written(&[1, 0], &exports),
            "export function run(){c.a();}\nfunction e(){const import0=[\
             function(d){return{a:d,b:[c.memory,2]};},\
             function(){return handle(function(){},arguments);},];\
             return{__proto__:null,\"./app_bg.js\":import0,};}\nlet c;console.memory=0;\n"
        );
    }

    #[test]
    fn a_glue_of_another_module_is_refused() {
        let refused = |script, names: &[&str]| assert!(Glue::read(script, names).is_err());
        refused(GLUE, &["__wbg_now_5f3e"]);
        refused(GLUE, &["__wbg_now_5f3e", "__wbindgen_cast_0001", "__wbg_log_7"]);
        refused("const imports = {};", &["__wbg_now_5f3e"]);
        refused("x = { __proto__: null, a: 1, a: 2 }", &["a"]);
        refused("x = { __proto__: null, ...a }", &["..."]);
    }
}
