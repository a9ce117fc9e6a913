//! The endpoints for the operator: `/healthz`, `/readyz` and `/metrics`, on a listener of their
//! own.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::hub::Hub;
use crate::listener::{self, Service};
use crate::metrics::Metrics;
use crate::server::HttpLimits;

/// The media type of `/metrics`, which Prometheus and others read.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The most connections of the operator at once.
const MAX_CONNECTIONS: usize = 16;

/// Serves the endpoints. Never completes.
pub(crate) async fn serve(listener: TcpListener, hub: Arc<Hub>, limits: HttpLimits) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let (_running, is_running) = watch::channel(());
    let service = Service {
        router: router(hub),
        limits,
        // Not those of the pages.
        metrics: Arc::new(Metrics::default()),
        tls: None,
        is_running,
    };
    listener::accept_all(&listener, &slots, &service).await;
}

fn router(hub: Arc<Hub>) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(hub)
}

/// Says whether new pages may come: not any more once the server shuts down.
async fn ready(State(hub): State<Arc<Hub>>) -> (StatusCode, &'static str) {
    if hub.is_shutting_down() {
        (StatusCode::SERVICE_UNAVAILABLE, "shutting down")
    } else {
        (StatusCode::OK, "ready")
    }
}

async fn metrics(State(hub): State<Arc<Hub>>) -> ([(HeaderName, &'static str); 1], String) {
    let text = hub.metrics().text(hub.connections(), hub.rooms());
    ([(CONTENT_TYPE, OPEN_METRICS)], text)
}
