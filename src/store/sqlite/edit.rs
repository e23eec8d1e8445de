//! Whether an edit says something else than what was there: only then do readers see the article as changed.

/// Whether two versions, of a title and a text each, differ, but in white space and punctuation only. A template that sets other quotation
/// marks would else make each article of an agency new at once.
///
/// A mark between two digits is not taken for punctuation: 1,5 tỷ is not 15 tỷ.
pub(super) fn is_typographic(old: (&str, &str), new: (&str, &str)) -> bool {
    old != new && words(old.0).eq(words(new.0)) && words(old.1).eq(words(new.1))
}

/// The characters of a text that say something.
fn words(text: &str) -> impl Iterator<Item = char> {
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    std::iter::from_fn(move || {
        loop {
            let c = rest.next()?;
            let in_number =
                before.is_ascii_digit() && rest.peek().is_some_and(char::is_ascii_digit);
            before = c;
            if in_number || !is_typography(c) {
                return Some(c);
            }
        }
    })
}

/// White space, punctuation of ASCII that is no sign of its own, General Punctuation (U+2000 to U+206F) and the guillemets.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, expected: bool) {
        assert_eq!(is_typographic(("Tin", old), ("Tin", new)), expected, "{old:?} {new:?}");
        assert_eq!(is_typographic((old, ""), (new, "")), expected, "{old:?} {new:?}");
    }

    #[test]
    fn other_marks_and_spaces_say_nothing_new() {
        check("Hội nghị “tổng kết” năm 2025", "Hội nghị \"tổng kết\"  năm 2025.", true);
        check("a - b", "a – b", true);
        check("một,hai", "một, hai", true);
    }

    #[test]
    fn other_words_and_numbers_do() {
        check("Hội nghị", "Hội nghi", false);
        check("1,5 tỷ", "15 tỷ", false);
        check("1,5 tỷ", "1.5 tỷ", false);
        check("ngày 12/7", "ngày 12.7", false);
        check("5% số xã", "5‰ số xã", false);
        check("lãi +5", "lãi 5", false);
        check("Tin", "Tin", false);
        check("", "tin", false);
    }
}
