//! The numbers of all connections, for those who show them.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use tincan_call::{Command, FeatureCommand, Input};
use tincan_protocol::PeerId;

use super::{Driver, Shell};
use crate::connection::{RawReport, ReportSink};

/// Takes the reports of all connections.
type OnReport = Rc<dyn Fn(PeerId, RawReport)>;

/// The one who looks at the numbers, if there is one.
#[derive(Default)]
pub(super) struct Reports(RefCell<Option<OnReport>>);

impl Reports {
    /// Returns the sink for a connection with a peer, while somebody looks.
    pub(super) fn sink(&self, peer: PeerId) -> Option<ReportSink> {
        let on_report = self.0.borrow().clone()?;
        Some(Rc::new(move |report| on_report(peer, report)))
    }
}

/// Has the links measured once a second and passes the reports on, until it is dropped.
#[must_use = "nothing is reported once this is dropped"]
pub struct ReportWatch(Weak<Shell>);

impl Drop for ReportWatch {
    fn drop(&mut self) {
        if let Some(shell) = self.0.upgrade() {
            shell.set_on_report(None);
        }
    }
}

impl Driver {
    /// Measures the links once a second from now on, by the same poll that serves all else, and
    /// calls `on_report` with each report. There is one watch at a time: a new one takes the place
    /// of the one before.
    pub fn watch_reports(&self, on_report: impl Fn(PeerId, RawReport) + 'static) -> ReportWatch {
        self.0.set_on_report(Some(Rc::new(on_report)));
        ReportWatch(Rc::downgrade(&self.0))
    }
}

impl Shell {
    fn set_on_report(&self, on_report: Option<OnReport>) {
        let is_shown = on_report.is_some();
        *self.reports.0.borrow_mut() = on_report;
        for (peer, _, connection) in &*self.connections.borrow() {
            connection.set_report_sink(self.reports.sink(*peer));
        }
        let command = FeatureCommand::ShowNumbers(is_shown);
        self.input(Input::Command(Command::Feature(command)));
    }
}
