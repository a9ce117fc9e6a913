//! The suite that needs no browser.

use super::{Report, Suite};
use crate::workspace::Workspace;
use crate::{arch, docs, run, tools};

/// Packages whose tests run in a browser, or control one.
const NOT_NATIVE: [&str; 3] = ["tincan-browser", "tincan-browser-tests", "tincan-e2e"];

/// Runs formatting, lints, architecture, documentation, dependencies and tests. With a filter it
/// runs only the tests.
pub(super) fn run(workspace: &Workspace, report: &mut Report, filter: Option<&str>) {
    let cargo = |args: &[&str]| run::shown_to_end(&mut workspace.cargo(args));

    if filter.is_none() {
        report.step(Suite::Native, "toolchain", || {
            tools::components(workspace)?;
            tools::wasm_target(workspace)
        });
        report.step(Suite::Native, "format", || cargo(&["fmt", "--all", "--check"]));
        report.step(Suite::Native, "architecture", || arch::check(workspace));
        report.step(Suite::Native, "lints, native", || {
            let mut args = vec!["clippy", "--workspace", "--all-targets"];
            args.extend(["--exclude", "tincan-browser", "--exclude", "tincan-browser-tests"]);
            args.extend(["--", "--deny", "warnings"]);
            cargo(&args)
        });
        report.step(Suite::Native, "lints, page", || {
            let mut args = vec!["clippy", "--target", tools::WASM, "--bins", "--lib", "--tests"];
            args.extend(["--package", "tincan-browser", "--package", "tincan-browser-tests"]);
            args.extend(["--", "--deny", "warnings"]);
            cargo(&args)?;
            // The tests of this package are native.
            let mut args = vec!["clippy", "--target", tools::WASM, "--package", "tincan"];
            args.extend(["--bins", "--", "--deny", "warnings"]);
            cargo(&args)
        });
        report.step(Suite::Native, "documents", || docs::check(workspace));
        report.step(Suite::Native, "API documentation", || {
            let args = ["doc", "--workspace", "--no-deps", "--document-private-items"];
            run::shown_to_end(workspace.cargo(&args).env("RUSTDOCFLAGS", "--deny warnings"))
        });
        deny(workspace, report, &["bans", "licenses", "sources"]);
    }
    report.step(Suite::Native, "tests", || {
        let mut args = vec!["test", "--workspace", "--no-fail-fast"];
        args.extend(NOT_NATIVE.iter().flat_map(|package| ["--exclude", package]));
        args.extend(filter);
        cargo(&args)
    });
}

/// Runs some checks of cargo-deny.
pub(super) fn deny(workspace: &Workspace, report: &mut Report, checks: &[&str]) {
    report.step(Suite::Native, "dependencies", || {
        tools::deny(workspace)?;
        let mut args = vec!["deny", "check"];
        args.extend(checks);
        run::shown_to_end(&mut workspace.cargo(&args))
    });
}
