//! Folds texts into comparable words: different spellings of the same word become equal.
//!
//! Diacritics are kept, because `dân tộc` without them is ambiguous, but the tone mark moves to the
//! end of its syllable: `hoà` and `hòa`, `uỷ` and `ủy` differ only in its place. A text typed
//! without any diacritics is compared without them.

use bantin_page::plain::line;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The treatment of diacritics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DiacriticMode {
    /// Compare with diacritics.
    Kept,
    /// Compare without.
    Dropped,
}

/// Words, each between two spaces, so that a search for `" dân tộc "` finds whole words. `|`
/// separates sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoldedWords {
    text: String,
    /// The byte offset of the space before each word.
    starts: Vec<usize>,
}

impl FoldedWords {
    /// Folds the words of a text.
    pub(super) fn of(text: &str, marks: DiacriticMode) -> Self {
        let mut words = Self { text: String::with_capacity(text.len() + 2), starts: Vec::new() };
        let mut word = String::new();
        for line_of_text in text.lines() {
            let line = line(line_of_text);
            let mut characters = line.chars().peekable();
            while let Some(c) = characters.next() {
                match c {
                    c if c.is_alphanumeric() || is_combining_mark(c) => word.push(c),
                    // As in M'nông and Ea H'leo.
                    '\'' | '’' | '‘' | '`' | 'ʼ' => {}
                    '.' | ':' | '!' | '?' | ';' | '…' | '(' | ')' => {
                        words.push(&word, marks);
                        word.clear();
                        // A full stop inside a number or an abbreviation does not end a sentence:
                        // 1.719, TP.HCM.
                        if characters.peek().is_none_or(|next| !next.is_alphanumeric()) {
                            words.part();
                        }
                    }
                    _ => {
                        words.push(&word, marks);
                        word.clear();
                    }
                }
            }
            words.push(&word, marks);
            word.clear();
            words.part();
        }
        words.text.push(' ');
        words
    }

    /// The words, separated by spaces.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The index of the word that starts at a byte offset.
    pub(super) fn at(&self, start: usize) -> usize {
        self.starts.partition_point(|known| *known < start)
    }

    fn push(&mut self, word: &str, marks: DiacriticMode) {
        if !word.is_empty() {
            self.starts.push(self.text.len());
            self.text.push(' ');
            fold(word, marks, &mut self.text);
        }
    }

    fn part(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('|') {
            self.starts.push(self.text.len());
            self.text.push_str(" |");
        }
    }
}

/// The words of a keyword in the form of [`FoldedWords::as_str`], with their number; empty if it
/// has none.
pub(super) fn keyword(text: &str, marks: DiacriticMode) -> (String, usize) {
    let words = FoldedWords::of(text, marks);
    let found: Vec<&str> = words.text.split(' ').filter(|w| !w.is_empty() && *w != "|").collect();
    if found.is_empty() {
        return (String::new(), 0);
    }
    (format!(" {} ", found.join(" ")), found.len())
}

/// Whether a text was typed without diacritics: a Vietnamese sentence of three words or more has
/// some.
pub(super) fn lacks_diacritics(text: &str) -> bool {
    let marked = |c: char| c.is_alphabetic() && !c.is_ascii() || is_combining_mark(c);
    text.split_whitespace().nth(2).is_some() && !text.contains(marked)
}

/// Appends a word in lower case with its tone mark at the end, or without diacritics.
fn fold(word: &str, marks: DiacriticMode, text: &mut String) {
    let start = text.len();
    let mut tone = None;
    for c in word.nfd().flat_map(char::to_lowercase) {
        match (c, marks) {
            ('\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}', DiacriticMode::Kept) => {
                tone = Some(c);
            }
            ('đ' | 'ð', DiacriticMode::Dropped) => text.push('d'),
            ('ð', DiacriticMode::Kept) => text.push('đ'),
            (c, DiacriticMode::Dropped) if is_combining_mark(c) => {}
            (c, _) => text.push(c),
        }
    }
    // `sĩ` and `sỹ`, `kỉ` and `kỷ` are the same word.
    let is_open = matches!(text.get(start..), Some("hy" | "ky" | "ly" | "my" | "sy" | "ty"));
    if is_open && text.pop().is_some() {
        text.push('i');
    }
    text.extend(tone);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(one: &str, other: &str) {
        assert_eq!(
            FoldedWords::of(one, DiacriticMode::Kept),
            FoldedWords::of(other, DiacriticMode::Kept)
        );
    }

    #[test]
    fn what_is_read_alike_is_the_same() {
        same("Hoà Bình, uỷ ban, khoẻ, thuý", "HÒA BÌNH ủy ban khỏe thúy");
        same("liệt sỹ, kỉ niệm", "Liệt sĩ kỷ niệm");
        same("M'nông", "M’Nông");
        same("ha\u{323}n ha\u{301}n", "hạn hán");
        same("Ðảng", "đảng");
        same("COVID-19", "covid 19");
        same("1.719/QĐ-TTg", "1 719 qđ ttg");
    }

    #[test]
    fn what_is_read_differently_is_not() {
        let kept = |text| FoldedWords::of(text, DiacriticMode::Kept);
        for (one, other) in [("dân tộc", "dan toc"), ("mạ", "má"), ("quý", "quy"), ("ăn", "an")]
        {
            assert_ne!(kept(one), kept(other), "{one}");
        }
    }

    #[test]
    fn sentences_are_parted() {
        let words = FoldedWords::of("Tin vui. Đến nay:\nxong", DiacriticMode::Dropped);
        assert_eq!(words.as_str(), " tin vui | den nay | xong | ");
        assert_eq!((words.at(0), words.at(8), words.at(10)), (0, 2, 3));
        assert_eq!(FoldedWords::of(" . ", DiacriticMode::Kept).as_str().trim(), "");
    }

    #[test]
    fn a_text_without_marks_is_told_by_some_words() {
        assert!(lacks_diacritics("Ban Dan toc tinh Soc Trang"));
        assert!(!lacks_diacritics("Ban Dân toc tinh"));
        assert!(!lacks_diacritics("Covid 19"));
    }
}
