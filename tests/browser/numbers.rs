//! The numbers of a connection, and the polls that they cost.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use tincan_browser::{Driver, DriverSettings};
use tincan_call::features::{Picture, Quality, RelayProtocol, Report, Route};
use tincan_call::{Command, Operation, Preferences, RoomSecret};
use tincan_protocol::{Name, Source};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::encoding::{call, picture, set, side_with};
use crate::hub::Hub;
use crate::support::{Leaks, Patch, reported, script, until, until_async};

#[wasm_bindgen_test]
async fn a_report_has_the_numbers_of_a_real_connection() {
    let leaks = Leaks::watch();
    let (a, b) = call().await;
    // A small video need not grow to its full size first.
    set(&a, Source::Camera, picture(2000, 400, 30));
    a.sees(Source::Camera).await;
    b.sees(Source::Camera).await;
    let (sent, received) = until_async("all numbers", async || {
        let (sent, received) = (reported(&a).await, reported(&b).await);
        let is_whole = received.received.height == 180
            && sent.sent.height == 180
            && received.received_codecs.len() == 2
            && sent.sent_codecs.len() == 2
            && received.sample.jitter.is_some();
        is_whole.then_some((sent, received))
    })
    .await;
    assert_eq!((received.received.width, sent.sent.width), (320, 320));
    assert!((1..=31).contains(&received.received.frame_rate), "{:?}", received.received);
    for codecs in [&sent.sent_codecs, &received.received_codecs] {
        assert!(codecs.contains(&"opus".to_owned()), "{codecs:?}");
    }
    for report in [&sent, &received] {
        assert_eq!(report.route, Some(Route::DirectUdp));
        assert!(report.at > Duration::ZERO);
        let sample = report.sample;
        assert!(sample.packets_received >= sample.audio_packets && sample.audio_packets > 0);
        assert!(sample.audio_samples > sample.concealed_samples);
    }
    drop((a, b));
    leaks.none().await;
}

/// Reads statistics as a browser could give them.
async fn read(entries: &str) -> Report {
    reported(&side_with(entries)).await
}

