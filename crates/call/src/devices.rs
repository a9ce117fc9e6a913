//! What this page captures: microphone, camera and screen, each off, starting, live or failed.
//!
//! Both devices start with one prompt. If that fails, each is tried by itself, since one missing
//! or busy device must not cost the other; after a "no" of the person only the microphone is
//! asked for once more, so that nobody has to say no three times.

use std::time::Duration;

use tincan_protocol::{Source, SourceState, SourceStates};

use crate::effect::{CaptureTarget, Effect};
use crate::effects::Effects;
use crate::input::{CaptureEvent, LocalTrack};
use crate::media::{CaptureError, CaptureId, Quality, TrackId};
use crate::view::Local;

/// A device that ends before this age is not started again by itself.
const RESTART_AFTER: Duration = Duration::from_secs(5);

/// How a source of this page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Device {
    Off,
    Starting(CaptureId),
    On { track: LocalTrack, muted: bool, since: Duration },
    Failed(CaptureError),
}

/// A capture that the browser has not answered yet.
#[derive(Debug, Clone, Copy)]
struct Pending {
    id: CaptureId,
    target: CaptureTarget,
    quality: Quality,
}

/// The devices and the screen of this page.
#[derive(Debug)]
pub(crate) struct Devices {
    microphone: Device,
    camera: Device,
    screen: Device,
    screen_audio: Device,
    pending: Vec<Pending>,
    captures: u32,
}

impl Devices {
    pub(crate) fn new() -> Self {
        Self {
            microphone: Device::Off,
            camera: Device::Off,
            screen: Device::Off,
            screen_audio: Device::Off,
            pending: Vec::new(),
            captures: 0,
        }
    }

    /// Starts the devices that are not on yet, with one prompt for both.
    pub(crate) fn start(&mut self, microphone: bool, camera: bool, effects: &mut Effects) {
        let target =
            match (microphone && !self.microphone.is_live(), camera && !self.camera.is_live()) {
                (true, true) => CaptureTarget::MicrophoneAndCamera,
                (true, false) => CaptureTarget::Microphone,
                (false, true) => CaptureTarget::Camera,
                (false, false) => return,
            };
        self.capture(target, Quality::Preferred, effects);
    }

    /// Mutes the microphone, or lets it be heard, starting it first where there is none.
    pub(crate) fn set_microphone(&mut self, on: bool, effects: &mut Effects) {
        match (&mut self.microphone, on) {
            (Device::On { track, muted, .. }, _) => {
                *muted = !on;
                effects.push(Effect::EnableTrack { track: track.track, enabled: on });
            }
            (Device::Off | Device::Failed(_), true) => {
                self.capture(CaptureTarget::Microphone, Quality::Preferred, effects);
            }
            (Device::Starting(_) | Device::Failed(_), false) => self.microphone = Device::Off,
            (Device::Off, false) | (Device::Starting(_), true) => {}
        }
    }

    /// Starts the camera, or stops it: its light goes out.
    pub(crate) fn set_camera(&mut self, on: bool, effects: &mut Effects) {
        if !on {
            self.camera.stop(effects);
        } else if !self.camera.is_live() {
            self.capture(CaptureTarget::Camera, Quality::Preferred, effects);
        }
    }

    /// Starts to share a screen, or stops it.
    pub(crate) fn set_screen(&mut self, on: bool, effects: &mut Effects) {
        if !on {
            self.screen.stop(effects);
            self.screen_audio.stop(effects);
        } else if !self.screen.is_live() {
            self.capture(CaptureTarget::Screen, Quality::Preferred, effects);
        }
    }

    /// Stops everything.
    pub(crate) fn stop(&mut self, effects: &mut Effects) {
        for source in Source::ALL {
            if let Some(device) = self.device_mut(source) {
                device.stop(effects);
            }
        }
    }

