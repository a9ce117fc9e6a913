//! The list of files that are sent and received, or were.

use std::rc::Rc;

use tincan_call::Command;
use tincan_call::features::{FileState, FileTransfer};
use yew::prelude::*;

use super::card::Card;
use crate::components::tile_actions::keep_focus;
use crate::hooks::{count_render, use_choices};

/// The id of the list.
const LIST: &str = "files";

#[derive(Properties, PartialEq)]
pub(super) struct TrayProps {
    pub(super) files: Rc<Vec<FileTransfer>>,
    pub(super) dispatch: Callback<Command>,
}

/// The list, the latest file first. It can be folded to the button that unfolds it.
#[component(Tray)]
pub(super) fn tray(props: &TrayProps) -> Html {
    count_render("FileTray");
    let words = use_choices().language.files();
    let is_folded = use_state_eq(|| false);
    let onclick = use_callback(*is_folded, {
        let setter = is_folded.setter();
        move |_: MouseEvent, is_folded| setter.set(!is_folded)
    });
    let TrayProps { files, dispatch } = props;
    let is_offer = |file: &&FileTransfer| !file.is_outgoing && file.state == FileState::Offered;
    let offers = files.iter().filter(is_offer).count();
    html! {
        <section class="files" aria-label={words.title}>
            <h2>
                <button
                    type="button"
                    class="files-fold"
                    data-hint={(offers > 0).then_some("on")}
                    aria-label={(words.count)(files.len(), offers)}
                    aria-expanded={if *is_folded { "false" } else { "true" }}
                    aria-controls={LIST}
                    onmousedown={keep_focus}
                    {onclick}
                >
                    <span>{ words.title }</span>
                    // Drawn by the style: the name of the button has the number.
                    <span class="files-count" data-count={files.len().to_string()} />
                    <span class="files-arrow" aria-hidden="true" />
                </button>
            </h2>
            if !*is_folded {
                <div class="files-scroll" id={LIST}>
                    if offers > 0 {
                        <p class="files-trust">{ words.trust }</p>
                    }
                    <ul>
                        { for files.iter().rev().map(|file| html! {
                            <Card key={file.id.to_string()} file={file.clone()} {dispatch} />
                        }) }
                    </ul>
                </div>
            }
        </section>
    }
}
