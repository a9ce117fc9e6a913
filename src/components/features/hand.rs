//! Raised hands.

use tincan_call::FeatureCommand;
use tincan_call::features::{PersonFeatures, RaisedHand};
use yew::prelude::*;

use super::{FeatureControl, Press};
use crate::components::Icon;
use crate::i18n::Texts;

/// Returns the command that raises the hand, or lowers it.
pub(super) const fn toggled(mine: &PersonFeatures) -> FeatureCommand {
    FeatureCommand::SetHand(mine.hand.is_none())
}

pub(super) fn control(texts: &Texts, mine: &PersonFeatures) -> FeatureControl {
    let is_on = mine.hand.is_some();
    let gestures = &texts.gestures;
    FeatureControl {
        key: "hand",
        icon: Icon::Hand,
        label: if is_on { gestures.lower_hand } else { gestures.raise_hand },
        is_on,
        badge: None,
        panel: None,
        press: Press::Command(toggled(mine)),
    }
}

/// The sign of a raised hand; with its place in the order, if there are others.
pub(super) fn badge(texts: &Texts, hand: RaisedHand) -> Html {
    let place = (hand.count > 1).then_some(hand.place);
    html! {
        <span class="hand" role="img" aria-label={(texts.gestures.hand_raised)(place)}>
            { Icon::Hand.svg() }
            { place.map(|place| html! { <span class="hand-place">{ place }</span> }) }
        </span>
    }
}
