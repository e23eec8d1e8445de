//! Decodes response bodies (content codings: RFC 9110 section 8.4, RFC 1950 to 1952, RFC 7932)
//! within limits.
//!
//! The HTTP client decodes nothing: the bytes are hashed and stored as received. Decoding here
//! stops at the limit, before a decompression bomb expands. A truncated body is an error, never
//! half a page.

use super::RequestLimits;
use super::budget::BodyBuffer;
use bantin_core::RetryAdvice;
use bantin_page::{ContentCoding, Page};
use bytes::Bytes;
use flate2::Compression;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use flate2::write::GzEncoder;
use std::io::{ErrorKind, Read, Write};
use url::Url;

/// The maximum number of members in one gzip body. Real ones have one; a body of empty members
/// would only keep a core busy.
const MAX_MEMBERS: usize = 64;

/// The bytes decoded between two yields to the runtime: a fraction of a millisecond.
const PIECE: usize = 32 << 10;

/// A response body that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The body is too long.
    #[error("it is larger than {limit} bytes, the limit for a page")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The body expands to far more than its size.
    #[error("it decodes to more than {ratio} times its size, as a decompression bomb does")]
    Bomb {
        /// [`RequestLimits::ratio`].
        ratio: usize,
    },
    /// Other bodies use all the memory reserved for bodies.
    #[error("no memory is left for it, because other large pages are being fetched")]
    OutOfMemory,
    /// The system gives no memory for it.
    #[error(
        "this machine has no memory left for it; give bantin more memory, or stop other programs"
    )]
    NoMemory,
    /// The body is truncated.
    #[error("it ends too early: {0}")]
    Truncated(String),
    /// The body does not match its content coding.
    #[error("it cannot be decoded: {0}")]
    Corrupt(String),
}

impl BodyError {
    /// The action that the schedule should take.
    pub fn advice(&self) -> RetryAdvice {
        match self {
            Self::Truncated(_) | Self::Corrupt(_) | Self::OutOfMemory | Self::NoMemory => {
                RetryAdvice::RetryLater
            }
            Self::TooLarge { .. } | Self::Bomb { .. } => RetryAdvice::SkipPage,
        }
    }
}

/// Decodes a body piece by piece, and yields to other tasks in between. `received` is the number of
/// bytes from which it was made, for the ratio of a decompression bomb.
pub(super) async fn decode(
    wire: &Bytes,
    received: usize,
    coding: ContentCoding,
    buffer: BodyBuffer,
    limits: &RequestLimits,
) -> Result<Bytes, BodyError> {
    // An empty body needs no decoding, whatever its header says; servers send this with their error
    // pages.
    if wire.is_empty() {
        return Ok(Bytes::new());
    }
    let mut decoder = BodyDecoder { received, limits, buffer };
    match coding {
        ContentCoding::Identity if wire.len() > limits.decoded => {
            return Err(BodyError::TooLarge { limit: limits.decoded });
        }
        ContentCoding::Identity => return Ok(wire.clone()),
        ContentCoding::Gzip => decoder.read_gzip(wire).await?,
        ContentCoding::Deflate if is_zlib(wire) => {
            decoder.read_to_end(&mut ZlibDecoder::new(wire.as_ref())).await?
        }
        ContentCoding::Deflate => {
            decoder.read_to_end(&mut DeflateDecoder::new(wire.as_ref())).await?
        }
        ContentCoding::Br => {
            decoder.read_to_end(&mut brotli::Decompressor::new(wire.as_ref(), 4096)).await?;
        }
    }
    Ok(decoder.buffer.into_bytes())
}

/// Decodes at most `most` bytes of a body, and stops at the first error: for files of which the
/// beginning is enough.
pub(super) fn decode_prefix(wire: &Bytes, coding: ContentCoding, most: usize) -> Bytes {
    let mut bytes = Vec::new();
    let max_bytes = most as u64;
    // The bytes decoded before an error are kept.
    let _ = match coding {
        ContentCoding::Identity => return wire.slice(..most.min(wire.len())),
        ContentCoding::Gzip => {
            GzDecoder::new(wire.as_ref()).take(max_bytes).read_to_end(&mut bytes)
        }
        ContentCoding::Deflate if is_zlib(wire) => {
            ZlibDecoder::new(wire.as_ref()).take(max_bytes).read_to_end(&mut bytes)
        }
        ContentCoding::Deflate => {
            DeflateDecoder::new(wire.as_ref()).take(max_bytes).read_to_end(&mut bytes)
        }
        ContentCoding::Br => {
            brotli::Decompressor::new(wire.as_ref(), 4096).take(max_bytes).read_to_end(&mut bytes)
        }
    };
    bytes.into()
}

