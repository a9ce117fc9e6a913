//! A connection reports that the peer has closed its end.

use std::rc::Rc;

use tincan_call::ConnectionEvent;
use tincan_protocol::Source;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Leaks, Side, connect, negotiate, until, yield_once};

const PERSON: [Source; 2] = [Source::Microphone, Source::Camera];

fn closed(side: &Side) -> usize {
    let events = side.events.borrow();
    events.iter().filter(|event| **event == ConnectionEvent::ClosedByPeer).count()
}

#[wasm_bindgen_test]
async fn a_peer_that_closes_its_end_is_reported_to_offerer_and_answerer() {
    let leaks = Leaks::watch();
    for offerer_closes in [true, false] {
        let (a, b) = (Side::open(), Side::open());
        negotiate(&a, &b, 1, &PERSON).await;
        connect(&a, &b).await;
        let (closes, stays) = if offerer_closes { (a, b) } else { (b, a) };
        let own = Rc::clone(&closes.events);
        assert_eq!((closed(&closes), closed(&stays)), (0, 0), "nobody has");
        drop(closes);
        until("the other end is closed", || closed(&stays) == 1).await;
        assert!(!own.borrow().contains(&ConnectionEvent::ClosedByPeer), "one's own is no news");
    }
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn it_is_reported_once_after_several_negotiations() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    negotiate(&a, &b, 1, &PERSON).await;
    connect(&a, &b).await;
    negotiate(&b, &a, 2, &[Source::Microphone, Source::Camera, Source::Screen]).await;
    let offer = a.offer_with(3, &PERSON, true).await;
    let answer = b.answer(3, offer).await;
    a.accept(3, answer).await;
    connect(&a, &b).await;
    drop(a);
    until("the other end is closed", || closed(&b) > 0).await;
    yield_once().await;
    assert_eq!(closed(&b), 1);
    drop(b);
    leaks.none().await;
}
