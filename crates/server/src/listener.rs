//! A listener with a limited number of connections, and HTTP on each of them.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::select;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;
use tower::Service as _;
use tracing::{debug, warn};

use crate::metrics::Metrics;
use crate::paced::{Pace, PacedStream};
use crate::server::HttpLimits;
use crate::signal::Slot;
use crate::tls::Acceptor;

/// The maximum size of a request's head.
const MAX_REQUEST_HEAD_BYTES: usize = 16 * 1024;

/// The delay before the next `accept` after the system ran out of sockets.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// A connection with a client. The state of TLS is in a box, so that it takes no space without TLS.
pub(crate) type ClientStream = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// What connections are served with.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) router: Router,
    pub(crate) limits: HttpLimits,
    /// Counts the connections.
    pub(crate) metrics: Arc<Metrics>,
    /// Accepts TLS; `None` for plain HTTP.
    pub(crate) tls: Option<Acceptor>,
    /// Changes when no more requests are served.
    pub(crate) is_running: watch::Receiver<()>,
}

/// Accepts connections for as long as there are free slots. Never completes.
pub(crate) async fn accept_all(listener: &TcpListener, slots: &Arc<Semaphore>, service: &Service) {
    loop {
        let (socket, permit) = accept(listener, slots).await;
        let slot = Slot::new(permit, service.metrics.connected());
        let service = service.clone();
        tokio::spawn(async move {
            if let Err(error) = connect(socket, slot, service).await {
                debug!(%error, "a connection ended early");
            }
        });
    }
}

/// Waits for a free slot, then for a connection.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, OwnedSemaphorePermit) {
    loop {
        let Ok(permit) = Arc::clone(slots).acquire_owned().await else {
            // The semaphore is never closed.
            return std::future::pending().await;
        };
        match listener.accept().await {
            Ok((socket, _)) => return (socket, permit),
            Err(error) => {
                // Either the client is gone already, which is harmless, or the process is out of
                // file descriptors, which only time can resolve.
                warn!(%error, "a connection could not be accepted");
                drop(permit);
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Serves a connection, by TLS if there is a certificate. A handshake ends with the server.
async fn connect(socket: TcpStream, slot: Slot, mut service: Service) -> io::Result<()> {
    // Messages are small and somebody waits for each of them: send them at once.
    socket.set_nodelay(true)?;
    let stream = match &service.tls {
        Some(tls) => {
            let accepted = select! {
                accepted = tls.accept(socket, service.limits.tls_handshake) => accepted,
                _ = service.is_running.changed() => return Ok(()),
            };
            if accepted.is_err() {
                service.metrics.refused_for("tls_handshake");
            }
            Either::Right(Box::new(accepted?))
        }
        None => Either::Left(socket),
    };
    serve(stream, slot, service).await.map_err(io::Error::other)
}

/// Serves the requests of one connection until its lifetime is over or the server stops. The
/// current request is answered in either case.
async fn serve(stream: ClientStream, slot: Slot, service: Service) -> hyper::Result<()> {
    let Service { router, limits, mut is_running, .. } = service;
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(slot.clone());
        router.clone().call(request)
    });
    let pace = Pace {
        stall: limits.write_stall,
        per_byte: Duration::from_secs(1) / limits.min_bytes_per_second.max(1),
    };
    // hyper directly, not `axum::serve`, for its timer: without one no timeout ever fires.
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.request_head)
            .max_buf_size(MAX_REQUEST_HEAD_BYTES)
            .serve_connection(TokioIo::new(PacedStream::new(stream, pace)), service)
            .with_upgrades()
    );
    let no_more_requests = async {
        // Both an error and an elapsed timeout mean that no more requests are served.
        let _ = timeout(limits.lifetime, is_running.changed()).await;
    };
    select! {
        ended = &mut connection => ended,
        () = no_more_requests => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    }
}
