//! HTTPS without a proxy: TLS by rustls, with a certificate from files or a self-signed one.

mod files;
mod self_signed;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_rustls::server::TlsStream;

pub use files::CertificateFiles;
pub use self_signed::SelfSigned;

/// The only protocol inside TLS (RFC 7301): a WebSocket begins as HTTP/1.1.
const ALPN: &[u8] = b"http/1.1";

/// The reason why there is no usable certificate. It never contains a key.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{} cannot be read", .0.display())]
    Unreadable(PathBuf, #[source] io::Error),
    /// A file contains no certificate in PEM.
    #[error("{} contains no certificate: it must begin with -----BEGIN CERTIFICATE-----", .0.display())]
    NoCertificate(PathBuf),
    /// A file contains no private key in PEM.
    #[error(
        "{} contains no private key: it must be in PEM, and not encrypted by a password",
        .0.display()
    )]
    NoKey(PathBuf),
    /// The certificate or the key is unusable, or they do not belong together.
    #[error("certificate and key are not usable together")]
    Unusable(#[from] rustls::Error),
    /// A self-signed certificate cannot be made.
    #[error("a self-signed certificate cannot be made")]
    Generate(#[from] rcgen::Error),
    /// The directory of the server's state cannot be used.
    #[error("the state directory {} cannot be used: name another one by --state", .0.display())]
    State(PathBuf, #[source] io::Error),
}

/// The place of the server's certificate.
#[derive(Debug, Clone)]
pub enum Tls {
    /// Files, which are read again when they change.
    Files(Arc<CertificateFiles>),
    /// A certificate of the server's own.
    SelfSigned(Arc<SelfSigned>),
}

impl Tls {
    /// Returns what accepts connections with the certificate that is current at that moment.
    pub(crate) fn acceptor(&self) -> Result<Acceptor, TlsError> {
        let certificate = match self {
            Self::Files(files) => Arc::clone(files.current()),
            Self::SelfSigned(own) => Arc::clone(own.current()),
        };
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(certificate);
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Acceptor(Arc::new(config)))
    }

    /// Keeps the certificate current. Never completes.
    pub(crate) async fn keep_current(&self) {
        match self {
            Self::Files(files) => files.watch().await,
            Self::SelfSigned(_) => std::future::pending().await,
        }
    }
}

/// Turns TCP connections into TLS connections.
#[derive(Debug, Clone)]
pub(crate) struct Acceptor(Arc<ServerConfig>);

impl Acceptor {
    /// Runs the handshake of the server within a limit of time.
    pub(crate) async fn accept(
        &self,
        socket: TcpStream,
        limit: Duration,
    ) -> io::Result<TlsStream<TcpStream>> {
        timeout(limit, TlsAcceptor::from(Arc::clone(&self.0)).accept(socket)).await?
    }
}

/// The certificate that new connections get.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl Current {
    fn new(certificate: CertifiedKey) -> Self {
        Self(RwLock::new(Arc::new(certificate)))
    }

    fn replace(&self, certificate: CertifiedKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(certificate);
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
