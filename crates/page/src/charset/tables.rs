//! Tables of the three encodings that no browser supports: TCVN 5712:1993 (VN3), VNI, and VISCII
//! (RFC 1456).
//!
//! All three are based on windows-1252: a byte without a meaning of its own has that of
//! windows-1252, because the text was typed on Windows, with its quotation marks and dashes.

use super::entities;
use bantin_core::Charset;
use encoding_rs::WINDOWS_1252;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Bytes 0xA0 to 0xFF of TCVN 5712:1993. The ABC fonts follow VN3, which leaves capitals with tone
/// marks to a second font (`.VnTimeH`). Their places here are those of VN2, of which VN3 is a
/// subset.
#[rustfmt::skip]
const TCVN3: [char; 96] = [
    '\u{A0}', 'Ă', 'Â', 'Ê', 'Ô', 'Ơ', 'Ư', 'Đ', 'ă', 'â', 'ê', 'ô', 'ơ', 'ư', 'đ', 'Ằ',
    '\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}', 'à', 'ả', 'ã', 'á', 'ạ', 'Ẳ', 'ằ', 'ẳ', 'ẵ', 'ắ', 'Ẵ',
    'Ắ', 'Ầ', 'Ẩ', 'Ẫ', 'Ấ', 'Ề', 'ặ', 'ầ', 'ẩ', 'ẫ', 'ấ', 'ậ', 'è', 'Ể', 'ẻ', 'ẽ',
    'é', 'ẹ', 'ề', 'ể', 'ễ', 'ế', 'ệ', 'ì', 'ỉ', 'Ễ', 'Ế', 'Ồ', 'ĩ', 'í', 'ị', 'ò',
    'Ổ', 'ỏ', 'õ', 'ó', 'ọ', 'ồ', 'ổ', 'ỗ', 'ố', 'ộ', 'ờ', 'ở', 'ỡ', 'ớ', 'ợ', 'ù',
    'Ỗ', 'ủ', 'ũ', 'ú', 'ụ', 'ừ', 'ử', 'ữ', 'ứ', 'ự', 'ỳ', 'ỷ', 'ỹ', 'ý', 'ỵ', 'Ố',
];

/// Bytes 0x80 to 0xFF of VISCII (RFC 1456 section 3).
#[rustfmt::skip]
const VISCII: [char; 128] = [
    'Ạ', 'Ắ', 'Ằ', 'Ặ', 'Ấ', 'Ầ', 'Ẩ', 'Ậ', 'Ẽ', 'Ẹ', 'Ế', 'Ề', 'Ể', 'Ễ', 'Ệ', 'Ố',
    'Ồ', 'Ổ', 'Ỗ', 'Ộ', 'Ợ', 'Ớ', 'Ờ', 'Ở', 'Ị', 'Ỏ', 'Ọ', 'Ỉ', 'Ủ', 'Ũ', 'Ụ', 'Ỳ',
    'Õ', 'ắ', 'ằ', 'ặ', 'ấ', 'ầ', 'ẩ', 'ậ', 'ẽ', 'ẹ', 'ế', 'ề', 'ể', 'ễ', 'ệ', 'ố',
    'ồ', 'ổ', 'ỗ', 'Ỡ', 'Ơ', 'ộ', 'ờ', 'ở', 'ị', 'Ự', 'Ứ', 'Ừ', 'Ử', 'ơ', 'ớ', 'Ư',
    'À', 'Á', 'Â', 'Ã', 'Ả', 'Ă', 'ẳ', 'ẵ', 'È', 'É', 'Ê', 'Ẻ', 'Ì', 'Í', 'Ĩ', 'ỳ',
    'Đ', 'ứ', 'Ò', 'Ó', 'Ô', 'ạ', 'ỷ', 'ừ', 'ử', 'Ù', 'Ú', 'ỹ', 'ỵ', 'Ý', 'ỡ', 'ư',
    'à', 'á', 'â', 'ã', 'ả', 'ă', 'ữ', 'ẫ', 'è', 'é', 'ê', 'ẻ', 'ì', 'í', 'ĩ', 'ỉ',
    'đ', 'ự', 'ò', 'ó', 'ô', 'õ', 'ỏ', 'ọ', 'ụ', 'ù', 'ú', 'ũ', 'ủ', 'ý', 'ợ', 'Ữ',
];

/// The six letters of VISCII that replace control characters (RFC 1456 section 3).
const VISCII_LOW: [(u8, char); 6] =
    [(0x02, 'Ẳ'), (0x05, 'Ẵ'), (0x06, 'Ẫ'), (0x14, 'Ỷ'), (0x19, 'Ỹ'), (0x1E, 'Ỵ')];

