//! What there is to draw.

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::{MachineId, Name, PeerId, Source, SourceState};

use super::Call;
use crate::local_media::LocalMedia;
use crate::peer_link::PeerLink;
use crate::preferences::DeviceChoice;
use crate::remote::{self, Flow, remote_sources};
use crate::roster::Member;
use crate::view::{self, Hearing, Me, Unreached, View};

impl Call {
    pub(super) fn draw(&mut self, now: Duration) {
        let machine = self.machine;
        let view = View {
            phase: self.phase,
            signaling: match (self.signaling.is_off(), self.signaling.is_online()) {
                (true, _) => view::Signaling::Off,
                (false, true) => view::Signaling::Online,
                (false, false) if self.signaling.joined_before() => view::Signaling::Reconnecting,
                (false, false) => view::Signaling::Connecting,
            },
            me: Me {
                unreached: self.unreached(),
                ..me(&self.name, &self.local_media, self.choice)
            },
            peers: self.roster.iter().map(|(id, member)| peer(id, member, machine)).collect(),
            ring: self.draw_ring(now),
            devices: Rc::clone(self.local_media.devices()),
            notice: self.local_media.notice().cloned(),
        };
        if *self.view != view {
            self.view = Rc::new(view);
        }
    }
}

impl Call {
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
    }
}

fn peer(id: PeerId, member: &Member, machine: Option<MachineId>) -> view::Peer {
    let sources = member.said.as_ref().map(|said| said.sources).unwrap_or_default();
    let link = member.link.as_ref();
    let hearing = member.hearing(machine);
    view::Peer {
        id,
        name: member.name(),
        in_call: member.is_in_call(),
        sources,
        remote: remote_sources(sources, link, member.elements),
        held: remote::held(sources, hearing == Hearing::Heard, link, member.elements),
        person: link.and_then(PeerLink::person),
        screen: link.and_then(PeerLink::screen).filter(|_| sources.screen != SourceState::Off),
        link: link.map_or(view::LinkState::None, PeerLink::state),
        hearing,
        volume: member.volume,
    }
}
