//! The share of the uplink for each peer and source: by the limit of each link, and by how large
//! the other side shows each video. Audio comes first.
//!
//! Each video gets one layer after the other, the lowest first, as long as there is budget for the
//! next one. The budget grows much slower than the number of peers: a call of eight must
//! not send seven times what a call of two does.

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
mod tests;

use tincan_protocol::Source;

use super::Encoding;
use crate::media::preferences::ShareStyle;
use crate::policy::{Layer, UplinkPolicy};

/// A video that this page sends to one peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Video {
    /// The height that is captured, in pixels.
    pub(crate) captured: u32,
    /// The height at which the peer shows it, in device pixels.
    pub(crate) shown: u32,
    /// The height that is sent at most for now, in pixels.
    pub(crate) at_most: u32,
    /// The style, which decides what gives way.
    pub(crate) style: ShareStyle,
}

impl Video {
    fn layers(self, policy: &UplinkPolicy) -> &[Layer] {
        match self.style {
            ShareStyle::Text => &policy.text,
            ShareStyle::Motion => &policy.motion,
        }
    }

    /// Returns the number of layers that are of use to show it this tall.
    fn layers_for(self, height: u32, policy: &UplinkPolicy) -> usize {
        let layers = self.layers(policy);
        let enough = layers.iter().position(|layer| layer.height >= height);
        match (height, self.style, enough) {
            (0, ..) => 0,
            (_, ShareStyle::Text, _) => layers.len(),
            (_, ShareStyle::Motion, enough) => enough.map_or(layers.len(), |at| at + 1),
        }
    }

    /// Returns the rate of its best layer, however small it is shown.
    fn best(self, policy: &UplinkPolicy) -> u32 {
        let top = self.layers_for(self.captured, policy).checked_sub(1);
        top.and_then(|top| self.layers(policy).get(top)).map_or(0, |layer| layer.kilobits)
    }

    fn encoding(self, layers: usize, policy: &UplinkPolicy) -> Encoding {
        let Some(layer) = layers.checked_sub(1).and_then(|at| self.layers(policy).get(at)) else {
            return Encoding {
                active: false,
                max_bitrate: policy.motion[0].kilobits,
                scale_down: Some(100),
                max_frame_rate: Some(policy.motion[0].frame_rate),
            };
        };
        let height = layer.height.min(self.captured).min(self.at_most).max(1);
        Encoding {
            active: true,
            max_bitrate: layer.kilobits,
            scale_down: Some((self.captured.saturating_mul(100) / height).max(100)),
            max_frame_rate: Some(layer.frame_rate),
        }
    }
}

/// The demand of one link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Demand {
    /// The rate that goes through, in kbit/s; none if it is not known to be scarce.
    pub(crate) limit: Option<u32>,
    pub(crate) camera: Option<Video>,
    pub(crate) screen: Option<Video>,
    pub(crate) screen_audio: bool,
}

impl Demand {
    fn video(&self, source: Source) -> Option<Video> {
        match source {
            Source::Camera => self.camera,
            Source::Screen => self.screen,
            Source::Microphone | Source::ScreenAudio => None,
        }
    }
}

/// The share of one link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) microphone: Encoding,
    pub(crate) camera: Encoding,
    pub(crate) screen: Encoding,
    pub(crate) screen_audio: Encoding,
    /// The rate of the smallest video together with the audio, in kbit/s; none if there is no video
    /// to send.
    pub(crate) smallest: Option<u32>,
}

impl Share {
    /// Returns the encoding of a source.
    pub(crate) fn encoding(&self, source: Source) -> Encoding {
        match source {
            Source::Microphone => self.microphone,
            Source::Camera => self.camera,
            Source::Screen => self.screen,
            Source::ScreenAudio => self.screen_audio,
        }
    }

    /// Returns the most that may be sent, in kbit/s.
    pub(crate) fn kilobits(&self) -> u32 {
        [self.microphone, self.camera, self.screen, self.screen_audio]
            .iter()
            .filter(|encoding| encoding.active)
            .map(|encoding| encoding.max_bitrate)
            .sum()
    }
}

/// The layers of one video while the uplink is shared.
struct Allocation {
    link: usize,
    source: Source,
    video: Video,
    /// The number of layers that it has, and may have.
    at: usize,
    top: usize,
}

