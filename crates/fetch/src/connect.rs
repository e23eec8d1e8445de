//! Classifies failed connections, before TLS and HTTP are involved.

use super::error::FetchError;
use std::error::Error;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, UdpSocket};

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

/// What this machine lacks for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MachineCause {
    /// All file handles are in use.
    #[error(
        "this machine has no free file handles for bantin; raise LimitNOFILE in its unit, or `ulimit -n`"
    )]
    NoHandles,
    /// There is no memory for a socket.
    #[error("this machine has no memory left; give bantin more memory, or stop other programs")]
    NoMemory,
}

/// What this machine lacks, according to an error of the operating system.
pub(super) fn machine_cause(error: &std::io::Error) -> Option<MachineCause> {
    /// The error numbers ENFILE and EMFILE, and ENOBUFS of Linux, which have no kind.
    const NO_HANDLES: [i32; 2] = [23, 24];
    const NO_BUFFERS: i32 = 105;
    match error.raw_os_error() {
        Some(number) if NO_HANDLES.contains(&number) => Some(MachineCause::NoHandles),
        Some(NO_BUFFERS) => Some(MachineCause::NoMemory),
        _ if error.kind() == ErrorKind::OutOfMemory => Some(MachineCause::NoMemory),
        _ => None,
    }
}

/// What this machine lacks, according to an error chain.
pub(super) fn lacking<'a>(
    mut chain: impl Iterator<Item = &'a (dyn Error + 'static)>,
) -> Option<MachineCause> {
    chain.find_map(|error| machine_cause(error.downcast_ref::<std::io::Error>()?))
}

/// What this machine lacks for another socket. Libraries report a lack of handles in words of their
/// own.
pub(super) fn lacking_now() -> Option<MachineCause> {
    machine_cause(&UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).err()?)
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
    // The resolver needs a socket, and reports a lack of handles as a silent server.
    if let Some(cause) = machine_cause(error).or_else(lacking_now) {
        return FetchError::Machine { url: host, cause };
    }
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
    fn a_lack_of_this_machine_is_not_the_hosts() {
        let check = |number, expected| {
            let error = io::Error::from_raw_os_error(number);
            assert_eq!(lacking(std::iter::once(&error as &(dyn Error + 'static))), expected);
        };
        check(23, Some(MachineCause::NoHandles));
        check(24, Some(MachineCause::NoHandles));
        check(12, Some(MachineCause::NoMemory));
        check(111, None);
        let told = no_addresses("tin.example", &io::Error::from_raw_os_error(24));
        assert!(told.is_local() && told.to_string().contains("LimitNOFILE"), "{told}");
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
