//! The notice for a link that leads to no room, with what to do about it.

use tincan_call::RoomSecret;
use yew::prelude::*;

use super::notice;
use crate::i18n::Texts;

/// The reason for which a link leads to no room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LinkProblem {
    /// Its end is missing.
    Incomplete,
    /// Something changed it on its way; it leads to this room now, if to any.
    Damaged(Option<RoomSecret>),
    /// There are links to several rooms.
    Several(Vec<RoomSecret>),
    /// Its secret was sent to a server.
    Exposed,
}

/// Says what is wrong with a link. What can be opened all the same is offered.
pub(crate) fn link_notice(
    texts: &Texts,
    problem: &LinkProblem,
    on_open: &Callback<RoomSecret>,
) -> Html {
    let home = &texts.home;
    let open = |label: String, secret: &RoomSecret| {
        let secret = secret.clone();
        let onclick = on_open.reform(move |_: MouseEvent| secret.clone());
        html! {
            <button type="button" class="button" data-kind="small" {onclick}>
                <span>{ label }</span>
            </button>
        }
    };
    let (title, text, actions) = match problem {
        LinkProblem::Incomplete => (home.incomplete_title, home.incomplete_help, Html::default()),
        LinkProblem::Exposed => (home.exposed_title, home.exposed_help, Html::default()),
        LinkProblem::Damaged(secret) => {
            let anyway = secret.iter().map(|secret| open(home.open_anyway.to_owned(), secret));
            (home.damaged_title, home.damaged_help, anyway.collect())
        }
        LinkProblem::Several(secrets) => {
            let each = secrets.iter().map(|secret| open((home.open_one)(&end(secret)), secret));
            (home.several_title, home.several_help, each.collect())
        }
    };
    notice(AttrValue::Static(title), AttrValue::Static(text), actions)
}

/// The last characters of a link: enough to tell it from another one.
fn end(secret: &RoomSecret) -> String {
    let fragment = secret.to_fragment();
    fragment.get(fragment.len().saturating_sub(6)..).unwrap_or_default().to_owned()
}
