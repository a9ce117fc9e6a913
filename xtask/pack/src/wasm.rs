//! A WebAssembly, said again in an order that compresses well.
//!
//! What changes means nothing to the program: names, and the numbers of functions and of local
//! variables. Everything else is copied byte for byte.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{
    ElementItems, ElementKind, ExternalKind, FunctionBody, Operator, Parser, Payload, TableInit,
    TypeRef, Validator,
};

use crate::likeness;

/// A module, taken apart as far as it is rearranged.
#[derive(Default)]
pub(crate) struct Module<'a> {
    /// All sections in their order: the number of its kind, and what is in it.
    sections: Vec<(u8, &'a [u8])>,
    /// Where all imports are from.
    origin: &'a str,
    /// The name of each import, and its type.
    imports: Vec<(&'a str, usize)>,
    exports: Vec<wasmparser::Export<'a>>,
    elements: Vec<Elements<'a>>,
    functions: Vec<Function<'a>>,
}

/// A segment of functions for a table: where it begins, as bytes, and its functions.
struct Elements<'a> {
    offset: &'a [u8],
    functions: Vec<usize>,
}

/// A function that the module defines.
struct Function<'a> {
    kind: usize,
    params: usize,
    /// The type of each local variable, as bytes.
    locals: Vec<&'a [u8]>,
    code: &'a [u8],
    /// Where the code says the number of a variable or a function.
    uses: Vec<(Range<usize>, Use)>,
}

#[derive(Clone, Copy)]
enum Use {
    Local(usize),
    Function(usize),
}

impl<'a> Module<'a> {
    pub(crate) fn read(wasm: &'a [u8]) -> Result<Self> {
        let mut module = Self::default();
        let (mut params, mut kinds) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            if let Some((id, range)) = payload.as_section() {
                module.sections.push((id, part(wasm, &range)?));
            }
            #[expect(clippy::wildcard_enum_match_arm, reason = "the other sections are copied")]
            match payload {
                Payload::TypeSection(types) => {
                    for kind in types.into_iter_err_on_gc_types() {
                        params.push(kind?.params().len());
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import?;
                        let TypeRef::Func(kind) = import.ty else {
                            bail!("an import that is no function")
                        };
                        if module.imports.is_empty() {
                            module.origin = import.module;
                        }
                        ensure!(import.module == module.origin, "imports from two modules");
                        module.imports.push((import.name, kind as usize));
                    }
                }
                Payload::FunctionSection(section) => {
                    for kind in section {
                        kinds.push(kind? as usize);
                    }
                }
                Payload::TableSection(tables) => {
                    for table in tables {
                        ensure!(
                            matches!(table?.init, TableInit::RefNull),
                            "a table with a first value"
                        );
                    }
                }
                Payload::GlobalSection(globals) => {
                    for global in globals {
                        for operator in global?.init_expr.get_operators_reader() {
                            let names_function = matches!(operator?, Operator::RefFunc { .. });
                            ensure!(!names_function, "a global that holds a function");
                        }
                    }
                }
                Payload::ExportSection(exports) => {
                    module.exports = exports.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::StartSection { .. } => bail!("a module that starts by itself"),
                Payload::ElementSection(segments) => {
                    for segment in segments {
                        let segment = segment?;
                        let (
                            ElementKind::Active { table_index: None, offset_expr },
                            ElementItems::Functions(functions),
                        ) = (segment.kind, segment.items)
                        else {
                            bail!("elements of another kind than functions for the first table")
                        };
                        let mut offset = offset_expr.get_binary_reader();
                        module.elements.push(Elements {
                            offset: offset.read_bytes(offset.bytes_remaining())?,
                            functions: functions
                                .into_iter()
                                .map(|function| Ok(function? as usize))
                                .collect::<Result<_>>()?,
                        });
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let kind = *kinds.get(module.functions.len()).context("code without a type")?;
                    let params = *params.get(kind).context("an unknown type")?;
                    module.functions.push(Function::read(wasm, &body, kind, params)?);
                }
                _ => {}
            }
        }
        Ok(module)
    }

    /// The names of the imports, by their numbers.
    pub(crate) fn imports(&self) -> Vec<&'a str> {
        self.imports.iter().map(|(name, _)| *name).collect()
    }

