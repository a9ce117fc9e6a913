//! The numbers of all connections, while they are looked at.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_call::features::History;
use tincan_call::protocol::{MAX_ROOM_PEERS, PeerId};
use yew::prelude::*;

use super::{MediaHandle, use_effect_with};

/// The history of each connection.
type Histories = Vec<(PeerId, Rc<History>)>;

/// Returns the numbers of the last minute, as far as the component was there. It is drawn again
/// with each report, about once a second for each person.
#[hook]
pub(crate) fn use_numbers(media: &MediaHandle) -> Histories {
    let histories = use_memo((), |()| RefCell::new(Histories::new()));
    let update = use_force_update();
    use_effect_with(media.clone(), {
        let histories = Rc::clone(&histories);
        move |media| {
            let watch = media.watch_reports(move |peer, report| {
                let mut all = histories.borrow_mut();
                let at = all.iter().position(|(other, _)| *other == peer);
                let at = at.unwrap_or_else(|| {
                    if all.len() >= 2 * MAX_ROOM_PEERS {
                        // The oldest, most likely of one who is gone.
                        all.remove(0);
                    }
                    all.push((peer, Rc::default()));
                    all.len() - 1
                });
                if let Some((_, history)) = all.get_mut(at) {
                    Rc::make_mut(history).push(report.read());
                }
                update.force_update();
            });
            move || drop(watch)
        }
    });
    let histories = histories.borrow();
    histories.clone()
}
