//! The lifetime of TURN credentials.

use std::num::ParseIntError;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

/// The lifetime of TURN credentials, in whole seconds: `90s`, `10m`, `12h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnTtl(u32);

/// The error for a text that is not a valid lifetime.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TurnTtlError {
    /// It is not a number.
    #[error("a time is a whole number and a unit, like 90s, 10m or 12h")]
    Number(#[from] ParseIntError),
    /// The unit is missing or unknown.
    #[error("a time ends in s, m or h, like 90s, 10m or 12h")]
    Unit,
    /// It is too short to be renewed in time, or too long.
    #[error("credentials last from 10s to 24h")]
    Range,
}

impl TurnTtl {
    /// Long enough for a call that a page sets up right after it lost its server.
    const DEFAULT: Self = Self(10 * 60);

    /// The slowest page takes a few seconds from the message to the TURN server.
    const MIN: u32 = 10;

    /// Leaked credentials are useless after a day.
    const MAX: u32 = 24 * 60 * 60;

    /// Returns the lifetime in seconds.
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl Default for TurnTtl {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl From<TurnTtl> for Duration {
    fn from(ttl: TurnTtl) -> Self {
        Self::from_secs(ttl.0.into())
    }
}

impl FromStr for TurnTtl {
    type Err = TurnTtlError;

    fn from_str(text: &str) -> Result<Self, TurnTtlError> {
        let units = [('s', 1), ('m', 60), ('h', 60 * 60)];
        let (number, unit) = units
            .into_iter()
            .find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))
            .ok_or(TurnTtlError::Unit)?;
        match number.parse::<u32>()?.checked_mul(unit) {
            Some(seconds @ Self::MIN..=Self::MAX) => Ok(Self(seconds)),
            Some(_) | None => Err(TurnTtlError::Range),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_parsed() {
        for (text, seconds) in [("10s", 10), ("90s", 90), ("10m", 600), ("24h", 86_400)] {
            assert_eq!(text.parse().map(TurnTtl::seconds), Ok(seconds), "{text}");
        }
        assert_eq!("10m".parse(), Ok(TurnTtl::default()));
    }

    #[test]
    fn invalid_lifetimes_are_rejected() {
        for text in ["", "10", "10d", "s10", "10ms"] {
            let error = text.parse::<TurnTtl>().unwrap_err();
            assert!(matches!(error, TurnTtlError::Unit | TurnTtlError::Number(_)), "{text}");
        }
        for text in ["m", "-10m", "1.5h", "10 m", "1h30m", "99999999999s"] {
            let error = text.parse::<TurnTtl>().unwrap_err();
            assert!(matches!(error, TurnTtlError::Number(_)), "{text}");
        }
        for text in ["0s", "9s", "86401s", "25h", "4294967295h"] {
            assert_eq!(text.parse::<TurnTtl>(), Err(TurnTtlError::Range), "{text}");
        }
    }
}
