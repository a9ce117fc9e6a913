//! The room in a bar.

use tincan_browser::page::FitObserver;
use web_sys::Element;
use yew::prelude::*;

use super::use_effect_with;

/// Returns the number of controls that fit into the bar that takes the node; 0 as long as it is not
/// known.
#[hook]
pub(crate) fn use_fit(bar: &NodeRef) -> usize {
    let fit = use_state_eq(|| 0);
    use_effect_with((), {
        let (bar, fit) = (bar.clone(), fit.setter());
        move |()| {
            let bar = bar.cast::<Element>();
            let observer = bar.and_then(|bar| FitObserver::new(&bar, move |now| fit.set(now)));
            move || drop(observer)
        }
    });
    *fit
}
