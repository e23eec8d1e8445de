//! The causes of TLS failures, with advice for the operator.

use super::{Certificate, pin_of};
use bantin_core::{PublicKeyPin, TlsDialect};
use chrono::{DateTime, Utc};
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, OtherError};
use rustls::{PeerIncompatible, PeerMisbehaved};

/// A failed TLS handshake or certificate check. Each message ends with advice, and contains the key
/// of the server, if known, ready to be copied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsCause {
    /// The certificate has expired.
    #[error("its certificate expired{}; report it to the agency, and until it is renewed {}", day(" on ", *until), trust(*server_key))]
    Expired {
        /// The end of its validity.
        until: Option<DateTime<Utc>>,
        /// The key of the server.
        server_key: Option<PublicKeyPin>,
    },
    /// The certificate is not valid yet.
    #[error("its certificate is not valid yet{}; check the clock of this machine, else report it to the agency, and until then {}", day(", only from ", *from), trust(*server_key))]
    NotYetValid {
        /// The start of its validity.
        from: Option<DateTime<Utc>>,
        /// The key of the server.
        server_key: Option<PublicKeyPin>,
    },
    /// The server signed its certificate itself.
    #[error("its certificate is self-signed, so anyone could have created it; ask the agency for its key, and {}", trust(*server_key))]
    SelfSigned {
        /// The key of the server.
        server_key: Option<PublicKeyPin>,
    },
    /// The chain is complete, and its root is not trusted.
    #[error("its certificate is issued by {}, which this machine does not trust; get the certificate of this authority from the agency and add it to ca_file, or {}", named(issuer), trust(*server_key))]
    UnknownIssuer {
        /// The name of the authority.
        issuer: Option<String>,
        /// The key of the server.
        server_key: Option<PublicKeyPin>,
    },
    /// The chain is incomplete.
    #[error("the server does not send the certificate of {}, which issued its own, and this machine does not have it; report it to the agency, download the missing certificate{} and add it to ca_file, or {}", named(issuer), from(address), trust(*server_key))]
    IncompleteChain {
        /// The name of the missing issuer.
        issuer: Option<String>,
        /// The download URL of its certificate, according to the last certificate sent.
        address: Option<String>,
        /// The key of the server.
        server_key: Option<PublicKeyPin>,
    },
    /// The certificate is for other names.
    #[error("its certificate is for {}; correct the address, else report it to the agency, and until then {}", some_of(names), trust(*server_key))]
    WrongName {
        /// The names that it is for, if known.
        names: Vec<String>,
        /// The key of the server.
        server_key: Option<PublicKeyPin>,
    },
    /// The key is not among those listed in feeds.toml.
    #[error(
        "its key is not among those in spki_sha256; if the agency confirms a new key, write spki_sha256 = [\"{server_key}\"], else the connection may be intercepted"
    )]
    WrongPin {
        /// The key of the server.
        server_key: PublicKeyPin,
    },
    /// The certificate has a form that rustls does not support.
    #[error("its certificate has a form that only old programs support ({why}); set tls = \"legacy\", and if that fails {}", trust(*server_key))]
    Odd {
        /// The message of the TLS library.
        why: String,
        /// The key of the server.
        server_key: Option<PublicKeyPin>,
    },
    /// Server and client share no cipher or key exchange.
    #[error("{}", match dialect {
        TlsDialect::Modern => "the server supports no cipher that is safe today; set tls = \"legacy\", and report it to the agency",
        TlsDialect::Legacy => "the server supports no cipher that the OpenSSL of this machine accepts; report it to the agency",
    })]
    NoCommonCipher {
        /// The TLS dialect of the source.
        dialect: TlsDialect,
    },
    /// The server supports at most TLS 1.1.
    #[error("{}", match dialect {
        TlsDialect::Modern => "the server supports no TLS newer than 1.1; set tls = \"legacy\", check that this machine allows it, and report it to the agency",
        TlsDialect::Legacy => "the server supports no TLS newer than 1.1, which the OpenSSL of this machine refuses; report it to the agency, or lower the security level of OpenSSL for bantin only, as docs/sources.md describes under \"Old servers\"",
    })]
    OldProtocol {
        /// The TLS dialect of the source.
        dialect: TlsDialect,
    },
    /// OpenSSL considers a key, hash or protocol feature of the server too weak.
    #[error(
        "the OpenSSL of this machine considers the server too weak ({0}); report it to the agency, or lower the security level of OpenSSL for bantin only, as docs/sources.md describes under \"Old servers\""
    )]
    TooWeak(String),
    /// The server does not speak TLS at this port.
    #[error(
        "the server does not speak TLS at this port; if a browser shows the page under http, use that address"
    )]
    NoTls,
    /// Any other failure, in the words of the TLS library.
    #[error("{0}; report it to the agency")]
    Other(String),
}

