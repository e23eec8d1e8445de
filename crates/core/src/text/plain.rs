//! Plain text: visible characters only, white space collapsed, and a folded form for comparison.
//! Meaning is not considered.

use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

/// Converts a text to one line: NFC, no invisible characters, each run of white space a single
/// space.
///
/// Word's empty `<o:p></o:p>` is removed: pages that escape pasted text show it.
pub fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        rest = rest.trim_ascii_start();
        let (plain, behind) = rest.split_at_checked(plain_length(rest)).unwrap_or((rest, ""));
        // Nearly every word of a page ends here.
        let is_whole = behind.bytes().next().is_none_or(|b| b.is_ascii_whitespace());
        if is_whole {
            if !line.is_empty() && !plain.is_empty() {
                line.push(' ');
            }
            line.push_str(plain);
            rest = behind;
        } else {
            let is_blank = |c: char| !is_plain(c) && (c.is_whitespace() || is_exotic_space(c));
            let end = rest.find(is_blank).unwrap_or(rest.len());
            let (word, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
            let before = line.len();
            if before > 0 && !word.is_empty() {
                line.push(' ');
            }
            let start = line.len();
            push_word(&mut line, word);
            if line.len() == start {
                line.truncate(before);
            }
            let mut behind = behind.chars();
            behind.next();
            rest = behind.as_str();
        }
        if rest.is_empty() {
            return line;
        }
    }
}

/// The length in bytes of the characters at the start of a text that are plain, see [`is_plain`].
fn plain_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += match bytes.get(at..) {
            Some([b'!'..=b'=' | b'?'..=b'~', ..]) => 1,
            // U+00C0 to U+02FF
            Some([0xC3..=0xCB, _, ..]) => 2,
            // U+1EA0 to U+1EF9
            Some([0xE1, 0xBA, 0xA0..=0xBF, ..] | [0xE1, 0xBB, 0x80..=0xB9, ..]) => 3,
            _ => return at,
        };
    }
}

/// Appends a word without its invisible characters. Nearly every word is composed already, and this
/// is called for every word of a page.
fn push_word(line: &mut String, word: &str) {
    if word.chars().all(is_plain) {
        line.push_str(word);
        return;
    }
    let start = line.len();
    // Invisible characters are removed first, because they would prevent composition.
    let shown = || {
        let mut before = None;
        word.char_indices().filter_map(move |(at, c)| {
            let behind = || word.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
            let is_shown = !is_invisible(c) || (is_joiner(c) && joins(before, behind()));
            before = is_shown.then_some(c).or(before);
            is_shown.then_some(c)
        })
    };
    let mut characters = word.chars().peekable();
    while let Some(c) = characters.next() {
        if is_invisible(c) && !is_joiner(c) {
            continue;
        }
        let c = match mark_class(c) {
            None => Some(c).filter(|c| *c != '>' && is_composed(*c)),
            Some(class) => {
                let second = characters.next_if(|second| mark_class(*second).is_some());
                let letter = if line.len() > start { line.pop() } else { None };
                letter.and_then(|letter| composed(letter, (c, class), second))
            }
        };
        let Some(c) = c else {
            line.truncate(start);
            line.extend(strip_office_markup(shown()).nfc());
            return;
        };
        line.push(c);
    }
}

/// A letter of Vietnamese with its marks as one character, as NFC composes them, or nothing where
/// that takes more than their order. Texts typed on some systems have all their marks apart.
fn composed(letter: char, (mark, class): (char, u8), second: Option<char>) -> Option<char> {
    let Some(second) = second else { return compose(letter, mark) };
    let is_ordered = mark_class(second).is_none_or(|behind| class <= behind);
    let (first, second) = if is_ordered { (mark, second) } else { (second, mark) };
    compose(compose(letter, first)?, second)
}

/// The combining class of a mark of Vietnamese (Unicode, section 4.3).
fn mark_class(c: char) -> Option<u8> {
    match c {
        '\u{300}'..='\u{303}' | '\u{306}' | '\u{309}' => Some(230),
        '\u{31B}' => Some(216),
        '\u{323}' => Some(220),
        _ => None,
    }
}

