//! From settings to the configuration of a server.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::{Settings, TlsMode};
use crate::lan::lan_address;
use crate::{
    CertificateFiles, Config, IceServerError, PageSource, SelfSigned, Tls, Turn, TurnSecret,
    parse_ice_server, parse_turn_url,
};

impl Settings {
    /// Reads the files that settings name, and checks what settings have to do with each other.
    /// `page` is served unless `dist` names a folder.
    ///
    /// # Errors
    /// If settings contradict each other, or a file is unusable. Errors quote no password.
    pub fn into_config(self, page: Option<PageSource>) -> anyhow::Result<Config> {
        Ok(Config {
            turn: self.turn()?,
            ice_servers: parse_all(&self.ice_servers, "--ice-server", parse_ice_server)?,
            tls: self.tls()?,
            page: self.dist.map(PageSource::Folder).or(page),
            allowed_origins: self.allowed_origins,
            max_connections: self.max_connections,
            ..Config::default()
        })
    }

    /// Evaluates the settings of HTTPS.
    fn tls(&self) -> anyhow::Result<Option<Tls>> {
        match (self.tls, &self.tls_cert, &self.tls_key) {
            (None, None, None) => Ok(None),
            (None, Some(certificate), Some(key)) => {
                let files = CertificateFiles::open(certificate.clone(), key.clone())
                    .context("in --tls-cert and --tls-key")?;
                Ok(Some(Tls::Files(Arc::new(files))))
            }
            (None, Some(_), None) => bail!("--tls-cert needs its private key: --tls-key FILE"),
            (None, None, Some(_)) => bail!("--tls-key needs its certificate: --tls-cert FILE"),
            (Some(TlsMode::SelfSigned), None, None) => {
                let state = self.state.clone().or_else(state_directory);
                let state = state.context("--tls self-signed needs a folder: --state DIR")?;
                let own = SelfSigned::open(&state, lan_address(self.listen))?;
                Ok(Some(Tls::SelfSigned(Arc::new(own))))
            }
            (Some(TlsMode::SelfSigned), _, _) => {
                bail!("--tls self-signed makes its own certificate: omit --tls-cert and --tls-key")
            }
        }
    }

    /// Evaluates the settings of TURN servers. Errors never quote a value, as in `parse_all`.
    fn turn(&self) -> anyhow::Result<Option<Turn>> {
        let urls = parse_all(&self.turn_urls, "--turn", parse_turn_url)?;
        let secret = match (&self.turn_secret, urls.is_empty()) {
            (Some(path), false) => TurnSecret::read(path).context("in --turn-secret")?,
            (None, false) => bail!("--turn needs the secret of its servers: --turn-secret FILE"),
            (Some(_), true) => bail!("--turn-secret needs the servers that it is for: --turn URL"),
            (None, true) if self.turn_ttl.is_some() => {
                bail!("--turn-ttl needs the servers that it is for: --turn URL")
            }
            (None, true) => return Ok(None),
        };
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).context("the system provides no random bytes")?;
        Ok(Some(Turn::new(urls, secret, self.turn_ttl.unwrap_or_default(), seed)))
    }
}

/// The directory that the system provides for the state of this program.
fn state_directory() -> Option<PathBuf> {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    // systemd separates several directories by colons.
    let of_service = variable("STATE_DIRECTORY").and_then(|all| env::split_paths(&all).next());
    of_service
        .or_else(|| Some(variable("XDG_STATE_HOME")?.join("tincan")))
        .or_else(|| Some(variable("HOME")?.join(".local/state/tincan")))
}

/// Parses the values of a setting. clap does not do this, since its errors quote the invalid value,
/// which may contain a password.
fn parse_all<T>(
    texts: &[String],
    flag: &str,
    read: impl Fn(&str) -> Result<T, IceServerError>,
) -> anyhow::Result<Vec<T>> {
    texts
        .iter()
        .filter(|text| !text.is_empty())
        .enumerate()
        .map(|(index, text)| read(text).with_context(|| format!("in {flag} number {}", index + 1)))
        .collect()
}
