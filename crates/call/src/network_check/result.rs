//! The results of a check, and what a person may pass on of them.

use serde::Serialize;

use super::{CheckLine, Verdict};
use crate::failure_report::{AboutPage, Browser, server_word, to_json};

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
#[derive(Debug, Clone, Serialize)]
pub struct CheckReport {
    #[serde(flatten)]
    page: AboutPage,
    results: Vec<Row>,
}

/// The result of one line.
#[derive(Debug, Clone, Serialize)]
struct Row {
    line: &'static str,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ms: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kilobits_per_second: Option<u32>,
}

impl CheckReport {
    /// Makes a report of these results.
    pub fn new(results: &[CheckResult], browser: Browser) -> Self {
        let results = results.iter().map(row).collect();
        Self { page: AboutPage::new(browser), results }
    }

    /// Returns the report as a text.
    pub fn to_json(&self) -> String {
        to_json(self)
    }
}

fn row(result: &CheckResult) -> Row {
    let CheckResult { line, verdict, took_ms, rate } = *result;
    Row {
        line: line_word(line),
        verdict: verdict_word(verdict),
        took_ms,
        kilobits_per_second: rate,
    }
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
