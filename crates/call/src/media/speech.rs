//! The detection of speech from the level of the audio, without flicker.

use std::time::Duration;

use crate::policy::SpeechPolicy;

/// The detection for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Speech {
    policy: SpeechPolicy,
    until: Option<Duration>,
}

impl Speech {
    /// Takes a level, from 0 to 100. Returns `true` if the person speaks now. `now` is the time
    /// since any fixed start.
    pub fn on_level(&mut self, now: Duration, level: u8) -> bool {
        let threshold = if self.until.is_some() { self.policy.quiet } else { self.policy.loud };
        if level >= threshold {
            self.until = Some(now + self.policy.pause);
        } else if self.until.is_some_and(|until| now >= until) {
            self.until = None;
        }
        self.until.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_between_words_is_no_silence_and_noise_is_no_word() {
        let mut speech = Speech::default();
        let mut hear = |millis, level| speech.on_level(Duration::from_millis(millis), level);
        for (millis, level, speaks) in [
            (0, 0, false),
            (100, 34, false),
            (200, 35, true),
            (300, 25, true),
            (900, 24, true),
            (999, 0, true),
            (1000, 0, false),
            (1100, 30, false),
            (1200, 100, true),
        ] {
            assert_eq!(hear(millis, level), speaks, "at {millis}");
        }
    }
}
