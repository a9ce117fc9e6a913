//! Captures for the call, and reports what happens to their tracks.

use std::rc::Weak;

use tincan_call::{
    CaptureError, CaptureEvent, CaptureId, CaptureTarget, Input, LocalTrack, Preferences, Quality,
    TrackId,
};
use wasm_bindgen_futures::spawn_local;

use super::{Shell, tell};
use crate::log;
use crate::media::{self, CapturedTrack, DeviceList, TrackEvent, find_permissions};

impl Shell {
    pub(super) fn capture(
        &self,
        capture: CaptureId,
        target: CaptureTarget,
        quality: Quality,
        preferences: &Preferences,
    ) {
        let tracks = media::capture(target, quality, preferences);
        let shell = Weak::clone(&self.weak);
        // Not a task of this driver's: a prompt cannot be taken back, and what is captured after
        // the driver is gone must be stopped, which dropping the tracks does.
        spawn_local(async move {
            let tracks = tracks.await;
            let devices = match (target, &tracks) {
                // A screen is no device, and should not wait for the list of them.
                (CaptureTarget::Screen, _) => None,
                // Once one may be used, the browser lists all of its kind with their names. Where
                // it blames the settings, there may be no device at all (WebKit).
                (_, Ok(_) | Err(CaptureError::OverConstrained)) => DeviceList::find().await,
                (_, Err(CaptureError::NotAllowed)) => {
                    let permissions = find_permissions().await;
                    tell(&shell, Input::Permissions(permissions));
                    None
                }
                (_, Err(_)) => None,
            };
            if let Some(shell) = shell.upgrade() {
                let known = devices.as_ref();
                let added = tracks.and_then(|tracks| shell.add_tracks(tracks, known));
                if let Some(devices) = devices {
                    shell.input(Input::Devices(devices.into_devices()));
                }
                match added {
                    Ok(tracks) => shell.captured(capture, tracks),
                    Err(error) => {
                        shell.input(Input::Capture(CaptureEvent::Failed { capture, error }));
                    }
                }
            }
        });
    }

    /// Tells the call of captured tracks. One may have ended before anything listened to it:
    /// between the browser's answer and the list of devices.
    fn captured(&self, capture: CaptureId, tracks: Vec<LocalTrack>) {
        let ids: Vec<TrackId> = tracks.iter().map(|track| track.track).collect();
        self.input(Input::Capture(CaptureEvent::Captured { capture, tracks }));
        for track in ids {
            if self.tracks.has_ended(track) {
                self.track_event(track, TrackEvent::Ended);
            }
        }
    }

    /// Registers captured tracks: all of them, or none.
    fn add_tracks(
        &self,
        tracks: Vec<CapturedTrack>,
        known: Option<&DeviceList>,
    ) -> Result<Vec<LocalTrack>, CaptureError> {
        let mut added: Vec<LocalTrack> = Vec::new();
        for track in tracks {
            let shell = Weak::clone(&self.weak);
            let device = known.and_then(|known| known.device_of(track.source(), track.track()));
            let on_event = move |id, event| {
                if let Some(shell) = shell.upgrade() {
                    shell.track_event(id, event);
                }
            };
            match self.tracks.add(track, device, &self.streams, on_event) {
                Ok(local) => added.push(local),
                Err(error) => {
                    log::refused("no stream can be made", &error);
                    for local in added {
                        self.tracks.remove(local.track);
                    }
                    return Err(CaptureError::Other);
                }
            }
        }
        Ok(added)
    }

    fn track_event(&self, track: TrackId, event: TrackEvent) {
        self.input(Input::Capture(match event {
            TrackEvent::Ended => {
                self.tracks.remove(track);
                CaptureEvent::Ended(track)
            }
            TrackEvent::Muted(muted) => CaptureEvent::SystemMuted { track, muted },
        }));
    }

    pub(super) fn measure_tracks(&self) {
        for (track, height) in self.tracks.take_resized() {
            self.input(Input::Capture(CaptureEvent::Resized { track, height }));
        }
    }
}
