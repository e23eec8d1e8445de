//! Verifies server certificates under rustls, and finds the exact reason of a rejection from the
//! chain.

use super::cause::{self, TlsCause};
use super::{Certificate, der, pin_of};
use bantin_core::{CertificateBytes, PublicKeyPin};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use std::collections::HashSet;
use std::sync::Arc;

/// Verifies certificates, and rejects them with a [`TlsCause`].
#[derive(Debug)]
pub(super) struct CertificateVerifier {
    trusted: TrustedCertificates,
    algorithms: WebPkiSupportedAlgorithms,
}

#[derive(Debug)]
enum TrustedCertificates {
    Chains(TrustChains),
    Pins(Vec<PublicKeyPin>),
    Anybody,
}

/// Trust in certificates that chain to an authority.
#[derive(Debug)]
struct TrustChains {
    library: Arc<WebPkiServerVerifier>,
    /// The names of all authorities.
    authorities: HashSet<Vec<u8>>,
    /// The certificates of `ca_file`: authorities, intermediates that the server does not send, the
    /// server's own certificate.
    extra: Vec<CertificateBytes>,
    /// The intermediates among them.
    intermediates: Vec<CertificateDer<'static>>,
}

impl CertificateVerifier {
    /// Trusts chains that end in an authority of `roots`, or in one of `extra`.
    pub(super) fn of_authorities(
        roots: &RootCertStore,
        extra: &[CertificateBytes],
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, String> {
        let mut roots = roots.clone();
        let (authorities, links): (Vec<_>, Vec<_>) =
            extra.iter().partition(|bytes| is_self_signed(bytes));
        for authority in authorities {
            roots
                .add(der(authority))
                .map_err(|error| format!("a certificate of ca_file is not accepted: {error}"))?;
        }
        // rustls stores the names without their outer tag and length; `subjects` restores them.
        let names = roots.subjects().into_iter().map(|name| name.as_ref().to_vec()).collect();
        let library = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone())
            .build()
            .map_err(|error| error.to_string())?;
        let chains = TrustChains {
            library,
            authorities: names,
            extra: extra.to_vec(),
            intermediates: links.into_iter().map(der).collect(),
        };
        Ok(Self::new(TrustedCertificates::Chains(chains), provider))
    }

    /// Trusts these keys, whatever their certificates contain.
    pub(super) fn of_pins(pins: &[PublicKeyPin], provider: &Arc<CryptoProvider>) -> Self {
        Self::new(TrustedCertificates::Pins(pins.to_vec()), provider)
    }

    /// Trusts every certificate.
    pub(super) fn of_anybody(provider: &Arc<CryptoProvider>) -> Self {
        Self::new(TrustedCertificates::Anybody, provider)
    }

    fn new(trusted: TrustedCertificates, provider: &Arc<CryptoProvider>) -> Self {
        Self { trusted, algorithms: provider.signature_verification_algorithms }
    }

