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
    believed: TrustedCertificates,
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
    named: Vec<CertificateBytes>,
    /// The intermediates among them.
    links: Vec<CertificateDer<'static>>,
}

impl CertificateVerifier {
    /// Trusts chains that end in an authority of `roots`, or in one of `named`.
    pub(super) fn of_authorities(
        roots: &RootCertStore,
        named: &[CertificateBytes],
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, String> {
        let mut roots = roots.clone();
        let (authorities, links): (Vec<_>, Vec<_>) =
            named.iter().partition(|bytes| is_self_signed(bytes));
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
            named: named.to_vec(),
            links: links.into_iter().map(der).collect(),
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

    fn new(believed: TrustedCertificates, provider: &Arc<CryptoProvider>) -> Self {
        Self { believed, algorithms: provider.signature_verification_algorithms }
    }

    /// Verifies a signature; an error contains the key of the server.
    fn signed(
        &self,
        certificate: &CertificateDer<'_>,
        verify: impl FnOnce() -> Result<HandshakeSignatureValid, Error>,
    ) -> Result<HandshakeSignatureValid, Error> {
        // An attacker on the path would sign with a valid key of its own, so a check proves
        // nothing.
        if matches!(self.believed, TrustedCertificates::Anybody) {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify().map_err(|error| {
            let seen = Certificate::read(certificate).as_ref().map(pin_of);
            rejection(cause::of_signature(&error, seen))
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
        let believed = match &self.believed {
            TrustedCertificates::Anybody => Ok(()),
            TrustedCertificates::Pins(pins) => match Certificate::read(leaf).as_ref().map(pin_of) {
                Some(seen) if pins.contains(&seen) => Ok(()),
                Some(seen) => Err(TlsCause::WrongPin { seen }),
                None => Err(TlsCause::Other("the server's certificate cannot be read".to_owned())),
            },
            TrustedCertificates::Chains(chains) => chains.verify(leaf, sent, name, ocsp, now),
        };
        believed.map(|()| ServerCertVerified::assertion()).map_err(rejection)
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
        let all: Vec<_> = sent.iter().chain(&self.links).cloned().collect();
        let Err(error) = self.library.verify_server_cert(leaf, &all, name, ocsp, now) else {
            return Ok(());
        };
        let Some(own) = Certificate::read(leaf) else {
            return Err(cause::of_certificate(&error, None));
        };
        if self.named.iter().any(|named| named.0 == own.der()) {
            return verify_itself(&own, leaf, name, now);
        }
        Err(match error {
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                self.why_unknown(&own, &all)
            }
            // rustls rejects an authority as a server certificate, and most self-signed
            // certificates are both.
            _ if own.is_self_signed() => TlsCause::SelfSigned { seen: Some(pin_of(&own)) },
            error => cause::of_certificate(&error, Some(&own)),
        })
    }

    /// Follows the chain to its end. If the server did not send all certificates, it ends before a
    /// self-signed one.
    fn why_unknown(&self, own: &Certificate, all: &[CertificateDer<'_>]) -> TlsCause {
        let seen = Some(pin_of(own));
        if own.is_self_signed() {
            return TlsCause::SelfSigned { seen };
        }
        let mut rest: Vec<Certificate> =
            all.iter().filter_map(|der| Certificate::read(der)).collect();
        let mut last = own.clone();
        while let Some(place) = rest.iter().position(|next| last.names_issuer(next)) {
            // Each certificate is used once, so a cycle of certificates ends.
            last = rest.swap_remove(place);
            if last.is_self_signed() {
                break;
            }
        }
        let issuer = last.issuer_name();
        if last.is_self_signed() || self.authorities.contains(last.issuer()) {
            return TlsCause::UnknownIssuer { issuer, seen };
        }
        TlsCause::IncompleteChain {
            issuer,
            address: last.issuer_address().map(ToString::to_string),
            seen,
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
    own: &Certificate,
    leaf: &CertificateDer<'_>,
    name: &ServerName<'_>,
    now: UnixTime,
) -> Result<(), TlsCause> {
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let seen = Some(pin_of(own));
    match own.valid() {
        Some((from, _)) if seconds < from.timestamp() => {
            return Err(TlsCause::NotYetValid { from: Some(from), seen });
        }
        Some((_, until)) if seconds > until.timestamp() => {
            return Err(TlsCause::Expired { until: Some(until), seen });
        }
        Some(_) => {}
        None => return Err(TlsCause::Other("its dates cannot be read".to_owned())),
    }
    ParsedCertificate::try_from(leaf)
        .and_then(|parsed| verify_server_name(&parsed, name))
        .map_err(|error| cause::of_certificate(&error, Some(own)))
}

/// Wraps a cause in an error of rustls.
fn rejection(cause: TlsCause) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(cause))))
}
