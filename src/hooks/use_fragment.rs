//! The fragment of the address.

use tincan_browser::page;
use yew::prelude::*;

use super::use_effect_with;

/// An address that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visit {
    /// Its fragment, without the `#`.
    pub(crate) fragment: AttrValue,
    /// The number of changes of the fragment, since one may be opened twice.
    pub(crate) number: u32,
}

/// The address that was opened last.
#[hook]
pub(crate) fn use_fragment() -> Visit {
    let visit = use_state_eq(|| {
        page::conceal_exposed_link();
        Visit { fragment: AttrValue::from(page::fragment()), number: 0 }
    });
    use_effect_with((), {
        let setter = visit.setter();
        move |()| {
            let mut number = 0_u32;
            let listener = page::FragmentListener::new(move |fragment| {
                number = number.wrapping_add(1);
                setter.set(Visit { fragment: AttrValue::from(fragment), number });
            });
            move || drop(listener)
        }
    });
    (*visit).clone()
}
