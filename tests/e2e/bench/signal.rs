//! The cost of a signaling server: processor time of a relayed message, of a connection that joins,
//! and memory of one that is idle.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::Order;
use crate::harness::{Server, Stage, Stopped};
use crate::site::{Contender, peer_server};
use crate::table::Table;
use crate::{processor, relay};

/// The length of a payload in bytes.
const PAYLOAD: usize = 200;

/// The messages that each sender sends in a run: as many as a page of Tincan may at once.
const BURST: usize = 390;

/// The number of messages of each sender that wait for a server under load. The buffers of the
/// system hold them.
const BACKLOG: usize = 100;

/// The number of sockets that are opened at the same time.
const AT_ONCE: usize = 50;

/// The number of pairs that talk, and of connections that are idle.
const fn numbers(order: &Order) -> (usize, usize) {
    if order.is_quick { (4, 20) } else { (200, 4000) }
}

/// The name of a contender's server.
const fn name(contender: Contender) -> &'static str {
    match contender {
        Contender::Bare => "bare relay",
        Contender::PeerJs => "peerjs-server",
        Contender::Tincan => "Tincan",
    }
}

/// A server under test.
struct Subject {
    contender: Contender,
    process: u32,
    address: SocketAddr,
}

/// A socket that has joined a room of two.
struct Client {
    socket: WebSocketStream<TcpStream>,
    /// The name of this peer among peers.
    name: String,
}

pub(crate) async fn measure(stage: &Stage, order: &Order) -> Result<Vec<Table>> {
    let (pairs, idle) = numbers(order);
    let title = format!("processor time of a message of {PAYLOAD} bytes, {pairs} pairs");
    let mut relayed = Table::new(title, "µs");
    let title = format!("the same under load: {BACKLOG} messages of each sender have arrived");
    let mut loaded = Table::new(title, "µs");
    let mut joined = Table::new("processor time of a connection that joins and leaves", "µs");
    let mut memory = Table::new(format!("memory of a connection, {idle} of them"), "KiB");
    for _ in 0..order.runs.min(5) {
        for contender in Contender::all(order) {
            let name = name(contender);
            let subject = Subject::start(stage, contender).await?;
            let (before, empty) =
                (processor::time(subject.process)?, processor::memory(subject.process)?);
            let sockets = subject.join(0, idle).await?;
            // What the connections have left behind is still being done.
            sleep(Duration::from_millis(500)).await;
            memory.add(name, per(processor::memory(subject.process)? - empty, idle));
            drop(sockets);
            sleep(Duration::from_millis(500)).await;
            joined.add(name, per(processor::time(subject.process)? - before, idle));

            let mut clients = subject.join(idle, 2 * pairs).await?;
            let before = processor::time(subject.process)?;
            exchange(&subject, forth(&mut clients), BURST, false).await?;
            let spent = processor::time(subject.process)? - before;
            relayed.add(name, per(spent, pairs * BURST));
            let before = processor::time(subject.process)?;
            exchange(&subject, back(&mut clients), BACKLOG, true).await?;
            let spent = processor::time(subject.process)? - before;
            loaded.add(name, per(spent, pairs * BACKLOG));
        }
    }
    Ok(vec![relayed, loaded, joined, memory])
}

#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn per(whole: f64, parts: usize) -> f64 {
    whole / parts as f64
}

impl Subject {
    async fn start(stage: &Stage, contender: Contender) -> Result<Self> {
        let (process, address) = match contender {
            Contender::Bare => {
                let (relay, address) = relay::start(stage).await?;
                let process = relay.id();
                stage.keep_running(relay);
                (process, address)
            }
            Contender::PeerJs => peer_server(stage).await?,
            Contender::Tincan => {
                let server = Server::start_quiet(stage).await?;
                (server.id(), server.address())
            }
        };
        Ok(Self { contender, process, address })
    }

    /// Opens sockets, each pair of which is in a room. `from` is the number of the first one.
    async fn join(&self, from: usize, count: usize) -> Result<Vec<Client>> {
        let mut clients = Vec::with_capacity(count);
        for start in (from..from + count).step_by(AT_ONCE) {
            let end = (start + AT_ONCE).min(from + count);
            clients.extend(try_join_all((start..end).map(|number| self.open(number))).await?);
        }
        Ok(clients)
    }

