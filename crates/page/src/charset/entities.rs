//! Decoding of HTML entities for characters of windows-1252 to the bytes that they represent.
//!
//! An editor that took a text in TCVN3 for English wrote `c&ocirc;` and `&#184;` where the font
//! showed a Vietnamese letter. Entities of other characters are left to the HTML parser.

use std::borrow::Cow;

/// The names of U+00A1 to U+00FF (HTML 4.01 section 24.2).
const NAMES: &str = "iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 \
    acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring \
    AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times \
    Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave \
    eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute \
    ucirc uuml yacute thorn yuml";

/// The maximum length of an entity, with a margin.
const MAX_LENGTH: usize = 8;

/// Replaces entities by their bytes.
///
/// A symbol that stands alone, as in `&copy; 2003`, is kept: no Vietnamese word consists of one of
/// these.
pub(super) fn as_bytes(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'&') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.iter().position(|byte| *byte == b'&') {
        let (before, from) = rest.split_at(place);
        bytes.extend_from_slice(before);
        let after = from.get(1..).unwrap_or_default();
        let end = after.iter().take(MAX_LENGTH).position(|byte| *byte == b';');
        let name = end.and_then(|end| after.get(..end)).unwrap_or_default();
        let tail = after.get(name.len() + 1..).unwrap_or_default();
        let in_word = is_word_byte(bytes.last()) || is_word_byte(tail.first());
        match byte(name).filter(|byte| *byte >= 0xC0 || in_word) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail;
            }
            None => {
                bytes.push(b'&');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest);
    Cow::Owned(bytes)
}

/// Whether a text has numeric references to Vietnamese letters that exist only in Unicode. Then the
/// text is Unicode.
pub(super) fn has_vietnamese(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'&').skip(1).any(|after| {
        let end = after.iter().take(MAX_LENGTH).position(|byte| *byte == b';');
        let code = end.and_then(|end| number(after.get(..end)?));
        code.is_some_and(|code| matches!(code, 0x102..=0x1B0 | 0x1EA0..=0x1EF9))
    })
}

/// Whether a byte is part of a word: a letter, or the start of an entity.
fn is_word_byte(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte > 0xA0 || *byte == b'&')
}

/// Returns the byte that an entity represents. U+00A0 is a space in all of these encodings, and is
/// kept as an entity.
fn byte(name: &[u8]) -> Option<u8> {
    let byte = match number(name) {
        Some(code) => u8::try_from(code).ok()?,
        None => {
            let name = std::str::from_utf8(name).ok().filter(|name| !name.is_empty())?;
            let place = NAMES.split_ascii_whitespace().position(|known| known == name)?;
            u8::try_from(0xA1 + place).ok()?
        }
    };
    (byte > 0x80 && byte != 0xA0).then_some(byte)
}

/// Parses a numeric reference without its `&` and `;`.
fn number(name: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(name.strip_prefix(b"#")?).ok()?;
    match digits.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
        None => digits.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_in_words_are_bytes_and_signs_alone_are_signs() {
        let check = |text: &str, expected: &[u8]| assert_eq!(&*as_bytes(text.as_bytes()), expected);
        check("c&ocirc;ng", b"c\xF4ng");
        check("x&#183; h&#xE9;i", b"x\xB7 h\xE9i");
        check("&reg;&aring;ng", b"\xAE\xE5ng");
        check(
            "&copy; 2003 &nbsp; a &amp; b &lt; &raquo; &",
            b"&copy; 2003 &nbsp; a &amp; b &lt; &raquo; &",
        );
        check("a=1&copy=2&#7879;", b"a=1&copy=2&#7879;");
        assert_eq!(NAMES.split_ascii_whitespace().count(), 95);
        check("&yuml;", b"\xFF");
    }

    #[test]
    fn references_to_unicode_letters_are_noticed() {
        assert!(has_vietnamese(b"H&#7897;i ngh&#x1ECB;"));
        assert!(!has_vietnamese(b"x&#183; h&#xE9;i &amp; c&ocirc;ng &#8220;"));
    }
}
