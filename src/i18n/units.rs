//! Sizes and times in words. All languages of the page write them alike: in decimal units, with a
//! point before decimals.

use std::time::Duration;

/// The units of sizes, with their bytes.
const UNITS: [(&str, u64); 5] =
    [("B", 1), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000)];

/// Returns a size in the smallest unit by which it is less than 1000: "1.5 MB", "340 kB".
pub(crate) fn size(bytes: u64) -> String {
    let fits = |(_, unit): &(&str, u64)| rounded(bytes, *unit) < 1000;
    let (name, unit) = UNITS.into_iter().find(fits).unwrap_or(UNITS[UNITS.len() - 1]);
    let tenths = rounded(bytes.saturating_mul(10), unit);
    let number = if tenths < 100 && !tenths.is_multiple_of(10) {
        [(tenths / 10).to_string(), (tenths % 10).to_string()].join(".")
    } else {
        rounded(bytes, unit).to_string()
    };
    [&number, " ", name].concat()
}

/// Returns a rate by its bytes per second: "2.4 MB/s".
pub(crate) fn rate(bytes: u64) -> String {
    [&size(bytes), "/s"].concat()
}

const fn rounded(number: u64, unit: u64) -> u64 {
    number.saturating_add(unit / 2) / unit
}

/// The time that something still takes, as far as it is worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeLeft {
    /// Less than five seconds.
    Moments,
    /// So many seconds, in steps of five.
    Seconds(u64),
    /// So many minutes.
    Minutes(u64),
    /// So many hours.
    Hours(u64),
}

impl TimeLeft {
    /// Rounds a time.
    pub(crate) const fn of(time: Duration) -> Self {
        let seconds = time.as_secs();
        // Whole steps up to where the next unit says as much.
        if seconds < 5 {
            Self::Moments
        } else if seconds <= 55 {
            Self::Seconds(seconds.next_multiple_of(5))
        } else if seconds <= 90 * 60 {
            Self::Minutes((seconds + 30) / 60)
        } else {
            Self::Hours((seconds + 30 * 60) / (60 * 60))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_two_digits_or_three() {
        for (bytes, text) in [
            (0, "0 B"),
            (1, "1 B"),
            (999, "999 B"),
            (1_000, "1 kB"),
            (1_049, "1 kB"),
            (1_050, "1.1 kB"),
            (9_949, "9.9 kB"),
            (9_950, "10 kB"),
            (10_499, "10 kB"),
            (10_500, "11 kB"),
            (999_499, "999 kB"),
            (999_500, "1 MB"),
            (1_500_000, "1.5 MB"),
            (734_003_200, "734 MB"),
            (5_368_709_120, "5.4 GB"),
            (999_500_000_000, "1 TB"),
            (9_007_199_254_740_991, "9007 TB"),
        ] {
            assert_eq!(size(bytes), text, "{bytes}");
        }
        assert_eq!(rate(2_400_000), "2.4 MB/s");
    }

    #[test]
    fn a_time_is_rounded_to_what_is_worth_telling() {
        for (seconds, left) in [
            (0, TimeLeft::Moments),
            (4, TimeLeft::Moments),
            (5, TimeLeft::Seconds(5)),
            (6, TimeLeft::Seconds(10)),
            (55, TimeLeft::Seconds(55)),
            (56, TimeLeft::Minutes(1)),
            (89, TimeLeft::Minutes(1)),
            (90, TimeLeft::Minutes(2)),
            (90 * 60, TimeLeft::Minutes(90)),
            (90 * 60 + 1, TimeLeft::Hours(2)),
            (26 * 60 * 60, TimeLeft::Hours(26)),
        ] {
            assert_eq!(TimeLeft::of(Duration::from_secs(seconds)), left, "{seconds}");
        }
    }
}
