//! What an X.509 certificate says of itself (RFC 5280 section 4.1): whose it is, who signed it, when it is valid, which key.
//!
//! Nothing here is believed: whether a certificate is to be trusted is decided by the TLS libraries alone. This serves
//! messages, pins and the sorting of certificates that an operator names, also for certificates so odd that a verifier does
//! not read them (version 1, a CA as a server), for these are the ones that messages are needed for.

use chrono::{DateTime, NaiveDateTime, Utc};
use std::fmt;
use url::Url;

/// Tags of DER (X.690 section 8.1.2) that are met on the way.
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const OID: u8 = 0x06;
const BMP_STRING: u8 = 0x1e;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// `[0]`, around the version.
const VERSION: u8 = 0xa0;
/// `[6]`, an address among the general names.
const ADDRESS: u8 = 0x86;

/// `id-ad-caIssuers` as it stands in a certificate, tag and length included (RFC 5280 section 4.2.2.1).
const CA_ISSUERS: [u8; 10] = [0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02];
/// `id-at-commonName` and `id-at-organizationName`.
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];
const ORGANIZATION: [u8; 3] = [0x55, 0x04, 0x0a];

/// The most letters of a name in a message: it is the server that wrote it.
const LONGEST_NAME: usize = 80;

/// A certificate that could be read.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Certificate {
    der: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    key: Vec<u8>,
    valid: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Certificate {
    /// Reads the DER of one certificate. `None` where it is none.
    pub fn read(der: &[u8]) -> Option<Self> {
        let (outer, rest) = Value::of(SEQUENCE, der)?;
        if !rest.is_empty() {
            return None;
        }
        let (signed, _) = Value::of(SEQUENCE, outer.content)?;
        let mut fields = signed.content;
        if let Some((_, rest)) = Value::of(VERSION, fields) {
            fields = rest;
        }
        let (_serial, fields) = Value::of(INTEGER, fields)?;
        let (_signature, fields) = Value::of(SEQUENCE, fields)?;
        let (issuer, fields) = Value::of(SEQUENCE, fields)?;
        let (validity, fields) = Value::of(SEQUENCE, fields)?;
        let (subject, fields) = Value::of(SEQUENCE, fields)?;
        let (key, _) = Value::of(SEQUENCE, fields)?;
        Some(Self {
            der: der.to_owned(),
            issuer: issuer.whole.to_owned(),
            subject: subject.whole.to_owned(),
            key: key.whole.to_owned(),
            valid: instants(validity.content),
        })
    }

    /// The certificate as it was read.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The `SubjectPublicKeyInfo`, which pins are made of.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// The first and the last instant at which it is valid, where they can be read.
    pub fn valid(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.valid
    }

    /// Whether it names itself as its issuer.
    pub fn is_self_signed(&self) -> bool {
        self.issuer == self.subject
    }

    /// Whether it names `other` as its issuer.
    pub fn names_issuer(&self, other: &Self) -> bool {
        self.issuer == other.subject
    }

    /// The DER of its issuer's name.
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// What its issuer is called, for messages.
    pub fn issuer_name(&self) -> Option<String> {
        let (names, _) = Value::of(SEQUENCE, &self.issuer)?;
        attribute(names.content, &COMMON_NAME).or_else(|| attribute(names.content, &ORGANIZATION))
    }

    /// Where it says that its issuer's certificate can be downloaded.
    pub fn issuer_address(&self) -> Option<Url> {
        let place = self.der.windows(CA_ISSUERS.len()).position(|bytes| bytes == CA_ISSUERS)?;
        let (address, _) = Value::of(ADDRESS, self.der.get(place + CA_ISSUERS.len()..)?)?;
        let address: Url = std::str::from_utf8(address.content).ok()?.parse().ok()?;
        matches!(address.scheme(), "http" | "https").then_some(address)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({} bytes, of {:?})", self.der.len(), self.issuer_name())
    }
}

/// One value of DER.
struct Value<'a> {
    content: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Value<'a> {
    /// The value at the beginning of `bytes`, where it has this tag, and what follows it.
    fn of(tag: u8, bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (found, value, rest) = next(bytes)?;
        (found == tag).then_some((value, rest))
    }
}

/// The tag, the value and what follows it (X.690 section 8.1.3).
fn next(bytes: &[u8]) -> Option<(u8, Value<'_>, &[u8])> {
    let (tag, after) = bytes.split_first()?;
    let (first, after) = after.split_first()?;
    let (length, after) = match first {
        short @ 0..=0x7f => (usize::from(*short), after),
        // Four bytes of length are more than any certificate has.
        long @ 0x81..=0x84 => {
            let (digits, after) = after.split_at_checked(usize::from(long & 0x7f))?;
            (digits.iter().fold(0, |length, digit| (length << 8) | usize::from(*digit)), after)
        }
        _ => return None,
    };
    let (content, rest) = after.split_at_checked(length)?;
    let whole = bytes.get(..bytes.len() - rest.len())?;
    Some((*tag, Value { content, whole }, rest))
}

/// Both instants of a validity (RFC 5280 section 4.1.2.5).
fn instants(validity: &[u8]) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let (tag, from, rest) = next(validity)?;
    let from = instant(tag, from.content)?;
    let (tag, until, _) = next(rest)?;
    Some((from, instant(tag, until.content)?))
}

