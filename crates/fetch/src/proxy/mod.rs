//! Sends requests through a proxy that the operator configured, with the address guard in force.
//!
//! The HTTP client can hand a proxy a name, which the proxy resolves without our guard, or connect
//! to an address, which loses the name that TLS and `Host` need. So this module opens a tunnel to
//! the checked address and puts a Unix socket in front of it, in a folder that only this user may
//! enter. The client takes the socket for the host: TLS and `Host` keep the name, the proxy gets
//! the address, and the URL stays unchanged.

mod connect;
mod error;
mod socks5;

pub use error::ProxyFault;

use bantin_core::{Proxy, ProxyKind};
use std::fs::Permissions;
use std::io;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::{TcpStream, UnixListener};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The far end of a tunnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TunnelTarget {
    /// A checked address.
    Address(IpAddr, u16),
    /// A name that the proxy resolves, because the operator trusts it to.
    Name(String, u16),
}

/// Opens a tunnel to the first target that the proxy reaches. Each attempt may take `limit`.
pub(super) async fn open(
    proxy: &Proxy,
    targets: &[TunnelTarget],
    limit: Duration,
) -> Result<TcpStream, ProxyFault> {
    let mut fault = ProxyFault::NoTarget;
    for target in targets {
        match timeout(limit, attempt(proxy, target)).await {
            Ok(Ok(stream)) => return Ok(stream),
            // Another address is tried only if the proxy was willing, but did not reach this one or
            // took too long.
            Ok(Err(ProxyFault::NoWay(why))) => fault = ProxyFault::NoWay(why),
            Ok(Err(other)) => return Err(other),
            Err(_) => fault = ProxyFault::Slow(limit),
        }
    }
    Err(fault)
}

async fn attempt(proxy: &Proxy, target: &TunnelTarget) -> Result<TcpStream, ProxyFault> {
    let unreachable = |why: io::Error| ProxyFault::Unreachable(why.to_string());
    let mut stream = match &proxy.host {
        url::Host::Domain(name) => TcpStream::connect((name.as_str(), proxy.port)).await,
        url::Host::Ipv4(address) => TcpStream::connect((*address, proxy.port)).await,
        url::Host::Ipv6(address) => TcpStream::connect((*address, proxy.port)).await,
    }
    .map_err(unreachable)?;
    let login = proxy.login.as_ref();
    match proxy.kind {
        ProxyKind::Http => connect::tunnel(&mut stream, target, login).await?,
        ProxyKind::Socks5 => socks5::tunnel(&mut stream, target, login).await?,
    }
    Ok(stream)
}

/// The near end of a tunnel: a Unix socket that accepts one connection, from one client. Dropping
/// it removes the socket.
pub(super) struct TunnelSocket {
    folder: TempDir,
    carrier: JoinHandle<()>,
}

impl TunnelSocket {
    /// Puts a socket in front of a tunnel.
    pub(super) fn of(mut tunnel: TcpStream) -> io::Result<Self> {
        let private = Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().prefix("bantin-").permissions(private).tempdir()?;
        let listener = UnixListener::bind(folder.path().join(SOCKET))?;
        let carrier = tokio::spawn(async move {
            if let Ok((mut near, _)) = listener.accept().await {
                drop(listener);
                // The client sees how it ends, because its connection ends with it.
                let _ = tokio::io::copy_bidirectional(&mut near, &mut tunnel).await;
            }
        });
        Ok(Self { folder, carrier })
    }

    /// The path that the client connects to.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join(SOCKET)
    }
}

impl Drop for TunnelSocket {
    fn drop(&mut self) {
        self.carrier.abort();
    }
}

/// The name of the socket in its folder.
const SOCKET: &str = "tunnel";

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, UnixStream};

    #[tokio::test]
    async fn the_near_end_is_private_takes_one_and_leaves_nothing_behind() {
        let far = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let tunnel = TcpStream::connect(far.local_addr().unwrap()).await.unwrap();
        let (mut far, _) = far.accept().await.unwrap();
        let near = TunnelSocket::of(tunnel).unwrap();
        let (socket, folder) = (near.path(), near.folder.path().to_owned());
        let mode = std::fs::metadata(&folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        let mut client = UnixStream::connect(&socket).await.unwrap();
        client.write_all(b"tin").await.unwrap();
        let mut bytes = [0; 3];
        far.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"tin");
        assert!(UnixStream::connect(&socket).await.is_err(), "a second one was let in");
        drop(near);
        assert!(!folder.exists());
        assert_eq!(
            client.read(&mut bytes).await.unwrap_or_default(),
            0,
            "the tunnel is still open"
        );
    }
}
