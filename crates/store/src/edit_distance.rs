//! The decision whether an edit is reported to readers as a new revision.
//!
//! An edit is reported if title and text together differ by the source's `min_edit` letters or
//! more, or if a digit or symbol differs. White space, punctuation and counters of readers are
//! ignored.

use bantin_page::plain::fold;
use std::borrow::Cow;

/// The words of a line that counts readers, folded.
const COUNTERS: [&str; 13] = [
    "luot xem",
    "luot doc",
    "luot truy cap",
    "luot view",
    "da xem",
    "da doc",
    "so lan xem",
    "so lan doc",
    "nguoi xem",
    "nguoi doc",
    "views",
    "view:",
    "page views",
];
/// The maximum length of such a line, in characters. A longer one is a sentence about readers.
const MAX_COUNTER: usize = 40;

/// Title and text of a version of an article.
type VersionText<'a> = (&'a str, &'a str);

/// Whether an edit is reported to readers: `least` or more letters differ (Levenshtein distance),
/// or a digit or symbol differs, which is never a minor edit.
///
/// White space and punctuation do not count: a template with other quotation marks would republish
/// every article of an agency at once. A punctuation mark between two digits does count: 1,5 tỷ is
/// not 15 tỷ.
pub(crate) fn is_reported(old: VersionText<'_>, new: VersionText<'_>, least: usize) -> bool {
    let (old_text, new_text) = (without_counters(old.1), without_counters(new.1));
    if signs(old.0) != signs(new.0) || signs(&old_text) != signs(&new_text) {
        return true;
    }
    let by = distance(&letters(old.0), &letters(new.0), least);
    by >= least || by + distance(&letters(&old_text), &letters(&new_text), least - by) >= least
}

/// A text without the numbers in lines that count readers.
fn without_counters(text: &str) -> Cow<'_, str> {
    if !text.lines().any(is_counter) {
        return text.into();
    }
    let without = |line: &str| line.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let lines = text.lines().map(|line| match is_counter(line) {
        true => without(line),
        false => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n").into()
}

fn is_counter(line: &str) -> bool {
    let is_short = line.len() <= 4 * MAX_COUNTER && line.chars().count() <= MAX_COUNTER;
    is_short && line.bytes().any(|byte| byte.is_ascii_digit()) && {
        let line = fold(line);
        COUNTERS.iter().any(|words| line.contains(words))
    }
}

fn letters(text: &str) -> Vec<char> {
    words(text).filter(|c| c.is_alphabetic()).collect()
}

/// Returns the digits and symbols: everything that is neither a letter nor punctuation.
fn signs(text: &str) -> String {
    words(text).filter(|c| !c.is_alphabetic()).collect()
}

/// Iterates over the significant characters of a text, without white space and punctuation.
fn words(text: &str) -> impl Iterator<Item = char> {
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    std::iter::from_fn(move || {
        loop {
            let c = rest.next()?;
            let in_number =
                before.is_ascii_digit() && rest.peek().is_some_and(char::is_ascii_digit);
            before = c;
            match c {
                c if c.is_whitespace() => {}
                // 2020-2025 means the same years with any kind of dash.
                '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' if in_number => return Some('-'),
                c if in_number || !is_typography(c) => return Some(c),
                _ => {}
            }
        }
    })
}

/// Whether a character is white space, ASCII punctuation that is not a symbol, General Punctuation
/// (U+2000 to U+206F, except per mille, primes and the fraction slash) or a guillemet.
fn is_typography(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '!' | '"' | '\'' | '(' | ')' | ',' | '-' | '.' | ':' | ';' | '?' | '[' | ']' | '_'
        )
        || matches!(c, '\u{AB}' | '\u{AD}' | '\u{BB}' | '\u{FEFF}')
        || (matches!(c, '\u{2000}'..='\u{206F}')
            && !matches!(c, '\u{2030}'..='\u{2034}' | '\u{2044}'))
}

