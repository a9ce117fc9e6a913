//! A WebSocket to a browser that takes commands which classic `WebDriver` lacks: `WebDriver BiDi`
//! in Firefox, and the Chrome `DevTools` Protocol.

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};
use url::Url;

/// A connection to a browser.
pub(super) struct Socket(Mutex<Box<Connection>>);

struct Connection {
    socket: WebSocketStream<TcpStream>,
    last_command: u64,
    /// The events received while waiting for responses.
    events: Vec<Value>,
}

impl Socket {
    /// Connects to an address that the browser or its driver has given.
    pub(super) async fn connect(address: &str) -> Result<Self> {
        let url = Url::parse(address)?;
        let (host, port) = (url.host_str(), url.port());
        let (Some(host), Some(port)) = (host, port) else { bail!("no address: {address}") };
        let stream = TcpStream::connect((host, port)).await?;
        let (socket, _) = client_async(address, stream).await?;
        let connection = Connection { socket, last_command: 0, events: Vec::new() };
        Ok(Self(Mutex::new(Box::new(connection))))
    }

    /// Sends a command. The socket is read only while waiting for a response; events that arrive
    /// meanwhile are kept.
    pub(super) async fn command(&self, method: &str, params: Value) -> Result<Value> {
        let connection = &mut **self.0.lock().await;
        let Connection { socket, last_command, events } = connection;
        *last_command += 1;
        let command = json!({ "id": *last_command, "method": method, "params": params });
        socket.send(Message::text(command.to_string())).await?;
        loop {
            let message = socket.next().await.context("the browser has hung up")??;
            let Message::Text(text) = message else { continue };
            let mut message: Value = serde_json::from_str(&text)?;
            if message["id"] == *last_command {
                ensure!(message["error"].is_null(), "{method} is refused: {message}");
                return Ok(message["result"].take());
            }
            if message["id"].is_null() {
                events.push(message);
            }
        }
    }

    /// Returns the events that arrived before the last response.
    pub(super) async fn take_events(&self) -> Vec<Value> {
        std::mem::take(&mut self.0.lock().await.events)
    }
}
