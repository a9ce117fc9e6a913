//! A running browser with its driver and its profile.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use tempfile::TempDir;

use super::{Setup, orphans};
use crate::process::{Output, Process};

/// The parts needed to start a browser.
pub(super) struct Start {
    pub(super) driver: Command,
    pub(super) port: Port,
    /// The capabilities of the session.
    pub(super) capabilities: Value,
}

/// The port of a driver.
pub(super) enum Port {
    /// It is in a line of the driver's output.
    Announced(fn(&str) -> Option<u16>),
    /// It was passed to the driver.
    Known(u16),
}

/// A running browser with its own profile. It ends when this is dropped.
pub(super) struct Instance {
    session: String,
    driver: SocketAddr,
    /// The last argument of the driver, by which it is recognised.
    mark: String,
    capabilities: Capabilities,
    // Field order matters: the browser has to end before its profile is deleted.
    process: Process,
    profile: TempDir,
}

impl Instance {
    /// Starts a driver and its browser. The profile is an empty folder.
    pub(super) async fn start(
        start: Start,
        setup: &Setup,
        profile: TempDir,
        output: &Output,
    ) -> Result<(Self, Client)> {
        let Start { mut driver, port, capabilities } = start;
        let Value::Object(capabilities) = capabilities else {
            bail!("capabilities are no object");
        };
        let mut process = Process::start(&mut driver, output)?;
        let mark = driver.get_args().last().context("a driver has arguments")?;
        let mark = mark.to_string_lossy().into_owned();
        let driver = match port {
            Port::Announced(find) => setup.reach(process.line("the driver's port", find).await?)?,
            Port::Known(port) => {
                let driver = setup.reach(port)?;
                process.listens(driver).await?;
                driver
            }
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://{driver}"))
            .await
            .context("the browser does not start")?;
        let session = client.session_id().await?.context("the browser has no session")?;
        let capabilities = client.capabilities().cloned().unwrap_or_default();
        Ok((Self { session, driver, mark, capabilities, process, profile }, client))
    }

    /// Connects to the driver again, after the client that started the session is gone.
    pub(super) async fn client(&self) -> Result<Client> {
        let Self { driver, session, .. } = self;
        let driver = format!("http://{driver}");
        Ok(Client::with_existing_session(&driver, session, HttpConnector::new()).await?)
    }

    /// Returns the process id of the driver.
    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Returns the log of the driver.
    pub(super) fn output(&self) -> &Output {
        self.process.output()
    }

    /// Returns the folder of the profile.
    pub(super) fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// Returns the address of the browser's own WebSocket (`WebDriver BiDi`), if it has one.
    pub(super) fn bidi(&self) -> Option<&str> {
        self.capabilities.get("webSocketUrl").and_then(Value::as_str)
    }

    /// Has the browser ended when the test process ends, even if this is never dropped.
    pub(super) fn end_with_this_process(&self) -> Result<()> {
        let of_browser = |name| self.capabilities.get(name).and_then(Value::as_u64);
        let browser = of_browser("goog:processID").or_else(|| of_browser("moz:processID"));
        let browser = browser.context("the driver does not tell the browser's process")?;
        let profile = self.profile().to_string_lossy();
        orphans::end_later(
            [(self.process.id(), &self.mark), (browser.try_into()?, &profile)],
            self.profile(),
        )
    }

    /// Ends the session synchronously, since `drop` cannot await. Without this, the browser would
    /// outlive the driver.
    fn end_session(&self) -> std::io::Result<()> {
        let mut driver = TcpStream::connect(self.driver)?;
        driver.set_read_timeout(Some(Duration::from_secs(10)))?;
        let Self { session, driver: host, .. } = self;
        write!(driver, "DELETE /session/{session} HTTP/1.1\r\nHost: {host}\r\n\r\n")?;
        // The first bytes of the response arrive when the browser has ended.
        driver.read(&mut [0; 64]).map(drop)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // If the driver does not answer, killing it has to suffice.
        let _ = self.end_session();
    }
}
