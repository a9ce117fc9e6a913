//! Execution of the rows, and the table of results.
#![expect(clippy::print_stdout, reason = "prints the results")]

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::env;

use anyhow::{Context as _, Result, bail, ensure};

use crate::call::{Call, Gaps};
use crate::gap::{now, worst};
use crate::harness::statistics::median;
use crate::harness::story;
use crate::row::{Form, Row};

/// The requested runs.
struct Order {
    form: Form,
    rows: Vec<Row>,
    runs: usize,
    seed: u64,
    /// Set if the events of every run are printed, not only of bad ones.
    prints_all_notes: bool,
}

/// The results of the runs of a row.
#[derive(Default)]
struct Outcome {
    /// The gaps of the calls that recovered, in seconds.
    gaps: Vec<f64>,
    /// The number of calls that did not recover.
    lost: usize,
    /// The number of runs that failed before there was a result.
    unjudged: usize,
}

/// A run of a row.
#[derive(Debug, Clone, Copy)]
struct Job {
    row: Row,
    run: usize,
}

/// The result of a run.
#[derive(Debug, Clone, Copy)]
enum Ending {
    Gap(f64),
    Lost,
    Unjudged,
}

/// The progress through the requested runs.
struct Progress {
    form: Form,
    /// The remaining runs.
    jobs: VecDeque<Job>,
    /// The results of the current row.
    outcome: Outcome,
    /// The names of the failed rows.
    bad: Vec<&'static str>,
}

#[test]
fn the_table_of_faults() -> Result<()> {
    let Some(order) = Order::from_environment()? else {
        println!("no faults: they are for `cargo xtask test faults`");
        return Ok(());
    };
    order.run()
}

impl Order {
    /// Reads the environment. Returns `None` if no runs are requested.
    fn from_environment() -> Result<Option<Self>> {
        let variable = |name: &str| env::var(name).unwrap_or_default();
        let form = match variable("TINCAN_FAULTS").as_str() {
            "" => return Ok(None),
            "short" => Form::Short,
            "long" => Form::Long,
            other => bail!("TINCAN_FAULTS is `{other}`, not `short` or `long`"),
        };
        let runs = match variable("TINCAN_FAULTS_RUNS").as_str() {
            "" => 1,
            runs => runs.parse().context("TINCAN_FAULTS_RUNS is no number")?,
        };
        let seed = match variable("TINCAN_SEED").as_str() {
            "" => fastrand::u64(..1_000_000),
            seed => seed.parse().context("TINCAN_SEED is no number")?,
        };
        let rows = rows(&variable("TINCAN_FAULTS_ROWS"), form)?;
        let prints_all_notes = !variable("TINCAN_FAULTS_NOTES").is_empty();
        Ok(Some(Self { form, rows, runs, seed, prints_all_notes }))
    }

    /// Runs everything in order. A call is reused for further runs while it is intact.
    fn run(&self) -> Result<()> {
        println!("faults: the seed is {} (TINCAN_SEED)\n{}", self.seed, head());
        let mut jobs = VecDeque::new();
        for row in self.rows.iter().copied() {
            match row.skip_reason() {
                Some(why) => println!("{:<20} left out: {why}", row.name()),
                None => jobs.extend((1..=self.runs).map(|run| Job { row, run })),
            }
        }
        let (outcome, bad) = (Outcome::default(), Vec::new());
        let progress = Progress { form: self.form, jobs, outcome, bad };
        let progress = RefCell::new(progress);
        let next = || progress.borrow().jobs.front().copied();
        while let Some(first) = next() {
            let ending = Cell::new(Ending::Unjudged);
            let is_told = Cell::new(false);
            let name = format!("fault {} {}", first.row.name(), first.run);
            let told = story(&name, async |stage| {
                let call = Call::begin(stage, first.row.place()).await?;
                while let Some(job) = next().filter(|job| job.row.place() == first.row.place()) {
                    let gap = self.run_one(job, &call, &ending).await?;
                    progress.borrow_mut().over(Ending::Gap(gap));
                    ending.set(Ending::Unjudged);
                }
                is_told.set(true);
                Ok(())
            });
            let Err(error) = told else { continue };
            if let Some(job) = next().filter(|_| !is_told.get()) {
                println!("  {}, run {}: {error:#}", job.row.name(), job.run);
                progress.borrow_mut().over(ending.into_inner());
            } else {
                println!("  after the last run: {error:#}");
                progress.borrow_mut().bad.push("errors on a page after the last run");
            }
        }
        let bad = progress.into_inner().bad;
        ensure!(bad.is_empty(), "what went wrong: {}", bad.join(", "));
        Ok(())
    }

