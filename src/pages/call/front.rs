//! The dialogs in front of the call.

use yew::prelude::*;

use crate::hooks::{use_dialog, use_layer};

/// The dialog that is in front of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Front {
    Nothing,
    Settings,
    Shortcuts,
    NetworkCheck,
}

/// The dialog that is open, its node, and the callbacks that change it.
pub(super) struct FrontDialog {
    pub(super) front: Front,
    pub(super) node: NodeRef,
    pub(super) on_front: Callback<Front>,
    pub(super) on_close: Callback<()>,
}

/// Opens one dialog at a time; the browser's back button closes it.
#[hook]
pub(super) fn use_front() -> FrontDialog {
    let front = use_state_eq(|| Front::Nothing);
    let on_front = use_callback((), {
        let setter = front.setter();
        move |front, ()| setter.set(front)
    });
    let on_close = use_callback((), {
        let setter = front.setter();
        move |(), ()| setter.set(Front::Nothing)
    });
    let is_open = *front != Front::Nothing;
    let node = use_dialog(is_open);
    use_layer(is_open, &on_close);
    FrontDialog { front: *front, node, on_front, on_close }
}
