//! Decoding of pages: from bytes to text.
//!
//! The encoding is decided in this order:
//!
//! 1. a byte order mark, or the first bytes of an XML declaration in UTF-16;
//! 2. the operator's [`Charset`];
//! 3. UTF-8, if the bytes are valid or nearly valid UTF-8, regardless of labels;
//! 4. the words of the text ([`guess`]), if all labels are ones that servers send by default;
//! 5. the label in the HTTP header;
//! 6. the label in the page;
//! 7. detection (chardetng), with the top-level domain of the host as a hint, `vn` by default.
//!
//! UTF-8 comes before the labels, because `iso-8859-1` on UTF-8 pages is the most frequent mistake
//! of agencies' servers, and text in another encoding is never valid UTF-8 by chance. UTF-8 that
//! was encoded twice is repaired ([`twice`]).
//!
//! Pages from before 2005 use encodings that only special fonts displayed ([`tables`]). Some were
//! converted to UTF-8 byte by byte and still need the font. They are decoded only if the operator
//! configured the encoding.

mod entities;
mod guess;
mod syllable;
mod tables;
mod twice;

use bantin_core::Charset;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258};
use std::fmt;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// The maximum share of U+FFFD in a page. Above it the page is rejected: mojibake is worse than no
/// article.
const MAX_REPLACED: f64 = 0.01;

/// The number of bytes that are searched for the page's own label, as in browsers (HTML, section
/// 13.2.3.2).
const LABEL_WITHIN: usize = 1024;

/// The reason why an encoding was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CharsetEvidence {
    /// The bytes begin with a byte order mark.
    Mark,
    /// The operator configured it.
    Operator,
    /// The bytes are valid UTF-8.
    Valid,
    /// The bytes are valid UTF-8 with a few exceptions.
    Nearly,
    /// The bytes are valid UTF-8, and their text was encoded as UTF-8 twice.
    Twice,
    /// It decodes the bytes to Vietnamese words.
    Words,
    /// The HTTP header declares it.
    Header,
    /// The page declares it.
    Page,
    /// Detection: no label fits, and this encoding fits the bytes best.
    Detected,
}

impl fmt::Display for CharsetEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mark => "the page begins with a byte order mark",
            Self::Operator => "configured by charset in feeds.toml",
            Self::Valid => "the bytes are valid UTF-8, regardless of labels",
            Self::Nearly => "the bytes are UTF-8 with a few errors, regardless of labels",
            Self::Twice => {
                "the bytes are UTF-8 that was encoded twice, and were therefore decoded twice"
            }
            Self::Words => "it decodes the bytes to Vietnamese words, regardless of labels",
            Self::Header => "declared by the Content-Type of the response",
            Self::Page => "declared by the label in the page",
            Self::Detected => "no label fits; this encoding fits the bytes best",
        })
    }
}

/// A decoded text with its encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedText {
    /// The text.
    pub text: String,
    /// The encoding's name ([`Charset::name`]).
    pub encoding: &'static str,
    /// The reason why this encoding was chosen.
    pub evidence: CharsetEvidence,
    /// The number of characters that could not be decoded and are replaced by U+FFFD.
    pub replaced: usize,
}

/// The error for bytes that cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CharsetError {
    /// Too many characters cannot be decoded in the chosen encoding.
    #[error(
        "{replaced} of {characters} characters ({:.1} %) cannot be decoded as {encoding}; the page is rejected, because it would be published as mojibake. If a browser shows it correctly, set its encoding with charset",
        share(*replaced, *characters) * 100.0
    )]
    Mojibake {
        /// The number of replaced characters.
        replaced: usize,
        /// The number of all characters.
        characters: usize,
        /// The encoding that was tried.
        encoding: &'static str,
    },
    /// It contains NUL bytes: an image, an archive, a program.
    #[error("the bytes are not text")]
    Binary,
}

