//! The first sentence of a text: the headline of a notice that has none.

use crate::discover::first_line;
use crate::text;

/// Maximum characters of a headline; a longer sentence is cut between words.
const MAX_CHARS: usize = 120;
/// The longest capitalized word before a full stop that is an abbreviation: `TP.`, `ThS.`, `No.`
const ABBREVIATION: usize = 3;

/// The first sentence of an HTML text, which ends with its first block at the latest.
pub(crate) fn of_html(html: &str) -> Option<String> {
    first_line(html).map(|line| of_line(&line))
}

/// The first sentence of a line.
pub(crate) fn of_line(line: &str) -> String {
    let mut end = line.len();
    for (at, mark) in line.char_indices().filter(|(_, c)| matches!(c, '.' | '!' | '?' | '…' | '。'))
    {
        let (before, rest) = line.split_at(at);
        let rest = rest.strip_prefix(mark).unwrap_or_default();
        let is_end = mark == '。' || rest.starts_with(char::is_whitespace);
        if is_end && (mark != '.' || !is_abbreviation(before)) {
            end = at + if mark == '.' { 0 } else { mark.len_utf8() };
            break;
        }
    }
    let sentence = line.get(..end).unwrap_or(line);
    let sentence =
        if end == line.len() { sentence.strip_suffix('.').unwrap_or(sentence) } else { sentence };
    text::shorten(sentence, MAX_CHARS)
}

/// Whether a full stop after this text belongs to its last word: an abbreviation, an initial, or the
/// number that a text begins with.
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || "(.,".contains(c)).next();
    let word = word.unwrap_or_default();
    let is_short = word.chars().count() <= ABBREVIATION;
    let is_number = word == before && word.starts_with(|c: char| c.is_numeric());
    is_short && (is_number || word.starts_with(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(of_html(html).as_deref().unwrap_or_default(), expected, "{html}");
    }

    #[test]
    fn a_headline_is_the_first_sentence_or_block() {
        check(
            "Sáng nay, lãnh đạo xã đi thăm dân. Sau đó họp.",
            "Sáng nay, lãnh đạo xã đi thăm dân",
        );
        check("<p>Thông báo nghỉ lễ</p><p>Hai</p>", "Thông báo nghỉ lễ");
        check("<div><br><p> </p><p>Một &amp; hai</p></div>ba", "Một & hai");
        check("1. Họp ở TP. Hồ Chí Minh lúc 7.30. Kính mời.", "1. Họp ở TP. Hồ Chí Minh lúc 7.30");
        check("ThS. Lê A, GS. Bình họp. Hết", "ThS. Lê A, GS. Bình họp");
        check("Bao giờ? Ngày mai.", "Bao giờ?");
        check("今天开会。明天休息。", "今天开会。");
        check("Một câu", "Một câu");
        check("Một câu.", "Một câu");
        check("<img src='a.jpg'>", "");
        check("", "");
    }

    #[test]
    fn a_long_sentence_is_cut_between_words() {
        let long = "từ ".repeat(100);
        let cut = of_line(long.trim_end());
        assert!(cut.ends_with("từ…") && cut.chars().count() <= MAX_CHARS + 1, "{cut}");
    }
}
