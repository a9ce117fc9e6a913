//! An effect with dependencies that is smaller than Yew's: only the part that differs is compiled
//! for each use. That saves 1.3 KB of the first load.

use std::any::Any;

use tincan_browser::crash;
use yew::functional::TearDown;
use yew::prelude::*;

/// The dependencies of an effect.
struct Dependencies {
    value: Box<dyn Any>,
    is_same: fn(&dyn Any, &dyn Any) -> bool,
}

impl PartialEq for Dependencies {
    fn eq(&self, other: &Self) -> bool {
        (self.is_same)(&*self.value, &*other.value)
    }
}

type End = Box<dyn FnOnce()>;
type Effect = Box<dyn FnOnce(&dyn Any) -> End>;

/// Runs `effect` after the first draw and whenever the dependencies change. Runs its cleanup before
/// the next run and at the end.
#[hook]
pub(crate) fn use_effect_with<D, T>(dependencies: D, effect: impl FnOnce(&D) -> T + 'static)
where
    D: PartialEq + 'static,
    T: TearDown,
{
    let is_same = |one: &dyn Any, other: &dyn Any| {
        one.downcast_ref::<D>().is_some_and(|one| other.downcast_ref::<D>() == Some(one))
    };
    let effect: Effect = Box::new(move |dependencies| {
        let end = dependencies.downcast_ref().map(effect);
        Box::new(move || end.map_or((), TearDown::tear_down))
    });
    use_any_effect(Dependencies { value: Box::new(dependencies), is_same }, effect);
}

#[hook]
fn use_any_effect(dependencies: Dependencies, effect: Effect) {
    yew::functional::use_effect_with(dependencies, move |dependencies| {
        // Yew no longer draws once an effect has been cut short.
        let end = crash::uninterrupted(|| effect(&*dependencies.value));
        || crash::uninterrupted(end)
    });
}
