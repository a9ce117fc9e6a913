//! The end-to-end suite: the release build in real browsers.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{Report, Suite};
use crate::say::say;
use crate::system::{self, Need};
use crate::workspace::Workspace;
use crate::{dist, run, tools};

/// The paths of the programs that the tests run, each with its environment variable.
pub(crate) type Places = Vec<(&'static str, PathBuf)>;

/// The variable of a program that only some systems have.
const WEBKIT_DRIVER: &str = "TINCAN_WEBKIT_DRIVER";

/// The number of stories that are begun, whatever the number of cores: two that run, one that
/// mostly waits beside them, the next one, and those that wait until they are alone. The harness
/// lets no more of them run than a machine with two cores can.
const THREADS: &str = "12";

/// The number of stories whose cost is shown.
const SHOWN: usize = 10;

/// Runs the stories of `tests/e2e`.
pub(super) fn run(
    workspace: &Workspace,
    report: &mut Report,
    places: &Places,
    filter: Option<&str>,
) {
    let times = workspace.target.join("e2e-times.tsv");
    report.step(Suite::E2e, "tests", || {
        // It is appended to, and need not exist.
        let _ = fs::remove_file(&times);
        let mut stories = stories(workspace, places);
        run::shown_to_end(stories.args(filter).env("TINCAN_TIMES", &times))
    });
    // Stories may have failed before any of them wrote its time.
    show_most_expensive(&fs::read_to_string(times).unwrap_or_default());
}

/// Prints the stories that took most processor time, on which the time of all of them depends.
fn show_most_expensive(times: &str) {
    let stories = most_expensive(times);
    if stories.is_empty() {
        return;
    }
    say!("\n    the most expensive stories, by the processor time of their browsers:");
    for Story { name, took, processor } in stories {
        say!("    {:>12} {:>12}  {name}", format!("{processor:.0} s"), format!("in {took:.0} s"));
    }
}

/// The cost of a story in seconds.
#[derive(Debug, PartialEq)]
struct Story<'a> {
    name: &'a str,
    took: f64,
    processor: f64,
}

/// Parses the lines of the harness, and returns the most expensive stories.
fn most_expensive(times: &str) -> Vec<Story<'_>> {
    let mut stories: Vec<_> = times.lines().filter_map(Story::parse).collect();
    stories.sort_by(|one, other| other.processor.total_cmp(&one.processor));
    stories.truncate(SHOWN);
    stories
}

impl<'a> Story<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.split('\t');
        let name = fields.next()?;
        let (took, processor) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(Self { name, took, processor })
    }
}

/// Returns the command that runs the stories. Further arguments filter them.
pub(crate) fn stories(workspace: &Workspace, places: &Places) -> Command {
    let mut command = workspace.cargo(&["test", "--package", "tincan-e2e", "--test", "e2e", "--"]);
    command.args(["--test-threads", THREADS]);
    if places.iter().all(|(name, _)| *name != WEBKIT_DRIVER) {
        command.args(["--skip", "webkit"]);
    }
    command.envs(places.iter().map(|(name, path)| (name, path)));
    command
}

/// Returns the command that runs another target of the package, with its output shown.
pub(super) fn shown(workspace: &Workspace, target: &str, places: &Places) -> Command {
    let mut command = workspace.cargo(&["test", "--quiet", "--package", "tincan-e2e"]);
    command.args(["--test", target, "--", "--nocapture", "--test-threads", "1"]);
    command.envs(places.iter().map(|(name, path)| (name, path)));
    command
}

/// Builds the page and the server as deployed, and finds the other programs that the tests need.
/// Returns `None` if that fails.
pub(crate) fn places(workspace: &Workspace, report: &mut Report) -> Option<Places> {
    let mut places = report.step(Suite::E2e, "tools", || {
        tools::wasm_target(workspace)?;
        tools::wasm_bindgen(workspace)?;
        let needs = [Need::Chromium, Need::Chromedriver, Need::Firefox, Need::Nginx];
        let [chromium, chromedriver, firefox, nginx] = system::find(workspace, needs)?;
        let mut places = vec![
            ("TINCAN_CHROMIUM", chromium),
            ("TINCAN_CHROMEDRIVER", chromedriver),
            ("TINCAN_FIREFOX", firefox),
            ("TINCAN_GECKODRIVER", tools::geckodriver(workspace)?),
            ("TINCAN_NGINX", nginx),
            ("TINCAN_AXE", tools::npm(workspace)?.join("axe-core/axe.min.js")),
        ];
        match system::webkit(workspace)? {
            Some([driver, xvfb]) => {
                places.extend([(WEBKIT_DRIVER, driver), ("TINCAN_XVFB", xvfb)]);
            }
            None => say!(
                "  WebKit: its stories are left out, since its driver is a package only of Debian \
                 and Ubuntu"
            ),
        }
        Ok(places)
    })?;
    let (wasm, server) = report.step(Suite::E2e, "page and server", || {
        Ok((dist::build_page(workspace)?, dist::build_server(workspace)?))
    })?;
    let page = workspace.target.join("e2e/dist");
    // A page that exceeds its budget still works: its tests run all the same.
    report.step(Suite::E2e, "chunks and budget", || dist::pack(workspace, &wasm, &page));
    places.extend([("TINCAN_DIST", page), ("TINCAN_SERVER", server)]);
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_expensive_stories_come_first() {
        let cheap = "cheap\t9.0\t0.5\n".repeat(SHOWN);
        let stories = format!("a\t30.0\t1.5\n{cheap}not a story\nb\t2.0\t12.5\n");
        let shown = most_expensive(&stories);
        assert_eq!(shown.len(), SHOWN);
        assert_eq!(shown[0], Story { name: "b", took: 2.0, processor: 12.5 });
        assert_eq!(shown[1].name, "a");
    }
}
