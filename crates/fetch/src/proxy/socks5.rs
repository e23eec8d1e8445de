//! Opens a tunnel through a SOCKS proxy, version 5 (RFC 1928), with optional user and password (RFC
//! 1929).
//!
//! `tokio-socks` speaks the protocol over a connection that is already open; this file translates
//! its errors.

use super::{ProxyFault, TunnelTarget};
use bantin_core::BasicCredentials;
use tokio::net::TcpStream;
use tokio_socks::tcp::Socks5Stream;
use tokio_socks::{Error, IntoTargetAddr};

/// Opens the tunnel. Afterwards the stream leads to the target.
pub(super) async fn tunnel(
    stream: &mut TcpStream,
    target: &TunnelTarget,
    login: Option<&BasicCredentials>,
) -> Result<(), ProxyFault> {
    let target = match target {
        TunnelTarget::Address(address, port) => (*address, *port).into_target_addr(),
        TunnelTarget::Name(name, port) => (name.as_str(), *port).into_target_addr(),
    }
    .map_err(|_| ProxyFault::NoTarget)?;
    let tunnel = match login {
        Some(BasicCredentials { user, password }) => {
            let password = password.reveal();
            Socks5Stream::connect_with_password_and_socket(stream, target, user, password).await
        }
        None => Socks5Stream::connect_with_socket(stream, target).await,
    };
    tunnel.map(drop).map_err(|error| fault(error, login.is_some()))
}

