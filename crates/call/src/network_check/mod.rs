//! A check of the network, before a call or after one that failed: what a browser observed becomes
//! one verdict for each line of a list.
//!
//! The browser tries what a call needs, each thing by itself: the server by HTTP and by WebSocket,
//! each kind of STUN and TURN server, and a call with itself. No peer learns of it.

mod result;
#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::api::view::{Local, View};
use crate::link::{Answer, IceServerError, IceServerKind};
use crate::media::CaptureError;
use crate::media::preferences::DeviceKind;
pub use result::{CheckReport, CheckResult};

/// The rate above which a call with itself is fast enough for audio and a small video, in kbit/s.
const ENOUGH: u32 = 500;

/// A line of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckLine {
    /// The microphone.
    Microphone,
    /// The camera.
    Camera,
    /// The signaling server, by HTTP.
    Server,
    /// The signaling server, by WebSocket.
    Socket,
    /// A kind of STUN or TURN server.
    Ice(IceServerKind),
    /// A call of the page with itself.
    Loopback,
}

impl CheckLine {
    /// All lines, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Microphone,
        Self::Camera,
        Self::Server,
        Self::Socket,
        Self::Ice(IceServerKind::Stun),
        Self::Ice(IceServerKind::TurnUdp),
        Self::Ice(IceServerKind::TurnTcp),
        Self::Ice(IceServerKind::TurnTls),
        Self::Loopback,
    ];
}

/// The verdict of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It works.
    Works,
    /// It works, and is too slow for a call.
    Slow,
    /// There is none: no such device, or the server names no such server.
    Absent,
    /// The person or the browser does not allow it.
    Denied,
    /// Another program holds the device, or it does not start.
    Busy,
    /// It does not answer.
    Unreachable,
    /// The relay refuses the credentials.
    Refused,
    /// The relay is full or has a problem.
    Failing,
    /// There is no secure connection, or the browser refuses the certificate.
    NotSecure,
}

impl Verdict {
    /// Returns `true` if a relay has answered, and gives none: more time makes no difference.
    pub const fn is_answer(self) -> bool {
        match self {
            Self::Refused | Self::Failing => true,
            Self::Works
            | Self::Slow
            | Self::Absent
            | Self::Denied
            | Self::Busy
            | Self::Unreachable
            | Self::NotSecure => false,
        }
    }
}

/// The time after which a browser that has gathered all candidates has not waited for a silent
/// server.
pub const EARLY: Duration = Duration::from_secs(3);

/// The time after which a server counts as unreachable.
pub const LIMIT: Duration = Duration::from_secs(10);

/// The observations of a browser about one kind of STUN or TURN server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gathered {
    /// The server names one of this kind.
    pub is_named: bool,
    /// It gave a candidate.
    pub has_candidate: bool,
    /// The browser had gathered all candidates before it would give up on a silent server.
    pub ended_early: bool,
    /// The errors.
    pub errors: Vec<IceServerError>,
}

/// The observations of a browser about a call with itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Loopback {
    /// It connected.
    pub is_connected: bool,
    /// The bytes that arrived.
    pub bytes: u64,
    /// The time that they took, in milliseconds.
    pub time_ms: u32,
}

impl Loopback {
    /// Returns the measured rate, in kbit/s.
    pub fn rate(&self) -> u32 {
        let time = u64::from(self.time_ms.max(1));
        u32::try_from(self.bytes.saturating_mul(8) / time).unwrap_or(u32::MAX)
    }

    /// Returns the verdict.
    pub fn verdict(&self) -> Verdict {
        if !self.is_connected {
            Verdict::Unreachable
        } else if self.rate() < ENOUGH {
            Verdict::Slow
        } else {
            Verdict::Works
        }
    }
}

impl Gathered {
    /// Returns the verdict of a kind of server. A candidate of one of them is enough; if there is
    /// none, an answer tells more than silence.
    pub fn verdict(&self, kind: IceServerKind) -> Verdict {
        let has_answer = |wanted| self.errors.iter().any(|error| error.answer() == wanted);
        if !self.is_named {
            Verdict::Absent
        } else if self.has_candidate {
            Verdict::Works
        } else if has_answer(Answer::Refused) {
            Verdict::Refused
        } else if has_answer(Answer::Failing) {
            Verdict::Failing
        } else if kind == IceServerKind::Stun && self.ended_early && self.errors.is_empty() {
            // It saw the address that the machine has itself, which makes no other candidate. A
            // browser waits longer for a server that is silent.
            Verdict::Works
        } else if kind == IceServerKind::TurnTls {
            Verdict::NotSecure
        } else {
            Verdict::Unreachable
        }
    }
}

/// Returns the verdict of a microphone or camera.
pub fn device_verdict(view: &View, kind: DeviceKind) -> Verdict {
    let source = match kind {
        DeviceKind::Microphone => view.me.microphone,
        DeviceKind::Camera => view.me.camera,
        DeviceKind::Speaker => return Verdict::Works,
    };
    match source {
        Local::Failed(CaptureError::NotAllowed | CaptureError::BlockedBySystem) => Verdict::Denied,
        Local::Failed(
            CaptureError::NotFound | CaptureError::InsecureContext | CaptureError::NotSupported,
        ) => Verdict::Absent,
        Local::Failed(
            CaptureError::NotReadable | CaptureError::OverConstrained | CaptureError::Other,
        ) => Verdict::Busy,
        Local::Off | Local::Starting if !view.devices.iter().any(|device| device.kind == kind) => {
            Verdict::Absent
        }
        Local::Off | Local::Starting | Local::On(_) | Local::Muted(_) | Local::Silenced(_) => {
            Verdict::Works
        }
    }
}
