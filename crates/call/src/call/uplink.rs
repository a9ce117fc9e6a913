//! Measuring the links, and sharing the uplink among them.

use std::time::Duration;

use tincan_protocol::Source;

use super::Call;
use crate::api::Effect;
use crate::features::Heights;
use crate::link::PeerLink;
use crate::media::preferences::ShareStyle;
use crate::media::remote::Flow;
use crate::uplink::{self, Demand, Video};

impl Call {
    /// Measures the links that are up, when it is time to.
    pub(super) fn measure(&mut self, now: Duration) {
        if self.any_link(PeerLink::is_measured) {
            self.measure_links(now);
        } else {
            self.measure_at = None;
        }
    }

    fn measure_links(&mut self, now: Duration) {
        let policy = &self.policy.uplink;
        // Where neither side sends anything, silence tells nothing.
        let sends = [Source::Microphone, Source::Camera]
            .into_iter()
            .any(|source| self.local_media.track(source).is_some());
        let is_silent = self.roster.iter().any(|(_, member)| {
            let is_silent = member.link.as_ref().is_some_and(PeerLink::is_silent);
            is_silent && (sends || member.never_pauses()) || member.may_be_lost()
        });
        let interval = if is_silent {
            policy.silent_measure_interval
        } else {
            let numbers = &self.features.numbers;
            let shown = numbers.measure_interval(&self.policy.features.numbers);
            shown.unwrap_or(policy.measure_interval)
        };
        let next = now + interval;
        // At once when the first link comes up: whether two pages share a machine is not to wait.
        if self.measure_at.is_some_and(|at| now < at) {
            self.measure_at = self.measure_at.min(Some(next));
            return;
        }
        self.measure_at = Some(next);
        self.effects.push(Effect::MeasureTracks);
        for (_, member) in self.roster.iter_mut() {
            if let Some(link) = member.link.as_ref().filter(|link| link.is_measured()) {
                link.measure(&mut self.effects);
            }
        }
    }

    /// Shares the uplink among the links, if there are any.
    pub(super) fn share_uplink(&mut self) {
        if self.any_link(|_| true) {
            self.share_among_links();
        }
    }

    fn share_among_links(&mut self) {
        let (local_media, policy) = (&self.local_media, &self.policy.uplink);
        let screen_audio = local_media.track(Source::ScreenAudio).is_some();
        // Until a peer has told otherwise, it shows all of it.
        let everything = Heights { camera: u32::MAX, screen: u32::MAX };
        let demands: Vec<Demand> = self
            .roster
            .iter()
            .filter_map(|(peer, member)| {
                let link = member.link.as_ref()?;
                let at_most =
                    if link.sends_first_frames() { policy.first_frame_height } else { u32::MAX };
                let shown = self.features.viewports.theirs(peer).unwrap_or(everything);
                // A source that the peer cannot decode takes nothing from others.
                let reaches = |source| {
                    link.section(source).is_none_or(|section| section.sending == Flow::Open)
                };
                let video = |source, shown, style| {
                    let captured = match local_media.height(source).filter(|_| reaches(source))? {
                        0 => policy.default_height,
                        height => height,
                    };
                    Some(Video { captured, shown, at_most, style })
                };
                Some(Demand {
                    limit: link.limit(),
                    camera: video(Source::Camera, shown.camera, ShareStyle::Motion),
                    screen: video(Source::Screen, shown.screen, local_media.share_style()),
                    screen_audio: screen_audio && reaches(Source::ScreenAudio),
                })
            })
            .collect();
        let shares = uplink::share(policy, &demands);
        let links = self.roster.iter_mut().filter_map(|(_, member)| member.link.as_mut());
        for (link, share) in links.zip(shares) {
            link.apply_encodings(share, &mut self.effects);
        }
    }
}
