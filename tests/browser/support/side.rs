//! One side of a connection, and the exchange of messages between two.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::connection::{PeerConnection, RawReport};
use tincan_browser::media::{CapturedTrack, Streams, Tracks};
use tincan_call::features::Report;
use tincan_call::{
    ConnectionEvent, ConnectionState, LocalTrack, OfferApplied, Operation, StreamId,
    TransportPolicy,
};
use tincan_protocol::{MidSources, NegotiationId, Source};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    RtcPeerConnection, RtcRtpTransceiver, RtcRtpTransceiverDirection, RtcSignalingState,
};

use super::{Video, until, until_async, until_some};

/// A connection with what it reported.
pub(crate) struct Side {
    pub(crate) connection: PeerConnection,
    pub(crate) events: Rc<RefCell<Vec<ConnectionEvent>>>,
    pub(crate) streams: Rc<Streams>,
    pub(crate) tracks: Tracks,
}

impl Side {
    pub(crate) fn open() -> Self {
        Self::open_with(TransportPolicy::All)
    }

    pub(crate) fn open_with(transport: TransportPolicy) -> Self {
        let streams = Rc::new(Streams::default());
        let events = Rc::new(RefCell::new(Vec::new()));
        let reported = Rc::clone(&events);
        let connection = PeerConnection::open(&[], transport, &streams, move |event| {
            reported.borrow_mut().push(event);
        })
        .expect("a connection");
        Self { connection, events, streams, tracks: Tracks::default() }
    }

    pub(crate) fn run(&self, operation: Operation) {
        self.connection.run(operation, &self.tracks);
    }

    pub(crate) fn raw(&self) -> &RtcPeerConnection {
        self.connection.as_raw()
    }

    /// Captured media becomes what this side sends.
    pub(crate) fn send(&self, captured: Vec<CapturedTrack>) -> Vec<LocalTrack> {
        let add = |track| {
            let local = self.tracks.add(track, None, &self.streams, |_, _| {}).expect("a stream");
            self.run(Operation::SendTrack { source: local.source, track: Some(local.track) });
            local
        };
        captured.into_iter().map(add).collect()
    }

    pub(crate) async fn offer(&self, id: u64, sections: &[Source]) -> (String, MidSources) {
        self.offer_with(id, sections, false).await
    }

    pub(crate) async fn offer_with(
        &self,
        id: u64,
        sections: &[Source],
        ice_restart: bool,
    ) -> (String, MidSources) {
        let is_first = self.raw().current_remote_description().is_none();
        let applied = if is_first { OfferApplied::AtOnce } else { OfferApplied::WithAnswer };
        self.create_offer(id, applied, sections, ice_restart).await
    }

    pub(crate) async fn create_offer(
        &self,
        id: u64,
        applied: OfferApplied,
        sections: &[Source],
        ice_restart: bool,
    ) -> (String, MidSources) {
        let (negotiation, sections) = (NegotiationId(id), sections.to_vec());
        self.run(Operation::CreateOffer { negotiation, applied, sections, ice_restart });
        self.result("an offer", |event| match event {
            ConnectionEvent::OfferCreated { negotiation, sdp, sources } if negotiation.0 == id => {
                Some((sdp.clone(), sources.clone()))
            }
            _ => None,
        })
        .await
    }

    pub(crate) async fn answer(&self, id: u64, offer: (String, MidSources)) -> String {
        let answer = self.create_answer(id, offer).await;
        self.apply_answer(id).await;
        answer
    }

    pub(crate) async fn apply_answer(&self, id: u64) {
        self.run(Operation::ApplyAnswer { negotiation: NegotiationId(id) });
        self.result("the answer applied", |event| match event {
            ConnectionEvent::AnswerApplied { negotiation } if negotiation.0 == id => Some(()),
            _ => None,
        })
        .await;
    }

    pub(crate) async fn create_answer(&self, id: u64, offer: (String, MidSources)) -> String {
        let (sdp, sources) = offer;
        self.run(Operation::AcceptOffer { negotiation: NegotiationId(id), sdp, sources });
        self.result("an answer", |event| match event {
            ConnectionEvent::AnswerCreated { negotiation, sdp } if negotiation.0 == id => {
                Some(sdp.clone())
            }
            _ => None,
        })
        .await
    }

    pub(crate) async fn accept(&self, id: u64, answer: String) {
        self.run(Operation::AcceptAnswer { negotiation: NegotiationId(id), sdp: answer });
        self.result("the answer accepted", |event| match event {
            ConnectionEvent::AnswerAccepted { negotiation } if negotiation.0 == id => Some(()),
            _ => None,
        })
        .await;
    }

