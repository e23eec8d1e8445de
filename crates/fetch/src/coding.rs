//! The content coding of a body (RFC 9110 section 8.4): what its bytes are, because the header says
//! something else on many servers.
//!
//! Seen: names of character encodings and of nothing at all in `Content-Encoding`, a plain body
//! declared as gzip by a proxy that unpacked it, a packed one without any header, one layer that two
//! servers declare. Only the beginning is tried here; [`super::body`] decodes within its limits.

use super::body::{decode_prefix, is_gzip, is_gzip_file, is_zlib};
use bantin_page::{ContentCoding, MediaType};
use bytes::Bytes;
use url::Url;

/// The bytes that are looked at, received or decoded.
const BEGINNING: usize = 1024;
/// The shortest beginning that proves a text by having no control characters. Compressed bytes are
/// a control character with a probability of a tenth each.
const PROOF: usize = 64;

/// Returns the coding of a body. `declared`: the values of `Content-Encoding`.
pub(super) fn of_body<'a>(
    wire: &Bytes,
    declared: impl Iterator<Item = &'a [u8]>,
    media: &MediaType,
    url: &Url,
) -> ContentCoding {
    let declared: Vec<String> =
        declared.map(|f| String::from_utf8_lossy(f).to_lowercase()).collect();
    let mut known = declared.iter().flat_map(|field| field.split(',')).filter_map(named);
    // The last coding that is named was applied last (RFC 9110 section 8.4).
    let named = known.next_back();
    if is_gzip(wire) {
        let is_packed = named.is_some() || is_text_type(media) || is_gzip_file(url, wire);
        return if is_packed { ContentCoding::Gzip } else { ContentCoding::Identity };
    }
    if is_text(wire) {
        return ContentCoding::Identity;
    }
    let begins = |coding| !decode_prefix(wire, coding, BEGINNING).is_empty();
    let reads = |coding| {
        let start = decode_prefix(wire, coding, BEGINNING);
        !start.is_empty() && is_text(&start)
    };
    match named {
        Some(coding @ (ContentCoding::Deflate | ContentCoding::Br)) if begins(coding) => coding,
        None if !is_text_type(media) => ContentCoding::Identity,
        named => {
            let unnamed = [ContentCoding::Deflate, ContentCoding::Br];
            let found = unnamed.into_iter().find(|coding| reads(*coding));
            found.or(named).unwrap_or(ContentCoding::Identity)
        }
    }
}

/// Returns the coding of a body that was decoded once, if it is a body that was coded twice.
pub(super) fn of_decoded(bytes: &Bytes) -> Option<ContentCoding> {
    let is_deflate = || {
        is_zlib(bytes)
            && !is_text(bytes)
            && is_text(&decode_prefix(bytes, ContentCoding::Deflate, BEGINNING))
    };
    match is_gzip(bytes) {
        true => Some(ContentCoding::Gzip),
        false => is_deflate().then_some(ContentCoding::Deflate),
    }
}

/// The coding of a name.
fn named(name: &str) -> Option<ContentCoding> {
    match name.trim().trim_matches('"') {
        "gzip" | "x-gzip" => Some(ContentCoding::Gzip),
        "deflate" => Some(ContentCoding::Deflate),
        "br" => Some(ContentCoding::Br),
        _ => None,
    }
}

/// Whether a media type is that of a text, or missing.
fn is_text_type(media: &MediaType) -> bool {
    let essence = media.essence.as_str();
    essence.is_empty()
        || essence.starts_with("text/")
        || essence.ends_with("xml")
        || essence.ends_with("json")
}

