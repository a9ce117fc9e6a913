//! A minimal STUN client (RFC 8489) for binding requests.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::Result;

const BINDING_REQUEST: [u8; 2] = [0x00, 0x01];
const BINDING_SUCCESS: [u8; 2] = [0x01, 0x01];
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
const HEADER: usize = 20;

/// The timeouts of the request and its retransmissions.
const PATIENCE: [Duration; 3] =
    [Duration::from_millis(250), Duration::from_millis(500), Duration::from_secs(1)];

/// Makes each transaction unique.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// Asks a STUN server over UDP for the mapped address of a socket. Returns `None` without an
/// answer.
pub fn ask(socket: &UdpSocket, server: SocketAddr) -> Result<Option<SocketAddr>> {
    ask_and_listen(socket, server, &mut |_| {})
}

/// Does the same, and passes everything else that arrives before the answer to `other`.
pub fn ask_and_listen(
    socket: &UdpSocket,
    server: SocketAddr,
    other: &mut dyn FnMut(&[u8]),
) -> Result<Option<SocketAddr>> {
    let request = request();
    for patience in PATIENCE {
        socket.send_to(&request, server)?;
        socket.set_read_timeout(Some(patience))?;
        let mut bytes = [0; 1500];
        loop {
            match socket.recv(&mut bytes) {
                Ok(count) => match mapped(&bytes[..count], &request) {
                    Some(address) => return Ok(Some(address)),
                    None => other(&bytes[..count]),
                },
                Err(error) if is_late(&error) => break,
                // An earlier ICMP error; the next packet may get through.
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(None)
}

/// Asks a STUN server over TCP for the mapped address.
pub fn ask_by_tcp(server: SocketAddr) -> Result<Option<SocketAddr>> {
    let [_, _, patience] = PATIENCE;
    let mut stream = TcpStream::connect_timeout(&server, patience)?;
    stream.set_read_timeout(Some(patience))?;
    let request = request();
    stream.write_all(&request)?;
    let mut bytes = vec![0; HEADER];
    stream.read_exact(&mut bytes)?;
    let length = usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
    bytes.resize(HEADER + length, 0);
    stream.read_exact(&mut bytes[HEADER..])?;
    Ok(mapped(&bytes, &request))
}

fn is_late(error: &io::Error) -> bool {
    [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind())
}

fn request() -> [u8; HEADER] {
    let mut request = [0; HEADER];
    request[..2].copy_from_slice(&BINDING_REQUEST);
    request[4..8].copy_from_slice(&MAGIC_COOKIE);
    request[8..12].copy_from_slice(&COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    request
}

/// Returns the mapped address in the response to a request, if it is one.
fn mapped(answer: &[u8], request: &[u8; HEADER]) -> Option<SocketAddr> {
    let (header, mut attributes) = answer.split_at_checked(HEADER)?;
    // Everything after the length is the same in both.
    if header[..2] != BINDING_SUCCESS || header[4..] != request[4..] {
        return None;
    }
    while let [kind, kind_low, length, length_low, rest @ ..] = attributes {
        let length = usize::from(u16::from_be_bytes([*length, *length_low]));
        let value = rest.get(..length)?;
        if u16::from_be_bytes([*kind, *kind_low]) == XOR_MAPPED_ADDRESS {
            return unmask(value, request);
        }
        // Attributes are padded to whole words.
        attributes = rest.get(length.next_multiple_of(4)..)?;
    }
    None
}

/// Removes the XOR with the magic cookie and the transaction id.
fn unmask(value: &[u8], request: &[u8; HEADER]) -> Option<SocketAddr> {
    let [_, family, port, port_low, address @ ..] = value else {
        return None;
    };
    let mask = &request[4..];
    let port = u16::from_be_bytes([port ^ mask[0], port_low ^ mask[1]]);
    let clear: Vec<u8> = address.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    let address: IpAddr = match family {
        1 => Ipv4Addr::from(<[u8; 4]>::try_from(clear).ok()?).into(),
        2 => Ipv6Addr::from(<[u8; 16]>::try_from(clear).ok()?).into(),
        _ => return None,
    };
    Some(SocketAddr::new(address, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The samples of RFC 5769, sections 2.2 and 2.3: the transaction id and the attribute.
    const TRANSACTION: [u8; 12] =
        [0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae];
    const IPV4: [u8; 8] = [0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43];
    const IPV6: [u8; 20] = [
        0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4,
        0xb5, 0xbe, 0xd2, 0xb9, 0xd9,
    ];

    /// Returns a request with this transaction id, and a response that starts with a software
    /// attribute of two bytes.
    fn exchange(value: &[u8]) -> ([u8; HEADER], Vec<u8>) {
        let mut request = request();
        request[8..].copy_from_slice(&TRANSACTION);
        let mut answer = request.to_vec();
        answer[..2].copy_from_slice(&BINDING_SUCCESS);
        answer.extend([0x80, 0x22, 0, 2, b'h', b'i', 0, 0]);
        answer.extend([0x00, 0x20, 0, u8::try_from(value.len()).unwrap()]);
        answer.extend(value);
        (request, answer)
    }

    #[test]
    fn a_response_contains_the_mapped_address() {
        let (request, answer) = exchange(&IPV4);
        assert_eq!(mapped(&answer, &request), Some("192.0.2.1:32853".parse().unwrap()));
        let (request, answer) = exchange(&IPV6);
        let expected = "[2001:db8:1234:5678:11:2233:4455:6677]:32853".parse().unwrap();
        assert_eq!(mapped(&answer, &request), Some(expected));
    }

    #[test]
    fn other_packets_are_ignored() {
        let (request, answer) = exchange(&IPV4);
        for count in 0..answer.len() {
            assert_eq!(mapped(&answer[..count], &request), None);
        }
        let mut to_another = request;
        to_another[19] ^= 1;
        assert_eq!(mapped(&answer, &to_another), None);
        assert_eq!(mapped(&request, &request), None);
    }
}
