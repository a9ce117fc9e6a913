//! From the text of a frame to a message, or to the code of the error that it deserves.

use std::borrow::Cow;

use serde::Deserialize;
use tincan_protocol::{ClientMessage, ErrorCode, MAX_FRAME_BYTES, VERSION};

/// Reads one text frame. Fields that are not known are ignored.
///
/// # Errors
/// - [`ErrorCode::TooLarge`] for more than [`MAX_FRAME_BYTES`] bytes.
/// - [`ErrorCode::UnknownType`] for an object whose `type` is not known. Pages skip what they do
///   not know; the server can not, since it would leave a page waiting for an effect.
/// - [`ErrorCode::Version`] for a `join` of another version whose fields are not ours, either.
/// - [`ErrorCode::Malformed`] for everything else.
pub fn decode(text: &str) -> Result<ClientMessage, ErrorCode> {
    if text.len() > MAX_FRAME_BYTES {
        return Err(ErrorCode::TooLarge);
    }
    // serde would also take an array for a message.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(ErrorCode::Malformed);
    }
    serde_json::from_str(text).map_err(|_| diagnose(text))
}

/// What is wrong with a text that is no message.
fn diagnose(text: &str) -> ErrorCode {
    #[derive(Deserialize)]
    struct Head<'a> {
        #[serde(rename = "type", borrow)]
        kind: Cow<'a, str>,
        v: Option<serde_json::Value>,
    }

    let Ok(head) = serde_json::from_str::<Head<'_>>(text) else {
        return ErrorCode::Malformed;
    };
    match &*head.kind {
        "join" => match head.v.as_ref().and_then(serde_json::Value::as_u64) {
            Some(v) if v != u64::from(VERSION) => ErrorCode::Version,
            Some(_) | None => ErrorCode::Malformed,
        },
        "signal" | "leave" | "ping" => ErrorCode::Malformed,
        _ => ErrorCode::UnknownType,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tincan_protocol::{PeerId, PeerSecret, RoomId};

    use super::*;

    const ID: &str = "MDEyMzQ1Njc4OWFiY2RlZg";

    #[test]
    fn a_message_is_read() {
        let bytes = *b"0123456789abcdef";
        for (text, message) in [
            (
                format!(r#"{{"type":"join","v":1,"room":"{ID}","secret":"{ID}"}}"#),
                ClientMessage::Join {
                    v: 1,
                    room: RoomId::from_bytes(bytes),
                    secret: PeerSecret::from_bytes(bytes),
                },
            ),
            (
                format!(r#" {{"to":"{ID}","payload":"x","type":"signal","new":[{{}}]}} "#),
                ClientMessage::Signal { to: PeerId::from_bytes(bytes), payload: "x".into() },
            ),
            (r#"{"type":"leave"}"#.into(), ClientMessage::Leave),
            (r#"{"type":"ping","at":12}"#.into(), ClientMessage::Ping),
        ] {
            assert_eq!(decode(&text), Ok(message), "{text}");
        }
    }

    #[test]
    fn what_is_no_message_gets_its_code() {
        use ErrorCode::{Malformed, TooLarge, UnknownType, Version};
        for (text, code) in [
            (String::new(), Malformed),
            ("{".into(), Malformed),
            ("null".into(), Malformed),
            (r#"["leave"]"#.into(), Malformed),
            (r#"{"kind":"leave"}"#.into(), Malformed),
            (r#"{"type":7}"#.into(), Malformed),
            (r#"{"type":"leave"}{"type":"leave"}"#.into(), Malformed),
            (r#"{"type":"signal"}"#.into(), Malformed),
            (format!(r#"{{"type":"signal","to":"{ID}=","payload":""}}"#), Malformed),
            (r#"{"type":"join","v":1}"#.into(), Malformed),
            (r#"{"type":"join","v":"2"}"#.into(), Malformed),
            (r#"{"type":"join","v":2,"call":"elsewhere"}"#.into(), Version),
            (r#"{"type":"dance"}"#.into(), UnknownType),
            (r#"{"type":"joined","v":1}"#.into(), UnknownType),
            (format!(r#"{{"type":"ping","x":"{}"}}"#, "x".repeat(MAX_FRAME_BYTES)), TooLarge),
            ("[".repeat(MAX_FRAME_BYTES), Malformed),
            (format!(r#"{{"type":"ping","x":{}"#, "[".repeat(60_000)), Malformed),
        ] {
            assert_eq!(decode(&text), Err(code), "{}", text.get(..80).unwrap_or(&text));
        }
    }

    #[test]
    fn the_limit_itself_is_allowed() {
        let frame = |n: usize| format!(r#"{{"type":"ping","x":"{}"}}"#, "x".repeat(n));
        let most = MAX_FRAME_BYTES - frame(0).len();
        assert_eq!(decode(&frame(most)), Ok(ClientMessage::Ping));
        assert_eq!(decode(&frame(most + 1)), Err(ErrorCode::TooLarge));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = decode(&text);
        }

        #[test]
        fn no_object_panics(kind in "join|signal|leave|ping|x", key in "v|to|room|x", value in any::<String>()) {
            let _ = decode(&serde_json::json!({ "type": kind, key: value }).to_string());
        }
    }
}
