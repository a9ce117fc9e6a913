//! What this page captures: microphone, camera and screen, each off, starting, live or failed.
//!
//! Both devices start with one prompt. If that fails, each is tried by itself, since one missing
//! or busy device must not cost the other; after a "no" of the person only the microphone is
//! asked for once more, so that nobody has to say no three times.
//!
//! A device that is changed while it is on stays on until the new one has started.

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::{Source, SourceState, SourceStates};

use crate::effect::{CaptureTarget, Effect};
use crate::effects::Effects;
use crate::input::{CaptureEvent, LocalTrack};
use crate::media::{CaptureError, CaptureId, Quality, TrackId};
use crate::preferences::{DeviceId, DeviceInfo, DeviceKind, Preferences, ShareStyle};
use crate::speaker::Speaker;
use crate::view::{Local, Notice};

/// A device that took the place of another and ends before this age is not replaced again.
const RESTART_AFTER: Duration = Duration::from_secs(5);

/// How a source of this page stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Device {
    Off,
    Starting(CaptureId),
    On {
        track: LocalTrack,
        muted: bool,
        since: Duration,
        /// The capture that shall take its place.
        next: Option<CaptureId>,
        /// It took the place of one that went away.
        fell_back: bool,
    },
    Failed(CaptureError),
}

/// Why something is captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// The person wants it.
    Wanted,
    /// The device in use went away.
    FallBack {
        /// The microphone was muted, and stays so.
        muted: bool,
    },
}

/// A capture that the browser has not answered yet.
#[derive(Debug, Clone, Copy)]
struct Pending {
    id: CaptureId,
    target: CaptureTarget,
    quality: Quality,
    reason: Reason,
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
    preferences: Rc<Preferences>,
    /// The devices that there are.
    known: Rc<[DeviceInfo]>,
    /// Those that were plugged in last, and may be used.
    offered: Vec<DeviceInfo>,
    notice: Option<Notice>,
    speaker: Speaker,
    talk: PushToTalk,
}

/// The key that is held to talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PushToTalk {
    /// The microphone is as the person set it.
    Unused,
    /// The microphone is on, or starts, for as long as the key is held.
    Held,
    /// The key was released: the microphone is muted, or will be as soon as it has started.
    Released,
}