/// Decodes a page. `configured` is the operator's encoding, `label` that of the HTTP header, and
/// `host` a hint for detection.
pub fn decode(
    bytes: &[u8],
    configured: Option<Charset>,
    label: Option<&str>,
    host: Option<&str>,
) -> Result<DecodedText, CharsetError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decoded(bytes.get(mark..).unwrap_or_default(), encoding, CharsetEvidence::Mark)
            .map(|decoded| reread(decoded, configured));
    }
    // XML without a byte order mark (XML 1.0, appendix F): its first bytes show the width of its
    // characters.
    let wide = match bytes {
        [b'<', 0, b'?', 0, ..] => Some(UTF_16LE),
        [0, b'<', 0, b'?', ..] => Some(UTF_16BE),
        _ => None,
    };
    if let Some(encoding) = wide {
        return decoded(bytes, encoding, CharsetEvidence::Detected);
    }
    let has_nul = bytes.contains(&0);
    let utf8 = !has_nul && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok();
    match configured {
        Some(Charset::Standard(encoding)) => {
            return decoded(bytes, encoding, CharsetEvidence::Operator);
        }
        Some(_) if utf8 => {
            return decoded(bytes, UTF_8, CharsetEvidence::Valid)
                .map(|decoded| reread(decoded, configured));
        }
        Some(charset) if !has_nul => {
            return decode_labelled(bytes, charset, CharsetEvidence::Operator);
        }
        Some(_) | None => {}
    }
    if utf8 {
        return decoded(bytes, UTF_8, CharsetEvidence::Valid).map(|decoded| match twice::repaired(
            &decoded.text,
        ) {
            Some(text) => DecodedText { text, evidence: CharsetEvidence::Twice, ..decoded },
            None => decoded,
        });
    }
    if configured.is_none() && is_nearly_utf8(bytes) {
        let text: String = String::from_utf8_lossy(bytes).replace('\0', "\u{FFFD}");
        let replaced = text.matches('\u{FFFD}').count();
        return Ok(DecodedText {
            text,
            encoding: UTF_8.name(),
            evidence: CharsetEvidence::Nearly,
            replaced,
        });
    }
    if let Some(decoded) = by_labels(bytes, label, has_nul) {
        return decoded;
    }
    if has_nul {
        return Err(CharsetError::Binary);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let domain = host
        .and_then(|host| host.rsplit('.').next())
        .filter(|tld| !tld.is_empty() && tld.bytes().all(|b| b.is_ascii_lowercase()));
    let guess = detector.guess(Some(domain.unwrap_or("vn").as_bytes()), Utf8Detection::Allow);
    decoded(bytes, guess, CharsetEvidence::Detected)
}

/// Decodes by the words if all labels are uninformative, otherwise by the labels of header and
/// page. `None` if no label fits.
fn by_labels(
    bytes: &[u8],
    label: Option<&str>,
    has_nul: bool,
) -> Option<Result<DecodedText, CharsetError>> {
    let header = label.map(|label| (label.to_owned(), CharsetEvidence::Header));
    let labels =
        header.into_iter().chain(label_in(bytes).map(|label| (label, CharsetEvidence::Page)));
    let labels: Vec<(Charset, CharsetEvidence)> =
        labels.filter_map(|(label, because)| Some((label.parse().ok()?, because))).collect();
    let says_nothing = |label: &Charset| matches!(label, Charset::Standard(encoding) if [UTF_8, WINDOWS_1252].contains(encoding));
    if !has_nul
        && labels.iter().all(|(label, _)| says_nothing(label))
        && let Some(charset) = guess::guess(bytes)
    {
        return Some(decode_labelled(bytes, charset, CharsetEvidence::Words));
    }
    for (charset, because) in labels {
        if has_nul && !matches!(charset, Charset::Standard(e) if !e.is_ascii_compatible()) {
            continue;
        }
        // A label that does not fit the bytes is ignored.
        if let Ok(decoded) = decode_labelled(bytes, charset, because) {
            return Some(Ok(decoded));
        }
    }
    None
}

/// Whether bytes are UTF-8 with a few errors. One bad byte, or a text truncated within a character,
/// does not make it another encoding.
fn is_nearly_utf8(bytes: &[u8]) -> bool {
    /// The minimum number of valid characters beyond ASCII, and of bytes, for each error.
    const LETTERS: usize = 10;
    const BYTES: usize = 200;
    let nul = bytes.iter().filter(|byte| **byte == 0).count();
    if bytes.is_ascii() && nul == 0 || nul * BYTES > bytes.len() {
        return false;
    }
    let mut faults = 0;
    let mut letters = 0;
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        faults += usize::from(!chunk.invalid().is_empty());
    }
    letters > 0 && faults * LETTERS <= letters && (faults + nul) * BYTES <= bytes.len()
}

/// Decodes bytes in a given encoding.
fn decode_labelled(
    bytes: &[u8],
    charset: Charset,
    because: CharsetEvidence,
) -> Result<DecodedText, CharsetError> {
    match (charset, tables::decode(bytes, charset)) {
        // Every byte has a meaning in these encodings.
        (_, Some(text)) => {
            Ok(DecodedText { text, encoding: charset.name(), evidence: because, replaced: 0 })
        }
        (Charset::Standard(encoding), None) => decoded(bytes, encoding, because),
        (_, None) => Err(CharsetError::Binary),
    }
}

