//! Whether a text is the name of a person, in any language, and the names in a line of several.

mod words;

use bantin_page::plain::{self, fold};
use words::{
    BEGINS, COLLECTIVES, DEGREES, FUNCTIONS, GENERIC, NOT_NAMES, PAPERS, PARTICLES, PROVINCES,
    ROLES,
};

/// The longest name of one person, in characters.
const MAX_LENGTH: usize = 50;
/// The most words of a name: Spanish, Arabic and Vietnamese names have up to six.
const MAX_WORDS: usize = 6;
/// The length of the longest words that begin a byline, in characters.
const LONGEST_BEGINNING: usize = 32;
/// The days of the week, which are written like names.
const WEEKDAYS: [&str; 7] =
    ["thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật"];

/// The reason why a text is not a person's name; `None` if it looks like one. A single word is one
/// only if it `may_be_single`: pen names and first names are indistinguishable from logins.
pub(crate) fn name_fault(name: &str, may_be_single: bool) -> Option<&'static str> {
    let folded = fold(name);
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = name.split([' ', '\u{a0}']).filter(|word| !word.is_empty()).collect();
    let has_letters = name.chars().any(char::is_alphabetic);
    if !has_letters {
        return Some("contains no name");
    }
    if is_role(bare) {
        return Some("is a role or a login, not a name");
    }
    if DEGREES.contains(&name) {
        return Some("is a degree, not a name");
    }
    if WEEKDAYS.contains(&name.trim().to_lowercase().as_str()) {
        return Some("is a day of the week");
    }
    let is_odd = |c: char| c.is_ascii_digit() || "!?:;/\\|@#*<>=[]{}_+%$€£©…»«".contains(c);
    let opens = name.matches('(').count();
    let is_odd_text = name.chars().any(is_odd) || opens != name.matches(')').count();
    if name.chars().count() > MAX_LENGTH || words.len() > MAX_WORDS || is_odd_text {
        return Some("is not shaped like a name");
    }
    if is_collective(bare) {
        return None;
    }
    let lower = bare.split(|c: char| !c.is_alphanumeric());
    // The words of share buttons and reading times are also names: `Austin Chia`, `Kim Min`.
    let is_button = bare.starts_with("chia se") || bare.starts_with("min ");
    if is_button || lower.clone().any(|word| NOT_NAMES.contains(&word)) {
        return Some("contains words of a button or a byline, not only a name");
    }
    if words.len() == 1 {
        let is_caseless = name.chars().all(|c| !c.is_lowercase() && !c.is_uppercase());
        return (!may_be_single && !is_caseless).then_some("is a single word");
    }
    let is_name = |word: &&str| {
        let first = word.chars().find(|c| c.is_alphanumeric());
        let particle = fold(word);
        let particle = particle.trim_matches(['\'', '’', '-', '.']);
        first.is_some_and(|c| !c.is_lowercase())
            || PARTICLES.contains(&particle)
            || ["al-", "el-", "d'", "d’", "o'", "o’", "l'"]
                .iter()
                .any(|prefix| word.starts_with(prefix))
    };
    let is_run_on = words.iter().any(|word| {
        let humps = word.chars().zip(word.chars().skip(1));
        humps.filter(|(one, next)| one.is_lowercase() && next.is_uppercase()).count() > 1
    });
    (!words.iter().all(is_name) || is_run_on).then_some("is not shaped like a name")
}

/// Whether a folded text is a role, a login or a collective that could be anybody's.
pub(crate) fn is_role(folded: &str) -> bool {
    let last = folded.rsplit_once(' ').map(|(_, last)| last);
    // `wordpressadmin`, `admin_2`: logins.
    let is_login = folded.starts_with("admin") || folded.ends_with("admin");
    let is_function = last.is_some_and(|last| FUNCTIONS.contains(&last)) && !is_collective(folded);
    is_login || ROLES.contains(&folded) || is_function
}

/// Whether a folded text names the collective of a certain house: `The Example Team`, not `Online
/// Team`.
pub(crate) fn is_collective(folded: &str) -> bool {
    let Some((house, group)) = folded.rsplit_once(' ') else { return false };
    let is_group = |word: &str| COLLECTIVES.contains(&word);
    let names_group = |word: &str| COLLECTIVES.iter().any(|group| word.ends_with(group));
    let is_certain = |word: &str| !GENERIC.contains(&word) && !names_group(word);
    is_group(group) && house.split(' ').any(is_certain)
}

