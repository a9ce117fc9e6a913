//! The server as a whole: the listener, HTTP connections, and graceful shutdown.

use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tincan_protocol::IceServer;
use tokio::net::{TcpListener, TcpStream};
use tokio::select;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tower::Service as _;
use tracing::{debug, info, warn};

use crate::hub::Hub;
use crate::ice_servers::IceServers;
use crate::origin::{AllowedOrigins, Origin};
use crate::paced::{Pace, PacedStream};
use crate::page::{self, Page, PageError, PageSource};
use crate::security;
use crate::signal::{self, Signaling, Slot};
use crate::turn::Turn;

/// The maximum size of a request's head.
const MAX_REQUEST_HEAD_BYTES: usize = 16 * 1024;

/// The time within which connections have to end at shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);

/// The delay before the next `accept` after the system ran out of sockets.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// The configuration by the operator.
#[derive(Debug, Clone)]
pub struct Config {
    /// The place of the built page; `None` to serve signaling only.
    pub page: Option<PageSource>,
    /// The STUN and TURN servers for pages, with credentials that do not expire.
    pub ice_servers: Vec<IceServer>,
    /// TURN servers with expiring credentials.
    pub turn: Option<Turn>,
    /// The origins whose pages may open the socket; any origin if empty.
    pub allowed_origins: Vec<Origin>,
    /// The maximum number of simultaneous TCP connections. Further ones wait in the system's queue.
    pub max_connections: NonZeroU32,
    /// The limits for requests on each connection.
    pub limits: HttpLimits,
}

/// The limits for a connection that serves requests. Sessions have their own limits; see
/// [`session`](crate::session).
#[derive(Debug, Clone, Copy)]
pub struct HttpLimits {
    /// The longest time that the head of a request may take, and the longest wait for the next one.
    pub request_head: Duration,
    /// The longest time that a response may wait for a client that does not read.
    pub write_stall: Duration,
    /// The slowest rate at which a client may read for longer than `write_stall`.
    pub min_bytes_per_second: u32,
    /// The time after which a connection is closed once the current request is answered.
    pub lifetime: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            request_head: Duration::from_secs(15),
            write_stall: Duration::from_secs(15),
            // Half of what a call with audio alone takes.
            min_bytes_per_second: 2 * 1024,
            lifetime: Duration::from_mins(1),
        }
    }
}

impl Config {
    /// The default of `max_connections`.
    pub const MAX_CONNECTIONS: NonZeroU32 = NonZeroU32::new(10_000).unwrap();
}

impl Default for Config {
    fn default() -> Self {
        Self {
            page: None,
            ice_servers: Vec::new(),
            turn: None,
            allowed_origins: Vec::new(),
            max_connections: Self::MAX_CONNECTIONS,
            limits: HttpLimits::default(),
        }
    }
}

/// A server that is ready to run.
#[derive(Debug)]
pub struct Server {
    hub: Arc<Hub>,
    router: Router,
    max_connections: u32,
    limits: HttpLimits,
}

impl Server {
    /// Makes a server that is ready but for its listener.
    ///
    /// # Errors
    /// If the place of the page in `config` contains none.
    pub fn new(config: Config) -> Result<Self, PageError> {
        let hub = Arc::new(Hub::default());
        let page = config.page.map(Page::open).transpose()?;
        let signaling = Signaling {
            hub: Arc::clone(&hub),
            ice_servers: Arc::new(IceServers::new(config.ice_servers, config.turn)),
            allowed_origins: Arc::new(AllowedOrigins::new(config.allowed_origins)),
        };
        Ok(Self {
            hub,
            router: router(signaling, page),
            max_connections: config.max_connections.get(),
            limits: config.limits,
        })
    }

    /// Serves until `shutdown` completes. Then every session is sent `shutting_down` and closed,
    /// and current requests are answered. Connections that have not ended after 8 seconds are
    /// dropped with the runtime.
    pub async fn run(self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        let slots = Arc::new(Semaphore::new(self.max_connections as usize));
        let (running, is_running) = watch::channel(());
        let mut shutdown = pin!(shutdown);
        loop {
            let (socket, slot) = select! {
                () = &mut shutdown => break,
                accepted = accept(&listener, &slots) => accepted,
            };
            tokio::spawn(serve(socket, slot, self.router.clone(), self.limits, is_running.clone()));
        }
        drop(listener);
        info!(connections = self.hub.connections(), "shutting down");
        self.hub.shut_down();
        drop(running);
        // A connection keeps its slot until its last session has ended.
        let ended = timeout(SHUTDOWN_TIMEOUT, slots.acquire_many(self.max_connections));
        if ended.await.is_err() {
            warn!("some connections did not end in time");
        }
    }
}

fn router(signaling: Signaling, page: Option<Page>) -> Router {
    let headers =
        page.as_ref().map_or_else(|| Arc::new(security::headers_without_page()), Page::headers);
    let router = Router::new()
        .route("/signal", get(signal::signal).with_state(signaling))
        .route("/healthz", get(async || "ok"));
    let router = match page {
        Some(page) => router.fallback_service(get(page::file).with_state(page)),
        None => router,
    };
    router.layer(map_response(move |mut response: Response| {
        security::apply(&headers, response.headers_mut());
        std::future::ready(response)
    }))
}

/// Waits for a free slot, then for a connection.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> (TcpStream, Slot) {
    loop {
        let Ok(permit) = Arc::clone(slots).acquire_owned().await else {
            // The semaphore is never closed.
            return std::future::pending().await;
        };
        match listener.accept().await {
            Ok((socket, _)) => return (socket, Slot::new(permit)),
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

/// Serves the requests of one connection until its lifetime is over or the server stops. The
/// current request is answered in either case.
async fn serve(
    socket: TcpStream,
    slot: Slot,
    router: Router,
    limits: HttpLimits,
    mut is_running: watch::Receiver<()>,
) {
    // Messages are small and somebody waits for each of them: send them at once.
    if let Err(error) = socket.set_nodelay(true) {
        debug!(%error, "a connection ended early");
        return;
    }
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
            .serve_connection(TokioIo::new(PacedStream::new(socket, pace)), service)
            .with_upgrades()
    );
    let no_more_requests = async {
        // Both an error and an elapsed timeout mean that no more requests are served.
        let _ = timeout(limits.lifetime, is_running.changed()).await;
    };
    let ended = select! {
        ended = &mut connection => ended,
        () = no_more_requests => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%error, "a connection ended early");
    }
}
