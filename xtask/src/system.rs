//! Programs of the system that the build and the tests need: browsers, drivers, a web server, npm,
//! Python, and the tools of the network lab.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::run;
use crate::say::{Took, say};
use crate::workspace::Workspace;

/// A program that the system's package manager can install.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Chromium,
    Chromedriver,
    Firefox,
    WebKitDriver,
    Xvfb,
    Nginx,
    Npm,
    /// Python with the modules that create virtual environments.
    Python,
    Coturn,
    Ip,
    Tc,
    Nft,
}

impl Need {
    /// Returns the environment variable that overrides the search.
    fn variable(self) -> &'static str {
        match self {
            Self::Chromium => "TINCAN_CHROMIUM",
            Self::Chromedriver => "TINCAN_CHROMEDRIVER",
            Self::Firefox => "TINCAN_FIREFOX",
            Self::WebKitDriver => "TINCAN_WEBKIT_DRIVER",
            Self::Xvfb => "TINCAN_XVFB",
            Self::Nginx => "TINCAN_NGINX",
            Self::Npm => "TINCAN_NPM",
            Self::Python => "TINCAN_PYTHON",
            Self::Coturn => "TINCAN_TURNSERVER",
            Self::Ip => "TINCAN_IP",
            Self::Tc => "TINCAN_TC",
            Self::Nft => "TINCAN_NFT",
        }
    }

    /// Returns the names of the program on different systems.
    fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => {
                &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
            }
            Self::Chromedriver => &["chromedriver", "chromium.chromedriver"],
            Self::Firefox => &["firefox", "firefox-esr"],
            Self::WebKitDriver => &["WebKitWebDriver"],
            Self::Xvfb => &["Xvfb"],
            Self::Nginx => &["nginx"],
            Self::Npm => &["npm"],
            Self::Python => &["python3"],
            Self::Coturn => &["turnserver"],
            Self::Ip => &["ip"],
            Self::Tc => &["tc"],
            Self::Nft => &["nft"],
        }
    }

    /// Returns folders that are not on every `PATH`.
    fn folders(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["/Applications/Chromium.app/Contents/MacOS"],
            Self::Chromedriver => &["/usr/lib/chromium-browser", "/usr/lib/chromium"],
            Self::Firefox => &["/Applications/Firefox.app/Contents/MacOS"],
            Self::Nginx => &["/usr/sbin", "/usr/local/sbin"],
            Self::Ip | Self::Tc | Self::Nft => &["/usr/sbin", "/sbin"],
            Self::WebKitDriver | Self::Xvfb | Self::Npm | Self::Python | Self::Coturn => &[],
        }
    }

    /// Finds the path of the program.
    fn find(self) -> Option<PathBuf> {
        if let Some(path) = env::var_os(self.variable()) {
            return Some(path.into());
        }
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = env::split_paths(&path).chain(self.folders().iter().map(PathBuf::from));
        let places = folders.flat_map(|folder| self.programs().iter().map(move |p| folder.join(p)));
        places.into_iter().find(|place| place.is_file() && self.is_complete(place))
    }

    /// Returns `true` if a program has all the parts that are needed. Debian and Ubuntu omit the
    /// module of Python that installs pip.
    fn is_complete(self, program: &Path) -> bool {
        let modules = ["-c", "import venv, ensurepip"];
        self != Self::Python || run::succeeds(Command::new(program).args(modules))
    }
}

/// A supported package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manager {
    Apt { ubuntu: bool },
    Dnf,
    Pacman,
    Brew,
}

impl Manager {
    /// Finds the package manager of this system.
    fn find() -> Option<Self> {
        let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        let ubuntu = release.lines().any(|line| line == "ID=ubuntu");
        let all = [
            ("apt-get", Self::Apt { ubuntu }),
            ("dnf", Self::Dnf),
            ("pacman", Self::Pacman),
            ("brew", Self::Brew),
        ];
        let path = env::var_os("PATH").unwrap_or_default();
        let has = |name: &str| env::split_paths(&path).any(|folder| folder.join(name).is_file());
        all.into_iter().find(|(name, _)| has(name)).map(|(_, manager)| manager)
    }

