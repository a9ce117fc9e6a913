//! The quality of the connection with each person, and the panel of the numbers behind it.

mod panel;
mod plot;

use tincan_browser::lazy;
use tincan_call::View;
use tincan_call::features::Quality;
use yew::prelude::*;

use super::{FeatureControl, Press};
use crate::components::popover::popover;
use crate::components::tile_actions::keep_focus;
use crate::components::{Icon, waiting};
use crate::hooks::{
    Lazy, MediaHandle, Menu, Waiting, use_first_focus, use_lazy, use_menu, use_texts,
};
use crate::i18n::Texts;
use panel::{Panel, PanelProps, Person};
pub(crate) use plot::Plot;

/// The id of the panel.
const PANEL: &str = "numbers";

/// The functions that draw the numbers.
#[derive(Clone, Copy)]
struct Drawing {
    panel: fn(PanelProps) -> Html,
}

lazy!(
    numbers,
    /// Loads the functions that draw the numbers.
    fn load_drawing() -> Drawing {
        Drawing { panel: |props| html! { <Panel ..props /> } }
    }
);

pub(super) const fn control(texts: &Texts) -> FeatureControl {
    FeatureControl {
        key: "numbers",
        icon: Icon::Chart,
        label: texts.quality.title,
        is_on: false,
        badge: None,
        panel: None,
        press: Press::Toggle(PANEL),
    }
}

/// The quality of the connection with a person, which opens the panel.
pub(super) fn badge(texts: &Texts, name: &str, quality: Quality) -> Html {
    let label = AttrValue::from((texts.quality.connection)(name, quality));
    html! {
        <button
            type="button"
            class="quality"
            data-level={level(quality)}
            popovertarget={PANEL}
            title={label.clone()}
            aria-label={label}
            onmousedown={keep_focus}
        >
            <span class="quality-bars" aria-hidden="true"><i /><i /><i /></span>
        </button>
    }
}

/// The panel. It is closed until its control or a badge is pressed.
pub(super) fn panel(view: &View, media: &MediaHandle) -> Html {
    let people = view.peers.iter().filter(|peer| peer.in_call).map(|peer| Person {
        id: peer.id,
        name: peer.name.clone(),
        quality: peer.features.quality,
    });
    html! { <NumbersPanel {media} people={people.collect::<Vec<_>>()} /> }
}

/// Nothing of it is loaded or measured while it is closed.
#[component(NumbersPanel)]
fn numbers_panel(props: &PanelProps) -> Html {
    let texts = use_texts();
    // The arrow keys scroll.
    let menu = Menu { on_key_down: Callback::noop(), ..use_menu() };
    let (drawing, on_retry) = use_lazy(menu.is_open, load_drawing);
    // The button may come after the panel has opened.
    use_first_focus(&menu.node, menu.is_open && matches!(drawing, Lazy::Ready(_)));
    let content = match drawing {
        _ if !menu.is_open => html! {},
        Lazy::Loading => html! { <p role="status">{ texts.loading.page }</p> },
        Lazy::Failed => waiting(texts, &Waiting::Failed(on_retry)),
        Lazy::Ready(drawing) => (drawing.panel)(props.clone()),
    };
    popover(&menu, PANEL, "numbers", texts.quality.title, content)
}

/// The value of `data-level`.
const fn level(quality: Quality) -> &'static str {
    match quality {
        Quality::Good => "good",
        Quality::Fair => "fair",
        Quality::Poor => "poor",
        Quality::Lost => "lost",
    }
}
