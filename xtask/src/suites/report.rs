//! The results of all steps, for the table at the end.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::Suite;
use crate::say::{Took, say};

/// The results so far.
#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<Step>,
}

struct Step {
    suite: &'static str,
    name: String,
    took: Duration,
    passed: bool,
}

impl Report {
    /// Runs one step under a heading. Returns its value, or `None` if it failed.
    pub(crate) fn step<T>(
        &mut self,
        suite: Suite,
        name: &str,
        run: impl FnOnce() -> Result<T>,
    ) -> Option<T> {
        let suite = suite.name();
        say!("\n==> {suite}: {name}");
        let start = Instant::now();
        let result = run();
        let took = start.elapsed();
        match &result {
            Ok(_) => say!("    {suite}: {name}: passed in {}", Took(took)),
            Err(error) => say!("    {suite}: {name}: FAILED after {}\n{error:#}", Took(took)),
        }
        self.steps.push(Step { suite, name: name.to_owned(), took, passed: result.is_ok() });
        result.ok()
    }

    /// Prints the table. Fails if any step failed.
    pub(crate) fn finish(self) -> Result<()> {
        say!("\n==> summary");
        let width = self.steps.iter().map(|step| step.name.len()).max().unwrap_or_default();
        for Step { suite, name, took, passed } in &self.steps {
            let result = if *passed { "passed" } else { "FAILED" };
            say!("    {suite:<8} {name:<width$}  {result}  {:>12}", Took(*took).to_string());
        }
        let took: Duration = self.steps.iter().map(|step| step.took).sum();
        say!("    {} steps in {}", self.steps.len(), Took(took));
        let failed = self.steps.iter().filter(|step| !step.passed);
        let failed: Vec<_> = failed.map(|step| format!("{}: {}", step.suite, step.name)).collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_fails_the_report_but_not_later_steps() {
        let mut report = Report::default();
        assert_eq!(report.step(Suite::Native, "one", || -> Result<()> { bail!("no") }), None);
        assert_eq!(report.step(Suite::E2e, "two", || Ok(2)), Some(2));
        let error = report.finish().unwrap_err().to_string();
        assert_eq!(error, "failed: native: one");
    }
}