    pub(crate) fn exports(&self) -> Vec<&'a str> {
        self.exports.iter().map(|export| export.name).collect()
    }

    /// The module with its imports in this order, each named by its number, and with these new names
    /// of exports; and the new number of each function. Sections that only name things are left out.
    pub(crate) fn written(
        &self,
        imports: &[usize],
        exports: &BTreeMap<&str, String>,
    ) -> Result<(Vec<u8>, Vec<usize>)> {
        let locals: Vec<_> = self.functions.iter().map(Function::new_locals).collect();
        let bodies = self.functions.iter().zip(&locals);
        let bodies: Vec<_> =
            bodies.map(|(function, new)| function.written(new, |old| old)).collect();
        let order = likeness::order(&bodies);
        let imported = imports.len();
        let mut numbers = vec![0; imported + order.len()];
        let old = imports.iter().copied().chain(order.iter().map(|function| imported + function));
        for (new, old) in old.enumerate() {
            numbers[old] = new;
        }
        let number = |old: usize| numbers.get(old).copied().unwrap_or(old);

        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        for (id, old) in &self.sections {
            let mut new = Vec::new();
            match id {
                0 if only_names(old)? => continue,
                2 => vector(&mut new, imports.iter().enumerate(), |out, (number, import)| {
                    bytes(out, self.origin.as_bytes());
                    bytes(out, number_name(number).as_bytes());
                    out.push(0);
                    leb128(out, self.imports[*import].1);
                }),
                3 => vector(&mut new, order.iter(), |out, function| {
                    leb128(out, self.functions[*function].kind);
                }),
                7 => vector(&mut new, self.exports.iter(), |out, export| {
                    bytes(
                        out,
                        exports.get(export.name).map_or(export.name, String::as_str).as_bytes(),
                    );
                    out.push(export.kind as u8);
                    let is_function = matches!(export.kind, ExternalKind::Func);
                    let index = export.index as usize;
                    leb128(out, if is_function { number(index) } else { index });
                }),
                9 => vector(&mut new, self.elements.iter(), |out, elements| {
                    out.push(0);
                    out.extend(elements.offset);
                    vector(out, elements.functions.iter(), |out, function| {
                        leb128(out, number(*function));
                    });
                }),
                10 => vector(&mut new, order.iter(), |out, function| {
                    bytes(out, &self.functions[*function].written(&locals[*function], number));
                }),
                _ => new.extend(*old),
            }
            wasm.push(*id);
            bytes(&mut wasm, &new);
        }
        Validator::new().validate_all(&wasm).context("the rearranged WebAssembly is not valid")?;
        Ok((wasm, numbers))
    }
}

impl<'a> Function<'a> {
    fn read(wasm: &'a [u8], body: &FunctionBody<'a>, kind: usize, params: usize) -> Result<Self> {
        let mut declared = body.get_locals_reader()?;
        let mut locals = Vec::new();
        for _ in 0..declared.get_count() {
            let start = declared.original_position();
            let (count, _) = declared.read()?;
            // The count is in front of the type, in as many bytes as it takes.
            let both = part(wasm, &(start..declared.original_position()))?;
            let length = both.iter().take_while(|byte| **byte >= 0x80).count() + 1;
            locals.extend(std::iter::repeat_n(&both[length..], count as usize));
        }
        let mut operators = body.get_operators_reader()?;
        let begin = operators.original_position();
        let mut uses = Vec::new();
        while !operators.eof() {
            let start = usize::try_from(operators.original_position() - begin)?;
            #[expect(clippy::wildcard_enum_match_arm, reason = "the others are copied")]
            let what = match operators.read()? {
                Operator::LocalGet { local_index }
                | Operator::LocalSet { local_index }
                | Operator::LocalTee { local_index } => Use::Local(local_index as usize),
                Operator::Call { function_index }
                | Operator::ReturnCall { function_index }
                | Operator::RefFunc { function_index } => Use::Function(function_index as usize),
                _ => continue,
            };
            // The number follows the operator, which is one byte.
            uses.push((start + 1..usize::try_from(operators.original_position() - begin)?, what));
        }
        let code = part(wasm, &(begin..operators.original_position()))?;
        Ok(Self { kind, params, locals, code, uses })
    }

