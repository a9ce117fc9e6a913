//! An `AudioContext` (Web Audio API, section 1.2) with one owner.

use tincan_call::DeviceId;
use wasm_bindgen::JsValue;

use super::speaker::set_sink;
use crate::crash::EndOnCrash;
use crate::listener::Listener;
use crate::live::Live;
use crate::task::Task;
use crate::{log, object, promise};

/// The events at which a graph may be resumed: browsers keep it suspended before the person's first
/// click, and some suspend it while another program plays sound.
const RESUME_AT: [&str; 3] = ["click", "keydown", "visibilitychange"];

/// A graph of sound. Dropping it silences and closes it.
///
/// Before the person's first click browsers keep it suspended; with that click it starts. It starts
/// again when the page becomes visible, if it was suspended meanwhile.
pub(super) struct Audio {
    context: JsValue,
    /// The node that plays what is connected to it.
    output: JsValue,
    /// Plays `output`, where a graph cannot choose its speaker by itself.
    player: Option<JsValue>,
    _resume: Vec<Listener>,
    /// Waits for the browser's answer to the choice of a speaker.
    _sink: Option<Task>,
    _crash: EndOnCrash,
    _live: Live,
}

impl Audio {
    /// Makes a graph that plays on this speaker, or on the system's own if there is none or the
    /// browser does not let it be chosen. Calls `on_refused` if the browser refuses the speaker.
    /// Returns `None` without Web Audio, or if the browser makes no more graphs.
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
        let (mut player, mut sink) = (None, None);
        if let Some(DeviceId(speaker)) = speaker {
            if object::has_method(&context, "setSinkId") {
                sink = Some(set_sink(&context, speaker, on_refused));
            } else if let Some((stream, element)) = player_of(&context) {
                sink = Some(set_sink(&element, speaker, on_refused));
                promise::call(&element, "play", &[]);
                output = stream;
                player = Some(element);
            }
        }
        let crash = EndOnCrash::new(&context, "close");
        let live = Live::count(|live| &mut live.sounds);
        Some(Self {
            context,
            output,
            player,
            _resume: resume,
            _sink: sink,
            _crash: crash,
            _live: live,
        })
    }

    /// Returns the node that plays what is connected to it.
    pub(super) fn output(&self) -> &JsValue {
        &self.output
    }

    /// Returns `true` while the graph plays. A suspended one would play everything at once later.
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

/// Makes a node that can be connected to, and the `<audio>` that is to play it.
fn player_of(context: &JsValue) -> Option<(JsValue, JsValue)> {
    let node = object::call(context, "createMediaStreamDestination", &[]).ok()?;
    let element = object::construct("Audio", &[]).ok()?;
    object::set(&element, "srcObject", &object::get(&node, "stream"));
    Some((node, element))
}
