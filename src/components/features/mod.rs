//! The features of a call on the page, and the seam between them and the rest of the page.
//!
//! Each part of the page that features extend calls one function of this module, which calls the
//! features. A new feature needs its module and its lines here.

mod announcements;
mod chat;
mod control;
mod files;
mod hand;
mod numbers;
mod reactions;

use tincan_call::features::PersonFeatures;
use tincan_call::{Command, FeatureCommand, View};
use yew::prelude::*;

use crate::hooks::MediaHandle;
use crate::i18n::Texts;
pub(crate) use control::{Badge, FeatureControl, Press};
pub(crate) use numbers::Plot;

/// A key of the keyboard that belongs to a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FeatureKey {
    /// Raises the hand, and lowers it.
    Hand,
    /// Opens the chat, and closes it.
    Chat,
}

impl FeatureKey {
    /// Returns what a character does.
    pub(crate) const fn of(character: char) -> Option<Self> {
        match character {
            'h' => Some(Self::Hand),
            'c' => Some(Self::Chat),
            _ => None,
        }
    }

    /// Returns the command of the key, by what is shown of the call.
    pub(crate) fn command(self, view: &View) -> FeatureCommand {
        match self {
            Self::Hand => hand::toggled(&view.me.features),
            Self::Chat => chat::toggled(view),
        }
    }
}

/// Returns the controls of features, the most used ones first.
pub(crate) fn feature_controls(texts: &Texts, view: &View) -> Vec<FeatureControl> {
    let mine = &view.me.features;
    vec![
        chat::control(texts, view),
        files::control(texts, view),
        hand::control(texts, mine),
        reactions::control(texts),
    ]
}

/// Returns the controls of features that come after all others.
pub(crate) fn rare_controls(texts: &Texts) -> [FeatureControl; 1] {
    [numbers::control(texts)]
}

/// Marks of features on the picture of a person.
pub(crate) fn on_picture(texts: &Texts, features: &PersonFeatures) -> Html {
    html! {
        <>
            { features.hand.map(|hand| hand::badge(texts, hand)) }
            { reactions::floating(&features.reactions) }
        </>
    }
}

/// Marks of features beside the name of a person on their picture.
pub(crate) fn beside_name(texts: &Texts, name: &str, features: &PersonFeatures) -> Option<Html> {
    features.quality.map(|quality| numbers::badge(texts, name, quality))
}

/// Marks of features beside a person in a list.
pub(crate) fn in_list(texts: &Texts, features: &PersonFeatures) -> Option<Html> {
    features.hand.map(|hand| hand::badge(texts, hand))
}

/// Returns the place of a person in a list; those with the same stay in their order.
pub(crate) fn list_place(features: &PersonFeatures) -> usize {
    features.hand.map_or(usize::MAX, |hand| hand.place)
}

/// Additions of features to the page of the call.
pub(crate) fn in_call(
    texts: &Texts,
    view: &View,
    media: &MediaHandle,
    dispatch: &Callback<Command>,
) -> Html {
    html! {
        <>
            { reactions::menu(dispatch) }
            { numbers::panel(view, media) }
            { announcements::announcements(texts, view) }
            { chat::news(texts, view, dispatch) }
            { files::in_call(view, media, dispatch) }
        </>
    }
}

/// Panels of features that take a part of the page beside the call, so that it stays in view.
pub(crate) fn beside_call(view: &View, dispatch: &Callback<Command>) -> Html {
    chat::panel(view, dispatch)
}
