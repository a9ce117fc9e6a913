//! A stream that fails if its peer does not read.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// The slowest permitted rate of reading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// The longest time for which writing may be blocked.
    pub(crate) stall: Duration,
    /// The part of that time that each written byte earns back.
    pub(crate) per_byte: Duration,
}

/// A stream that fails when writing is blocked for too long. Without it, a client that never reads
/// the response would occupy a connection forever.
///
/// Time for which writing is blocked is taken from an allowance, and each byte written earns some
/// of it back. So a client that reads a byte now and then does not last longer than one that reads
/// nothing. TLS also blocks while it flushes what it has encrypted, and when it is shut down.
#[derive(Debug)]
pub(crate) struct PacedStream<S> {
    stream: S,
    pace: Pace,
    /// The remaining allowance.
    allowance: Duration,
    blocked_since: Option<Instant>,
    timer: Pin<Box<Sleep>>,
}

impl<S> PacedStream<S> {
    pub(crate) fn new(stream: S, pace: Pace) -> Self {
        let timer = Box::pin(sleep_until(Instant::now()));
        Self { stream, pace, allowance: pace.stall, blocked_since: None, timer }
    }

    /// Returns the inner stream.
    pub(crate) fn into_inner(self) -> S {
        self.stream
    }

    /// Passes on the result of writing, or fails it if that has been blocked for too long. `bytes`
    /// returns how much was written.
    fn watch<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Poll<io::Result<T>> {
        let Poll::Ready(written) = written else {
            if self.blocked_since.is_none() {
                let now = Instant::now();
                self.blocked_since = Some(now);
                self.timer.as_mut().reset(now + self.allowance);
            }
            ready!(self.timer.as_mut().poll(cx));
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        };
        if let Some(since) = self.blocked_since.take() {
            self.allowance = self.allowance.saturating_sub(since.elapsed());
        }
        if let Ok(written) = &written {
            let bytes = u32::try_from(bytes(written)).unwrap_or(u32::MAX);
            let earned = self.pace.per_byte.saturating_mul(bytes);
            self.allowance = self.allowance.saturating_add(earned).min(self.pace.stall);
        }
        Poll::Ready(written)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PacedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buffer);
        self.watch(cx, written, |bytes| *bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, buffers);
        self.watch(cx, written, |bytes| *bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.watch(cx, flushed, |()| 0)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.watch(cx, shut, |()| 0)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PacedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufWriter, DuplexStream, duplex};
    use tokio::time::{sleep, timeout};

    use super::*;

    const PACE: Pace =
        Pace { stall: Duration::from_secs(10), per_byte: Duration::from_millis(100) };

    /// Writes until failure. Returns the number of written bytes and the elapsed seconds.
    async fn write_to_end(stream: DuplexStream) -> (usize, u64) {
        let mut stream = PacedStream::new(stream, PACE);
        let (start, mut bytes) = (Instant::now(), 0);
        loop {
            match stream.write(&[0; 16]).await {
                Ok(written) => bytes += written,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::TimedOut);
                    return (bytes, start.elapsed().as_secs());
                }
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_never_reads_is_dropped() {
        let (stream, _other) = duplex(64);
        assert_eq!(write_to_end(stream).await, (64, 10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_flush_that_is_blocked_fails_in_time() {
        let (stream, _other) = duplex(64);
        let mut stream = PacedStream::new(BufWriter::new(stream), PACE);
        stream.write_all(&[0; 100]).await.unwrap();
        let start = Instant::now();
        let flushed = timeout(Duration::from_mins(1), stream.flush()).await.expect("a limit");
        assert_eq!(flushed.unwrap_err().kind(), ErrorKind::TimedOut);
        assert_eq!(start.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_rarely_reads_a_byte_is_dropped_a_little_later() {
        let (stream, mut other) = duplex(64);
        let reading = tokio::spawn(async move {
            while other.read_u8().await.is_ok() {
                sleep(Duration::from_secs(2)).await;
            }
        });
        let (_, seconds) = write_to_end(stream).await;
        assert!((10..20).contains(&seconds), "{seconds}");
        reading.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_steadily_is_served_completely() {
        let (stream, mut other) = duplex(64);
        let mut stream = PacedStream::new(stream, PACE);
        let writing = tokio::spawn(async move { stream.write_all(&[0; 10_000]).await });
        let mut buffer = [0; 32];
        for _ in 0..10_000 / 32 {
            other.read_exact(&mut buffer).await.unwrap();
            sleep(Duration::from_secs(3)).await;
        }
        writing.await.unwrap().unwrap();
    }
}
