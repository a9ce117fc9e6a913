//! The abilities of the browser and its machine in a call.

use tincan_browser::page;

use crate::components::Action;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Abilities {
    /// It captures screens.
    pub(super) share: bool,
    /// It shows a video in a window of its own.
    pop_out: bool,
    /// The person points with a finger, and has hardly a keyboard.
    touch: bool,
}

impl Abilities {
    pub(super) fn find() -> Self {
        Self {
            share: page::can_share_screen(),
            pop_out: page::can_picture_in_picture(),
            touch: page::has_touch(),
        }
    }

    /// Returns the actions to offer, the most used ones first.
    pub(super) fn actions(self, can_share_link: bool, has_company: bool) -> Vec<Action> {
        let all = [
            (Action::CopyLink, true),
            (Action::ShareLink, can_share_link && self.touch),
            (Action::Settings, true),
            (Action::FullScreen, true),
            (Action::PictureInPicture, self.pop_out && has_company),
            (Action::Shortcuts, !self.touch),
        ];
        all.into_iter().filter_map(|(action, is_offered)| is_offered.then_some(action)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_had_is_offered() {
        let laptop = Abilities { share: true, pop_out: true, touch: false };
        let all = [Action::CopyLink, Action::Settings, Action::FullScreen];
        assert_eq!(laptop.actions(true, false), [&all[..], &[Action::Shortcuts]].concat());
        let with_company = [&all[..], &[Action::PictureInPicture, Action::Shortcuts]].concat();
        assert_eq!(laptop.actions(true, true), with_company);
        let phone = Abilities { share: false, pop_out: false, touch: true };
        assert_eq!(phone.actions(false, true), all);
        assert_eq!(phone.actions(true, true)[1], Action::ShareLink);
    }
}
