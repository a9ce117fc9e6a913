//! A captured track that the system keeps silent without ending it (`MediaStreamTrack.muted`;
//! Media Capture and Streams, section 4.3.1): a switch on the laptop, a phone call, a page in the
//! background.
//!
//! ```text
//! Off --muted--> Since(t) --system_mute_after--> Steady
//!  ^---------------unmuted-----------------------'
//! ```

use std::time::Duration;

use crate::policy::MediaPolicy;

/// The state of one track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum SystemMute {
    /// Media flows.
    #[default]
    Off,
    /// It has been muted since then, which may pass.
    Since(Duration),
    /// It stays muted until the browser unmutes it.
    Steady,
}

impl SystemMute {
    /// Takes what the browser reports of the track.
    pub(super) fn set(&mut self, now: Duration, muted: bool) {
        *self = match (*self, muted) {
            (_, false) => Self::Off,
            (Self::Off, true) => Self::Since(now),
            (Self::Since(_) | Self::Steady, true) => *self,
        };
    }

    /// Returns when a mute that lasts becomes steady.
    pub(super) fn deadline(self, policy: &MediaPolicy) -> Option<Duration> {
        match self {
            Self::Since(since) => Some(since + policy.system_mute_after),
            Self::Off | Self::Steady => None,
        }
    }

    /// Lets time pass.
    pub(super) fn timeout(&mut self, now: Duration, policy: &MediaPolicy) {
        if self.deadline(policy).is_some_and(|deadline| now >= deadline) {
            *self = Self::Steady;
        }
    }

    /// Returns `true` once the mute is steady.
    pub(super) fn is_steady(self) -> bool {
        self == Self::Steady
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_takes_each_event() {
        use SystemMute::{Off, Since, Steady};
        let second = Duration::from_secs(1);
        let now = 10 * second;
        for (state, muted, next) in [
            (Off, true, Since(now)),
            (Off, false, Off),
            (Since(second), true, Since(second)),
            (Since(second), false, Off),
            (Steady, true, Steady),
            (Steady, false, Off),
        ] {
            let mut mute = state;
            mute.set(now, muted);
            assert_eq!(mute, next, "{state:?}, muted: {muted}");
        }
    }

    #[test]
    fn a_mute_is_steady_only_when_its_time_has_come() {
        let mut mute = SystemMute::Since(Duration::from_secs(1));
        let policy = MediaPolicy::default();
        let deadline = mute.deadline(&policy);
        assert_eq!(deadline, Some(Duration::from_secs(4)));
        mute.timeout(Duration::from_millis(3999), &policy);
        assert!(!mute.is_steady());
        mute.timeout(Duration::from_secs(4), &policy);
        assert!(mute.is_steady());
        assert_eq!(mute.deadline(&policy), None, "nothing is left to wait for");
    }
}
