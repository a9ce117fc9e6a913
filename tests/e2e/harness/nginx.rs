//! A real nginx with the configuration that we publish.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use anyhow::{Result, ensure};
use tempfile::TempDir;

use super::process::Process;
use super::{Server, Stage, port, programs};

/// The configuration, with ports and paths for a whole machine.
const CONFIGURATION: &str = include_str!("../../../deploy/nginx.conf");

/// nginx in front of a server.
pub struct Nginx {
    https: SocketAddr,
    _process: Process,
    _prefix: TempDir,
}

impl Nginx {
    /// Starts nginx with our configuration, apart from ports, paths and a newly made certificate.
    pub async fn start(stage: &Stage, server: &Server) -> Result<Rc<Self>> {
        Self::start_with(stage, server, &programs::dist()?).await
    }

    /// Starts nginx with the page in a folder.
    pub async fn start_with(stage: &Stage, server: &Server, dist: &Path) -> Result<Rc<Self>> {
        let prefix = tempfile::tempdir()?;
        let place = |name: &str| prefix.path().join(name).display().to_string();
        let (certificate, key) = (place("cert.pem"), place("key.pem"));
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        fs::write(&certificate, made.cert.pem())?;
        fs::write(&key, made.signing_key.serialize_pem())?;

        // nginx cannot choose and report free ports itself.
        let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let (http, https) = (local(port::free()?), local(port::free()?));
        let mut text = CONFIGURATION.to_owned();
        for (ours, instead) in [
            ("listen 80;", format!("listen {http};")),
            ("listen 443 ssl;", format!("listen {https} ssl;")),
            ("/etc/tincan/cert.pem", certificate),
            ("/etc/tincan/key.pem", key),
            ("alias /var/www/tincan/;", format!("alias {}/;", dist.display())),
            (
                "proxy_pass http://127.0.0.1:8080/",
                format!("proxy_pass http://{}/", server.address()),
            ),
        ] {
            ensure!(text.matches(ours).count() == 1, "nginx.conf does not say `{ours}` once");
            text = text.replace(ours, &instead);
        }
        let configuration = place("nginx.conf");
        fs::write(&configuration, text)?;

        let mut command = Command::new(programs::nginx()?);
        command.arg("-p").arg(prefix.path()).args(["-c", &configuration]);
        // One process, which can be killed; errors go to stderr.
        command.args(["-e", "stderr", "-g", "daemon off; master_process off;"]);
        let mut process = Process::start(&mut command, &stage.log("nginx"))?;
        process.listens(https).await?;
        Ok(stage.keep_running(Self { https, _process: process, _prefix: prefix }))
    }

    /// Returns the address of the page.
    pub fn page(&self) -> String {
        format!("https://localhost:{}/tincan/", self.https.port())
    }
}
