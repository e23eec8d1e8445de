//! Classifies failed connections, before TLS and HTTP are involved.

use super::error::FetchError;
use std::error::Error;
use std::io::ErrorKind;

/// The reason why no connection was established.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectCause {
    /// Nothing listens at the port, or a firewall rejects the connection.
    #[error(
        "it refuses the connection; the server is down or blocks this machine: check whether a browser elsewhere can open it, and check the port of the address"
    )]
    Refused,
    /// No route to the host.
    #[error("there is no route to it; check the network of this machine, then ask the agency")]
    Unreachable,
    /// The connection was closed while it or TLS was being established.
    #[error(
        "it closes the connection before it is established; if this happens each time, a firewall may block this machine, or the server is too old for current TLS: try tls = \"legacy\""
    )]
    Reset,
    /// Any other error, in the words of the operating system.
    #[error("{0}")]
    Other(String),
}

/// Finds the cause in an error chain.
pub(super) fn cause<'a>(chain: impl Iterator<Item = &'a (dyn Error + 'static)>) -> ConnectCause {
    let mut deepest = String::new();
    for error in chain {
        let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        match kind {
            Some(ErrorKind::ConnectionRefused) => return ConnectCause::Refused,
            Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => {
                return ConnectCause::Unreachable;
            }
            Some(
                ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::UnexpectedEof
                | ErrorKind::BrokenPipe,
            ) => return ConnectCause::Reset,
            _ => deepest = error.to_string(),
        }
    }
    // OpenSSL's error for a closed connection does not come from the operating system.
    match deepest.to_lowercase().contains("unexpected eof") {
        true => ConnectCause::Reset,
        false => ConnectCause::Other(deepest),
    }
}

/// Classifies a failed lookup: the name does not exist, or the resolver failed (`EAI_AGAIN` and
/// others, RFC 3493 section 6.1). The library passes on only the message.
pub(super) fn no_addresses(host: &str, error: &std::io::Error) -> FetchError {
    let (host, why) = (host.to_owned(), error.to_string());
    match ["not known", "No address"].iter().any(|words| why.contains(words)) {
        true => FetchError::Dns { host, why },
        false => FetchError::Resolver { host, why },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn the_operating_system_is_understood() {
        let check = |kind: ErrorKind, expected| {
            let error = io::Error::from(kind);
            assert_eq!(cause(std::iter::once(&error as &(dyn Error + 'static))), expected);
        };
        check(ErrorKind::ConnectionRefused, ConnectCause::Refused);
        check(ErrorKind::NetworkUnreachable, ConnectCause::Unreachable);
        check(ErrorKind::HostUnreachable, ConnectCause::Unreachable);
        check(ErrorKind::UnexpectedEof, ConnectCause::Reset);
        let other = ConnectCause::Other("address not available".to_owned());
        check(ErrorKind::AddrNotAvailable, other);
    }

    #[test]
    fn a_name_that_does_not_exist_is_told_from_a_resolver_that_is_silent() {
        let told = |why: &str| no_addresses("tin.example", &io::Error::other(why.to_owned()));
        let unknown = "failed to lookup address information: Name or service not known";
        assert!(matches!(told(unknown), FetchError::Dns { .. }));
        let silent = "failed to lookup address information: Temporary failure in name resolution";
        assert!(matches!(told(silent), FetchError::Resolver { .. }));
    }
}
