//! The results of a check, and what a person may pass on of them.

use super::{CheckLine, Verdict};
use crate::failure_report::{Browser, about_page, server_word};
use crate::json::Json;

/// The result of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckResult {
    /// The line.
    pub line: CheckLine,
    /// The verdict.
    pub verdict: Verdict,
    /// The time until it was known, in milliseconds, where that says something.
    pub took_ms: Option<u32>,
    /// The measured rate, in kbit/s.
    pub rate: Option<u32>,
}

/// The results as JSON. As in a report of a failure, no text from outside is in it.
#[derive(Debug, Clone)]
pub struct CheckReport(Json);

impl CheckReport {
    /// Makes a report of these results.
    pub fn new(results: &[CheckResult], browser: Browser) -> Self {
        let results = Json::List(results.iter().map(row).collect());
        Self(about_page(browser, [("results", results)].into_iter()))
    }

    /// Returns the report as a text.
    pub fn to_json(&self) -> String {
        self.0.to_text()
    }
}

fn row(result: &CheckResult) -> Json {
    let CheckResult { line, verdict, took_ms, rate } = *result;
    let words =
        [("line", Json::Word(line_word(line))), ("verdict", Json::Word(verdict_word(verdict)))];
    let took = took_ms.map(|took| ("took_ms", Json::Number(took)));
    let rate = rate.map(|rate| ("kilobits_per_second", Json::Number(rate)));
    Json::Object(words.into_iter().chain(took).chain(rate).collect())
}

const fn line_word(line: CheckLine) -> &'static str {
    match line {
        CheckLine::Microphone => "microphone",
        CheckLine::Camera => "camera",
        CheckLine::Server => "server",
        CheckLine::Socket => "websocket",
        CheckLine::Ice(kind) => server_word(kind),
        CheckLine::Loopback => "loopback-call",
    }
}

const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Works => "works",
        Verdict::Slow => "slow",
        Verdict::Absent => "absent",
        Verdict::Denied => "denied",
        Verdict::Busy => "busy",
        Verdict::Unreachable => "unreachable",
        Verdict::Refused => "refused-credentials",
        Verdict::Failing => "failing",
        Verdict::NotSecure => "certificate-or-unreachable",
    }
}
