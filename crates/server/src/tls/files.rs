//! A certificate and its key in files, as certbot and others write them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;
use tracing::{info, warn};

use super::{Current, TlsError, provider};

/// The pause between two looks at the files. They are small, and a look costs less than a
/// handshake.
const POLL_INTERVAL: Duration = Duration::from_secs(10);

/// A certificate chain and its key, which are read again when their contents change.
///
/// Contents are compared, not times: a renewal often swaps a symbolic link, and whoever replaces
/// the files one after the other leaves a pair that does not match for a moment.
#[derive(Debug)]
pub struct CertificateFiles {
    certificate: PathBuf,
    key: PathBuf,
    /// The hash of the contents that were read last, usable or not.
    read: Mutex<[u8; 32]>,
    current: Arc<Current>,
    asked: Notify,
}

impl CertificateFiles {
    /// Reads a certificate chain, the server's own first, and its private key, both in PEM.
    ///
    /// # Errors
    /// If a file cannot be read, or they are not usable together.
    pub fn open(certificate: PathBuf, key: PathBuf) -> Result<Self, TlsError> {
        let contents = Contents::read(&certificate, &key)?;
        let current = contents.parse(&certificate, &key)?;
        Ok(Self {
            read: Mutex::new(contents.hash()),
            current: Arc::new(Current::new(current)),
            asked: Notify::new(),
            certificate,
            key,
        })
    }

    /// Has the running server look at the files at once.
    pub fn reload(&self) {
        self.asked.notify_one();
    }

    pub(super) fn current(&self) -> &Arc<Current> {
        &self.current
    }

    /// Looks at the files now and then, and whenever asked to. A pair that is not usable changes
    /// nothing but the log, once.
    pub(super) async fn watch(&self) {
        loop {
            // Both mean that it is time to look.
            let _ = timeout(POLL_INTERVAL, self.asked.notified()).await;
            match self.look() {
                Ok(false) => {}
                Ok(true) => info!("the certificate was replaced"),
                Err(error) => {
                    let error = anyhow::Error::from(error);
                    warn!("the new certificate is not used, the previous one stays: {error:#}");
                }
            }
        }
    }

    /// Replaces the certificate if the files have changed since the last look. Returns `true` if
    /// so.
    fn look(&self) -> Result<bool, TlsError> {
        let contents = Contents::read(&self.certificate, &self.key);
        let hash = contents.as_ref().map_or([0; 32], Contents::hash);
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if *read == hash {
            return Ok(false);
        }
        *read = hash;
        drop(read);
        self.current.replace(contents?.parse(&self.certificate, &self.key)?);
        Ok(true)
    }
}

/// The bytes of both files.
struct Contents {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Contents {
    fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let read = |path: &Path| {
            fs::read(path).map_err(|error| TlsError::Unreadable(path.to_owned(), error))
        };
        Ok(Self { certificate: read(certificate)?, key: read(key)? })
    }

    fn hash(&self) -> [u8; 32] {
        let certificate = Sha256::digest(&self.certificate);
        Sha256::new().chain_update(certificate).chain_update(&self.key).finalize().into()
    }

    fn parse(&self, certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&self.certificate)
            .collect::<Result<_, _>>()
            .unwrap_or_default();
        if chain.is_empty() {
            return Err(TlsError::NoCertificate(certificate.to_owned()));
        }
        let key = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|_| TlsError::NoKey(key.to_owned()))?;
        Ok(CertifiedKey::from_der(chain, key, &provider())?)
    }
}
