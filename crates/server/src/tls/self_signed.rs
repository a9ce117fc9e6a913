//! A self-signed certificate for a local network, where no authority can vouch for a name.

use std::fs;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, DnType, KeyPair};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::ServerCertVerifier as _;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::{Current, TlsError, provider};

/// The file in the state directory with the key and the certificate.
const FILE: &str = "self-signed.pem";

/// The lifetime of a certificate. Browsers of Apple take none of more than 825 days.
const LIFETIME: time::Duration = time::Duration::days(800);

/// A kept certificate that ends sooner than this is replaced at the start.
const MIN_LEFT: Duration = Duration::from_hours(60 * 24);

/// A certificate that the server has made for itself, and keeps.
#[derive(Debug)]
pub struct SelfSigned {
    current: Arc<Current>,
    fingerprint: String,
}

impl SelfSigned {
    /// Returns the certificate in a state directory. If there is none for this address that lasts,
    /// makes one and keeps it there, in a file that only the owner can read.
    ///
    /// # Errors
    /// If the directory cannot be used.
    pub fn open(state: &Path, address: IpAddr) -> Result<Self, TlsError> {
        let file = state.join(FILE);
        let kept = fs::read(&file).ok().and_then(|pem| parse(&pem, &file).ok());
        let certificate = if let Some(kept) = kept.filter(|kept| is_valid(kept, address)) {
            kept
        } else {
            let pem = make(address)?;
            keep(state, &pem).map_err(|error| TlsError::State(state.to_owned(), error))?;
            parse(pem.as_bytes(), &file)?
        };
        let fingerprint = certificate.cert.first().map(|own| fingerprint(own)).unwrap_or_default();
        Ok(Self { current: Arc::new(Current::new(certificate)), fingerprint })
    }

    /// Returns the SHA-256 hash of the certificate as browsers show it: in upper case, with colons.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(super) fn current(&self) -> &Arc<Current> {
        &self.current
    }
}

/// Parses a file with a key and a certificate.
fn parse(pem: &[u8], file: &Path) -> Result<CertifiedKey, TlsError> {
    let certificate = CertificateDer::from_pem_slice(pem)
        .map_err(|_| TlsError::NoCertificate(file.to_owned()))?;
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| TlsError::NoKey(file.to_owned()))?;
    Ok(CertifiedKey::from_der(vec![certificate], key, &provider())?)
}

/// Returns `true` if a certificate is for an address, and for long enough.
fn is_valid(certificate: &CertifiedKey, address: IpAddr) -> bool {
    let check = || {
        let own = certificate.cert.first()?;
        let mut roots = RootCertStore::empty();
        roots.add(own.clone()).ok()?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider());
        let later = UnixTime::since_unix_epoch(
            Duration::from_secs(UnixTime::now().as_secs()).saturating_add(MIN_LEFT),
        );
        let name = ServerName::IpAddress(address.into());
        verifier.build().ok()?.verify_server_cert(own, &[], &name, &[], later).ok()
    };
    check().is_some()
}

fn make(address: IpAddr) -> Result<String, TlsError> {
    let mut params = CertificateParams::new([address.to_string(), "localhost".to_owned()])?;
    params.distinguished_name.push(DnType::CommonName, "Tincan on this network");
    // Clocks on a local network may be wrong by a little.
    params.not_before = OffsetDateTime::now_utc() - time::Duration::days(1);
    params.not_after = params.not_before + LIFETIME;
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok(format!("{}{}", key.serialize_pem(), certificate.pem()))
}

/// Writes the file in one step, so that no half of it is ever read.
fn keep(state: &Path, pem: &str) -> std::io::Result<()> {
    fs::create_dir_all(state)?;
    let draft = state.join(format!("{FILE}.new"));
    let _ = fs::remove_file(&draft);
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(pem.as_bytes())?;
    file.sync_all()?;
    fs::rename(draft, state.join(FILE))
}

fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let bytes = Sha256::digest(certificate).into_iter().map(|byte| format!("{byte:02X}"));
    bytes.collect::<Vec<_>>().join(":")
}