    /// Injects the fault and waits for recovery. Returns the gap in seconds; `ending` is the result
    /// to record on an error.
    async fn run_one(&self, job: Job, call: &Call, ending: &Cell<Ending>) -> Result<f64> {
        let seed = self.seed.wrapping_add(u64::try_from(job.run)?);
        let before = now();
        ending.set(Ending::Unjudged);
        let gaps = async {
            let since = job.row.inject(call, self.form, seed).await?;
            ending.set(Ending::Lost);
            call.comes_back().await?;
            call.gaps(since).await
        };
        let gaps = gaps.await;
        let is_good = gaps.as_ref().is_ok_and(|gaps| job.row.is_within_limit(gaps.worse()));
        if self.prints_all_notes || !is_good {
            let what = gaps.as_ref().map_or_else(|_| "goes wrong".to_owned(), Gaps::to_string);
            println!("  {}, run {}: {what}", job.row.name(), job.run);
            // A page that is gone has no notes.
            for note in call.notes(before).await.unwrap_or_default() {
                println!("    {note}");
            }
        }
        Ok(gaps?.worse())
    }
}

impl Progress {
    /// Records the result of a run, and prints the row after its last one.
    fn over(&mut self, ending: Ending) {
        match ending {
            Ending::Gap(gap) => self.outcome.gaps.push(gap),
            Ending::Lost => self.outcome.lost += 1,
            Ending::Unjudged => self.outcome.unjudged += 1,
        }
        let Some(job) = self.jobs.pop_front() else { return };
        if self.jobs.front().is_some_and(|next| next.row == job.row) {
            return;
        }
        let outcome = std::mem::take(&mut self.outcome);
        println!("{}", outcome.line(job.row, self.form));
        if !outcome.is_good(job.row, self.form) {
            self.bad.push(job.row.name());
        }
    }
}

impl Outcome {
    fn is_good(&self, row: Row, form: Form) -> bool {
        let judged = self.lost == 0 && self.unjudged == 0;
        judged && (form == Form::Short || self.gaps.iter().all(|gap| row.is_within_limit(*gap)))
    }

    fn line(&self, row: Row, form: Form) -> String {
        let seconds = |value: Option<f64>| {
            value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2} s"))
        };
        line([
            row.name(),
            &row.words(form),
            &(self.gaps.len() + self.lost + self.unjudged).to_string(),
            &self.lost.to_string(),
            &seconds(median(&self.gaps)),
            &seconds(worst(&self.gaps)),
            &seconds(row.limit()),
        ])
    }
}

fn head() -> String {
    line(["row", "fault", "runs", "lost", "median", "worst", "limit"])
}

fn line(cells: [&str; 7]) -> String {
    let [name, words, runs, lost, median, worst, limit] = cells;
    format!("{name:<20} {words:<45} {runs:>5} {lost:>5} {median:>9} {worst:>9} {limit:>9}")
}

/// Returns the rows with these names in their usual order, or all of the form if no name is given.
fn rows(names: &str, form: Form) -> Result<Vec<Row>> {
    let names: Vec<&str> = names.split_whitespace().collect();
    if let Some(name) = names.iter().find(|name| Row::ALL.iter().all(|row| row.name() != **name)) {
        let all: Vec<_> = Row::ALL.iter().map(|row| row.name()).collect();
        bail!("there is no row `{name}`: choose among {}", all.join(", "));
    }
    let wanted = |row: &Row| {
        if names.is_empty() {
            form == Form::Long || row.is_quick()
        } else {
            names.contains(&row.name())
        }
    };
    Ok(Row::ALL.into_iter().filter(wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_chosen_by_name() {
        assert_eq!(rows("", Form::Long).unwrap(), Row::ALL);
        assert_eq!(
            rows(" stopped server-restart", Form::Short).unwrap(),
            [Row::ServerRestart, Row::Stopped]
        );
        assert!(rows("stoped", Form::Long).is_err());
    }

    #[test]
    fn a_lost_call_fails_any_form_and_a_gap_only_the_long_one() {
        let slow = Outcome { gaps: vec![0.1, 9.0], ..Outcome::default() };
        assert!(slow.is_good(Row::Stopped, Form::Short));
        assert!(!slow.is_good(Row::Stopped, Form::Long));
        assert!(slow.is_good(Row::Unplugged, Form::Long), "it has no limit");
        let lost = Outcome { gaps: vec![0.1], lost: 1, ..Outcome::default() };
        assert!(!lost.is_good(Row::Stopped, Form::Short));
        let unjudged = Outcome { unjudged: 1, ..Outcome::default() };
        assert!(!unjudged.is_good(Row::Stopped, Form::Short));
    }

    #[test]
    fn a_line_contains_all_results() {
        let outcome = Outcome { gaps: vec![0.1, 0.25, 0.2], lost: 1, ..Outcome::default() };
        let line = outcome.line(Row::ServerRestart, Form::Long);
        let words: Vec<_> = line.split_whitespace().skip(5).collect();
        assert_eq!(words.join(" "), "4 1 0.20 s 0.25 s 1.00 s");
    }
}
