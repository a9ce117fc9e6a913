//! Keeping one media element playing.
//!
//! An element that plays another person is paused from outside: by media keys, by headphones that
//! are taken off, by a phone call, by the browser itself. It is played again, at first immediately
//! and then with backoff. If that does not help, or if the browser refuses audio before a click,
//! the person is asked for a click.
//!
//! ```text
//!             started                paused or failed              backoff is over
//! Starting ------------> Playing -----------------------> Waiting ------------------> Starting
//!    |                                                       |
//!    | refused: the video alone is started                   | no attempt is left
//!    v                                                       v
//! Starting, then Playing, without audio                   Stopped
//! ```
//!
//! Without its audio, and in `Stopped`, an element is held: a click starts over, and so does a page
//! that becomes visible, unless the browser has never let this element play audio.

use std::time::Duration;

use crate::policy::PlaybackPolicy;

/// The state of one media element, as far as others need to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaybackState {
    /// It was told to play, for the first time or again.
    Starting,
    /// It plays, with audio if it is wanted.
    Playing,
    /// It was paused, and will be told to play again.
    Waiting,
    /// Its video plays, and its audio waits for a click.
    Silenced,
    /// Nothing of it plays before a click.
    Stopped,
}

impl PlaybackState {
    /// Returns `true` if it waits for a click.
    pub const fn is_held(self) -> bool {
        match self {
            Self::Silenced | Self::Stopped => true,
            Self::Starting | Self::Playing | Self::Waiting => false,
        }
    }
}

/// One call of `play()`. The result of an earlier one no longer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaybackAttempt(u32);

/// Something that happens to a media element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaybackEvent {
    /// It gets something to play.
    Start,
    /// `play()` was fulfilled.
    Started(PlaybackAttempt),
    /// `play()` was refused with `NotAllowedError`: the browser wants a click.
    Refused(PlaybackAttempt),
    /// `play()` failed in another way.
    Failed(PlaybackAttempt),
    /// It was paused, and not by this page.
    Paused,
    /// It plays again, and not because this page told it to.
    Resumed,
    /// Its audio is wanted from now on, or no longer.
    AudioWanted(bool),
    /// The page became visible.
    Awake,
    /// The person clicked to hear what is held.
    Clicked,
    /// The time named by [`Playback::deadline`] has come.
    Timeout,
}

/// Something to do with a media element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaybackAction {
    /// Call `play()`, and report its result as that of this attempt.
    Play {
        /// The attempt.
        attempt: PlaybackAttempt,
        /// Play without audio.
        muted: bool,
    },
    /// Silence it, and let it play on.
    Mute,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Starting { muted: bool },
    Playing { since: Duration },
    Waiting { until: Duration },
    Stopped,
}

/// The playback of one media element.
#[derive(Debug, Clone)]
pub struct Playback {
    policy: PlaybackPolicy,
    phase: Phase,
    wants_audio: bool,
    /// The browser refused its audio.
    is_audio_held: bool,
    /// It has played with audio since the last click: another refusal may be transient.
    has_played_audio: bool,
    /// The attempts to play again since it was steady.
    attempts: usize,
    last: u32,
}

impl Playback {
    /// An element that has nothing to play yet.
    pub fn new(policy: PlaybackPolicy, wants_audio: bool) -> Self {
        Self {
            policy,
            phase: Phase::Stopped,
            wants_audio,
            is_audio_held: false,
            has_played_audio: false,
            attempts: 0,
            last: 0,
        }
    }

    /// Takes an event, and returns what to do.
    pub fn on(&mut self, now: Duration, event: PlaybackEvent) -> Option<PlaybackAction> {
        match event {
            PlaybackEvent::Start => Some(self.play()),
            PlaybackEvent::Started(attempt) => {
                self.on_started(now, attempt);
                None
            }
            PlaybackEvent::Refused(attempt) if self.is_current(attempt) => self.on_refused(now),
            PlaybackEvent::Failed(attempt) if self.is_current(attempt) => self.retry(now),
            PlaybackEvent::Refused(_) | PlaybackEvent::Failed(_) => None,
            PlaybackEvent::Paused => self.on_paused(now),
            PlaybackEvent::Resumed => {
                self.on_resumed(now);
                None
            }
            PlaybackEvent::AudioWanted(wanted) => self.on_audio_wanted(wanted),
            PlaybackEvent::Awake => self.on_awake(),
            PlaybackEvent::Clicked => {
                // Within a click, a refusal is final.
                (self.is_audio_held, self.has_played_audio) = (false, false);
                self.attempts = 0;
                Some(self.play())
            }
            PlaybackEvent::Timeout => match self.phase {
                Phase::Waiting { until } if now >= until => Some(self.play()),
                Phase::Waiting { .. }
                | Phase::Starting { .. }
                | Phase::Playing { .. }
                | Phase::Stopped => None,
            },
        }
    }

