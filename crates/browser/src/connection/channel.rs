//! The data channel of a connection (`RTCDataChannel`, W3C WebRTC, 6.2).

use std::cell::RefCell;
use std::rc::Rc;

use tincan_call::ChannelEvent;
use tincan_protocol::{CHANNEL_ID, MAX_PEER_MESSAGE_BYTES};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget, RtcPeerConnection};

use crate::listener::Listener;
use crate::live::Live;
use crate::log;
use crate::object::{call, dictionary, get, number};
use crate::task::Task;

/// The name of the channel, for whoever looks at the browser's internals: it is not sent.
const LABEL: &str = "messages";

/// The data channel of a connection. Dropping it closes it, and it reports nothing from then on.
pub(super) struct DataChannel {
    // Before the channel: it reports no event of its own end.
    _listeners: Vec<Listener>,
    channel: RawChannel,
    on_event: Rc<dyn Fn(ChannelEvent)>,
    /// The report of a message that was not sent.
    refusal: RefCell<Option<Task>>,
    _live: Live,
}

/// The browser's channel, which is closed on drop.
pub(crate) struct RawChannel(EventTarget);

impl RawChannel {
    /// Takes an `RTCDataChannel`.
    pub(crate) fn new(channel: JsValue) -> Self {
        Self(channel.unchecked_into())
    }

    /// The browser's own object.
    pub(crate) fn as_raw(&self) -> &EventTarget {
        &self.0
    }
}

impl DataChannel {
    /// Makes the channel of a connection, before anything is negotiated: so its section is in the
    /// first offer, or in the answer to it. `on_event` is never called from within a call to this
    /// channel.
    ///
    /// # Errors
    /// If the browser makes no data channels.
    pub(super) fn open(
        connection: &RtcPeerConnection,
        on_event: impl Fn(ChannelEvent) + 'static,
    ) -> Result<Self, JsValue> {
        let options = dictionary(&[("negotiated", &true.into()), ("id", &CHANNEL_ID.into())]);
        let channel = call(connection, "createDataChannel", &[&LABEL.into(), &options])?;
        let channel = RawChannel::new(channel);
        let on_event: Rc<dyn Fn(ChannelEvent)> = Rc::new(on_event);
        let listener = |event_type, read: fn(&Event) -> ChannelEvent| {
            let on_event = Rc::clone(&on_event);
            Listener::new(&channel.0, event_type, move |event| on_event(read(event)))
        };
        let listeners = vec![
            listener("open", |_| ChannelEvent::Opened),
            listener("message", |event| ChannelEvent::Received(text(event))),
            listener("bufferedamountlow", |_| ChannelEvent::Drained),
            listener("close", |_| ChannelEvent::Closed),
        ];
        let live = Live::count(|live| &mut live.channels);
        let refusal = RefCell::default();
        Ok(Self { _listeners: listeners, channel, on_event, refusal, _live: live })
    }

    /// Sends a message, unless more than `max_buffered` bytes would wait to be sent then. Without
    /// an open channel it is lost.
    pub(super) fn send(&self, text: &str, max_buffered: u32) {
        let channel = &self.channel.0;
        let buffered = number(channel, "bufferedAmount").unwrap_or_default();
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        if buffered + f64::from(length) > f64::from(max_buffered) {
            let on_event = Rc::clone(&self.on_event);
            let report = async move { on_event(ChannelEvent::Congested) };
            self.refusal.replace(Some(Task::spawn(report)));
        } else if call(channel, "send", &[&text.into()]).is_err() {
            log::debug("a message is lost: the data channel is not open");
        }
    }
}

impl Drop for RawChannel {
    fn drop(&mut self) {
        // It never throws.
        let _ = call(&self.0, "close", &[]);
    }
}

/// The text of a `message` event; none if it is binary, or has more UTF-16 units than a message has
/// bytes. Such a text is not even copied.
fn text(event: &Event) -> Option<String> {
    let data = get(event, "data").dyn_into::<js_sys::JsString>().ok()?;
    let length = usize::try_from(data.length()).ok()?;
    (length <= MAX_PEER_MESSAGE_BYTES).then(|| data.into())
}
