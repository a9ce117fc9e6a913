//! Microphone and camera are asked for with one prompt, and browsers refuse both if they may not
//! give one of them. What is allowed should run all the same, at the cost of at most one more
//! prompt.

use tincan_protocol::Source;

use super::request::target_of;
use crate::api::CaptureTarget;
use crate::media::{Permission, Permissions};

/// One capture to try after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Try {
    pub(super) target: CaptureTarget,
    /// The capture to try next if this one is refused without a prompt.
    pub(super) then: Option<CaptureTarget>,
}

/// Returns what to capture after these sources were refused together. `answered` says that the
/// person may have answered a prompt.
///
/// A granted device needs no prompt. Of those that may need one, only one is asked for: the
/// microphone, since a call without video is still a call. If everything else is granted, the
/// prompt that was answered asked exactly for this one, and the answer stands.
pub(super) fn after_refusal(
    sources: &[Source],
    permissions: Permissions,
    answered: bool,
) -> Vec<Try> {
    let with = |wanted: &[Permission]| -> Vec<CaptureTarget> {
        let has = |source: &&Source| wanted.contains(&permissions.of(**source));
        sources.iter().filter(has).filter_map(|source| target_of(&[*source])).collect()
    };
    let granted = with(&[Permission::Granted]);
    let may_prompt = with(&[Permission::Prompt, Permission::Unknown]);
    let stands = answered && !granted.is_empty();
    let mut tries: Vec<Try> =
        granted.into_iter().map(|target| Try { target, then: None }).collect();
    if let Some((&target, rest)) = may_prompt.split_first()
        && !stands
    {
        tries.push(Try { target, then: rest.first().copied() });
    }
    tries
}

#[cfg(test)]
mod tests {
    use CaptureTarget::{Camera, Microphone};
    use Permission::{Denied, Granted, Prompt, Unknown};

    use super::*;

    const BOTH: [Source; 2] = [Source::Microphone, Source::Camera];

    fn tries(
        sources: &[Source],
        (microphone, camera): (Permission, Permission),
        answered: bool,
    ) -> Vec<(CaptureTarget, Option<CaptureTarget>)> {
        after_refusal(sources, Permissions { microphone, camera }, answered)
            .into_iter()
            .map(|Try { target, then }| (target, then))
            .collect()
    }

    #[test]
    fn each_pair_of_permissions_leads_to_its_tries() {
        let one = |target| vec![(target, None)];
        let first = || vec![(Microphone, Some(Camera))];
        let both = |one, other| vec![(one, None), (other, None)];
        for (permissions, at_once, after_an_answer) in [
            ((Granted, Granted), both(Microphone, Camera), both(Microphone, Camera)),
            ((Granted, Prompt), both(Microphone, Camera), one(Microphone)),
            ((Granted, Denied), one(Microphone), one(Microphone)),
            ((Granted, Unknown), both(Microphone, Camera), one(Microphone)),
            ((Prompt, Granted), both(Camera, Microphone), one(Camera)),
            ((Prompt, Prompt), first(), first()),
            ((Prompt, Denied), one(Microphone), one(Microphone)),
            ((Prompt, Unknown), first(), first()),
            ((Denied, Granted), one(Camera), one(Camera)),
            ((Denied, Prompt), one(Camera), one(Camera)),
            ((Denied, Denied), vec![], vec![]),
            ((Denied, Unknown), one(Camera), one(Camera)),
            ((Unknown, Granted), both(Camera, Microphone), one(Camera)),
            ((Unknown, Prompt), first(), first()),
            ((Unknown, Denied), one(Microphone), one(Microphone)),
            ((Unknown, Unknown), first(), first()),
        ] {
            assert_eq!(tries(&BOTH, permissions, false), at_once, "{permissions:?}");
            assert_eq!(tries(&BOTH, permissions, true), after_an_answer, "{permissions:?}");
        }
    }

    #[test]
    fn nothing_is_tried_that_is_not_wanted_any_longer() {
        for permission in [Granted, Prompt, Unknown] {
            let permissions = (permission, permission);
            assert_eq!(tries(&[Source::Camera], permissions, true), [(Camera, None)]);
            assert_eq!(tries(&[Source::Microphone], permissions, true), [(Microphone, None)]);
            assert_eq!(tries(&[], permissions, true), []);
        }
    }
}
