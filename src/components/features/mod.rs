//! The features of a call on the page, and the seam between them and the rest of the page.
//!
//! A part of the page that features add to calls one function of this module, which calls the
//! features that have something to add. To add a feature takes its module and its lines here.

mod control;

use tincan_call::features::PersonFeatures;
use tincan_call::{Command, FeatureCommand, View};
use yew::prelude::*;

use crate::i18n::Texts;
pub(crate) use control::{FeatureControl, Press};

/// A key of the keyboard that belongs to a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FeatureKey {}

impl FeatureKey {
    /// Returns what a character does.
    pub(crate) const fn of(_character: char) -> Option<Self> {
        None
    }

    /// Returns the command of the key, by what is shown of this page's person.
    pub(crate) const fn command(self, _mine: &PersonFeatures) -> FeatureCommand {
        match self {}
    }
}

/// Returns the controls of features, the most used ones first.
pub(crate) fn feature_controls(_texts: &Texts, _mine: &PersonFeatures) -> Vec<FeatureControl> {
    Vec::new()
}

/// What features show on the picture of a person.
pub(crate) fn on_picture(_texts: &Texts, _features: &PersonFeatures) -> Html {
    html! {}
}

/// What features show of a person in a list.
pub(crate) fn in_list(_texts: &Texts, _features: &PersonFeatures) -> Option<Html> {
    None
}

/// Returns the place of a person in a list; those with the same stay in their order.
pub(crate) fn list_place(_features: &PersonFeatures) -> usize {
    usize::MAX
}

/// What features add to the page of the call.
pub(crate) fn in_call(_texts: &Texts, _view: &View, _dispatch: &Callback<Command>) -> Html {
    html! {}
}
