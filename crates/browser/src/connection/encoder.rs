//! The encoding parameters of a sender (`RTCRtpSender.setParameters`; W3C WebRTC, 5.2).

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Array;
use tincan_call::Encoding;
use wasm_bindgen::JsValue;

use crate::task::Task;
use crate::{log, object};

/// Brings one sender to what is wanted, one change after the other: parameters must be read right
/// before they are set, and only one change may be under way.
#[derive(Default)]
pub(super) struct Encoder {
    state: Rc<State>,
    work: Option<Task>,
}

#[derive(Default)]
struct State {
    wanted: Cell<Option<Encoding>>,
    /// True while the wanted parameters are still to be applied.
    is_pending: Cell<bool>,
    /// True if the next frame is to be a key frame.
    key_frame: Cell<bool>,
    is_working: Cell<bool>,
}

impl Encoder {
    /// Sets the encoding parameters to apply.
    pub(super) fn want(&mut self, encoding: Encoding) {
        if self.state.wanted.replace(Some(encoding)) != Some(encoding) {
            self.state.is_pending.set(true);
        }
    }

    /// Requests a key frame.
    pub(super) fn want_key_frame(&mut self) {
        self.state.key_frame.set(true);
        self.state.is_pending.set(self.state.wanted.get().is_some());
    }

    /// The section has another sender, which knows nothing yet and starts with a key frame.
    pub(super) fn restart(&mut self) {
        self.work = None;
        let wanted = self.state.wanted.get();
        self.state = Rc::new(State {
            is_pending: Cell::new(wanted.is_some()),
            wanted: Cell::new(wanted),
            ..State::default()
        });
    }

    /// Applies the wanted parameters to the sender, unless they are applied already.
    pub(super) fn apply(&mut self, sender: &JsValue, is_first: bool) {
        if !self.state.is_pending.get() || self.state.is_working.replace(true) {
            return;
        }
        let (state, sender) = (Rc::clone(&self.state), sender.clone());
        self.work = Some(Task::spawn(async move {
            while let Some(encoding) = state.wanted.get().filter(|_| state.is_pending.get()) {
                let Some(parameters) = parameters(&sender, encoding, is_first) else { break };
                state.is_pending.set(false);
                let key_frame = state.key_frame.take();
                let set =
                    object::ask(&sender, "setParameters", &[&parameters, &options(key_frame)]);
                if let Err(error) = set.await {
                    log::refused("setParameters", &error);
                    state.is_pending.set(true);
                    state.key_frame.set(key_frame | state.key_frame.get());
                    break;
                }
            }
            state.is_working.set(false);
        }));
    }
}

/// The parameters of a sender with another encoding. None before there is any to change, as may be
/// the case before the section is negotiated.
fn parameters(sender: &JsValue, encoding: Encoding, is_first: bool) -> Option<JsValue> {
    let parameters = object::call(sender, "getParameters", &[]).ok()?;
    let first = object::get(&object::get(&parameters, "encodings"), "0");
    if first.is_undefined() {
        return None;
    }
    let Encoding { active, max_bitrate, scale_down, max_frame_rate } = encoding;
    object::set(&first, "active", &active.into());
    object::set(&first, "maxBitrate", &(f64::from(max_bitrate) * 1000.0).into());
    // Undefined stands for a member that is left out.
    let scale = scale_down.map(|hundredths| f64::from(hundredths) / 100.0);
    object::set(&first, "scaleResolutionDownBy", &scale.into());
    object::set(&first, "maxFramerate", &max_frame_rate.into());
    if is_first {
        let high = JsValue::from_str("high");
        object::set(&first, "priority", &high);
        object::set(&first, "networkPriority", &high);
    }
    Some(parameters)
}

/// The options of one `setParameters`. A browser that does not know them ignores them.
fn options(key_frame: bool) -> JsValue {
    if !key_frame {
        return JsValue::UNDEFINED;
    }
    let encoding = object::dictionary(&[("keyFrame", &true.into())]);
    object::dictionary(&[("encodingOptions", &Array::of1(&encoding))])
}
