//! The tunnel of a SOCKS proxy, version 5 (RFC 1928), with a user and a password where there are some (RFC 1929).

use super::{ProxyFault, TunnelTarget};
use crate::model::BasicCredentials;
use std::io;
use std::net::IpAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;
const NONE_ACCEPTED: u8 = 0xff;

/// Asks for the tunnel. When this is done, what is written goes to the target.
pub(super) async fn tunnel(
    stream: &mut TcpStream,
    target: &TunnelTarget,
    login: Option<&BasicCredentials>,
) -> Result<(), ProxyFault> {
    let methods: &[u8] =
        if login.is_some() { &[VERSION, 2, NO_LOGIN, LOGIN] } else { &[VERSION, 1, NO_LOGIN] };
    stream.write_all(methods).await.map_err(broken)?;
    let [version, method] = read(stream).await?;
    if version != VERSION {
        return Err(ProxyFault::Protocol(format!("it speaks version {version}")));
    }
    match (method, login) {
        (NO_LOGIN, _) => {}
        (LOGIN, Some(login)) => authenticate(stream, login).await?,
        (NONE_ACCEPTED, None) => return Err(ProxyFault::NoPassword),
        (NONE_ACCEPTED, Some(_)) => return Err(ProxyFault::Password),
        (other, _) => return Err(ProxyFault::Protocol(format!("it wants login method {other}"))),
    }
    stream.write_all(&request(target)?).await.map_err(broken)?;
    let [version, reply, _, kind] = read(stream).await?;
    if version != VERSION {
        return Err(ProxyFault::Protocol(format!("it answers in version {version}")));
    }
    granted(reply)?;
    // The address that it connects from is of no use here, and stands before the tunnel.
    let length = match kind {
        1 => 4,
        4 => 16,
        3 => usize::from(stream.read_u8().await.map_err(broken)?),
        other => return Err(ProxyFault::Protocol(format!("it answers with address type {other}"))),
    };
    let mut from = vec![0; length + 2];
    stream.read_exact(&mut from).await.map_err(broken)?;
    Ok(())
}

/// Shows user and password (RFC 1929 section 2).
async fn authenticate(stream: &mut TcpStream, login: &BasicCredentials) -> Result<(), ProxyFault> {
    let mut message = vec![1];
    for text in [login.user.as_str(), login.password.reveal()] {
        // The configuration refuses longer ones.
        message.push(u8::try_from(text.len()).map_err(|_| ProxyFault::Password)?);
        message.extend_from_slice(text.as_bytes());
    }
    stream.write_all(&message).await.map_err(broken)?;
    let [_, status] = read(stream).await?;
    if status == 0 { Ok(()) } else { Err(ProxyFault::Password) }
}

/// The request to connect (RFC 1928 section 4).
fn request(target: &TunnelTarget) -> Result<Vec<u8>, ProxyFault> {
    let mut request = vec![VERSION, 1, 0];
    let port = match target {
        TunnelTarget::Address(IpAddr::V4(address), port) => {
            request.push(1);
            request.extend_from_slice(&address.octets());
            port
        }
        TunnelTarget::Address(IpAddr::V6(address), port) => {
            request.push(4);
            request.extend_from_slice(&address.octets());
            port
        }
        TunnelTarget::Name(name, port) => {
            request.extend_from_slice(&[
                3,
                u8::try_from(name.len()).map_err(|_| ProxyFault::NoTarget)?,
            ]);
            request.extend_from_slice(name.as_bytes());
            port
        }
    };
    request.extend_from_slice(&port.to_be_bytes());
    Ok(request)
}

/// What a reply means (RFC 1928 section 6).
fn granted(reply: u8) -> Result<(), ProxyFault> {
    let no_way = |why: &str| Err(ProxyFault::NoWay(why.to_owned()));
    match reply {
        0 => Ok(()),
        2 => Err(ProxyFault::Refused("its rules forbid it".to_owned())),
        3 => no_way("network unreachable"),
        4 => no_way("host unreachable"),
        5 => no_way("connection refused"),
        6 => no_way("its time to live is over"),
        7 => Err(ProxyFault::Refused("it does not connect for others".to_owned())),
        8 => no_way("it does not know this type of address"),
        other => no_way(&format!("its answer is {other}")),
    }
}

async fn read<const LENGTH: usize>(stream: &mut TcpStream) -> Result<[u8; LENGTH], ProxyFault> {
    let mut bytes = [0; LENGTH];
    stream.read_exact(&mut bytes).await.map_err(broken)?;
    Ok(bytes)
}

fn broken(error: io::Error) -> ProxyFault {
    ProxyFault::Protocol(error.to_string())
}
