//! The quality of connections, and the measurements behind it.

use std::rc::Rc;
use std::time::Duration;

use proptest::prelude::*;
use tincan_call::features::{NumbersPolicy, Quality};
use tincan_call::protocol::{PeerMessage, ServerMessage};
use tincan_call::{
    Command, ConnectionEvent, ConnectionState, Effect, FeatureCommand, Input, Operation, Sample,
};

use crate::support::{Bench, CallIs, operations};

const SHOW: Command = Command::Feature(FeatureCommand::ShowNumbers(true));
const HIDE: Command = Command::Feature(FeatureCommand::ShowNumbers(false));

/// A link whose samples are two seconds apart.
struct Measured {
    bench: Bench,
    sample: Sample,
}

impl Measured {
    fn new() -> Self {
        let mut this =
            Self { bench: Bench::connected(CallIs::Impolite), sample: Sample::default() };
        this.arrives(0, 0);
        this
    }

    /// Takes a sample with 100 more packets, some of them lost, and this round trip.
    fn arrives(&mut self, lost: u64, round_trip: u64) -> Option<Quality> {
        let sample = &mut self.sample;
        sample.arrived = Some(sample.arrived.unwrap_or_default() + 1000);
        sample.packets_received += 100 - lost;
        sample.packets_lost += lost;
        sample.round_trip = Some(Duration::from_millis(round_trip));
        self.takes()
    }

    fn takes(&mut self) -> Option<Quality> {
        self.bench.now += Duration::from_secs(2);
        self.bench.input(Input::Timeout);
        self.bench.event(ConnectionEvent::Measured(self.sample));
        self.quality()
    }

    fn quality(&self) -> Option<Quality> {
        self.bench.view().peers[0].features.quality
    }

    fn state(&mut self, state: ConnectionState) -> Option<Quality> {
        self.bench.event(ConnectionEvent::StateChanged(state));
        self.quality()
    }
}

#[test]
fn the_quality_follows_the_measurements_after_a_while() {
    let mut link = Measured::new();
    assert_eq!(link.quality(), None, "one sample is none");
    assert_eq!(link.arrives(0, 40), Some(Quality::Good));
    assert_eq!(link.arrives(12, 40), Some(Quality::Good));
    assert_eq!(link.arrives(12, 40), Some(Quality::Good));
    assert_eq!(link.arrives(12, 40), Some(Quality::Poor));
    let mut qualities = Vec::new();
    for _ in 0..6 {
        qualities.extend(link.arrives(0, 500));
    }
    assert_eq!(qualities[..5], [Quality::Poor; 5]);
    assert_eq!(qualities[5], Quality::Fair);
}

#[test]
fn an_interrupted_link_is_lost_until_something_arrives() {
    let mut link = Measured::new();
    link.arrives(0, 40);
    assert_eq!(link.state(ConnectionState::Disconnected), Some(Quality::Lost));
    assert_eq!(link.state(ConnectionState::Connected), Some(Quality::Lost));
    link.arrives(0, 40);
    assert_eq!(link.arrives(0, 40), Some(Quality::Poor));
    for _ in 0..4 {
        link.arrives(0, 40);
    }
    assert_eq!(link.quality(), Some(Quality::Good));

    // Nothing arrives, though the browser has not noticed.
    let silent: Vec<_> = (0..3).map(|_| link.takes()).collect();
    assert_eq!(silent, [Some(Quality::Good), Some(Quality::Good), Some(Quality::Lost)]);
    // The peer leaves the call, and what was known of the link is forgotten.
    link.bench.receive(&PeerMessage::HangUp { revision: 9 });
    assert_eq!(link.quality(), None);
}

#[test]
fn the_view_changes_with_the_quality_alone() {
    let mut link = Measured::new();
    link.arrives(0, 40);
    let view = link.bench.view();
    for round_trip in 0..20 {
        link.bench.server(ServerMessage::Pong);
        link.arrives(round_trip % 3, round_trip);
        assert!(Rc::ptr_eq(&view, &link.bench.view()), "no number is in the view");
    }
}

/// Returns the number of `getStats` polls of the link in ten seconds.
fn polls(bench: &mut Bench) -> usize {
    let mut count = 0;
    for _ in 0..100 {
        bench.now += Duration::from_millis(100);
        let effects = bench.everything(Input::Timeout);
        count += polls_of(&effects);
    }
    count
}

fn polls_of(effects: &[Effect]) -> usize {
    let is_poll = |operation: &&Operation| **operation == Operation::Measure;
    operations(effects).into_iter().filter(is_poll).count()
}

#[test]
fn links_are_measured_once_a_second_while_the_numbers_are_shown() {
    let mut bench = Bench::connected(CallIs::Impolite);
    polls(&mut bench);
    assert_eq!(polls(&mut bench), 5);
    bench.command(SHOW);
    polls(&mut bench);
    assert_eq!(polls(&mut bench), 10);
    bench.command(HIDE);
    polls(&mut bench);
    assert_eq!(polls(&mut bench), 5);
    // Who opens the panel need not wait for the next poll of before.
    bench.command(SHOW);
    bench.now += Duration::from_secs(1);
    assert_eq!(polls_of(&bench.everything(Input::Timeout)), 1);
    // The page of the next call begins with the panel closed.
    bench.command(Command::HangUp);
    assert_eq!(polls(&mut bench), 0);
}

proptest! {
    /// No sequence of samples makes the quality flap: between two changes there is at least the
    /// spell, and samples that alternate change nothing. The end of a loss is no such change.
    #[test]
    fn the_quality_does_not_flap(samples in prop::collection::vec((0..20_u64, 0..900_u64), 1..30)) {
        let policy = NumbersPolicy::default();
        let mut link = Measured::new();
        let mut shown = (link.arrives(0, 0), link.bench.now);
        for (lost, round_trip) in samples {
            let quality = link.arrives(lost, round_trip);
            if quality != shown.0 {
                let length =
                    if quality > shown.0 { policy.worsens_after } else { policy.improves_after };
                prop_assert!(link.bench.now >= shown.1 + length, "{quality:?} after {shown:?}");
                shown = (quality, link.bench.now);
            }
        }
    }

    #[test]
    fn samples_that_alternate_with_good_ones_change_nothing(
        samples in prop::collection::vec((0..100_u64, 0..2000_u64), 1..40),
    ) {
        let mut link = Measured::new();
        link.arrives(0, 0);
        for (lost, round_trip) in samples {
            prop_assert_eq!(link.arrives(lost, round_trip), Some(Quality::Good));
            prop_assert_eq!(link.arrives(0, 0), Some(Quality::Good));
        }
    }
}
