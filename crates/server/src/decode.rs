//! Decoding of text frames into messages or error codes.

use tincan_protocol::{ClientMessage, ErrorCode, MAX_FRAME_BYTES};

/// Decodes one text frame. Unknown fields are ignored.
///
/// # Errors
/// [`ErrorCode::TooLarge`] for more than [`MAX_FRAME_BYTES`] bytes, and the errors of
/// [`ClientMessage::from_json`].
pub fn decode(text: &str) -> Result<ClientMessage, ErrorCode> {
    if text.len() > MAX_FRAME_BYTES {
        return Err(ErrorCode::TooLarge);
    }
    ClientMessage::from_json(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tincan_protocol::{PeerId, PeerSecret, RoomId};

    use super::*;

    const ID: &str = "MDEyMzQ1Njc4OWFiY2RlZg";

    #[test]
    fn messages_are_decoded() {
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
            (r#"{"\u0074ype":"lea\u0076e","to":7,"x":"\ud800"}"#.into(), ClientMessage::Leave),
            (r#"{"type":"ping","at":12}"#.into(), ClientMessage::Ping),
        ] {
            assert_eq!(decode(&text), Ok(message), "{text}");
        }
    }

    #[test]
    fn invalid_frames_are_rejected_with_their_code() {
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
            (r#"{"type":"join","v":20e-1}"#.into(), Version),
            (r#"{"type":"join","v":1.5}"#.into(), Malformed),
            (format!(r#"{{"type":"join","v":0,"room":"{ID}","secret":"{ID}"}}"#), Version),
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
    fn a_frame_of_exactly_the_limit_is_allowed() {
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
