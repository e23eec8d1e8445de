//! The OpenSSL of this machine, for servers that speak nothing that rustls does.
//!
//! What it speaks in the end is for the machine to say (`/etc/ssl/openssl.cnf`): Debian asks for keys and hashes of its second
//! security level, at which TLS 1.0 and 1.1 are not spoken.

use super::PROTOCOLS;
use bantin_core::TlsTrust;
use native_tls::{Certificate, Protocol, TlsConnector};

/// A connector that believes whom `trust` says. Pins are not its business: `super::check` looks at them.
pub(super) fn connector(trust: &TlsTrust) -> Result<TlsConnector, String> {
    let mut builder = TlsConnector::builder();
    // The machine's security level is the bound; a bound here would leave the operator no way past it.
    builder.min_protocol_version(Some(Protocol::Tlsv10));
    builder.request_alpns(&PROTOCOLS);
    match trust {
        TlsTrust::Authorities(named) => {
            for certificate in named {
                // OpenSSL takes links of a chain from where it takes authorities, and still wants each chain to end in one
                // that is self-signed: so a link that is added here becomes no authority.
                let certificate = Certificate::from_der(&certificate.0).map_err(|error| {
                    format!("a certificate of ca_file is not accepted: {error}")
                })?;
                builder.add_root_certificate(certificate);
            }
        }
        TlsTrust::Pins(_) | TlsTrust::Anybody => {
            builder.danger_accept_invalid_certs(true);
            builder.danger_accept_invalid_hostnames(true);
        }
    }
    builder.build().map_err(|error| error.to_string())
}
