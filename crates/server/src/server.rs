//! The server as a whole: the listener, HTTP connections, and graceful shutdown.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use thiserror::Error;
use tincan_protocol::IceServer;
use tokio::net::TcpListener;
use tokio::select;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tracing::{info, warn};

use crate::hub::Hub;
use crate::ice_servers::IceServers;
use crate::listener::{self, Service};
use crate::operations;
use crate::origin::{AllowedOrigins, Origin};
use crate::page::{self, Page, PageError, PageSource};
use crate::security;
use crate::signal::{self, Signaling};
use crate::tls::{Acceptor, Tls, TlsError};
use crate::turn::Turn;

/// The time within which connections have to end at shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);

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
    /// The certificate for HTTPS; `None` for plain HTTP.
    pub tls: Option<Tls>,
    /// The limits for requests on each connection.
    pub limits: HttpLimits,
}

/// The limits for a connection that serves requests. Sessions have their own limits; see
/// [`session`](crate::session).
#[derive(Debug, Clone, Copy)]
pub struct HttpLimits {
    /// The longest time that the handshake of TLS may take.
    pub tls_handshake: Duration,
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
            tls_handshake: Duration::from_secs(10),
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
            tls: None,
            limits: HttpLimits::default(),
        }
    }
}

/// The reason why there is no server.
#[derive(Debug, Error)]
pub enum ServerError {
    /// There is no page where one should be.
    #[error(transparent)]
    Page(#[from] PageError),
    /// There is no usable certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// A server that is ready to run.
#[derive(Debug)]
pub struct Server {
    hub: Arc<Hub>,
    router: Router,
    max_connections: u32,
    tls: Option<(Tls, Acceptor)>,
    limits: HttpLimits,
    operator: Option<TcpListener>,
}

impl Server {
    /// Makes a server that is ready but for its listener.
    ///
    /// # Errors
    /// If the place of the page in `config` contains none, or its certificate cannot be used.
    pub fn new(config: Config) -> Result<Self, ServerError> {
        let hub = Arc::new(Hub::default());
        let page = config.page.map(Page::open).transpose()?;
        let signaling = Signaling {
            hub: Arc::clone(&hub),
            ice_servers: Arc::new(IceServers::new(config.ice_servers, config.turn)),
            allowed_origins: Arc::new(AllowedOrigins::new(config.allowed_origins)),
        };
        let tls = match config.tls {
            Some(tls) => Some((tls.clone(), tls.acceptor()?)),
            None => None,
        };
        Ok(Self {
            hub,
            tls,
            router: router(signaling, page),
            max_connections: config.max_connections.get(),
            limits: config.limits,
            operator: None,
        })
    }

    /// Also serves `/healthz`, `/readyz` and `/metrics` for the operator, by plain HTTP on a
    /// listener of their own.
    #[must_use]
    pub fn with_operator(self, listener: TcpListener) -> Self {
        Self { operator: Some(listener), ..self }
    }

    /// Serves until `shutdown` completes. Then every session is sent `shutting_down` and closed,
    /// and current requests are answered. Connections that have not ended after 8 seconds are
    /// dropped with the runtime.
    pub async fn run(self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        let slots = Arc::new(Semaphore::new(self.max_connections as usize));
        let (running, is_running) = watch::channel(());
        let (tls, acceptor) = self.tls.unzip();
        let service = Service {
            router: self.router,
            limits: self.limits,
            metrics: Arc::clone(self.hub.metrics()),
            tls: acceptor,
            is_running,
        };
        // Ends with this function, and so after the last session.
        let mut for_operator = JoinSet::new();
        if let Some(listener) = self.operator {
            for_operator.spawn(operations::serve(listener, Arc::clone(&self.hub), self.limits));
        }
        select! {
            () = shutdown => {}
            () = listener::accept_all(&listener, &slots, &service) => {}
            () = keep_current(tls.as_ref()) => {}
        }
        drop((listener, service));
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

/// Keeps the certificate current, if there is one. Never completes.
async fn keep_current(tls: Option<&Tls>) {
    match tls {
        Some(tls) => tls.keep_current().await,
        None => std::future::pending().await,
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
