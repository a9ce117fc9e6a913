//! Reactions: the time for which they are shown, and the limits on their number.

use std::rc::Rc;

use tincan_call::features::AnnouncedReactions;
use tincan_call::protocol::feature::Reaction;
use tincan_call::protocol::{FeatureMessage, PeerMessage, RingId, RingMessage, ServerMessage};
use tincan_call::{Command, Effect, FeatureCommand, Phase};

use crate::support::{Bench, CallIs};

fn react(reaction: Reaction) -> Command {
    Command::Feature(FeatureCommand::React(reaction))
}

fn message(reaction: Reaction) -> PeerMessage {
    PeerMessage::Feature(FeatureMessage::Reaction { reaction })
}

/// Returns the reactions that are shown for this page and the peer.
fn shown(bench: &Bench) -> [Vec<Reaction>; 2] {
    let view = bench.view();
    let peer = view.peers.first().map(|peer| &peer.features);
    [Some(&view.me.features), peer].map(|features| {
        let reactions = features.into_iter().flat_map(|features| &features.reactions);
        reactions.map(|shown| shown.reaction).collect()
    })
}

/// Returns the reactions sent to the other page among some effects.
fn sent(bench: &mut Bench, effects: &[Effect]) -> Vec<PeerMessage> {
    let mut messages = bench.sent(effects);
    messages
        .retain(|message| matches!(message, PeerMessage::Feature(FeatureMessage::Reaction { .. })));
    messages
}

fn announced(bench: &Bench) -> Vec<AnnouncedReactions> {
    bench.view().features.announced_reactions.clone()
}

#[test]
fn a_reaction_is_sent_and_shown_for_a_moment() {
    let mut bench = Bench::connected(CallIs::Impolite);
    for reaction in Reaction::ALL {
        let effects = bench.command(react(reaction));
        assert_eq!(sent(&mut bench, &effects), [message(reaction)]);
        assert_eq!(shown(&bench), [vec![reaction], vec![]]);
        bench.wait_millis(3999);
        assert_eq!(shown(&bench), [vec![reaction], vec![]]);
        bench.wait_millis(1);
        assert_eq!(shown(&bench), [vec![], vec![]]);
    }
}

#[test]
fn the_reactions_of_a_peer_are_shown_in_their_order() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.receive(&message(Reaction::Heart));
    bench.wait(2);
    bench.receive(&message(Reaction::Clap));
    bench.receive(&message(Reaction::Clap));
    assert_eq!(shown(&bench), [vec![], vec![Reaction::Heart, Reaction::Clap, Reaction::Clap]]);
    let mut ids: Vec<u64> =
        bench.view().peers[0].features.reactions.iter().map(|shown| shown.id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3, "each is another one for the page");
    bench.wait(2);
    assert_eq!(shown(&bench), [vec![], vec![Reaction::Clap, Reaction::Clap]]);
    bench.wait(2);
    assert_eq!(shown(&bench), [vec![], vec![]]);
}

#[test]
fn a_page_limits_its_own_reactions() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let mut effects = Vec::new();
    for _ in 0..100 {
        effects.extend(bench.command(react(Reaction::Party)));
    }
    assert_eq!(sent(&mut bench, &effects).len(), 5);
    assert_eq!(shown(&bench)[0].len(), 5);
    bench.wait(4);
    let effects = bench.command(react(Reaction::Party));
    assert_eq!(sent(&mut bench, &effects).len(), 1);
}

#[test]
fn a_flood_changes_nothing() {
    let mut bench = Bench::connected(CallIs::Impolite);
    for _ in 0..8 {
        bench.receive(&message(Reaction::Laugh));
    }
    let view = bench.view();
    for reaction in Reaction::ALL.into_iter().cycle().take(90) {
        assert_eq!(bench.receive(&message(reaction)), []);
        assert!(Rc::ptr_eq(&view, &bench.view()), "nothing is drawn again");
    }
    assert_eq!(shown(&bench)[1].len(), 8);
    bench.wait(1);
    let laughs = AnnouncedReactions { peer: Some(bench.peer), reactions: vec![Reaction::Laugh] };
    assert_eq!(announced(&bench), [laughs]);
    bench.wait(3);
    assert_eq!(shown(&bench)[1], []);
    bench.receive(&message(Reaction::Heart));
    assert_eq!(shown(&bench)[1], [Reaction::Heart]);
}

#[test]
fn only_those_in_the_call_react() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    assert_eq!(bench.command(react(Reaction::Heart)), []);
    bench.receive(&message(Reaction::Heart));
    assert_eq!(shown(&bench), [vec![], vec![]]);
    bench.command(Command::Join);
    assert_eq!(shown(&bench), [vec![], vec![]], "what came before is over");
    bench.peer_stands(false);
    bench.receive(&message(Reaction::Heart));
    let effects = bench.command(react(Reaction::Heart));
    assert_eq!(sent(&mut bench, &effects), [], "who waits in the lobby is sent none");
    assert_eq!(shown(&bench), [vec![Reaction::Heart], vec![]]);
}

#[test]
fn reactions_of_a_peer_that_leaves_are_removed() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    bench.receive(&message(Reaction::Heart));
    bench.receive(&PeerMessage::HangUp { revision: 9 });
    bench.server(ServerMessage::PeerLeft { peer });
    bench.server(ServerMessage::PeerJoined { peer });
    assert_eq!(shown(&bench), [vec![], vec![]]);
    bench.command(react(Reaction::Heart));
    bench.command(Command::HangUp);
    assert_eq!(shown(&bench), [vec![], vec![]]);
    assert_eq!(announced(&bench), []);
    assert_eq!(bench.call.deadline(), None, "nothing goes on");
}

#[test]
fn reactions_are_removed_when_the_caller_gives_up() {
    let ring = RingId(1);
    let mut bench = Bench::accepting(ring);
    bench.command(react(Reaction::Heart));
    bench.wait(1);
    assert_eq!(announced(&bench).len(), 1);
    bench.receive(&PeerMessage::Ring(RingMessage::Cancel { ring }));
    assert_eq!(bench.view().phase, Phase::Lobby);
    assert_eq!(shown(&bench), [vec![], vec![]]);
    assert_eq!(announced(&bench), []);
}

#[test]
fn announcements_of_reactions_are_batched() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = Some(bench.peer);
    bench.receive(&message(Reaction::Heart));
    bench.command(react(Reaction::Clap));
    bench.receive(&message(Reaction::Party));
    bench.receive(&message(Reaction::Heart));
    bench.wait_millis(999);
    assert_eq!(announced(&bench), []);
    bench.wait_millis(1);
    let first = [
        AnnouncedReactions { peer, reactions: vec![Reaction::Heart, Reaction::Party] },
        AnnouncedReactions { peer: None, reactions: vec![Reaction::Clap] },
    ];
    assert_eq!(announced(&bench), first);
    bench.wait_millis(500);
    bench.receive(&message(Reaction::Laugh));
    bench.wait_millis(4499);
    assert_eq!(announced(&bench), first, "it is being read");
    bench.wait_millis(1);
    let next = [AnnouncedReactions { peer, reactions: vec![Reaction::Laugh] }];
    assert_eq!(announced(&bench), next);
    bench.wait(5);
    assert_eq!(announced(&bench), []);
    assert!(shown(&bench)[1].is_empty());
}
