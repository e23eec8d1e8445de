//! Recognition of dates in a text. Only their position and day are detected; other modules parse
//! them.
//!
//! If day and month are numbers, the day comes first. A date without a year is not recognized.

use bantin_page::plain::fold;
use chrono::NaiveDate;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The folded names of the months; a final `*` marks the stem of an inflected name. English,
/// Spanish, Portuguese, Italian, French, German, Dutch, the Scandinavian languages, Indonesian,
/// Polish, Czech, Turkish, Russian, Ukrainian.
const MONTHS: [&str; 12] = [
    "jan january januar januari januaru janeiro janv janvier ene enero gen gennaio stycznia ledna ocak январ* янв січня",
    "feb february februar februari fevereiro fev fevr fevrier febrero febbraio lutego unora subat феврал* фев лютого",
    "mar march marts marz maerz mars maart maret marco marzo marca brezna mart март* мар березня",
    "apr april aprile abr abril avr avril kwietnia dubna nisan апрел* апр квітня",
    "may mayo maio mai mag maggio mei maj maja kvetna mayis мая маи травня",
    "jun june juni junio junho giu giugno juin czerwca cervna haziran июн* червня",
    "jul july juli julio julho lug luglio juil juillet lipca cervence temmuz июл* липня",
    "aug august agosto ago augustus augusti aout agt agustus sierpnia srpna agustos август* авг серпня",
    "sep sept september septembre septiembre setiembre settembre setembro set wrzesnia zari eylul сентябр* сен вересня",
    "oct october octobre octubre ottobre outubro ott okt oktober out pazdziernika rijna ekim октябр* окт жовтня",
    "nov november novembre noviembre novembro listopada listopadu kasım ноябр* ноя листопада",
    "dec december decembre diciembre dicembre dezembro dic dez dezember des desember grudnia prosince aralık декабр* дек грудня",
];

/// Maximum bytes of a text with a date.
const MAX_LENGTH: usize = 400;

/// A recognized date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RecognizedDate {
    /// The day.
    pub(super) day: NaiveDate,
    /// The number of letters of the text that do not belong to the date, its time or its weekday.
    pub(super) rest: usize,
    /// Whether day and month are numbers separated by `/`, `.` or `-`, or the date is
    /// machine-readable.
    pub(super) numeric: bool,
}

#[derive(Debug, PartialEq)]
enum DateWord {
    Number(u32, usize),
    Word(String),
    Mark(char),
}

/// The first date of a text; `None` if it has none, or several that differ.
pub(super) fn find(text: &str) -> Option<RecognizedDate> {
    if text.len() > MAX_LENGTH || !text.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let tokens = tokens(text);
    // Most texts with a number have no year, and thus no date.
    if !tokens.iter().any(|token| matches!(token, DateWord::Number(1990..2100, 4))) {
        return None;
    }
    let mut found: Option<RecognizedDate> = None;
    let mut rest = 0;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let slice = tokens.get(at..).unwrap_or_default();
        let joined = at > 0
            && matches!(tokens.get(at - 1), Some(DateWord::Mark('/' | '-' | '.')))
            && at > 1
            && matches!(tokens.get(at - 2), Some(DateWord::Number(..)));
        match day(slice).filter(|_| !joined) {
            Some((day, taken, numeric)) => {
                match &found {
                    Some(before) if before.day != day => return None,
                    _ => found = Some(RecognizedDate { day, rest: 0, numeric }),
                }
                at += taken;
            }
            None => {
                if let DateWord::Word(word) = token
                    && !is_about_dates(word)
                {
                    rest += word.chars().count();
                }
                at += 1;
            }
        }
    }
    found.map(|found| RecognizedDate { rest, ..found })
}

