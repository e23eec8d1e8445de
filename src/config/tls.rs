//! Interprets the TLS keys of a source.

use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::files::TextSpan;
use super::values::ValueError;
use super::written::{self, TlsDialectKey, TlsVerify};
use bantin_core::{CertificateBytes, PublicKeyPin, TlsDialect, TlsPolicy, TlsTrust};
use bantin_fetch::Certificate;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The TLS policy of a source. Invalid values are reported and then ignored.
pub(super) fn tls(keys: &written::SourceKeys, diagnostics: &mut Diagnostics) -> TlsPolicy {
    let dialect = match keys.tls.as_ref().map(|tls| tls.value) {
        None | Some(TlsDialectKey::Modern) => TlsDialect::Modern,
        Some(TlsDialectKey::Legacy) => TlsDialect::Legacy,
    };
    let authorities = authorities(&keys.ca_file, diagnostics);
    let pins = diagnostics.values("spki_sha256", &keys.spki_sha256, pin);
    let off = keys.tls_verify.as_ref().filter(|verify| verify.value == TlsVerify::Off);
    let first_pin = pins.first().map(|pin| pin.span.clone());
    misfits(off.map(|off| &off.span), first_pin.as_ref(), keys.ca_file.as_ref(), diagnostics);
    let trust = match off {
        Some(off) => {
            let message = "tls_verify = \"off\": anyone on the network path to this source can change what is published under your name; pin its key with spki_sha256 instead (`bantin try` without this line shows it)";
            diagnostics.warn(&off.span, message);
            TlsTrust::Any
        }
        None if pins.is_empty() => TlsTrust::Authorities(authorities),
        None => TlsTrust::Pins(pins.into_iter().map(|pin| pin.value).collect()),
    };
    TlsPolicy { dialect, trust }
}

/// Reports keys that cancel each other: an operator who wrote both relies on both.
fn misfits(
    off: Option<&TextSpan>,
    pin: Option<&TextSpan>,
    ca_file: Option<&Spanned<String>>,
    diagnostics: &mut Diagnostics,
) {
    let mut misfit = |message: &str, place: &TextSpan, hint: &str| {
        diagnostics.problem(ConfigProblem::new(message).at(place).hint(hint.to_owned()));
    };
    if let (Some(off), Some(_)) = (off, pin) {
        let message = "`tls_verify` is \"off\", so `spki_sha256` is not checked";
        misfit(message, off, "remove tls_verify: the keys alone are enough");
    } else if let (Some(off), Some(_)) = (off, ca_file) {
        let message = "`tls_verify` is \"off\", so `ca_file` is not used";
        misfit(message, off, "remove tls_verify: the certificates alone are enough");
    } else if let (Some(_), Some(ca_file)) = (pin, ca_file) {
        let message = "`ca_file` is not used if `spki_sha256` is set";
        misfit(message, &ca_file.span, "remove one of the two");
    }
}

fn pin(text: &str) -> Result<PublicKeyPin, ValueError> {
    text.parse().map_err(|e: bantin_core::PublicKeyPinError| {
        ValueError::new(e.to_string()).hint(
            "`bantin try` without this line shows the key of the server, unless the key is trusted anyway",
        )
    })
}

fn authorities(
    written: &Option<Spanned<String>>,
    diagnostics: &mut Diagnostics,
) -> Vec<CertificateBytes> {
    let Some(Spanned { value, span }) = written else { return Vec::new() };
    let path = diagnostics.files.folder(span).join(value);
    let bytes = diagnostics.files.read_bytes(&path);
    let read = diagnostics.value("ca_file", written, |_| {
        let bytes = bytes.map_err(|why| {
            ValueError::new(format!("names {}, which cannot be read: {why}", path.display()))
                .hint("the path is relative to the file that names it")
        })?;
        certificates(&bytes).map_err(|why| {
            ValueError::new(format!("names {}, which {why}", path.display()))
                .hint("a certificate in PEM begins with -----BEGIN CERTIFICATE-----")
        })
    });
    read.unwrap_or_default()
}

/// The certificates of a file: any number in PEM (RFC 7468), or one in DER, the form in which
/// authorities offer theirs for download.
fn certificates(bytes: &[u8]) -> Result<Vec<CertificateBytes>, String> {
    if let Some(one) = Certificate::read(bytes) {
        return Ok(vec![one.into()]);
    }
    let mut certificates = Vec::new();
    for (place, der) in CertificateDer::pem_slice_iter(bytes).enumerate() {
        let certificate = der.ok().and_then(|der| Certificate::read(&der));
        let certificate = certificate.ok_or_else(|| {
            format!("cannot be read: certificate number {} in it is damaged", place + 1)
        })?;
        certificates.push(certificate.into());
    }
    if certificates.is_empty() {
        return Err("contains no certificate".to_owned());
    }
    Ok(certificates)
}
