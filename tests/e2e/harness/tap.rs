//! Someone on the line between a page and its server, who notes down everything that passes, and
//! may meddle with it.

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

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The page.
    Page,
    /// The server.
    Server,
}

/// Everything that has passed.
#[derive(Default)]
pub struct Said {
    /// The bytes of HTTP requests, those that open a socket included.
    pub requests: Vec<u8>,
    /// The messages on sockets.
    pub messages: Vec<(Side, String)>,
}

/// A listener that stands for the server.
pub struct Tap {
    address: SocketAddr,
    said: Arc<Mutex<Said>>,
    _relaying: JoinSet<()>,
}

/// What becomes of a message: what is passed on in its place, in this order.
type Meddle = dyn Fn(Side, &str) -> Vec<String> + Send + Sync;

#[derive(Clone)]
struct Line {
    server: SocketAddr,
    said: Arc<Mutex<Said>>,
    meddle: Arc<Meddle>,
}

impl Tap {
    /// Listens in, and passes everything on as it is.
    pub async fn listen(stage: &Stage, server: &Server) -> Result<Rc<Self>> {
        Self::meddle(stage, server, |_, message| vec![message.to_owned()]).await
    }

    /// Listens in, and passes on what `meddle` makes of each message.
    pub async fn meddle(
        stage: &Stage,
        server: &Server,
        meddle: impl Fn(Side, &str) -> Vec<String> + Send + Sync + 'static,
    ) -> Result<Rc<Self>> {
        let server = server.address();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let said = Arc::<Mutex<Said>>::default();
        let line = Line { server, said: Arc::clone(&said), meddle: Arc::new(meddle) };
        let mut relaying = JoinSet::new();
        relaying.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((page, _)) = listener.accept().await {
                let line = line.clone();
                // A connection that breaks is the browser's to notice.
                connections.spawn(async move { drop(line.relay(page).await) });
            }
        });
        Ok(stage.keep_running(Self { address, said, _relaying: relaying }))
    }

    /// The address of the page, by way of the tap.
    pub fn page(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// What has passed so far.
    pub fn said(&self) -> MutexGuard<'_, Said> {
        lock(&self.said)
    }
}

impl Line {
    async fn relay(self, page: TcpStream) -> Result<()> {
        let head = head(&page).await?;
        if head.to_ascii_lowercase().contains("\r\nupgrade: websocket\r\n") {
            lock(&self.said).requests.extend(head.as_bytes());
            self.relay_socket(page, &head).await
        } else {
            self.relay_bytes(page).await
        }
    }

    /// Files: requests are noted, whatever they are.
    async fn relay_bytes(self, page: TcpStream) -> Result<()> {
        let (mut from_page, mut to_page) = page.into_split();
        let (mut from_server, mut to_server) = TcpStream::connect(self.server).await?.into_split();
        let requests = async {
            let mut bytes = [0; 8192];
            loop {
                let count = from_page.read(&mut bytes).await?;
                lock(&self.said).requests.extend(&bytes[..count]);
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

    /// A socket: each message is noted, whole and unmasked.
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
                    lock(&self.said).messages.push((side, text.to_string()));
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

/// The head of the first request, which stays there to be read.
async fn head(page: &TcpStream) -> Result<String> {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let count = page.peek(&mut bytes).await?;
        let text = String::from_utf8_lossy(&bytes[..count]);
        if count == 0 || count == bytes.len() || text.contains("\r\n\r\n") {
            return Ok(text.into_owned());
        }
        // The rest is on its way.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn lock(said: &Mutex<Said>) -> MutexGuard<'_, Said> {
    said.lock().unwrap_or_else(PoisonError::into_inner)
}
