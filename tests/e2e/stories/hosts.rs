//! The same page from other hosts than its own server.

use anyhow::Result;

use crate::harness::{Nginx, Server, Setup, StaticHost, story};
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
