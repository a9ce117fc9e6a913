//! Forwards to the features.

use std::time::Duration;

use super::Call;
use crate::features::{Feature, FeatureContext};

impl Call {
    /// Passes something to every feature, and sends the features' messages.
    pub(super) fn on_features(
        &mut self,
        now: Duration,
        act: impl Fn(&mut dyn Feature, &mut FeatureContext<'_>),
    ) {
        let mut context = FeatureContext {
            now,
            policy: &self.policy,
            roster: &self.roster,
            is_online: self.signaling.is_online(),
            machine: self.machine,
            outbox: Vec::new(),
        };
        for feature in self.features.all_mut() {
            act(feature, &mut context);
        }
        for (peer, message) in context.outbox {
            self.send(peer, &message);
        }
    }

    /// Returns the part of the call that features may read.
    pub(super) fn feature_context(&self, now: Duration) -> FeatureContext<'_> {
        FeatureContext {
            now,
            policy: &self.policy,
            roster: &self.roster,
            is_online: self.signaling.is_online(),
            machine: self.machine,
            outbox: Vec::new(),
        }
    }

    pub(super) fn features_deadline(&self) -> Option<Duration> {
        let context = self.feature_context(Duration::ZERO);
        self.features.all().into_iter().filter_map(|feature| feature.deadline(&context)).min()
    }
}
