//! Repair of double-encoded UTF-8, which was decoded as windows-1252 and encoded as UTF-8 again:
//! `Há»™i nghá»‹` for `Hội nghị`.
//!
//! It is left behind by migrated databases, and by programs that saved a page after a wrong guess.
//! The repair is certain: no language repeatedly uses the bytes of Vietnamese letters as letters, and
//! none the controls U+0080 to U+009F.

use encoding_rs::WINDOWS_1252;

/// The minimum number of repaired letters; fewer may be coincidence.
const ENOUGH: usize = 5;

/// Repairs a text that was encoded twice, in whole or in part; `None` if it was not.
pub(super) fn repaired(text: &str) -> Option<String> {
    // The fast path for nearly all pages: none of the first two bytes of most Vietnamese letters.
    let vietnamese = (text.contains("á»") || text.contains("áº")).then(|| rewritten(text, meant));
    let vietnamese = vietnamese.filter(|(letters, _)| *letters >= ENOUGH).map(|(_, text)| text);
    let with_controls = |text: &str| has_control(text).then(|| rewritten(text, meant_by_controls));
    match vietnamese {
        Some(text) => Some(with_controls(&text).map_or(text, |(_, text)| text)),
        None => with_controls(text).filter(|(letters, _)| *letters > 0).map(|(_, text)| text),
    }
}

/// A text with its runs of letters beyond ASCII replaced by what each means, and the number of the
/// replaced letters and marks.
fn rewritten(text: &str, meant: impl Fn(&str) -> Option<String>) -> (usize, String) {
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
                letters += meant.chars().filter(|c| !c.is_whitespace()).count();
                out.push_str(&meant);
            }
            None => out.push_str(run),
        }
        rest = after;
    }
    (letters, out)
}

/// Whether a character is one of the controls U+0080 to U+009F, which no page contains for
/// themselves.
fn is_control(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9F}')
}

/// Whether a text contains such a control, as UTF-8: the byte C2 and one up to 9F.
fn has_control(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(0xC2, bytes).any(|at| matches!(bytes.get(at + 1), Some(0x80..=0x9F)))
}

/// Decodes the bytes of a run that has such controls: they are the bytes of other characters in any
/// language.
fn meant_by_controls(run: &str) -> Option<String> {
    if !run.contains(is_control) {
        return None;
    }
    let bytes: Vec<u8> = run.chars().map(byte).collect::<Option<_>>()?;
    let meant = String::from_utf8(bytes).ok()?;
    (!meant.contains(char::is_control)).then_some(meant)
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
    fn controls_prove_that_a_mark_was_encoded_twice() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(repaired(text).as_deref().unwrap_or(text), expected);
        }
        check("An Investor\u{e2}\u{80}\u{99}s Guide", "An Investor’s Guide");
        check("caf\u{c3}\u{a9} \u{e2}\u{80}\u{93} 12 \u{e2}\u{82}\u{ac}", "caf\u{c3}\u{a9} – 12 €");
        check("naïve – déjà", "naïve – déjà");
        // Not UTF-8, and a control of its own.
        check("x\u{e2}\u{99}y", "x\u{e2}\u{99}y");
        check("x\u{c2}\u{85}y", "x\u{c2}\u{85}y");
        let text = as_latin_1(TEXT) + " An\u{e2}\u{80}\u{99}s";
        check(&text, &format!("{TEXT} An’s"));
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
