//! Accessibility checks with axe.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::{Page, programs};

/// The script that follows axe's own source. It applies the rules of WCAG 2.1, A and AA, and axe's
/// best practices. It first finishes animations, since text that fades in does not have its final
/// colours.
const RUN: &str = "
const done = arguments[arguments.length - 1];
const ends = (animation) => animation.effect.getComputedTiming().endTime !== Infinity;
const ended = document.getAnimations().filter(ends).map((animation) => animation.finished);
Promise.allSettled(ended)
  .then(() => axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
    resultTypes: ['violations'],
    preload: false,
  }))
  .then(({ violations, passes }) => done({
    passed: passes.length,
    violations: violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, html }) => (
      { rule: id, help, target: target.flat().join(' '), html }
    ))),
  }))
  .catch((error) => done({ error: String(error) }));
";

/// The result of axe.
#[derive(Deserialize)]
#[serde(untagged)]
enum Found {
    All {
        /// The number of rules that applied to something and passed.
        passed: usize,
        violations: Vec<Violation>,
    },
    Nothing {
        error: String,
    },
}

/// A rule that an element violates.
#[derive(Deserialize)]
struct Violation {
    rule: String,
    help: String,
    target: String,
    html: String,
}

impl Page {
    /// Checks that the current page violates no accessibility rule that axe can check.
    pub async fn has_no_violations(&self) -> Result<()> {
        let path = programs::axe()?;
        let axe = fs::read_to_string(&path);
        let axe = axe.with_context(|| format!("cannot read {}", path.display()))?;
        // Scripts of a driver are not subject to the page's Content-Security-Policy.
        let found = self.run_to_end(&[&axe, RUN].concat()).await?;
        match serde_json::from_value(found)? {
            Found::Nothing { error } => anyhow::bail!("axe fails on {self:?}: {error}"),
            Found::All { passed, violations } => {
                ensure!(passed > 0, "axe finds nothing to look at on {self:?}");
                let lines: Vec<String> = violations.iter().map(Violation::line).collect();
                ensure!(lines.is_empty(), "{self:?} is not accessible:\n{}", lines.join("\n"));
                Ok(())
            }
        }
    }
}

impl Violation {
    fn line(&self) -> String {
        let Self { rule, help, target, html } = self;
        format!("  {rule} ({help})\n    at {target}\n    {html}")
    }
}
