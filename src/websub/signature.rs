//! Signs and checks `X-Hub-Signature` (section 7.1): the HMAC of a body. Our own signatures use
//! SHA-256.

use bantin_core::Secret;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt::Write;

/// The value of the field for a body.
pub(super) fn sign(secret: &Secret, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
    format!("sha256={}", hexadecimal(hmac::sign(&key, body).as_ref()))
}

/// Whether a value of the field is valid for a body, with one of the four hash functions of the
/// Recommendation. The comparison takes constant time.
pub(super) fn is_signed(secret: &Secret, signature: &str, body: &[u8]) -> bool {
    let Some((method, digits)) = signature.trim().split_once('=') else { return false };
    let algorithm = match method.to_ascii_lowercase().as_str() {
        "sha1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => hmac::HMAC_SHA256,
        "sha384" => hmac::HMAC_SHA384,
        "sha512" => hmac::HMAC_SHA512,
        _ => return false,
    };
    let digits = digits.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let is_plain = digits.len() % 2 == 0 && digits.iter().all(u8::is_ascii_hexdigit);
    let tag: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    let key = hmac::Key::new(algorithm, secret.reveal().as_bytes());
    tag.filter(|_| is_plain).is_some_and(|tag| hmac::verify(&key, body, &tag).is_ok())
}

/// A random text of 64 hexadecimal digits; `None` if the system's random number generator fails.
pub(super) fn unguessable() -> Option<String> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(hexadecimal(&bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to memory cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_signed_as_the_rfc_has_it() {
        // RFC 4231, test case 2.
        let signed = sign(&Secret::new("Jefe"), b"what do ya want for nothing?");
        assert_eq!(
            signed,
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_signature_counts_for_its_secret_and_its_body_alone() {
        let (secret, body) = (Secret::new("bí mật"), b"tin");
        let signed = sign(&secret, body);
        assert!(is_signed(&secret, &signed, body));
        assert!(is_signed(&secret, &signed.to_uppercase(), body));
        assert!(!is_signed(&secret, &signed, b"tin gia"));
        assert!(!is_signed(&Secret::new("khác"), &signed, body));
        let digits = signed.strip_prefix("sha256=").unwrap();
        for wrong in ["", digits, "sha256=", "sha256=zz", "md5=00", "sha1=é"] {
            assert!(!is_signed(&secret, wrong, body), "{wrong}");
        }
        assert!(!is_signed(&secret, &format!("sha1={digits}"), body));
        assert!(!is_signed(&secret, signed.strip_suffix(|_: char| true).unwrap(), body));
        // RFC 2202, test case 2.
        let old = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
        assert!(is_signed(&Secret::new("Jefe"), old, b"what do ya want for nothing?"));
    }

    #[test]
    fn no_two_challenges_are_the_same() {
        let (one, other) = (unguessable().unwrap(), unguessable().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 64);
    }
}
