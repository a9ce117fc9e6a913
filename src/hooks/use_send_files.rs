//! Files on their way from the person to the call: picked, dropped or pasted.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::page::{FileDropEvent, FileDrops, open_file_picker, open_popover, take_picked};
use tincan_call::View;
use tincan_call::protocol::PeerId;
use web_sys::{Element, File};
use yew::prelude::*;

use super::{MediaHandle, use_effect_with};

/// The files that the person has given, and not sent yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct GivenFiles {
    /// There are some: they are for whom the person chooses.
    pub(crate) has_files: bool,
    /// There were folders, which cannot be sent.
    pub(crate) has_folders: bool,
}

/// What there is to draw about files that are not sent yet, and what to call.
pub(crate) struct SendFiles {
    /// Files are dragged over the page.
    pub(crate) is_dragged: bool,
    pub(crate) given: GivenFiles,
    /// Sends the given files to these peers. If there are none, opens the picker for some.
    pub(crate) on_choose: Callback<Vec<PeerId>>,
    /// For the change of the picker's input.
    pub(crate) on_pick: Callback<Event>,
    /// For the picker that is closed without a file.
    pub(crate) on_cancel: Callback<Event>,
}

/// The files, and for whom.
#[derive(Default)]
struct Waiting {
    files: RefCell<Vec<File>>,
    /// The receivers of what is picked next.
    picked_for: RefCell<Vec<PeerId>>,
}

/// Takes files that are picked by the input with the id `picker`, or dropped or pasted anywhere.
/// What is for the only other person in the call is sent to them. For all else `menu` is opened, a
/// popover that asks for whom it is. Files that are not sent while it `is_open` are dropped.
#[hook]
pub(crate) fn use_send_files(
    media: &MediaHandle,
    picker: &'static str,
    menu: &NodeRef,
    is_open: bool,
) -> SendFiles {
    let waiting = use_memo((), |()| Waiting::default());
    let is_dragged = use_state_eq(|| false);
    let given = use_state_eq(GivenFiles::default);
    let on_given = use_callback(media.clone(), {
        let (waiting, given, menu) = (Rc::clone(&waiting), given.setter(), menu.clone());
        move |(files, has_folders): (Vec<File>, bool), media| {
            let mut has_files = !files.is_empty();
            match others(&media.view())[..] {
                [peer] if has_files => {
                    media.send_files(vec![peer], &files);
                    has_files = false;
                }
                _ => drop(waiting.files.replace(files)),
            }
            given.set(GivenFiles { has_files, has_folders });
            if (has_files || has_folders)
                && let Some(menu) = menu.cast::<Element>()
            {
                open_popover(&menu);
            }
        }
    });
    use_effect_with(on_given.clone(), {
        let is_dragged = is_dragged.setter();
        move |on_given| {
            let on_given = on_given.clone();
            let drops = FileDrops::new(move |event| match event {
                FileDropEvent::Dragged(is) => is_dragged.set(is),
                FileDropEvent::Files { files, has_folders } => on_given.emit((files, has_folders)),
            });
            move || drop(drops)
        }
    });
    use_effect_with(is_open, {
        let (waiting, given) = (Rc::clone(&waiting), given.setter());
        move |is_open| {
            if !is_open {
                waiting.files.take();
                given.set(GivenFiles::default());
            }
        }
    });
    let on_choose = use_callback(media.clone(), {
        let waiting = Rc::clone(&waiting);
        move |to: Vec<PeerId>, media| {
            let files = waiting.files.take();
            if files.is_empty() {
                waiting.picked_for.replace(to);
                open_file_picker(picker);
            } else {
                media.send_files(to, &files);
            }
        }
    });
    let on_pick = use_callback((media.clone(), on_given), {
        let waiting = Rc::clone(&waiting);
        move |event: Event, (media, on_given)| {
            let files = take_picked(&event.target_unchecked_into());
            let here = others(&media.view());
            let mut to = waiting.picked_for.take();
            to.retain(|peer| here.contains(peer));
            if to.is_empty() {
                on_given.emit((files, false));
            } else {
                media.send_files(to, &files);
            }
        }
    });
    let on_cancel = use_callback((), move |_: Event, ()| {
        waiting.picked_for.take();
    });
    SendFiles { is_dragged: *is_dragged, given: *given, on_choose, on_pick, on_cancel }
}

/// Returns the others in the call.
fn others(view: &View) -> Vec<PeerId> {
    view.peers.iter().filter(|peer| peer.in_call).map(|peer| peer.id).collect()
}
