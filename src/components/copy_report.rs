//! The button that copies the report of a failure, to pass it on.

use std::rc::Rc;

use tincan_browser::page;
use tincan_call::{CaptureError, EndReason, FailedAttempt, FailureReport};
use yew::prelude::*;

use super::CopyButton;
use crate::hooks::{Choices, use_choices};

/// A failure that a report can tell of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reported {
    /// A connection with a person.
    Link(Rc<FailedAttempt>),
    /// A device.
    Capture(CaptureError),
    /// The end of a call, or that there can be none.
    End(EndReason),
}

/// Draws the button for a device. Its code is in the chunk of the call, and the notices of the
/// lobby get it from there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CaptureReport(fn(CaptureError) -> Html);

impl CaptureReport {
    /// The one there is, for the chunk of the call.
    pub(crate) const fn new() -> Self {
        Self(|error| report_button(Reported::Capture(error)))
    }

    pub(crate) fn draw(self, error: CaptureError) -> Html {
        (self.0)(error)
    }
}

impl PartialEq for CaptureReport {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The button that copies a report.
pub(crate) fn report_button(reported: Reported) -> Html {
    html! { <CopyReport {reported} /> }
}

#[derive(Properties, PartialEq)]
struct CopyReportProps {
    reported: Reported,
}

/// Copies the report of a failure.
#[component(CopyReport)]
fn copy_report(props: &CopyReportProps) -> Html {
    let Choices { language, .. } = use_choices();
    let words = language.failures();
    let text = use_memo(props.reported.clone(), |reported| {
        let browser = page::browser();
        let report = match reported {
            Reported::Link(attempt) => FailureReport::of_link(attempt, browser),
            Reported::Capture(error) => FailureReport::of_capture(*error, browser),
            Reported::End(reason) => FailureReport::of_end(*reason, browser),
        };
        AttrValue::from(report.to_json())
    });
    let labels = [words.copy_report, words.report_copied, words.report_not_copied];
    html! { <CopyButton text={&*text} {labels} /> }
}
