//! The media that this page captures: microphone, camera, screen and the screen's audio.
//!
//! For each source the facts are held in one place (`source`), and the view, what peers are told
//! and the track that is sent are derived from them (`facts`).
//!
//! Both devices start with one prompt. If that fails, each is tried by itself, since one device
//! that is missing, busy or blocked must not cost the other (`captured`, `refusal`). A device that
//! is changed while it is on stays on until the new one has started.

mod captured;
mod facts;
mod known_devices;
mod listed;
mod notices;
mod preferred;
mod refusal;
mod request;
mod source;
mod system_mute;
mod talk;

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::{Source, SourceStates};

use self::known_devices::KnownDevices;
use self::notices::Notices;
use self::request::{Purpose, Request, Requests, kind_of, sources_of, target_of};
use self::source::LocalSource;
use self::talk::PushToTalk;
use crate::api::view::{Local, Notice};
use crate::api::{CaptureTarget, Effect, Effects};
use crate::media::preferences::{DeviceId, DeviceInfo, Preferences};
use crate::media::speaker::Speaker;
use crate::media::{Permissions, Quality, TrackId};
use crate::policy::MediaPolicy;

/// The devices and the screen of this page.
#[derive(Debug)]
pub(crate) struct LocalMedia {
    policy: MediaPolicy,
    microphone: LocalSource,
    camera: LocalSource,
    screen: LocalSource,
    screen_audio: LocalSource,
    requests: Requests,
    preferences: Rc<Preferences>,
    devices: KnownDevices,
    permissions: Permissions,
    speaker: Speaker,
    talk: PushToTalk,
    notices: Notices,
}

impl LocalMedia {
    pub(crate) fn new(preferences: Preferences, policy: MediaPolicy) -> Self {
        Self {
            policy,
            microphone: LocalSource::default(),
            camera: LocalSource::default(),
            screen: LocalSource::default(),
            screen_audio: LocalSource::default(),
            requests: Requests::default(),
            preferences: Rc::new(preferences),
            devices: KnownDevices::default(),
            permissions: Permissions::default(),
            speaker: Speaker::default(),
            talk: PushToTalk::default(),
            notices: Notices::default(),
        }
    }

    /// Starts the devices that are not on yet, with one prompt for both.
    pub(crate) fn start(
        &mut self,
        now: Duration,
        microphone: bool,
        camera: bool,
        effects: &mut Effects,
    ) {
        let mut sources = Vec::new();
        if microphone && !self.is_on_its_way(Source::Microphone) {
            sources.push(Source::Microphone);
        }
        if camera && !self.is_on_its_way(Source::Camera) {
            sources.push(Source::Camera);
        }
        if let Some(target) = target_of(&sources) {
            self.want(now, target, effects);
        }
    }

    /// Mutes the microphone, or unmutes it, starting it first where there is none. One that the
    /// system keeps silent is captured anew, which may help.
    pub(crate) fn set_microphone(&mut self, now: Duration, on: bool, effects: &mut Effects) {
        self.talk = PushToTalk::Unused;
        self.switch_microphone(now, on, effects);
    }

    fn switch_microphone(&mut self, now: Duration, on: bool, effects: &mut Effects) {
        match (self.local(Source::Microphone), on) {
            (Local::On(_) | Local::Muted(_), _) | (Local::Silenced(_), false) => {
                self.microphone.set_muted(!on, effects);
            }
            (Local::Silenced(_), true) => self.want(now, CaptureTarget::Microphone, effects),
            (Local::Off | Local::Failed(_), true) => {
                self.microphone.set_muted(false, effects);
                self.want(now, CaptureTarget::Microphone, effects);
            }
            (Local::Starting, true) => self.microphone.set_muted(false, effects),
            (Local::Off | Local::Starting | Local::Failed(_), false) => {
                self.stop_source(Source::Microphone, effects);
            }
        }
    }

    /// Starts the camera, or stops it: its light goes out. One that the system keeps silent is
    /// captured anew, which may help.
    pub(crate) fn set_camera(&mut self, now: Duration, on: bool, effects: &mut Effects) {
        match (self.local(Source::Camera), on) {
            (_, false) => self.stop_source(Source::Camera, effects),
            (Local::Off | Local::Failed(_) | Local::Silenced(_), true) => {
                self.want(now, CaptureTarget::Camera, effects);
            }
            (Local::On(_) | Local::Muted(_) | Local::Starting, true) => {}
        }
    }

    /// Turns microphone and camera on, with one prompt for those that do not work.
    pub(crate) fn retry_devices(&mut self, now: Duration, effects: &mut Effects) {
        self.talk = PushToTalk::Unused;
        self.microphone.set_muted(false, effects);
        let works = |source| match self.local(source) {
            Local::Starting | Local::On(_) | Local::Muted(_) => true,
            Local::Off | Local::Failed(_) | Local::Silenced(_) => false,
        };
        let mut sources = vec![Source::Microphone, Source::Camera];
        sources.retain(|source| !works(*source));
        if let Some(target) = target_of(&sources) {
            self.want(now, target, effects);
        }
    }