/// Letters that VNI writes in two bytes: the mark byte, the base bytes before it, and the resulting
/// letters. 0xF4 is ơ and 0xF6 is ư. Capitals are 0x20 lower, as in windows-1252.
const VNI_PAIRS: [(u8, &[u8], &str); 17] = [
    (0xF9, b"aeouy\xF4\xF6", "áéóúýớứ"),
    (0xF8, b"aeouy\xF4\xF6", "àèòùỳờừ"),
    (0xFB, b"aeouy\xF4\xF6", "ảẻỏủỷởử"),
    (0xF5, b"aeouy\xF4\xF6", "ãẽõũỹỡữ"),
    (0xEF, b"aeou\xF4\xF6", "ạẹọụợự"),
    (0xE2, b"aeo", "âêô"),
    (0xE1, b"aeo", "ấếố"),
    (0xE0, b"aeo", "ầềồ"),
    (0xE5, b"aeo", "ẩểổ"),
    (0xE3, b"aeo", "ẫễỗ"),
    (0xE4, b"aeo", "ậệộ"),
    (0xEA, b"a", "ă"),
    (0xE9, b"a", "ắ"),
    (0xE8, b"a", "ằ"),
    (0xFA, b"a", "ẳ"),
    (0xFC, b"a", "ẵ"),
    (0xEB, b"a", "ặ"),
];

/// The letters that VNI writes in one byte.
const VNI_SINGLE: [(u8, char); 9] = [
    (0xED, 'í'),
    (0xEC, 'ì'),
    (0xE6, 'ỉ'),
    (0xF3, 'ĩ'),
    (0xF2, 'ị'),
    (0xEE, 'ỵ'),
    (0xF4, 'ơ'),
    (0xF6, 'ư'),
    (0xF1, 'đ'),
];

/// Decodes bytes in one of the three encodings to NFC; `None` for a standard encoding. HTML
/// entities for characters of windows-1252 are replaced by their bytes.
pub(super) fn decode(bytes: &[u8], charset: Charset) -> Option<String> {
    let bytes = entities::as_bytes(bytes);
    let text = match charset {
        Charset::Tcvn3 => from_table(&bytes, 0xA0, &TCVN3, &[]),
        Charset::Viscii => from_table(&bytes, 0x80, &VISCII, &VISCII_LOW),
        Charset::Vni => vni(&bytes),
        Charset::Standard(_) => return None,
    };
    Some(text.nfc().collect())
}

/// Decodes a text whose characters are bytes of one of the three: a page that was converted to
/// UTF-8 and still needs the font. `None` if a character is not such a byte, so that the text is
/// real Unicode.
pub(super) fn reread(text: &str, charset: Charset) -> Option<String> {
    let bytes: Option<Vec<u8>> = text.chars().map(byte).collect();
    decode(&bytes?, charset)
}

/// Returns the byte of a character in windows-1252 or ISO 8859-1.
fn byte(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let mut room = [0; 4];
    let (bytes, _, unmappable) = WINDOWS_1252.encode(c.encode_utf8(&mut room));
    bytes.first().copied().filter(|_| !unmappable)
}

/// Decodes each byte as windows-1252.
fn windows_1252(bytes: &[u8]) -> Cow<'_, str> {
    WINDOWS_1252.decode_without_bom_handling(bytes).0
}

fn from_table(bytes: &[u8], first: u8, high: &[char], low: &[(u8, char)]) -> String {
    let letter = |(byte, other): (&u8, char)| {
        let place = byte.checked_sub(first).map(usize::from);
        let low = || low.iter().find(|(at, _)| at == byte).map(|(_, letter)| *letter);
        place.and_then(|place| high.get(place).copied()).or_else(low).unwrap_or(other)
    };
    bytes.iter().zip(windows_1252(bytes).chars()).map(letter).collect()
}

fn vni(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let following = bytes.iter().skip(1).copied().chain([b' ']);
    let mut is_mark = false;
    for ((byte, next), other) in bytes.iter().zip(following).zip(windows_1252(bytes).chars()) {
        if std::mem::take(&mut is_mark) {
            continue;
        }
        let small = small(*byte);
        let capital = small != *byte;
        let pair = VNI_PAIRS.iter().find(|(mark, ..)| *mark == self::small(next));
        let pair = pair.and_then(|(_, bases, letters)| {
            letters.chars().nth(bases.iter().position(|base| *base == small)?)
        });
        is_mark = pair.is_some();
        let single = || VNI_SINGLE.iter().find(|(at, _)| *at == small).map(|(_, letter)| *letter);
        match pair.or_else(single) {
            Some(letter) if capital => text.extend(letter.to_uppercase()),
            Some(letter) => text.push(letter),
            None => text.push(other),
        }
    }
    text
}