/// Whether bytes begin like a text: with the mark of an encoding, or without control characters
/// where markup or enough text proves it.
fn is_text(bytes: &[u8]) -> bool {
    const MARKS: [&[u8]; 3] = [b"\xEF\xBB\xBF", b"\xFE\xFF", b"\xFF\xFE"];
    if MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return true;
    }
    // Escape begins the sequences of ISO-2022-JP.
    let is_control =
        |b: &u8| *b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r' | b'\x0C' | b'\x1B') || *b == 0x7F;
    let start = bytes.get(..BEGINNING).unwrap_or(bytes);
    let is_markup = start.trim_ascii_start().starts_with(b"<")
        || start.trim_ascii_start().starts_with(b"{")
        || start.trim_ascii_start().starts_with(b"[");
    !start.iter().any(is_control) && (is_markup || start.len() >= PROOF || start.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::super::body::tests::{br, gzip, raw_deflate, zlib};
    use super::*;

    const PAGE: &str = "<p>Ban Dân tộc tỉnh Lâm Đồng tổ chức hội nghị tổng kết công tác.</p>";

    #[track_caller]
    fn check(declared: &[&str], media: &str, wire: Vec<u8>, expected: ContentCoding) {
        let url = "https://a.example/rss".parse().unwrap();
        let fields = declared.iter().map(|field| field.as_bytes());
        let found = of_body(&wire.into(), fields, &MediaType::read(media), &url);
        assert_eq!(found, expected, "{declared:?} {media}");
    }

    #[test]
    fn a_header_that_says_what_the_bytes_are_is_followed() {
        let page = PAGE.as_bytes();
        check(&[], "text/html", page.into(), ContentCoding::Identity);
        check(&["identity"], "text/html", page.into(), ContentCoding::Identity);
        for name in ["gzip", "GZIP", "x-gzip", "identity, gzip"] {
            check(&[name], "text/html", gzip(page), ContentCoding::Gzip);
        }
        check(&["gzip"], "application/pdf", gzip(page), ContentCoding::Gzip);
        check(&["deflate"], "text/html", zlib(page), ContentCoding::Deflate);
        check(&["deflate"], "text/html", raw_deflate(page), ContentCoding::Deflate);
        check(&["br"], "text/html", br(page), ContentCoding::Br);
    }

    #[test]
    fn a_header_that_names_no_coding_says_nothing() {
        for name in ["utf-8", "UTF-8", "binary", "none", "8bit", "text/xml", "", "zstd, x"] {
            check(&[name], "text/xml", PAGE.into(), ContentCoding::Identity);
            check(&[name], "text/xml", gzip(PAGE.as_bytes()), ContentCoding::Gzip);
        }
    }

    #[test]
    fn the_bytes_decide_against_the_header() {
        let page = PAGE.as_bytes();
        for name in ["gzip", "deflate", "br", "gzip, gzip"] {
            check(&[name], "text/html", page.into(), ContentCoding::Identity);
            check(&[name], "text/html", b"\xFF\xFE<\0p\0".to_vec(), ContentCoding::Identity);
        }
        check(&["deflate"], "text/html", gzip(page), ContentCoding::Gzip);
        check(&["br"], "text/html", gzip(page), ContentCoding::Gzip);
        check(&["gzip"], "text/html", zlib(page), ContentCoding::Deflate);
        check(&["gzip"], "text/html", br(page), ContentCoding::Br);
        check(&["gzip", "gzip"], "text/html", gzip(page), ContentCoding::Gzip);
        check(&["deflate, gzip"], "text/html", gzip(&zlib(page)), ContentCoding::Gzip);
    }

    #[test]
    fn a_text_that_is_secretly_coded_is_recognized_and_a_file_is_not() {
        let page = PAGE.as_bytes();
        for media in ["text/html; charset=utf-8", "application/rss+xml", "", "application/json"] {
            check(&[], media, gzip(page), ContentCoding::Gzip);
            check(&[], media, zlib(page), ContentCoding::Deflate);
            check(&[], media, br(page), ContentCoding::Br);
        }
        check(&[], "application/gzip", gzip(page), ContentCoding::Identity);
        check(&[], "application/pdf", zlib(page), ContentCoding::Identity);
        check(&[], "text/plain", b"a\x0Bb".to_vec(), ContentCoding::Identity);
    }

    #[test]
    fn what_cannot_be_read_keeps_its_name() {
        check(&["gzip"], "text/html", vec![0x1F], ContentCoding::Gzip);
        check(&["deflate"], "text/html", vec![0, 1, 2, 3], ContentCoding::Deflate);
    }

    #[test]
    fn a_second_layer_is_found() {
        let page = PAGE.as_bytes();
        assert_eq!(of_decoded(&gzip(page).into()), Some(ContentCoding::Gzip));
        assert_eq!(of_decoded(&zlib(page).into()), Some(ContentCoding::Deflate));
        assert_eq!(of_decoded(&Bytes::from_static(page_of())), None);
        assert_eq!(of_decoded(&Bytes::from_static(b"x^2 + y^2")), None);
    }

    fn page_of() -> &'static [u8] {
        PAGE.as_bytes()
    }
}