fn instant(tag: u8, digits: &[u8]) -> Option<DateTime<Utc>> {
    let digits = std::str::from_utf8(digits).ok()?;
    let text = match tag {
        UTC_TIME if digits.starts_with(['5', '6', '7', '8', '9']) => format!("19{digits}"),
        UTC_TIME => format!("20{digits}"),
        GENERALIZED_TIME => digits.to_owned(),
        _ => return None,
    };
    Some(NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%SZ").ok()?.and_utc())
}

/// The first value of a kind in a name (RFC 5280 section 4.1.2.4).
fn attribute(mut names: &[u8], kind: &[u8]) -> Option<String> {
    while let Some((set, rest)) = Value::of(SET, names) {
        names = rest;
        let (pair, _) = Value::of(SEQUENCE, set.content)?;
        let (found, text) = Value::of(OID, pair.content)?;
        if found.content == kind {
            let (tag, text, _) = next(text)?;
            return Some(letters(tag, text.content));
        }
    }
    None
}

/// A text of a certificate as it may stand in a message.
fn letters(tag: u8, bytes: &[u8]) -> String {
    let text = match tag {
        BMP_STRING => {
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|pair| pair.iter().fold(0, |unit, byte| (unit << 8) | u16::from(*byte)))
                .collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    text.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value of DER with a short or a long length.
    fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let length = match content.len() {
            short @ 0..0x80 => vec![short as u8],
            long => vec![0x82, (long >> 8) as u8, long as u8],
        };
        [vec![tag], length, content].concat()
    }

    fn name(tag: u8, kind: &[u8], text: &[u8]) -> Vec<u8> {
        let pair = value(SEQUENCE, &[&value(OID, &[kind]), &value(tag, &[text])]);
        value(SEQUENCE, &[&value(SET, &[&pair])])
    }

    fn certificate(version: &[u8], issuer: &[u8], subject: &[u8], extensions: &[u8]) -> Vec<u8> {
        let validity = value(
            SEQUENCE,
            &[
                &value(UTC_TIME, &[b"500102030405Z"]),
                &value(GENERALIZED_TIME, &[b"20991231235959Z"]),
            ],
        );
        let signed = value(
            SEQUENCE,
            &[
                version,
                &value(INTEGER, &[&[7]]),
                &value(SEQUENCE, &[]),
                issuer,
                &validity,
                subject,
                &value(SEQUENCE, &[b"key"]),
                extensions,
            ],
        );
        value(SEQUENCE, &[&signed, &value(SEQUENCE, &[]), &value(0x03, &[&[0; 200]])])
    }

    #[test]
    fn a_certificate_of_any_version_tells_its_names_key_and_dates() {
        let issuer = name(0x0c, &COMMON_NAME, "Cục\u{1b}[31m Chứng thực".as_bytes());
        let subject = name(0x13, &COMMON_NAME, b"tin.example");
        let version_3 = value(VERSION, &[&value(INTEGER, &[&[2]])]);
        for version in [&b""[..], &version_3] {
            let read = Certificate::read(&certificate(version, &issuer, &subject, b"")).unwrap();
            assert_eq!(read.key(), value(SEQUENCE, &[b"key"]));
            assert_eq!(read.issuer_name().unwrap(), "Cục[31m Chứng thực");
            assert!(!read.is_self_signed());
            let (from, until) = read.valid().unwrap();
            assert_eq!(from.to_string(), "1950-01-02 03:04:05 UTC");
            assert_eq!(until.to_string(), "2099-12-31 23:59:59 UTC");
            let own = Certificate::read(&certificate(version, &subject, &subject, b"")).unwrap();
            assert!(own.is_self_signed() && !read.names_issuer(&own));
        }
    }

    #[test]
    fn the_issuer_is_found_by_other_names_and_addresses() {
        let wide = name(BMP_STRING, &ORGANIZATION, b"\x01\x10\x00\x1b\x00a");
        let at = [&CA_ISSUERS[..], &value(ADDRESS, &[b"http://ca.example/a.crt"])].concat();
        let read = Certificate::read(&certificate(b"", &wide, &wide, &at)).unwrap();
        assert_eq!(read.issuer_name().unwrap(), "Đa");
        assert_eq!(read.issuer_address().unwrap().as_str(), "http://ca.example/a.crt");
        let at = [&CA_ISSUERS[..], &value(ADDRESS, &[b"file:///etc/passwd"])].concat();
        let read = Certificate::read(&certificate(b"", &wide, &wide, &at)).unwrap();
        assert_eq!(read.issuer_address(), None);
    }

    #[test]
    fn what_is_cut_or_longer_is_no_certificate() {
        let issuer = name(0x0c, &COMMON_NAME, b"a");
        let whole = certificate(b"", &issuer, &issuer, b"");
        for length in 0..whole.len() {
            assert_eq!(Certificate::read(&whole[..length]), None, "{length}");
        }
        assert_eq!(Certificate::read(&[whole, vec![0]].concat()), None);
        assert_eq!(Certificate::read(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(Certificate::read(&[0x30, 0x80]), None);
    }
}