/// Compresses a long body that has no coding, to keep it: a sitemap of the maximum size would need
/// 50 MB in the store. `None` for others.
pub fn packed(page: &Page) -> Option<Bytes> {
    /// Shorter ones are not worth it.
    const LONG: usize = 1 << 20;
    /// What shrinks further would be refused as a bomb.
    const MAX_RATIO: usize = 100;
    if page.coding != ContentCoding::Identity || page.wire.len() < LONG {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&page.wire).ok()?;
    let packed = encoder.finish().ok()?;
    (page.wire.len() / packed.len().max(1) < MAX_RATIO).then(|| packed.into())
}

/// Whether a file is gzip by its name and first bytes, whatever its media type: sitemaps are often
/// stored so. Tar archives are excluded, because they do not contain a page.
pub(super) fn is_gzip_file(url: &Url, wire: &[u8]) -> bool {
    let path = url.path().to_ascii_lowercase();
    path.ends_with(".gz") && !path.ends_with(".tar.gz") && is_gzip(wire)
}

/// Whether bytes start with the gzip magic number (RFC 1952 section 2.3.1).
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b, 0x08])
}

/// Whether `deflate` is zlib, as the standard requires, and not the raw stream of old servers (RFC
/// 1950 section 2.2: method 8, and the first two bytes divisible by 31).
pub(super) fn is_zlib(wire: &[u8]) -> bool {
    match wire {
        [method, flags, ..] => {
            method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31)
        }
        _ => false,
    }
}

/// The state of a body that is being decoded.
struct BodyDecoder<'a> {
    received: usize,
    limits: &'a RequestLimits,
    buffer: BodyBuffer,
}

