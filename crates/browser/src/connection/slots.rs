//! One slot per source: the media section (an `RTCRtpTransceiver`) that carries it both ways.
//!
//! A section is `sendrecv` from the start, with or without a track: a source that starts later
//! only replaces the track of its sender, and nothing has to be negotiated for it.

use js_sys::Array;
use tincan_call::{Encoding, Section, StreamId};
use tincan_protocol::{MidSources, Source};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    MediaStream, MediaStreamTrack, RtcPeerConnection, RtcRtpTransceiver, RtcRtpTransceiverDirection,
};

use super::agreement;
use super::encoder::Encoder;
use crate::js::{PeerConnectionExt, SenderExt, TransceiverExt};
use crate::listener::Listener;
use crate::media::{RegisteredStream, kind};
use crate::object::dictionary;
use crate::{log, promise};

/// The slots of one connection.
pub(super) struct Slots {
    microphone: Slot,
    camera: Slot,
    screen: Slot,
    screen_audio: Slot,
    person: Pair,
    presentation: Pair,
}

/// The slot of one source.
#[derive(Default)]
struct Slot {
    /// The section, once there is one.
    transceiver: Option<RtcRtpTransceiver>,
    /// The track that this page sends in it, now and in a section to come.
    sent: Option<MediaStreamTrack>,
    /// The encoding parameters of the sender.
    encoder: Encoder,
    /// The track that the peer sends in it, once it can be shown.
    received: Option<Received>,
}

/// A track of the peer.
struct Received {
    track: MediaStreamTrack,
    /// Waits for the first frame of a picture.
    _first_frame: Option<Listener>,
}

/// A sound and a picture that belong together, both ways.
struct Pair {
    /// Never shown, and without tracks: by its id the peer's browser plays the two in step.
    outgoing: MediaStream,
    incoming: RegisteredStream,
}

const BOTH_WAYS: &str = "sendrecv";

impl Slots {
    /// Empty slots that show what comes in by these streams.
    pub(super) fn new(
        person: RegisteredStream,
        presentation: RegisteredStream,
    ) -> Result<Self, JsValue> {
        Ok(Self {
            microphone: Slot::default(),
            camera: Slot::default(),
            screen: Slot::default(),
            screen_audio: Slot::default(),
            person: Pair { outgoing: MediaStream::new()?, incoming: person },
            presentation: Pair { outgoing: MediaStream::new()?, incoming: presentation },
        })
    }

    /// Adds the sections that are missing, in this order.
    pub(super) fn add_missing(
        &mut self,
        connection: &RtcPeerConnection,
        sources: &[Source],
    ) -> Result<(), JsValue> {
        for &source in sources {
            let (slot, pair) = self.slot(source);
            if slot.transceiver.as_ref().is_some_and(is_live) {
                continue;
            }
            let init = dictionary(&[
                ("direction", &JsValue::from_str(BOTH_WAYS)),
                ("streams", &Array::of1(&pair.outgoing)),
            ]);
            // With its track from the start: to replace it takes a step of its own.
            let sent = slot.sent.as_ref().map_or_else(|| kind(source).into(), JsValue::from);
            let transceiver =
                connection.unchecked_ref::<PeerConnectionExt>().add_transceiver(&sent, &init)?;
            slot.transceiver = Some(transceiver);
            slot.encoder.restart();
        }
        Ok(())
    }

    /// Binds the sections of a remote offer, once it is applied, to the slots of their sources.
    ///
    /// A browser does not let a remote section take the place of a transceiver that was added
    /// for a local offer (RFC 8829, section 5.10). So when a local offer gave way, its
    /// transceivers are left over; they are stopped, or they would become sections of their own.
    pub(super) fn bind(&mut self, connection: &RtcPeerConnection, sources: &MidSources) {
        for transceiver in connection.get_transceivers().iter() {
            let transceiver: RtcRtpTransceiver = transceiver.unchecked_into();
            let Some(source) = transceiver.mid().and_then(|mid| sources.get(&mid)) else {
                continue;
            };
            if kind(source) != transceiver.receiver().track().kind().as_str() {
                continue;
            }
            let (slot, pair) = self.slot(source);
            if let Some(old) = slot.transceiver.as_ref().filter(|old| **old != transceiver) {
                if old.mid().is_none() {
                    checked("stop", old.unchecked_ref::<TransceiverExt>().stop());
                } else {
                    send(old, None);
                }
                slot.transceiver = None;
            }
            if slot.transceiver.is_none() {
                let sender = transceiver.sender();
                let streams = Array::of1(&pair.outgoing);
                checked("setStreams", sender.unchecked_ref::<SenderExt>().set_streams(&streams));
                send(&transceiver, slot.sent.as_ref());
                slot.encoder.restart();
            }
            let both_ways = transceiver.unchecked_ref::<TransceiverExt>().set_direction(BOTH_WAYS);
            checked("direction", both_ways);
            slot.transceiver = Some(transceiver);
        }
    }

    /// Takes in the tracks that the peer may send in, and returns those that are new.
    pub(super) fn receive(&mut self) -> Vec<(Source, StreamId)> {
        let mut new = Vec::new();
        for source in Source::ALL {
            let (slot, pair) = self.slot(source);
            let Some(transceiver) = slot.transceiver.as_ref().filter(|slot| receives(slot)) else {
                continue;
            };
            let track = transceiver.receiver().track();
            if slot.received.as_ref().is_some_and(|received| received.track == track) {
                continue;
            }
            let stream = pair.incoming.stream();
            if let Some(old) = &slot.received {
                stream.remove_track(&old.track);
            }
            let first_frame = show(&track, stream);
            slot.received = Some(Received { track, _first_frame: first_frame });
            new.push((source, pair.incoming.id()));
        }
        new
    }