    /// Waits for the operation's end; `NegotiationFailed` is none that a test expects here.
    async fn result<T>(&self, what: &str, found: impl Fn(&ConnectionEvent) -> Option<T>) -> T {
        until_some(what, || {
            let events = self.events.borrow();
            let failed = |event: &_| matches!(event, ConnectionEvent::NegotiationFailed { .. });
            assert!(!events.iter().any(failed), "a negotiation failed");
            events.iter().find_map(&found)
        })
        .await
    }

    pub(crate) async fn connected(&self) {
        let connected = ConnectionEvent::StateChanged(ConnectionState::Connected);
        until("connected", || self.events.borrow().contains(&connected)).await;
    }

    /// The stream of a source of the peer.
    pub(crate) fn received(&self, source: Source) -> Option<StreamId> {
        self.events.borrow().iter().rev().find_map(|event| match event {
            ConnectionEvent::TrackReceived { source: received, stream } if *received == source => {
                Some(*stream)
            }
            _ => None,
        })
    }

    /// Waits until the picture of a source of the peer moves.
    pub(crate) async fn sees(&self, source: Source) {
        let stream = self.received(source).and_then(|stream| self.streams.get(stream));
        let video = Video::show(&stream.expect("a stream"));
        video.moves(&format!("the picture of {source:?}")).await;
    }

    /// Waits until the microphone of the peer has energy.
    pub(crate) async fn hears(&self) {
        let stream = self.received(Source::Microphone).and_then(|id| self.streams.get(id));
        let _played = Video::show(&stream.expect("a stream"));
        until_async("sound", async || {
            let stats = JsFuture::from(self.raw().get_stats()).await.expect("statistics");
            (audio_energy(stats.unchecked_ref()) > 0.0).then_some(())
        })
        .await;
    }

    /// The transceivers that are sections, or will be.
    pub(crate) fn sections(&self) -> Vec<RtcRtpTransceiver> {
        let all = self.raw().get_transceivers();
        let all = all.iter().map(JsCast::unchecked_into::<RtcRtpTransceiver>);
        all.filter(|section| section.direction() != RtcRtpTransceiverDirection::Stopped).collect()
    }
}

/// Measures a connection and reads the whole report.
pub(crate) async fn reported(side: &Side) -> Report {
    let report = Rc::new(RefCell::new(None));
    let sink = Rc::clone(&report);
    side.connection.set_report_sink(Some(Rc::new(move |raw: RawReport| {
        *sink.borrow_mut() = Some(raw.read());
    })));
    side.run(Operation::Measure);
    let report = until_some("a report", || report.borrow_mut().take()).await;
    side.connection.set_report_sink(None);
    report
}

/// Carries the candidates that `from` found to `to`.
pub(crate) fn trickle(from: &Side, to: &Side) {
    let mut found = Vec::new();
    from.events.borrow_mut().retain(|event| match event {
        ConnectionEvent::CandidateFound(candidate) => {
            found.push(candidate.clone());
            false
        }
        _ => true,
    });
    for candidate in found {
        to.run(Operation::AddCandidate(candidate));
    }
}

pub(crate) fn is_stable(side: &Side) -> bool {
    side.raw().signaling_state() == RtcSignalingState::Stable
}

/// One whole negotiation.
pub(crate) async fn negotiate(
    offerer: &Side,
    answerer: &Side,
    id: u64,
    sources: &[Source],
) -> MidSources {
    let (sdp, sources) = offerer.offer(id, sources).await;
    let answer = answerer.answer(id, (sdp, sources.clone())).await;
    trickle(offerer, answerer);
    offerer.accept(id, answer).await;
    trickle(answerer, offerer);
    assert!(is_stable(offerer) && is_stable(answerer));
    sources
}

/// Waits until two sides that have negotiated are connected.
pub(crate) async fn connect(a: &Side, b: &Side) {
    until("both sides connected", || {
        trickle(a, b);
        trickle(b, a);
        let connected = ConnectionEvent::StateChanged(ConnectionState::Connected);
        [a, b].iter().all(|side| side.events.borrow().contains(&connected))
    })
    .await;
}

/// The energy of all sound that came in (Identifiers for WebRTC's Statistics API, 8.1).
fn audio_energy(stats: &js_sys::Map) -> f64 {
    let mut energy = 0.0;
    stats.for_each(&mut |entry, _| {
        let get = |name| js_sys::Reflect::get(&entry, &JsValue::from_str(name)).unwrap_or_default();
        if get("type") == "inbound-rtp" && get("kind") == "audio" {
            energy += get("totalAudioEnergy").as_f64().unwrap_or(0.0);
        }
    });
    energy
}
