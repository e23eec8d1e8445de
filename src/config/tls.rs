//! What the keys of a source that speak of TLS mean.

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

/// How TLS is spoken. What is wrong is told, and then taken for left out.
pub(super) fn tls(keys: &written::SourceKeys, reading: &mut Diagnostics) -> TlsPolicy {
    let dialect = match keys.tls.as_ref().map(|tls| tls.value) {
        None | Some(TlsDialectKey::Modern) => TlsDialect::Modern,
        Some(TlsDialectKey::Legacy) => TlsDialect::Legacy,
    };
    let authorities = authorities(&keys.ca_file, reading);
    let pins = reading.values("spki_sha256", &keys.spki_sha256, pin);
    let off = keys.tls_verify.as_ref().filter(|verify| verify.value == TlsVerify::Off);
    let first_pin = pins.first().map(|pin| pin.span.clone());
    misfits(off.map(|off| &off.span), first_pin.as_ref(), keys.ca_file.as_ref(), reading);
    let trust = match off {
        Some(off) => {
            let message = "tls_verify = \"off\": anybody on the way to this source can change what is published under your name; name its key under spki_sha256 instead (`bantin try` without this line shows it)";
            reading.warn(&off.span, message);
            TlsTrust::Anybody
        }
        None if pins.is_empty() => TlsTrust::Authorities(authorities),
        None => TlsTrust::Pins(pins.into_iter().map(|pin| pin.value).collect()),
    };
    TlsPolicy { dialect, trust }
}

/// Tells keys that have no effect beside each other: an operator who wrote both believes in both.
fn misfits(
    off: Option<&TextSpan>,
    pin: Option<&TextSpan>,
    ca_file: Option<&Spanned<String>>,
    reading: &mut Diagnostics,
) {
    let mut misfit = |message: &str, place: &TextSpan, hint: &str| {
        reading.problem(ConfigProblem::new(message).at(place).hint(hint.to_owned()));
    };
    if let (Some(off), Some(_)) = (off, pin) {
        let message = "`tls_verify` is \"off\", so nobody looks at `spki_sha256`";
        misfit(message, off, "take tls_verify out: the keys alone are enough");
    } else if let (Some(off), Some(_)) = (off, ca_file) {
        let message = "`tls_verify` is \"off\", so nobody looks at `ca_file`";
        misfit(message, off, "take tls_verify out: the certificates alone are enough");
    } else if let (Some(_), Some(ca_file)) = (pin, ca_file) {
        let message = "`ca_file` is not looked at where `spki_sha256` names the keys";
        misfit(message, &ca_file.span, "take one of both out");
    }
}

fn pin(text: &str) -> Result<PublicKeyPin, ValueError> {
    text.parse().map_err(|e: bantin_core::PublicKeyPinError| {
        ValueError::new(e.to_string()).hint(
            "`bantin try` without it says which key the server has, if that key is not believed anyway",
        )
    })
}

fn authorities(
    written: &Option<Spanned<String>>,
    reading: &mut Diagnostics,
) -> Vec<CertificateBytes> {
    let Some(Spanned { value, span }) = written else { return Vec::new() };
    let path = reading.files.folder(span).join(value);
    let bytes = reading.files.read_bytes(&path);
    let read = reading.value("ca_file", written, |_| {
        let bytes = bytes.map_err(|why| {
            ValueError::new(format!("names {}, which cannot be read: {why}", path.display()))
                .hint("it is relative to the file that names it")
        })?;
        certificates(&bytes).map_err(|why| {
            ValueError::new(format!("names {}, which {why}", path.display()))
                .hint("a certificate in PEM begins with -----BEGIN CERTIFICATE-----")
        })
    });
    read.unwrap_or_default()
}

/// The certificates of a file: any number in PEM (RFC 7468), or one in DER, as authorities offer theirs for download.
fn certificates(bytes: &[u8]) -> Result<Vec<CertificateBytes>, String> {
    if let Some(one) = Certificate::read(bytes) {
        return Ok(vec![one.into()]);
    }
    let mut certificates = Vec::new();
    for (place, der) in CertificateDer::pem_slice_iter(bytes).enumerate() {
        let certificate = der.ok().and_then(|der| Certificate::read(&der));
        let certificate = certificate.ok_or_else(|| {
            format!("cannot be read: its certificate number {} is damaged", place + 1)
        })?;
        certificates.push(certificate.into());
    }
    if certificates.is_empty() {
        return Err("holds no certificate".to_owned());
    }
    Ok(certificates)
}