#[wasm_bindgen_test]
async fn the_route_is_that_of_the_selected_pair() {
    let leaks = Leaks::watch();
    let udp = "candidateType: 'host', protocol: 'udp', address: '192.0.2.1'";
    let relay = "candidateType: 'relay', protocol: 'udp', relayProtocol:";
    for (local, remote, expected) in [
        (udp.to_owned(), udp, Some(Route::DirectUdp)),
        ("candidateType: 'prflx', protocol: 'tcp'".to_owned(), udp, Some(Route::DirectTcp)),
        (format!("{relay} 'udp'"), udp, Some(Route::Relayed(RelayProtocol::Udp))),
        (format!("{relay} 'tcp'"), udp, Some(Route::Relayed(RelayProtocol::Tcp))),
        (
            format!("{relay} 'tls'"),
            "candidateType: 'relay'",
            Some(Route::Relayed(RelayProtocol::Tls)),
        ),
        (format!("{relay} undefined"), udp, Some(Route::Relayed(RelayProtocol::Unknown))),
        (udp.to_owned(), "candidateType: 'relay'", Some(Route::RelayedThere)),
        (String::new(), udp, None),
    ] {
        let report = read(&format!(
            "[{{ type: 'transport', selectedCandidatePairId: 'p' }},
              {{ id: 'q', type: 'candidate-pair', nominated: true, state: 'succeeded' }},
              {{ id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r' }},
              {{ id: 'l', type: 'local-candidate', {local} }},
              {{ id: 'r', type: 'remote-candidate', {remote} }}]"
        ))
        .await;
        assert_eq!(report.route, expected, "{local}");
    }
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn the_largest_video_counts_and_a_codec_is_named_once() {
    let leaks = Leaks::watch();
    let report = read(
        "[{ type: 'inbound-rtp', kind: 'video', bytesReceived: 9, codecId: 'c',
            frameWidth: 640, frameHeight: 360, framesPerSecond: 29.6 },
          { type: 'inbound-rtp', kind: 'video', bytesReceived: 9, codecId: 'd',
            frameWidth: 320, frameHeight: 180, framesPerSecond: 30 },
          { type: 'inbound-rtp', kind: 'video', bytesReceived: 9,
            frameWidth: 1280, frameHeight: 720, framesPerSecond: 0 },
          { type: 'inbound-rtp', kind: 'audio', bytesReceived: 0, codecId: 'o' },
          { type: 'outbound-rtp', kind: 'audio', bytesSent: 7, codecId: 'o', timestamp: 1500.7 },
          { id: 'c', type: 'codec', mimeType: 'video/VP8' },
          { id: 'd', type: 'codec', mimeType: 'video/VP8' },
          { id: 'o', type: 'codec', mimeType: 'audio/opus' }]",
    )
    .await;
    assert_eq!(report.received, Picture { width: 640, height: 360, frame_rate: 30 });
    assert_eq!(report.sent, Picture::default());
    assert_eq!(report.received_codecs, ["VP8"]);
    assert_eq!(report.sent_codecs, ["opus"]);
    assert_eq!(report.at, Duration::from_micros(1_500_700));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_connection_that_is_gone_reports_nothing() {
    let leaks = Leaks::watch();
    let side = side_with("[]");
    let count = Rc::new(Cell::new(0));
    let counted = Rc::clone(&count);
    side.connection.set_report_sink(Some(Rc::new(move |_| counted.set(counted.get() + 1))));
    side.run(Operation::Measure);
    until("a report", || count.get() == 1).await;
    side.run(Operation::Measure);
    drop(side);
    leaks.none().await;
    assert_eq!(count.get(), 1);
}

async fn driver(name: &str) -> Driver {
    let settings = DriverSettings {
        signaling_url: "ws://127.0.0.1:9".to_owned(),
        secret: RoomSecret::from_bytes([6; 16]),
        name: Name::new(name),
        preferences: Preferences::default(),
    };
    let driver = Driver::new(settings, |_| {});
    driver.load_connections().await.expect("no chunks in tests");
    driver.command(Command::Enter { microphone: true, camera: false });
    driver
}

/// Notes the times of all `getStats` calls by connection.
fn noted_polls() -> Patch {
    Patch::apply(
        &["RTCPeerConnection.prototype.getStats", "window.polls"],
        "window.polls = new Map();
         RTCPeerConnection.prototype.getStats = function (...all) {
             const polls = window.polls.get(this) ?? [];
             window.polls.set(this, [...polls, performance.now()]);
             return real.getStats.apply(this, all);
         };",
        "",
    )
}

/// Forgets the polls until now, and waits until every connection was polled `count` times. Returns
/// the shortest time between two polls of one connection, in milliseconds.
async fn shortest_time_between_polls(count: usize) -> f64 {
    script("window.polls.clear()", "");
    until("polls of both connections", || {
        let polled = "return [...window.polls.values()].filter(
            (polls) => polls.length >= Number(argument)).length === 2";
        script(polled, &count.to_string()).is_truthy()
    })
    .await;
    let shortest = "return Math.min(...[...window.polls.values()].flatMap(
        (polls) => polls.slice(1).map((at, index) => at - polls[index])))";
    script(shortest, "").as_f64().expect("a number")
}

#[wasm_bindgen_test]
async fn there_is_one_poll_for_all_and_none_more_while_the_numbers_are_closed() {
    let leaks = Leaks::watch();
    let hub = Hub::start();
    let polls = noted_polls();
    let (ada, grace) = (driver("Ada").await, driver("Grace").await);
    until("they meet", || grace.view().can_ring()).await;
    ada.command(Command::Join);
    grace.command(Command::Join);
    let quality = |driver: &Driver| driver.view().peers.first()?.features.quality;
    until("the links are measured", || {
        [&ada, &grace].iter().all(|driver| quality(driver) == Some(Quality::Good))
    })
    .await;
    // A timer is never early, but for the rounding of the clock.
    let closed = shortest_time_between_polls(3).await;
    assert!(closed > 1990.0, "every two seconds, but there were {closed} ms between two");

    let reports = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&reports);
    let watch = ada.watch_reports(move |peer, report| {
        seen.borrow_mut().push((peer, report.read()));
    });
    until("reports", || reports.borrow().len() >= 3).await;
    let peer = ada.view().peers[0].id;
    assert!(reports.borrow().iter().all(|(from, _)| *from == peer));
    let open = shortest_time_between_polls(3).await;
    assert!(open > 990.0, "once a second, but there were {open} ms between two");

    drop(watch);
    let count = reports.borrow().len();
    shortest_time_between_polls(2).await;
    let closed = shortest_time_between_polls(3).await;
    assert!(closed > 1990.0, "again every two seconds, but there were {closed} ms between two");
    assert_eq!(reports.borrow().len(), count, "nobody looks any more");
    drop((ada, grace, hub, polls));
    leaks.none().await;
}
