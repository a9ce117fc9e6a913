//! Output of the commands on the terminal.

use std::fmt;
use std::io::Write as _;
use std::time::Duration;

/// Writes one line to standard output. A closed terminal is not an error: the supervisor outlives
/// the terminal that it was started from.
pub(crate) fn line(text: fmt::Arguments<'_>) {
    if cfg!(test) {
        // The test harness captures only the output of `print!`.
        return;
    }
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

macro_rules! say {
    ($($text:tt)*) => { $crate::say::line(format_args!($($text)*)) };
}
pub(crate) use say;

/// A duration in a readable format: `0.4 s`, `58 s`, `2 min 05 s`.
pub(crate) struct Took(pub(crate) Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0.as_millis() + 50) / 100;
        let seconds = (tenths + 5) / 10;
        if tenths < 100 {
            write!(f, "{}.{} s", tenths / 10, tenths % 10)
        } else if seconds < 60 {
            write!(f, "{seconds} s")
        } else {
            write!(f, "{} min {:02} s", seconds / 60, seconds % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_formatted() {
        for (millis, text) in [
            (0, "0.0 s"),
            (449, "0.4 s"),
            (9_949, "9.9 s"),
            (9_950, "10 s"),
            (59_400, "59 s"),
            (59_600, "1 min 00 s"),
            (125_000, "2 min 05 s"),
        ] {
            assert_eq!(Took(Duration::from_millis(millis)).to_string(), text);
        }
    }
}