impl Allocation {
    /// Returns the rate that the next layer takes in addition.
    fn next(&self, policy: &UplinkPolicy) -> Option<u32> {
        if self.at >= self.top {
            return None;
        }
        let layers = self.video.layers(policy);
        let cost = |count: usize| count.checked_sub(1).map_or(0, |at| layers[at].kilobits);
        Some(cost(self.at + 1) - cost(self.at))
    }
}

/// Shares the uplink among the links.
pub(crate) fn share(policy: &UplinkPolicy, links: &[Demand]) -> Vec<Share> {
    let mut allocations = Vec::new();
    // Screens first: of two videos with as many layers the one that came first gets the next.
    for source in [Source::Screen, Source::Camera] {
        for (link, demand) in links.iter().enumerate() {
            if let Some(video) = demand.video(source) {
                let top = video.layers_for(video.captured.min(video.shown), policy);
                allocations.push(Allocation { link, source, video, at: 0, top });
            }
        }
    }
    let mut total = budget(policy, links);
    let mut rest: Vec<u32> = links.iter().map(|link| left_for_video(policy, link)).collect();
    loop {
        let next = allocations
            .iter_mut()
            .filter_map(|allocation| allocation.next(policy).map(|cost| (allocation, cost)))
            .filter(|(allocation, cost)| *cost <= total && *cost <= rest[allocation.link])
            .min_by_key(|(allocation, _)| allocation.at);
        let Some((allocation, cost)) = next else { break };
        allocation.at += 1;
        total -= cost;
        rest[allocation.link] -= cost;
    }
    let voice = if links.len() < policy.many { policy.voice } else { policy.voice_to_many };
    let mut shares: Vec<Share> =
        links.iter().map(|demand| audio_of(policy, demand, voice)).collect();
    for allocation in allocations {
        let encoding = allocation.video.encoding(allocation.at, policy);
        let share = &mut shares[allocation.link];
        if allocation.top > 0 {
            let smallest = audio_rate(policy, &links[allocation.link])
                + allocation.video.layers(policy)[0].kilobits;
            share.smallest = Some(share.smallest.unwrap_or(u32::MAX).min(smallest));
        }
        if allocation.source == Source::Screen {
            share.screen = encoding;
        } else {
            share.camera = encoding;
        }
    }
    shares
}

/// Returns the rate of all videos together, in kbit/s: that of one peer at best, and a little more
/// for each further peer.
fn budget(policy: &UplinkPolicy, links: &[Demand]) -> u32 {
    let best = |source| {
        let videos = links.iter().filter_map(|demand| demand.video(source));
        videos.map(|video| video.best(policy)).max().unwrap_or(0)
    };
    let one = best(Source::Camera) + best(Source::Screen);
    let further = u32::try_from(links.len().saturating_sub(1)).unwrap_or(0);
    one + one * further * policy.further_peer_percent / 100
}

/// Returns the rate that a link has left for video, in kbit/s.
fn left_for_video(policy: &UplinkPolicy, demand: &Demand) -> u32 {
    demand.limit.map_or(u32::MAX, |limit| limit.saturating_sub(audio_rate(policy, demand)))
}

/// Returns the rate that the audio of a link needs, in kbit/s.
fn audio_rate(policy: &UplinkPolicy, demand: &Demand) -> u32 {
    policy.voice + if demand.screen_audio { policy.screen_audio } else { 0 }
}

/// Returns the share of a link without video.
fn audio_of(policy: &UplinkPolicy, demand: &Demand, voice: u32) -> Share {
    let audio = |max_bitrate| Encoding {
        active: true,
        max_bitrate,
        scale_down: None,
        max_frame_rate: None,
    };
    let limit = demand.limit.unwrap_or(u32::MAX);
    let voice = if limit < 2 * policy.voice { policy.voice_at_least } else { voice };
    let screen_audio = policy.screen_audio;
    let is_scarce = limit < policy.voice + 2 * screen_audio;
    let screen_audio = if is_scarce { screen_audio / 3 } else { screen_audio };
    let off =
        Video { captured: 1, shown: 0, at_most: 1, style: ShareStyle::Motion }.encoding(0, policy);
    let screen_audio = Encoding { active: demand.screen_audio, ..audio(screen_audio) };
    Share { microphone: audio(voice), camera: off, screen: off, screen_audio, smallest: None }
}