/// Translates an error to our own messages: those of the library do not say what to do.
fn fault(error: Error, has_login: bool) -> ProxyFault {
    let no_way = |why: &str| ProxyFault::NoWay(why.to_owned());
    let refused = |why: &str| ProxyFault::Refused(why.to_owned());
    let broken = |why: &str| ProxyFault::Protocol(why.to_owned());
    match error {
        Error::Io(error) => ProxyFault::Protocol(error.to_string()),
        Error::NoAcceptableAuthMethods if !has_login => ProxyFault::NoPassword,
        // The library rejects credentials that RFC 1929 cannot carry, including empty ones.
        Error::NoAcceptableAuthMethods
        | Error::PasswordAuthFailure(_)
        | Error::InvalidAuthValues(_) => ProxyFault::Password,
        Error::AuthorizationRequired => broken("it requires authentication method 2"),
        Error::GeneralSocksServerFailure => no_way("it replied with code 1, a general failure"),
        Error::ConnectionNotAllowedByRuleset => refused("its rules do not allow it"),
        Error::NetworkUnreachable => no_way("network unreachable"),
        Error::HostUnreachable => no_way("host unreachable"),
        Error::ConnectionRefused => no_way("connection refused"),
        Error::TtlExpired => no_way("the time to live expired"),
        Error::CommandNotSupported => refused("it does not support CONNECT"),
        Error::AddressTypeNotSupported => no_way("it does not support this type of address"),
        Error::InvalidTargetAddress(_) => broken("the address in its reply is not text"),
        Error::InvalidResponseVersion => broken("it replied in another protocol version"),
        Error::UnknownAddressType => broken("it replied with an unknown address type"),
        Error::UnknownAuthMethod => broken("it replied with an unknown code or method"),
        other => ProxyFault::Protocol(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_core::Secret;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// Opens a tunnel through a proxy that sends these bytes, whatever is requested, and then
    /// closes its half.
    async fn answer(
        bytes: &[u8],
        target: &TunnelTarget,
        login: Option<&BasicCredentials>,
    ) -> Result<(), ProxyFault> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut far, _) = listener.accept().await.unwrap();
        far.write_all(bytes).await.unwrap();
        far.shutdown().await.unwrap();
        tunnel(&mut stream, target, login).await
    }

    fn address() -> TunnelTarget {
        TunnelTarget::Address([1, 1, 1, 1].into(), 443)
    }

    fn login(user: &str, password: &str) -> BasicCredentials {
        BasicCredentials { user: user.to_owned(), password: Secret::new(password) }
    }

    #[tokio::test]
    async fn every_answer_of_a_proxy_has_its_fault() {
        let check = async |bytes: &[u8], login: Option<&BasicCredentials>, expected: &str| {
            let fault = answer(bytes, &address(), login).await.unwrap_err();
            assert_eq!(format!("{fault:?}"), expected, "{bytes:?}");
        };
        let reply = |code: u8| [5, 0, 5, code, 0, 1, 0, 0, 0, 0, 0, 0];
        let an = login("an", "matkhau");
        check(&[5, 0xff], None, "NoPassword").await;
        check(&[5, 0xff], Some(&an), "Password").await;
        check(&[5, 2, 1, 1], Some(&an), "Password").await;
        check(&[5, 2], None, r#"Protocol("it requires authentication method 2")"#).await;
        check(&reply(1), None, r#"NoWay("it replied with code 1, a general failure")"#).await;
        check(&reply(2), None, r#"Refused("its rules do not allow it")"#).await;
        check(&reply(3), None, r#"NoWay("network unreachable")"#).await;
        check(&reply(4), None, r#"NoWay("host unreachable")"#).await;
        check(&reply(5), None, r#"NoWay("connection refused")"#).await;
        check(&reply(6), None, r#"NoWay("the time to live expired")"#).await;
        check(&reply(7), None, r#"Refused("it does not support CONNECT")"#).await;
        check(&reply(8), None, r#"NoWay("it does not support this type of address")"#).await;
        let unknown = r#"Protocol("it replied with an unknown code or method")"#;
        check(&reply(0xf0), None, unknown).await;
        check(&[5, 1], None, unknown).await;
        check(b"HTTP/1.1 400", None, r#"Protocol("it replied in another protocol version")"#).await;
        let kind = r#"Protocol("it replied with an unknown address type")"#;
        check(&[5, 0, 5, 0, 0, 9], None, kind).await;
        let name = r#"Protocol("the address in its reply is not text")"#;
        check(&[5, 0, 5, 0, 0, 3, 1, 0xff, 0, 0], None, name).await;
    }

    #[tokio::test]
    async fn an_answer_that_is_cut_anywhere_is_a_fault_and_a_whole_one_a_tunnel() {
        let mut long = vec![5, 2, 1, 0, 5, 0, 0, 3, 255];
        long.extend([b'a'; 255 + 2]);
        let an = login("an", "matkhau");
        for length in 0..long.len() {
            let fault = answer(&long[..length], &address(), Some(&an)).await.unwrap_err();
            assert!(matches!(fault, ProxyFault::Protocol(_)), "{length}: {fault:?}");
        }
        assert_eq!(answer(&long, &address(), Some(&an)).await, Ok(()));
    }

    #[tokio::test]
    async fn what_socks_cannot_carry_is_not_sent() {
        let whole = [5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        let long = "a".repeat(256);
        let name = TunnelTarget::Name(long.clone(), 443);
        assert_eq!(answer(&whole, &name, None).await, Err(ProxyFault::NoTarget));
        for (user, password) in [(long.as_str(), "a"), ("a", long.as_str()), ("", "a"), ("a", "")] {
            let login = login(user, password);
            let fault = answer(&whole, &address(), Some(&login)).await;
            assert_eq!(fault, Err(ProxyFault::Password), "{user:?} {password:?}");
        }
    }

    #[tokio::test]
    async fn the_tunnel_begins_right_behind_the_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut far, _) = listener.accept().await.unwrap();
        far.write_all(&[5, 0, 5, 0, 0, 3, 1, b'a', 0, 0]).await.unwrap();
        far.write_all(b"tin").await.unwrap();
        tunnel(&mut stream, &address(), None).await.unwrap();
        let mut bytes = [0; 3];
        stream.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"tin");
        let mut asked = [0; 13];
        far.read_exact(&mut asked).await.unwrap();
        assert_eq!(asked, [5, 1, 0, 5, 1, 0, 1, 1, 1, 1, 1, 1, 0xbb]);
    }
}
