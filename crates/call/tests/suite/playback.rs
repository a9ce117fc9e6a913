//! Media elements that are paused by the system, and browsers that refuse to play.

use std::time::Duration;

use tincan_call::{
    Playback, PlaybackAction, PlaybackAttempt, PlaybackEvent, PlaybackPolicy, PlaybackState,
};

/// A media element and its playback state machine.
struct Element {
    playback: Playback,
    now: Duration,
    /// The pending attempt.
    attempt: Option<PlaybackAttempt>,
    muted: bool,
    plays: u32,
}

impl Element {
    fn new() -> Self {
        let playback = Playback::new(PlaybackPolicy::default(), true);
        Self { playback, now: Duration::ZERO, attempt: None, muted: false, plays: 0 }
    }

    /// Returns an element that plays with audio.
    fn playing() -> Self {
        let mut element = Self::new();
        element.on(PlaybackEvent::Start);
        element.started();
        assert_eq!(element.state(), PlaybackState::Playing);
        element
    }

    fn on(&mut self, event: PlaybackEvent) {
        match self.playback.on(self.now, event) {
            Some(PlaybackAction::Play { attempt, muted }) => {
                (self.attempt, self.muted) = (Some(attempt), muted);
                self.plays += 1;
            }
            Some(PlaybackAction::Mute) => self.muted = true,
            None => {}
        }
    }

    fn attempt(&self) -> PlaybackAttempt {
        self.attempt.expect("an attempt")
    }

    fn started(&mut self) {
        self.on(PlaybackEvent::Started(self.attempt()));
    }

    fn refused(&mut self) {
        self.on(PlaybackEvent::Refused(self.attempt()));
    }

    fn state(&self) -> PlaybackState {
        self.playback.state()
    }

    /// Lets time pass until the deadline. Returns `true` if there was one.
    fn wait(&mut self) -> bool {
        let Some(deadline) = self.playback.deadline() else { return false };
        self.now = deadline;
        self.on(PlaybackEvent::Timeout);
        assert_ne!(self.playback.deadline(), Some(deadline), "woken for nothing");
        true
    }
}

#[test]
fn a_paused_element_plays_again_at_once() {
    let mut element = Element::playing();
    element.on(PlaybackEvent::Paused);
    assert_eq!((element.plays, element.muted), (2, false));
    element.started();
    assert_eq!(element.state(), PlaybackState::Playing);
    assert_eq!(element.playback.deadline(), None);
}

#[test]
fn an_element_that_is_always_paused_is_held_within_two_seconds() {
    let mut element = Element::playing();
    for _ in 0..100 {
        element.on(PlaybackEvent::Paused);
        element.started();
        element.wait();
    }
    assert_eq!(element.state(), PlaybackState::Stopped);
    assert!(element.plays <= 6, "{} attempts", element.plays);
    assert!(element.now <= Duration::from_secs(2), "{:?}", element.now);
    element.on(PlaybackEvent::Clicked);
    element.started();
    assert_eq!(element.state(), PlaybackState::Playing);
}

#[test]
fn attempts_are_reset_after_an_element_has_played_for_a_while() {
    let mut element = Element::playing();
    for _ in 0..20 {
        element.now += PlaybackPolicy::default().steady;
        element.on(PlaybackEvent::Paused);
        element.started();
        assert_eq!(element.state(), PlaybackState::Playing);
    }
}

#[test]
fn before_the_first_click_only_video_plays() {
    let mut element = Element::new();
    element.on(PlaybackEvent::Start);
    element.refused();
    assert!(element.muted);
    element.started();
    assert_eq!(element.state(), PlaybackState::Silenced);
    // If it is paused, it is resumed unchanged.
    element.on(PlaybackEvent::Paused);
    element.started();
    assert_eq!((element.state(), element.muted), (PlaybackState::Silenced, true));
    // Becoming visible does not count as a click.
    element.on(PlaybackEvent::Awake);
    assert_eq!(element.plays, 3);
    // A refused click changes nothing.
    element.on(PlaybackEvent::Clicked);
    assert!(!element.muted);
    element.refused();
    element.started();
    assert_eq!((element.state(), element.muted), (PlaybackState::Silenced, true));
    element.on(PlaybackEvent::Clicked);
    element.started();
    assert_eq!((element.state(), element.muted), (PlaybackState::Playing, false));
}