    pub(crate) fn handle(&mut self, now: Duration, event: CaptureEvent, effects: &mut Effects) {
        match event {
            CaptureEvent::Captured { capture, tracks } => {
                self.captured(now, capture, tracks, effects);
            }
            CaptureEvent::Failed { capture, error } => self.failed(capture, error, effects),
            CaptureEvent::Ended(track) => self.ended(now, track, effects),
        }
    }

    /// The track that a source sends, if it is captured.
    pub(crate) fn track(&self, source: Source) -> Option<TrackId> {
        match *self.device(source)? {
            Device::On { track, .. } => Some(track.track),
            Device::Off | Device::Starting(_) | Device::Failed(_) => None,
        }
    }

    /// What others are told.
    pub(crate) fn states(&self) -> SourceStates {
        SourceStates {
            microphone: self.microphone.state(),
            camera: self.camera.state(),
            screen: self.screen.state(),
            screen_audio: self.screen_audio.state(),
        }
    }

    /// What is drawn.
    pub(crate) fn local(&self, source: Source) -> Local {
        match self.device(source) {
            None | Some(Device::Off) => Local::Off,
            Some(Device::Starting(_)) => Local::Starting,
            Some(Device::On { track, muted: false, .. }) => Local::On(track.stream),
            Some(Device::On { track, muted: true, .. }) => Local::Muted(track.stream),
            Some(Device::Failed(error)) => Local::Failed(*error),
        }
    }

    fn capture(&mut self, target: CaptureTarget, quality: Quality, effects: &mut Effects) {
        self.captures += 1;
        let id = CaptureId(self.captures);
        self.pending.push(Pending { id, target, quality });
        for &source in sources_of(target) {
            // A screen may come without sound: only what comes is on.
            if let (Some(device), false) = (self.device_mut(source), source == Source::ScreenAudio)
            {
                *device = Device::Starting(id);
            }
        }
        effects.push(Effect::Capture { capture: id, target, quality });
    }

    fn take_pending(&mut self, capture: CaptureId) -> Option<Pending> {
        let at = self.pending.iter().position(|pending| pending.id == capture)?;
        Some(self.pending.swap_remove(at))
    }

    fn captured(
        &mut self,
        now: Duration,
        capture: CaptureId,
        tracks: Vec<LocalTrack>,
        effects: &mut Effects,
    ) {
        let expected = self.take_pending(capture).is_some();
        let screen_wanted = self.screen == Device::Starting(capture);
        for track in tracks {
            let wanted = match self.device(track.source) {
                Some(Device::Starting(id)) => *id == capture,
                Some(Device::Off) => track.source == Source::ScreenAudio && screen_wanted,
                Some(Device::On { .. } | Device::Failed(_)) | None => false,
            };
            match self.device_mut(track.source) {
                Some(device) if expected && wanted => {
                    *device = Device::On { track, muted: false, since: now };
                }
                // Nobody wants it any more: it was turned off while the browser asked.
                Some(_) | None => effects.push(Effect::StopTrack(track.track)),
            }
        }
        // A track that was asked for and did not come is as good as a device that is not there.
        for source in Source::ALL {
            if let Some(device) = self.device_mut(source)
                && *device == Device::Starting(capture)
            {
                *device = Device::Failed(CaptureError::NotFound);
            }
        }
    }

