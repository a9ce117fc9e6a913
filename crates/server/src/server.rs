//! The server as a whole: a listener, HTTP connections, and an orderly end.

use std::num::NonZeroU32;
use std::path::PathBuf;
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
use crate::origin::Origin;
use crate::page::{self, Page, PageError};
use crate::security;
use crate::signal::{self, Signaling, Slot};
use crate::turn::Turn;

/// How long the head of a request may take, and how long a connection may wait for the next one.
const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// The most bytes of a request's head.
const MAX_REQUEST_HEAD_BYTES: usize = 16 * 1024;

/// How long connections may take to end when the server does.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);

/// How long to wait when the system has no more sockets to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// What an operator decides.
#[derive(Debug, Clone)]
pub struct Config {
    /// The directory of the built page; none to serve signaling alone.
    pub dist: Option<PathBuf>,
    /// The STUN and TURN servers that pages are told of, with credentials that do not end.
    pub ice_servers: Vec<IceServer>,
    /// TURN with credentials that end.
    pub turn: Option<Turn>,
    /// The origins whose pages may open the socket; any, if there are none.
    pub allowed_origins: Vec<Origin>,
    /// The most TCP connections at one time. Further ones wait in the system's queue.
    pub max_connections: NonZeroU32,
}

impl Config {
    /// The default of `max_connections`.
    pub const MAX_CONNECTIONS: NonZeroU32 = NonZeroU32::new(10_000).unwrap();
}

impl Default for Config {
    fn default() -> Self {
        Self {
            dist: None,
            ice_servers: Vec::new(),
            turn: None,
            allowed_origins: Vec::new(),
            max_connections: Self::MAX_CONNECTIONS,
        }
    }
}

/// A server that is ready to run.
#[derive(Debug)]
pub struct Server {
    hub: Arc<Hub>,
    router: Router,
    max_connections: u32,
}

impl Server {
    /// Makes everything ready but the listener.
    ///
    /// # Errors
    /// If the directory in `config` holds no page.
    pub fn new(config: Config) -> Result<Self, PageError> {
        let hub = Arc::new(Hub::default());
        let page = config.dist.as_deref().map(Page::open).transpose()?;
        let signaling = Signaling {
            hub: Arc::clone(&hub),
            ice_servers: Arc::new(IceServers::new(config.ice_servers, config.turn)),
            allowed_origins: config.allowed_origins.into(),
        };
        Ok(Self {
            hub,
            router: router(signaling, page),
            max_connections: config.max_connections.get(),
        })
    }

    /// Serves until `shutdown` is ready. Then every session is told `shutting_down` and closed,
    /// and requests in progress are answered; what has not ended after 8 seconds is left to the
    /// runtime's own end.
    pub async fn run(self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        let slots = Arc::new(Semaphore::new(self.max_connections as usize));
        let (running, is_running) = watch::channel(());
        let mut shutdown = pin!(shutdown);
        loop {
            let (socket, slot) = select! {
                () = &mut shutdown => break,
                accepted = accept(&listener, &slots) => accepted,
            };
            tokio::spawn(serve(socket, slot, self.router.clone(), is_running.clone()));
        }
        drop(listener);
        info!(connections = self.hub.connections(), "shutting down");
        self.hub.shut_down();
        drop(running);
        // A connection keeps its slot until its last session is over.
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

/// Waits for a slot, then for a connection to fill it.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> (TcpStream, Slot) {
    loop {
        let Ok(permit) = Arc::clone(slots).acquire_owned().await else {
            // Nobody closes the semaphore.
            return std::future::pending().await;
        };
        match listener.accept().await {
            Ok((socket, _)) => return (socket, Slot::new(permit)),
            Err(error) => {
                // The client is gone already, which is no trouble, or the process has no file
                // descriptors left, which only time can mend.
                warn!(%error, "a connection could not be accepted");
                drop(permit);
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Serves the requests of one connection; once the server no longer runs, only the one in
/// progress.
async fn serve(socket: TcpStream, slot: Slot, router: Router, mut is_running: watch::Receiver<()>) {
    // Messages are small and each is waited for: send them at once.
    if let Err(error) = socket.set_nodelay(true) {
        debug!(%error, "a connection ended early");
        return;
    }
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(slot.clone());
        router.clone().call(request)
    });
    // hyper's own loop, for its timer: without one no timeout ever fires.
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(REQUEST_HEAD_TIMEOUT)
            .max_buf_size(MAX_REQUEST_HEAD_BYTES)
            .serve_connection(TokioIo::new(socket), service)
            .with_upgrades()
    );
    let ended = select! {
        ended = &mut connection => ended,
        _ = is_running.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%error, "a connection ended early");
    }
}
