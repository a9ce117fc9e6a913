//! Parsing of the STUN and TURN servers that an operator configures: `URL[,user,password]`.

use std::net::Ipv6Addr;

use thiserror::Error;
use tincan_protocol::IceServer;

/// The reason why a text is not a STUN or TURN server. It never contains the text itself, which may
/// hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IceServerError {
    /// The scheme is missing or unknown.
    #[error("the URL must begin with stun:, stuns:, turn: or turns:")]
    Scheme,
    /// The host is not a name, an IPv4 address or an IPv6 address in brackets.
    #[error("the URL must name a host after its scheme, without slashes")]
    Host,
    /// The port is invalid.
    #[error("the port must be a number from 1 to 65535")]
    Port,
    /// The query is unknown or not allowed for this scheme.
    #[error("only turn: and turns: URLs may end in a query: ?transport=udp or ?transport=tcp")]
    Query,
    /// A TURN server lacks a user or a password.
    #[error("a turn: or turns: URL needs a user and a password: URL,user,password")]
    NoCredential,
    /// A STUN server has a user or a password.
    #[error("a stun: or stuns: URL takes no user and no password")]
    Credential,
    /// The URL is not a TURN URL.
    #[error("the URL must begin with turn: or turns:")]
    NotTurn,
    /// A user or a password is given for a server whose credentials are generated.
    #[error("expected only a URL: user and password are generated from the shared secret")]
    Minted,
}

/// Parses `URL[,user,password]`. The text is split at its first two commas, so a password may
/// contain commas, but a user may not. The URL is a STUN URI (RFC 7064) or a TURN URI (RFC 7065).
///
/// # Errors
/// If a browser would reject the server. The error does not contain the text.
pub fn parse_ice_server(text: &str) -> Result<IceServer, IceServerError> {
    let mut parts = text.splitn(3, ',');
    let url = parts.next().unwrap_or_default();
    let (user, password) = (parts.next(), parts.next());

    let is_turn = check_url(url)?;
    let filled = |part: Option<&str>| part.filter(|part| !part.is_empty()).map(str::to_owned);
    match (is_turn, filled(user), filled(password)) {
        (true, Some(username), Some(credential)) => Ok(IceServer {
            urls: vec![url.to_owned()],
            username: Some(username),
            credential: Some(credential),
        }),
        (true, _, _) => Err(IceServerError::NoCredential),
        (false, None, None) if user.is_none() => {
            Ok(IceServer { urls: vec![url.to_owned()], username: None, credential: None })
        }
        (false, _, _) => Err(IceServerError::Credential),
    }
}

/// Parses the URL of a TURN server whose credentials are generated (RFC 7065).
///
/// # Errors
/// If the text is not such a URL, or contains anything else. The error does not contain the text.
pub fn parse_turn_url(text: &str) -> Result<String, IceServerError> {
    if text.contains([',', '@']) {
        return Err(IceServerError::Minted);
    }
    match check_url(text) {
        Ok(true) => Ok(text.to_owned()),
        Ok(false) | Err(IceServerError::Scheme) => Err(IceServerError::NotTurn),
        Err(error) => Err(error),
    }
}

/// Validates a URL. Returns `true` if it is a TURN URL.
fn check_url(url: &str) -> Result<bool, IceServerError> {
    let (scheme, rest) = url.split_once(':').ok_or(IceServerError::Scheme)?;
    let is_turn = match scheme {
        "stun" | "stuns" => false,
        "turn" | "turns" => true,
        _ => return Err(IceServerError::Scheme),
    };
    let (address, query) = match rest.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (rest, None),
    };
    match query {
        None => {}
        Some("transport=udp" | "transport=tcp") if is_turn => {}
        Some(_) => return Err(IceServerError::Query),
    }
    check_address(address)?;
    Ok(is_turn)
}

fn check_address(address: &str) -> Result<(), IceServerError> {
    let (host_is_good, port) = if let Some(rest) = address.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(IceServerError::Host)?;
        let port = match after.strip_prefix(':') {
            None if after.is_empty() => None,
            None => return Err(IceServerError::Host),
            Some(port) => Some(port),
        };
        (host.parse::<Ipv6Addr>().is_ok(), port)
    } else {
        let (host, port) = match address.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        (!host.is_empty() && host.chars().all(is_name), port)
    };
    if !host_is_good {
        return Err(IceServerError::Host);
    }
    match port.map(str::parse::<u16>) {
        None | Some(Ok(1..)) => Ok(()),
        Some(Ok(0) | Err(_)) => Err(IceServerError::Port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_parsed() {
        for (text, url, credentials) in [
            ("stun:stun.example", "stun:stun.example", None),
            ("stuns:192.0.2.1:5349", "stuns:192.0.2.1:5349", None),
            ("stun:[2001:db8::1]:3478", "stun:[2001:db8::1]:3478", None),
            ("turn:[::1],u,p", "turn:[::1]", Some(("u", "p"))),
            (
                "turns:turn.example:443?transport=tcp,ada,a,b,,c",
                "turns:turn.example:443?transport=tcp",
                Some(("ada", "a,b,,c")),
            ),
        ] {
            let server = parse_ice_server(text).unwrap();
            assert_eq!(server.urls, [url]);
            let read = server.username.as_deref().zip(server.credential.as_deref());
            assert_eq!(read, credentials, "{text}");
        }
    }

    #[test]
    fn servers_that_browsers_reject_are_rejected() {
        use IceServerError::{Credential, Host, NoCredential, Port, Query, Scheme};
        for (text, error) in [
            ("", Scheme),
            ("stun.example", Scheme),
            ("https://stun.example", Scheme),
            ("stun:", Host),
            ("stun://stun.example", Host),
            ("stun:user@stun.example", Host),
            ("stun:[::1", Host),
            ("stun:[::1]3478", Host),
            ("stun:[stun.example]", Host),
            ("stun:stun.example:", Port),
            ("stun:stun.example:0", Port),
            ("stun:stun.example:65536", Port),
            ("stun:stun.example?transport=udp", Query),
            ("turn:turn.example?transport=sctp,u,p", Query),
            ("turn:turn.example", NoCredential),
            ("turn:turn.example,u", NoCredential),
            ("turn:turn.example,,p", NoCredential),
            ("turn:turn.example,u,", NoCredential),
            ("stun:stun.example,u,p", Credential),
            ("stun:stun.example,", Credential),
        ] {
            assert_eq!(parse_ice_server(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_turn_url_has_no_credentials() {
        use IceServerError::{Host, Minted, NotTurn, Port, Query};
        for url in ["turn:turn.example", "turns:[2001:db8::1]:443?transport=tcp"] {
            assert_eq!(parse_turn_url(url).as_deref(), Ok(url));
        }
        for (text, error) in [
            ("", NotTurn),
            ("turn.example", NotTurn),
            ("stun:stun.example", NotTurn),
            ("https://turn.example", NotTurn),
            ("turn:turn.example,user,hunter2", Minted),
            ("turn:turn.example,", Minted),
            ("turn:user:hunter2@turn.example", Minted),
            ("turn://turn.example", Host),
            ("turn:turn.example:0", Port),
            ("turn:turn.example?transport=sctp", Query),
        ] {
            assert_eq!(parse_turn_url(text), Err(error), "{text}");
        }
    }
}
