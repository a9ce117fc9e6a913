//! Measuring the links, and sharing the uplink among them.

use std::time::Duration;

use tincan_protocol::{PeerId, Source};

use super::Call;
use crate::effect::Effect;
use crate::governor::{self, Demand, Picture};
use crate::measured::LinkStats;
use crate::peer_link::PeerLink;
use crate::preferences::ShareStyle;
use crate::remote::Flow;
use crate::viewport::Heights;

/// How often links are measured.
const MEASURE_EVERY: Duration = Duration::from_secs(2);
/// The same while one of them is silent: how long it stays so is not to be missed.
const MEASURE_SILENCE_EVERY: Duration = Duration::from_millis(500);
/// The silence after which a peer that the server says is gone counts as lost.
const LOST_AFTER: Duration = Duration::from_secs(1);
/// The height of a camera's picture whose height the browser does not say, in pixels.
const USUAL_HEIGHT: u32 = 720;

impl Call {
    /// What was measured of the link with a peer last. It is not in the view: whoever shows it asks
    /// when it likes, and nothing else is drawn again for it.
    pub fn stats(&self, peer: PeerId) -> Option<LinkStats> {
        self.roster.get(peer)?.link.as_ref()?.stats()
    }

    /// Measures the links that are up, when it is time to.
    pub(super) fn measure(&mut self, now: Duration) {
        if self.any_link(PeerLink::is_measured) {
            self.measure_links(now);
        } else {
            self.measure_at = None;
        }
    }

    #[inline(never)] // As the links themselves, it is loaded with the call.
    fn measure_links(&mut self, now: Duration) {
        let is_silent = self.any_link(PeerLink::is_silent)
            || self.roster.iter().any(|(_, member)| member.may_be_lost());
        let next = now + if is_silent { MEASURE_SILENCE_EVERY } else { MEASURE_EVERY };
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

    /// Counts a link as lost once the server has said that the peer is gone and nothing arrives.
    /// The browser alone takes some seconds longer. Neither is enough alone: a server that restarts
    /// forgets everyone, and a silent path may recover.
    pub(super) fn watch_for_loss(&mut self, now: Duration, peer: PeerId) {
        let is_lost = self.roster.get(peer).is_some_and(|member| {
            let is_quiet = |link: &PeerLink| link.is_connected() && link.quiet_for() >= LOST_AFTER;
            member.may_be_lost() && member.link.as_ref().is_some_and(is_quiet)
        });
        if is_lost {
            self.with_link(now, peer, PeerLink::lost);
        }
    }

    /// Shares the uplink among the links, if there are any.
    pub(super) fn govern(&mut self) {
        if self.roster.iter().any(|(_, member)| member.link.is_some()) {
            self.share_uplink();
        }
    }

    #[inline(never)] // As the links themselves, it is loaded with the call.
    fn share_uplink(&mut self) {
        let local_media = &self.local_media;
        let picture = |source, shown, style| {
            let captured = match local_media.height(source)? {
                0 => USUAL_HEIGHT,
                height => height,
            };
            Some(Picture { captured, shown, style })
        };
        let screen_audio = local_media.track(Source::ScreenAudio).is_some();
        // Until a peer has said otherwise, they see all of it.
        let everything = Heights { camera: u32::MAX, screen: u32::MAX };
        let demands: Vec<Demand> = self
            .roster
            .iter()
            .filter_map(|(_, member)| {
                let link = member.link.as_ref()?;
                let shown = member.viewport.theirs().unwrap_or(everything);
                // What the peer cannot decode takes nothing from what it can, nor from others.
                let reaches = |source| {
                    link.section(source).is_none_or(|section| section.sending == Flow::Open)
                };
                let picture = |source, shown, style| {
                    reaches(source).then(|| picture(source, shown, style)).flatten()
                };
                Some(Demand {
                    limit: link.limit(),
                    camera: picture(Source::Camera, shown.camera, ShareStyle::Motion),
                    screen: picture(Source::Screen, shown.screen, local_media.share_style()),
                    screen_audio: screen_audio && reaches(Source::ScreenAudio),
                })
            })
            .collect();
        let shares = governor::share(&demands);
        let links = self.roster.iter_mut().filter_map(|(_, member)| member.link.as_mut());
        for (link, share) in links.zip(shares) {
            link.code(share, &mut self.effects);
        }
    }
}
