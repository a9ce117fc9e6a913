//! The committed limits of what a page may weigh.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

/// The file with the budget: a name and a number of bytes (brotli) in each line.
pub(crate) const FILE: &str = "xtask/budget.txt";

/// The tolerance in percent, for changes by other versions of compilers and compressors.
const TOLERANCE: usize = 2;

/// Checks that everything has a budget and that nothing exceeds it.
pub(crate) fn check(budget: &str, weights: &BTreeMap<String, usize>) -> Result<()> {
    let budget = read(budget)?;
    let mut wrong = Vec::new();
    for (name, weight) in weights {
        match budget.get(name) {
            None => wrong.push(format!("{name} weighs {weight} and has no budget")),
            Some(limit) if weight * 100 > limit * (100 + TOLERANCE) => {
                wrong.push(format!("{name} weighs {weight}; its budget is {limit}"));
            }
            Some(_) => {}
        }
    }
    let gone = budget.keys().filter(|name| !weights.contains_key(*name));
    wrong.extend(gone.map(|name| format!("{name} has a budget and is not there")));
    if !wrong.is_empty() {
        bail!("the page and {FILE} differ:\n  {}", wrong.join("\n  "));
    }
    Ok(())
}

fn read(budget: &str) -> Result<BTreeMap<String, usize>> {
    let mut limits = BTreeMap::new();
    for line in budget.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (name, limit) = line.rsplit_once(' ').context("a name and a number")?;
        let limit = limit.parse().with_context(|| format!("`{limit}` is no number"))?;
        let is_new = limits.insert(name.trim().to_owned(), limit).is_none();
        ensure!(is_new, "`{name}` has two budgets");
    }
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(budget: &str, weights: &[(&str, usize)]) -> String {
        let weights = weights.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect();
        check(budget, &weights).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn two_percent_more_is_no_news() {
        assert_eq!(
            error("# Bytes.\n\nfirst load 1000\ncall 100\n", &[("first load", 1020), ("call", 1)]),
            ""
        );
        assert!(error("first load 1000", &[("first load", 1021)]).contains("weighs 1021"));
    }

    #[test]
    fn chunks_come_and_go_with_their_budget() {
        assert!(error("", &[("call", 1)]).contains("has no budget"));
        assert!(error("call 1", &[]).contains("is not there"));
        assert!(error("call", &[]).contains("a name and a number"));
        assert!(error("call 1\ncall 2", &[]).contains("two budgets"));
    }
}
