//! What there is to draw.

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::{MachineId, Name, PeerId, Source, SourceState};

use super::Call;
use crate::devices::Devices;
use crate::peer_link::PeerLink;
use crate::roster::Member;
use crate::view::{self, Me, View};

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
            me: me(&self.name, &self.devices),
            peers: self.roster.iter().map(|(id, member)| peer(id, member, machine)).collect(),
            ring: self.draw_ring(now),
            devices: Rc::clone(self.devices.known()),
            notice: self.devices.notice().cloned(),
        };
        if *self.view != view {
            self.view = Rc::new(view);
        }
    }
}

pub(super) fn me(name: &Name, devices: &Devices) -> Me {
    Me {
        name: name.clone(),
        microphone: devices.local(Source::Microphone),
        camera: devices.local(Source::Camera),
        screen: devices.local(Source::Screen),
        microphone_device: devices.device_of(Source::Microphone).cloned(),
        camera_device: devices.device_of(Source::Camera).cloned(),
        preferences: Rc::clone(devices.preferences()),
    }
}

fn peer(id: PeerId, member: &Member, machine: Option<MachineId>) -> view::Peer {
    let sources = member.said.as_ref().map(|said| said.sources).unwrap_or_default();
    let link = member.link.as_ref();
    view::Peer {
        id,
        name: member.name(),
        in_call: member.is_in_call(),
        sources,
        person: link.and_then(PeerLink::person),
        screen: link.and_then(PeerLink::screen).filter(|_| sources.screen != SourceState::Off),
        link: link.map_or(view::LinkState::None, PeerLink::state),
        hearing: member.hearing(machine),
        volume: member.volume,
    }
}
