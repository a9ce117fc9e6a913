//! Two connected peer connections in one page, controlled by their operations alone.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::connection::PeerConnection;
use tincan_browser::media::{CapturedTrack, DeviceList, Tracks, capture};
use tincan_call::{
    CaptureTarget, ConnectionEvent, DeviceKind, OfferApplied, Operation, Preferences, Quality,
    TransportPolicy,
};
use tincan_protocol::{Candidate, IceServer, MidSources, NegotiationId, Source};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, MediaStream, RtcIceGatheringState, RtcSignalingState};

use crate::support::{
    Leaks, Side, Video, captured, connect, is_stable, negotiate, trickle, until, yield_once,
};

const PERSON: [Source; 2] = [Source::Microphone, Source::Camera];
const ALL: [Source; 4] = [Source::Microphone, Source::Camera, Source::Screen, Source::ScreenAudio];

async fn person() -> Vec<CapturedTrack> {
    captured(CaptureTarget::MicrophoneAndCamera).await
}

async fn screen() -> Vec<CapturedTrack> {
    captured(CaptureTarget::Screen).await
}

/// The media sections of a description.
fn sections(sdp: &str) -> usize {
    let sections = sdp.lines().filter_map(|line| line.strip_prefix("m="));
    sections.filter(|section| !section.starts_with("application")).count()
}

fn ufrag(sdp: &str) -> Option<&str> {
    sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:"))
}