    /// Starts to share a screen, or stops it.
    pub(crate) fn set_screen(&mut self, now: Duration, on: bool, effects: &mut Effects) {
        if !on {
            self.stop_screen(effects);
        } else if !self.is_on_its_way(Source::Screen) {
            self.want(now, CaptureTarget::Screen, effects);
        }
    }

    /// Ends what belongs to the call and not to the lobby: the shared screen, and a key that is
    /// held to talk, since the lobby does not listen for its release.
    pub(crate) fn leave_call(&mut self, effects: &mut Effects) {
        self.stop_screen(effects);
        self.release_key(effects);
    }

    /// Stops everything.
    pub(crate) fn stop(&mut self, effects: &mut Effects) {
        self.talk = PushToTalk::Unused;
        for source in Source::ALL {
            self.stop_source(source, effects);
        }
    }

    /// The browser may use these devices, or not.
    pub(crate) fn set_permissions(&mut self, permissions: Permissions) {
        self.permissions = permissions;
    }

    /// The person has read the notice. An earlier one may be shown in its place.
    pub(crate) fn dismiss(&mut self) {
        if self.notices.dismiss() {
            self.devices.take_offered();
        }
    }

    /// Returns the notice to show.
    pub(crate) fn notice(&self) -> Option<&Notice> {
        self.notices.newest()
    }

    /// The devices that can be chosen.
    pub(crate) fn devices(&self) -> &Rc<[DeviceInfo]> {
        self.devices.listed()
    }

    /// The device that a source comes from.
    pub(crate) fn device_of(&self, source: Source) -> Option<&DeviceId> {
        self.source(source).live()?.track.device.as_ref()
    }

    /// The height that the video of a source is captured with, in pixels.
    pub(crate) fn height(&self, source: Source) -> Option<u32> {
        Some(self.source(source).live()?.track.height)
    }

    /// The track that a source sends, if it is captured.
    pub(crate) fn track(&self, source: Source) -> Option<TrackId> {
        self.source(source).sent()
    }

    /// Returns what peers are told.
    pub(crate) fn states(&self) -> SourceStates {
        SourceStates {
            microphone: self.microphone.facts().state(),
            camera: self.camera.facts().state(),
            screen: self.screen.facts().state(),
            screen_audio: self.screen_audio.facts().state(),
        }
    }

    /// Returns what this page's person sees of a source.
    pub(crate) fn local(&self, source: Source) -> Local {
        self.source(source).facts().local()
    }

    /// Returns when [`timeout`](Self::timeout) has something to do.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let live = Source::ALL.into_iter().filter_map(|source| self.source(source).live());
        live.filter_map(|live| live.system_mute.deadline(&self.policy)).min()
    }

    /// Lets time pass.
    pub(crate) fn timeout(&mut self, now: Duration) {
        let policy = self.policy;
        for source in Source::ALL {
            if let Some(live) = self.source_mut(source).live_mut() {
                live.system_mute.timeout(now, &policy);
            }
        }
    }

    /// Returns `true` if it is on, or about to be.
    fn is_on_its_way(&self, source: Source) -> bool {
        match self.local(source) {
            Local::Starting | Local::On(_) | Local::Muted(_) | Local::Silenced(_) => true,
            Local::Off | Local::Failed(_) => false,
        }
    }

    fn want(&mut self, now: Duration, target: CaptureTarget, effects: &mut Effects) {
        let preferences = Rc::clone(&self.preferences);
        let (quality, purpose) = (Quality::Preferred, Purpose::START);
        self.request(now, Request { target, quality, preferences, purpose }, effects);
    }

    fn request(&mut self, now: Duration, request: Request, effects: &mut Effects) {
        let Request { target, quality, ref preferences, .. } = request;
        let preferences = Rc::clone(preferences);
        let capture = self.requests.add(now, request);
        for &source in sources_of(target) {
            self.source_mut(source).start(capture);
        }
        effects.push(Effect::Capture { capture, target, quality, preferences });
    }

    fn stop_screen(&mut self, effects: &mut Effects) {
        self.stop_source(Source::Screen, effects);
        self.stop_source(Source::ScreenAudio, effects);
    }

    fn stop_source(&mut self, source: Source, effects: &mut Effects) {
        self.source_mut(source).stop(effects);
        self.drop_notice_of(source);
    }

    /// Drops a notice on the device of a source, once it says what is no longer true.
    fn drop_notice_of(&mut self, source: Source) {
        if let Some(kind) = kind_of(source) {
            self.notices.drop_of(kind);
        }
    }

    fn source(&self, source: Source) -> &LocalSource {
        match source {
            Source::Microphone => &self.microphone,
            Source::Camera => &self.camera,
            Source::Screen => &self.screen,
            Source::ScreenAudio => &self.screen_audio,
        }
    }

    fn source_mut(&mut self, source: Source) -> &mut LocalSource {
        match source {
            Source::Microphone => &mut self.microphone,
            Source::Camera => &mut self.camera,
            Source::Screen => &mut self.screen,
            Source::ScreenAudio => &mut self.screen_audio,
        }
    }
}