impl BodyDecoder<'_> {
    /// Reads a decoder to its end.
    async fn read_to_end(&mut self, decoder: &mut (impl Read + Send)) -> Result<(), BodyError> {
        let mut piece = vec![0; PIECE];
        loop {
            match decoder.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(length) => {
                    self.buffer.add(piece.get(..length).unwrap_or_default()).await?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    return Err(BodyError::Truncated(error.to_string()));
                }
                Err(error) => return Err(BodyError::Corrupt(error.to_string())),
            }
            let RequestLimits { decoded: limit, ratio, ratio_from, .. } = *self.limits;
            if self.buffer.len() > ratio_from && self.buffer.len() / ratio.max(1) > self.received {
                return Err(BodyError::Bomb { ratio });
            }
            if self.buffer.len() > limit {
                return Err(BodyError::TooLarge { limit });
            }
            tokio::task::yield_now().await;
        }
    }

    /// Reads the members of a gzip stream (RFC 1952 section 2.2). Bytes after the last member are
    /// ignored as padding, as browsers do.
    async fn read_gzip(&mut self, wire: &[u8]) -> Result<(), BodyError> {
        let mut rest = wire;
        for _ in 0..MAX_MEMBERS {
            let mut member = GzDecoder::new(rest);
            self.read_to_end(&mut member).await?;
            rest = member.into_inner();
            if !rest.starts_with(&[0x1f, 0x8b]) {
                return Ok(());
            }
        }
        Err(BodyError::Corrupt(format!("more than {MAX_MEMBERS} gzip members")))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::budget::BodyBudget;
    use super::*;
    use flate2::write::{DeflateEncoder, ZlibEncoder};

    const TEXT: &str = "Ban Dân tộc tỉnh Lâm Đồng tổ chức hội nghị. ";

    pub(in super::super) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    pub(in super::super) fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    pub(in super::super) fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    pub(in super::super) fn br(bytes: &[u8]) -> Vec<u8> {
        let mut coded = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
        brotli::BrotliCompress(&mut &bytes[..], &mut coded, &parameters).unwrap();
        coded
    }

    fn decoded(wire: Vec<u8>, coding: ContentCoding) -> Result<Bytes, BodyError> {
        decode_within(wire, coding, &RequestLimits::default())
    }

    fn decode_within(
        wire: Vec<u8>,
        coding: ContentCoding,
        limits: &RequestLimits,
    ) -> Result<Bytes, BodyError> {
        let (wire, buffer) = (wire.into(), BodyBudget::default().decoded(limits));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(decode(&wire, wire.len(), coding, buffer, limits))
    }

    #[test]
    fn every_coding_that_is_asked_for_is_read() {
        let check = |wire: Vec<u8>, coding, expected: &str| {
            assert_eq!(decoded(wire, coding).unwrap(), expected.as_bytes(), "{coding:?}");
        };
        check(TEXT.into(), ContentCoding::Identity, TEXT);
        check(gzip(TEXT.as_bytes()), ContentCoding::Gzip, TEXT);
        check(zlib(TEXT.as_bytes()), ContentCoding::Deflate, TEXT);
        check(raw_deflate(TEXT.as_bytes()), ContentCoding::Deflate, TEXT);
        check(br(TEXT.as_bytes()), ContentCoding::Br, TEXT);
        check([gzip(b"a"), gzip(b"b")].concat(), ContentCoding::Gzip, "ab");
        check([gzip(b"a"), vec![0; 9]].concat(), ContentCoding::Gzip, "a");
        check(Vec::new(), ContentCoding::Gzip, "");
        check(gzip(b""), ContentCoding::Gzip, "");
    }

    #[test]
    fn a_body_that_is_cut_anywhere_is_no_page() {
        let text = TEXT.repeat(40);
        for (wire, coding) in [
            (gzip(text.as_bytes()), ContentCoding::Gzip),
            (zlib(text.as_bytes()), ContentCoding::Deflate),
            (raw_deflate(text.as_bytes()), ContentCoding::Deflate),
            (br(text.as_bytes()), ContentCoding::Br),
        ] {
            for length in 1..wire.len() {
                let error = decoded(wire[..length].to_vec(), coding).unwrap_err();
                assert_eq!(error.advice(), RetryAdvice::RetryLater, "{coding:?} {length}: {error}");
            }
        }
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let mut wire = gzip(TEXT.as_bytes());
        let middle = wire.len() / 2;
        wire[middle] ^= 0x10;
        assert!(decoded(wire, ContentCoding::Gzip).is_err());
        assert!(matches!(decoded(TEXT.into(), ContentCoding::Gzip), Err(BodyError::Corrupt(_))));
    }

    #[test]
    fn a_bomb_is_stopped_while_it_unfolds() {
        let bomb = vec![b' '; 16 << 20];
        for (wire, coding) in [
            (gzip(&bomb), ContentCoding::Gzip),
            (zlib(&bomb), ContentCoding::Deflate),
            (br(&bomb), ContentCoding::Br),
        ] {
            assert_eq!(decoded(wire, coding), Err(BodyError::Bomb { ratio: 200 }));
        }
        let small = RequestLimits { decoded: 100, ..RequestLimits::default() };
        let too_large = Err(BodyError::TooLarge { limit: 100 });
        assert_eq!(decode_within(gzip(&[b'a'; 101]), ContentCoding::Gzip, &small), too_large);
        assert_eq!(decode_within(vec![b'a'; 101], ContentCoding::Identity, &small), too_large);
        assert!(decode_within(gzip(&[b'a'; 100]), ContentCoding::Gzip, &small).is_ok());
        let many = gzip(b"").repeat(MAX_MEMBERS + 1);
        assert!(matches!(decoded(many, ContentCoding::Gzip), Err(BodyError::Corrupt(_))));
    }

    #[test]
    fn of_a_body_its_beginning_can_be_had() {
        let text = TEXT.repeat(100);
        for (wire, coding) in [
            (text.clone().into_bytes(), ContentCoding::Identity),
            (gzip(text.as_bytes()), ContentCoding::Gzip),
            (zlib(text.as_bytes()), ContentCoding::Deflate),
            (raw_deflate(text.as_bytes()), ContentCoding::Deflate),
            (br(text.as_bytes()), ContentCoding::Br),
        ] {
            let whole = Bytes::from(wire);
            assert_eq!(decode_prefix(&whole, coding, 300), text.as_bytes()[..300], "{coding:?}");
            assert_eq!(decode_prefix(&whole, coding, 1 << 20), text.as_bytes(), "{coding:?}");
        }
        assert_eq!(decode_prefix(&Bytes::from_static(b"no gzip"), ContentCoding::Gzip, 300), "");
    }

    #[test]
    fn a_file_of_gzip_is_known_by_name_and_beginning() {
        let check = |path: &str, wire: &[u8], expected| {
            let url = format!("https://a.example{path}").parse().unwrap();
            assert_eq!(is_gzip_file(&url, wire), expected, "{path}");
        };
        let wire = gzip(TEXT.as_bytes());
        check("/sitemap.xml.gz", &wire, true);
        check("/Sitemap.XML.GZ?v=2", &wire, true);
        check("/sitemap.xml.gz", b"<urlset>", false);
        check("/sitemap.xml", &wire, false);
        check("/data.tar.gz", &wire, false);
    }
}
