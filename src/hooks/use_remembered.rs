//! The choices that the browser keeps for the next visit.

use tincan_browser::page;
use yew::prelude::*;

use super::use_effect_with;

/// Stores each value under its key once it differs from what it was at first. The keys are always
/// the same, in the same order.
#[hook]
pub(crate) fn use_remembered(values: Vec<(&'static str, String)>) {
    let last = use_mut_ref(|| values.clone());
    use_effect_with(values, move |values| {
        let last = last.replace(values.clone());
        for ((key, value), (_, last)) in values.iter().zip(&last) {
            if value != last {
                page::store(key, value);
            }
        }
    });
}
