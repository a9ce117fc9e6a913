//! The panel of the chat: the messages, and the field for another one.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_call::Command;
use tincan_call::features::ChatMessage;
use yew::prelude::*;

use super::composer::Composer;
use super::log::Log;
use crate::hooks::count_render;

/// The text that was written and not sent yet.
#[derive(Clone, Default)]
pub(super) struct Draft(Rc<RefCell<String>>);

impl Draft {
    pub(super) fn get(&self) -> String {
        self.0.borrow().clone()
    }

    pub(super) fn set(&self, text: String) {
        self.0.replace(text);
    }
}

// There is one of each panel.
impl PartialEq for Draft {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct PanelProps {
    pub(super) messages: Rc<Vec<Rc<ChatMessage>>>,
    /// Somebody else is in the call.
    pub(super) has_company: bool,
    /// The value of `aria-live` of the messages.
    pub(super) live: &'static str,
    pub(super) draft: Draft,
    pub(super) dispatch: Callback<Command>,
}

#[component(Panel)]
pub(super) fn panel(props: &PanelProps) -> Html {
    count_render("Chat");
    html! {
        <>
            <Log messages={Rc::clone(&props.messages)} live={props.live} />
            <Composer
                has_company={props.has_company}
                draft={props.draft.clone()}
                dispatch={&props.dispatch}
            />
        </>
    }
}
