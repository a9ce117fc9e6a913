//! `GET /signal`: the upgrade from HTTP to a WebSocket session.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONNECTION, SEC_WEBSOCKET_VERSION, UPGRADE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tincan_protocol::MAX_FRAME_BYTES;
use tokio::sync::OwnedSemaphorePermit;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tracing::{debug, error};

use crate::hub::Hub;
use crate::ice_servers::IceServers;
use crate::linger::linger;
use crate::listener::ClientStream;
use crate::metrics::Counted;
use crate::origin::AllowedOrigins;
use crate::paced::PacedStream;
use crate::session;

/// The number of bytes to read at once: several candidates, or a part of a session description.
const READ_BUFFER_BYTES: usize = 2 * 1024;

/// The number of bytes to gather before writing: about one session description, or a dozen
/// candidates.
const WRITE_BUFFER_BYTES: usize = 4 * 1024;

/// A connection's share of the connection limit. It is released when the last clone is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    _taken: Arc<(OwnedSemaphorePermit, Counted)>,
}

impl Slot {
    pub(crate) fn new(permit: OwnedSemaphorePermit, connection: Counted) -> Self {
        Self { _taken: Arc::new((permit, connection)) }
    }
}

/// The state of the endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Signaling {
    pub(crate) hub: Arc<Hub>,
    pub(crate) ice_servers: Arc<IceServers>,
    pub(crate) allowed_origins: Arc<AllowedOrigins>,
}

/// Answers the opening handshake (RFC 6455, section 4.2) and starts the session.
///
/// This uses hyper and tungstenite directly, since axum's own extractor does not expose the socket:
/// after a message that is too large its rest has to be read and discarded, or the client never
/// sees the error.
pub(crate) async fn signal(State(state): State<Signaling>, mut request: Request) -> Response {
    if !state.allowed_origins.allow(request.headers()) {
        state.hub.metrics().refused_for("origin");
        return (StatusCode::FORBIDDEN, "this origin is not allowed").into_response();
    }
    let Ok(response) = create_response_with_body(&request, Body::empty) else {
        return upgrade_required();
    };
    let slot = request.extensions().get::<Slot>().cloned();
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(serve(state, upgrade, slot));
    response
}

/// Tells a client without a handshake to upgrade. Pages of any origin may read this response: they
/// use it to probe the server.
fn upgrade_required() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        // The connection is not worth keeping open.
        (CONNECTION, HeaderValue::from_static("close")),
        (UPGRADE, HeaderValue::from_static("websocket")),
        (SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13")),
    ];
    (StatusCode::UPGRADE_REQUIRED, headers, "this endpoint needs a WebSocket handshake")
        .into_response()
}

/// Runs the session as soon as the response to the handshake is sent.
async fn serve(state: Signaling, upgrade: OnUpgrade, slot: Option<Slot>) {
    match upgrade.await {
        Ok(upgraded) => {
            let Some((stream, received)) = parts(upgraded) else {
                error!("an upgraded connection has an unexpected type");
                return;
            };
            let mut socket = socket(stream, received).await;
            let (outgoing, incoming) = (&mut socket).split();
            session::run(&state.hub, &state.ice_servers, incoming, outgoing).await;
            linger(socket.get_mut()).await;
        }
        Err(error) => debug!(%error, "a handshake was not completed"),
    }
    drop(slot);
}

/// Takes an upgraded connection apart: the stream, to which the limits of the session apply from
/// now on, and what was received after the handshake. That is copied, since the buffer of 8 KiB in
/// which it came would be kept as long as the session.
fn parts(upgraded: Upgraded) -> Option<(ClientStream, Vec<u8>)> {
    let parts = upgraded.downcast::<TokioIo<PacedStream<ClientStream>>>().ok()?;
    Some((parts.io.into_inner().into_inner(), parts.read_buf.to_vec()))
}

async fn socket(stream: ClientStream, received: Vec<u8>) -> WebSocketStream<ClientStream> {
    // With ten thousand mostly silent connections, the default read buffer of 128 KiB would need
    // over a gigabyte. The write buffer is flushed once it holds `WRITE_BUFFER_BYTES`; it can
    // exceed that by one message and a control frame.
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES + 2 * MAX_FRAME_BYTES)
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES));
    WebSocketStream::from_partially_read(stream, received, Role::Server, Some(config)).await
}
