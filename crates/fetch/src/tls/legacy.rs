//! The OpenSSL of this machine, for servers that support no TLS version or cipher of rustls.
//!
//! The machine's configuration decides what OpenSSL accepts in the end (`/etc/ssl/openssl.cnf`).
//! Debian requires keys and hashes of security level 2, which excludes TLS 1.0 and 1.1.
//!
//! OpenSSL judges the validity of certificates by the system clock, because neither native-tls nor
//! reqwest passes it another instant. A wrong clock therefore fails these handshakes, and dates
//! nothing wrong; rustls is given the guarded clock.

use super::PROTOCOLS;
use bantin_core::TlsTrust;
use native_tls::{Certificate, Protocol, TlsConnector};

/// Creates a connector that trusts according to `trust`. Pins are checked by `super::check`.
pub(super) fn connector(trust: &TlsTrust) -> Result<TlsConnector, String> {
    let mut builder = TlsConnector::builder();
    // The security level of the machine is the limit; a stricter one here could not be overridden
    // by the operator.
    builder.min_protocol_version(Some(Protocol::Tlsv10));
    builder.request_alpns(&PROTOCOLS);
    match trust {
        TlsTrust::Authorities(named) => {
            for certificate in named {
                // OpenSSL accepts intermediate certificates in its store of authorities, and still
                // requires each chain to end in a self-signed one. So an intermediate added here
                // does not become an authority.
                let certificate = Certificate::from_der(&certificate.0).map_err(|error| {
                    format!("a certificate of ca_file is not accepted: {error}")
                })?;
                builder.add_root_certificate(certificate);
            }
        }
        TlsTrust::Pins(_) | TlsTrust::Any => {
            builder.danger_accept_invalid_certs(true);
            builder.danger_accept_invalid_hostnames(true);
        }
    }
    builder.build().map_err(|error| error.to_string())
}
