//! TLS as each source configures it: set up, checked and its failures classified here.
//!
//! The default is rustls with our verifier around its own (`verifier`), so that an error can name
//! the missing issuer and the key. For servers that support nothing newer there is the OpenSSL
//! of this machine (`legacy`). Both are always chosen explicitly: reqwest uses OpenSSL by itself as
//! soon as it is compiled in. There is one client for each TLS policy and set of allowed private
//! networks.
//!
//! OpenSSL reports failures only as text, from which the causes are parsed. With OpenSSL, pins are
//! checked after the head of the response (`TlsPolicy::is_checked_late`), so no secret may be sent
//! with it. OpenSSL judges certificates by the system clock, rustls by the corrected one. A failure
//! is a [`TlsCause`].

mod cause;
mod certificate;
mod legacy;
mod verifier;

pub use cause::TlsCause;
pub use certificate::Certificate;

use super::error::FetchError;
use bantin_core::clock::Clock;
use bantin_core::clock_guard::SOURCE_DATE;
use bantin_core::{CertificateBytes, PublicKeyPin, TlsDialect, TlsPolicy, TlsTrust};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};
use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The protocols offered to servers (RFC 7301): HTTP/2 first.
const PROTOCOLS: [&str; 2] = ["h2", "http/1.1"];

/// The TLS setups, one per TLS policy.
pub(super) struct TlsSetups {
    /// The clock by which certificates are valid.
    clock: Clock,
    made: Mutex<HashMap<TlsPolicy, TlsSetup>>,
    /// The certificate authorities of this machine, loaded on first use.
    roots: Mutex<Option<Arc<RootCertStore>>>,
}

/// The time by which certificates are valid. With a wrong system clock no certificate would be, so
/// it is the time that hosts have corrected; but never before the date of the source code.
#[derive(Debug)]
struct CertificateTime(Clock);

impl TimeProvider for CertificateTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().max(SOURCE_DATE).timestamp()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// A TLS setup. Cloning is cheap: both variants are reference counted.
#[derive(Clone)]
enum TlsSetup {
    Modern(Arc<ClientConfig>),
    Legacy(native_tls::TlsConnector),
}

impl TlsSetups {
    /// Creates no setup yet. `clock` is the clock by which certificates are valid.
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, made: Mutex::default(), roots: Mutex::default() }
    }

    /// Configures a client with this TLS policy. A second client with the same policy costs almost
    /// nothing.
    pub(super) fn set(
        &self,
        builder: reqwest::ClientBuilder,
        tls: &TlsPolicy,
    ) -> Result<reqwest::ClientBuilder, FetchError> {
        // The certificate is checked after the head of the response, so it must be kept until then.
        let builder = builder.tls_info(tls.is_checked_late());
        Ok(match self.setup(tls).map_err(FetchError::Client)? {
            TlsSetup::Modern(config) => {
                builder.tls_backend_preconfigured(ClientConfig::clone(&config))
            }
            TlsSetup::Legacy(connector) => builder.tls_backend_preconfigured(connector),
        })
    }

    fn setup(&self, tls: &TlsPolicy) -> Result<TlsSetup, String> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(setup) = made.get(tls) {
            return Ok(setup.clone());
        }
        let setup = match tls.dialect {
            TlsDialect::Modern => TlsSetup::Modern(Arc::new(self.modern(&tls.trust)?)),
            TlsDialect::Legacy => TlsSetup::Legacy(legacy::connector(&tls.trust)?),
        };
        made.insert(tls.clone(), setup.clone());
        Ok(setup)
    }

    fn modern(&self, trust: &TlsTrust) -> Result<ClientConfig, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = match trust {
            TlsTrust::Authorities(named) => {
                let roots = self.roots()?;
                verifier::CertificateVerifier::of_authorities(&roots, named, &provider)?
            }
            TlsTrust::Pins(pins) => verifier::CertificateVerifier::of_pins(pins, &provider),
            TlsTrust::Any => verifier::CertificateVerifier::of_anybody(&provider),
        };
        let time = Arc::new(CertificateTime(self.clock.clone()));
        let mut config = ClientConfig::builder_with_details(provider, time)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        config.alpn_protocols = PROTOCOLS.map(|name| name.as_bytes().to_vec()).to_vec();
        Ok(config)
    }

    /// Loads the certificate authorities of this machine; an error if it has none, because every
    /// host would be rejected.
    fn roots(&self) -> Result<Arc<RootCertStore>, String> {
        let mut kept = self.roots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(roots) = &*kept {
            return Ok(roots.clone());
        }
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            let why = found.errors.first().map(|error| format!(" ({error})")).unwrap_or_default();
            return Err(format!("this machine has no certificates of authorities{why}"));
        }
        let roots = Arc::new(roots);
        *kept = Some(roots.clone());
        Ok(roots)
    }
}

/// Checks the key of a host after its response, where the TLS library could not. Must be called
/// before the response is used.
pub(super) fn check(response: &reqwest::Response, tls: &TlsPolicy) -> Result<(), TlsCause> {
    let TlsTrust::Pins(pins) = &tls.trust else { return Ok(()) };
    if !tls.is_checked_late() || response.url().scheme() != "https" {
        return Ok(());
    }
    let info = response.extensions().get::<reqwest::tls::TlsInfo>();
    let server_key = info.and_then(|info| info.peer_certificate()).and_then(Certificate::read);
    match server_key.as_ref().map(pin_of) {
        Some(server_key) if pins.contains(&server_key) => Ok(()),
        Some(server_key) => Err(TlsCause::WrongPin { server_key }),
        None => Err(TlsCause::Other("the server's certificate cannot be read".to_owned())),
    }
}

/// Finds the TLS failure in an error chain, if it has one.
pub(super) fn cause<'a>(
    mut chain: impl Iterator<Item = &'a (dyn Error + 'static)>,
    tls: &TlsPolicy,
) -> Option<TlsCause> {
    chain.find_map(|error| {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Some(cause::of_rustls(error));
        }
        let error = error.downcast_ref::<native_tls::Error>()?;
        cause::of_openssl(&error.to_string(), tls.dialect)
    })
}

/// The pin of a certificate's key.
fn pin_of(certificate: &Certificate) -> PublicKeyPin {
    let digest = ring::digest::digest(&ring::digest::SHA256, certificate.key());
    let mut bytes = [0; 32];
    for (byte, digit) in bytes.iter_mut().zip(digest.as_ref()) {
        *byte = *digit;
    }
    PublicKeyPin(bytes)
}

/// The certificate in the type of rustls.
fn der(certificate: &CertificateBytes) -> CertificateDer<'static> {
    CertificateDer::from(certificate.0.clone())
}
