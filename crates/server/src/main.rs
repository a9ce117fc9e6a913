//! The command-line interface: listener, operating-system signals and logging.

mod embedded;

use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;

use anyhow::Context as _;
use tincan_server::{Server, Settings};
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

    let listen = settings.listen;
    let server = Server::new(settings.into_config(embedded::page())?)?;
    let listener =
        TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let shutdown = shutdown_signal().context("cannot listen for signals")?;
    announce(listener.local_addr().context("the listener has no address")?);

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

/// Prints the bound address to stdout. It does not matter if nobody reads it.
fn announce(address: SocketAddr) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "listening on http://{address}").and_then(|()| stdout.flush());
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
