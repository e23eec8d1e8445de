//! Splits a text into numbers, words and punctuation.
//!
//! Digits of all scripts are numbers, fullwidth punctuation and the minus sign (U+2212) are ASCII
//! punctuation. The characters after the numbers of Chinese, Japanese and Korean dates are
//! punctuation too, because no blank separates them from words.

use crate::text::plain;
use unicode_normalization::char::is_combining_mark;

/// The first digits of other scripts: Arabic, Persian, Devanagari, Thai, fullwidth.
const ZEROS: [char; 5] = ['٠', '۰', '०', '๐', '０'];
/// The characters after the parts of East Asian dates and times.
pub(super) const UNITS: &str = "年月日时時分秒년월일시분초號号";

/// A token of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateToken {
    kind: TokenKind,
    /// Whether white space precedes it.
    pub(super) spaced: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum TokenKind {
    /// A number and its count of digits.
    Number(u32, usize),
    Word(String),
    Mark(char),
}

impl DateToken {
    pub(super) fn number(&self) -> Option<u32> {
        match self.kind {
            TokenKind::Number(value, _) => Some(value),
            _ => None,
        }
    }

    pub(super) fn digits(&self) -> usize {
        match self.kind {
            TokenKind::Number(_, digits) => digits,
            _ => 0,
        }
    }

    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            TokenKind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(super) fn is_mark(&self, marks: &str) -> bool {
        matches!(self.kind, TokenKind::Mark(c) if marks.contains(c))
    }

    pub(super) fn mark(&self) -> Option<char> {
        match self.kind {
            TokenKind::Mark(mark) => Some(mark),
            _ => None,
        }
    }
}

/// Splits a text into lower-case tokens.
pub(super) fn tokens(text: &str) -> Vec<DateToken> {
    let mut tokens: Vec<DateToken> = Vec::new();
    let (mut spaced, mut open) = (false, false);
    for c in plain::line(text).chars().flat_map(char::to_lowercase).map(ascii) {
        if c == ' ' {
            (spaced, open) = (true, false);
            continue;
        }
        let last = tokens.last_mut().filter(|_| open).map(|token| &mut token.kind);
        let is_letter = c.is_alphabetic() && !UNITS.contains(c);
        match (last, digit(c)) {
            (Some(TokenKind::Number(value, digits)), Some(digit)) => {
                *value = value.saturating_mul(10).saturating_add(digit);
                *digits += 1;
            }
            (_, Some(digit)) => {
                tokens.push(DateToken { kind: TokenKind::Number(digit, 1), spaced });
            }
            (Some(TokenKind::Word(word)), None) if is_letter || is_combining_mark(c) => {
                word.push(c);
            }
            (_, None) if is_letter => {
                tokens.push(DateToken { kind: TokenKind::Word(c.to_string()), spaced });
            }
            (_, None) => tokens.push(DateToken { kind: TokenKind::Mark(c), spaced }),
        }
        (spaced, open) = (false, true);
    }
    tokens
}

fn digit(c: char) -> Option<u32> {
    let of_script = |zero: char| {
        let value = u32::from(c).checked_sub(u32::from(zero))?;
        (value < 10).then_some(value)
    };
    c.to_digit(10)
        .or_else(|| if c.is_ascii() { None } else { ZEROS.into_iter().find_map(of_script) })
}

fn ascii(c: char) -> char {
    match c {
        '−' => '-',
        '：' => ':',
        '／' => '/',
        '．' => '.',
        '，' | '、' => ',',
        '（' => '(',
        '）' => ')',
        '｜' => '|',
        '＋' => '+',
        '　' => ' ',
        c => c,
    }
}

/// The number at a position, if it has at most `most_digits`.
pub(super) fn number(tokens: &[DateToken], at: usize, most_digits: usize) -> Option<u32> {
    let token = tokens.get(at)?;
    token.number().filter(|_| token.digits() <= most_digits)
}

/// The word at a position.
pub(super) fn word(tokens: &[DateToken], at: usize) -> Option<&str> {
    tokens.get(at)?.word()
}

/// Whether one of `marks` is at a position.
pub(super) fn is_mark(tokens: &[DateToken], at: usize, marks: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.is_mark(marks))
}

/// The tokens from a position on.
pub(super) fn from(tokens: &[DateToken], at: usize) -> &[DateToken] {
    tokens.get(at..).unwrap_or_default()
}
