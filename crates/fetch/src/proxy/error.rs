//! What goes wrong at a proxy, told so that nobody blames the agency for it.

use bantin_core::RetryAdvice;
use std::time::Duration;

/// Why a proxy opened no tunnel. What it says itself is told without any secret: it is a status or a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyFault {
    /// Nobody answers there.
    #[error("it cannot be reached: {0}; check that it runs, and `proxy` in feeds.toml")]
    Unreachable(String),
    /// It wants another login.
    #[error("it refuses the user or the password; check both under `proxy` in feeds.toml")]
    Password,
    /// It wants a login, and there is none.
    #[error("it wants a password; write user and password under `proxy` in feeds.toml")]
    NoPassword,
    /// It does not do what is asked of it.
    #[error("it does not allow this connection ({0}); allow bantin there to connect to the site")]
    Refused(String),
    /// It tunnels to port 443 alone, as some do.
    #[error(
        "it does not allow CONNECT to port {port} ({why}); allow that port there, or name the https address of the site"
    )]
    Port {
        /// The port of the site.
        port: u16,
        /// What it said.
        why: String,
    },
    /// It cannot reach the site.
    #[error("it cannot reach the site: {0}")]
    NoWay(String),
    /// It took too long.
    #[error("it opened no tunnel within {}", humantime::format_duration(*.0))]
    Slow(Duration),
    /// It says what it must not, or hangs up.
    #[error(
        "it does not speak its protocol: {0}; check whether `proxy` names an http or a socks5 proxy"
    )]
    Protocol(String),
    /// The name of the site is too long for it, or there is no address.
    #[error("there is no address that it could be handed")]
    NoTarget,
    /// The socket before the tunnel could not be made.
    #[error(
        "the socket before its tunnel cannot be made: {0}; check the folder of temporary files"
    )]
    Socket(String),
}

impl ProxyFault {
    /// What the schedule should do now.
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
