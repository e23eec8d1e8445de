//! Converts text to strings that all formats can write. Every published string passes through here,
//! once.
//!
//! Neither `rss` nor `atom_syndication` checks the characters that it writes. One U+000B in one
//! title makes a whole feed ill-formed, and then readers get none of its articles.

use bantin_core::text::plain::is_composed;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation;
use url::{Position, Url};

/// The maximum length of a title, in characters. No headline is longer; a page whose title element
/// was never closed is.
const MAX_TITLE: usize = 1_000;

/// Text of several lines: only characters of XML 1.0 (section 2.2, `Char`), NFC, line ends as `\n`.
pub(super) fn xml_text(text: &str) -> String {
    if text.chars().all(is_plain) {
        return text.to_owned();
    }
    let legal = xml_chars(text);
    match is_nfc_quick(legal.chars()) {
        IsNormalized::Yes => legal,
        _ => legal.nfc().collect(),
    }
}

/// Text of one line, with its white space folded. Empty if it has no visible character.
///
/// It does not begin with a combining mark, which applies to the character before it. In a document
/// that is the `>` of a tag, so a client that normalizes the whole document would destroy the tag
/// (Character Model for the World Wide Web: Normalization, "full normalization").
pub(super) fn line(text: &str) -> String {
    let text = xml_text(text);
    let own = text.trim_start_matches(|c: char| c.is_whitespace() || is_combining_mark(c));
    let folded = own.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().all(is_invisible) { String::new() } else { folded }
}

/// A title: one line of at most 1,000 characters, the last of which is then an ellipsis.
pub(super) fn title(text: &str) -> String {
    truncate_text(line(text), MAX_TITLE)
}

/// The beginning of a text, up to the last word that ends within `most` characters.
pub(super) fn excerpt(text: &str, most: usize) -> String {
    // Folding a prefix is enough: the text of a long report is read again for each of its feeds.
    let prefix: String = text.chars().take(most.saturating_mul(4)).collect();
    let folded = line(&prefix);
    let shorter = folded.chars().count() > most || prefix.len() < text.len();
    if !shorter {
        return folded;
    }
    let beginning = beginning(&folded, most.saturating_sub(1));
    let words = beginning.rsplit_once(' ').map_or(beginning.as_str(), |(words, _)| words);
    format!("{words}…")
}

/// A syntactically valid language tag (BCP 47), or an empty string: readers reject an invalid
/// `xml:lang`.
pub(super) fn language(text: &str) -> String {
    let tag = text.trim();
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let whole =
        is_part(first) && first.bytes().all(|b| b.is_ascii_alphabetic()) && parts.all(is_part);
    if whole && tag.len() <= 35 { tag.to_owned() } else { String::new() }
}

/// HTML: like [`xml_text`], but markup and text are composed separately.
///
/// `<p>` before U+0338 (COMBINING LONG SOLIDUS OVERLAY) composes to `<p≯`, which is not a tag any
/// more.
pub(super) fn html(html: &str) -> String {
    if html.chars().all(is_plain) {
        return html.to_owned();
    }
    let legal = xml_chars(html);
    match is_nfc_quick(legal.chars()) {
        IsNormalized::Yes => legal,
        _ => legal.split_inclusive('>').flat_map(|piece| piece.nfc()).collect(),
    }
}

/// A URL as a URI (RFC 3986): the WHATWG parser leaves a few characters that URIs do not have.
pub(super) fn uri(url: &Url) -> String {
    /// Characters that are not in `pchar`, `/` or `?`. A `%` is kept: it is an escape already.
    const NOT_IN_URI: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'<')
        .add(b'>')
        .add(b'[')
        .add(b'\\')
        .add(b']')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}');
    let encoded = |part| utf8_percent_encode(part, NOT_IN_URI);
    let mut uri = url[..Position::BeforePath].to_owned();
    uri.extend(encoded(&url[Position::BeforePath..Position::AfterQuery]));
    if let Some(fragment) = url.fragment() {
        uri.push('#');
        uri.extend(encoded(fragment));
    }
    uri
}

fn truncate_text(text: String, most: usize) -> String {
    if text.char_indices().nth(most).is_none() {
        return text;
    }
    format!("{}…", beginning(&text, most.saturating_sub(1)))
}

/// As many grapheme clusters (UAX #29) as fit into `most` code points. If the first is longer, such
/// as a letter with a thousand marks, its beginning.
fn beginning(text: &str, most: usize) -> String {
    let mut left = most;
    let whole: String = text
        .graphemes(true)
        .take_while(|seen| {
            let fits = seen.chars().nth(left).is_none();
            left = left.saturating_sub(seen.chars().take(left).count());
            fits
        })
        .collect();
    if whole.is_empty() { text.chars().take(most).collect() } else { whole }
}

fn xml_chars(text: &str) -> String {
    let mut legal = String::with_capacity(text.len());
    let mut previous = ' ';
    for c in text.chars().filter(|c| is_written(*c)) {
        match c {
            // Unicode line ends, which break readers that split lines.
            '\u{85}' | '\u{2028}' | '\u{2029}' => legal.push('\n'),
            // An XML parser converts both CRLF and CR to LF (section 2.11); JSON parsers do not.
            '\r' => legal.push('\n'),
            '\n' if previous == '\r' => {}
            _ => legal.push(c),
        }
        previous = c;
    }
    legal
}

/// Whether a character is written as it is, whatever is beside it. Most are.
fn is_plain(c: char) -> bool {
    let is_line_end = matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    matches!(c, ' '..='~') || (is_composed(c) && is_written(c) && !is_line_end)
}

