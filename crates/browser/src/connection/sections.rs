//! The media sections of a connection: for each source an `RTCRtpTransceiver` that carries it both
//! ways.
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

/// The media sections of one connection.
pub(super) struct MediaSections {
    microphone: MediaSection,
    camera: MediaSection,
    screen: MediaSection,
    screen_audio: MediaSection,
    person: Pair,
    presentation: Pair,
}

/// The media section of one source.
#[derive(Default)]
struct MediaSection {
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
    /// Waits for the first frame of a video.
    _first_frame: Option<Listener>,
}

/// An audio and a video section whose tracks form one stream, in both directions.
struct Pair {
    /// Never shown, and without tracks: by its id the peer's browser plays the two in step.
    outgoing: MediaStream,
    incoming: RegisteredStream,
}

const BOTH_WAYS: &str = "sendrecv";

impl MediaSections {
    /// Creates the sections without transceivers. The peer's tracks are added to these streams.
    pub(super) fn new(
        person: RegisteredStream,
        presentation: RegisteredStream,
    ) -> Result<Self, JsValue> {
        Ok(Self {
            microphone: MediaSection::default(),
            camera: MediaSection::default(),
            screen: MediaSection::default(),
            screen_audio: MediaSection::default(),
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
            let (section, pair) = self.section(source);
            if section.transceiver.as_ref().is_some_and(is_live) {
                continue;
            }
            let init = dictionary(&[
                ("direction", &JsValue::from_str(BOTH_WAYS)),
                ("streams", &Array::of1(&pair.outgoing)),
            ]);
            // With its track from the start: to replace it takes a step of its own.
            let sent = section.sent.as_ref().map_or_else(|| kind(source).into(), JsValue::from);
            let transceiver =
                connection.unchecked_ref::<PeerConnectionExt>().add_transceiver(&sent, &init)?;
            section.transceiver = Some(transceiver);
            section.encoder.restart();
        }
        Ok(())
    }

    /// Binds the sections of a remote offer, once it is applied, to their sources.
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
            let (section, pair) = self.section(source);
            if let Some(old) = section.transceiver.as_ref().filter(|old| **old != transceiver) {
                if old.mid().is_none() {
                    checked("stop", old.unchecked_ref::<TransceiverExt>().stop());
                } else {
                    send(old, None);
                }
                section.transceiver = None;
            }
            if section.transceiver.is_none() {
                let sender = transceiver.sender();
                let streams = Array::of1(&pair.outgoing);
                checked("setStreams", sender.unchecked_ref::<SenderExt>().set_streams(&streams));
                send(&transceiver, section.sent.as_ref());
                section.encoder.restart();
            }
            let both_ways = transceiver.unchecked_ref::<TransceiverExt>().set_direction(BOTH_WAYS);
            checked("direction", both_ways);
            section.transceiver = Some(transceiver);
        }
    }

    /// Takes in the tracks that the peer may send in, and returns those that are new.
    pub(super) fn receive(&mut self) -> Vec<(Source, StreamId)> {
        let mut new = Vec::new();
        for source in Source::ALL {
            let (section, pair) = self.section(source);
            let Some(transceiver) = section.transceiver.as_ref().filter(|it| receives(it)) else {
                continue;
            };
            let track = transceiver.receiver().track();
            if section.received.as_ref().is_some_and(|received| received.track == track) {
                continue;
            }
            let stream = pair.incoming.stream();
            if let Some(old) = &section.received {
                stream.remove_track(&old.track);
            }
            let first_frame = show(&track, stream);
            section.received = Some(Received { track, _first_frame: first_frame });
            new.push((source, pair.incoming.id()));
        }
        new
    }

    /// Returns what each section can carry, as far as it is agreed on.
    pub(super) fn agreed(&mut self) -> Vec<Section> {
        let agreed = |source| {
            let (section, _) = self.section(source);
            agreement::section(source, section.transceiver.as_ref()?)
        };
        Source::ALL.into_iter().filter_map(agreed).collect()
    }

    /// Sends this track, or nothing, in the section of a source, now and in one to come.
    pub(super) fn send(&mut self, source: Source, track: Option<MediaStreamTrack>) {
        let (section, _) = self.section(source);
        section.sent = track;
        if let Some(transceiver) = &section.transceiver {
            send(transceiver, section.sent.as_ref());
        }
    }

    /// Applies encoding parameters to a source, now and in a later section.
    pub(super) fn set_encoding(&mut self, source: Source, encoding: Encoding) {
        let (section, _) = self.section(source);
        section.encoder.want(encoding);
        section.apply_encoding(source);
    }

    /// Sends a key frame of a source next.
    pub(super) fn send_key_frame(&mut self, source: Source) {
        let (section, _) = self.section(source);
        section.encoder.want_key_frame();
        section.apply_encoding(source);
    }

    /// Applies the encoding parameters of all sources. To be called at the end of each negotiation:
    /// a section that is new, or was busy with it, may have refused until then.
    pub(super) fn apply_encodings(&mut self) {
        for source in Source::ALL {
            self.section(source).0.apply_encoding(source);
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
    /// belong to the sections that have no mid, one after the other. The section of the data
    /// channel has a mid, too, and belongs to none of them.
    pub(super) fn sources(&mut self, connection: &RtcPeerConnection, offer: &str) -> MidSources {
        let all: Vec<RtcRtpTransceiver> =
            connection.get_transceivers().iter().map(JsCast::unchecked_into).collect();
        let mids: Vec<_> = all.iter().map(RtcRtpTransceiver::mid).collect();
        let mut new = all.iter().filter(|it| is_live(it) && it.mid().is_none());
        let mut sources = MidSources::new();
        for mid in media_mids(offer) {
            let known = mids.iter().position(|known| known.as_deref() == Some(mid));
            let transceiver = known.and_then(|at| all.get(at)).or_else(|| new.next());
            let source = transceiver.and_then(|transceiver| self.source_of(transceiver));
            if let Some(source) = source {
                sources.insert(mid.to_owned(), source);
            }
        }
        sources
    }

    fn source_of(&mut self, transceiver: &RtcRtpTransceiver) -> Option<Source> {
        Source::ALL
            .into_iter()
            .find(|source| self.section(*source).0.transceiver.as_ref() == Some(transceiver))
    }

    fn section(&mut self, source: Source) -> (&mut MediaSection, &Pair) {
        match source {
            Source::Microphone => (&mut self.microphone, &self.person),
            Source::Camera => (&mut self.camera, &self.person),
            Source::Screen => (&mut self.screen, &self.presentation),
            Source::ScreenAudio => (&mut self.screen_audio, &self.presentation),
        }
    }
}

impl MediaSection {
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

/// Adds a track to the stream that plays it: audio at once, video once it has a frame. Otherwise
/// the browser would hold back the audio for as long as the camera is off.
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
