//! The commands of the person.

use std::time::Duration;

use super::Call;
use crate::api::Command;
use crate::api::view::{EndReason, Phase};
use crate::link;
use crate::media::preferences::DeviceChoice;

impl Call {
    pub(super) fn on_command(&mut self, now: Duration, command: Command) {
        match command {
            Command::Enter { microphone, camera } => {
                self.enter(now, DeviceChoice { microphone, camera });
            }
            Command::SetName(name) => self.name = name,
            Command::Join => {
                if self.phase == Phase::Lobby {
                    self.join(now);
                }
            }
            Command::Accept => {
                self.on_accept(now);
            }
            Command::AcceptWithoutCamera => {
                if self.on_accept(now) {
                    self.local_media.set_camera(now, false, &mut self.effects);
                }
            }
            Command::Call => self.ring(now),
            Command::Cancel => self.cancel(),
            Command::Decline => self.decline(now),
            Command::HangUp => {
                if self.is_in_room() {
                    self.end(now, EndReason::HungUp);
                }
            }
            Command::Leave => {
                if self.phase == Phase::InCall {
                    self.end(now, EndReason::Left);
                }
            }
            Command::Suspend => {
                if self.is_in_room() {
                    self.leave_room(now);
                    self.phase = Phase::Suspended;
                }
            }
            Command::Resume => {
                if self.phase == Phase::Suspended {
                    self.enter(now, self.choice);
                }
            }
            // Devices belong to the lobby and the call; whoever is out of the room uses none.
            Command::SetMicrophone(_)
            | Command::SetCamera(_)
            | Command::RetryDevices
            | Command::SetScreen(_)
            | Command::Talk(_)
                if !self.is_in_room() => {}
            Command::SetMicrophone(on) => {
                self.choice.microphone = on;
                self.local_media.set_microphone(now, on, &mut self.effects);
            }
            Command::SetCamera(on) => {
                self.choice.camera = on;
                self.local_media.set_camera(now, on, &mut self.effects);
            }
            Command::RetryDevices => {
                self.choice = DeviceChoice { microphone: true, camera: true };
                self.local_media.retry_devices(now, &mut self.effects);
            }
            Command::Talk(held) => self.local_media.talk(now, held, &mut self.effects),
            Command::SetScreen(on) => self.local_media.set_screen(now, on, &mut self.effects),
            Command::RetryLink(peer) => self.on_link(now, peer, link::Event::Retry),
            Command::SetPreferences(preferences) => {
                self.local_media.set_preferences(now, preferences, &mut self.effects);
            }
            Command::UseOffered => self.local_media.use_offered(now, &mut self.effects),
            Command::DismissNotice => self.local_media.dismiss(),
            Command::DismissRing => self.ring_end = None,
            Command::SpeakerRefused(speaker) => self.local_media.speaker_refused(speaker),
            Command::Feature(command) => {
                self.on_features(now, &|feature, context| feature.on_command(&command, context));
            }
        }
    }
}
