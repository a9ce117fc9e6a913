//! The numbers of a connection, for the component that shows them. They never enter the view.

use std::collections::VecDeque;
use std::time::Duration;

use crate::uplink::{LinkStats, Sample};

/// The number of figures that a history keeps: a minute of them.
const KEPT: usize = 60;

/// All that is shown of a connection at one moment (`getStats`). No address is in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// The time of the report, on the clock of the browser.
    pub at: Duration,
    /// The counters.
    pub sample: Sample,
    /// The camera's video, or the screen's if it is larger, that is received.
    pub received: Picture,
    /// The same that is sent.
    pub sent: Picture,
    /// The codecs of the audio and video that is received, such as `opus` and `VP8`.
    pub received_codecs: Vec<String>,
    /// The codecs of what is sent.
    pub sent_codecs: Vec<String>,
    /// The route that the packets take.
    pub route: Option<Route>,
}

/// A video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Picture {
    /// In pixels; 0 if there is none.
    pub width: u32,
    /// In pixels; 0 if there is none.
    pub height: u32,
    /// In frames per second.
    pub frame_rate: u32,
}

/// The route that packets take to a peer, by the selected pair of candidates (RFC 8445).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// From one end to the other, over UDP.
    DirectUdp,
    /// From one end to the other, over TCP (RFC 6544).
    DirectTcp,
    /// By a relay of this side's, and by that protocol to the relay.
    Relayed(RelayProtocol),
    /// By a relay of the other side's alone.
    RelayedThere,
}

/// The protocol between this side and its relay (`relayProtocol`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayProtocol {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// TLS.
    Tls,
    /// The browser does not tell.
    Unknown,
}

/// The quantities of a connection that are plotted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// The statistics since the report before.
    pub stats: LinkStats,
    /// The frame rate that is received.
    pub frame_rate: u32,
}

/// The last report on a connection, and the figures of the last minute.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    report: Report,
    figures: VecDeque<Figures>,
}

impl History {
    /// Adds a report. If its counters have gone back it is of another connection.
    pub fn push(&mut self, report: Report) {
        let (last, sample) = (&self.report.sample, &report.sample);
        let elapsed = report.at.saturating_sub(self.report.at);
        let goes_on = !elapsed.is_zero()
            && self.report.at > Duration::ZERO
            && sample.bytes_sent >= last.bytes_sent
            && sample.bytes_received >= last.bytes_received;
        if goes_on {
            let stats = LinkStats::between(last, sample, elapsed);
            if self.figures.len() == KEPT {
                self.figures.pop_front();
            }
            self.figures.push_back(Figures { stats, frame_rate: report.received.frame_rate });
        }
        self.report = report;
    }

    /// Returns the last report.
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// Returns a number of each of the figures, the oldest first.
    pub fn series(&self, pick: fn(&Figures) -> Option<u32>) -> Vec<Option<u32>> {
        self.figures.iter().map(pick).collect()
    }

    /// Returns the most figures that there can be.
    pub const fn capacity() -> usize {
        KEPT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(at: u64, bytes: u64) -> Report {
        let sample = Sample { bytes_received: bytes, ..Sample::default() };
        Report { at: Duration::from_secs(at), sample, ..Report::default() }
    }

    #[test]
    fn a_history_holds_a_minute() {
        let mut history = History::default();
        for at in 1..100 {
            history.push(report(at, at * 1000 * at));
        }
        let rates = history.series(|figures| Some(figures.stats.received));
        assert_eq!(rates.len(), History::capacity());
        // The rate grows from report to report, by the square of the time.
        assert_eq!((rates[0], rates[59]), (Some(8 * 79), Some(8 * 197)));
    }

    #[test]
    fn a_connection_that_begins_anew_makes_no_figure() {
        let mut history = History::default();
        for (at, bytes, count) in [(1, 500, 0), (2, 600, 1), (3, 100, 1), (3, 200, 1), (4, 300, 2)]
        {
            history.push(report(at, bytes));
            assert_eq!(history.series(|_| None).len(), count, "{at} {bytes}");
            assert_eq!(history.report().sample.bytes_received, bytes);
        }
    }
}