#[test]
fn a_refusal_after_audio_has_played_may_be_transient() {
    for refusals in 0..10 {
        let mut element = Element::playing();
        element.on(PlaybackEvent::Paused);
        let mut left = refusals;
        while !element.state().is_held() && left > 0 {
            element.refused();
            element.wait();
            left -= 1;
        }
        element.started();
        assert!(element.now <= Duration::from_secs(2));
        let expected = if left == 0 && refusals < 4 {
            (PlaybackState::Playing, false)
        } else {
            (PlaybackState::Silenced, true)
        };
        assert_eq!((element.state(), element.muted), expected, "{refusals}");
        // The interruption may have ended when the page becomes visible.
        element.on(PlaybackEvent::Awake);
        element.started();
        assert_eq!((element.state(), element.muted), (PlaybackState::Playing, false));
    }
}

#[test]
fn an_element_that_may_not_play_waits_for_a_click() {
    let mut element = Element::new();
    element.on(PlaybackEvent::Start);
    element.refused();
    element.refused();
    assert_eq!((element.state(), element.plays), (PlaybackState::Stopped, 2));
    assert_eq!(element.playback.deadline(), None);
    element.on(PlaybackEvent::Paused);
    assert_eq!(element.plays, 2);
    element.on(PlaybackEvent::Clicked);
    element.started();
    assert_eq!(element.state(), PlaybackState::Playing);
}

#[test]
fn results_of_earlier_attempts_are_ignored() {
    let mut element = Element::new();
    element.on(PlaybackEvent::Start);
    let first = element.attempt();
    element.on(PlaybackEvent::Paused);
    let plays = element.plays;
    for event in
        [PlaybackEvent::Failed(first), PlaybackEvent::Refused(first), PlaybackEvent::Started(first)]
    {
        element.on(event);
        assert_eq!((element.plays, element.state()), (plays, PlaybackState::Starting));
    }
    element.started();
    // A duplicate report is ignored, too.
    element.refused();
    element.on(PlaybackEvent::Failed(element.attempt()));
    assert_eq!((element.plays, element.state()), (plays, PlaybackState::Playing));
}

#[test]
fn other_failures_are_retried_with_backoff() {
    let mut element = Element::new();
    element.on(PlaybackEvent::Start);
    for _ in 0..10 {
        element.on(PlaybackEvent::Failed(element.attempt()));
        element.wait();
    }
    assert_eq!((element.state(), element.plays), (PlaybackState::Stopped, 5));
}

#[test]
fn an_element_that_resumes_by_itself_is_left_alone() {
    let mut element = Element::playing();
    element.on(PlaybackEvent::Paused);
    element.on(PlaybackEvent::Paused);
    assert_eq!(element.state(), PlaybackState::Waiting);
    element.on(PlaybackEvent::Resumed);
    assert_eq!(element.state(), PlaybackState::Playing);
    assert!(!element.wait());
    while element.state() != PlaybackState::Stopped {
        element.on(PlaybackEvent::Paused);
        element.wait();
    }
    element.on(PlaybackEvent::Resumed);
    assert_eq!(element.state(), PlaybackState::Playing);
}

#[test]
fn unwanted_audio_is_not_held_back() {
    let mut element = Element::new();
    element.on(PlaybackEvent::Start);
    element.refused();
    element.started();
    element.on(PlaybackEvent::AudioWanted(false));
    assert_eq!((element.state(), element.muted), (PlaybackState::Playing, true));
    element.on(PlaybackEvent::AudioWanted(false));
    element.on(PlaybackEvent::Paused);
    assert!(element.muted);
    element.started();
    element.on(PlaybackEvent::AudioWanted(true));
    assert!(!element.muted);
    element.refused();
    element.started();
    assert_eq!((element.state(), element.muted), (PlaybackState::Silenced, true));
}

#[test]
fn audio_that_becomes_unwanted_before_a_refusal_is_not_held_back() {
    for mut element in [Element::new(), Element::playing()] {
        element.on(PlaybackEvent::Start);
        element.on(PlaybackEvent::AudioWanted(false));
        element.refused();
        assert!(element.muted);
        element.started();
        assert_eq!(element.state(), PlaybackState::Playing);
    }
}

#[test]
fn becoming_visible_retries_elements_that_were_given_up() {
    let mut element = Element::playing();
    element.on(PlaybackEvent::Awake);
    assert_eq!(element.plays, 1, "it plays");
    for _ in 0..10 {
        element.on(PlaybackEvent::Paused);
    }
    assert_eq!(element.state(), PlaybackState::Waiting);
    element.on(PlaybackEvent::Awake);
    element.started();
    assert_eq!(element.state(), PlaybackState::Playing);
}
