//! HTTPS by the server itself.
#![cfg(unix)]

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tincan_protocol::ServerMessage;
use tincan_server::{CertificateFiles, Config, HttpLimits, SelfSigned, Tls};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::tungstenite::Message;

use crate::client::{TestServer, join, peer, request, soon, text};
use crate::command::{command, refusal};
use crate::metrics::metric;

/// A certificate for `localhost` and its key, in files.
struct Pair {
    folder: TempDir,
}

impl Pair {
    fn new() -> (Self, CertificateDer<'static>) {
        let pair = Self { folder: tempfile::tempdir().unwrap() };
        let certificate = pair.renew();
        (pair, certificate)
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// Writes another pair. Returns its certificate.
    fn renew(&self) -> CertificateDer<'static> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(self.certificate(), cert.pem()).unwrap();
        fs::write(self.key(), signing_key.serialize_pem()).unwrap();
        cert.der().clone()
    }

    fn tls(&self) -> Tls {
        let files = CertificateFiles::open(self.certificate(), self.key()).unwrap();
        Tls::Files(Arc::new(files))
    }

    fn flags(&self) -> [String; 4] {
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        ["--tls-cert".into(), text(self.certificate()), "--tls-key".into(), text(self.key())]
    }
}

/// Connects to a server that must have this certificate, for this name.
async fn connect(
    address: SocketAddr,
    certificate: &CertificateDer<'static>,
    name: ServerName<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let socket = TcpStream::connect(address).await?;
    soon(TlsConnector::from(Arc::new(config)).connect(name, socket)).await
}

fn localhost() -> ServerName<'static> {
    ServerName::try_from("localhost").unwrap()
}