    /// Returns the name of the package that contains a program.
    fn package(self, need: Need) -> &'static str {
        match (need, self) {
            (Need::Chromium, Self::Apt { ubuntu: true }) => "chromium-browser",
            (Need::Chromium, _) | (Need::Chromedriver, Self::Pacman) => "chromium",
            (Need::Chromedriver, Self::Apt { ubuntu: false }) => "chromium-driver",
            (Need::Chromedriver, Self::Apt { ubuntu: true }) => "chromium-chromedriver",
            (Need::Chromedriver, Self::Dnf | Self::Brew) => "chromedriver",
            (Need::Firefox, Self::Apt { ubuntu: false }) => "firefox-esr",
            (Need::Firefox, _) => "firefox",
            (Need::WebKitDriver, _) => "webkit2gtk-driver",
            (Need::Xvfb, _) => "xvfb",
            (Need::Nginx, Self::Apt { .. }) => "nginx-light",
            (Need::Nginx, _) => "nginx",
            (Need::Npm, Self::Brew) => "node",
            (Need::Npm, _) => "npm",
            (Need::Python, Self::Apt { .. }) => "python3-venv",
            (Need::Python, Self::Dnf) => "python3",
            (Need::Python, Self::Pacman | Self::Brew) => "python",
            (Need::Coturn, _) => "coturn",
            (Need::Ip, Self::Dnf) => "iproute",
            (Need::Tc, Self::Dnf) => "iproute-tc",
            (Need::Ip | Need::Tc, _) => "iproute2",
            (Need::Nft, _) => "nftables",
        }
    }

    /// Returns the commands that install packages, in order.
    fn commands(self, packages: &[&str]) -> Vec<String> {
        let packages = packages.join(" ");
        match self {
            Self::Apt { .. } => vec![
                "apt-get update --quiet".to_owned(),
                format!(
                    "env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet \
                     --no-install-recommends {packages}"
                ),
            ],
            Self::Dnf => vec![format!("dnf install --assumeyes {packages}")],
            Self::Pacman => vec![format!("pacman --sync --noconfirm --needed {packages}")],
            Self::Brew => vec![format!("brew install {packages}")],
        }
    }

    /// Returns the prefix for commands that need privileges; `None` if we have none.
    fn privilege(self, workspace: &Workspace) -> Option<&'static str> {
        if self == Self::Brew || is_root(workspace) {
            Some("")
        } else if run::succeeds(workspace.command("sudo").args(["-n", "true"])) {
            Some("sudo -n ")
        } else {
            None
        }
    }
}