/// Whether XML allows a character and does not discourage it (section 2.2, note): this excludes the
/// control characters of windows-1252 and noncharacters.
fn is_written(c: char) -> bool {
    let is_control = matches!(c, '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}');
    let is_noncharacter = matches!(c, '\u{FDD0}'..='\u{FDEF}') || (c as u32) & 0xFFFE == 0xFFFE;
    is_xml_char(c) && !is_control && !is_noncharacter
}

/// The `Char` production of XML 1.0, section 2.2.
pub(super) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Whether a character is invisible, alone or in combination.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forbidden_characters_are_dropped_and_vietnamese_stays() {
        let forbidden = "Bản\u{0} tin\u{8}\u{B}\u{C}\u{1F}\u{FFFE}\u{FFFF}";
        assert_eq!(xml_text(forbidden), "Bản tin");
        assert_eq!(xml_text("Ban Dân tộc\t\n 🇻🇳"), "Ban Dân tộc\t\n 🇻🇳");
        assert_eq!(xml_text("a\r\nb\rc\n\rd"), "a\nb\nc\n\nd");
        assert_eq!(xml_text("a\u{85}b\u{2028}c\u{2029}d"), "a\nb\nc\nd");
        assert_eq!(xml_text("a\u{7F}\u{80}\u{9F}\u{FDD0}\u{1FFFE}\u{10FFFF}b"), "ab");
    }

    #[test]
    fn marks_that_windows_1258_writes_apart_are_composed() {
        assert_eq!(xml_text("Đa\u{306}\u{301}k La\u{306}\u{301}k"), "Đắk Lắk");
        assert_eq!(html("<p>Đă\u{301}k</p>"), "<p>Đắk</p>");
    }

    #[test]
    fn a_combining_mark_never_eats_the_end_of_a_tag() {
        assert_eq!(html("<p>\u{338}một</p>"), "<p>\u{338}một</p>");
    }

    #[test]
    fn no_line_begins_with_a_mark_on_what_stands_before_it() {
        assert_eq!(line("\u{338}\u{301} dấu rời"), "dấu rời");
        assert_eq!(title("\u{301}"), "");
        assert_eq!(line("e\u{301}"), "é");
    }

    #[test]
    fn a_title_is_one_line_that_can_be_seen() {
        assert_eq!(title("  Hội nghị\n\u{A0}tổng  kết\u{2028}năm "), "Hội nghị tổng kết năm");
        assert_eq!(title("\u{A0}\u{200B}\u{FEFF}"), "");
        assert_eq!(title(&"ă".repeat(1_000)), "ă".repeat(1_000));
        assert_eq!(title(&"ă".repeat(1_001)), format!("{}…", "ă".repeat(999)));
    }

    #[test]
    fn a_title_is_never_cut_inside_what_readers_see_as_one_character() {
        let family = "👩\u{200D}👩\u{200D}👧";
        let long = format!("{}{family}{}", "a".repeat(996), "b".repeat(9));
        assert_eq!(title(&long), format!("{}…", "a".repeat(996)));
        let flags = "🇻🇳".repeat(600);
        assert_eq!(title(&flags), format!("{}…", "🇻🇳".repeat(499)));
        let tower = title(&format!("a{}", "\u{35C}".repeat(1_000_000)));
        assert_eq!(tower.chars().count(), 1_000);
    }

    #[test]
    fn what_is_no_language_tag_is_none() {
        for tag in ["vi", "vi-VN", "zh-Hant-TW", "i-klingon"] {
            assert_eq!(language(tag), tag);
        }
        for wrong in [
            "",
            "tiếng Việt",
            "vi_VN",
            "vi-",
            "1a",
            "abcdefghi",
            "vi en",
            "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s",
        ] {
            assert_eq!(language(wrong), "", "{wrong}");
        }
    }

    #[test]
    fn an_excerpt_ends_with_a_word() {
        assert_eq!(excerpt("một hai ba", 10), "một hai ba");
        assert_eq!(excerpt("một\nhai  ba bốn", 10), "một hai…");
        assert_eq!(excerpt("mộthaibabốnnăm", 5), "mộth…");
        assert_eq!(excerpt(&format!("một {}", " ".repeat(99)), 10), "một…");
    }

    #[test]
    fn a_url_is_written_as_a_uri() {
        let check = |url: &str, expected: &str| assert_eq!(uri(&url.parse().unwrap()), expected);
        check(
            "https://a.gov.vn/tin?x={1|2}^`#a#b",
            "https://a.gov.vn/tin?x=%7B1%7C2%7D%5E%60#a%23b",
        );
        check("https://[::1]/a[0]/tin-tức", "https://[::1]/a%5B0%5D/tin-t%E1%BB%A9c");
        check("https://a.gov.vn/?a=%20&b=5%", "https://a.gov.vn/?a=%20&b=5%");
    }

    #[test]
    fn plain_characters_are_written_as_they_are() {
        for c in (char::MIN..=char::MAX).filter(|c| is_plain(*c)) {
            let text = format!("{c}{c}");
            assert_eq!(xml_chars(&text), text);
            assert_eq!(is_nfc_quick(text.chars()), IsNormalized::Yes, "{c:?}");
            assert!(!is_combining_mark(c), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn every_text_becomes_legal_and_stays_as_it_is(text in any::<String>()) {
            for clean in [xml_text, line, title, html] {
                let once = clean(&text);
                prop_assert!(once.chars().all(is_xml_char));
                prop_assert_eq!(&clean(&once), &once);
            }
        }
    }
}