/// Removes `<o:p>`, `</o:p>` and truncated remains of them, including those that a removal creates.
fn strip_office_markup(text: impl Iterator<Item = char>) -> String {
    let mut kept = String::with_capacity(text.size_hint().0);
    for c in text {
        kept.push(c);
        if c == '>' {
            let before = kept.strip_suffix("o:p>");
            let before = before.map(|b| b.strip_suffix("</").or(b.strip_suffix('<')).unwrap_or(b));
            if let Some(length) = before.map(str::len) {
                kept.truncate(length);
            }
        }
    }
    kept
}

/// Whether a character is a composed letter, a digit or a mark that needs no other look.
fn is_plain(c: char) -> bool {
    matches!(c, '!'..='=' | '?'..='~' | '\u{C0}'..='\u{2FF}' | '\u{1EA0}'..='\u{1EF9}')
}

/// Whether a character is stable in NFC next to any other character, among those in frequent use.
pub fn is_composed(c: char) -> bool {
    matches!(c,
        '\0'..='\u{2FF}' | '\u{400}'..='\u{482}' | '\u{1EA0}'..='\u{1EF9}' | '\u{2010}'..='\u{203F}'
        | '\u{20A0}'..='\u{20BF}' | '\u{2122}' | '\u{3041}'..='\u{3093}' | '\u{4E00}'..='\u{9FFF}')
}

/// Whether [`line`] leaves nothing of a text.
pub fn is_blank(text: &str) -> bool {
    let is_seen = |c: char| !c.is_whitespace() && !is_invisible(c) && !is_exotic_space(c);
    if text.contains('>') { line(text).is_empty() } else { !text.contains(is_seen) }
}

/// Normalizes each line with [`line`], and drops empty lines.
pub fn lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(line).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// Folds a text for comparison: [`line`], lower case, without diacritics. For example, `Đắk Lắk`
/// becomes `dak lak`.
///
/// U+0111 has no decomposition, and U+00F0 is a common mistyping of it.
pub fn fold(text: &str) -> String {
    let mut line = line(text);
    if line.is_ascii() {
        line.make_ascii_lowercase();
        return line;
    }
    let mut folded = String::with_capacity(line.len());
    for c in line.chars() {
        match FOLDED_LETTERS.get(c as usize) {
            _ if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
            _ if is_joiner(c) => {}
            Some(Some(letter)) => folded.push(*letter),
            _ => folded.extend(folded_char(c)),
        }
    }
    folded
}

/// The folded form of each letter up to those of Vietnamese, where it is a single letter.
static FOLDED_LETTERS: LazyLock<Vec<Option<char>>> = LazyLock::new(|| {
    let single = |c| {
        let mut folded = folded_char(c);
        folded.next().filter(|_| folded.next().is_none())
    };
    ('\0'..='\u{1EFF}').map(single).collect()
});

fn folded_char(c: char) -> impl Iterator<Item = char> {
    let bare = std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c));
    bare.flat_map(char::to_lowercase).map(|c| if matches!(c, 'đ' | 'ð') { 'd' } else { c })
}

/// Whether a character is invisible: zero-width, a direction mark or a control character.
/// SharePoint's editor puts U+200B at the start of nearly every paragraph. A byte order mark within
/// a text comes from a pasted file.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The zero-width non-joiner and joiner: letters of Persian and of Indian scripts, and parts of
/// emoji.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Whether a joiner between two characters has a meaning.
fn joins(before: Option<char>, behind: Option<char>) -> bool {
    let is_indian =
        |c| matches!(c, '\u{900}'..='\u{DFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}');
    let is_arabic = |c| matches!(c, '\u{600}'..='\u{8FF}' | '\u{1800}'..='\u{18AF}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}');
    let is_emoji = |c| matches!(c, '\u{FE0F}' | '\u{20E3}' | '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}');
    match (before, behind) {
        (Some(before), Some(behind)) => {
            (is_indian(before) && is_indian(behind))
                || (is_arabic(before) && is_arabic(behind))
                || (is_emoji(before) && is_emoji(behind))
        }
        // The last letter of a word may end with a joiner.
        (Some(before), None) => is_indian(before),
        (None, _) => false,
    }
}

