//! The commands for developers of Tincan: `cargo xtask serve`, `test`, `bench`, `dist` and more.
//!
//! Each one installs the tools that it needs, reports its steps, and how long they took.

mod arch;
mod dist;
mod docs;
mod model;
mod ports;
mod process;
mod python;
mod run;
mod say;
mod serve;
mod shots;
mod signaling;
mod suites;
mod system;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use lexopt::prelude::*;

use crate::say::say;
use crate::suites::Suite;
use crate::workspace::Workspace;

const HELP: &str = "\
Usage: cargo xtask <command>

  setup            install every program and tool that a command may need, packages of the system
                   included; otherwise only a machine of a CI gets these without being asked
  serve [-- trunk's arguments]
                   install what is missing, then run the page and the signaling server
  test [native] [browser] [e2e] [interop] [natlab] [faults] [bench] [-- filter]
                   install what is missing, then run these suites, or all of them
  test natlab [--all]
                   real calls between homes on networks of all kinds: some significant pairs, or all
                   (Linux only, as root)
  test faults [--runs N] [row ...]
                   real calls with injected faults: each of these rows, or all of them, and
                   a table of the results; with other suites only the quick ones
  bench [--runs N] [--quick] [figure ...]
                   measures load, first-picture, from-link, call, latency and signal beside a bare
                   baseline and peers, with results and plots in target/bench; --quick only shows
                   that it works
  dist             the release build of the page and the server, the size of each file, and
                   whether it is within its budget
  shots [folder]   screenshots of every screen, in three sizes and both themes (target/shots)
  shots --readme   the screenshots of README.md (docs/images)
  model [N]        a million worlds in virtual time (or N) and their coverage of the core's states
  mutants [-- cargo-mutants' arguments]
                   runs mutation tests of the core, and lists the mutants that no test catches
  audit            checks the dependencies against the advisory database (needs the network)
";

fn main() -> ExitCode {
    match command() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Parses the command line and runs the command.
fn command() -> Result<()> {
    let mut args = lexopt::Parser::from_env();
    let name = match args.next()? {
        Some(Value(name)) => name.string()?,
        Some(Short('h') | Long("help")) | None => {
            say!("{HELP}");
            return Ok(());
        }
        Some(other) => return Err(other.unexpected().into()),
    };
    let workspace = Workspace::find()?;
    match name.as_str() {
        "setup" => setup(&workspace),
        "serve" => {
            let (first, rest) = split(&words(&mut args)?);
            serve::run(&workspace, &[first, rest.unwrap_or_default()].concat())
        }
        "test" => {
            let words = words(&mut args)?;
            if let [first, rest @ ..] = &words[..]
                && first == "faults"
                && (rest.is_empty() || Suite::chosen(rest).is_err())
            {
                return suites::table_of_faults(&workspace, rest);
            }
            if let [first, rest @ ..] = &words[..]
                && first == "natlab"
                && rest.first().is_some_and(|word| word.starts_with("--"))
            {
                return suites::calls_between_homes(&workspace, rest);
            }
            let (names, filter) = split(&words);
            let filter = filter.map(|words| words.join(" "));
            suites::run(&workspace, &Suite::chosen(&names)?, filter.as_deref())
        }
        "bench" => suites::figures(&workspace, &words(&mut args)?),
        "dist" => dist::run(&workspace),
        "shots" => shots::run(&workspace, &words(&mut args)?),
        "model" => {
            let schedules = words(&mut args)?.first().map(|word| word.parse()).transpose();
            model::schedules(&workspace, schedules.context("how many worlds?")?)
        }
        "mutants" => {
            let (first, rest) = split(&words(&mut args)?);
            model::mutants(&workspace, &[first, rest.unwrap_or_default()].concat())
        }
        "audit" => suites::audit(&workspace),
        // These two are called by Trunk and by ourselves: see `signaling`.
        "signaling" => signaling::hook(&workspace, args.value()?.parse()?),
        "supervise" => signaling::supervise(&signaling::Watch::from_args(&mut args)?),
        "help" => {
            say!("{HELP}");
            Ok(())
        }
        _ => bail!("there is no command `{name}`\n\n{HELP}"),
    }
}

/// Installs the tools of all commands.
fn setup(workspace: &Workspace) -> Result<()> {
    system::setup(workspace)?;
    tools::setup(workspace)
}

/// Returns the rest of the command line unparsed.
fn words(args: &mut lexopt::Parser) -> Result<Vec<String>> {
    Ok(args.raw_args()?.map(ValueExt::string).collect::<Result<_, _>>()?)
}

/// Returns the words before `--`, and those after it if there is one.
fn split(words: &[String]) -> (Vec<String>, Option<Vec<String>>) {
    match words.iter().position(|word| word == "--") {
        None => (words.to_vec(), None),
        Some(at) => (words[..at].to_vec(), Some(words[at + 1..].to_vec())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn arguments_are_split_at_two_dashes() {
        assert_eq!(split(&owned(&["native", "e2e"])), (owned(&["native", "e2e"]), None));
        assert_eq!(
            split(&owned(&["e2e", "--", "mute"])),
            (owned(&["e2e"]), Some(owned(&["mute"])))
        );
        assert_eq!(split(&owned(&["--"])), (vec![], Some(vec![])));
    }
}
