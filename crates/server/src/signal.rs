//! `GET /signal`: from HTTP to a WebSocket session.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONNECTION, SEC_WEBSOCKET_VERSION, UPGRADE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tincan_protocol::MAX_FRAME_BYTES;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tracing::{debug, error};

use crate::hub::Hub;
use crate::ice_servers::IceServers;
use crate::linger::linger;
use crate::origin::AllowedOrigins;
use crate::patient::Patient;
use crate::session;

/// A connection's share of the server's limit, given back with the last clone.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    _permit: Arc<OwnedSemaphorePermit>,
}

impl Slot {
    pub(crate) fn new(permit: OwnedSemaphorePermit) -> Self {
        Self { _permit: Arc::new(permit) }
    }
}

/// What the endpoint needs.
#[derive(Debug, Clone)]
pub(crate) struct Signaling {
    pub(crate) hub: Arc<Hub>,
    pub(crate) ice_servers: Arc<IceServers>,
    pub(crate) allowed_origins: Arc<AllowedOrigins>,
}

/// Answers the opening handshake (RFC 6455, section 4.2) and starts the session.
///
/// On hyper and tungstenite directly, since axum's own extractor keeps the socket to itself: after
/// a message that is too large its rest has to be read and thrown away, or the error is lost.
pub(crate) async fn signal(State(state): State<Signaling>, mut request: Request) -> Response {
    if !state.allowed_origins.allow(request.headers()) {
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

/// Pages of other origins may read it, too: it tells them that the server is there.
fn upgrade_required() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        // It takes up no room for long.
        (CONNECTION, HeaderValue::from_static("close")),
        (UPGRADE, HeaderValue::from_static("websocket")),
        (SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13")),
    ];
    (StatusCode::UPGRADE_REQUIRED, headers, "a WebSocket is spoken here").into_response()
}

/// Runs the session as soon as the answer to the handshake is out.
async fn serve(state: Signaling, upgrade: OnUpgrade, slot: Option<Slot>) {
    match upgrade.await {
        Ok(upgraded) => {
            let Ok(parts) = upgraded.downcast::<TokioIo<Patient<TcpStream>>>() else {
                error!("a connection is of another kind than it was served as");
                return;
            };
            // From here on the session has limits of its own.
            let stream = parts.io.into_inner().into_inner();
            let mut socket = socket(stream, parts.read_buf.into()).await;
            let (outgoing, incoming) = (&mut socket).split();
            session::run(&state.hub, &state.ice_servers, incoming, outgoing).await;
            linger(socket.get_mut()).await;
        }
        Err(error) => debug!(%error, "a handshake was not finished"),
    }
    drop(slot);
}

async fn socket(stream: TcpStream, received: Vec<u8>) -> WebSocketStream<TcpStream> {
    // Ten thousand connections that say little: the library's default of 128 KiB to read into
    // would be over a gigabyte. Each message is flushed before the next, so the write buffer
    // holds one and a control frame.
    let config = WebSocketConfig::default()
        .read_buffer_size(4 * 1024)
        .write_buffer_size(0)
        .max_write_buffer_size(2 * MAX_FRAME_BYTES)
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES));
    WebSocketStream::from_partially_read(stream, received, Role::Server, Some(config)).await
}
