//! Forwards to the features.

use std::mem;
use std::time::Duration;

use tincan_protocol::{FeatureMessage, PeerId};

use super::Call;
use crate::api::Effect;
use crate::api::view::Phase;
use crate::features::{Feature, FeatureContext, may_use_server};
use crate::link::FeatureEvent;
use crate::room::Member;

impl Call {
    /// Passes something to every feature, and sends the features' messages.
    pub(super) fn on_features(
        &mut self,
        now: Duration,
        act: &dyn Fn(&mut dyn Feature, &mut FeatureContext<'_>),
    ) {
        // Taken out meanwhile, since the context borrows the call.
        let mut features = mem::take(&mut self.features);
        let mut context = self.feature_context(now);
        for feature in features.all_mut() {
            act(feature, &mut context);
        }
        let FeatureContext { outbox, effects, .. } = context;
        self.features = features;
        for effect in effects {
            self.effects.push(Effect::Feature(effect));
        }
        for (peer, message) in outbox {
            self.send_feature_message(peer, message);
        }
    }

    /// Sends a message of a feature by the data channel, if that carries messages, else by the
    /// server. While the path is interrupted a message by the channel would wait for it, perhaps
    /// until the connection is given up, so the server goes first. A message that may not use the
    /// server goes by the channel or not at all.
    fn send_feature_message(&mut self, peer: PeerId, message: FeatureMessage) {
        let member = self.roster.get(peer);
        let is_reachable = self.signaling.is_online() && member.is_some_and(Member::is_here);
        let link = member.and_then(|member| member.link.as_ref());
        match link {
            Some(link)
                if link.has_channel()
                    && (link.is_connected() || !is_reachable || !may_use_server(&message)) =>
            {
                link.send(message, &self.policy.channel, &mut self.effects);
            }
            Some(_) | None if may_use_server(&message) => self.send(peer, &message.into()),
            Some(_) | None => {}
        }
    }

    /// Called when a peer is present or its messages take another route: the features resend what
    /// it may have missed.
    pub(super) fn on_peer_reachable(&mut self, now: Duration, peer: PeerId) {
        self.on_features(now, &|feature, context| feature.on_peer_present(peer, context));
    }

    /// Does what a link asks for on behalf of the features.
    #[inline(never)] // Its callers are generic.
    pub(super) fn on_feature_events(
        &mut self,
        now: Duration,
        peer: PeerId,
        events: Vec<FeatureEvent>,
    ) {
        for event in events {
            match event {
                FeatureEvent::Message(message) => self.on_feature_message(now, peer, &message),
                FeatureEvent::Measured(stats) => self.on_features(now, &|feature, context| {
                    feature.on_measured(peer, &stats, context);
                }),
                FeatureEvent::RouteChanged => self.on_peer_reachable(now, peer),
            }
        }
    }

    pub(super) fn on_feature_message(
        &mut self,
        now: Duration,
        from: PeerId,
        message: &FeatureMessage,
    ) {
        self.on_features(now, &|feature, context| feature.on_peer_message(from, message, context));
    }

    /// Returns the part of the call that features may read.
    pub(super) fn feature_context(&self, now: Duration) -> FeatureContext<'_> {
        FeatureContext {
            now,
            policy: &self.policy,
            roster: &self.roster,
            is_online: self.signaling.is_online(),
            me: self.me,
            is_in_call: self.phase == Phase::InCall,
            machine: self.machine,
            outbox: Vec::new(),
            effects: Vec::new(),
        }
    }

    pub(super) fn features_deadline(&self) -> Option<Duration> {
        let context = self.feature_context(Duration::ZERO);
        self.features.all().into_iter().filter_map(|feature| feature.deadline(&context)).min()
    }
}
