//! The conditions that hold at the end of every world.

use tincan_call::protocol::{Source, SourceState};
use tincan_call::{LinkState, Phase, Ring};

use super::World;

impl World {
    /// Checks every pair of pages, and returns the first failure.
    pub fn check(&self) -> Result<(), String> {
        self.check_way()?;
        let others = self.alive().count() - 1;
        for (a, page) in self.alive() {
            let view = page.call.view();
            if view.peers.len() != others {
                return Err(format!("page {a} sees {} others", view.peers.len()));
            }
            page.browser.check_tidy(others)?;
            for peer in &view.peers {
                let b = self.number_of(peer.id).ok_or("a peer from nowhere")?;
                let other = &self.pages[b];
                if peer.link != LinkState::Connected {
                    return Err(format!("{a} to {b} is {:?}", peer.link));
                }
                if peer.sources != other.sources() {
                    return Err(format!("{a} believes {:?} of {b}", peer.sources));
                }
                if peer.person.is_none() || peer.screen.is_some() != other.shares_screen() {
                    return Err(format!("{a} sees the wrong streams of {b}"));
                }
                let mine = page.browser.with(peer.id).ok_or("no connection")?;
                let theirs = other.browser.with(page.me()).ok_or("no connection")?;
                mine.check_matches(theirs).map_err(|why| format!("{a} and {b}: {why}"))?;
                self.check_channel(mine, theirs).map_err(|why| format!("{a} and {b}: {why}"))?;
                mine.check_sends(&page.live_tracks())
                    .map_err(|why| format!("{a} to {b}: {why}"))?;
                page.person.check_settings(peer).map_err(|why| format!("{a} of {b}: {why}"))?;
                // In a call of three, each sends less than is shown.
                if peer.sources.camera == SourceState::On && others == 1 {
                    let sent = theirs.encoding(Source::Camera).ok_or("no encoding")?;
                    let check = page.person.check_drawn(peer.id, sent);
                    check.map_err(|why| format!("{a} of {b}: {why}"))?;
                }
            }
        }
        self.check_gestures()?;
        self.check_chats()
    }

    /// Checks that nothing invalid has happened before the end.
    fn check_way(&self) -> Result<(), String> {
        self.wrong.clone().map_or(Ok(()), Err)
    }

    /// Checks that no ring is left, that all agree on who is in the call, and that those in it see
    /// each other.
    pub fn check_rings(&self) -> Result<(), String> {
        self.check_way()?;
        for (a, page) in self.alive() {
            let view = page.call.view();
            match (&view.phase, &view.ring) {
                (Phase::Lobby, Ring::None | Ring::Ended(_))
                | (Phase::InCall | Phase::Suspended | Phase::Ended(_), Ring::None) => {}
                other => return Err(format!("page {a} still stands at {other:?}")),
            }
            for peer in &view.peers {
                let b = self.number_of(peer.id).ok_or("a peer from nowhere")?;
                if !self.pages[b].is_alive() {
                    return Err(format!("{a} sees {b}, who is gone"));
                }
                let there = self.pages[b].call.view().phase == Phase::InCall;
                if peer.in_call != there {
                    return Err(format!("{a} believes {} of {b}", peer.in_call));
                }
                let both = there && view.phase == Phase::InCall;
                let expected = if both { LinkState::Connected } else { LinkState::None };
                if peer.link != expected {
                    return Err(format!("{a} to {b} is {:?}", peer.link));
                }
            }
        }
        Ok(())
    }
}