/// Returns `true` if we run as root.
pub(crate) fn is_root(workspace: &Workspace) -> bool {
    run::output(workspace.command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Finds these programs, in this order. Missing ones are installed on a CI machine, see
/// [`may_install`]; elsewhere the error contains the command to install them.
pub(crate) fn find<const N: usize>(
    workspace: &Workspace,
    needs: [Need; N],
) -> Result<[PathBuf; N]> {
    let missing: Vec<_> = needs.into_iter().filter(|need| need.find().is_none()).collect();
    if !missing.is_empty() {
        let installation = Installation::of(&missing)?;
        if !may_install(env::var_os("CI").is_some(), is_root(workspace)) {
            bail!(
                "this needs {missing:?}. `cargo xtask setup` installs all that is missing, these by\n    \
                 {}",
                installation.commands.join("\n    ")
            );
        }
        installation.run(workspace)?;
    }
    let mut found = Vec::new();
    for need in needs {
        let Some(path) = need.find() else {
            bail!("cannot find {need:?}; if it is installed, say where in {}", need.variable());
        };
        found.push(path);
    }
    found.try_into().map_err(|_| anyhow::anyhow!("as many programs as needs"))
}

/// Finds WebKit's driver, which comes with its browser, and an X server for it. Returns `None` on
/// systems without a separate package of the driver, which are all but Debian and Ubuntu.
pub(crate) fn webkit(workspace: &Workspace) -> Result<Option<[PathBuf; 2]>> {
    let needs = [Need::WebKitDriver, Need::Xvfb];
    let is_there = needs.iter().all(|need| need.find().is_some());
    if is_there || has_webkit() { find(workspace, needs).map(Some) } else { Ok(None) }
}

fn has_webkit() -> bool {
    matches!(Manager::find(), Some(Manager::Apt { .. }))
}

/// Installs every missing system program that a command or a suite may need.
pub(crate) fn setup(workspace: &Workspace) -> Result<()> {
    let everywhere = [Need::Chromium, Need::Chromedriver, Need::Firefox, Need::Nginx, Need::Npm];
    let on_linux = [Need::Python, Need::Coturn, Need::Ip, Need::Tc, Need::Nft];
    let with_webkit = [Need::WebKitDriver, Need::Xvfb];
    let mut needs = everywhere.to_vec();
    if env::consts::OS == "linux" {
        needs.extend(on_linux);
    }
    if has_webkit() {
        needs.extend(with_webkit);
    }
    needs.retain(|need| need.find().is_none());
    if needs.is_empty() {
        say!("  programs of the system: all there");
        return Ok(());
    }
    Installation::of(&needs)?.run(workspace)
}

/// Returns `true` if a test may install packages by itself: only on a machine that exists for this
/// purpose.
fn may_install(is_ci: bool, is_root: bool) -> bool {
    is_ci && is_root
}

/// The missing packages, and the commands that install them.
struct Installation {
    manager: Manager,
    packages: Vec<&'static str>,
    commands: Vec<String>,
}

impl Installation {
    fn of(missing: &[Need]) -> Result<Self> {
        let Some(manager) = Manager::find() else {
            bail!("this needs {missing:?}: please install them, and put them on the PATH");
        };
        let mut packages: Vec<_> = missing.iter().map(|need| manager.package(*need)).collect();
        packages.dedup();
        let mut commands = manager.commands(&packages);
        if missing.contains(&Need::Coturn) {
            // Debian starts it at once, but the tests start their own. Not every system has
            // services.
            commands.push("systemctl disable --now coturn || true".to_owned());
        }
        Ok(Self { manager, packages, commands })
    }

    fn run(&self, workspace: &Workspace) -> Result<()> {
        let Some(privilege) = self.manager.privilege(workspace) else {
            bail!(
                "only root may install packages. Please run\n    {}",
                self.commands.join("\n    ")
            );
        };
        let packages = self.packages.join(", ");
        say!("  {packages}: installing, a minute or two");
        let start = Instant::now();
        for line in &self.commands {
            let line = format!("{privilege}{line}");
            run::output(workspace.command("sh").args(["-c", &line]))?;
        }
        say!("  {packages}: installed in {}", Took(start.elapsed()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_package_manager_has_its_own_names() {
        let debian = Manager::Apt { ubuntu: false };
        let ubuntu = Manager::Apt { ubuntu: true };
        assert_eq!(debian.package(Need::Chromedriver), "chromium-driver");
        assert_eq!(ubuntu.package(Need::Chromedriver), "chromium-chromedriver");
        assert_eq!(debian.package(Need::Firefox), "firefox-esr");
        assert_eq!(ubuntu.package(Need::WebKitDriver), "webkit2gtk-driver");
        assert_eq!(Manager::Pacman.package(Need::Firefox), "firefox");
        assert_eq!(Manager::Dnf.package(Need::Nginx), "nginx");
        assert_eq!(Manager::Brew.package(Need::Npm), "node");
        assert_eq!(debian.package(Need::Tc), "iproute2");
        assert_eq!(debian.package(Need::Python), "python3-venv");
        assert_eq!(Manager::Dnf.package(Need::Tc), "iproute-tc");
    }

    #[test]
    fn tests_install_packages_only_as_root_on_ci() {
        assert!(may_install(true, true));
        assert!(!may_install(true, false));
        assert!(!may_install(false, true));
        assert!(!may_install(false, false));
    }

    #[test]
    fn packages_are_installed_without_prompts() {
        let commands = Manager::Apt { ubuntu: false }.commands(&["a", "b"]);
        assert_eq!(commands.len(), 2);
        assert!(commands[1].contains("--yes") && commands[1].ends_with(" a b"), "{commands:?}");
    }
}