/// Asks for `/healthz` over TLS. Returns the status and the body.
async fn healthz(stream: TlsStream<TcpStream>) -> (u16, Vec<u8>) {
    let answer = request(stream, "GET", "/healthz", "").await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn pages_and_sessions_go_by_tls() {
    let (pair, certificate) = Pair::new();
    let server = TestServer::start(Config { tls: Some(pair.tls()), ..Config::default() }).await;
    let stream = connect(server.address, &certificate, localhost()).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    assert_eq!(healthz(stream).await, (200, b"ok".to_vec()));

    let stream = connect(server.address, &certificate, localhost()).await.unwrap();
    let url = "wss://localhost/signal";
    let handshake = Box::pin(tokio_tungstenite::client_async(url, stream));
    let (mut socket, _) = soon(handshake).await.unwrap();
    socket.send(text(&join(1, 1))).await.unwrap();
    let Some(Ok(Message::Text(joined))) = soon(socket.next()).await else { panic!("no seat") };
    let joined: ServerMessage = serde_json::from_str(&joined).unwrap();
    assert!(matches!(joined, ServerMessage::Joined { peer: own, .. } if own == peer(1)));

    // The server ends the session, and TLS, in order.
    let running = server.stop();
    assert!(matches!(soon(socket.next()).await, Some(Ok(Message::Text(_)))));
    assert!(matches!(soon(socket.next()).await, Some(Ok(Message::Close(Some(_))))));
    assert!(soon(socket.next()).await.is_none());
    drop(socket);
    soon(running).await.unwrap();
}

#[tokio::test]
async fn a_handshake_that_does_not_end_frees_its_slot() {
    let (pair, certificate) = Pair::new();
    let limits = HttpLimits { tls_handshake: Duration::from_millis(300), ..HttpLimits::default() };
    let server = TestServer::start(Config {
        tls: Some(pair.tls()),
        max_connections: 1.try_into().unwrap(),
        limits,
        ..Config::default()
    })
    .await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    let stream = connect(server.address, &certificate, localhost()).await.unwrap();
    assert_eq!(healthz(stream).await.0, 200);
    assert_eq!(soon(silent.read(&mut [0; 1])).await.unwrap(), 0, "it was closed");
}

#[tokio::test]
async fn a_handshake_that_does_not_end_does_not_delay_shutdown() {
    let (pair, _) = Pair::new();
    let operator = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let operator_address = operator.local_addr().unwrap();
    let config = Config { tls: Some(pair.tls()), ..Config::default() };
    let server = TestServer::start_with(config, Some(operator)).await;
    let _silent = TcpStream::connect(server.address).await.unwrap();
    while metric(operator_address, "tincan_connections").await != Some(1) {}
    // From now on time passes only while everything waits for it.
    tokio::time::pause();
    let start = Instant::now();
    soon(server.stop()).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

/// Starts the real server. Returns its address and the lines of its log.
async fn start(mut command: Command) -> (Child, Vec<String>, Lines<BufReader<ChildStderr>>) {
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut printed = vec![soon(lines.next_line()).await.unwrap().unwrap()];
    if printed[0].starts_with("listening on https") && command_has_own_certificate(&command) {
        for _ in 0..2 {
            printed.push(soon(lines.next_line()).await.unwrap().unwrap());
        }
    }
    let log = BufReader::new(child.stderr.take().unwrap()).lines();
    (child, printed, log)
}

fn command_has_own_certificate(command: &Command) -> bool {
    command.as_std().get_args().any(|arg| arg == "self-signed")
}

fn address(printed: &[String]) -> SocketAddr {
    printed[0].strip_prefix("listening on https://").unwrap().parse().unwrap()
}

async fn logged(log: &mut Lines<BufReader<ChildStderr>>, words: &str) -> String {
    loop {
        let line = soon(log.next_line()).await.unwrap().expect(words);
        if line.contains(words) {
            return line;
        }
    }
}

#[tokio::test]
async fn a_new_certificate_is_used_at_once_and_a_broken_one_never() {
    let (pair, first) = Pair::new();
    let mut with_tls = command(&[]);
    with_tls.args(pair.flags());
    let (child, printed, mut log) = start(with_tls).await;
    let address = address(&printed);
    let pid = child.id().unwrap().to_string();
    let hang_up = async || {
        assert!(Command::new("kill").args(["-HUP", &pid]).status().await.unwrap().success());
    };
    let old = connect(address, &first, localhost()).await.unwrap();

    // The certificate is there already, and its key not yet.
    let other = Pair::new().0;
    fs::copy(other.certificate(), pair.certificate()).unwrap();
    hang_up().await;
    let line = logged(&mut log, "the new certificate is not used").await;
    assert!(line.contains("certificate and key are not usable together"), "{line}");
    connect(address, &first, localhost()).await.unwrap();

    let second = pair.renew();
    hang_up().await;
    logged(&mut log, "the certificate was replaced").await;
    let new = connect(address, &second, localhost()).await.unwrap();
    connect(address, &first, localhost()).await.unwrap_err();
    for stream in [old, new] {
        assert_eq!(healthz(stream).await.0, 200);
    }
}

#[tokio::test]
async fn a_self_signed_certificate_is_kept_and_its_fingerprint_printed() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let mut fingerprints = Vec::new();
    for _ in 0..2 {
        let with_tls = command(&["--tls", "self-signed", "--state", state.to_str().unwrap()]);
        let (_child, printed, _log) = start(with_tls).await;
        let address = address(&printed);
        let page = format!("open https://{address}/ and accept the certificate");
        assert!(printed[1].starts_with(&page), "{printed:?}");

        let file = state.join("self-signed.pem");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let certificate = CertificateDer::from_pem_file(&file).unwrap();
        let hash = Sha256::digest(&certificate).into_iter().map(|byte| format!("{byte:02X}"));
        assert_eq!(printed[2], hash.collect::<Vec<_>>().join(":"));
        fingerprints.push(printed[2].clone());

        let name = ServerName::IpAddress(address.ip().into());
        let stream = connect(address, &certificate, name).await.unwrap();
        assert_eq!(healthz(stream).await.0, 200);
    }
    assert_eq!(fingerprints[0], fingerprints[1]);
}

#[test]
fn another_address_or_a_damaged_file_needs_another_self_signed_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let open = |last: u8| {
        let address = IpAddr::from(Ipv4Addr::new(192, 0, 2, last));
        SelfSigned::open(folder.path(), address).unwrap().fingerprint().to_owned()
    };
    let first = open(1);
    assert_eq!(open(1), first);
    let second = open(2);
    assert_ne!(second, first);
    assert_eq!(open(2), second);
    fs::write(folder.path().join("self-signed.pem"), "-----BEGIN").unwrap();
    assert_ne!(open(2), second);
}

#[tokio::test]
async fn settings_of_tls_that_do_not_work_are_told() {
    let (pair, _) = Pair::new();
    let (certificate, key) = (pair.certificate(), pair.key());
    let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let other = Pair::new().0;
    let other_key = other.key();
    let file = folder_as_file(pair.folder.path());
    for (flags, words) in [
        (vec!["--tls-cert", certificate], "--tls-cert needs its private key: --tls-key FILE"),
        (vec!["--tls-key", key], "--tls-key needs its certificate: --tls-cert FILE"),
        (vec!["--tls-cert", key, "--tls-key", key], "contains no certificate"),
        (vec!["--tls-cert", certificate, "--tls-key", certificate], "contains no private key"),
        (
            vec!["--tls-cert", certificate, "--tls-key", other_key.to_str().unwrap()],
            "certificate and key are not usable together",
        ),
        (vec!["--tls-cert", "/nonexistent/c", "--tls-key", key], "/nonexistent/c cannot be read"),
        (vec!["--tls", "self-signed", "--tls-key", key], "omit --tls-cert and --tls-key"),
        (vec!["--tls", "self-signed", "--state", &file], "name another one by --state"),
        (vec!["--tls", "signed"], "possible values: self-signed"),
    ] {
        let error = refusal(&flags).await;
        assert!(error.contains(words), "{flags:?}: {error}");
        assert!(!error.contains("BEGIN PRIVATE"), "{error}");
    }
}

/// Returns the path of a folder inside a file, which cannot be made.
fn folder_as_file(folder: &Path) -> String {
    folder.join("key.pem/state").to_str().unwrap().to_owned()
}
