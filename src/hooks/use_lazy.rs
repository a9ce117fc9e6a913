//! Code that is loaded on demand.

use tincan_browser::lazy::LoadError;
use tincan_browser::task::Task;
use yew::prelude::*;

use super::use_effect_with;

/// The state of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lazy<T> {
    /// It is under way, or nobody has asked for it yet.
    Loading,
    /// It failed for a reason that another attempt may not mend. Files that do not arrive are not
    /// among them: `start.js` asks for those until they come.
    Failed,
    /// The code is there.
    Ready(T),
}

/// Loads code as soon as it is wanted. Returns the state, and what starts another attempt.
#[hook]
pub(crate) fn use_lazy<T, F>(
    is_wanted: bool,
    load: impl Fn() -> F + 'static,
) -> (Lazy<T>, Callback<()>)
where
    T: Copy + 'static,
    F: Future<Output = Result<T, LoadError>> + 'static,
{
    let state = use_state(|| Lazy::Loading);
    let attempt = use_state(|| 0_u32);
    let dependencies = (is_wanted, *attempt);
    use_effect_with(dependencies, {
        let state = state.setter();
        move |(is_wanted, _)| {
            let task = is_wanted.then(|| {
                let loading = load();
                Task::spawn(async move {
                    state.set(match loading.await {
                        Ok(code) => Lazy::Ready(code),
                        Err(LoadError) => Lazy::Failed,
                    });
                })
            });
            move || drop(task)
        }
    });
    let on_retry = Callback::from({
        let state = state.setter();
        move |()| {
            state.set(Lazy::Loading);
            attempt.set(attempt.wrapping_add(1));
        }
    });
    (*state, on_retry)
}