/// Decodes a text again if its characters are the bytes of the operator's encoding; otherwise
/// returns it unchanged.
fn reread(decoded: DecodedText, configured: Option<Charset>) -> DecodedText {
    match configured.and_then(|charset| Some((tables::reread(&decoded.text, charset)?, charset))) {
        Some((text, charset)) => DecodedText {
            text,
            encoding: charset.name(),
            evidence: CharsetEvidence::Operator,
            ..decoded
        },
        None => decoded,
    }
}

fn decoded(
    bytes: &[u8],
    encoding: &'static Encoding,
    because: CharsetEvidence,
) -> Result<DecodedText, CharsetError> {
    let text = standard(bytes, encoding);
    let replaced = text.matches('\u{FFFD}').count();
    if replaced > 0 {
        let characters = text.chars().count();
        if share(replaced, characters) > MAX_REPLACED {
            return Err(CharsetError::Mojibake { replaced, characters, encoding: encoding.name() });
        }
    }
    Ok(DecodedText { text, encoding: encoding.name(), evidence: because, replaced })
}

/// Decodes bytes in an encoding of the WHATWG list, with U+FFFD for errors.
fn standard(bytes: &[u8], encoding: &'static Encoding) -> String {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    // windows-1258 encodes tones as combining marks after a base letter.
    if encoding == WINDOWS_1258 { text.nfc().collect() } else { text.into_owned() }
}