/// The day at the start of the tokens, the number of tokens it takes, and whether it is numeric.
fn day(tokens: &[DateWord]) -> Option<(NaiveDate, usize, bool)> {
    use DateWord::{Mark, Number, Word};
    let make_date = |y: u32, m: u32, d: u32| {
        let year = i32::try_from(y).ok().filter(|year| (1990..2100).contains(year))?;
        NaiveDate::from_ymd_opt(year, m, d)
    };
    match tokens {
        [Number(y, 4), Mark(a), Number(m, 1..=2), Mark(b), Number(d, 1..=2), ..]
            if a == b && "-/.".contains(*a) =>
        {
            Some((make_date(*y, *m, *d)?, 5, *a == '-'))
        }
        [Number(d, 1..=2), Mark(a), Number(m, 1..=2), Mark(b), Number(y, 4), ..]
            if a == b && "-/.".contains(*a) =>
        {
            Some((make_date(*y, *m, *d)?, 5, true))
        }
        [
            Number(y, 4),
            Mark('年'),
            Number(m, 1..=2),
            Mark('月'),
            Number(d, 1..=2),
            Mark('日'),
            ..,
        ] => Some((make_date(*y, *m, *d)?, 6, false)),
        [
            Number(y, 4),
            Mark('년'),
            Number(m, 1..=2),
            Mark('월'),
            Number(d, 1..=2),
            Mark('일'),
            ..,
        ] => Some((make_date(*y, *m, *d)?, 6, false)),
        [Number(d, 2), Number(m, 2), Number(y, 4), ..] => Some((make_date(*y, *m, *d)?, 3, false)),
        [Number(d, 1..=2), Mark('/' | '-' | ','), rest @ ..] | [Number(d, 1..=2), rest @ ..] => {
            let (m, taken) = month(rest)?;
            let rest = rest.get(taken..)?;
            let skipped = rest.iter().take_while(|token| is_between(token)).count();
            match rest.get(skipped) {
                Some(Number(y, 4)) if skipped <= 2 => {
                    let before = tokens.len() - rest.len();
                    Some((make_date(*y, m, *d)?, before + skipped + 1, false))
                }
                _ => None,
            }
        }
        [Word(_), ..] => {
            let (m, taken) = month(tokens)?;
            let rest = tokens.get(taken..)?;
            let skipped = rest.iter().take_while(|token| is_between(token)).count();
            let Some(Number(d, 1..=2)) = rest.get(skipped) else { return None };
            let mut at = skipped + 1;
            while rest.get(at).is_some_and(is_between) && at < skipped + 4 {
                at += 1;
            }
            let Some(Number(y, 4)) = rest.get(at) else { return None };
            Some((make_date(*y, m, *d)?, taken + at + 1, false))
        }
        _ => None,
    }
}

/// Whether a token is punctuation or a small word between the parts of a date.
fn is_between(token: &DateWord) -> bool {
    match token {
        DateWord::Mark(mark) => ",.-/·|".contains(*mark),
        DateWord::Word(word) => {
            matches!(
                word.as_str(),
                "de" | "del" | "of" | "th" | "st" | "nd" | "rd" | "nam" | "năm" | "г" | "року"
            )
        }
        DateWord::Number(..) => false,
    }
}

