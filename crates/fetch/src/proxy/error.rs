//! Failures of a proxy, reported so that the agency is not blamed for them.

use bantin_core::RetryAdvice;
use std::time::Duration;

/// The reason why a proxy opened no tunnel. Quotes from the proxy contain no secret: they are
/// status codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyFault {
    /// No connection to the proxy.
    #[error("it cannot be reached: {0}; check that it runs, and `proxy` in feeds.toml")]
    Unreachable(String),
    /// The credentials are wrong.
    #[error("it refuses the user or the password; check both under `proxy` in feeds.toml")]
    Password,
    /// The proxy requires credentials, and none are configured.
    #[error("it requires a password; write user and password under `proxy` in feeds.toml")]
    NoPassword,
    /// The proxy refuses the connection.
    #[error(
        "it does not allow this connection ({0}); configure the proxy to let bantin connect to the site"
    )]
    Refused(String),
    /// The proxy may tunnel to port 443 only, as some do.
    #[error(
        "it does not allow CONNECT to port {port} ({why}); configure the proxy to allow that port, or use the https address of the site"
    )]
    Port {
        /// The port of the site.
        port: u16,
        /// The response of the proxy.
        why: String,
    },
    /// The proxy cannot reach the site.
    #[error("it cannot reach the site: {0}")]
    NoWay(String),
    /// Opening the tunnel took too long.
    #[error("it opened no tunnel within {}", humantime::format_duration(*.0))]
    Slow(Duration),
    /// The proxy violates its protocol, or closes the connection.
    #[error(
        "it does not speak its protocol: {0}; check whether `proxy` in feeds.toml has the right kind, http or socks5"
    )]
    Protocol(String),
    /// The name of the site is too long for the protocol, or it has no address.
    #[error("the site has no address that can be passed to it")]
    NoTarget,
    /// The socket in front of the tunnel could not be created.
    #[error(
        "the socket for its tunnel cannot be created: {0}; check the folder of temporary files"
    )]
    Socket(String),
}

impl ProxyFault {
    /// The action that the schedule should take.
    pub fn advice(&self) -> RetryAdvice {
        match self {
            Self::Unreachable(_) | Self::NoWay(_) | Self::Slow(_) | Self::Protocol(_) => {
                RetryAdvice::RetryLater
            }
            Self::Password
            | Self::NoPassword
            | Self::Refused(_)
            | Self::Port { .. }
            | Self::NoTarget
            | Self::Socket(_) => RetryAdvice::AskOperator,
        }
    }
}
