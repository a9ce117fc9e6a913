//! The `error` messages of the server and the close frames that follow them.

use tincan_protocol::{ErrorCode, ServerMessage};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// Returns the `error` message for a code. Its text is fixed, so it cannot quote received data.
pub(crate) fn error(code: ErrorCode) -> ServerMessage {
    ServerMessage::Error { code, message: text(code).to_owned() }
}

/// Returns the close frame (RFC 6455, section 7.4.1) that follows an `error` or a `leave`.
pub(crate) fn close_frame(code: Option<ErrorCode>) -> CloseFrame {
    let Some(code) = code else {
        return CloseFrame { code: CloseCode::Normal, reason: "".into() };
    };
    let close_code = match code {
        ErrorCode::TooLarge => CloseCode::Size,
        ErrorCode::ShuttingDown => CloseCode::Away,
        ErrorCode::Version
        | ErrorCode::Malformed
        | ErrorCode::UnknownType
        | ErrorCode::TooManyMessages
        | ErrorCode::TooSlow
        | ErrorCode::RoomFull
        | ErrorCode::OutOfOrder
        | ErrorCode::Replaced
        | ErrorCode::Idle
        | ErrorCode::Unknown => CloseCode::Policy,
    };
    CloseFrame { code: close_code, reason: text(code).into() }
}

fn text(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Version => "this server uses another version of the protocol",
        ErrorCode::Malformed => "a message must be one JSON object in a text frame",
        ErrorCode::UnknownType => "unknown message type",
        ErrorCode::TooLarge => "the message is too large",
        ErrorCode::TooManyMessages => "too many messages in a short time",
        ErrorCode::TooSlow => "messages are read too slowly",
        ErrorCode::RoomFull => "the room is full",
        ErrorCode::OutOfOrder => "`join` must come first, and only once",
        ErrorCode::Replaced => "a newer connection of this peer took over",
        ErrorCode::Idle => "no message for too long",
        ErrorCode::ShuttingDown => "the server is shutting down",
        ErrorCode::Unknown => "refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = include_str!("../../../PROTOCOL.md");

    /// All codes, including `Unknown`, which a server never sends.
    const CODES: [ErrorCode; 12] = [
        ErrorCode::Version,
        ErrorCode::Malformed,
        ErrorCode::UnknownType,
        ErrorCode::TooLarge,
        ErrorCode::TooManyMessages,
        ErrorCode::TooSlow,
        ErrorCode::RoomFull,
        ErrorCode::OutOfOrder,
        ErrorCode::Replaced,
        ErrorCode::Idle,
        ErrorCode::ShuttingDown,
        ErrorCode::Unknown,
    ];

    #[test]
    fn the_document_names_every_code_and_its_close_code() {
        for code in CODES.into_iter().filter(|code| *code != ErrorCode::Unknown) {
            let name = serde_json::to_string(&code).unwrap();
            let close_code = u16::from(close_frame(Some(code)).code);
            let row = format!("| `{}` | {close_code} |", name.trim_matches('"'));
            assert!(DOCUMENT.contains(&row), "PROTOCOL.md lacks a row that begins with {row}");
        }
    }

    #[test]
    fn a_close_reason_fits_into_its_frame() {
        for code in CODES {
            // A control frame holds 125 bytes, two of them the code (RFC 6455, section 5.5).
            assert!(close_frame(Some(code)).reason.len() <= 123, "{code:?}");
        }
    }
}