    /// Returns when to report [`PlaybackEvent::Timeout`], if nothing happens before.
    pub fn deadline(&self) -> Option<Duration> {
        match self.phase {
            Phase::Waiting { until } => Some(until),
            Phase::Starting { .. } | Phase::Playing { .. } | Phase::Stopped => None,
        }
    }

    /// Returns the state of the element.
    pub fn state(&self) -> PlaybackState {
        match self.phase {
            Phase::Stopped => PlaybackState::Stopped,
            _ if self.is_audio_held => PlaybackState::Silenced,
            Phase::Starting { .. } => PlaybackState::Starting,
            Phase::Playing { .. } => PlaybackState::Playing,
            Phase::Waiting { .. } => PlaybackState::Waiting,
        }
    }

    fn play(&mut self) -> PlaybackAction {
        let muted = !self.wants_audio || self.is_audio_held;
        self.phase = Phase::Starting { muted };
        self.last = self.last.wrapping_add(1);
        PlaybackAction::Play { attempt: PlaybackAttempt(self.last), muted }
    }

    /// Returns `true` for the attempt under way.
    fn is_current(&self, attempt: PlaybackAttempt) -> bool {
        attempt.0 == self.last && matches!(self.phase, Phase::Starting { .. })
    }

    fn on_started(&mut self, now: Duration, attempt: PlaybackAttempt) {
        if self.is_current(attempt) {
            self.has_played_audio |= self.phase == Phase::Starting { muted: false };
            self.phase = Phase::Playing { since: now };
        }
    }

    fn on_refused(&mut self, now: Duration) -> Option<PlaybackAction> {
        let was_muted = self.phase == Phase::Starting { muted: true };
        if was_muted {
            // Not even the video may play.
            self.phase = Phase::Stopped;
            return None;
        }
        let may_be_transient = self.has_played_audio && self.wants_audio;
        if may_be_transient && self.attempts < self.policy.backoff.len() {
            return self.retry(now);
        }
        self.is_audio_held = self.wants_audio;
        // The video by itself was not tried yet.
        self.attempts = 0;
        Some(self.play())
    }

    fn on_paused(&mut self, now: Duration) -> Option<PlaybackAction> {
        match self.phase {
            Phase::Playing { since } => {
                if now.saturating_sub(since) >= self.policy.steady {
                    self.attempts = 0;
                }
                self.retry(now)
            }
            Phase::Starting { .. } => self.retry(now),
            Phase::Waiting { .. } | Phase::Stopped => None,
        }
    }

    /// Plays again, now or after a while; or gives up until a click.
    fn retry(&mut self, now: Duration) -> Option<PlaybackAction> {
        let Some(backoff) = self.policy.backoff.get(self.attempts) else {
            self.phase = Phase::Stopped;
            return None;
        };
        self.attempts += 1;
        if backoff.is_zero() {
            return Some(self.play());
        }
        self.phase = Phase::Waiting { until: now + *backoff };
        None
    }

    fn on_resumed(&mut self, now: Duration) {
        match self.phase {
            Phase::Waiting { .. } | Phase::Stopped => self.phase = Phase::Playing { since: now },
            // The result of the attempt says the same, and whether it was with audio.
            Phase::Starting { .. } | Phase::Playing { .. } => {}
        }
    }

    fn on_audio_wanted(&mut self, wanted: bool) -> Option<PlaybackAction> {
        let was_wanted = std::mem::replace(&mut self.wants_audio, wanted);
        match (was_wanted, wanted) {
            (true, false) => {
                self.is_audio_held = false;
                Some(PlaybackAction::Mute)
            }
            // The browser may refuse to play with audio, and stop the video as well.
            (false, true) => Some(self.play()),
            (true, true) | (false, false) => None,
        }
    }

    /// A good moment to try again what was given up, or refused after it had been allowed.
    fn on_awake(&mut self) -> Option<PlaybackAction> {
        let is_held = self.is_audio_held && self.has_played_audio;
        match self.phase {
            Phase::Starting { .. } | Phase::Playing { .. } if !is_held => return None,
            Phase::Starting { .. }
            | Phase::Playing { .. }
            | Phase::Waiting { .. }
            | Phase::Stopped => {}
        }
        self.attempts = 0;
        self.is_audio_held &= !is_held;
        Some(self.play())
    }
}
