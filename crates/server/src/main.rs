//! The command-line interface: listeners, operating-system signals and logging.

mod embedded;
mod qr;

use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use tincan_server::{CertificateFiles, SelfSigned, Server, Settings, Tls, lan_address};
use tokio::net::TcpListener;
use tracing::info;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let settings = Settings::parse_from(std::env::args_os().collect::<Vec<_>>())
        .map_err(exit_for_a_wrong_command_line)?;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();

    let (listen, metrics) = (settings.listen, settings.metrics);
    let config = settings.into_config(embedded::page())?;
    let tls = config.tls.clone();
    let mut server = Server::new(config)?;
    let (listener, address) = bind(listen).await?;
    let shutdown = shutdown_signal().context("cannot listen for signals")?;
    if let Some(Tls::Files(files)) = &tls {
        reload_on_hangup(Arc::clone(files)).context("cannot listen for signals")?;
    }
    announce(address, tls.as_ref());
    if let Some(metrics) = metrics {
        let (listener, address) = bind(metrics).await?;
        server = server.with_operator(listener);
        print(&format!("metrics on http://{address}\n"));
    }

    server.run(listener, shutdown).await;
    info!("stopped");
    Ok(())
}

/// Ends the program if clap has something to say, which has its own format. Returns other errors.
fn exit_for_a_wrong_command_line(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<clap::Error>() {
        Ok(error) => error.exit(),
        Err(error) => error,
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let bound = TcpListener::bind(address).await;
    let listener = bound.with_context(|| format!("cannot listen on {address}"))?;
    let address = listener.local_addr().context("the listener has no address")?;
    Ok((listener, address))
}

/// Prints the bound address to stdout.
fn announce(address: SocketAddr, tls: Option<&Tls>) {
    let scheme = if tls.is_some() { "https" } else { "http" };
    let mut text = format!("listening on {scheme}://{address}\n");
    if let Some(Tls::SelfSigned(own)) = tls {
        text.push_str(&way_in(address, own));
    }
    print(&text);
}

/// Prints a text to stdout. It does not matter if nobody reads it.
fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// Returns what a person needs to open a page with a self-signed certificate on another device.
fn way_in(address: SocketAddr, own: &SelfSigned) -> String {
    let page = format!("https://{}/", SocketAddr::new(lan_address(address), address.port()));
    let code = io::stdout().is_terminal().then(|| qr::code(&page)).flatten().unwrap_or_default();
    let fingerprint = own.fingerprint();
    format!("open {page} and accept the certificate with this SHA-256 hash:\n{fingerprint}\n{code}")
}

/// Has the server look for a new certificate whenever the process gets SIGHUP.
#[cfg(unix)]
fn reload_on_hangup(files: Arc<CertificateFiles>) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut hangups = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            files.reload();
        }
    });
    Ok(())
}

/// Does nothing, since there is no such signal. The files are looked at all the same.
#[cfg(not(unix))]
fn reload_on_hangup(_files: Arc<CertificateFiles>) -> io::Result<()> {
    Ok(())
}

/// Returns a future that completes on Ctrl-C or SIGTERM. From now on these signals no longer kill
/// the process.
#[cfg(unix)]
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Returns a future that completes on Ctrl-C.
#[cfg(not(unix))]
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without Ctrl-C the process can still be killed by other means.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
