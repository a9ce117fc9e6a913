//! Files: what sends them to people in the call, and the list of those that are sent and received.

mod announcements;
mod card;
mod recipients;
mod short_name;
mod tray;

use std::rc::Rc;

use tincan_browser::lazy;
use tincan_call::features::FileTransfer;
use tincan_call::{Command, View};
use yew::prelude::*;

use super::{FeatureControl, Press};
use crate::components::popover::popover;
use crate::components::{Icon, waiting};
use crate::hooks::{
    Lazy, MediaHandle, Waiting, count_render, use_choices, use_first_focus, use_lazy, use_menu,
    use_send_files, use_texts,
};
use crate::i18n::{Language, Texts};
use announcements::{Announcements, AnnouncementsProps};
use recipients::{Person, RecipientsProps, recipients};
use tray::{Tray, TrayProps};

/// The id of the popover that asks for whom a file is.
const MENU: &str = "send-file";
/// The id of the file picker's input.
const PICKER: &str = "pick-files";

/// The functions that draw files.
#[derive(Clone, Copy)]
struct Drawing {
    tray: fn(TrayProps) -> Html,
    announcements: fn(AnnouncementsProps) -> Html,
    recipients: fn(RecipientsProps) -> Html,
    drop_hint: fn(Language) -> &'static str,
}

lazy!(
    files,
    /// Loads the functions that draw files.
    fn load_drawing() -> Drawing {
        Drawing {
            tray: |props| html! { <Tray ..props /> },
            announcements: |props| html! { <Announcements ..props /> },
            recipients,
            drop_hint: |language| language.files().drop,
        }
    }
);

/// Returns the control. With one other person in the call, a file is for them; else it asks.
pub(super) fn control(texts: &Texts, view: &View) -> FeatureControl {
    let others = view.peers.iter().filter(|peer| peer.in_call).count();
    FeatureControl {
        key: "files",
        icon: Icon::FileSend,
        label: texts.send_file,
        is_on: false,
        badge: None,
        panel: None,
        press: if others == 1 { Press::PickFiles(PICKER) } else { Press::Toggle(MENU) },
    }
}

/// What sends files, and the list of them.
pub(super) fn in_call(view: &View, media: &MediaHandle, dispatch: &Callback<Command>) -> Html {
    let people = view.peers.iter().filter(|peer| peer.in_call);
    let people = people.map(|peer| Person { id: peer.id, name: peer.name.clone() });
    html! {
        <>
            <SendFiles {media} people={people.collect::<Vec<_>>()} />
            <FileList files={Rc::clone(&view.features.files)} {dispatch} />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct SendFilesProps {
    media: MediaHandle,
    /// The others in the call.
    people: Vec<Person>,
}

/// The file picker, the popover that asks for whom a file is, and what is over the page while files
/// are dragged.
#[component(SendFiles)]
fn send_files(props: &SendFilesProps) -> Html {
    count_render("SendFiles");
    let choices = use_choices();
    let texts = choices.texts;
    let menu = use_menu();
    let (given, sender) = use_send_files(&props.media, PICKER, &menu.node, menu.is_open);
    let (drawing, on_retry) = use_lazy(menu.is_open || given.is_dragged, load_drawing);
    // The buttons may come after the menu has opened.
    use_first_focus(&menu.node, menu.is_open && matches!(drawing, Lazy::Ready(_)));
    let content = match drawing {
        _ if !menu.is_open => html! {},
        Lazy::Loading => html! { <p role="status">{ texts.loading.page }</p> },
        Lazy::Failed => waiting(texts, &Waiting::Failed(on_retry)),
        Lazy::Ready(drawing) => {
            let sender = Rc::clone(&sender);
            let on_choose = Callback::from(move |to| sender.choose(to));
            (drawing.recipients)(RecipientsProps { people: props.people.clone(), given, on_choose })
        }
    };
    let hint = match drawing {
        Lazy::Ready(drawing) => (drawing.drop_hint)(choices.language),
        // Files can be dropped all the same.
        Lazy::Loading | Lazy::Failed => "",
    };
    let onchange = {
        let sender = Rc::clone(&sender);
        move |event: Event| sender.pick(&event)
    };
    html! {
        <>
            <input
                type="file"
                id={PICKER}
                multiple=true
                hidden=true
                {onchange}
                oncancel={move |_| sender.cancel()}
            />
            { popover(&menu, MENU, "file-menu", texts.send_file, content) }
            if given.is_dragged {
                <div class="file-drop"><p>{ hint }</p></div>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct FileListProps {
    files: Rc<Vec<FileTransfer>>,
    dispatch: Callback<Command>,
}

/// The list of files, once there is one, and what screen readers are told of them. The region is
/// always there, so that they watch it.
#[component(FileList)]
fn file_list(props: &FileListProps) -> Html {
    count_render("FileList");
    let texts = use_texts();
    let FileListProps { files, dispatch } = props;
    let is_shown = !files.is_empty();
    let (drawing, on_retry) = use_lazy(is_shown, load_drawing);
    let (announced, list) = match drawing {
        Lazy::Ready(drawing) => {
            let announced = (drawing.announcements)(AnnouncementsProps { files: Rc::clone(files) });
            let props = TrayProps { files: Rc::clone(files), dispatch: dispatch.clone() };
            (announced, is_shown.then(|| (drawing.tray)(props)))
        }
        Lazy::Failed if is_shown => {
            let failure = waiting(texts, &Waiting::Failed(on_retry));
            (html! {}, Some(html! { <div class="files">{ failure }</div> }))
        }
        Lazy::Failed | Lazy::Loading => (html! {}, None),
    };
    html! {
        <>
            <div class="visually-hidden" role="status">{ announced }</div>
            { list }
        </>
    }
}
