//! Asynchronous work with an owner.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use wasm_bindgen_futures::spawn_local;

use crate::crash;
use crate::live::Live;

/// Work that ends with its owner: it takes no further step once this is dropped.
#[must_use = "the work ends when this is dropped"]
pub struct Task(Rc<Shared>);

/// The state that the owner and the browser's queue share.
struct Shared {
    /// None while it takes a step, and when it is over.
    work: RefCell<Option<Work>>,
    /// True once the owner is gone.
    is_orphan: Cell<bool>,
}

struct Work {
    future: Pin<Box<dyn Future<Output = ()>>>,
    _live: Live,
}

impl Task {
    /// Starts the work. It takes its first step after the code that runs now.
    pub fn spawn(work: impl Future<Output = ()> + 'static) -> Self {
        Self::spawn_boxed(Box::pin(work))
    }

    /// Returns `true` if it has taken its last step, or takes it now.
    pub fn is_over(&self) -> bool {
        self.0.work.borrow().is_none()
    }

    fn spawn_boxed(future: Pin<Box<dyn Future<Output = ()>>>) -> Self {
        let work = Work { future, _live: Live::count(|live| &mut live.tasks) };
        let shared =
            Rc::new(Shared { work: RefCell::new(Some(work)), is_orphan: Cell::new(false) });
        let task = Self(Rc::clone(&shared));
        spawn_local(poll_fn(move |context| shared.poll(context)));
        task
    }
}

impl Shared {
    /// Takes a step. The work may drop its own owner meanwhile, so nothing is borrowed.
    fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        let Some(mut work) = self.work.take() else { return Poll::Ready(()) };
        // Work that an error of another script cuts short would never end, and nobody would know.
        let polled = crash::uninterrupted(|| work.future.as_mut().poll(context));
        if polled.is_pending() && !self.is_orphan.get() {
            self.work.replace(Some(work));
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.is_orphan.set(true);
        drop(self.0.work.take());
    }
}