    /// Returns what each section can carry, as far as it is agreed on.
    pub(super) fn sections(&mut self) -> Vec<Section> {
        let section = |source| {
            let (slot, _) = self.slot(source);
            agreement::section(source, slot.transceiver.as_ref()?)
        };
        Source::ALL.into_iter().filter_map(section).collect()
    }

    /// Sends this track, or nothing, in the section of a source, now and in one to come.
    pub(super) fn send(&mut self, source: Source, track: Option<MediaStreamTrack>) {
        let (slot, _) = self.slot(source);
        slot.sent = track;
        if let Some(transceiver) = &slot.transceiver {
            send(transceiver, slot.sent.as_ref());
        }
    }

    /// Applies encoding parameters to a source, now and in a later section.
    pub(super) fn set_encoding(&mut self, source: Source, encoding: Encoding) {
        let (slot, _) = self.slot(source);
        slot.encoder.want(encoding);
        slot.apply_encoding(source);
    }

    /// Sends a key frame of a source next.
    pub(super) fn send_key_frame(&mut self, source: Source) {
        let (slot, _) = self.slot(source);
        slot.encoder.want_key_frame();
        slot.apply_encoding(source);
    }

    /// Applies the encoding parameters of all sources. To be called at the end of each negotiation:
    /// a section that is new, or was busy with it, may have refused until then.
    pub(super) fn apply_encodings(&mut self) {
        for source in Source::ALL {
            self.slot(source).0.apply_encoding(source);
        }
    }

    /// The id of the track that the peer's camera comes in by.
    pub(super) fn received_camera(&self) -> Option<String> {
        self.camera.received.as_ref().map(|received| received.track.id())
    }

    /// Returns the source of each section of a local offer.
    ///
    /// Sections of an offer that is not applied yet do not show their mids. But they come in the
    /// order in which they were added (RFC 8829, section 5.2.2), so the mids that no section has
    /// belong to the sections that have no mid, one after the other. The section of the data channel
    /// has a mid, too, and belongs to none of them.
    pub(super) fn sources(&mut self, connection: &RtcPeerConnection, offer: &str) -> MidSources {
        let sections: Vec<RtcRtpTransceiver> =
            connection.get_transceivers().iter().map(JsCast::unchecked_into).collect();
        let mids: Vec<_> = sections.iter().map(RtcRtpTransceiver::mid).collect();
        let mut new = sections.iter().filter(|section| is_live(section) && section.mid().is_none());
        let mut sources = MidSources::new();
        for mid in media_mids(offer) {
            let known = mids.iter().position(|known| known.as_deref() == Some(mid));
            let section = known.and_then(|at| sections.get(at)).or_else(|| new.next());
            let source = section.and_then(|section| self.source_of(section));
            if let Some(source) = source {
                sources.insert(mid.to_owned(), source);
            }
        }
        sources
    }

    fn source_of(&mut self, section: &RtcRtpTransceiver) -> Option<Source> {
        Source::ALL
            .into_iter()
            .find(|source| self.slot(*source).0.transceiver.as_ref() == Some(section))
    }

    fn slot(&mut self, source: Source) -> (&mut Slot, &Pair) {
        match source {
            Source::Microphone => (&mut self.microphone, &self.person),
            Source::Camera => (&mut self.camera, &self.person),
            Source::Screen => (&mut self.screen, &self.presentation),
            Source::ScreenAudio => (&mut self.screen_audio, &self.presentation),
        }
    }
}

impl Slot {
    /// Applies the encoding parameters to the sender, if there is one.
    fn apply_encoding(&mut self, source: Source) {
        if let Some(transceiver) = &self.transceiver {
            self.encoder.apply(&transceiver.sender(), source == Source::Microphone);
        }
    }
}

/// Returns the mids of the media sections of a description.
fn media_mids(sdp: &str) -> impl Iterator<Item = &str> {
    let mut is_media = false;
    sdp.lines().filter_map(move |line| {
        if let Some(section) = line.strip_prefix("m=") {
            is_media = !section.starts_with("application ");
        }
        line.strip_prefix("a=mid:").filter(|_| is_media)
    })
}

/// Returns `true` unless a section is stopped.
fn is_live(transceiver: &RtcRtpTransceiver) -> bool {
    transceiver.direction() != RtcRtpTransceiverDirection::Stopped
}

/// Returns `true` if the peer may send in a section, as far as is known yet.
fn receives(transceiver: &RtcRtpTransceiver) -> bool {
    transceiver.mid().is_some()
        && match transceiver.current_direction() {
            None => true,
            Some(direction) => matches!(
                direction,
                RtcRtpTransceiverDirection::Sendrecv | RtcRtpTransceiverDirection::Recvonly
            ),
        }
}

/// Puts a track into the stream that shows it: a sound at once, a picture when there is one. The
/// browser would wait for the picture and keep the sound back, for as long as the camera is off.
fn show(track: &MediaStreamTrack, stream: &MediaStream) -> Option<Listener> {
    if track.kind() != "video" || !track.muted() {
        stream.add_track(track);
        return None;
    }
    // Not `.clone()`, which is the DOM's own and makes new tracks.
    let (shown, into) = (Clone::clone(track), Clone::clone(stream));
    // A track that is in a stream already is not added again.
    Some(Listener::new(track, "unmute", move |_| into.add_track(&shown)))
}

fn send(transceiver: &RtcRtpTransceiver, track: Option<&MediaStreamTrack>) {
    promise::ignore(&transceiver.sender().replace_track(track));
}

/// A section that refuses is left as it is: the others go on.
fn checked(what: &'static str, result: Result<(), JsValue>) {
    if let Err(error) = result {
        log::refused(what, &error);
    }
}
