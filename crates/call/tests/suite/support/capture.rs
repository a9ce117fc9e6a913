//! Captures: requests of the call, and answers of the browser.

use tincan_call::protocol::Source;
use tincan_call::{
    CaptureError, CaptureEvent, CaptureId, CaptureTarget, Effect, Input, Local, LocalTrack, Quality,
};

use super::{Bench, track};

pub fn captures(effects: &[Effect]) -> Vec<(u32, CaptureTarget, Quality)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Capture { capture, target, quality, .. } => {
                Some((capture.0, *target, *quality))
            }
            _ => None,
        })
        .collect()
}

pub fn failed(bench: &mut Bench, capture: u32, error: CaptureError) -> Vec<Effect> {
    bench.input(Input::Capture(CaptureEvent::Failed { capture: CaptureId(capture), error }))
}

pub fn captured(bench: &mut Bench, capture: u32, sources: &[(Source, u32)]) -> Vec<Effect> {
    let tracks = sources.iter().map(|(source, id)| track(*source, *id)).collect();
    bench.input(Input::Capture(CaptureEvent::Captured { capture: CaptureId(capture), tracks }))
}

/// Completes a capture with these tracks.
pub fn gives(bench: &mut Bench, capture: u32, tracks: Vec<LocalTrack>) -> Vec<Effect> {
    let capture = CaptureId(capture);
    bench.input(Input::Capture(CaptureEvent::Captured { capture, tracks }))
}

pub fn devices(bench: &Bench) -> (Local, Local) {
    let view = bench.view();
    (view.me.microphone, view.me.camera)
}
