//! The same page on hosts other than its own server.

use anyhow::{Result, ensure};

use crate::harness::{Deployment, Nginx, Page, Server, Setup, StaticHost, story};
use crate::scenes::{call, call_with, talk};

#[test]
fn a_call_through_nginx_by_https_under_a_path() -> Result<()> {
    story("nginx", async |stage| {
        let server = Server::start_without_page(stage).await?;
        let nginx = Nginx::start(stage, &server).await?;
        let trusting = Setup { trusting: true, ..Setup::default() };
        let (ada, lin) = call_with(stage, &nginx.page(), trusting.clone(), trusting).await?;
        talk(&ada, &lin).await?;

        lin.open(&format!("{}%23dGluY2FuIHRlc3Qgcm9vbQ", nginx.page())).await?;
        lin.says("This link is no longer private").await
    })
}

#[test]
fn a_call_from_a_static_host_under_a_path() -> Result<()> {
    story("a static host", async |stage| {
        let server = Server::start_without_page(stage).await?;
        let host = StaticHost::start(stage, &format!("ws://{}/signal", server.address())).await?;
        let (ada, lin) = call(stage, &host.page()).await?;
        talk(&ada, &lin).await
    })
}

/// File names with a hash of the contents, which Trunk writes without leading zeros, and others.
const HASHED: [&str; 4] = [
    "later-123456789abcdef0.js",
    "later-123456789abcdef.js",
    "later-123456789012345_bg.wasm",
    "styles-12345678901a.css",
];
const PLAIN: [&str; 4] =
    ["notes-20261126.js", "notes-123456789012.css", "later.js", "a-bad1dea.js"];

#[test]
fn a_redeploy_with_equal_sizes_and_times_is_noticed_behind_nginx() -> Result<()> {
    story("a redeploy behind nginx", async |stage| {
        let server = Server::start_without_page(stage).await?;
        let deployment = stage.keep_running(Deployment::new('1')?);
        for name in [HASHED, PLAIN].concat() {
            deployment.write(name, "")?;
        }
        let nginx = Nginx::start_with(stage, &server, deployment.path()).await?;
        let trusting = Setup { trusting: true, ..Setup::default() };
        let ada = stage.person_with("Ada", trusting).await?;
        ada.open(&nginx.page()).await?;
        ada.offers("New call").await?;
        is_build(&ada, "1").await?;
        deployment.deploy('2')?;
        ada.reload().await?;
        ada.offers("New call").await?;
        is_build(&ada, "2").await?;

        let loaded =
            "return [...document.querySelectorAll('head > link[href], head > script[src]')]
            .map((file) => file.getAttribute('href') ?? file.getAttribute('src'))
            .filter((name) => !/icon|manifest/.test(name))";
        let loaded: Vec<String> = serde_json::from_value(ada.run(loaded).await?)?;
        ensure!(loaded.len() >= 3, "the page consists of {loaded:?}");
        for name in loaded.iter().map(String::as_str).chain(HASHED) {
            is_kept(&ada, name, true).await?;
        }
        for name in PLAIN.into_iter().chain([""]) {
            is_kept(&ada, name, false).await?;
        }
        Ok(())
    })
}

/// Checks that the start page is of this build.
async fn is_build(page: &Page, build: &str) -> Result<()> {
    let script = "return document.querySelector('meta[name=build]').content";
    let shown = page.run(script).await?;
    ensure!(shown == build, "the page is of build {shown}");
    Ok(())
}

/// Checks that browsers cache a file forever, or revalidate it each time.
async fn is_kept(page: &Page, name: &str, kept: bool) -> Result<()> {
    let script = format!(
        "const done = arguments[arguments.length - 1];
        fetch('{name}', {{ method: 'HEAD', cache: 'no-store' }})
            .then(({{ status, headers }}) => done(`${{status}} ${{headers.get('cache-control')}}`))"
    );
    let said = page.run_to_end(&script).await?;
    let expected = if kept { "200 public, max-age=31536000, immutable" } else { "200 no-cache" };
    ensure!(said == expected, "`{name}`: {said}");
    Ok(())
}