    /// The variables in the order that says them shortest: by type, then those used most.
    fn new_locals(&self) -> Vec<usize> {
        let mut counts = vec![0_u32; self.locals.len()];
        let mut firsts = vec![usize::MAX; self.locals.len()];
        for (at, (_, what)) in self.uses.iter().enumerate() {
            if let Use::Local(local) = what
                && let Some(local) = local.checked_sub(self.params)
            {
                counts[local] += 1;
                firsts[local] = firsts[local].min(at);
            }
        }
        let mut order: Vec<_> = (0..self.locals.len()).collect();
        order.sort_by_key(|local| {
            (Reverse(self.locals[*local]), Reverse(counts[*local]), firsts[*local])
        });
        let mut numbers = vec![0; order.len()];
        for (new, old) in (self.params..).zip(order) {
            numbers[old] = new;
        }
        numbers
    }

    /// The body, with variables and functions of new numbers.
    fn written(&self, locals: &[usize], function: impl Fn(usize) -> usize) -> Vec<u8> {
        let mut types = self.locals.clone();
        types.sort_unstable_by_key(|kind| Reverse(*kind));
        let runs: Vec<_> = types.chunk_by(|one, other| one == other).collect();
        let mut out = Vec::with_capacity(self.code.len());
        vector(&mut out, runs.into_iter(), |out, run| {
            leb128(out, run.len());
            out.extend(run[0]);
        });
        let mut copied = 0;
        for (at, what) in &self.uses {
            out.extend(&self.code[copied..at.start]);
            leb128(
                &mut out,
                match what {
                    Use::Local(local) => {
                        local.checked_sub(self.params).map_or(*local, |local| locals[local])
                    }
                    Use::Function(old) => function(*old),
                },
            );
            copied = at.end;
        }
        out.extend(&self.code[copied..]);
        out
    }
}

/// The name of the import of a number.
fn number_name(number: usize) -> String {
    number.to_string()
}

/// Whether a custom section tells nothing but names.
fn only_names(section: &[u8]) -> Result<bool> {
    let (length, rest) = section.split_first().context("an empty custom section")?;
    Ok(["name", "producers"]
        .iter()
        .any(|name| usize::from(*length) == name.len() && rest.starts_with(name.as_bytes())))
}

fn part<'a>(wasm: &'a [u8], range: &Range<u64>) -> Result<&'a [u8]> {
    let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
    wasm.get(range).context("the WebAssembly is cut off")
}

/// Writes a number of items, and the items.
fn vector<T>(
    out: &mut Vec<u8>,
    items: impl ExactSizeIterator<Item = T>,
    mut each: impl FnMut(&mut Vec<u8>, T),
) {
    leb128(out, items.len());
    for item in items {
        each(out, item);
    }
}

fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    leb128(out, bytes.len());
    out.extend(bytes);
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

    const I32: u8 = 0x7f;
    const I64: u8 = 0x7e;

    fn section(wasm: &mut Vec<u8>, id: u8, items: &[&[u8]]) {
        let mut body = Vec::new();
        vector(&mut body, items.iter(), |out, item| out.extend(*item));
        wasm.push(id);
        bytes(wasm, &body);
    }

    fn named(names: &[&str], rest: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for name in names {
            bytes(&mut out, name.as_bytes());
        }
        out.extend(rest);
        out
    }

    /// Two imports; a function of two variables, the second used more; one that calls it and
    /// the first import; and a table of both.
    fn module() -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        section(&mut wasm, 1, &[&[0x60, 1, I32, 1, I32], &[0x60, 0, 0]]);
        let import = |name| named(&["./app_bg.js", name], &[0, 1]);
        section(&mut wasm, 2, &[&import("__wbg_now_5f3e"), &import("__wbg_log_0001")]);
        section(&mut wasm, 3, &[&[0], &[1]]);
        section(&mut wasm, 4, &[&[0x70, 0, 2]]);
        section(&mut wasm, 7, &[&named(&["run_1f"], &[0, 3])]);
        section(&mut wasm, 9, &[&[0, 0x41, 0, 0x0b, 2, 3, 2]]);
        let code = [0x20, 1, 0x1a, 0x20, 0, 0x22, 3, 0x20, 3, 0x6a, 0x42, 7, 0x21, 2, 0x0b];
        let mut first = Vec::new();
        bytes(&mut first, &[&[3, 1, I32, 1, I64, 1, I32][..], &code].concat());
        let second = [9, 0, 0x10, 0, 0x41, 5, 0x10, 2, 0x1a, 0x0b];
        section(&mut wasm, 10, &[&first, &second]);
        for name in ["name", "kept"] {
            wasm.push(0);
            bytes(&mut wasm, &named(&[name], &[1, 2]));
        }
        Validator::new().validate_all(&wasm).unwrap();
        wasm
    }

    #[test]
    fn a_module_means_the_same_under_new_numbers() {
        let old = module();
        let old = Module::read(&old).unwrap();
        assert_eq!(old.imports(), ["__wbg_now_5f3e", "__wbg_log_0001"]);
        assert_eq!(old.exports(), ["run_1f"]);
        let (new, _) = old.written(&[1, 0], &BTreeMap::from([("run_1f", "a".to_owned())])).unwrap();
        let new = Module::read(&new).unwrap();
        assert_eq!(new.exports(), ["a"]);

        let defined = |number: usize| &new.functions[number - 2];
        let run = new.exports[0].index as usize;
        assert_eq!(defined(run).kind, 1);
        // What it calls: the import that was the first, and the other function.
        let [(_, Use::Function(import)), (_, Use::Function(other))] = defined(run).uses[..] else {
            panic!("two calls")
        };
        assert_eq!((import, defined(other).kind), (1, 0));
        assert_eq!(new.elements[0].functions, [run, other]);

        // Of the same type the one used more comes first; the parameter stays.
        assert_eq!(defined(other).locals, [[I32], [I32], [I64]]);
        let locals = defined(other).uses.iter().map(|(_, what)| match what {
            Use::Local(local) => *local,
            Use::Function(_) => panic!("no call"),
        });
        assert_eq!(locals.collect::<Vec<_>>(), [2, 0, 1, 1, 3]);

        let custom = new.sections.iter().filter(|(id, _)| *id == 0);
        assert_eq!(custom.map(|(_, body)| &body[1..5]).collect::<Vec<_>>(), [b"kept"]);
    }

    #[test]
    fn what_it_does_not_know_is_refused() {
        let whole = module();
        Module::read(&whole[..whole.len() - 20]).err().unwrap();
        Module::read(b"no").err().unwrap();
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        section(&mut wasm, 2, &[&named(&["./app_bg.js", "memory"], &[2, 0, 1])]);
        Module::read(&wasm).err().unwrap();
    }

    #[test]
    fn a_number_takes_as_few_bytes_as_it_can() {
        let mut out = Vec::new();
        for number in [0, 127, 128, 624_485] {
            leb128(&mut out, number);
        }
        assert_eq!(out, [0, 127, 0x80, 1, 0xe5, 0x8e, 0x26]);
    }
}
