//! How TLS is spoken with the hosts of a source, and whom it believes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::str::FromStr;

/// How TLS is spoken. The default is what every good host speaks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TlsPolicy {
    /// Which protocols and ciphers.
    pub dialect: TlsDialect,
    /// Whose certificates are believed.
    pub trust: TlsTrust,
}

impl TlsPolicy {
    /// Whether a host has got the request before its key is looked at: OpenSSL is told of pins by nobody, so the key is
    /// checked when the answer's head is here. Nothing of the answer is used before; but a request that carries a secret
    /// must not be made in this way, and whoever gives a meaning to a key for secrets has to refuse the two together.
    pub fn is_checked_late(&self) -> bool {
        self.dialect == TlsDialect::Legacy && matches!(self.trust, TlsTrust::Pins(_))
    }
}

/// Which protocols and ciphers are spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TlsDialect {
    /// TLS 1.3, and TLS 1.2 with forward secrecy and authenticated ciphers: rustls.
    #[default]
    Modern,
    /// Whatever the OpenSSL of this machine speaks: RSA key exchange, DHE and CBC too.
    Legacy,
}

/// Whose certificates are believed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TlsTrust {
    /// Those of this machine's authorities and of these. One that is not self-signed is no authority: it is a link that hosts
    /// forget to send.
    Authorities(Vec<CertificateBytes>),
    /// Only those with one of these keys, whatever else they say.
    Pins(Vec<PublicKeyPin>),
    /// Everybody's.
    Anybody,
}

impl Default for TlsTrust {
    fn default() -> Self {
        Self::Authorities(Vec::new())
    }
}

/// The DER of a certificate that the configuration has read; `fetch::Certificate` tells its fields.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CertificateBytes(pub Vec<u8>);

impl fmt::Debug for CertificateBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateBytes({})", self.0.len())
    }
}

/// The SHA-256 of a public key: of its `SubjectPublicKeyInfo` in DER, as HTTP Public Key Pinning (RFC 7469 section 2.4) and
/// curl's `--pinnedpubkey` have it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKeyPin(pub [u8; 32]);

/// Why a text is no pin.
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