/// Whether a text is the name of an account that a person may have, without capital letters: `jane
/// doe`.
pub(crate) fn is_account(text: &str) -> bool {
    let folded = fold(text);
    let is_word = |word: &str| {
        !NOT_NAMES.contains(&word)
            && !GENERIC.contains(&word)
            && word.chars().count() > 1
            && word.chars().all(char::is_alphabetic)
    };
    let count = folded.split(' ').count();
    let is_name = || !is_role(&folded) && !is_role(&folded.replace(' ', ""));
    (2..=3).contains(&count) && folded.split(' ').all(is_word) && is_name()
}

/// Whether a text is the name of a Vietnamese province.
pub(crate) fn is_province(text: &str) -> bool {
    PROVINCES.contains(&fold(text).trim_matches(|c: char| !c.is_alphanumeric()))
}

/// Whether a folded word is one that names of newspapers and institutions have.
pub(crate) fn is_of_papers(word: &str) -> bool {
    PAPERS.contains(&word)
}

/// The names of people in a byline: `By Jane Doe and John Roe` has two. Everything from the first
/// part on that is no name is left out. `None` if the line does not begin with a name.
pub(crate) fn names_in(byline: &str, may_be_single: bool) -> Option<Vec<String>> {
    let text = plain::line(byline);
    let mut names: Vec<String> = Vec::new();
    for part in parts(without_beginning(&text)) {
        let part = part.trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, '.' | '-' | '–' | '—' | '"' | '“' | '”' | '(' | ')')
        });
        if part.is_empty() {
            continue;
        }
        if let Some(name) = names
            .last_mut()
            .filter(|_| DEGREES.contains(&part) || DEGREES.contains(&&*format!("{part}.")))
        {
            name.push_str(", ");
            name.push_str(part);
            continue;
        }
        let part = without_weekday(without_abbreviation(without_reporter(part)));
        let is_second_group = !names.is_empty() && is_collective(&fold(part));
        if is_second_group || name_fault(part, may_be_single).is_some() {
            break;
        }
        if !names.iter().any(|name| name == part) {
            names.push(part.to_owned());
        }
    }
    (!names.is_empty()).then_some(names)
}

/// A name without the day of the week behind it, which begins the date: `Lê An Thứ Tư`.
fn without_weekday(name: &str) -> &str {
    let lower = name.to_lowercase();
    // Lower case may have another length in bytes.
    let end =
        WEEKDAYS.iter().find_map(|day| lower.strip_suffix(day)).map(|rest| rest.chars().count());
    let bare = end.and_then(|end| Some(name.get(..name.char_indices().nth(end)?.0)?.trim_end()));
    bare.filter(|bare| bare.contains(' ')).unwrap_or(name)
}

/// A Korean, Japanese or Chinese name without the word for a reporter behind it.
fn without_reporter(name: &str) -> &str {
    let bare = ["기자", "특파원", "記者", "记者"].iter().find_map(|word| name.strip_suffix(word));
    bare.map(str::trim_end).filter(|bare| !bare.is_empty()).unwrap_or(name)
}

/// A name without its abbreviation in brackets: `Anna Groß (agr)`.
fn without_abbreviation(name: &str) -> &str {
    /// Maximum length of an abbreviation, in characters.
    const MAX_LENGTH: usize = 6;
    // The marks around a name are trimmed already.
    let bracket = name.trim_end_matches(')').rsplit_once(" (");
    let is_short = |text: &str| {
        (1..=MAX_LENGTH).contains(&text.chars().count()) && text.chars().all(char::is_alphabetic)
    };
    bracket.filter(|(_, text)| is_short(text)).map_or(name, |(name, _)| name.trim_end())
}

/// A byline without the words before its names; `None` if it has none.
pub(crate) fn after_beginning(text: &str) -> Option<&str> {
    let marks = |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '|' | '•' | '·');
    let rest = without_beginning(text);
    (rest.len() < text.trim_matches(marks).len()).then_some(rest)
}

/// Whether a text is nothing but the words before the names of a byline: `Written by`, `Author:`.
pub(crate) fn is_beginning(text: &str) -> bool {
    let folded = fold(text);
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
    BEGINS.iter().any(|begin| begin.trim_end_matches(':') == bare)
}

/// The part of a byline behind a word like `by` in it: `Posted on May 3, 2024 by Jane Doe`.
pub(crate) fn after_by(text: &str) -> Option<&str> {
    const BY: [&str; 6] = [" by ", " By ", " von ", " par ", " por ", " di "];
    BY.iter().find_map(|by| text.split_once(by)).map(|(_, rest)| rest)
}

