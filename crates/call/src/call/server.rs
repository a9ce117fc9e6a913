//! The socket to the signaling server, and the server's messages.

use std::time::Duration;

use tincan_protocol::{ClientMessage, ErrorCode, IceServer, ServerMessage};

use super::Call;
use crate::api::view::EndReason;
use crate::api::{Effect, SocketEvent};
use crate::link::{self, PeerLink};
use crate::signaling::{Event, Step};

impl Call {
    pub(super) fn on_socket_event(&mut self, now: Duration, event: SocketEvent) {
        match event {
            SocketEvent::Opened => {
                self.on_signaling(now, Event::Opened);
            }
            SocketEvent::Closed => {
                self.on_signaling(now, Event::Closed);
            }
            SocketEvent::Received(message) => {
                if !self.signaling.is_off() {
                    let is_pong = message == ServerMessage::Pong;
                    self.on_signaling(now, Event::Message { is_pong });
                    self.on_server_message(now, message);
                }
            }
        }
    }

    /// Passes an event to the signaling connection and does what it asks for.
    pub(super) fn on_signaling(&mut self, now: Duration, event: Event) -> Step {
        let step = self.signaling.on(event, now, &mut self.random);
        match &step {
            Step::None | Step::Entered => {}
            Step::Open => self.effects.push(Effect::OpenSocket),
            Step::Send(message) => self.effects.push(Effect::Send(message.clone())),
            Step::Close => self.effects.push(Effect::CloseSocket),
            Step::Leave => {
                self.effects.push(Effect::Send(ClientMessage::Leave));
                self.effects.push(Effect::CloseSocket);
            }
            Step::Probe => self.effects.push(Effect::ProbeServer),
        }
        step
    }

    fn on_server_message(&mut self, now: Duration, message: ServerMessage) {
        match message {
            ServerMessage::Joined { peer, peers, ice_servers, .. } => {
                if peer != self.me {
                    self.on_turned_away(now, EndReason::Refused, PeerLink::is_connected);
                } else if self.on_signaling(now, Event::Joined) == Step::Entered {
                    self.set_ice_servers(now, ice_servers);
                    self.roster.reconcile(&peers);
                    for peer in peers {
                        self.on_peer_present(now, peer);
                    }
                }
            }
            ServerMessage::Error { code, .. } => self.on_error(now, code),
            // True whenever it comes: the seal proves it, not the server.
            ServerMessage::Signal { from, payload } => {
                if let Ok(message) = self.envelopes.open(from, &payload) {
                    self.on_peer_message(now, from, message);
                }
            }
            // These only count in the room: nothing of them is news before `joined`.
            ServerMessage::PeerJoined { .. }
            | ServerMessage::PeerLeft { .. }
            | ServerMessage::IceServers { .. }
                if !self.signaling.is_online() => {}
            ServerMessage::PeerJoined { peer } => {
                self.roster.arrive(peer);
                self.on_peer_present(now, peer);
            }
            ServerMessage::PeerLeft { peer } => self.roster.leave(peer),
            ServerMessage::IceServers { ice_servers, .. } => self.set_ice_servers(now, ice_servers),
            ServerMessage::Pong | ServerMessage::Unknown => {}
        }
    }

    fn on_error(&mut self, now: Duration, code: ErrorCode) {
        match code {
            ErrorCode::Version => {
                self.on_turned_away(now, EndReason::Version, PeerLink::is_connected);
            }
            // During a call the newer connection may be this page's own, so it reconnects.
            ErrorCode::Replaced => self.on_turned_away(now, EndReason::Replaced, PeerLink::goes_on),
            // A page that was in the room before tries again: its place may come free, and its
            // calls go on.
            ErrorCode::RoomFull if !self.signaling.joined_before() => {
                self.end(now, EndReason::RoomFull);
            }
            ErrorCode::RoomFull
            | ErrorCode::Malformed
            | ErrorCode::UnknownType
            | ErrorCode::TooLarge
            | ErrorCode::TooManyMessages
            | ErrorCode::TooSlow
            | ErrorCode::OutOfOrder
            | ErrorCode::Idle
            | ErrorCode::ShuttingDown
            | ErrorCode::Unknown => self.try_again(now),
        }
    }

    /// The server does not want this page. That is the end, but not of a call that goes on without
    /// the server.
    fn on_turned_away(&mut self, now: Duration, reason: EndReason, goes_on: fn(&PeerLink) -> bool) {
        if self.any_link(goes_on) {
            self.try_again(now);
        } else {
            self.end(now, reason);
        }
    }

    fn try_again(&mut self, now: Duration) {
        self.effects.push(Effect::CloseSocket);
        self.on_signaling(now, Event::Closed);
    }

    fn set_ice_servers(&mut self, now: Duration, ice_servers: Vec<IceServer>) {
        if self.ice_servers != ice_servers {
            self.ice_servers = ice_servers;
            self.on_links(now, || link::Event::IceServersChanged);
        }
    }
}