impl Devices {
    pub(crate) fn new(preferences: Preferences) -> Self {
        Self {
            preferences: Rc::new(preferences),
            known: Rc::default(),
            offered: Vec::new(),
            notice: None,
            speaker: Speaker::default(),
            talk: PushToTalk::Unused,
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
        self.want(target, effects);
    }

    /// Mutes the microphone, or lets it be heard, starting it first where there is none.
    pub(crate) fn set_microphone(&mut self, on: bool, effects: &mut Effects) {
        self.talk = PushToTalk::Unused;
        self.switch_microphone(on, effects);
    }

    /// Lets a muted person be heard while a key is held, starting the microphone first where there
    /// is none. Whoever is heard anyway is not muted by it.
    pub(crate) fn talk(&mut self, held: bool, effects: &mut Effects) {
        let is_on = matches!(self.microphone, Device::On { muted: false, .. });
        let is_starting = matches!(self.microphone, Device::Starting(_));
        match (self.talk, held) {
            (PushToTalk::Held, false) => {
                self.talk = PushToTalk::Released;
                if is_on {
                    self.switch_microphone(false, effects);
                }
            }
            (PushToTalk::Released, true) if is_starting => self.talk = PushToTalk::Held,
            (PushToTalk::Unused | PushToTalk::Released, true) if !is_on && !is_starting => {
                self.talk = PushToTalk::Held;
                self.switch_microphone(true, effects);
            }
            (PushToTalk::Unused | PushToTalk::Released, _) | (PushToTalk::Held, true) => {}
        }
    }

    fn switch_microphone(&mut self, on: bool, effects: &mut Effects) {
        match (&mut self.microphone, on) {
            (Device::On { track, muted, .. }, _) => {
                *muted = !on;
                effects.push(Effect::EnableTrack { track: track.track, enabled: on });
            }
            (Device::Off | Device::Failed(_), true) => {
                self.want(CaptureTarget::Microphone, effects);
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
            self.want(CaptureTarget::Camera, effects);
        }
    }

    /// Likes these devices and settings. What is on and differs is captured anew, and what failed is
    /// tried again.
    pub(crate) fn set_preferences(&mut self, preferences: Preferences, effects: &mut Effects) {
        let last = std::mem::replace(&mut self.preferences, Rc::new(preferences));
        let new = Rc::clone(&self.preferences);
        // Where nothing differs, the person chose again what had been lost.
        if new.speaker != last.speaker || new == last {
            self.speaker.on_chosen();
        }
        if !new.same_microphone(&last) {
            self.capture_anew(Source::Microphone, CaptureTarget::Microphone, effects);
        }
        if !new.same_camera(&last) {
            self.capture_anew(Source::Camera, CaptureTarget::Camera, effects);
        }
        if new.share != last.share
            && let Some(track) = self.track(Source::Screen)
        {
            effects.push(Effect::HintTrack { track, style: new.share });
        }
    }

    pub(crate) fn preferences(&self) -> &Rc<Preferences> {
        &self.preferences
    }

    /// These devices there are now.
    pub(crate) fn found(&mut self, devices: Vec<DeviceInfo>) {
        let last = std::mem::replace(&mut self.known, devices.into());
        if self.speaker.on_devices(self.preferences.speaker.as_ref(), &last, &self.known) {
            self.notice = Some(speaker_lost());
        }
        // A browser hides all devices of a kind until it may use one: those are not new.
        let knew = |kind| last.iter().any(|device| device.kind == kind);
        let missed = |kind| {
            let device = source_of(kind).and_then(|source| self.device(source));
            device == Some(&Device::Failed(CaptureError::NotFound))
        };
        let is_new = |device: &DeviceInfo| {
            (knew(device.kind) || missed(device.kind) || self.speaker.is_lost(&device.id))
                && !device.label.is_empty()
                && last.iter().all(|known| known.id != device.id || known.kind != device.kind)
                && !self.is_in_use(device)
        };
        let new: Vec<_> = self.known.iter().filter(|device| is_new(device)).cloned().collect();
        self.offered.retain(|device| self.known.contains(device));
        if !new.is_empty() {
            self.offered = new;
        }
        match self.offered.first() {
            Some(device) => self.notice = Some(Notice::Offered(device.clone())),
            None if matches!(self.notice, Some(Notice::Offered(_))) => self.notice = None,
            None => {}
        }
    }

    /// Uses what was offered: a headset is two devices.
    pub(crate) fn use_offered(&mut self, effects: &mut Effects) {
        let mut preferences = Preferences::clone(&self.preferences);
        for device in self.offered.drain(..) {
            if device.kind == DeviceKind::Speaker {
                self.speaker.on_chosen();
            }
            preferences.set_device(device.kind, Some(device.id));
        }
        self.dismiss();
        self.set_preferences(preferences, effects);
    }

    /// The notice has been read.
    pub(crate) fn dismiss(&mut self) {
        self.notice = None;
        self.offered.clear();
    }

    pub(crate) fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    pub(crate) fn known(&self) -> &Rc<[DeviceInfo]> {
        &self.known
    }

    /// Where a source comes from.
    pub(crate) fn device_of(&self, source: Source) -> Option<&DeviceId> {
        match self.device(source)? {
            Device::On { track, .. } => track.device.as_ref(),
            Device::Off | Device::Starting(_) | Device::Failed(_) => None,
        }
    }

    /// How tall the picture of a source is captured, in pixels.
    pub(crate) fn height(&self, source: Source) -> Option<u32> {
        match self.device(source)? {
            Device::On { track, .. } => Some(track.height),
            Device::Off | Device::Starting(_) | Device::Failed(_) => None,
        }
    }

    /// What a shared screen is like.
    pub(crate) fn share_style(&self) -> ShareStyle {
        self.preferences.share
    }

    /// The speaker in use; none is the system's own.
    pub(crate) fn speaker(&self) -> Option<&DeviceId> {
        self.speaker.in_use(self.preferences.speaker.as_ref())
    }

    /// The browser does not play on this speaker.
    pub(crate) fn speaker_refused(&mut self, speaker: DeviceId) {
        if self.speaker.on_refused(self.preferences.speaker.as_ref(), speaker) {
            self.notice = Some(speaker_lost());
        }
    }

    fn is_in_use(&self, device: &DeviceInfo) -> bool {
        if device.kind == DeviceKind::Speaker {
            return self.speaker() == Some(&device.id);
        }
        let used = source_of(device.kind).and_then(|source| self.device_of(source));
        used == Some(&device.id)
    }

    fn capture_anew(&mut self, source: Source, target: CaptureTarget, effects: &mut Effects) {
        match self.device(source) {
            Some(Device::On { .. } | Device::Starting(_) | Device::Failed(_)) => {
                self.want(target, effects);
            }
            Some(Device::Off) | None => {}
        }
    }

    fn want(&mut self, target: CaptureTarget, effects: &mut Effects) {
        self.capture(target, Quality::Preferred, Reason::Wanted, effects);
    }

    /// Starts to share a screen, or stops it.
    pub(crate) fn set_screen(&mut self, on: bool, effects: &mut Effects) {
        if !on {
            self.screen.stop(effects);
            self.screen_audio.stop(effects);
        } else if !self.screen.is_live() {
            self.want(CaptureTarget::Screen, effects);
        }
    }

    /// Stops everything.
    pub(crate) fn stop(&mut self, effects: &mut Effects) {
        self.talk = PushToTalk::Unused;
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
        match self.device(source)? {
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

    fn capture(
        &mut self,
        target: CaptureTarget,
        quality: Quality,
        reason: Reason,
        effects: &mut Effects,
    ) {
        self.captures += 1;
        let id = CaptureId(self.captures);
        self.pending.push(Pending { id, target, quality, reason });
        for &source in sources_of(target) {
            // A screen may come without sound: only what comes is on.
            if let (Some(device), false) = (self.device_mut(source), source == Source::ScreenAudio)
            {
                match device {
                    Device::On { next, .. } => *next = Some(id),
                    Device::Off | Device::Starting(_) | Device::Failed(_) => {
                        *device = Device::Starting(id);
                    }
                }
            }
        }
        let preferences = Rc::clone(&self.preferences);
        effects.push(Effect::Capture { capture: id, target, quality, preferences });
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
        let pending = self.take_pending(capture);
        let screen_wanted = self.screen == Device::Starting(capture);
        for track in tracks {
            let id = track.track;
            let (wanted, was_muted) = match self.device(track.source) {
                Some(Device::Starting(id)) => (*id == capture, false),
                Some(Device::On { next, muted, .. }) => (*next == Some(capture), *muted),
                Some(Device::Off) => (track.source == Source::ScreenAudio && screen_wanted, false),
                Some(Device::Failed(_)) | None => (false, false),
            };
            let Some(pending) = pending.filter(|_| wanted) else {
                // Nobody wants it any more: it was turned off while the browser asked.
                effects.push(Effect::StopTrack(id));
                continue;
            };
            let is_microphone = track.source == Source::Microphone;
            let muted = is_microphone
                && (was_muted
                    || self.talk == PushToTalk::Released
                    || pending.reason == Reason::FallBack { muted: true });
            let fell_back = pending.reason != Reason::Wanted;
            if fell_back {
                self.fell_back(&track);
            }
            if let Some(device) = self.device_mut(track.source) {
                device.stop(effects);
                *device = Device::On { track, muted, since: now, next: None, fell_back };
            }
            if muted {
                effects.push(Effect::EnableTrack { track: id, enabled: false });
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

    /// Says which device took the place of one that went away.
    fn fell_back(&mut self, track: &LocalTrack) {
        let Some(kind) = kind_of(track.source) else { return };
        let Some(id) = &track.device else { return };
        let known = self.known.iter().find(|known| known.kind == kind && known.id == *id);
        let device = known.cloned().unwrap_or_else(|| DeviceInfo {
            kind,
            id: id.clone(),
            label: String::new(),
        });
        self.notice = Some(Notice::FellBack(kind, device));
    }

    /// A capture that should take the place of what is on has failed.
    fn change_failed(&mut self, pending: Pending, error: CaptureError, effects: &mut Effects) {
        for &source in sources_of(pending.target) {
            let Some(device) = self.device_mut(source) else { continue };
            let Device::On { next, muted, .. } = device else { continue };
            if *next != Some(pending.id) {
                continue;
            }
            *next = None;
            let muted = *muted;
            if error == CaptureError::NotReadable && pending.reason == Reason::Wanted {
                // Many phones open one camera at a time: let go of this one first.
                device.stop(effects);
                let reason = Reason::FallBack { muted };
                self.capture(pending.target, pending.quality, reason, effects);
            } else if let Some(kind) = kind_of(source) {
                self.notice = Some(Notice::NotTaken(kind, error));
            }
        }
    }

    fn failed(&mut self, capture: CaptureId, error: CaptureError, effects: &mut Effects) {
        let Some(pending) = self.take_pending(capture) else { return };
        if error == CaptureError::OverConstrained
            && pending.quality == Quality::Preferred
            && self.is_change(pending)
        {
            self.capture(pending.target, Quality::Any, pending.reason, effects);
            return;
        }
        self.change_failed(pending, error, effects);
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
                self.capture(target, Quality::Any, pending.reason, effects);
            }
            (CaptureTarget::MicrophoneAndCamera, CaptureError::NotAllowed)
                if again(CaptureTarget::Microphone) =>
            {
                self.capture(CaptureTarget::Microphone, pending.quality, pending.reason, effects);
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
                        self.capture(target, pending.quality, pending.reason, effects);
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
        // A device was unplugged, perhaps, and there may be another: but not if that one fails as soon
        // as it starts, too.
        let Some(device) = self.device_mut(source) else { return };
        let lived = device.age(now) >= RESTART_AFTER
            || matches!(device, Device::On { fell_back: false, .. });
        let muted = matches!(device, Device::On { muted: true, .. });
        device.stop(effects);
        let reason = Reason::FallBack { muted };
        match source {
            Source::Microphone if lived => {
                self.capture(CaptureTarget::Microphone, Quality::Any, reason, effects);
            }
            Source::Camera if lived => {
                self.capture(CaptureTarget::Camera, Quality::Any, reason, effects);
            }
            Source::Microphone => self.microphone = Device::Failed(CaptureError::NotReadable),
            Source::Camera => self.camera = Device::Failed(CaptureError::NotReadable),
            Source::Screen => self.screen_audio.stop(effects),
            Source::ScreenAudio | Source::Unknown => {}
        }
    }

    fn is_change(&self, pending: Pending) -> bool {
        sources_of(pending.target).iter().any(|source| {
            matches!(self.device(*source), Some(Device::On { next, .. }) if *next == Some(pending.id))
        })
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

/// That the system's own speaker took the place of the one that was chosen. Browsers do not say
/// which one that is.
fn speaker_lost() -> Notice {
    let (kind, id) = (DeviceKind::Speaker, DeviceId(String::new()));
    Notice::FellBack(kind, DeviceInfo { kind, id, label: String::new() })
}

/// The kind of device that a source comes from.
const fn kind_of(source: Source) -> Option<DeviceKind> {
    match source {
        Source::Microphone => Some(DeviceKind::Microphone),
        Source::Camera => Some(DeviceKind::Camera),
        Source::Screen | Source::ScreenAudio | Source::Unknown => None,
    }
}

/// The source that a kind of device is captured for.
const fn source_of(kind: DeviceKind) -> Option<Source> {
    match kind {
        DeviceKind::Microphone => Some(Source::Microphone),
        DeviceKind::Camera => Some(Source::Camera),
        DeviceKind::Speaker => None,
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
