//! The keyboard during a call.

use std::cell::Cell;
use std::rc::Rc;

use tincan_call::{Command, View};
use yew::prelude::*;

use super::front::{Front, FrontDialog};
use crate::components::{toggled_camera, toggled_microphone, toggled_screen};
use crate::hooks::use_keys;
use crate::shortcuts::Shortcut;

/// Runs the shortcuts of a call. While a dialog is open, only those for it and the end of
/// push-to-talk count.
#[hook]
pub(super) fn use_shortcuts(
    view: &Rc<View>,
    can_share: bool,
    dialog: &FrontDialog,
    on_full_screen: &Callback<()>,
    dispatch: &Callback<Command>,
) {
    let talks = use_memo((), |()| Cell::new(false));
    let (view, dispatch) = (Rc::clone(view), dispatch.clone());
    let (front, on_front) = (dialog.front, dialog.on_front.clone());
    let on_full_screen = on_full_screen.clone();
    use_keys(move |key| {
        let Some(shortcut) = Shortcut::of(key) else { return false };
        match (shortcut, front) {
            (Shortcut::Quiet, _) => {
                let talked = talks.replace(false);
                if talked {
                    dispatch.emit(Command::Talk(false));
                }
                return talked;
            }
            (Shortcut::Help, Front::Nothing) => on_front.emit(Front::Shortcuts),
            (Shortcut::Help, Front::Shortcuts) => on_front.emit(Front::Nothing),
            (_, Front::Settings | Front::Shortcuts | Front::NetworkCheck) => return false,
            (Shortcut::Microphone, Front::Nothing) => {
                dispatch.emit(toggled_microphone(view.me.microphone));
            }
            (Shortcut::Camera, Front::Nothing) => dispatch.emit(toggled_camera(view.me.camera)),
            (Shortcut::Share, Front::Nothing) => {
                if can_share && let Some(command) = toggled_screen(view.me.screen) {
                    dispatch.emit(command);
                }
            }
            (Shortcut::FullScreen, Front::Nothing) => on_full_screen.emit(()),
            (Shortcut::Feature(key), Front::Nothing) => {
                dispatch.emit(Command::Feature(key.command(&view)));
            }
            (Shortcut::Talk, Front::Nothing) => {
                talks.set(true);
                dispatch.emit(Command::Talk(true));
            }
        }
        true
    });
}
