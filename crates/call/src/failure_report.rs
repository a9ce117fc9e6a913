//! The report of a failure that a person may pass on, as JSON.
//!
//! Whoever reads it was not in the call and need not be trusted. So it is made of words and numbers
//! of this module alone, and no text from outside can get into it: no address, name, key, room or
//! URL.

use serde::Serialize;
use tincan_protocol::VERSION;

use crate::api::view::{EndReason, Failure};
use crate::link::{
    CandidateClass, CountedError, Evidence, FailedAttempt, IceServerKind, IceServerKinds, Tallies,
    Tally,
};
use crate::media::CaptureError;

/// The family of a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Browser {
    /// Chromium and what is built on it.
    Chromium,
    /// Firefox.
    Firefox,
    /// Safari, and every browser of iOS.
    WebKit,
    /// Another one.
    Other,
}

impl Browser {
    /// Returns the family that a user agent belongs to (`navigator.userAgent`).
    pub fn of_user_agent(text: &str) -> Self {
        let is = |product| text.contains(product);
        if is("Firefox/") {
            Self::Firefox
        } else if is("Chrome/") || is("Chromium/") {
            Self::Chromium
        } else if is("AppleWebKit/") {
            Self::WebKit
        } else {
            Self::Other
        }
    }
}

/// The part of a report about the page itself.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct AboutPage {
    tincan: &'static str,
    protocol: u32,
    browser: &'static str,
}

impl AboutPage {
    pub(crate) fn new(browser: Browser) -> Self {
        let browser = match browser {
            Browser::Chromium => "chromium",
            Browser::Firefox => "firefox",
            Browser::WebKit => "webkit",
            Browser::Other => "other",
        };
        Self { tincan: env!("CARGO_PKG_VERSION"), protocol: VERSION, browser }
    }
}

/// Returns a report as a text, with a line for each member.
pub(crate) fn to_json(report: &impl Serialize) -> String {
    // Reports have no maps, whose keys could be no texts, and nothing else can fail.
    serde_json::to_string_pretty(report).unwrap_or_default()
}

/// A report of one failure.
#[derive(Debug, Clone, Serialize)]
pub struct FailureReport {
    #[serde(flatten)]
    page: AboutPage,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Link>,
}

/// The part of a report about a connection that failed.
#[derive(Debug, Clone, Serialize)]
struct Link {
    took_ms: u32,
    agreed_ms: Option<u32>,
    servers: Vec<&'static str>,
    errors: Vec<Error>,
    candidates: Vec<Candidates>,
    peer_candidates: Vec<Candidates>,
}

/// An error of servers of one kind.
#[derive(Debug, Clone, Serialize)]
struct Error {
    server: &'static str,
    code: u16,
    count: u16,
    first_ms: u32,
}

/// The candidates of one class.
#[derive(Debug, Clone, Serialize)]
struct Candidates {
    class: &'static str,
    count: u16,
    first_ms: u32,
}

impl FailureReport {
    /// Makes a report of a connection with a peer that failed.
    pub fn of_link(attempt: &FailedAttempt, browser: Browser) -> Self {
        let Evidence { agreed_ms, ours, theirs, errors, .. } = &attempt.evidence;
        let link = Link {
            took_ms: attempt.took_ms,
            agreed_ms: *agreed_ms,
            servers: servers(attempt.servers),
            errors: errors.iter().map(error).collect(),
            candidates: candidates(ours),
            peer_candidates: candidates(theirs),
        };
        Self::new(failure_word(attempt.failure), browser, Some(link))
    }

    /// Makes a report of a device that cannot be captured.
    pub fn of_capture(error: CaptureError, browser: Browser) -> Self {
        Self::new(capture_word(error), browser, None)
    }

    /// Makes a report of a call that ended, or did not begin.
    pub fn of_end(reason: EndReason, browser: Browser) -> Self {
        Self::new(end_word(reason), browser, None)
    }

    fn new(reason: &'static str, browser: Browser, link: Option<Link>) -> Self {
        Self { page: AboutPage::new(browser), reason, link }
    }

    /// Returns the report as a text.
    pub fn to_json(&self) -> String {
        to_json(self)
    }
}

const fn failure_word(failure: Failure) -> &'static str {
    match failure {
        Failure::NoAnswer => "no-answer",
        Failure::NoRelay => "no-relay",
        Failure::UdpBlocked => "udp-blocked",
        Failure::RelayRefused => "relay-refused-credentials",
        Failure::RelayFailing => "relay-failing",
        Failure::RelayNotSecure => "relay-certificate-or-unreachable",
        Failure::RelayUnreachable => "relay-unreachable",
        Failure::RelayUnreachableThere => "peer-has-no-relay",
        Failure::NoPath => "no-path",
        Failure::Incompatible => "no-common-codec",
    }
}

const fn capture_word(error: CaptureError) -> &'static str {
    match error {
        CaptureError::NotAllowed => "permission-denied",
        CaptureError::BlockedBySystem => "blocked-by-system",
        CaptureError::NotFound => "no-device",
        CaptureError::NotReadable => "device-busy",
        CaptureError::OverConstrained => "device-over-constrained",
        CaptureError::InsecureContext => "insecure-context",
        CaptureError::NotSupported => "capture-not-supported",
        CaptureError::Other => "device-failed",
    }
}

const fn end_word(reason: EndReason) -> &'static str {
    match reason {
        EndReason::HungUp => "hung-up",
        EndReason::Left => "left",
        EndReason::NoPeerConnections => "webrtc-off",
        EndReason::RoomFull => "room-full",
        EndReason::Replaced => "replaced",
        EndReason::Version => "old-version",
        EndReason::Refused => "server-refused",
    }
}

pub(crate) const fn server_word(server: IceServerKind) -> &'static str {
    match server {
        IceServerKind::Stun => "stun",
        IceServerKind::TurnUdp => "turn-udp",
        IceServerKind::TurnTcp => "turn-tcp",
        IceServerKind::TurnTls => "turn-tls",
    }
}

fn servers(kinds: IceServerKinds) -> Vec<&'static str> {
    let IceServerKinds { stun, turn_udp, turn_tcp, turn_tls } = kinds;
    [
        (stun, IceServerKind::Stun),
        (turn_udp, IceServerKind::TurnUdp),
        (turn_tcp, IceServerKind::TurnTcp),
        (turn_tls, IceServerKind::TurnTls),
    ]
    .into_iter()
    .filter(|(is_named, _)| *is_named)
    .map(|(_, server)| server_word(server))
    .collect()
}

fn error(counted: &CountedError) -> Error {
    let CountedError { error, tally: Tally { count, first_ms } } = *counted;
    Error { server: server_word(error.server), code: error.code, count, first_ms }
}

fn candidates(tallies: &Tallies) -> Vec<Candidates> {
    let all = CandidateClass::ALL.into_iter().map(|class| (class, tallies.of(class)));
    all.filter(|(_, tally)| tally.count > 0)
        .map(|(class, Tally { count, first_ms })| {
            let class = match class {
                CandidateClass::HostUdp => "host-udp",
                CandidateClass::HostTcp => "host-tcp",
                CandidateClass::Reflexive => "srflx",
                CandidateClass::Relayed => "relay",
            };
            Candidates { class, count, first_ms }
        })
        .collect()
}