fn without_beginning(text: &str) -> &str {
    let mut text = text
        .trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '-' | '–' | '—' | '|' | '•' | '·')
        })
        .trim_end();
    // `Text: Von Jane Doe` has two.
    for _ in 0..2 {
        let start = text.char_indices().nth(LONGEST_BEGINNING).map_or(text.len(), |(end, _)| end);
        let folded = fold(text.get(..start).unwrap_or(text));
        let begins = BEGINS.iter().filter(|begin| folded.starts_with(**begin)).find_map(|begin| {
            // Folding drops the vowel signs of some scripts, so a beginning may be longer as written.
            let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
            let ends = ends.skip(begin.chars().count() - 1).take(LONGEST_BEGINNING);
            let mut splits = ends.filter_map(|end| text.split_at_checked(end));
            let (_, rest) = splits.find(|(start, _)| fold(start) == *begin)?;
            let is_whole = !begin.ends_with(char::is_alphanumeric)
                || rest.chars().next().is_none_or(|c| !c.is_alphanumeric());
            (is_whole && !rest.trim().is_empty()).then_some(rest)
        });
        let Some(rest) = begins else { break };
        text = rest.trim_start_matches([':', '：', ' ', '\u{a0}', '-', '–', '.']);
    }
    text
}

/// The parts of a line between the marks and words that separate people.
fn parts(text: &str) -> Vec<&str> {
    const WORDS: [&str; 10] =
        [" and ", " und ", " et ", " y ", " e ", " och ", " og ", " en ", " và ", " with "];
    let mut parts = vec![text];
    for word in WORDS {
        parts = parts.into_iter().flat_map(|part| part.split(word)).collect();
    }
    let marks = [',', ';', '&', '|', '•', '·', '●', '/', '、', '，', '\n'];
    let parts = parts.into_iter().flat_map(|part| part.split(marks));
    parts.flat_map(|part| part.split(" - ")).flat_map(|part| part.split(" – ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_begin_a_byline_are_folded_and_not_too_long() {
        for begin in BEGINS {
            assert_eq!(fold(begin), begin);
            assert!(begin.chars().count() <= LONGEST_BEGINNING, "{begin}");
        }
    }

    #[test]
    fn names_look_like_names_in_every_language() {
        for name in [
            "Lương Đình Bảo",
            "Jane Doe",
            "Austin Chia",
            "J. K. Rowling",
            "Ludwig van Beethoven",
            "Jean-Luc Godard",
            "Seán O'Casey",
            "Mohammed bin Salman",
            "Ángel de la Fuente",
            "Иван Петров",
            "牛镛",
            "김민수",
            "María José Pérez y García",
        ] {
            assert_eq!(name_fault(name, false), None, "{name}");
        }
        assert_eq!(name_fault("gizzmo", true), None);
    }

    #[test]
    fn roles_buttons_and_sentences_are_no_names() {
        for name in [
            "publisher",
            "Admin",
            "Editor",
            "Staff Reporter",
            "Redaktion",
            "Online Team",
            "FacebookTwitterZaloYOUTUBE",
            "Copy Link",
            "Chia Sẻ",
            "Min Read",
            "Share this",
            "Thứ Bảy",
            "Follow Us",
            "3 min read",
            "12/05/2024",
            "https://a.example/x",
            "gizzmo",
            "Jane Doe said that it rained",
            "News Desk",
            "- / -",
            "@jane",
            "Quản trị viên",
        ] {
            assert!(name_fault(name, false).is_some(), "{name}");
        }
    }

    #[test]
    fn a_byline_gives_its_names() {
        #[track_caller]
        fn check(byline: &str, expected: &[&str]) {
            assert_eq!(names_in(byline, false).unwrap_or_default(), expected, "{byline}");
        }
        check("By Jane Doe and John Roe", &["Jane Doe", "John Roe"]);
        check("Jane Doe, MD, Senior Health Editor", &["Jane Doe, MD"]);
        check("— by Jane Doe", &["Jane Doe"]);
        check("배윤경 기자; 이상현 기자", &["배윤경", "이상현"]);
        check("Von Anna Groß, Jörg Maier", &["Anna Groß", "Jörg Maier"]);
        check("Written by: Jane Doe | May 3, 2024", &["Jane Doe"]);
        check("Par Léa Petit et Luc Roy", &["Léa Petit", "Luc Roy"]);
        check("Text: von Anna Groß", &["Anna Groß"]);
        check("Anna Groß (agr), Jörg Maier (dpa)", &["Anna Groß", "Jörg Maier"]);
        check("Anna Groß (aus dem Norden)", &[]);
        check("By the way, it rained", &[]);
        check("Автор: Иван Петров", &["Иван Петров"]);
        check("Words: Jane Doe", &["Jane Doe"]);
        check("Penulis: Budi Santoso", &["Budi Santoso"]);
        check("ผู้เขียน: มานี ใจดี", &["มานี ใจดี"]);
        check("Vonnegut Kurt", &["Vonnegut Kurt"]);
        check("3 min read", &[]);
    }
}