fn trust(server_key: Option<PublicKeyPin>) -> String {
    match server_key {
        Some(server_key) => format!("trust only its key by spki_sha256 = [\"{server_key}\"]"),
        None => "trust only its key: write spki_sha256 with 64 zeros, and bantin prints the key of the server".to_owned(),
    }
}

fn day(before: &str, instant: Option<DateTime<Utc>>) -> String {
    instant.map(|instant| format!("{before}{}", instant.format("%Y-%m-%d"))).unwrap_or_default()
}

fn named(issuer: &Option<String>) -> String {
    issuer.as_ref().map_or("an unnamed authority".to_owned(), |name| format!("{name:?}"))
}

fn from(address: &Option<String>) -> String {
    address.as_ref().map(|address| format!(" (from {address})")).unwrap_or_default()
}

fn some_of(names: &[String]) -> String {
    /// A shared host has hundreds of names.
    const MAX_COUNT: usize = 3;
    match names {
        [] => "another name".to_owned(),
        some if some.len() <= MAX_COUNT => some.join(", "),
        many => {
            let first: Vec<_> = many.iter().take(MAX_COUNT).map(String::as_str).collect();
            format!("{} and {} more", first.join(", "), many.len() - MAX_COUNT)
        }
    }
}

/// Classifies an error of rustls.
pub(super) fn of_rustls(error: &Error) -> TlsCause {
    let dialect = TlsDialect::Modern;
    match error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => inner
            .downcast_ref()
            .cloned()
            .unwrap_or_else(|| TlsCause::Odd { why: inner.to_string(), server_key: None }),
        Error::InvalidCertificate(_) => of_certificate(error, None),
        Error::AlertReceived(AlertDescription::ProtocolVersion)
        | Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => TlsCause::OldProtocol { dialect },
        Error::AlertReceived(
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity,
        )
        | Error::PeerIncompatible(_)
        | Error::PeerMisbehaved(
            PeerMisbehaved::SelectedUnofferedCipherSuite | PeerMisbehaved::SelectedUnofferedKxGroup,
        ) => TlsCause::NoCommonCipher { dialect },
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => TlsCause::NoTls,
        other => TlsCause::Other(other.to_string()),
    }
}

/// Classifies an error of rustls about a certificate.
pub(super) fn of_certificate(error: &Error, own: Option<&Certificate>) -> TlsCause {
    let server_key = own.map(pin_of);
    let valid = own.and_then(Certificate::valid);
    let Error::InvalidCertificate(error) = error else {
        return TlsCause::Other(error.to_string());
    };
    match error {
        // Another certificate of the chain may have expired; then the date is unknown here.
        CertificateError::Expired => TlsCause::Expired { until: None, server_key },
        CertificateError::ExpiredContext { not_after, .. } => {
            let until = i64::try_from(not_after.as_secs()).ok();
            TlsCause::Expired {
                until: until.and_then(|until| DateTime::from_timestamp(until, 0)),
                server_key,
            }
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsCause::NotYetValid { from: valid.map(|(from, _)| from), server_key }
        }
        CertificateError::UnknownIssuer => {
            TlsCause::UnknownIssuer { issuer: own.and_then(Certificate::issuer_name), server_key }
        }
        CertificateError::NotValidForName => TlsCause::WrongName { names: Vec::new(), server_key },
        CertificateError::NotValidForNameContext { presented, .. } => TlsCause::WrongName {
            names: presented.iter().map(|name| unquote(name)).collect(),
            server_key,
        },
        CertificateError::Revoked => TlsCause::Other("its certificate was revoked".to_owned()),
        CertificateError::BadSignature => {
            TlsCause::Other("a signature of its certificates is wrong".to_owned())
        }
        other => TlsCause::Odd { why: other.to_string(), server_key },
    }
}

/// Classifies an error of rustls about a handshake signature.
pub(super) fn of_signature(error: &Error, server_key: Option<PublicKeyPin>) -> TlsCause {
    match error {
        Error::InvalidCertificate(CertificateError::BadSignature) => {
            TlsCause::Other("the server does not have the key of its certificate".to_owned())
        }
        Error::InvalidCertificate(why) => TlsCause::Odd { why: why.to_string(), server_key },
        other => TlsCause::Other(other.to_string()),
    }
}

/// Extracts the name from `DnsName("tin.example")`, as rustls writes it. The server chooses the
/// text, so it is sanitized.
fn unquote(name: &str) -> String {
    let inner = name.split('"').nth(1).unwrap_or(name);
    inner.chars().filter(|letter| !letter.is_control()).take(80).collect()
}

