//! The media of one link: the tracks that are sent, and those that arrive.

use tincan_protocol::Source;

use crate::api::Operation;
use crate::media::local::LocalMedia;
use crate::media::remote::{Flow, Section};
use crate::media::{StreamId, TrackId};

/// The media of one connection.
#[derive(Debug, Default)]
pub(super) struct LinkMedia {
    /// The track that each section was told to send.
    sending: Vec<(Source, TrackId)>,
    /// The stream of the peer's microphone and camera.
    pub(super) person: Option<StreamId>,
    /// The stream of the peer's screen and its audio.
    pub(super) screen: Option<StreamId>,
    /// The sources whose tracks have arrived.
    received: Vec<Source>,
    /// The media sections, as agreed on last.
    pub(super) sections: Vec<Section>,
}

impl LinkMedia {
    pub(super) fn on_track_received(&mut self, source: Source, stream: StreamId) {
        if !self.has_received(source) {
            self.received.push(source);
        }
        match source {
            Source::Microphone | Source::Camera => self.person = Some(stream),
            Source::Screen | Source::ScreenAudio => self.screen = Some(stream),
        }
    }

    pub(super) fn has_received(&self, source: Source) -> bool {
        self.received.contains(&source)
    }

    pub(super) fn section(&self, source: Source) -> Option<Section> {
        self.sections.iter().find(|section| section.source == source).copied()
    }

    /// Returns `true` if nothing can flow in any section, for want of a codec. Then browsers
    /// connect only if both have a data channel.
    pub(super) fn has_no_codec(&self) -> bool {
        let is_useless = |section: &Section| {
            (section.sending, section.receiving) == (Flow::NoCodec, Flow::NoCodec)
        };
        !self.sections.is_empty() && self.sections.iter().all(is_useless)
    }

    /// Returns what makes the connection send the tracks that this page has.
    pub(super) fn tracks_to_send(&mut self, local_media: &LocalMedia) -> Vec<Operation> {
        let mut operations = Vec::new();
        for source in Source::ALL {
            let track = local_media.track(source);
            let at = self.sending.iter().position(|(sent, _)| *sent == source);
            if at.map(|at| self.sending[at].1) == track {
                continue;
            }
            if let Some(at) = at {
                self.sending.swap_remove(at);
            }
            self.sending.extend(track.map(|track| (source, track)));
            operations.push(Operation::SendTrack { source, track });
        }
        operations
    }
}
