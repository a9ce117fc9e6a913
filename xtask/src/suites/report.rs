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
    /// The error, if it failed.
    error: Option<String>,
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
        let error = result.as_ref().err().map(|error| format!("{error:#}"));
        match &error {
            None => say!("    {suite}: {name}: passed in {}", Took(took)),
            Some(error) => say!("    {suite}: {name}: FAILED after {}\n{error}", Took(took)),
        }
        self.steps.push(Step { suite, name: name.to_owned(), took, error });
        result.ok()
    }

    /// Prints the table. Fails with the errors of the steps that failed.
    pub(crate) fn finish(self) -> Result<()> {
        say!("\n==> summary");
        let width = self.steps.iter().map(|step| step.name.len()).max().unwrap_or_default();
        for Step { suite, name, took, error } in &self.steps {
            let result = if error.is_none() { "passed" } else { "FAILED" };
            say!("    {suite:<8} {name:<width$}  {result}  {:>12}", Took(*took).to_string());
        }
        let took: Duration = self.steps.iter().map(|step| step.took).sum();
        say!("    {} steps in {}", self.steps.len(), Took(took));
        let failed = self.steps.iter().filter_map(|step| {
            Some(format!("{}: {}: {}", step.suite, step.name, step.error.as_ref()?))
        });
        let failed: Vec<_> = failed.collect();
        if !failed.is_empty() {
            bail!("failed:\n{}", failed.join("\n"));
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
        assert_eq!(error, "failed:\nnative: one: no");
    }
}
