//! What a person may pass on about a failure, as JSON.
//!
//! Whoever reads it was not in the call and need not be trusted. So it is made of words and numbers
//! of this module alone, and no text from outside can get into it: no address, name, key, room or
//! URL.

use tincan_protocol::VERSION;

use crate::api::view::{EndReason, Failure};
use crate::json::Json;
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

/// A report of one failure.
#[derive(Debug, Clone)]
pub struct FailureReport(Json);

impl FailureReport {
    /// Makes a report of a connection with a peer that failed.
    pub fn of_link(attempt: &FailedAttempt, browser: Browser) -> Self {
        let Evidence { agreed_ms, ours, theirs, errors, .. } = &attempt.evidence;
        let link = vec![
            ("took_ms", Json::Number(attempt.took_ms)),
            ("agreed_ms", agreed_ms.map_or(Json::Null, Json::Number)),
            ("servers", Json::List(servers(attempt.servers))),
            ("errors", Json::List(errors.iter().map(error).collect())),
            ("candidates", Json::List(candidates(ours))),
            ("peer_candidates", Json::List(candidates(theirs))),
        ];
        Self::new(failure_word(attempt.failure), browser, Some(("link", Json::Object(link))))
    }

    /// Makes a report of a device that cannot be captured.
    pub fn of_capture(error: CaptureError, browser: Browser) -> Self {
        Self::new(capture_word(error), browser, None)
    }

    /// Makes a report of a call that ended, or did not begin.
    pub fn of_end(reason: EndReason, browser: Browser) -> Self {
        Self::new(end_word(reason), browser, None)
    }

    fn new(reason: &'static str, browser: Browser, more: Option<(&'static str, Json)>) -> Self {
        Self(about_page(browser, [("reason", Json::Word(reason))].into_iter().chain(more)))
    }

    /// Returns the report as a text.
    pub fn to_json(&self) -> String {
        self.0.to_text()
    }
}

/// Returns an object that begins with what is known of the page itself.
pub(crate) fn about_page(
    browser: Browser,
    more: impl Iterator<Item = (&'static str, Json)>,
) -> Json {
    let browser = match browser {
        Browser::Chromium => "chromium",
        Browser::Firefox => "firefox",
        Browser::WebKit => "webkit",
        Browser::Other => "other",
    };
    let page = [
        ("tincan", Json::Word(env!("CARGO_PKG_VERSION"))),
        ("protocol", Json::Number(VERSION)),
        ("browser", Json::Word(browser)),
    ];
    Json::Object(page.into_iter().chain(more).collect())
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

fn servers(kinds: IceServerKinds) -> Vec<Json> {
    let IceServerKinds { stun, turn_udp, turn_tcp, turn_tls } = kinds;
    [
        (stun, IceServerKind::Stun),
        (turn_udp, IceServerKind::TurnUdp),
        (turn_tcp, IceServerKind::TurnTcp),
        (turn_tls, IceServerKind::TurnTls),
    ]
    .into_iter()
    .filter(|(is_named, _)| *is_named)
    .map(|(_, server)| Json::Word(server_word(server)))
    .collect()
}

fn error(counted: &CountedError) -> Json {
    let CountedError { error, tally } = *counted;
    let server = ("server", Json::Word(server_word(error.server)));
    counted_object([server, ("code", Json::Number(error.code.into()))], tally)
}

fn candidates(tallies: &Tallies) -> Vec<Json> {
    let all = CandidateClass::ALL.into_iter().map(|class| (class, tallies.of(class)));
    all.filter(|(_, tally)| tally.count > 0)
        .map(|(class, tally)| {
            let class = match class {
                CandidateClass::HostUdp => "host-udp",
                CandidateClass::HostTcp => "host-tcp",
                CandidateClass::Reflexive => "srflx",
                CandidateClass::Relayed => "relay",
            };
            counted_object([("class", Json::Word(class))], tally)
        })
        .collect()
}

fn counted_object<const N: usize>(of: [(&'static str, Json); N], tally: Tally) -> Json {
    let count = ("count", Json::Number(tally.count.into()));
    let first = ("first_ms", Json::Number(tally.first_ms));
    Json::Object(of.into_iter().chain([count, first]).collect())
}
