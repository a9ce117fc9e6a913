//! The errors of devices that the person still has to be told of.

use yew::prelude::*;

use crate::components::DeviceErrors;
use crate::hooks::use_effect_with;

/// Returns the errors that the person has not seen yet, and a callback that notes that they have.
/// Those that they brought along from the lobby they have seen there.
#[hook]
pub(super) fn use_new_errors(errors: DeviceErrors) -> (Option<DeviceErrors>, Callback<()>) {
    let seen = use_state_eq(|| Some(errors));
    use_effect_with(errors, {
        let seen = seen.clone();
        move |errors| {
            if *seen != Some(*errors) {
                seen.set(None);
            }
        }
    });
    let on_dismiss = use_callback(errors, {
        let seen = seen.setter();
        move |(), errors: &DeviceErrors| seen.set(Some(*errors))
    });
    ((*seen != Some(errors)).then_some(errors), on_dismiss)
}
