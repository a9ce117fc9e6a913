//! The key that is held to talk.

use std::time::Duration;

use tincan_protocol::Source;

use super::LocalMedia;
use crate::api::Effects;
use crate::api::view::Local;

/// The state of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum PushToTalk {
    /// The microphone is as the person set it.
    #[default]
    Unused,
    /// The microphone is on, or starts, for as long as the key is held.
    Held,
    /// The key was released: the microphone is muted, or will be as soon as it has started.
    Released,
}

impl LocalMedia {
    /// Lets a muted person be heard while a key is held, starting the microphone first where there
    /// is none. Whoever is heard anyway is not muted by it.
    pub(crate) fn talk(&mut self, now: Duration, held: bool, effects: &mut Effects) {
        let microphone = self.local(Source::Microphone);
        let is_on = matches!(microphone, Local::On(_) | Local::Silenced(_));
        let is_starting = microphone == Local::Starting;
        match (self.talk, held) {
            (_, false) => self.release_key(effects),
            (PushToTalk::Released, true) if is_starting => {
                self.talk = PushToTalk::Held;
                self.microphone.set_muted(false, effects);
            }
            (PushToTalk::Unused | PushToTalk::Released, true) if !is_on && !is_starting => {
                self.talk = PushToTalk::Held;
                self.switch_microphone(now, true, effects);
            }
            (PushToTalk::Unused | PushToTalk::Held | PushToTalk::Released, true) => {}
        }
    }

    /// Mutes whoever was heard only while the key was held.
    pub(super) fn release_key(&mut self, effects: &mut Effects) {
        if self.talk != PushToTalk::Held {
            return;
        }
        self.talk = PushToTalk::Released;
        match self.local(Source::Microphone) {
            Local::On(_) | Local::Silenced(_) | Local::Starting => {
                self.microphone.set_muted(true, effects);
            }
            Local::Off | Local::Muted(_) | Local::Failed(_) => {}
        }
    }
}
