//! The end of a TCP connection, such that the last words arrive.

use std::time::Duration;

use tokio::io::{self, AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

/// How long the other end may take to close, too.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);

/// Closes the way out and throws away what still comes in, until the other end closes.
///
/// A socket that is closed with unread bytes in it is reset, and a reset makes the other end lose
/// what it has not read yet: the error that tells a page why, just when it sent too much.
pub(crate) async fn linger<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut S) {
    // Every failure in here means that the connection is closed.
    let _ = timeout(LINGER_TIMEOUT, async {
        socket.shutdown().await?;
        io::copy(socket, &mut io::sink()).await
    })
    .await;
}
