//! An `AudioContext` (Web Audio API, section 1.2) with one owner.

use tincan_call::DeviceId;
use wasm_bindgen::JsValue;

use super::speaker::set_sink;
use crate::listener::Listener;
use crate::live::Live;
use crate::{log, object, promise};

/// The events at which a graph that does not run may be let run: before the person's first click
/// browsers keep it suspended, and some suspend it while another program makes sound.
const RESUME_AT: [&str; 3] = ["click", "keydown", "visibilitychange"];

/// A graph of sound. Dropping it silences and closes it.
///
/// Before the person's first click browsers keep it suspended; with that click it starts. It starts
/// again when the page becomes visible, if it was suspended meanwhile.
pub(super) struct Audio {
    context: JsValue,
    /// Where sound goes to be heard.
    output: JsValue,
    /// Plays `output`, where a graph can not choose its speaker by itself.
    player: Option<JsValue>,
    _resume: Vec<Listener>,
    _live: Live,
}

impl Audio {
    /// A graph that is heard from this speaker; or from the system's own if there is none, or if
    /// the browser does not let it be chosen. `on_refused` is told of a speaker that it refuses.
    /// Nothing where there is no Web Audio, or no more of it.
    pub(super) fn new(
        speaker: Option<&DeviceId>,
        on_refused: impl FnOnce(DeviceId) + 'static,
    ) -> Option<Self> {
        let context = object::construct("AudioContext", &[])
            .inspect_err(|error| log::refused("AudioContext", error))
            .ok()?;
        let resume = RESUME_AT.into_iter().filter_map(|event| {
            let document = web_sys::window()?.document()?;
            let context = context.clone();
            Some(Listener::new(&document, event, move |_| {
                if !is_running(&context) {
                    promise::call(&context, "resume", &[]);
                }
            }))
        });
        let resume = resume.collect();
        let mut output = object::get(&context, "destination");
        let mut player = None;
        if let Some(DeviceId(speaker)) = speaker {
            if object::has_method(&context, "setSinkId") {
                set_sink(&context, speaker, on_refused);
            } else if let Some((stream, element)) = player_of(&context, speaker, on_refused) {
                output = stream;
                player = Some(element);
            }
        }
        let live = Live::count(|live| &mut live.sounds);
        Some(Self { context, output, player, _resume: resume, _live: live })
    }

    /// What to connect to be heard.
    pub(super) fn output(&self) -> &JsValue {
        &self.output
    }

    /// Whether anything can be heard: a suspended graph would play all at once later.
    pub(super) fn is_running(&self) -> bool {
        is_running(&self.context)
    }

    /// The time of the graph, in seconds.
    pub(super) fn time(&self) -> f64 {
        object::number(&self.context, "currentTime").unwrap_or_default()
    }

    /// Makes a node by a method of the context.
    pub(super) fn node(&self, method: &str, arguments: &[&JsValue]) -> Option<JsValue> {
        object::call(&self.context, method, arguments)
            .inspect_err(|error| log::refused("a node of sound", error))
            .ok()
    }
}

impl Drop for Audio {
    fn drop(&mut self) {
        if let Some(player) = &self.player {
            object::set(player, "srcObject", &JsValue::NULL);
        }
        promise::call(&self.context, "close", &[]);
    }
}

fn is_running(context: &JsValue) -> bool {
    object::get(context, "state") == "running"
}

/// A node that can be connected to, and the `<audio>` that plays it on a speaker.
fn player_of(
    context: &JsValue,
    speaker: &str,
    on_refused: impl FnOnce(DeviceId) + 'static,
) -> Option<(JsValue, JsValue)> {
    let node = object::call(context, "createMediaStreamDestination", &[]).ok()?;
    let element = object::construct("Audio", &[]).ok()?;
    object::set(&element, "srcObject", &object::get(&node, "stream"));
    set_sink(&element, speaker, on_refused);
    promise::call(&element, "play", &[]);
    Some((node, element))
}
