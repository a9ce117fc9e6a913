//! A man in the middle between a page and its server, who records everything and may change it.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{accept_async, client_async};

use super::{Server, Stage};

/// The sender of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The page.
    Page,
    /// The server.
    Server,
}

/// Everything that has passed.
#[derive(Default)]
pub struct Recording {
    /// The bytes of HTTP requests, including handshakes of sockets.
    pub requests: Vec<u8>,
    /// The messages on sockets.
    pub messages: Vec<(Side, String)>,
}

/// A listener in the place of the server.
pub struct Tap {
    address: SocketAddr,
    recording: Arc<Mutex<Recording>>,
    _relaying: JoinSet<()>,
}

/// A function that returns the messages to forward in place of one.
type Meddle = dyn Fn(Side, &str) -> Vec<String> + Send + Sync;

#[derive(Clone)]
struct Line {
    server: SocketAddr,
    recording: Arc<Mutex<Recording>>,
    meddle: Arc<Meddle>,
}

impl Tap {
    /// Listens, and forwards everything unchanged.
    pub async fn listen(stage: &Stage, server: &Server) -> Result<Rc<Self>> {
        Self::meddle(stage, server, |_, message| vec![message.to_owned()]).await
    }

    /// Listens, and forwards what `meddle` returns for each message.
    pub async fn meddle(
        stage: &Stage,
        server: &Server,
        meddle: impl Fn(Side, &str) -> Vec<String> + Send + Sync + 'static,
    ) -> Result<Rc<Self>> {
        let server = server.address();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let recording = Arc::<Mutex<Recording>>::default();
        let line = Line { server, recording: Arc::clone(&recording), meddle: Arc::new(meddle) };
        let mut relaying = JoinSet::new();
        relaying.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((page, _)) = listener.accept().await {
                let line = line.clone();
                // The browser notices a broken connection itself.
                connections.spawn(async move { drop(line.relay(page).await) });
            }
        });
        Ok(stage.keep_running(Self { address, recording, _relaying: relaying }))
    }

    /// Returns the address of the page through the tap.
    pub fn page(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Returns everything that has passed so far.
    pub fn recording(&self) -> MutexGuard<'_, Recording> {
        lock(&self.recording)
    }
}

impl Line {
    async fn relay(self, page: TcpStream) -> Result<()> {
        let head = head(&page).await?;
        if head.to_ascii_lowercase().contains("\r\nupgrade: websocket\r\n") {
            lock(&self.recording).requests.extend(head.as_bytes());
            self.relay_socket(page, &head).await
        } else {
            self.relay_bytes(page).await
        }
    }

    /// Forwards files. All requests are recorded.
    async fn relay_bytes(self, page: TcpStream) -> Result<()> {
        let (mut from_page, mut to_page) = page.into_split();
        let (mut from_server, mut to_server) = TcpStream::connect(self.server).await?.into_split();
        let requests = async {
            let mut bytes = [0; 8192];
            loop {
                let count = from_page.read(&mut bytes).await?;
                lock(&self.recording).requests.extend(&bytes[..count]);
                if count == 0 {
                    return to_server.shutdown().await;
                }
                to_server.write_all(&bytes[..count]).await?;
            }
        };
        let responses = async {
            tokio::io::copy(&mut from_server, &mut to_page).await?;
            to_page.shutdown().await
        };
        tokio::try_join!(requests, responses)?;
        Ok(())
    }

    /// Forwards a socket. Each message is recorded, whole and unmasked.
    async fn relay_socket(self, page: TcpStream, head: &str) -> Result<()> {
        let path = head.split(' ').nth(1).context("a request without a path")?;
        let server = TcpStream::connect(self.server).await?;
        let (server, _) = client_async(format!("ws://{}{path}", self.server), server).await?;
        let (mut to_server, mut from_server) = server.split();
        let (mut to_page, mut from_page) = accept_async(page).await?.split();
        loop {
            let (side, message) = tokio::select! {
                message = from_page.next() => (Side::Page, message),
                message = from_server.next() => (Side::Server, message),
            };
            let messages = match message.transpose()? {
                Some(Message::Text(text)) => {
                    lock(&self.recording).messages.push((side, text.to_string()));
                    (self.meddle)(side, &text).into_iter().map(Message::text).collect()
                }
                Some(message) => vec![message],
                None => return Ok(()),
            };
            for message in messages {
                match side {
                    Side::Page => to_server.send(message).await?,
                    Side::Server => to_page.send(message).await?,
                }
            }
        }
    }
}

/// Returns the head of the first request without consuming it.
async fn head(page: &TcpStream) -> Result<String> {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let count = page.peek(&mut bytes).await?;
        let text = String::from_utf8_lossy(&bytes[..count]);
        if count == 0 || count == bytes.len() || text.contains("\r\n\r\n") {
            return Ok(text.into_owned());
        }
        // More is to come.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn lock(recording: &Mutex<Recording>) -> MutexGuard<'_, Recording> {
    recording.lock().unwrap_or_else(PoisonError::into_inner)
}