    fn failed(&mut self, capture: CaptureId, error: CaptureError, effects: &mut Effects) {
        let Some(pending) = self.take_pending(capture) else { return };
        let mut wanted = Vec::new();
        for &source in sources_of(pending.target) {
            if let Some(device) = self.device_mut(source)
                && *device == Device::Starting(capture)
            {
                *device = Device::Failed(error);
                wanted.push(source);
            }
        }
        let again = |target| wanted.iter().any(|source| sources_of(target).contains(source));
        match (pending.target, error) {
            _ if wanted.is_empty() => {}
            (CaptureTarget::Screen, CaptureError::NotAllowed) => {
                // Most likely the person closed the picker: no reason for a notice.
                self.screen = Device::Off;
            }
            (target, CaptureError::OverConstrained) if pending.quality == Quality::Preferred => {
                self.capture(target, Quality::Any, effects);
            }
            (CaptureTarget::MicrophoneAndCamera, CaptureError::NotAllowed)
                if again(CaptureTarget::Microphone) =>
            {
                self.capture(CaptureTarget::Microphone, pending.quality, effects);
            }
            (
                CaptureTarget::MicrophoneAndCamera,
                CaptureError::NotFound
                | CaptureError::NotReadable
                | CaptureError::OverConstrained
                | CaptureError::Other,
            ) => {
                for target in [CaptureTarget::Microphone, CaptureTarget::Camera] {
                    if again(target) {
                        self.capture(target, pending.quality, effects);
                    }
                }
            }
            _ => {}
        }
    }

    fn ended(&mut self, now: Duration, ended: TrackId, effects: &mut Effects) {
        let Some(source) =
            Source::ALL.into_iter().find(|source| self.track(*source) == Some(ended))
        else {
            return;
        };
        // A device was unplugged, perhaps, and there may be another: but not for one that fails
        // whenever it starts.
        let lived = self.device_mut(source).is_some_and(|device| {
            let lived = device.age(now) >= RESTART_AFTER;
            device.stop(effects);
            lived
        });
        match source {
            Source::Microphone if lived => {
                self.capture(CaptureTarget::Microphone, Quality::Any, effects);
            }
            Source::Camera if lived => self.capture(CaptureTarget::Camera, Quality::Any, effects),
            Source::Microphone => self.microphone = Device::Failed(CaptureError::NotReadable),
            Source::Camera => self.camera = Device::Failed(CaptureError::NotReadable),
            Source::Screen => self.screen_audio.stop(effects),
            Source::ScreenAudio | Source::Unknown => {}
        }
    }

    fn device(&self, source: Source) -> Option<&Device> {
        match source {
            Source::Microphone => Some(&self.microphone),
            Source::Camera => Some(&self.camera),
            Source::Screen => Some(&self.screen),
            Source::ScreenAudio => Some(&self.screen_audio),
            Source::Unknown => None,
        }
    }

    fn device_mut(&mut self, source: Source) -> Option<&mut Device> {
        match source {
            Source::Microphone => Some(&mut self.microphone),
            Source::Camera => Some(&mut self.camera),
            Source::Screen => Some(&mut self.screen),
            Source::ScreenAudio => Some(&mut self.screen_audio),
            Source::Unknown => None,
        }
    }
}

/// What one prompt covers.
fn sources_of(target: CaptureTarget) -> &'static [Source] {
    match target {
        CaptureTarget::MicrophoneAndCamera => &[Source::Microphone, Source::Camera],
        CaptureTarget::Microphone => &[Source::Microphone],
        CaptureTarget::Camera => &[Source::Camera],
        CaptureTarget::Screen => &[Source::Screen, Source::ScreenAudio],
    }
}

impl Device {
    /// Whether it is on, or on its way.
    fn is_live(&self) -> bool {
        match self {
            Self::Starting(_) | Self::On { .. } => true,
            Self::Off | Self::Failed(_) => false,
        }
    }

    /// How long it has been on.
    fn age(&self, now: Duration) -> Duration {
        match self {
            Self::On { since, .. } => now.saturating_sub(*since),
            Self::Off | Self::Starting(_) | Self::Failed(_) => Duration::ZERO,
        }
    }

    fn stop(&mut self, effects: &mut Effects) {
        if let Self::On { track, .. } = self {
            effects.push(Effect::StopTrack(track.track));
        }
        *self = Self::Off;
    }

    fn state(&self) -> SourceState {
        match self {
            Self::On { muted: false, .. } => SourceState::On,
            Self::On { muted: true, .. } => SourceState::Muted,
            Self::Off | Self::Starting(_) | Self::Failed(_) => SourceState::Off,
        }
    }
}