/// Blank characters that Unicode does not class as white space.
fn is_exotic_space(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{3164}' | '\u{115F}' | '\u{1160}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_what_a_reader_sees() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(line(text), expected);
            assert_eq!(line(expected), expected);
        }
        check("\u{200B}Ban  Dân\u{A0}tộc\u{FEFF} ", "Ban Dân tộc");
        check("ha\u{323}n, ta\u{302}\u{323}p", "hạn, tập");
        check("می\u{200C}خواهم", "می\u{200C}خواهم");
        check("क्\u{200D}ष ന്\u{200D}", "क्\u{200D}ष ന്\u{200D}");
        check(
            "👨\u{200D}👩\u{200D}👧 ❤\u{FE0F}\u{200D}🔥",
            "👨\u{200D}👩\u{200D}👧 ❤\u{FE0F}\u{200D}🔥",
        );
        check("\u{200D}Ban\u{200C} D\u{200D}ân \u{200C}", "Ban Dân");
        check("می\u{200C}\u{200B}خواهم", "میخواهم");
        check("đồng\u{AD}bào\r\n\tvà", "đồngbào và");
        check("\u{202E}abc\u{202C}\u{7}", "abc");
        check(" \u{200B} ", "");
        check("hết.<o:p></o:p>", "hết.");
        check("o:\u{1F}p>", "");
        check("b<6dlo:\u{18}po:p>>", "b<6dl");
        check(&("o:p".repeat(9000) + &">".repeat(9000)), "");
        check("a\u{200B}\u{301} a\u{34F}\u{301}", "á á");
        check("Trang chủ > Tin  tức", "Trang chủ > Tin tức");
        check("a <o:p> </o:p> b", "a b");
        check("й 新聞\u{3000}ニュース", "й 新聞 ニュース");
    }

    #[test]
    fn a_blank_text_is_told_without_its_line() {
        for text in ["", " \u{200B} ", "<o:p></o:p>", "\u{2800}\u{7}", ">", "a", "\u{301}", "o:p>"]
        {
            assert_eq!(is_blank(text), line(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn what_is_taken_for_composed_is() {
        for c in ('\0'..='\u{FFFF}').filter(|c| is_composed(*c)) {
            let text = format!("a{c}b");
            assert!(text.nfc().eq(text.chars()), "{c:?}");
        }
    }

    #[test]
    fn marks_apart_are_composed_as_nfc_does() {
        let letters = ['a', 'E', 'o', 'y', 'd', 'ê', 'ơ', 'ạ', 'Á', 'в', '1', ' '];
        let marks = ["\u{300}", "\u{301}", "\u{302}", "\u{306}", "\u{309}", "\u{31B}", "\u{323}"];
        let others = ["", "\u{308}", "\u{327}", "\u{341}"];
        let marks = || marks.into_iter().chain(others);
        for letter in letters {
            for (first, second) in marks().flat_map(|first| marks().map(move |mark| (first, mark)))
            {
                for third in marks() {
                    let text = format!("t{letter}{first}{second}{third}c");
                    let expected: String = text.nfc().collect();
                    assert_eq!(line(&text), expected, "{text:?}");
                    assert_eq!(
                        line(&format!("{first}{letter}{second}")),
                        line(&format!("{first}{letter}{second}").nfc().collect::<String>())
                    );
                }
            }
        }
    }

    #[test]
    fn texts_are_compared_without_marks_and_case() {
        assert_eq!(fold("ĐẮK  LẮK"), "dak lak");
        assert_eq!(fold("Ðắk"), "dak");
        assert_eq!(fold("hoà bình"), fold("hòa bình"));
    }
}