#[wasm_bindgen_test]
async fn a_connection_closes_on_drop_and_reports_nothing_more() {
    let leaks = Leaks::watch();
    let side = Side::open();
    side.offer(1, &PERSON).await;
    let raw = side.raw().clone();
    let events = Rc::clone(&side.events);
    let change = || {
        let event = Event::new("connectionstatechange").expect("an event");
        raw.dispatch_event(&event).expect("dispatched");
        events.borrow().iter().filter(|e| matches!(e, ConnectionEvent::StateChanged(_))).count()
    };
    let before = change();
    assert!(before > 0, "it is heard while it lives");
    // An operation that is under way no longer reports either.
    side.run(Operation::CreateOffer {
        negotiation: NegotiationId(2),
        applied: OfferApplied::WithAnswer,
        sections: ALL.to_vec(),
        ice_restart: true,
    });
    drop(side);
    assert_eq!(raw.signaling_state(), RtcSignalingState::Closed);
    events.borrow_mut().clear();
    assert_eq!(change(), 0);
    yield_once().await;
    assert!(events.borrow().is_empty());
    assert_eq!(Rc::strong_count(&events), 1, "the callback is gone, too");
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn dropped_by_what_it_reports_it_reports_no_more() {
    let leaks = Leaks::watch();
    let side = Side::open();
    let (sdp, sources) = side.offer(1, &PERSON).await;
    let events = Rc::new(RefCell::new(Vec::new()));
    let owner: Rc<RefCell<Option<PeerConnection>>> = Rc::default();
    let on_event = {
        let (events, owner) = (Rc::clone(&events), Rc::downgrade(&owner));
        move |event| {
            events.borrow_mut().push(event);
            drop(owner.upgrade().and_then(|owner| owner.take()));
        }
    };
    let streams = Rc::default();
    let connection =
        PeerConnection::open(&[], TransportPolicy::All, &streams, on_event).expect("a connection");
    let negotiation = NegotiationId(1);
    connection.run(Operation::AcceptOffer { negotiation, sdp, sources }, &Tracks::default());
    *owner.borrow_mut() = Some(connection);
    until("the first event", || owner.borrow().is_none()).await;
    until("what was under way is gone", || Rc::strong_count(&events) == 1).await;
    assert!(matches!(events.borrow()[..], [ConnectionEvent::TrackReceived { .. }]));
    drop(side);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn audio_and_video_flow_in_both_directions() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    a.send(person().await);
    b.send(person().await);
    let sources = negotiate(&a, &b, 1, &PERSON).await;
    let expected =
        MidSources::from([("0".to_owned(), Source::Microphone), ("1".to_owned(), Source::Camera)]);
    assert_eq!(sources, expected);
    connect(&a, &b).await;
    for side in [&a, &b] {
        // Audio and video of a person are one stream.
        assert_eq!(side.received(Source::Microphone), side.received(Source::Camera));
        side.sees(Source::Camera).await;
        side.hears().await;
    }
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_source_that_starts_later_needs_no_negotiation() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    negotiate(&a, &b, 1, &PERSON).await;
    connect(&a, &b).await;
    // The answerer's, too: its section was made for it by the browser.
    a.send(person().await);
    let local = b.send(person().await);
    a.sees(Source::Camera).await;
    b.sees(Source::Camera).await;
    // And one that ends takes no negotiation either.
    let camera = local.iter().find(|track| track.source == Source::Camera).expect("a camera");
    b.run(Operation::SendTrack { source: Source::Camera, track: None });
    b.tracks.remove(camera.track);
    until("the sender is empty", || {
        b.sections().iter().filter(|section| section.sender().track().is_some()).count() == 1
    })
    .await;
    assert!(is_stable(&a) && is_stable(&b));
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn another_track_takes_the_place_of_one_without_negotiation() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    let first = a.send(person().await);
    b.send(person().await);
    negotiate(&a, &b, 1, &PERSON).await;
    connect(&a, &b).await;
    let stream = b.received(Source::Camera).and_then(|stream| b.streams.get(stream));
    let shown = Video::show(&stream.expect("a stream"));
    shown.moves("the first camera").await;
    a.events.borrow_mut().clear();

    let used = first.iter().find(|track| track.source == Source::Camera).expect("a camera");
    // Not the second: that one sees depths, which no browser sends.
    let devices = DeviceList::find().await.expect("devices").into_devices();
    let other = devices.iter().rfind(|device| device.kind == DeviceKind::Camera).expect("it");
    let preferred = Preferences { camera: Some(other.id.clone()), ..Preferences::default() };
    let second = capture(CaptureTarget::Camera, Quality::Preferred, &preferred).await.expect("it");
    assert_ne!(a.tracks.get(used.track).expect("a track").label(), second[0].track().label());
    let second = a.send(second);
    a.tracks.remove(used.track);
    let track = a.tracks.get(second[0].track);
    until("the other track", || {
        a.sections().iter().any(|section| section.sender().track() == track)
    })
    .await;
    shown.moves("what was shown all the time").await;
    assert!(a.events.borrow().is_empty(), "nothing was negotiated: {:?}", a.events.borrow());
    assert!(is_stable(&a) && is_stable(&b));
    assert_eq!(a.sections().len(), 2);
    drop((shown, a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn screens_of_both_sides_stand_beside_their_cameras() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    a.send(person().await);
    b.send(person().await);
    negotiate(&a, &b, 1, &PERSON).await;
    connect(&a, &b).await;
    // The answerer of before makes the sections, and the other uses them later.
    b.send(screen().await);
    let sources = negotiate(&b, &a, 2, &ALL).await;
    assert_eq!(sources.sources().count(), 4);
    a.sees(Source::Screen).await;
    a.send(screen().await);
    b.sees(Source::Screen).await;
    for side in [&a, &b] {
        assert_eq!(side.sections().len(), 4);
        assert_eq!(side.received(Source::Screen), side.received(Source::ScreenAudio));
        assert_ne!(side.received(Source::Screen), side.received(Source::Camera));
        side.sees(Source::Camera).await;
    }
    // Sections that are there are not added again.
    let (sdp, again) = a.offer(3, &ALL).await;
    assert_eq!((sections(&sdp), again), (4, sources));
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn of_two_offers_that_cross_one_is_rolled_back_without_a_trace() {
    let leaks = Leaks::watch();
    let (impolite, polite) = (Side::open(), Side::open());
    impolite.send(person().await);
    polite.send(person().await);
    polite.send(screen().await);
    // The first offer has no section of the screen, though there is a track: see the core's
    // `wanted_sections`.
    let theirs = polite.offer(1, &PERSON).await;
    assert_eq!(sections(&theirs.0), 2);
    // The polite side's offer is never seen, and neither are the candidates that it found.
    polite.events.borrow_mut().clear();
    negotiate(&impolite, &polite, 1, &PERSON).await;
    connect(&impolite, &polite).await;
    impolite.sees(Source::Camera).await;
    polite.sees(Source::Camera).await;
    for side in [&impolite, &polite] {
        assert_eq!(side.sections().len(), 2);
    }

    let sources = negotiate(&polite, &impolite, 2, &ALL).await;
    assert_eq!(sources.sources().count(), 4);
    for side in [&impolite, &polite] {
        assert_eq!(side.sections().len(), 4);
        let description = side.raw().local_description().expect("a description");
        assert_eq!(sections(&description.sdp()), 4);
    }
    impolite.sees(Source::Screen).await;
    impolite.sees(Source::Camera).await;
    polite.sees(Source::Camera).await;
    impolite.hears().await;
    polite.hears().await;
    drop((impolite, polite));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn offers_that_cross_in_mid_call_end_with_one_section_per_source() {
    let leaks = Leaks::watch();
    let (impolite, polite) = (Side::open(), Side::open());
    impolite.send(person().await);
    polite.send(person().await);
    negotiate(&impolite, &polite, 1, &PERSON).await;
    connect(&impolite, &polite).await;
    let shown = polite.received(Source::Camera).and_then(|stream| polite.streams.get(stream));
    let shown = Video::show(&shown.expect("a stream"));
    shown.moves("the camera before").await;
    // Both share at once.
    impolite.send(screen().await);
    polite.send(screen().await);
    let crossed = impolite.offer(2, &ALL).await;
    polite.offer(2, &ALL).await;
    let answer = polite.answer(3, crossed).await;
    impolite.accept(2, answer).await;
    for side in [&impolite, &polite] {
        assert!(is_stable(side));
        assert_eq!(side.sections().len(), 4);
        side.sees(Source::Screen).await;
        side.sees(Source::Camera).await;
    }
    shown.moves("the camera that was shown all the time").await;
    let (sdp, sources) = polite.offer(4, &ALL).await;
    assert_eq!((sections(&sdp), sources.sources().count()), (4, 4));
    drop((impolite, polite));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn ice_starts_anew_only_when_it_is_told_to() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    a.send(person().await);
    b.send(person().await);
    negotiate(&a, &b, 1, &PERSON).await;
    connect(&a, &b).await;
    let local = || a.raw().local_description().expect("a description").sdp();
    let first = local();
    negotiate(&a, &b, 2, &PERSON).await;
    assert_eq!(ufrag(&first), ufrag(&local()));

    let offer = a.offer_with(3, &PERSON, true).await;
    assert_ne!(ufrag(&first), ufrag(&offer.0));
    let answer = b.answer(3, offer).await;
    a.accept(3, answer).await;
    connect(&a, &b).await;
    a.connected().await;
    a.sees(Source::Camera).await;
    b.sees(Source::Camera).await;
    drop((a, b));
    leaks.none().await;
}

/// The same sections, with other sources; those without one are left out.
fn relabelled(sources: &MidSources, label: impl Fn(Source) -> Option<Source>) -> MidSources {
    sources.iter().filter_map(|(mid, source)| Some((mid.to_owned(), label(source)?))).collect()
}

#[wasm_bindgen_test]
async fn a_source_that_is_not_known_is_left_alone() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    a.send(person().await);
    b.send(person().await);
    let (sdp, sources) = a.offer(1, &ALL).await;
    // As if the screen were something that only a later version knows.
    let sources = relabelled(&sources, |source| match source {
        Source::Screen | Source::ScreenAudio => None,
        known => Some(known),
    });
    let answer = b.answer(1, (sdp, sources)).await;
    trickle(&a, &b);
    a.accept(1, answer).await;
    connect(&a, &b).await;
    b.sees(Source::Camera).await;
    a.sees(Source::Camera).await;
    assert!(b.received(Source::Screen).is_none());
    assert!(a.received(Source::Screen).is_none(), "the peer does not send in that section");
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_mid_of_the_wrong_kind_is_ignored() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    a.send(person().await);
    b.send(person().await);
    let (sdp, sources) = a.offer(1, &PERSON).await;
    let sources = relabelled(&sources, |source| match source {
        Source::Camera => Some(Source::Microphone),
        _ => Some(Source::Camera),
    });
    b.answer(1, (sdp, sources)).await;
    assert!(b.received(Source::Camera).is_none());
    assert!(b.received(Source::Microphone).is_none());
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn what_is_prepared_gathers_nothing_until_it_is_applied() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    let offer = a.create_offer(1, OfferApplied::WithAnswer, &PERSON, false).await;
    let answer = b.create_answer(1, offer).await;
    // The devices may be captured later than the descriptions are exchanged.
    a.send(person().await);
    b.send(person().await);
    for side in [&a, &b] {
        assert_eq!(side.raw().ice_gathering_state(), RtcIceGatheringState::New);
        let found = |event: &_| matches!(event, ConnectionEvent::CandidateFound(_));
        assert!(!side.events.borrow().iter().any(found));
        assert!(side.raw().local_description().is_none());
    }
    b.apply_answer(1).await;
    a.accept(1, answer).await;
    connect(&a, &b).await;
    for side in [&a, &b] {
        side.sees(Source::Camera).await;
        side.hears().await;
    }
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn nonsense_fails_and_leaves_the_connection_usable() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    let (negotiation, sdp) = (NegotiationId(7), "nonsense".to_owned());
    for operation in [
        Operation::AcceptOffer { negotiation, sdp: sdp.clone(), sources: MidSources::new() },
        Operation::AcceptAnswer { negotiation, sdp: sdp.clone() },
    ] {
        a.run(operation);
        let failed = ConnectionEvent::NegotiationFailed { negotiation };
        until("the failure", || a.events.borrow().contains(&failed)).await;
        assert_eq!(a.events.borrow().len(), 1);
        a.events.borrow_mut().clear();
    }
    a.run(Operation::AddCandidate(Candidate {
        candidate: sdp,
        sdp_mid: None,
        sdp_m_line_index: None,
        username_fragment: None,
    }));
    a.send(person().await);
    negotiate(&a, &b, 8, &[Source::Microphone, Source::Camera]).await;
    connect(&a, &b).await;
    b.sees(Source::Camera).await;
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn ice_servers_can_be_set_and_set_anew() {
    for (transport, word) in [(TransportPolicy::All, "all"), (TransportPolicy::Relay, "relay")] {
        set_ice_servers_anew(transport, word).await;
    }
}

async fn set_ice_servers_anew(transport: TransportPolicy, word: &str) {
    let leaks = Leaks::watch();
    let server = |url: &str| IceServer {
        urls: vec![url.to_owned()],
        username: Some("user".to_owned()),
        credential: Some("password".to_owned()),
    };
    let side = Side::open_with(transport);
    side.offer(1, &PERSON).await;
    side.run(Operation::SetIceServers(vec![server("turn:127.0.0.1:1")]));
    // One that no browser takes changes nothing.
    side.run(Operation::SetIceServers(vec![server("nonsense")]));
    let get = |object: &JsValue, name: &str| {
        js_sys::Reflect::get(object, &JsValue::from_str(name)).expect("a property")
    };
    let raw: &JsValue = side.raw();
    let configuration: js_sys::Function = get(raw, "getConfiguration").unchecked_into();
    let configuration = configuration.call0(raw).expect("a configuration");
    assert_eq!(get(&configuration, "bundlePolicy"), "max-bundle");
    assert_eq!(get(&configuration, "iceTransportPolicy"), word);
    let servers: js_sys::Array = get(&configuration, "iceServers").unchecked_into();
    assert_eq!(servers.length(), 1);
    assert_eq!(get(&servers.get(0), "username"), "user");
    let streams = Rc::default();
    assert!(PeerConnection::open(&[server("nonsense")], transport, &streams, |_| {}).is_err());
    drop(side);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn the_peers_streams_go_with_the_connection() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    negotiate(&a, &b, 1, &PERSON).await;
    let id = b.received(Source::Camera).expect("a stream");
    let streams = Rc::clone(&b.streams);
    let stream: MediaStream = streams.get(id).expect("a stream");
    assert_eq!(stream.get_tracks().length(), 1, "the audio: a video waits for its first frame");
    drop((a, b));
    assert!(streams.get(id).is_none());
    leaks.none().await;
}
