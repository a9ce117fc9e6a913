//! Tells that code is being loaded.

use yew::prelude::*;

use super::{ButtonKind, button, notice};
use crate::hooks::Waiting;
use crate::i18n::Texts;

/// The code that the person waits for, in words; nothing if they do not wait.
pub(crate) fn waiting(texts: &Texts, waiting: &Waiting) -> Html {
    match waiting {
        Waiting::No => html! {},
        Waiting::Loading => {
            html! { <p class="roster-state" role="status">{ texts.loading.call }</p> }
        }
        Waiting::Failed(on_retry) => load_failure(texts, on_retry),
    }
}

/// A notice that code could not be loaded, with a button that tries again.
pub(crate) fn load_failure(texts: &Texts, on_retry: &Callback<()>) -> Html {
    notice(
        texts.loading.failed.into(),
        texts.loading.failed_help.into(),
        button(ButtonKind::Small, None, texts.try_again, on_retry),
    )
}

/// The page while nothing else can be drawn: what `index.html` paints first.
pub(crate) fn shell(texts: &Texts) -> Html {
    let state = html! { <p class="shell-state" role="status">{ texts.loading.page }</p> };
    shell_with(texts, state)
}

/// The page while nothing can be drawn, because the code for it could not be loaded.
pub(crate) fn failed_shell(texts: &Texts, on_retry: &Callback<()>) -> Html {
    shell_with(texts, load_failure(texts, on_retry))
}

fn shell_with(texts: &Texts, content: Html) -> Html {
    html! {
        <main class="shell">
            <h1 class="shell-name">{ texts.product }</h1>
            { content }
        </main>
    }
}
