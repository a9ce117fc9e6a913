//! The faults of a world.

use std::time::Duration;

use tincan_call::protocol::{
    ConnectionId, IceServer, MidSources, NegotiationId, ServerMessage, VERSION,
};
use tincan_call::{
    CaptureEvent, Command, ConnectionEvent, ConnectionState, DeviceId, DeviceInfo, DeviceKind,
    IceServerError, IceServerKind, Input, Signaling, SocketEvent,
};
use tincan_server::rooms::{Input as ToRooms, Rooms};

use super::schedule::Fault;
use super::{Event, World};

impl World {
    pub(super) fn fault(&mut self, fault: Fault) {
        self.trace(|| format!("{fault:?}"));
        match fault {
            Fault::Command(page, command) => self.input(page, Input::Command(command)),
            Fault::Say(page) => self.say(page),
            Fault::Restart { away } => {
                self.rooms = Rooms::default();
                self.sent_at.clear();
                self.epoch += 1;
                self.down_until = self.now + away;
                for (_, (page, socket)) in std::mem::take(&mut self.sockets) {
                    self.close_later(page, socket);
                }
            }
            Fault::LoseSocket(page) => {
                let lost: Vec<_> = self
                    .sockets
                    .iter()
                    .filter(|(_, of)| of.0 == page)
                    .map(|(c, of)| (*c, *of))
                    .collect();
                for (connection, (page, socket)) in lost {
                    self.sockets.remove(&connection);
                    self.close_later(page, socket);
                    // The server notices on its own after a while.
                    let at = self.now + Duration::from_millis(self.random.u64(0..4000));
                    let (epoch, input) = (self.epoch, ToRooms::Disconnected);
                    self.schedule(at, Event::ToServer { epoch, connection, input });
                }
            }
            Fault::LosePath { page, heals } => {
                self.pages[page].browser.lose_path();
                if let Some(after) = heals {
                    self.schedule(self.now + after, Event::Heal(page));
                }
                self.update_media();
            }
            Fault::Awake(page) => self.tell(page, Input::Awake),
            Fault::ChangeNetwork(page) => {
                if self.random.u8(0..3) > 0 {
                    self.pages[page].browser.lose_path();
                    // The socket is dead, and neither end is told.
                    self.sockets.retain(|_, of| of.0 != page);
                    self.update_media();
                }
                self.tell(page, Input::NetworkChanged);
            }
            Fault::Renew(page) => {
                let ice_servers = vec![relay(self.random.u32(1..))];
                let message = ServerMessage::IceServers { ice_servers, expires_in: Some(600) };
                if self.relayed
                    && let Some(socket) = self.pages[page].socket
                {
                    let event = SocketEvent::Received(message);
                    self.schedule(self.now, Event::ToSocket { page, socket, event });
                }
            }
            // It belongs to this moment, so a sleeping page must not get it later.
            Fault::Oddity(page) if self.pages[page].asleep_until > self.now => {}
            Fault::Oddity(page) => {
                let input = self.oddity(page);
                self.input(page, input);
            }
            // A sleeping page wakes up as planned, and gets all events in order.
            Fault::Sleep(page, _) if self.pages[page].asleep_until > self.now => {}
            Fault::Sleep(page, time) => {
                let wakes = (self.now + time).min(self.end);
                self.pages[page].asleep_until = wakes;
                // Media that is sent meanwhile is lost.
                self.pages[page].browser.lose_path();
                self.schedule(wakes, Event::Heal(page));
                self.update_media();
            }
            Fault::Stall(time) => self.stalled_until = self.now + time,
            Fault::Kill { page, loads, joins } => self.kill(page, loads, joins),
            Fault::Draw(page, height) => self.change_layout(page, height),
            Fault::Hear { page, other, heard } => self.set_heard(page, other, heard),
            Fault::Volume { page, other, volume } => self.set_volume(page, other, volume),
            Fault::Devices(page) => {
                let devices = self.devices();
                self.input(page, Input::Devices(devices));
            }
            Fault::EndTrack(page) => {
                let tracks = self.pages[page].live_tracks();
                if let Some(track) = self.random.choice(tracks.into_values().collect::<Vec<_>>()) {
                    self.input(page, Input::Capture(CaptureEvent::Ended(track)));
                }
            }
            Fault::RefuseCaptures(page, times) => self.pages[page].refusals = times,
            Fault::BlockRelays(time) => {
                self.relay_gone_until = self.now + time;
                self.schedule(self.now + time, Event::UpdateMedia);
                self.update_media();
            }
            Fault::BlockDirect(time) => {
                self.blocked_until = self.now + time;
                self.schedule(self.now + time, Event::UpdateMedia);
                self.update_media();
            }
        }
    }

