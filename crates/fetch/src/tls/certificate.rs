//! The fields of an X.509 certificate (RFC 5280 section 4.1) that messages, pins and `ca_file`
//! need.
//!
//! Nothing here is trusted: only the TLS libraries verify a certificate. `der` reads tags and
//! lengths (X.690). The fields are read one by one instead of as a complete certificate, because
//! messages and pins are needed most for certificates that a verifier rejects: version 1, invalid
//! dates, damaged extensions.

use bantin_core::CertificateBytes;
use chrono::{DateTime, NaiveDateTime, Utc};
use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag, TagNumber};
use std::{fmt, iter};
use url::Url;

/// `[0]`, around the version.
const VERSION: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
/// `[3]`, around the extensions.
const EXTENSIONS: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(3) };
/// `[6]`, a URI among the general names (section 4.2.1.6).
const URI: Tag = Tag::ContextSpecific { constructed: false, number: TagNumber(6) };

/// `id-pe-authorityInfoAccess` and `id-ad-caIssuers` (section 4.2.2.1).
const AUTHORITY_INFO_ACCESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.1");
const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");
/// `id-at-commonName` and `id-at-organizationName`.
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");

/// The maximum number of characters of a name in a message: the server chooses the name.
const MAX_NAME: usize = 80;

/// A parsed certificate.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    key: Vec<u8>,
    valid: Option<(DateTime<Utc>, DateTime<Utc>)>,
    issuer_address: Option<Url>,
}

impl Certificate {
    /// Parses the DER of one certificate. `None` if the bytes are not a certificate.
    pub fn read(der: &[u8]) -> Option<Self> {
        Self::parse(der).ok()
    }

    fn parse(der: &[u8]) -> der::Result<Self> {
        let outer = AnyRef::from_der(der)?;
        let signed = field(&mut fields_of(outer)?, Tag::Sequence)?;
        let mut fields = fields_of(AnyRef::from_der(signed)?)?;
        if Tag::peek(&fields)? == VERSION {
            fields.tlv_bytes()?;
        }
        let _serial = field(&mut fields, Tag::Integer)?;
        let _signature = field(&mut fields, Tag::Sequence)?;
        let issuer = field(&mut fields, Tag::Sequence)?;
        let validity = field(&mut fields, Tag::Sequence)?;
        let subject = field(&mut fields, Tag::Sequence)?;
        let key = field(&mut fields, Tag::Sequence)?;
        Ok(Self {
            der: der.to_owned(),
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            key: key.to_owned(),
            valid: instants(validity),
            issuer_address: issuer_address(fields),
        })
    }

    /// The DER of the certificate.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The `SubjectPublicKeyInfo`, whose hash is the pin.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// The first and the last instant of its validity, if both can be parsed.
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

    /// The name of its issuer, for messages.
    pub fn issuer_name(&self) -> Option<String> {
        attribute(&self.issuer, COMMON_NAME).or_else(|| attribute(&self.issuer, ORGANIZATION))
    }

    /// The download URL of its issuer's certificate, according to the certificate.
    pub fn issuer_address(&self) -> Option<&Url> {
        self.issuer_address.as_ref()
    }
}

impl From<Certificate> for CertificateBytes {
    fn from(certificate: Certificate) -> Self {
        Self(certificate.der)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({} bytes, of {:?})", self.der.len(), self.issuer_name())
    }
}

/// A reader of the fields of a SEQUENCE. Unlike `AnyRef::sequence`, it allows unread fields.
fn fields_of(sequence: AnyRef<'_>) -> der::Result<SliceReader<'_>> {
    sequence.header().tag().assert_eq(Tag::Sequence)?;
    SliceReader::new(sequence.value())
}

/// Reads the next field, with its tag and length.
fn field<'a>(fields: &mut SliceReader<'a>, tag: Tag) -> der::Result<&'a [u8]> {
    Tag::peek(fields)?.assert_eq(tag)?;
    fields.tlv_bytes()
}

/// Iterates over the values in the content of another, up to the first invalid one.
fn values(content: &[u8]) -> impl Iterator<Item = AnyRef<'_>> {
    let mut reader = SliceReader::new(content).ok();
    iter::from_fn(move || reader.as_mut()?.decode().ok())
}

/// Parses both instants of a validity (section 4.1.2.5).
fn instants(validity: &[u8]) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let mut times = values(AnyRef::from_der(validity).ok()?.value());
    Some((instant(times.next()?)?, instant(times.next()?)?))
}