/// Returns the Levenshtein distance of two texts, capped at `most`. The cost is the length of the
/// differing part times `most`.
///
/// `strsim` has no such bound: for one edit at each end of 100,000 letters it takes 26 seconds
/// (release build), this function at most 0.2.
fn distance(old: &[char], new: &[char], most: usize) -> usize {
    let same = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (old.get(same..).unwrap_or_default(), new.get(same..).unwrap_or_default());
    let same = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (old.split_at(old.len() - same).0, new.split_at(new.len() - same).0);
    if old.len().abs_diff(new.len()) >= most || old.is_empty() || new.is_empty() {
        return old.len().max(new.len()).min(most);
    }
    // One row of the table per character of the old text: the distances from its prefix to each
    // prefix of the new text. Only cells near the diagonal can be below `most`; the others stay at
    // `most`.
    let mut row: Vec<usize> = (0..=new.len()).map(|place| place.min(most)).collect();
    for (place, c) in old.iter().enumerate() {
        let (from, to) = (place.saturating_sub(most), (place + most).min(new.len()));
        let mut left = if from == 0 { place + 1 } else { most };
        let mut above_left = row.get(from).copied().unwrap_or(most);
        if let Some(first) = row.get_mut(from) {
            *first = left.min(most);
        }
        let mut least = left;
        for (other, cell) in new.iter().zip(row.iter_mut().skip(1)).take(to).skip(from) {
            let replaced = above_left + usize::from(c != other);
            above_left = *cell;
            left = replaced.min(left + 1).min(*cell + 1).min(most);
            *cell = left;
            least = least.min(left);
        }
        if least >= most {
            return most;
        }
    }
    row.last().copied().unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(old: &str, new: &str, least: usize, expected: bool) {
        assert_eq!(is_reported(("Tin", old), ("Tin", new), least), expected, "{old:?} {new:?}");
        assert_eq!(is_reported((old, ""), (new, ""), least), expected, "{old:?} {new:?}");
    }

    #[test]
    fn other_marks_and_spaces_say_nothing_new() {
        check("Hội nghị “tổng kết” năm 2025", "Hội nghị \"tổng kết\"  năm 2025.", 1, false);
        check("a - b", "a – b", 1, false);
        check("một,hai", "một, hai", 1, false);
        check("Tin", "Tin", 1, false);
        check("Nhiệm kỳ 2020-2025", "Nhiệm kỳ 2020–2025", 1, false);
        check("1 500  000 đồng", "1 500 000 đồng", 1, false);
    }

    #[test]
    fn other_words_do_from_some_length_on() {
        check("Hội nghị", "Hội nghi", 1, true);
        check("Hội nghị", "Hội nghi", 2, false);
        check("Hội nghị tổng kêt", "Hội nghi tổng kết", 2, true);
        check("có lũ", "không có lũ", 5, true);
        check("có lũ", "không có lũ", 6, false);
        check("", "tin", 3, true);
        check("", "tin", 4, false);
        // Title and text together.
        assert!(is_reported(("Tin moi", "xa"), ("Tin mới", "xã"), 2));
        assert!(!is_reported(("Tin moi", "xa"), ("Tin mới", "xã"), 3));
    }

    #[test]
    fn a_counter_of_readers_says_nothing_new() {
        #[track_caller]
        fn check(old: &str, new: &str, expected: bool) {
            assert_eq!(is_reported(("Tin", old), ("Tin", new), 1), expected, "{old:?} {new:?}");
        }
        check("Tin\nLượt xem: 1.217", "Tin\nLượt xem: 98", false);
        check("Tin\n17 lượt truy cập", "Tin\n1234 lượt truy cập", false);
        check("Tin\nĐã xem 7 lần", "Tin\nĐã xem 8 lần", false);
        check("Tin\nLượt xem: 7", "Tin khác\nLượt xem: 7", true);
        let visitors = "Khu di tích năm qua đón hơn 7.000 lượt người xem và nhiều khách quốc tế";
        check(visitors, &visitors.replace('7', "8"), true);
    }

    #[test]
    fn other_numbers_always_do() {
        for least in [1, 200] {
            check("1,5 tỷ", "15 tỷ", least, true);
            check("1,5 tỷ", "1.5 tỷ", least, true);
            check("ngày 12/7", "ngày 12.7", least, true);
            check("ngày 12/7", "ngày 13/7", least, true);
            check("5% số xã", "5‰ số xã", least, true);
            check("lãi +5", "lãi 5", least, true);
        }
    }

    #[test]
    fn long_texts_that_are_all_another_cost_little() {
        let (old, new) = ("ăn ".repeat(400_000), "ở ".repeat(399_999));
        check(&old, &new, 200, true);
    }

    /// The distance by its definition, with the full table.
    fn by_definition(old: &[char], new: &[char]) -> usize {
        let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
        for i in 0..=old.len() {
            for j in 0..=new.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let replaced = table[i - 1][j - 1] + usize::from(old[i - 1] != new[j - 1]);
                    replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
                };
            }
        }
        table[old.len()][new.len()]
    }

    proptest! {
        #[test]
        fn distances_are_levenshteins(old in "[abă]{0,12}", new in "[abă]{0,12}", most in 1_usize..12) {
            let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
            prop_assert_eq!(distance(&old, &new, most), by_definition(&old, &new).min(most));
        }
    }
}