    /// Returns a random list of devices, as a browser reports it.
    fn devices(&mut self) -> Vec<DeviceInfo> {
        let kinds = DeviceKind::ALL;
        let count = self.random.usize(0..5);
        (0..count)
            .map(|number| DeviceInfo {
                kind: kinds[self.random.usize(0..3)],
                id: DeviceId(number.to_string()),
                label: ["", "Camera", "Headset"][self.random.usize(0..3)].to_owned(),
            })
            .collect()
    }

    /// Returns an input that is out of place or late. Negotiations count from 1.
    fn oddity(&mut self, page: usize) -> Input {
        if self.random.u8(0..8) == 0 {
            return Input::ServerProbed(self.random.bool());
        }
        let negotiation = NegotiationId(0);
        let keys = self.pages[page].browser.keys();
        let key = self.random.choice(keys);
        // A server that lies to joining pages can keep them apart forever.
        let online = self.pages[page].call.view().signaling == Signaling::Online
            || !self.pages[page].asked_to_join;
        let event = match (key, self.random.u8(0..15)) {
            (None, 3..6) | (Some(_), 1) if online => {
                let joined = ServerMessage::Joined {
                    v: VERSION,
                    peer: self.pages[page].me(),
                    peers: self.pages[page].call.view().peers.iter().map(|peer| peer.id).collect(),
                    ice_servers: Vec::new(),
                    expires_in: None,
                };
                return Input::Socket(SocketEvent::Received(joined));
            }
            (None, 6..) => return Input::Socket(SocketEvent::Closed),
            (None, _) | (Some(_), 0 | 1) => return Input::Socket(SocketEvent::Opened),
            (Some(_), 2) => {
                let (sdp, sources) = (String::new(), MidSources::default());
                ConnectionEvent::OfferCreated { negotiation, sdp, sources }
            }
            (Some(_), 3) => ConnectionEvent::AnswerCreated { negotiation, sdp: String::new() },
            (Some(_), 4) => ConnectionEvent::AnswerAccepted { negotiation },
            (Some(_), 10) => ConnectionEvent::AnswerApplied { negotiation },
            (Some(_), 5) => ConnectionEvent::NegotiationFailed { negotiation },
            (Some(_), 6) => ConnectionEvent::StateChanged(ConnectionState::Disconnected),
            (Some(_), 9) => ConnectionEvent::ClosedByPeer,
            (Some((peer, _)), 7 | 8) => return Input::Command(Command::RetryLink(peer)),
            (Some(_), 14) => ConnectionEvent::ServerFailed(IceServerError {
                server: IceServerKind::TurnUdp,
                code: self.random.u16(400..702),
            }),
            (Some(key), 11..) if let Some(event) = self.channel_oddity(page, key) => event,
            (Some(key), _) => {
                let flows = self.pages[page].browser.flows(key);
                ConnectionEvent::StateChanged(if flows {
                    ConnectionState::Connected
                } else {
                    ConnectionState::Failed
                })
            }
        };
        let (peer, connection) = key.unwrap_or((self.pages[page].me(), ConnectionId(0)));
        Input::Connection { peer, connection, event }
    }
}

/// Returns a relay as announced by the server.
pub(super) fn relay(password: u32) -> IceServer {
    IceServer {
        urls: vec!["turn:turn.example".to_owned()],
        username: Some("user".to_owned()),
        credential: Some(password.to_string()),
    }
}
