//! Closing of a TCP connection without losing the last messages.

use std::time::Duration;

use tokio::io::{self, AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

/// The time within which the other end has to close, too.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);

/// Shuts down writing, then discards incoming data until the other end closes.
///
/// Closing a socket with unread data sends a reset, and a reset makes the other end lose data that
/// it has not read yet. That would be the error message that tells a page that it sent too much.
pub(crate) async fn linger<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut S) {
    // Any failure means that the connection is closed already.
    let _ = timeout(LINGER_TIMEOUT, async {
        socket.shutdown().await?;
        io::copy(socket, &mut io::sink()).await
    })
    .await;
}
