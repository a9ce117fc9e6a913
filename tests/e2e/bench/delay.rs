//! A line that takes time: it passes bytes on unchanged, each after the same delay.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::harness::Stage;

/// Returns the address of such a line to `beyond`, or that address itself if there is no delay.
pub(crate) async fn start(
    stage: &Stage,
    beyond: SocketAddr,
    one_way: Duration,
) -> Result<SocketAddr> {
    if one_way.is_zero() {
        return Ok(beyond);
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let mut lines = JoinSet::new();
    lines.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((near, _)) = listener.accept().await {
            // A broken connection is noticed at both ends.
            connections.spawn(async move { drop(connect(near, beyond, one_way).await) });
        }
    });
    stage.keep_running(lines);
    Ok(address)
}

async fn connect(near: TcpStream, beyond: SocketAddr, one_way: Duration) -> Result<()> {
    let far = TcpStream::connect(beyond).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let (from_near, to_near) = near.into_split();
    let (from_far, to_far) = far.into_split();
    tokio::try_join!(pass(from_near, to_far, one_way), pass(from_far, to_near, one_way))?;
    Ok(())
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Duration) -> Result<()> {
    let (sender, mut receiver) = unbounded_channel();
    let reading = async {
        let mut buffer = [0; 16 * 1024];
        loop {
            let length = from.read(&mut buffer).await?;
            if length == 0 {
                drop(sender);
                return anyhow::Ok(());
            }
            sender.send((Instant::now() + delay, buffer[..length].to_vec()))?;
        }
    };
    let writing = async {
        while let Some((due, bytes)) = receiver.recv().await {
            sleep_until(due).await;
            to.write_all(&bytes).await?;
        }
        Ok(to.shutdown().await?)
    };
    tokio::try_join!(reading, writing)?;
    Ok(())
}