/// Classifies an error of OpenSSL by its text, because nothing more is passed on. `None` if the
/// connection broke, which is not a TLS failure.
pub(super) fn of_openssl(text: &str, dialect: TlsDialect) -> Option<TlsCause> {
    // The result of the certificate check follows every error, even where the check is disabled.
    let text = match text.split_once(" (") {
        Some((error, _)) if !error.contains("certificate verify failed") => error,
        _ => text,
    };
    let lower = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let server_key = None;
    Some(if has(&["certificate has expired"]) {
        TlsCause::Expired { until: None, server_key }
    } else if has(&["certificate is not yet valid"]) {
        TlsCause::NotYetValid { from: None, server_key }
    } else if has(&["self-signed certificate in", "self signed certificate in"]) {
        TlsCause::UnknownIssuer { issuer: None, server_key }
    } else if has(&["self-signed certificate", "self signed certificate"]) {
        TlsCause::SelfSigned { server_key }
    } else if has(&["issuer certificate", "verify the first certificate"]) {
        TlsCause::IncompleteChain { issuer: None, address: None, server_key }
    } else if has(&["hostname mismatch", "ip address mismatch"]) {
        TlsCause::WrongName { names: Vec::new(), server_key }
    } else if has(&[
        "unsupported protocol",
        "protocol version",
        "no protocols available",
        // Only servers up to TLS 1.1 sign in the way that this error is about.
        "legacy sigalg",
    ]) {
        TlsCause::OldProtocol { dialect }
    } else if has(&["handshake failure", "no shared cipher", "insufficient security"]) {
        TlsCause::NoCommonCipher { dialect }
    } else if has(&["wrong version number", "packet length too long", "http request"]) {
        TlsCause::NoTls
    } else if has(&["too small", "too weak", "unsafe legacy renegotiation"]) {
        TlsCause::TooWeak(reason(text))
    } else if has(&["unexpected eof", "unexpected end of file", "connection reset"]) {
        return None;
    } else {
        TlsCause::Other(reason(text))
    })
}

/// Extracts the reason from `error:0A00018A:SSL routines:tls_process_ske_dhe:dh key too
/// small:../ssl/...`, or the result of the certificate check in the parentheses after it.
fn reason(text: &str) -> String {
    let verified = text.rsplit_once(" (").map(|(_, verified)| verified.trim_end_matches(')'));
    let reason = text.split(':').nth(4).filter(|_| text.starts_with("error:"));
    verified.or(reason).unwrap_or(text).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_openssl_are_understood() {
        let check = |text: &str, expected: Option<TlsCause>| {
            assert_eq!(of_openssl(text, TlsDialect::Legacy), expected, "{text}");
        };
        let weak = |why: &str| Some(TlsCause::TooWeak(why.to_owned()));
        check(
            "error:0A00018A:SSL routines:tls_process_ske_dhe:dh key too small:../ssl/statem/statem_clnt.c:2131:",
            weak("dh key too small"),
        );
        check(
            "error:0A000152:SSL routines:final_renegotiate:unsafe legacy renegotiation disabled:../ssl/statem/extensions.c:893:",
            weak("unsafe legacy renegotiation disabled"),
        );
        check(
            "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1889: (CA signature digest algorithm too weak)",
            weak("CA signature digest algorithm too weak"),
        );
        check(
            "error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1919: (self signed certificate)",
            Some(TlsCause::SelfSigned { server_key: None }),
        );
        check(
            "error:0A000126:SSL routines:ssl3_read_n:unexpected eof while reading:../ssl/record/rec_layer_s3.c:320:",
            None,
        );
        check(
            "error:0A0C0103:SSL routines:tls_process_key_exchange:legacy sigalg disallowed or unsupported:../ssl/t1_lib.c:1:: (self-signed certificate)",
            Some(TlsCause::OldProtocol { dialect: TlsDialect::Legacy }),
        );
        check("never heard", Some(TlsCause::Other("never heard".to_owned())));
    }

    #[test]
    fn a_message_shows_a_few_names_and_nothing_that_moves_the_cursor() {
        let list = |count: usize| some_of(&vec!["a.vn".to_owned(); count]);
        assert_eq!(list(0), "another name");
        assert_eq!(list(3), "a.vn, a.vn, a.vn");
        assert_eq!(list(5), "a.vn, a.vn, a.vn and 2 more");
        assert_eq!(unquote("DnsName(\"tin.vn\u{1b}[2J\")"), "tin.vn[2J");
        assert_eq!(unquote("odd"), "odd");
    }
}
