//! The view of the call.

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::{Name, PeerId, Source, SourceState};

use super::Call;
use crate::api::view::{self, Hearing, Me, Unreached, View};
use crate::features::{CallFeatures, PersonFeatures};
use crate::link::PeerLink;
use crate::media::local::LocalMedia;
use crate::media::preferences::DeviceChoice;
use crate::media::remote::{Flow, RemoteSources};
use crate::room::Member;

impl Call {
    pub(super) fn present(&mut self, now: Duration) {
        let mut view = View {
            phase: self.phase,
            signaling: self.signaling.view(),
            me: Me {
                unreached: self.unreached(),
                ..me(&self.name, &self.local_media, self.choice)
            },
            peers: self.roster.iter().map(|(id, member)| peer(id, member)).collect(),
            ring: self.present_ring(now),
            devices: Rc::clone(self.local_media.devices()),
            notice: self.local_media.notice().cloned(),
            features: CallFeatures::default(),
        };
        let context = self.feature_context(now);
        for feature in self.features.all() {
            feature.present(&mut view, &context);
        }
        if *self.view != view {
            self.view = Rc::new(view);
        }
    }

    /// Returns the sources that reach none of those with whom a negotiation is done.
    fn unreached(&self) -> Unreached {
        let is_unreached = |source| {
            let links = self.roster.iter().filter_map(|(_, member)| member.link.as_ref());
            let mut flows = links.filter_map(|link| link.section(source)).peekable();
            flows.peek().is_some() && flows.all(|section| section.sending != Flow::Open)
        };
        Unreached {
            microphone: is_unreached(Source::Microphone),
            camera: is_unreached(Source::Camera),
            screen: is_unreached(Source::Screen),
        }
    }
}

pub(super) fn me(name: &Name, local_media: &LocalMedia, choice: DeviceChoice) -> Me {
    Me {
        name: name.clone(),
        microphone: local_media.local(Source::Microphone),
        camera: local_media.local(Source::Camera),
        screen: local_media.local(Source::Screen),
        screen_audio: local_media.local(Source::ScreenAudio),
        microphone_device: local_media.device_of(Source::Microphone).cloned(),
        camera_device: local_media.device_of(Source::Camera).cloned(),
        speaker: local_media.speaker().cloned(),
        preferences: Rc::clone(local_media.preferences()),
        unreached: Unreached::default(),
        choice,
        features: PersonFeatures::default(),
    }
}

/// Returns the view of a peer, without what features add to it.
fn peer(id: PeerId, member: &Member) -> view::Peer {
    let sources = member.sources();
    let link = member.link.as_ref();
    view::Peer {
        id,
        name: member.name(),
        in_call: member.is_in_call(),
        sources,
        remote: RemoteSources::OFF,
        held: None,
        person: link.and_then(PeerLink::person),
        screen: link.and_then(PeerLink::screen).filter(|_| sources.screen != SourceState::Off),
        link: link.map_or(view::LinkState::None, PeerLink::state),
        failed: link.and_then(PeerLink::failed).cloned(),
        hearing: Hearing::Heard,
        volume: 100,
        features: PersonFeatures::default(),
    }
}
