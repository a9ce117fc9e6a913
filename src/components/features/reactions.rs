//! Reactions: the menu of them, and those that float over a picture.

use tincan_browser::lazy;
use tincan_call::features::ShownReaction;
use tincan_call::protocol::feature::Reaction;
use tincan_call::{Command, FeatureCommand};
use yew::prelude::*;

use super::{FeatureControl, Press};
use crate::components::popover::popover;
use crate::components::{Icon, waiting};
use crate::hooks::{Lazy, Waiting, use_first_focus, use_lazy, use_menu, use_texts};
use crate::i18n::Texts;

/// The id of the menu.
const MENU: &str = "reactions";

/// The number of lanes in which reactions float, so that those of one moment lie side by side.
const LANES: u64 = 5;

/// The functions that draw reactions.
#[derive(Clone, Copy)]
struct Drawing {
    buttons: fn(&Texts, &Callback<Command>) -> Html,
    signs: fn(&[ShownReaction]) -> Html,
}

lazy!(
    reactions,
    /// Loads the functions that draw reactions.
    fn load_drawing() -> Drawing {
        Drawing { buttons, signs }
    }
);

pub(super) const fn control(texts: &Texts) -> FeatureControl {
    FeatureControl {
        key: "react",
        icon: Icon::Smile,
        label: texts.gestures.react,
        is_on: false,
        badge: None,
        panel: None,
        press: Press::Toggle(MENU),
    }
}

/// The menu of reactions. It is closed until its control is pressed.
pub(super) fn menu(dispatch: &Callback<Command>) -> Html {
    html! { <ReactionMenu {dispatch} /> }
}

/// The reactions of a person, over their picture.
pub(super) fn floating(reactions: &[ShownReaction]) -> Html {
    html! { <FloatingReactions reactions={reactions.to_vec()} /> }
}

#[derive(Properties, PartialEq)]
struct ReactionMenuProps {
    dispatch: Callback<Command>,
}

/// The menu stays open for more than one reaction. The browser closes it at Escape or a click
/// elsewhere, and gives the focus back to its control.
#[component(ReactionMenu)]
fn reaction_menu(props: &ReactionMenuProps) -> Html {
    let texts = use_texts();
    let menu = use_menu();
    let (drawing, on_retry) = use_lazy(menu.is_open, load_drawing);
    // The buttons may come after the menu has opened.
    use_first_focus(&menu.node, menu.is_open && matches!(drawing, Lazy::Ready(_)));
    let buttons = match drawing {
        _ if !menu.is_open => html! {},
        Lazy::Loading => html! { <p role="status">{ texts.loading.reactions }</p> },
        Lazy::Failed => waiting(texts, &Waiting::Failed(on_retry)),
        Lazy::Ready(drawing) => (drawing.buttons)(texts, &props.dispatch),
    };
    popover(&menu, MENU, "reaction-menu", texts.gestures.reactions, buttons)
}

fn buttons(texts: &Texts, dispatch: &Callback<Command>) -> Html {
    Reaction::ALL
        .into_iter()
        .map(|reaction| {
            let label = (texts.gestures.reaction)(reaction);
            let onclick = dispatch
                .reform(move |_: MouseEvent| Command::Feature(FeatureCommand::React(reaction)));
            html! {
                <button
                    type="button"
                    class="reaction-button"
                    title={label}
                    aria-label={label}
                    {onclick}
                >
                    <span class="emoji" aria-hidden="true">{ glyph(reaction) }</span>
                </button>
            }
        })
        .collect()
}

#[derive(Properties, PartialEq)]
struct FloatingReactionsProps {
    reactions: Vec<ShownReaction>,
}

/// They are announced elsewhere, all at once.
#[component(FloatingReactions)]
fn floating_reactions(props: &FloatingReactionsProps) -> Html {
    let (drawing, _) = use_lazy(!props.reactions.is_empty(), load_drawing);
    let signs = match drawing {
        Lazy::Ready(drawing) => (drawing.signs)(&props.reactions),
        // They are announced all the same.
        Lazy::Loading | Lazy::Failed => html! {},
    };
    html! { <div class="reactions" aria-hidden="true">{ signs }</div> }
}

fn signs(reactions: &[ShownReaction]) -> Html {
    reactions
        .iter()
        .map(|shown| {
            let lane = (shown.id % LANES).to_string();
            html! {
                <span key={shown.id} class="reaction emoji" data-lane={lane}>
                    { glyph(shown.reaction) }
                </span>
            }
        })
        .collect()
}

/// Returns the sign of a reaction, as the system's font draws it.
const fn glyph(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::ThumbsUp => "\u{1f44d}",
        Reaction::Heart => "\u{2764}\u{fe0f}",
        Reaction::Laugh => "\u{1f602}",
        Reaction::Clap => "\u{1f44f}",
        Reaction::Surprise => "\u{1f62e}",
        Reaction::Party => "\u{1f389}",
    }
}
