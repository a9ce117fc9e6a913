//! The components in the chunk of the call, which is loaded as soon as the lobby is drawn.

use std::ptr;

use tincan_browser::lazy;
use yew::prelude::*;

use super::call::{Call, CallProps};
use super::ended::{Ended, EndedProps};
use crate::components::{CaptureReport, Settings, SettingsProps};

/// Draws parts of the page whose code is in the chunk of the call.
#[derive(Debug)]
pub(crate) struct CallChunk {
    pub(crate) call: fn(CallProps) -> Html,
    pub(crate) settings: fn(SettingsProps) -> Html,
    pub(crate) ended: fn(EndedProps) -> Html,
    pub(crate) report: CaptureReport,
}

impl PartialEq for CallChunk {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self, other)
    }
}

static CHUNK: CallChunk = CallChunk {
    call: |props| html! { <Call ..props /> },
    settings: |props| html! { <Settings ..props /> },
    ended: |props| html! { <Ended ..props /> },
    report: CaptureReport::new(),
};

lazy!(
    call,
    /// Loads what draws the call, the settings and the end of a call.
    pub(crate) fn load_call_chunk() -> &'static CallChunk {
        &CHUNK
    }
);
