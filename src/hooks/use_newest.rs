//! A list that grows at its end.

use std::cell::Cell;

use tincan_browser::page::{SizeObserver, is_at_end, scroll_to_end};
use web_sys::Element;
use yew::prelude::*;

use super::use_effect_with;

/// The end of a list that scrolls.
pub(crate) struct Newest {
    /// For the element that scrolls.
    pub(crate) node: NodeRef,
    /// For the one in it that grows.
    pub(crate) content: NodeRef,
    /// There are new entries that the person has not scrolled to.
    pub(crate) is_unseen: bool,
    pub(crate) on_scroll: Callback<Event>,
    /// Scrolls to the newest entry.
    pub(crate) on_show: Callback<()>,
}

/// Keeps the end of a list in view, unless the person has scrolled away from it. `newest` tells the
/// last entry from all others. One of the person's own (`is_mine`) is always shown.
#[hook]
pub(crate) fn use_newest(newest: Option<u64>, is_mine: bool) -> Newest {
    let (node, content) = (use_node_ref(), use_node_ref());
    let is_unseen = use_state_eq(|| false);
    let stays = use_memo((), |()| Cell::new(true));
    let on_show = use_callback((), {
        let (node, is_unseen, stays) = (node.clone(), is_unseen.setter(), stays.clone());
        move |(), ()| {
            stays.set(true);
            is_unseen.set(false);
            if let Some(list) = node.cast::<Element>() {
                scroll_to_end(&list);
            }
        }
    });
    let on_scroll = use_callback((), {
        let (is_unseen, stays) = (is_unseen.setter(), stays.clone());
        move |event: Event, ()| {
            let is_at_end = is_at_end(&event.target_unchecked_into());
            stays.set(is_at_end);
            if is_at_end {
                is_unseen.set(false);
            }
        }
    });
    use_effect_with(newest, {
        let (is_unseen, stays, on_show) = (is_unseen.setter(), stays.clone(), on_show.clone());
        move |newest| {
            if stays.get() || is_mine {
                on_show.emit(());
            } else {
                is_unseen.set(newest.is_some());
            }
        }
    });
    use_effect_with((), {
        let (elements, on_show) = ([node.clone(), content.clone()], on_show.clone());
        move |()| {
            // The keyboard of a phone makes the list smaller, and larger text its content larger:
            // both leave the place as it was.
            let observers = elements.map(|element| {
                let (stays, on_show) = (stays.clone(), on_show.clone());
                SizeObserver::new(&element.cast::<Element>()?, move |_| {
                    if stays.get() {
                        on_show.emit(());
                    }
                })
            });
            move || drop(observers)
        }
    });
    Newest { node, content, is_unseen: *is_unseen, on_scroll, on_show }
}
