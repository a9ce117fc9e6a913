//! The data channel of one file (`RTCDataChannel`, W3C WebRTC, 6.2).

use std::cell::RefCell;
use std::rc::Rc;

use futures::StreamExt as _;
use futures::channel::mpsc;
use js_sys::{ArrayBuffer, Uint8Array};
use tincan_call::protocol::{
    FILE_CHANNEL_PROTOCOL, FileMessage, MAX_FILE_MESSAGE_BYTES, MAX_PEER_MESSAGE_BYTES, TransferId,
    from_json, to_json,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcPeerConnection;

use crate::connection::RawChannel;
use crate::listener::Listener;
use crate::live::Live;
use crate::object;

/// The bytes that may wait to be sent. So much is always at hand for the network, while the next
/// piece is read.
const HIGH_WATERMARK: u32 = 4 * 1024 * 1024;
/// The bytes at which sending goes on.
const LOW_WATERMARK: u32 = 1024 * 1024;

/// The longest text that is read, in UTF-16 units. It has at least as many bytes.
#[allow(clippy::cast_possible_truncation)] // It is below 2^16.
const MAX_TEXT: u32 = MAX_PEER_MESSAGE_BYTES as u32;

/// Something that arrives by a channel.
pub(super) enum Arrived {
    /// A message of the protocol. Anything else is ignored.
    Message(FileMessage),
    /// A part of a piece.
    Bytes(Uint8Array),
    /// The channel is closed, and nothing more arrives.
    Closed,
}

/// The data channel of one file. Dropping it closes it, and nothing more is reported.
pub(super) struct FileChannel {
    // Before the channel: it reports no event of its own end.
    _listeners: Vec<Listener>,
    channel: RawChannel,
    /// Tells that less waits to be sent, or that the channel is closed.
    drained: RefCell<mpsc::Receiver<()>>,
    _live: Live,
}

/// The channel is closed.
#[derive(Debug)]
pub(super) struct ChannelClosed;

impl FileChannel {
    /// Opens the channel of an offer (RFC 8832).
    ///
    /// # Errors
    /// If the connection is closed, or has too many channels.
    pub(super) fn open(
        connection: &RtcPeerConnection,
        transfer: TransferId,
        on_arrived: impl Fn(Arrived) + 'static,
    ) -> Result<Self, JsValue> {
        let options = object::dictionary(&[("protocol", &FILE_CHANNEL_PROTOCOL.into())]);
        let label = transfer.to_string();
        let channel = object::call(connection, "createDataChannel", &[&label.into(), &options])?;
        Ok(Self::new(RawChannel::new(channel), on_arrived))
    }

    /// Takes a channel.
    pub(super) fn new(channel: RawChannel, on_arrived: impl Fn(Arrived) + 'static) -> Self {
        let raw = channel.as_raw();
        object::set(raw, "binaryType", &"arraybuffer".into());
        object::set(raw, "bufferedAmountLowThreshold", &LOW_WATERMARK.into());
        let on_arrived = Rc::new(on_arrived);
        let (mut drain, drained) = mpsc::channel(1);
        let mut close = drain.clone();
        let listeners = vec![
            Listener::new(raw, "message", {
                let on_arrived = Rc::clone(&on_arrived);
                move |event| {
                    if let Some(arrived) = read(object::get(event, "data")) {
                        on_arrived(arrived);
                    }
                }
            }),
            Listener::new(raw, "bufferedamountlow", move |_| {
                // A full queue says the same.
                let _ = drain.try_send(());
            }),
            Listener::new(raw, "close", move |_| {
                let _ = close.try_send(());
                on_arrived(Arrived::Closed);
            }),
        ];
        let live = Live::count(|live| &mut live.channels);
        Self { _listeners: listeners, channel, drained: RefCell::new(drained), _live: live }
    }

    /// Sends a message.
    pub(super) fn send(&self, message: &FileMessage) -> Result<(), ChannelClosed> {
        let text = to_json(message).ok_or(ChannelClosed)?;
        self.put(&text.into())
    }

    /// Sends the bytes of a piece, as fast as the network takes them.
    pub(super) async fn send_piece(&self, piece: &ArrayBuffer) -> Result<(), ChannelClosed> {
        let length = piece.byte_length();
        let mut start = 0;
        while start < length {
            while self.buffered() + MAX_FILE_MESSAGE_BYTES > HIGH_WATERMARK {
                self.drained().await?;
            }
            let end = length.min(start + MAX_FILE_MESSAGE_BYTES);
            self.put(&Uint8Array::new_with_byte_offset_and_length(piece, start, end - start))?;
            start = end;
        }
        Ok(())
    }

    /// Waits until less waits to be sent.
    async fn drained(&self) -> Result<(), ChannelClosed> {
        std::future::poll_fn(|context| self.drained.borrow_mut().poll_next_unpin(context)).await;
        if object::text(self.channel.as_raw(), "readyState").as_deref() == Some("open") {
            Ok(())
        } else {
            Err(ChannelClosed)
        }
    }

    fn buffered(&self) -> u32 {
        // It saturates, and is far below.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let buffered =
            object::number(self.channel.as_raw(), "bufferedAmount").unwrap_or_default() as u32;
        buffered
    }

    fn put(&self, data: &JsValue) -> Result<(), ChannelClosed> {
        object::call(self.channel.as_raw(), "send", &[data]).map(drop).map_err(|_| ChannelClosed)
    }
}

/// Reads the data of a `message` event. A text that is longer than any message is not even copied.
fn read(data: JsValue) -> Option<Arrived> {
    match data.dyn_into::<js_sys::JsString>() {
        Ok(text) => {
            let text: String = (text.length() <= MAX_TEXT).then(|| text.into())?;
            from_json(text.as_bytes()).map(Arrived::Message)
        }
        Err(data) => {
            data.dyn_into().ok().map(|bytes: ArrayBuffer| Arrived::Bytes(Uint8Array::new(&bytes)))
        }
    }
}
