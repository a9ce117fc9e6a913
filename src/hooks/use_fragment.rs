//! The fragment of the address.

use tincan_browser::page;
use yew::prelude::*;

use super::use_effect_with;

/// The fragment of the address, without its `#`, as it is now.
#[hook]
pub(crate) fn use_fragment() -> AttrValue {
    let fragment = use_state_eq(|| {
        page::conceal_exposed_link();
        AttrValue::from(page::fragment())
    });
    use_effect_with((), {
        let setter = fragment.setter();
        move |()| {
            let listener =
                page::FragmentListener::new(move |fragment| setter.set(AttrValue::from(fragment)));
            move || drop(listener)
        }
    });
    (*fragment).clone()
}
