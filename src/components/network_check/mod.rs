//! The check of the network: a button, and a dialog with the list of results.

mod list;

use tincan_browser::lazy;
use yew::prelude::*;

use super::{ButtonKind, Icon, button, dialog, waiting};
use crate::hooks::{
    Choices, Lazy, MediaHandle, Waiting, use_choices, use_dialog, use_layer, use_lazy, use_texts,
};
use list::CheckList;

#[derive(Properties, PartialEq, Clone)]
pub(crate) struct NetworkCheckProps {
    pub(crate) media: MediaHandle,
}

/// The functions that draw the check.
#[derive(Clone, Copy)]
struct Drawing {
    list: fn(NetworkCheckProps) -> Html,
}

lazy!(
    network_check,
    /// Loads the functions that check the network, and draw what is found.
    fn load_drawing() -> Drawing {
        Drawing { list: |props| html! { <CheckList ..props /> } }
    }
);

/// The check, which begins when it is drawn.
#[component(NetworkCheck)]
pub(crate) fn network_check(props: &NetworkCheckProps) -> Html {
    let texts = use_texts();
    let (drawing, on_retry) = use_lazy(true, load_drawing);
    match drawing {
        Lazy::Loading => html! { <p role="status">{ texts.loading.code }</p> },
        Lazy::Failed => waiting(texts, &Waiting::Failed(on_retry)),
        Lazy::Ready(drawing) => (drawing.list)(props.clone()),
    }
}

/// A button that opens the check in a dialog.
#[component(CheckNetwork)]
pub(crate) fn check_network(props: &NetworkCheckProps) -> Html {
    let Choices { texts, language, .. } = use_choices();
    let title = language.failures().check_network;
    let open = use_state_eq(|| false);
    let node = use_dialog(*open);
    let set = |is_open| {
        let open = open.setter();
        Callback::from(move |()| open.set(is_open))
    };
    let (on_open, on_close) = (set(true), set(false));
    use_layer(*open, &on_close);
    let content = open.then(|| html! { <NetworkCheck media={&props.media} /> });
    html! {
        <>
            { button(ButtonKind::Small, Some(Icon::Chart), title, &on_open) }
            { dialog(texts, &node, title, content, &on_close) }
        </>
    }
}
