//! TLS settings of a source: protocol versions, ciphers and trusted certificates.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::str::FromStr;

/// The TLS settings. The default suits every properly configured host.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TlsPolicy {
    /// The protocol versions and ciphers.
    pub dialect: TlsDialect,
    /// The trusted certificates.
    pub trust: TlsTrust,
}

impl TlsPolicy {
    /// Whether a host receives the request before its key is checked. OpenSSL cannot be given pins,
    /// so the key is checked once the head of the response has arrived.
    ///
    /// No part of the response is used before the check. But a request with a secret must not be
    /// sent this way: code that adds a key for secrets to the configuration must reject the
    /// combination.
    pub fn is_checked_late(&self) -> bool {
        self.dialect == TlsDialect::Legacy && matches!(self.trust, TlsTrust::Pins(_))
    }
}

/// The protocol versions and ciphers of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TlsDialect {
    /// TLS 1.3, and TLS 1.2 with forward secrecy and authenticated ciphers: rustls.
    #[default]
    Modern,
    /// Whatever the machine's OpenSSL supports, including RSA key exchange, DHE and CBC.
    Legacy,
}

/// The certificates that are trusted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TlsTrust {
    /// Those issued by the machine's authorities or by these. A certificate here that is not
    /// self-signed is not an authority but an intermediate that hosts fail to send.
    Authorities(Vec<CertificateBytes>),
    /// Only those with one of these keys, regardless of everything else in them.
    Pins(Vec<PublicKeyPin>),
    /// All certificates.
    Any,
}

impl Default for TlsTrust {
    fn default() -> Self {
        Self::Authorities(Vec::new())
    }
}

/// The DER of a certificate from the configuration; `fetch::Certificate` parses its fields.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CertificateBytes(pub Vec<u8>);

impl fmt::Debug for CertificateBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateBytes({})", self.0.len())
    }
}

/// The SHA-256 of a public key: of its `SubjectPublicKeyInfo` in DER, as in HTTP Public Key Pinning
/// (RFC 7469 section 2.4) and curl's `--pinnedpubkey`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKeyPin(pub [u8; 32]);

/// The error for a text that is not a valid pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyPinError {
    /// It is neither base64 nor hexadecimal.
    #[error("is neither base64 nor 64 hexadecimal digits")]
    Coding,
    /// It has the wrong length.
    #[error("has {0} bytes, and a SHA-256 has 32")]
    Length(usize),
}

impl FromStr for PublicKeyPin {
    type Err = PublicKeyPinError;

    fn from_str(text: &str) -> Result<Self, PublicKeyPinError> {
        let text = text.trim();
        let digits: String = text.chars().filter(|letter| *letter != ':').collect();
        let bytes = if digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
            let byte = |pair: Option<&str>| u8::from_str_radix(pair?, 16).ok();
            pairs.map(byte).collect::<Option<Vec<u8>>>().ok_or(PublicKeyPinError::Coding)?
        } else {
            let text = text.strip_prefix("sha256//").unwrap_or(text);
            STANDARD.decode(text).map_err(|_| PublicKeyPinError::Coding)?
        };
        let length = bytes.len();
        bytes.try_into().map(Self).map_err(|_| PublicKeyPinError::Length(length))
    }
}

impl fmt::Display for PublicKeyPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256//{}", STANDARD.encode(self.0))
    }
}

impl fmt::Debug for PublicKeyPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_read_as_curl_browsers_and_openssl_write_it() {
        let pin = PublicKeyPin(std::array::from_fn(|place| place as u8 * 8));
        let shown = pin.to_string();
        assert_eq!(shown, "sha256//AAgQGCAoMDhASFBYYGhweICIkJigqLC4wMjQ2ODo8Pg=");
        let bare = shown.trim_start_matches("sha256//");
        let hex: String = pin.0.iter().map(|byte| format!("{byte:02X}")).collect();
        let colons: Vec<String> = pin.0.iter().map(|byte| format!("{byte:02x}")).collect();
        for text in [&shown, bare, &hex, &hex.to_lowercase(), &colons.join(":")] {
            assert_eq!(text.parse(), Ok(pin), "{text}");
        }
    }

    #[test]
    fn what_is_no_pin_says_why() {
        let check = |text: &str, expected| {
            assert_eq!(text.parse::<PublicKeyPin>(), Err(expected), "{text}")
        };
        check("", PublicKeyPinError::Length(0));
        check("c2hvcnQ=", PublicKeyPinError::Length(5));
        check("không phải", PublicKeyPinError::Coding);
        check(&"0".repeat(63), PublicKeyPinError::Coding);
    }

    #[test]
    fn only_openssl_looks_at_pins_late() {
        let pins = TlsTrust::Pins(vec![PublicKeyPin([0; 32])]);
        let late = |dialect, trust| TlsPolicy { dialect, trust }.is_checked_late();
        assert!(late(TlsDialect::Legacy, pins.clone()));
        assert!(!late(TlsDialect::Modern, pins));
        assert!(!late(TlsDialect::Legacy, TlsTrust::default()));
    }
}