    async fn open(&self, number: usize) -> Result<Client> {
        let room = number / 2;
        let path = match self.contender {
            Contender::Bare => format!("/{room}"),
            Contender::Tincan => "/signal".to_owned(),
            Contender::PeerJs => format!("/peerjs?key=peerjs&token=t&id={number}"),
        };
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (mut socket, _) = client_async(format!("ws://{}{path}", self.address), stream).await?;
        let name = match self.contender {
            Contender::Bare => String::new(),
            Contender::Tincan => {
                let join = json!({
                    "type": "join", "v": 1, "room": id(room, 0), "secret": id(number, 1),
                });
                socket.send(Message::text(join.to_string())).await?;
                let joined = next(&mut socket, "joined").await?;
                joined["peer"].as_str().context("joined as nobody")?.to_owned()
            }
            Contender::PeerJs => {
                next(&mut socket, "OPEN").await?;
                number.to_string()
            }
        };
        Ok(Client { socket, name })
    }
}

/// Returns each pair, the sender first.
fn forth(clients: &mut [Client]) -> Vec<(&mut Client, &mut Client)> {
    let pairs = clients.chunks_exact_mut(2).map(|pair| {
        let [one, other] = pair else { unreachable!("chunks are of two") };
        (one, other)
    });
    pairs.collect()
}

/// Returns each pair the other way round.
fn back(clients: &mut [Client]) -> Vec<(&mut Client, &mut Client)> {
    forth(clients).into_iter().map(|(one, other)| (other, one)).collect()
}

/// Returns 16 bytes in base64url that hold a number.
fn id(number: usize, kind: u8) -> String {
    use base64ct::{Base64UrlUnpadded, Encoding as _};
    let mut bytes = [kind; 16];
    bytes[..8].copy_from_slice(&u64::try_from(number).unwrap_or(u64::MAX).to_le_bytes());
    Base64UrlUnpadded::encode_string(&bytes)
}

/// Waits for a message of this type, and skips others.
async fn next(socket: &mut WebSocketStream<TcpStream>, kind: &str) -> Result<Value> {
    loop {
        let message = socket.next().await.context("the server has closed the connection")??;
        let Message::Text(text) = message else { continue };
        let message: Value = serde_json::from_str(&text)?;
        if message["type"] == kind {
            return Ok(message);
        }
        ensure!(message["type"] != "error", "refused: {message}");
    }
}

/// Has one of each pair send so many messages, and the other receive them. The server is stopped
/// while messages are sent if `waits`: then it finds all of them at once.
async fn exchange(
    subject: &Subject,
    pairs: Vec<(&mut Client, &mut Client)>,
    count: usize,
    waits: bool,
) -> Result<()> {
    let stopped = waits.then(|| Stopped::stop_processes(vec![subject.process])).transpose()?;
    let (senders, receivers): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    let names = receivers.iter().map(|receiver| receiver.name.clone()).collect::<Vec<_>>();
    let sending = try_join_all(senders.into_iter().zip(names).map(async |(sender, to)| {
        let text = message(subject.contender, &to);
        for _ in 0..count {
            sender.socket.send(Message::text(text.clone())).await?;
        }
        anyhow::Ok(())
    }));
    let receiving = try_join_all(receivers.into_iter().map(async |receiver| {
        for _ in 0..count {
            loop {
                let message = receiver.socket.next().await.context("the line is dead")??;
                if message.is_text() && message.len() >= PAYLOAD {
                    break;
                }
            }
        }
        anyhow::Ok(())
    }));
    if waits {
        sending.await?;
        drop(stopped);
        receiving.await.map(drop)
    } else {
        tokio::try_join!(sending, receiving).map(drop)
    }
}

/// Returns a message to this peer, as a contender's page sends it.
fn message(contender: Contender, to: &str) -> String {
    let payload = "p".repeat(PAYLOAD);
    match contender {
        Contender::Bare => payload,
        Contender::Tincan => json!({ "type": "signal", "to": to, "payload": payload }).to_string(),
        Contender::PeerJs => json!({ "type": "OFFER", "dst": to, "payload": payload }).to_string(),
    }
}