#[expect(clippy::cast_precision_loss, reason = "a share of at most a few million characters")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
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
        let decoded = decode(bytes, None, label, Some("bandantoc.daklak.gov.vn")).unwrap();
        assert!(decoded.text.contains(TEXT), "{}", decoded.text);
        assert_eq!(decoded.encoding, encoding);
    }

    /// Windows-1258: a letter without a precomposed form is a base letter and a combining mark.
    fn windows_1258(text: &str) -> Vec<u8> {
        text.chars()
            .flat_map(|c| {
                let whole = WINDOWS_1258.encode(&c.to_string()).0.into_owned();
                if !whole.starts_with(b"&#") {
                    return whole;
                }
                // One step of decomposition removes the tone mark and keeps the letter.
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
    fn xml_of_wide_letters_needs_neither() {
        let xml = format!("<?xml version='1.0'?><a>{TEXT}</a>");
        let le: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = xml.encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&le, None, "UTF-16LE");
        check(&be, Some("utf-8"), "UTF-16BE");
    }

    #[test]
    fn a_bad_byte_in_utf_8_makes_it_no_other_encoding() {
        let text = format!("{TEXT}. ").repeat(4);
        for bad in [b"\xFF".as_slice(), b"\0", b"\xE1\xBB"] {
            let bytes = [text.as_bytes(), bad, b" het"].concat();
            for label in [None, Some("windows-1252"), Some("utf-8"), Some("windows-1258")] {
                let decoded = decode(&bytes, None, label, Some("daklak.gov.vn")).unwrap();
                assert_eq!((decoded.replaced, decoded.evidence), (1, CharsetEvidence::Nearly));
                check(&bytes, label, "UTF-8");
            }
        }
    }

    #[test]
    fn what_is_believed_is_told_with_its_reason() {
        #[track_caller]
        fn check(
            bytes: &[u8],
            configured: Option<&str>,
            label: Option<&str>,
            expected: CharsetEvidence,
        ) {
            let configured = configured.map(|configured| configured.parse().unwrap());
            let decoded = decode(bytes, configured, label, Some("daklak.gov.vn")).unwrap();
            assert_eq!(decoded.evidence, expected, "{}", decoded.text);
        }
        let old = windows_1258(TEXT);
        check(format!("\u{FEFF}{TEXT}").as_bytes(), None, None, CharsetEvidence::Mark);
        check(TEXT.as_bytes(), None, Some("iso-8859-1"), CharsetEvidence::Valid);
        check(&old, Some("windows-1258"), Some("utf-8"), CharsetEvidence::Operator);
        check(&old, None, Some("windows-1258"), CharsetEvidence::Header);
        let page = [b"<meta charset=windows-1258>".as_slice(), &old].concat();
        check(&page, None, None, CharsetEvidence::Page);
        check(b"plain", None, None, CharsetEvidence::Detected);
        let twice = WINDOWS_1252.decode_without_bom_handling(TEXT.as_bytes()).0;
        check(twice.as_bytes(), None, None, CharsetEvidence::Twice);
        assert!(CharsetEvidence::Words.to_string().contains("words"));
    }

    #[test]
    fn mojibake_and_binaries_are_refused() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        assert_eq!(decode(png, None, None, None), Err(CharsetError::Binary));
        assert_eq!(decode(png, Some(Charset::Vni), None, None), Err(CharsetError::Binary));
        let padded = [TEXT.as_bytes(), &[0; 64]].concat();
        assert_eq!(decode(&padded, None, None, None), Err(CharsetError::Binary));
        let configured = Some(Charset::Standard(UTF_8));
        let mixed = |bad: usize, all: usize| [b"a".repeat(all - bad), b"\xFF".repeat(bad)].concat();
        // A share of one in a hundred is accepted and counted; more is rejected.
        let borne = decode(&mixed(10, 1000), configured, None, None).unwrap();
        assert_eq!((borne.replaced, borne.encoding), (10, "UTF-8"));
        assert_eq!(decode(&mixed(5, 1000), configured, None, None).unwrap().replaced, 5);
        let refused = decode(&mixed(11, 1000), configured, None, None).unwrap_err();
        assert!(refused.to_string().contains("11 of 1000 characters (1.1 %)"), "{refused}");
    }

    /// Builds a page whose text is encoded by `encode`.
    fn page(head: &str, text: &str, encode: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
        let head = format!("<html><head>{head}<style>p {{ margin: 0 }}</style></head><body><p>");
        [head.as_bytes(), &encode(text), b"</p></body></html>"].concat()
    }

    /// Encodes a text as windows-1252. The text is given as it looks without the font.
    fn as_seen(text: &str) -> Vec<u8> {
        WINDOWS_1252.encode(text).0.into_owned()
    }

    const VIETNAMESE: &str = "Chiều ngày 5/6, Ủy ban nhân dân tỉnh tổ chức hội nghị tổng kết công tác dân tộc; \
        đồng bào các xã vùng cao được hỗ trợ giống cây trồng, nước sạch và những con đường mới.";
    const TCVN3: &str = "ChiÒu ngµy 5/6, ñy ban nh©n d©n tØnh tæ chøc héi nghÞ tæng kÕt c«ng t¸c d©n téc; \
        ®ång bµo c¸c x· vïng cao ®\u{AD}îc hç trî gièng c©y trång, n\u{AD}íc s¹ch vµ nh÷ng con ®\u{AD}êng míi.";
    const VNI: &str = "Chieàu ngaøy 5/6, UÛy ban nhaân daân tænh toå chöùc hoäi nghò toång keát coâng taùc daân toäc; \
        ñoàng baøo caùc xaõ vuøng cao ñöôïc hoã trôï gioáng caây troàng, nöôùc saïch vaø nhöõng con ñöôøng môùi.";

    #[test]
    fn old_encodings_are_guessed_by_the_words_that_they_make() {
        let guessed = |bytes: &[u8], label: Option<&str>| {
            let decoded = decode(bytes, None, label, Some("daklak.gov.vn")).unwrap();
            (decoded.text, decoded.encoding)
        };
        let meta = "<meta charset=iso-8859-1>";
        for label in [None, Some("windows-1252"), Some("utf-8")] {
            let (text, name) = guessed(&page(meta, TCVN3, as_seen), label);
            // The font has no capitals with diacritics, so readers saw this one as a small letter,
            // too.
            assert!(text.contains(&VIETNAMESE.replace('Ủ', "ủ")), "{text}");
            assert_eq!(name, "TCVN3");
            let (text, name) = guessed(&page(meta, VNI, as_seen), label);
            assert!(text.contains(VIETNAMESE), "{text}");
            assert_eq!(name, "VNI");
            let (text, name) = guessed(&page(meta, VIETNAMESE, viscii), label);
            assert!(text.contains(VIETNAMESE), "{text}");
            assert_eq!(name, "VISCII");
            let (text, name) = guessed(&page(meta, VIETNAMESE, windows_1258), label);
            assert!(text.contains(VIETNAMESE), "{text}");
            assert_eq!(name, "windows-1258");
        }
        let entities = |text: &str| {
            let one = |c: char| {
                let name =
                    if c == 'é' { "&eacute;".to_owned() } else { format!("&#{};", u32::from(c)) };
                if c.is_ascii() { c.to_string() } else { name }
            };
            text.chars().map(one).collect::<String>().into_bytes()
        };
        let (text, name) = guessed(&page("", TCVN3, entities), Some("utf-8"));
        assert!(text.contains("hội nghị tổng kết công tác"), "{text}");
        assert_eq!(name, "TCVN3");
    }

    /// RFC 1456, by its table in reverse.
    fn viscii(text: &str) -> Vec<u8> {
        let byte = |c: char| {
            let is =
                |byte: &u8| tables::decode(&[*byte], Charset::Viscii).unwrap() == c.to_string();
            (0..=0xFF).find(is).unwrap()
        };
        text.chars().map(byte).collect()
    }

    #[test]
    fn a_few_words_are_enough_only_with_the_font_beside_them() {
        let short = "Tin míi: héi nghÞ c«ng t¸c d©n téc";
        let read = |head: &str, text: &str| {
            decode(&page(head, text, as_seen), None, None, Some("a.gov.vn")).unwrap().encoding
        };
        assert_ne!(read("", short), "TCVN3");
        assert_eq!(read("<style>body { font-family: .VnTime }</style>", short), "TCVN3");
        let short = "Tin môùi: hoäi nghò coâng taùc daân toäc";
        assert_ne!(read("", short), "VNI");
        assert_eq!(read("<font face=\"VNI-Times\">", short), "VNI");
    }

    #[test]
    fn other_languages_and_right_labels_are_left_alone() {
        let french = "Le ministère a présenté à Hanoï la coopération avec l’école française : été, forêt, \
            où, là-bas, être, même, fête, côté, août, noël, dès, près, très, après, élève, déjà, tôt, pâté, \
            vérité, à côté, où, là, ça, voilà, opéra, unité, santé, société, république, développement.";
        let german = "Über die Straße: schöne Grüße aus Köln, für Mädchen, Äpfel, Öl, Übung, müde, größer, \
            Tür, früh, spät, zurück, über, hören, natürlich, Universität, Gebäude, Fußgänger, heißt, können.";
        for (text, label) in
            [(french, None), (french, Some("iso-8859-1")), (german, Some("iso-8859-1"))]
        {
            let bytes = page("", text, as_seen);
            assert_eq!(guess::guess(&bytes), None, "{text}");
            let decoded = decode(&bytes, None, label, None).unwrap();
            assert!(decoded.text.contains(text), "{}: {}", decoded.encoding, decoded.text);
        }
        let english =
            page("", "The people’s committee – café, naïve, façade – met on 5 June.", as_seen);
        assert_eq!(guess::guess(&english), None);
        assert_eq!(guess::guess(b"<p>The people of R&D; a &copy; 2003 caf&eacute;</p>"), None);
        let references = VIETNAMESE.chars().map(|c| format!("&#{};", u32::from(c)));
        assert_eq!(guess::guess(references.collect::<String>().as_bytes()), None);
        let utf8 =
            page("<style>p { font-family: .VnTime }</style>", VIETNAMESE, |text| text.into());
        let decoded = decode(&utf8, None, Some("iso-8859-1"), None).unwrap();
        assert!(decoded.text.contains(VIETNAMESE) && decoded.encoding == "UTF-8");
        let labelled = page("", TCVN3, as_seen);
        assert_eq!(
            decode(&labelled, None, Some("iso-8859-2"), None).unwrap().encoding,
            "ISO-8859-2"
        );
    }

    #[test]
    fn the_operator_is_believed_but_for_a_byte_order_mark() {
        let decoded_as = |bytes: &[u8], charset: &str| {
            decode(bytes, Some(charset.parse().unwrap()), Some("utf-8"), None)
                .map(|decoded| (decoded.text, decoded.encoding))
        };
        let short = "TØnh §¾k L¾k";
        let read = Ok(("Tỉnh Đắk Lắk".to_owned(), "TCVN3"));
        assert_eq!(decoded_as(&as_seen(short), "tcvn3"), read);
        // Converted to UTF-8 byte by byte, and displayed through the font.
        assert_eq!(decoded_as(short.as_bytes(), "tcvn3"), read);
        assert_eq!(decoded_as(format!("\u{FEFF}{short}").as_bytes(), "tcvn3"), read);
        assert_eq!(decoded_as(b"T&Oslash;nh &sect;&frac34;k L&frac34;k", "tcvn3"), read);
        let unicode = Ok((TEXT.to_owned(), "UTF-8"));
        assert_eq!(decoded_as(TEXT.as_bytes(), "vni"), unicode);
        assert_eq!(decoded_as(format!("\u{FEFF}{TEXT}").as_bytes(), "windows-1258"), unicode);
        let windows = decoded_as(&windows_1258(TEXT), "windows-1258");
        assert_eq!(windows, Ok((TEXT.to_owned(), "windows-1258")));
        assert!(decoded_as(&windows_1258(TEXT), "utf-8").is_err());
    }
}