    /// Verifies a signature; an error contains the key of the server.
    fn signed(
        &self,
        certificate: &CertificateDer<'_>,
        verify: impl FnOnce() -> Result<HandshakeSignatureValid, Error>,
    ) -> Result<HandshakeSignatureValid, Error> {
        // A man-in-the-middle would sign with its own valid key, so a check would prove
        // nothing.
        if matches!(self.trusted, TrustedCertificates::Anybody) {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify().map_err(|error| {
            let server_key = Certificate::read(certificate).as_ref().map(pin_of);
            rejection(cause::of_signature(&error, server_key))
        })
    }
}

impl ServerCertVerifier for CertificateVerifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        sent: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let trusted = match &self.trusted {
            TrustedCertificates::Anybody => Ok(()),
            TrustedCertificates::Pins(pins) => match Certificate::read(leaf).as_ref().map(pin_of) {
                Some(server_key) if pins.contains(&server_key) => Ok(()),
                Some(server_key) => Err(TlsCause::WrongPin { server_key }),
                None => Err(TlsCause::Other("the server's certificate cannot be read".to_owned())),
            },
            TrustedCertificates::Chains(chains) => chains.verify(leaf, sent, name, ocsp, now),
        };
        trusted.map(|()| ServerCertVerified::assertion()).map_err(rejection)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signed(certificate, || {
            verify_tls12_signature(message, certificate, signature, &self.algorithms)
        })
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signed(certificate, || {
            verify_tls13_signature(message, certificate, signature, &self.algorithms)
        })
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl TrustChains {
    fn verify(
        &self,
        leaf: &CertificateDer<'_>,
        sent: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<(), TlsCause> {
        let all: Vec<_> = sent.iter().chain(&self.intermediates).cloned().collect();
        let Err(error) = self.library.verify_server_cert(leaf, &all, name, ocsp, now) else {
            return Ok(());
        };
        let Some(certificate) = Certificate::read(leaf) else {
            return Err(cause::of_certificate(&error, None));
        };
        if self.extra.iter().any(|extra| extra.0 == certificate.der()) {
            return verify_itself(&certificate, leaf, name, now);
        }
        Err(match error {
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                self.why_unknown(&certificate, &all)
            }
            // rustls rejects an authority as a server certificate, and most self-signed
            // certificates are both.
            _ if certificate.is_self_signed() => {
                TlsCause::SelfSigned { server_key: Some(pin_of(&certificate)) }
            }
            error => cause::of_certificate(&error, Some(&certificate)),
        })
    }

    /// Follows the chain to its end. If the server did not send all certificates, it ends before a
    /// self-signed one.
    fn why_unknown(&self, certificate: &Certificate, all: &[CertificateDer<'_>]) -> TlsCause {
        let server_key = Some(pin_of(certificate));
        if certificate.is_self_signed() {
            return TlsCause::SelfSigned { server_key };
        }
        let mut rest: Vec<Certificate> =
            all.iter().filter_map(|der| Certificate::read(der)).collect();
        let mut last = certificate.clone();
        while let Some(place) = rest.iter().position(|next| last.names_issuer(next)) {
            // Each certificate is used once, so a cycle of certificates ends.
            last = rest.swap_remove(place);
            if last.is_self_signed() {
                break;
            }
        }
        let issuer = last.issuer_name();
        if last.is_self_signed() || self.authorities.contains(last.issuer()) {
            return TlsCause::UnknownIssuer { issuer, server_key };
        }
        TlsCause::IncompleteChain {
            issuer,
            address: last.issuer_address().map(ToString::to_string),
            server_key,
        }
    }
}

/// Whether a certificate names itself as its issuer.
fn is_self_signed(bytes: &CertificateBytes) -> bool {
    Certificate::read(&bytes.0).is_some_and(|certificate| certificate.is_self_signed())
}

/// Checks a certificate that is itself in `ca_file`. It needs no authority, but its name and
/// validity must be correct.
fn verify_itself(
    certificate: &Certificate,
    leaf: &CertificateDer<'_>,
    name: &ServerName<'_>,
    now: UnixTime,
) -> Result<(), TlsCause> {
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let server_key = Some(pin_of(certificate));
    match certificate.valid() {
        Some((from, _)) if seconds < from.timestamp() => {
            return Err(TlsCause::NotYetValid { from: Some(from), server_key });
        }
        Some((_, until)) if seconds > until.timestamp() => {
            return Err(TlsCause::Expired { until: Some(until), server_key });
        }
        Some(_) => {}
        None => return Err(TlsCause::Other("its dates cannot be read".to_owned())),
    }
    ParsedCertificate::try_from(leaf)
        .and_then(|parsed| verify_server_name(&parsed, name))
        .map_err(|error| cause::of_certificate(&error, Some(certificate)))
}

/// Wraps a cause in an error of rustls.
fn rejection(cause: TlsCause) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(cause))))
}
