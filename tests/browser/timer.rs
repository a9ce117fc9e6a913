//! Timers are cancelled on drop.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use tincan_browser::task::Task;
use tincan_browser::timer::Timer;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Leaks, until, yield_once};

#[wasm_bindgen_test]
async fn a_timer_fires_once_unless_it_is_dropped() {
    let leaks = Leaks::watch();
    let fired = Rc::new(RefCell::new(Vec::new()));
    let timer = |millis, name| {
        let fired = Rc::clone(&fired);
        Timer::new(Duration::from_millis(millis), move || fired.borrow_mut().push(name))
    };
    let dropped = timer(5, "dropped");
    let last = timer(60, "last");
    let first = timer(0, "first");
    drop(dropped);
    until("the last", || fired.borrow().contains(&"last")).await;
    assert_eq!(*fired.borrow(), ["first", "last"]);
    drop((first, last));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_timer_far_off_does_not_fire_at_once() {
    let leaks = Leaks::watch();
    let fired = Rc::new(RefCell::new(Vec::new()));
    let timer = |delay, name| {
        let fired = Rc::clone(&fired);
        Timer::new(delay, move || fired.borrow_mut().push(name))
    };
    let never = timer(Duration::MAX, "never");
    let soon = timer(Duration::from_millis(30), "soon");
    until("the other", || !fired.borrow().is_empty()).await;
    assert_eq!(*fired.borrow(), ["soon"]);
    drop((never, soon));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_task_takes_no_step_after_its_owner() {
    let leaks = Leaks::watch();
    let spawn = |steps: &Rc<Cell<u32>>| {
        let steps = Rc::clone(steps);
        Task::spawn(async move {
            loop {
                steps.set(steps.get() + 1);
                yield_once().await;
            }
        })
    };
    let (dropped_steps, kept_steps) = (Rc::default(), Rc::default());
    let dropped = spawn(&dropped_steps);
    let kept = spawn(&kept_steps);
    until("some steps", || dropped_steps.get() > 2 && kept_steps.get() > 2).await;
    drop(dropped);
    let (last, later) = (dropped_steps.get(), kept_steps.get() + 5);
    until("more steps", || kept_steps.get() >= later).await;
    assert_eq!(dropped_steps.get(), last);
    assert_eq!(Rc::strong_count(&dropped_steps), 1, "what it held is gone, too");
    drop(kept);
    leaks.none().await;
}