/// Returns the byte of the small letter in windows-1252.
fn small(byte: u8) -> u8 {
    match byte {
        b'A'..=b'Z' | 0xC0..=0xD6 | 0xD8..=0xDE => byte + 0x20,
        _ => byte,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The 67 lowercase letters that Vietnamese adds to ASCII.
    const LETTERS: &str = "á à ả ã ạ â ấ ầ ẩ ẫ ậ ă ắ ằ ẳ ẵ ặ é è ẻ ẽ ẹ ê ế ề ể ễ ệ í ì ỉ ĩ ị \
        ó ò ỏ õ ọ ô ố ồ ổ ỗ ộ ơ ớ ờ ở ỡ ợ ú ù ủ ũ ụ ư ứ ừ ử ữ ự ý ỳ ỷ ỹ ỵ đ";
    /// The same letters in VNI, as a browser without the font shows them.
    const VNI: &str = "aù aø aû aõ aï aâ aá aà aå aã aä aê aé aè aú aü aë eù eø eû eõ eï eâ eá eà eå eã eä \
        í ì æ ó ò où oø oû oõ oï oâ oá oà oå oã oä ô ôù ôø ôû ôõ ôï uù uø uû uõ uï ö öù öø öû öõ öï \
        yù yø yû yõ î ñ";
    /// The same letters in TCVN3, as a browser without the font shows them.
    const TCVN3_SMALL: &str = "¸ µ ¶ · ¹ © Ê Ç È É Ë ¨ ¾ » ¼ ½ Æ Ð Ì Î Ï Ñ ª Õ Ò Ó Ô Ö Ý × Ø Ü Þ \
        ã ß á â ä « è å æ ç é ¬ í ê ë ì î ó ï ñ ò ô \u{AD} ø õ ö ÷ ù ý ú û ü þ ®";

    fn latin(text: &str) -> Vec<u8> {
        text.chars().map(|c| byte(c).unwrap()).collect()
    }

    #[track_caller]
    fn check(seen: &str, charset: Charset, meant: &str) {
        assert_eq!(decode(&latin(seen), charset).as_deref(), Some(meant));
    }

    #[test]
    fn each_of_the_134_letters_is_read_in_each_encoding() {
        let capitals = LETTERS.to_uppercase();
        let all: BTreeSet<char> =
            LETTERS.chars().chain(capitals.chars()).filter(|c| *c != ' ').collect();
        assert_eq!(all.len(), 134);
        check(VNI, Charset::Vni, LETTERS);
        check(&VNI.to_uppercase(), Charset::Vni, &capitals);
        check(TCVN3_SMALL, Charset::Tcvn3, LETTERS);
        check("¡ ¢ £ ¤ ¥ ¦ §", Charset::Tcvn3, "Ă Â Ê Ô Ơ Ư Đ");
        // One byte per letter and no duplicates, so the table in reverse encodes every letter.
        let bytes: Vec<u8> = (0..=0xFF).collect();
        let read = decode(&bytes, Charset::Viscii).unwrap();
        assert_eq!(read.chars().filter(|c| all.contains(c)).collect::<BTreeSet<_>>(), all);
        assert_eq!(read.chars().collect::<BTreeSet<_>>().len(), 256);
    }

    #[test]
    fn viscii_stands_where_the_rfc_puts_it() {
        let bytes =
            b"Vi\xAEt Nam, \xD0\xA1c l\xA7p, T\xF1 do, H\xD5nh ph\xFAc, \x02\x05\x06\x14\x19\x1E";
        let text = "Việt Nam, Đắc lập, Tự do, Hạnh phúc, ẲẴẪỶỸỴ";
        assert_eq!(decode(bytes, Charset::Viscii).as_deref(), Some(text));
    }

    #[test]
    fn a_sentence_is_read_as_its_font_shows_it() {
        let seen = "“Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam” - Ñoäc laäp, TÖÏ DO, Haïnh phuùc";
        check(
            seen,
            Charset::Vni,
            "“Cộng hòa xã hội chủ nghĩa Việt Nam” - Độc lập, TỰ DO, Hạnh phúc",
        );
        let seen = "“Céng hoµ x· héi chñ nghÜa ViÖt Nam” - §éc lËp, Tù do, H¹nh phóc";
        check(
            seen,
            Charset::Tcvn3,
            "“Cộng hoà xã hội chủ nghĩa Việt Nam” - Độc lập, Tự do, Hạnh phúc",
        );
    }

    #[test]
    fn a_text_that_is_more_than_bytes_is_left_alone() {
        assert_eq!(reread("TØnh §¾k L¾k", Charset::Tcvn3).as_deref(), Some("Tỉnh Đắk Lắk"));
        assert_eq!(reread("Tỉnh Đắk Lắk", Charset::Tcvn3), None);
    }
}
