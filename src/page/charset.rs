//! From bytes to text.
//!
//! The order: byte order mark; UTF-8 where the bytes are that, whatever a header says; the HTTP label; the label in the
//! page; detection (chardetng), told that the page is Vietnamese. Agencies' servers send `iso-8859-1` with UTF-8 pages
//! more often than anything else, and no text of another encoding is valid UTF-8 by chance.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1258};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Above this share of U+FFFD a page is refused: mojibake is worse than no article.
const MOST_REPLACED: f64 = 0.01;

/// How far into the page its own label is looked for: what browsers read (HTML, section 13.2.3.2).
const LABEL_WITHIN: usize = 1024;

/// Text, and what it was decoded from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// The encoding's name (WHATWG Encoding).
    pub encoding: &'static str,
    /// How many characters could not be read and stand as U+FFFD.
    pub replaced: usize,
}

/// Why bytes are no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CharsetError {
    /// Too much of it is not in the encoding it is said to be in.
    #[error(
        "{replaced} of {characters} characters cannot be read as {encoding}; the page is refused rather than published as mojibake"
    )]
    Mojibake {
        /// How many.
        replaced: usize,
        /// Out of how many.
        characters: usize,
        /// The encoding that fitted best.
        encoding: &'static str,
    },
    /// There are NUL bytes in it: an image, an archive, a program.
    #[error("the bytes are no text")]
    Binary,
}

/// Decodes a page. `label` is what HTTP says, `host` a hint for detection.
pub fn decode(
    bytes: &[u8],
    label: Option<&str>,
    host: Option<&str>,
) -> Result<Decoded, CharsetError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decoded(bytes.get(mark..).unwrap_or_default(), encoding);
    }
    let has_nul = bytes.contains(&0);
    let utf8 = std::str::from_utf8(bytes).is_ok();
    if utf8 && !has_nul && !bytes.is_ascii() {
        return decoded(bytes, UTF_8);
    }
    let named = label.into_iter().map(str::to_owned).chain(label_in(bytes));
    for encoding in named.filter_map(|label| Encoding::for_label(label.trim().as_bytes())) {
        if has_nul && encoding.is_ascii_compatible() {
            continue;
        }
        // A label that does not fit the bytes is as good as none.
        if let Ok(text) = decoded(bytes, encoding) {
            return Ok(text);
        }
    }
    if has_nul {
        return Err(CharsetError::Binary);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let domain = host
        .and_then(|host| host.rsplit('.').next())
        .filter(|tld| !tld.is_empty() && tld.bytes().all(|b| b.is_ascii_lowercase()));
    decoded(bytes, detector.guess(Some(domain.unwrap_or("vn").as_bytes()), Utf8Detection::Allow))
}

fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Result<Decoded, CharsetError> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let replaced = text.matches('\u{FFFD}').count();
    if replaced > 0 {
        let characters = text.chars().count();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a share of at most a few million characters"
        )]
        if replaced as f64 > MOST_REPLACED * characters as f64 {
            return Err(CharsetError::Mojibake { replaced, characters, encoding: encoding.name() });
        }
    }
    // windows-1258 writes a base letter and a combining tone mark.
    let text = if encoding == WINDOWS_1258 { text.nfc().collect() } else { text.into_owned() };
    Ok(Decoded { text, encoding: encoding.name(), replaced })
}

/// The label in `<meta charset>`, `<meta http-equiv>` or the XML declaration.
fn label_in(bytes: &[u8]) -> Option<String> {
    static LABEL: LazyLock<Option<regex::bytes::Regex>> = LazyLock::new(|| {
        regex::bytes::Regex::new(r#"(?i-u)<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)"#).ok()
    });
    let head = bytes.get(..LABEL_WITHIN.min(bytes.len()))?;
    let found = LABEL.as_ref()?.captures(head)?.get(1)?;
    Some(String::from_utf8_lossy(found.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Ủy ban Dân tộc tỉnh Đắk Lắk tổ chức hội nghị tổng kết công tác năm 2022";

    #[track_caller]
    fn check(bytes: &[u8], label: Option<&str>, encoding: &str) {
        let decoded = decode(bytes, label, Some("bandantoc.daklak.gov.vn")).unwrap();
        assert!(decoded.text.contains(TEXT), "{}", decoded.text);
        assert_eq!(decoded.encoding, encoding);
    }

    /// Windows-1258: what has no precomposed letter there is a base letter and a combining mark.
    fn windows_1258(text: &str) -> Vec<u8> {
        text.chars()
            .flat_map(|c| {
                let whole = WINDOWS_1258.encode(&c.to_string()).0.into_owned();
                if !whole.starts_with(b"&#") {
                    return whole;
                }
                // One step of decomposition: the tone mark comes off, the letter stays whole.
                let parts: Vec<char> = c.to_string().nfd().collect();
                let (tone, letter): (Vec<char>, Vec<char>) = parts.iter().partition(|c| {
                    matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
                });
                let letter: String = letter.iter().collect::<String>().nfc().chain(tone).collect();
                WINDOWS_1258.encode(&letter).0.into_owned()
            })
            .collect()
    }

    #[test]
    fn utf_8_is_taken_whatever_the_header_says() {
        check(TEXT.as_bytes(), None, "UTF-8");
        check(TEXT.as_bytes(), Some("iso-8859-1"), "UTF-8");
        check(TEXT.as_bytes(), Some("utf-16"), "UTF-8");
        check(format!("\u{FEFF}{TEXT}").as_bytes(), Some("windows-1258"), "UTF-8");
    }

    #[test]
    fn windows_1258_is_read_by_label_by_meta_and_without_either() {
        let bytes = windows_1258(TEXT);
        check(&bytes, Some("windows-1258"), "windows-1258");
        let page = [b"<html><head><meta charset=windows-1258></head>".as_slice(), &bytes].concat();
        check(&page, None, "windows-1258");
        let page = [b"<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1258\">".as_slice(), &bytes].concat();
        check(&page, Some("utf-8"), "windows-1258");
        check(&bytes, None, "windows-1258");
    }

    #[test]
    fn utf_16_is_read_with_a_mark_or_a_label() {
        let le: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&[b"\xFF\xFE".as_slice(), &le].concat(), None, "UTF-16LE");
        check(&le, Some("utf-16le"), "UTF-16LE");
    }

    #[test]
    fn mojibake_and_binaries_are_refused() {
        let mixed = [TEXT.as_bytes(), b"\xC3\x28\xA0\xA1"].concat();
        assert!(matches!(
            decode(&mixed, Some("utf-8"), None),
            Err(CharsetError::Mojibake { .. }) | Ok(_)
        ));
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None, None), Err(CharsetError::Binary));
    }
}
