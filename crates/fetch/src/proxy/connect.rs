//! Opens a tunnel through an HTTP proxy with the method `CONNECT` (RFC 9110 section 9.3.6, RFC 9112
//! section 3.2.3).

use super::super::identity::basic;
use super::{ProxyFault, TunnelTarget};
use bantin_core::BasicCredentials;
use std::net::IpAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest head of a response, in bytes.
const MAX_HEAD: usize = 8 << 10;

/// Opens the tunnel. Afterwards the stream leads to the target.
pub(super) async fn tunnel(
    stream: &mut TcpStream,
    target: &TunnelTarget,
    login: Option<&BasicCredentials>,
) -> Result<(), ProxyFault> {
    let broken = |error: std::io::Error| ProxyFault::Protocol(error.to_string());
    let (authority, port) = match target {
        TunnelTarget::Address(IpAddr::V4(address), port) => (format!("{address}:{port}"), *port),
        TunnelTarget::Address(IpAddr::V6(address), port) => (format!("[{address}]:{port}"), *port),
        TunnelTarget::Name(name, port) => (format!("{name}:{port}"), *port),
    };
    let mut head = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
    if let Some(login) = login {
        head += &format!("Proxy-Authorization: {}\r\n", basic(login));
    }
    head += "\r\n";
    stream.write_all(head.as_bytes()).await.map_err(broken)?;

    // Byte by byte, because the bytes after the head belong to the tunnel.
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() >= MAX_HEAD {
            return Err(ProxyFault::Protocol("the head of its response is too long".to_owned()));
        }
        answer.push(stream.read_u8().await.map_err(broken)?);
    }
    let status = status(&answer).ok_or_else(|| {
        ProxyFault::Protocol("its response does not start with an HTTP/1 status line".to_owned())
    })?;
    let why = format!("status {status}");
    Err(match status {
        200..=299 => return Ok(()),
        401 | 407 if login.is_some() => ProxyFault::Password,
        401 | 407 => ProxyFault::NoPassword,
        500..=599 => ProxyFault::NoWay(why),
        _ if port != 443 => ProxyFault::Port { port, why },
        _ => ProxyFault::Refused(why),
    })
}

/// Parses the status code of a response (RFC 9112 section 4).
fn status(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    words.next().filter(|version| version.starts_with("HTTP/1."))?;
    words.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::status;

    #[test]
    fn only_a_status_line_is_an_answer() {
        let check = |head: &str, expected| assert_eq!(status(head.as_bytes()), expected, "{head}");
        check("HTTP/1.1 200 Connection established\r\n\r\n", Some(200));
        check("HTTP/1.0 407\r\n\r\n", Some(407));
        check("SSH-2.0-x\r\n\r\n", None);
        check("HTTP/1.1\r\n\r\n", None);
        check("\r\n\r\n", None);
    }
}
