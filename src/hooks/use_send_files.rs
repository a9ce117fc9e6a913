//! Files on their way from the person to the call: picked, dropped or pasted.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::page::{FileDropEvent, FileDrops, open_file_picker, open_popover, take_picked};
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
    /// Files are dragged over the page.
    pub(crate) is_dragged: bool,
}

/// Takes files from the person, and sends them.
pub(crate) struct FileSender {
    media: MediaHandle,
    /// The id of the file picker's input.
    picker: &'static str,
    /// The popover that asks for whom a file is.
    menu: NodeRef,
    files: RefCell<Vec<File>>,
    /// The receivers of what is picked next.
    picked_for: RefCell<Vec<PeerId>>,
    shown: UseStateSetter<GivenFiles>,
}

impl FileSender {
    /// Sends the given files to these peers. If there are none, opens the picker for some, which
    /// must come in a click.
    pub(crate) fn choose(&self, to: Vec<PeerId>) {
        let files = self.files.take();
        if files.is_empty() {
            self.picked_for.replace(to);
            open_file_picker(self.picker);
        } else {
            self.media.send_files(to, &files);
        }
    }

    /// Takes a change of the picker's input.
    pub(crate) fn pick(&self, event: &Event) {
        let files = take_picked(&event.target_unchecked_into());
        let here = self.others();
        let mut to = self.picked_for.take();
        to.retain(|peer| here.contains(peer));
        if to.is_empty() {
            self.give(files, false);
        } else {
            self.media.send_files(to, &files);
        }
    }

    /// The picker was closed without a file.
    pub(crate) fn cancel(&self) {
        self.picked_for.take();
    }

    /// Sends files to the only other person in the call. Else asks for whom they are.
    fn give(&self, files: Vec<File>, has_folders: bool) {
        let mut has_files = !files.is_empty();
        match self.others()[..] {
            [peer] if has_files => {
                self.media.send_files(vec![peer], &files);
                has_files = false;
            }
            _ => drop(self.files.replace(files)),
        }
        self.shown.set(GivenFiles { has_files, has_folders, is_dragged: false });
        if (has_files || has_folders)
            && let Some(menu) = self.menu.cast::<Element>()
        {
            open_popover(&menu);
        }
    }

    fn drop_given(&self) {
        self.files.take();
        self.shown.set(GivenFiles::default());
    }

    fn others(&self) -> Vec<PeerId> {
        let view = self.media.view();
        view.peers.iter().filter(|peer| peer.in_call).map(|peer| peer.id).collect()
    }
}

/// Takes files that are picked by the input with the id `picker`, or dropped or pasted anywhere.
/// What is for the only other person in the call is sent to them. For all else `menu` is opened, a
/// popover that asks for whom it is. Files that are not sent while it `is_open` are let go.
#[hook]
pub(crate) fn use_send_files(
    media: &MediaHandle,
    picker: &'static str,
    menu: &NodeRef,
    is_open: bool,
) -> (GivenFiles, Rc<FileSender>) {
    let given = use_state_eq(GivenFiles::default);
    let sender = use_memo(media.clone(), |media| FileSender {
        media: media.clone(),
        picker,
        menu: menu.clone(),
        files: RefCell::default(),
        picked_for: RefCell::default(),
        shown: given.setter(),
    });
    use_effect_with((), {
        let sender = Rc::clone(&sender);
        move |()| {
            let drops = FileDrops::new(move |event| match event {
                FileDropEvent::Dragged(is_dragged) => {
                    sender.shown.set(GivenFiles { is_dragged, ..GivenFiles::default() });
                }
                FileDropEvent::Files { files, has_folders } => sender.give(files, has_folders),
            });
            move || drop(drops)
        }
    });
    use_effect_with(is_open, {
        let sender = Rc::clone(&sender);
        move |is_open| {
            if !is_open {
                sender.drop_given();
            }
        }
    });
    (*given, sender)
}
