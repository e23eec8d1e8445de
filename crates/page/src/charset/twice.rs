//! Repair of double-encoded UTF-8, which was decoded as windows-1252 and encoded as UTF-8 again:
//! `Há»™i nghá»‹` for `Hội nghị`.
//!
//! It is left behind by migrated databases, and by programs that saved a page after a wrong guess.
//! The repair is certain: no language repeatedly uses the bytes of Vietnamese letters as letters.

use encoding_rs::WINDOWS_1252;

/// The minimum number of repaired letters; fewer may be coincidence.
const ENOUGH: usize = 5;

/// Repairs a text that was encoded twice, in whole or in part; `None` if it was not.
pub(super) fn repaired(text: &str) -> Option<String> {
    // The fast path for nearly all pages: none of the first two bytes of most Vietnamese letters.
    if !text.contains("á»") && !text.contains("áº") {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut letters = 0;
    while !rest.is_empty() {
        let plain = rest.find(|c| byte(c).is_some_and(|byte| byte >= 0x80)).unwrap_or(rest.len());
        let (before, from) = rest.split_at(plain);
        out.push_str(before);
        let length = from.find(|c| byte(c).is_none_or(|byte| byte < 0x80)).unwrap_or(from.len());
        let (run, after) = from.split_at(length);
        match meant(run) {
            Some(meant) => {
                letters += meant.chars().filter(|c| c.is_alphabetic()).count();
                out.push_str(&meant);
            }
            None => out.push_str(run),
        }
        rest = after;
    }
    (letters >= ENOUGH).then_some(out)
}

/// Decodes the bytes of a run of letters, if the result is Vietnamese.
fn meant(run: &str) -> Option<String> {
    let bytes: Vec<u8> = run.chars().map(byte).collect::<Option<_>>()?;
    let meant = String::from_utf8(bytes).ok()?;
    meant.chars().all(is_expected).then_some(meant)
}

/// Whether a character is a Vietnamese letter, a combining mark of one, or punctuation of word
/// processors.
fn is_expected(c: char) -> bool {
    matches!(c,
        'À'..='ý' | 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' | 'Ư' | 'ư'
        | '\u{1EA0}'..='\u{1EF9}' | '\u{300}'..='\u{323}' | '\u{2010}'..='\u{2026}'
        | '\u{A0}' | '\u{200B}' | '\u{200C}' | '\u{FEFF}')
}

/// Returns the byte that was decoded to this character as windows-1252 or ISO 8859-1.
fn byte(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    // The 27 characters that only windows-1252 has are in these blocks.
    if !matches!(c, '\u{152}'..='\u{192}' | '\u{2C6}'..='\u{2DC}' | '\u{2013}'..='\u{2122}') {
        return None;
    }
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    match (unmappable, &*bytes) {
        (false, [byte]) => Some(*byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "Ủy ban Dân tộc tỉnh Đắk Lắk tổ chức “hội nghị” – năm 2022, với 45 đại biểu.";

    fn as_windows_1252(text: &str) -> String {
        WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    fn as_latin_1(text: &str) -> String {
        text.bytes().map(char::from).collect()
    }

    #[test]
    fn what_was_encoded_twice_is_read_as_it_was_meant() {
        assert_eq!(repaired(&as_windows_1252(TEXT)).as_deref(), Some(TEXT));
        assert_eq!(repaired(&as_latin_1(TEXT)).as_deref(), Some(TEXT));
        let mixed = format!("<h1>Trang chủ: à, ô, «tin» </h1>{}", as_windows_1252(TEXT));
        let meant = format!("<h1>Trang chủ: à, ô, «tin» </h1>{TEXT}");
        assert_eq!(repaired(&mixed), Some(meant));
    }

    #[test]
    fn other_texts_are_left_alone() {
        for text in [
            TEXT,
            "Đã có Ân, ÂU, MÃ SỐ: “áo dài” – ‘cá’ … á, â, ã",
            "À l’école, déjà vu… « Ça va ? » Œuvre, naïve, château, forêt, goût, Ångström, Äpfel, größer",
            "Ã¡ stands for á, and Ã© for é, says the manual",
            "plain ASCII",
        ] {
            assert_eq!(repaired(text), None, "{text}");
        }
    }
}
