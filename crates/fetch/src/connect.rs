//! Why there is no connection, before TLS or HTTP have a say.

use super::error::FetchError;
use std::error::Error;
use std::io::ErrorKind;

/// In which way a host does not take a connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectCause {
    /// Nothing listens there, or a firewall says so.
    #[error(
        "it refuses the connection; the server is down or closed to this machine: see whether a browser elsewhere shows it, and check the port of the address"
    )]
    Refused,
    /// No way leads there.
    #[error("no network leads to it; check the network of this machine, then ask the agency")]
    Unreachable,
    /// It hung up while the connection or TLS was being set up.
    #[error(
        "it hangs up before the connection stands; if it does so each time, a firewall may not like this machine, or the server is too old for today's TLS: try tls = \"legacy\""
    )]
    Reset,
    /// Anything else, in the words of the operating system.
    #[error("{0}")]
    Other(String),
}

/// The cause among an error and what is below it.
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
    // What OpenSSL calls a server that hangs up is no error of the operating system.
    match deepest.to_lowercase().contains("unexpected eof") {
        true => ConnectCause::Reset,
        false => ConnectCause::Other(deepest),
    }
}

/// Why a name has no address: it does not exist, or nobody could say (`EAI_AGAIN` and the like, RFC 3493 section 6.1). The
/// library hands on only the words.
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