/// The month at the start of the tokens, and the number of tokens it takes.
fn month(tokens: &[DateWord]) -> Option<(u32, usize)> {
    const NUMBERS: [&str; 13] = [
        "",
        "một",
        "hai",
        "ba",
        "tư",
        "năm",
        "sáu",
        "bảy",
        "tám",
        "chín",
        "mười",
        "mười một",
        "mười hai",
    ];
    match tokens {
        [DateWord::Word(word), DateWord::Number(m, 1..=2), ..]
            if matches!(word.as_str(), "tháng" | "thang" | "th" | "thg" | "t") =>
        {
            (1..=12).contains(m).then_some((*m, 2))
        }
        [DateWord::Word(word), DateWord::Word(name), rest @ ..] if word == "tháng" => {
            let longer = match rest {
                [DateWord::Word(next), ..] if name == "mười" && next == "một" => Some((11, 3)),
                [DateWord::Word(next), ..] if name == "mười" && next == "hai" => Some((12, 3)),
                _ => None,
            };
            let short = NUMBERS.iter().position(|number| number == name);
            longer.or_else(|| Some((u32::try_from(short?).ok()?, 2)))
        }
        [DateWord::Word(word), rest @ ..] => {
            let is_small = |word: &str| matches!(word, "de" | "th" | "st" | "nd" | "rd" | "of");
            if is_small(word) {
                let again = match rest {
                    [DateWord::Word(next), ..] if is_small(next) => 1,
                    _ => 0,
                };
                let (m, taken) = month_name(rest.get(again..)?)?;
                return Some((m, taken + 1 + again));
            }
            month_name(tokens)
        }
        [DateWord::Mark('.' | 'º' | '°'), rest @ ..] => {
            let (m, taken) = month_name(rest)?;
            Some((m, taken + 1))
        }
        _ => None,
    }
}

fn month_name(tokens: &[DateWord]) -> Option<(u32, usize)> {
    let [DateWord::Word(word), ..] = tokens else { return None };
    static NAMES: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
        let names =
            (1..).zip(MONTHS).flat_map(|(m, names)| names.split(' ').map(move |name| (name, m)));
        names.collect()
    });
    let folded = fold(word);
    let bent = || {
        let names = NAMES.iter().filter_map(|(name, m)| Some((name.strip_suffix('*')?, *m)));
        names.into_iter().find(|(start, _)| folded.starts_with(start)).map(|(_, m)| m)
    };
    // All inflected names are Cyrillic.
    let m = NAMES
        .get(folded.as_str())
        .copied()
        .or_else(|| (!folded.is_ascii()).then(bent).flatten())?;
    Some((m, 1))
}

/// Whether a word next to a date only introduces or completes it.
fn is_about_dates(word: &str) -> bool {
    const WORDS: [&str; 36] = [
        "ngày",
        "tháng",
        "năm",
        "thứ",
        "hai",
        "ba",
        "tư",
        "sáu",
        "bảy",
        "chủ",
        "nhật",
        "lúc",
        "giờ",
        "am",
        "pm",
        "gmt",
        "cập",
        "đăng",
        "xuất",
        "bản",
        "posted",
        "on",
        "published",
        "date",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "at",
        "t",
        "z",
        "sa",
        "ch",
    ];
    WORDS.contains(&word)
}

fn tokens(text: &str) -> Vec<DateWord> {
    let mut tokens: Vec<DateWord> = Vec::new();
    let mut open = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_whitespace() {
            open = false;
            continue;
        }
        let last = tokens.last_mut().filter(|_| open);
        let is_word = c.is_alphabetic() && !"年月日년월일".contains(c);
        match (last, c.to_digit(10)) {
            (Some(DateWord::Number(value, digits)), Some(digit)) => {
                *value = value.saturating_mul(10).saturating_add(digit);
                *digits += 1;
            }
            (_, Some(digit)) => tokens.push(DateWord::Number(digit, 1)),
            (Some(DateWord::Word(word)), None) if is_word => word.push(c),
            (_, None) if is_word => tokens.push(DateWord::Word(c.to_string())),
            (_, None) => tokens.push(DateWord::Mark(c)),
        }
        open = true;
    }
    tokens
}

/// The day in the path of an address: `/2013/05/22/`.
pub(super) fn in_path(path: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = path.split('/').collect();
    parts.windows(3).find_map(|window| {
        let [y, m, d] = window else { return None };
        if y.len() != 4 || m.len() > 2 || d.len() > 2 {
            return None;
        }
        let year = y.parse().ok().filter(|year| (1990..2100).contains(year))?;
        NaiveDate::from_ymd_opt(year, m.parse().ok()?, d.parse().ok()?)
    })
}