/// Parses an instant. The time types of `der` start in 1970; certificates have dates from 1950 on.
fn instant(time: AnyRef<'_>) -> Option<DateTime<Utc>> {
    let digits = std::str::from_utf8(time.value()).ok()?;
    let text = match time.header().tag() {
        Tag::UtcTime if digits.starts_with(['5', '6', '7', '8', '9']) => format!("19{digits}"),
        Tag::UtcTime => format!("20{digits}"),
        Tag::GeneralizedTime => digits.to_owned(),
        _ => return None,
    };
    Some(NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%SZ").ok()?.and_utc())
}

/// The first value of a kind in a name (section 4.1.2.4). Values of unknown types are skipped.
fn attribute(name: &[u8], kind: ObjectIdentifier) -> Option<String> {
    values(AnyRef::from_der(name).ok()?.value()).find_map(|set| {
        let pair = values(set.value()).next()?;
        let mut parts = values(pair.value());
        if is(parts.next()?, kind) { parts.next().map(printable) } else { None }
    })
}

/// The first URL of the issuer's certificate (section 4.2.2.1) in the extensions, which are among
/// the last fields.
fn issuer_address(mut fields: SliceReader<'_>) -> Option<Url> {
    let mut rest = iter::from_fn(|| fields.decode::<AnyRef>().ok());
    let extensions = rest.find(|field| field.header().tag() == EXTENSIONS)?;
    let access =
        values(AnyRef::from_der(extensions.value()).ok()?.value()).find_map(|extension| {
            let mut parts = values(extension.value());
            if is(parts.next()?, AUTHORITY_INFO_ACCESS) { parts.last() } else { None }
        })?;
    values(AnyRef::from_der(access.value()).ok()?.value()).find_map(|description| {
        let mut parts = values(description.value());
        let (method, place) = (parts.next()?, parts.next()?);
        if !is(method, CA_ISSUERS) || place.header().tag() != URI {
            return None;
        }
        let address: Url = std::str::from_utf8(place.value()).ok()?.parse().ok()?;
        matches!(address.scheme(), "http" | "https").then_some(address)
    })
}

/// Whether a value is this object identifier.
fn is(value: AnyRef<'_>, identifier: ObjectIdentifier) -> bool {
    value.decode_as::<ObjectIdentifier>().is_ok_and(|found| found == identifier)
}

/// A text of a certificate, sanitized for a message.
fn printable(text: AnyRef<'_>) -> String {
    let bytes = text.value();
    let text = match text.header().tag() {
        Tag::BmpString => {
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|pair| pair.iter().fold(0, |unit, byte| (unit << 8) | u16::from(*byte)))
                .collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    text.chars().filter(|letter| !letter.is_control()).take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Tags of DER (X.690 section 8.1.2).
    const SEQUENCE: u8 = 0x30;
    const SET: u8 = 0x31;
    const INTEGER: u8 = 0x02;
    const OID: u8 = 0x06;
    const OCTETS: u8 = 0x04;
    const BMP_STRING: u8 = 0x1e;
    const UTC_TIME: u8 = 0x17;
    const GENERALIZED_TIME: u8 = 0x18;
    /// `[0]`, `[3]` and `[6]`.
    const VERSION: u8 = 0xa0;
    const EXTENSIONS: u8 = 0xa3;
    const URI: u8 = 0x86;

    /// A value of DER with the shortest length that fits.
    fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let length = match content.len() {
            short @ 0..0x80 => vec![short as u8],
            long @ 0x80..0x100 => vec![0x81, long as u8],
            long => vec![0x82, (long >> 8) as u8, long as u8],
        };
        [vec![tag], length, content].concat()
    }

    fn name(tag: u8, kind: ObjectIdentifier, text: &[u8]) -> Vec<u8> {
        let pair = value(SEQUENCE, &[&value(OID, &[kind.as_bytes()]), &value(tag, &[text])]);
        value(SEQUENCE, &[&value(SET, &[&pair])])
    }

    /// Extensions of which the second contains the URL of the issuer's certificate.
    fn extensions(address: &str) -> Vec<u8> {
        let access = |method: ObjectIdentifier, tag: u8, place: &str| {
            let method = value(OID, &[method.as_bytes()]);
            value(SEQUENCE, &[&method, &value(tag, &[place.as_bytes()])])
        };
        let ocsp = access(ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1"), URI, "http://ocsp");
        let folder = access(CA_ISSUERS, 0xa4, "");
        let places = value(SEQUENCE, &[&ocsp, &folder, &access(CA_ISSUERS, URI, address)]);
        let extension = |kind: ObjectIdentifier, critical: &[u8], content: &[u8]| {
            let kind = value(OID, &[kind.as_bytes()]);
            value(SEQUENCE, &[&kind, critical, &value(OCTETS, &[content])])
        };
        // BOOLEAN is 0xff in DER; other programs write other numbers.
        let constraints = ObjectIdentifier::new_unwrap("2.5.29.19");
        let first = extension(constraints, &[1, 1, 1], &value(SEQUENCE, &[]));
        let second = extension(AUTHORITY_INFO_ACCESS, &[], &places);
        value(EXTENSIONS, &[&value(SEQUENCE, &[&first, &second])])
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
        let issuer = name(0x0c, COMMON_NAME, "Cục\u{1b}[31m Chứng thực".as_bytes());
        let subject = name(0x13, COMMON_NAME, b"tin.example");
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
        let wide = name(BMP_STRING, ORGANIZATION, b"\x01\x10\x00\x1b\x00a");
        let address = |place: &str| {
            let whole = certificate(b"", &wide, &wide, &extensions(place));
            Certificate::read(&whole).unwrap().issuer_address().map(ToString::to_string)
        };
        assert_eq!(address("http://ca.example/a.crt").unwrap(), "http://ca.example/a.crt");
        assert_eq!(address("file:///etc/passwd"), None);
        assert_eq!(address("không có"), None);
    }

    #[test]
    fn an_identifier_inside_a_text_is_not_an_extension() {
        let access =
            [value(OID, &[CA_ISSUERS.as_bytes()]), value(URI, &[b"http://elsewhere.example/"])]
                .concat();
        let subject = name(0x0c, ORGANIZATION, &access);
        let read = Certificate::read(&certificate(b"", &subject, &subject, b"")).unwrap();
        assert_eq!(read.issuer_address(), None);
    }

    #[test]
    fn a_text_of_unknown_type_or_dates_that_cannot_be_read_hide_nothing_else() {
        let universal = value(
            SET,
            &[&value(
                SEQUENCE,
                &[&value(OID, &[COMMON_NAME.as_bytes()]), &value(0x1c, &[b"\0\0\0a"])],
            )],
        );
        let known = name(0x13, ORGANIZATION, b"So KHCN");
        let both = value(SEQUENCE, &[&universal, &known[2..]]);
        let whole = certificate(b"", &both, &both, b"");
        assert_eq!(Certificate::read(&whole).unwrap().issuer_name().unwrap(), "So KHCN");
        let place = whole.windows(6).position(|bytes| bytes == b"500102").unwrap();
        let mut odd = whole.clone();
        odd[place + 2] = b'9';
        let odd = Certificate::read(&odd).unwrap();
        assert_eq!((odd.valid(), odd.key()), (None, &value(SEQUENCE, &[b"key"])[..]));
    }

    #[test]
    fn what_is_cut_or_longer_is_no_certificate() {
        let issuer = name(0x0c, COMMON_NAME, b"a");
        let whole = certificate(b"", &issuer, &issuer, b"");
        for length in 0..whole.len() {
            assert_eq!(Certificate::read(&whole[..length]), None, "{length}");
        }
        assert_eq!(Certificate::read(&[&whole[..], &[0]].concat()), None);
        // BER allows longer lengths than necessary; certificates are DER.
        let content = whole.len() - 4;
        let padded = [&[0x30, 0x83, 0, (content >> 8) as u8, content as u8], &whole[4..]].concat();
        assert_eq!(Certificate::read(&padded), None);
        assert_eq!(Certificate::read(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(Certificate::read(&[0x30, 0x80]), None);
    }

    proptest! {
        /// A server can send anything.
        #[test]
        fn damaged_certificates_never_panic(
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        ) {
            let issuer = name(BMP_STRING, COMMON_NAME, b"\x01\x10\x00a");
            let mut bytes = certificate(b"", &issuer, &issuer, &extensions("http://ca.example/a"));
            for (place, byte) in damage {
                *place.get_mut(&mut bytes) = byte;
            }
            if let Some(read) = Certificate::read(&bytes) {
                prop_assert_eq!(read.der(), &bytes[..]);
                prop_assert!(read.issuer_name().is_none_or(|name| name.chars().count() <= MAX_NAME));
                let shown = format!("{read:?}");
                prop_assert!(shown.starts_with("Certificate("));
            }
        }

        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let nested = value(SEQUENCE, &[&value(SEQUENCE, &[&bytes])]);
            for bytes in [&bytes, &nested] {
                let _ = Certificate::read(bytes).map(|read| read.issuer_name());
            }
        }
    }
}
