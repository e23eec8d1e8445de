//! Parses single days. Numbers are read day first; of a numeric day that could also begin with its
//! month, the second reading is kept.

use super::lexer::{DateToken, from, is_mark, number, word};
use super::names::month;
use chrono::NaiveDate;

/// The readings of a day. Both are `None` for a day that has the right form but does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DayReadings {
    /// The day as written, or read day first.
    pub(super) date: Option<NaiveDate>,
    /// The same numbers read month first, where that is possible and differs.
    pub(super) month_first: Option<NaiveDate>,
    /// Whether day and month are numbers before the year.
    pub(super) is_numeric: bool,
}

impl DayReadings {
    fn only(date: Option<NaiveDate>) -> Self {
        Self { date, month_first: None, is_numeric: false }
    }
}

/// The context of a day in its text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DayContext {
    /// Whether a weekday precedes it.
    pub(super) after_weekday: bool,
    /// Whether the Vietnamese word for day precedes it.
    pub(super) is_named: bool,
    /// Whether it begins the text.
    pub(super) is_first: bool,
}

/// Parses the day at the start of the tokens; returns it with its number of tokens.
pub(super) fn day(tokens: &[DateToken], context: DayContext) -> Option<(DayReadings, usize)> {
    day_first(tokens, context).or_else(|| spaced_numbers(tokens, context)).or_else(|| {
        let (date, taken) = year_first(tokens)
            .or_else(|| year_with_units(tokens))
            .or_else(|| minguo(tokens, context))
            .or_else(|| year_and_words(tokens))
            .or_else(|| day_and_words(tokens))?;
        Some((DayReadings::only(date), taken))
    })
}

/// A year of four digits. One of the Buddhist calendar (from 1990 to 2100) is converted.
fn year(tokens: &[DateToken], at: usize) -> Option<i32> {
    let token = tokens.get(at).filter(|token| token.digits() == 4)?;
    let year = i32::try_from(token.number()?).ok()?;
    Some(if (2533..=2643).contains(&year) { year - 543 } else { year })
}

fn ymd(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

fn numeric(first: u32, second: u32, year: i32) -> DayReadings {
    let month_first = ymd(year, first, second).filter(|_| first != second);
    DayReadings { date: ymd(year, second, first), month_first, is_numeric: true }
}

/// `10/01/2023`, `10-01-2023`, `10.01.2023`; alone also `10/01/23`, and `ngày 10-01-23`.
fn day_first(tokens: &[DateToken], context: DayContext) -> Option<(DayReadings, usize)> {
    let (first, second) = (number(tokens, 0, 2)?, number(tokens, 2, 2)?);
    let separator = tokens.get(1).filter(|token| token.is_mark("/.-"))?;
    let again = tokens.get(3).filter(|token| token.mark() == separator.mark())?;
    let spaced = [separator, again].iter().any(|token| token.spaced)
        || [2, 4].iter().any(|at| tokens.get(*at).is_some_and(|token| token.spaced));
    if spaced && separator.is_mark(".") && !is_mark(tokens, 5, ".") && year(tokens, 4).is_none() {
        return None;
    }
    let more = tokens.get(5).is_some_and(|token| token.mark() == separator.mark() && !token.spaced)
        && tokens.get(6).is_some_and(|token| !token.spaced && token.number().is_some());
    if more {
        return None;
    }
    if let Some(year) = year(tokens, 4) {
        return Some((numeric(first, second, year), 5));
    }
    // Liferay's short form. In prose `10/01/23` may be anything; with slashes, and followed by at
    // most a time, it is a date.
    let short = tokens.get(4).filter(|token| token.digits() == 2)?.number()?;
    let alone = tokens.get(5).is_none_or(|next| next.spaced || next.is_mark(",)"))
        && (separator.is_mark("/") || context.is_named)
        && !spaced;
    alone.then(|| (numeric(first, second, 2000 + i32::try_from(short).unwrap_or_default()), 5))
}

/// `08 08 2019`: two digits each, or after a weekday.
fn spaced_numbers(tokens: &[DateToken], context: DayContext) -> Option<(DayReadings, usize)> {
    let (first, second, year) = (number(tokens, 0, 2)?, number(tokens, 1, 2)?, year(tokens, 2)?);
    let is_padded =
        [0, 1].iter().all(|at| tokens.get(*at).is_some_and(|token| token.digits() == 2));
    let is_one = context.after_weekday || (is_padded && context.is_first);
    is_one.then(|| (DayReadings::only(ymd(year, second, first)), 3))
}

/// `2023-01-10`, `2023/01/10`, `2023.01.10`, `2023. 1. 10.`
fn year_first(tokens: &[DateToken]) -> Option<(Option<NaiveDate>, usize)> {
    let year = year(tokens, 0)?;
    let separator = tokens.get(1).filter(|token| token.is_mark("/-.") && !token.spaced)?;
    tokens.get(3).filter(|token| token.mark() == separator.mark() && !token.spaced)?;
    let (month, day) = (number(tokens, 2, 2)?, number(tokens, 4, 2)?);
    let spaced = [2, 4].iter().any(|at| tokens.get(*at).is_some_and(|token| token.spaced));
    (separator.is_mark(".") || !spaced).then(|| (ymd(year, month, day), 5))
}

/// `2023年1月10日`, `2023년 1월 10일`, `令和5年1月10日`, `民國112年1月10日`, `112年1月10日`.
fn year_with_units(tokens: &[DateToken]) -> Option<(Option<NaiveDate>, usize)> {
    let era = word(tokens, 0).and_then(|era| match era {
        "民國" | "民国" | "中華民國" => Some(1911),
        "令和" => Some(2018),
        "平成" => Some(1988),
        _ => None,
    });
    let at = usize::from(era.is_some());
    let year = match (year(tokens, at), era) {
        (_, Some(before)) => i32::try_from(number(tokens, at, 3)?).ok()? + before,
        (Some(year), None) => year,
        (None, None) => {
            let token = tokens.get(at).filter(|token| token.digits() == 3)?;
            i32::try_from(token.number()?).ok()? + 1911
        }
    };
    let (month, day) = (number(tokens, at + 2, 2)?, number(tokens, at + 4, 2)?);
    let has_units = is_mark(tokens, at + 1, "年년") && is_mark(tokens, at + 3, "月월");
    let end = if is_mark(tokens, at + 5, "日일號号") { at + 6 } else { at + 5 };
    has_units.then(|| (ymd(year, month, day), end))
}

/// `112/01/10`, `112-01-10`, `112.01.10`: a year of the Minguo calendar, only where a text begins.
fn minguo(tokens: &[DateToken], context: DayContext) -> Option<(Option<NaiveDate>, usize)> {
    let year = tokens.first().filter(|token| token.digits() == 3 && context.is_first)?.number()?;
    let separator = tokens.get(1).filter(|token| token.is_mark("/-.") && !token.spaced)?;
    tokens.get(3).filter(|token| token.mark() == separator.mark() && !token.spaced)?;
    let two =
        |at: usize| tokens.get(at).filter(|token| token.digits() == 2 && !token.spaced)?.number();
    let (month, day) = (two(2)?, two(4)?);
    let is_end = tokens.get(5).is_none_or(|next| next.spaced);
    let date = ymd(i32::try_from(year).ok()? + 1911, month, day)?;
    (is_end && (80..190).contains(&year)).then_some((Some(date), 5))
}

/// `2024. január 12.`, `2024 January 12`, `2023 m. sausio 10 d.`, `2023-Jan-10`.
fn year_and_words(tokens: &[DateToken]) -> Option<(Option<NaiveDate>, usize)> {
    let year = year(tokens, 0)?;
    let at = 1 + between(from(tokens, 1), 2);
    let (month, taken) = month(from(tokens, at)).filter(|_| word(tokens, at).is_some())?;
    let mut at = at + taken;
    at += usize::from(is_mark(tokens, at, "-.,"));
    let day = number(tokens, at, 2).filter(|day| *day > 0)?;
    // In `2024 May 12:30`, the number is an hour; in `2024 Jan 12 2025`, the year is another one's.
    let is_other =
        is_mark(tokens, at + 1, ":") || number(tokens, at + 1, 4).is_some_and(|n| n > 31);
    (!is_other).then(|| (ymd(year, month, day), at + 1))
}

/// `10 tháng 01 năm 2023`, `13 Tháng Mười Hai, 2022`, `10 Jan 2023`, `10-Jan-23`,
/// `1er janvier 2024`, `10 de enero de 2026`, `12 มีนาคม 2567`.
fn day_and_words(tokens: &[DateToken]) -> Option<(Option<NaiveDate>, usize)> {
    let day = number(tokens, 0, 2)?;
    let mut at = 1;
    at += usize::from(is_ordinal(tokens, at));
    at += between(from(tokens, at), 2);
    let (month, taken) = month_of_day(from(tokens, at))?;
    let is_name = number(tokens, at + 1, 2).is_none() || taken == 1;
    at += taken;
    let glued = is_mark(tokens, at, "-/");
    at += between(from(tokens, at), 5);
    if let Some(year) = year(tokens, at) {
        return Some((ymd(year, month, day), at + 1));
    }
    // RFC 850 and RFC 822: a two-digit year, only after a month in words, and no hour.
    let token = tokens.get(at).filter(|token| is_name && token.digits() == 2)?;
    let is_year = !is_mark(tokens, at + 1, ":.") && word(tokens, at + 1).is_none();
    let is_known =
        glued || tokens.get(at + 1).is_none_or(|next| next.number().is_some() || next.is_mark(","));
    let short = i32::try_from(token.number()?).ok()?;
    let year = short + if short < 70 { 2000 } else { 1900 };
    (is_year && is_known).then(|| (ymd(year, month, day), at + 1))
}

/// The month after a day; `T1` and `Th01` only here.
fn month_of_day(tokens: &[DateToken]) -> Option<(u32, usize)> {
    let short = || {
        let glued = tokens.get(1).filter(|next| !next.spaced)?;
        (word(tokens, 0) == Some("t")).then_some((glued.number()?, 2))
    };
    month(tokens).or_else(short)
}

/// `Jan 10, 2023`, `Tháng Một 10, 2023` (WordPress), `the month` of `Nov  6 08:49:37 1994`
/// (asctime): month and day, and the number of their tokens.
pub(super) fn month_and_day(tokens: &[DateToken]) -> Option<(u32, u32, usize)> {
    let (month, taken) = month(tokens)?;
    // `tháng 9-10/2023` are two months.
    let at = taken + usize::from(taken == 1 && is_mark(tokens, taken, "-/"));
    let day = number(tokens, at, 2)?;
    let end = at + 1 + usize::from(is_ordinal(tokens, at + 1));
    Some((month, day, end))
}

/// The year at the start of the tokens after at most a comma, and the number of tokens.
pub(super) fn year_after(tokens: &[DateToken]) -> Option<(i32, usize)> {
    let at = usize::from(is_mark(tokens, 0, ","));
    Some((year(tokens, at)?, at + 1))
}

/// The day of a year and a month.
pub(super) fn of_parts(year: i32, month: u32, day: u32) -> DayReadings {
    DayReadings::only(ymd(year, month, day))
}

fn is_ordinal(tokens: &[DateToken], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| {
        let is_word = token.word().is_some_and(|word| {
            matches!(word, "st" | "nd" | "rd" | "th" | "er" | "º" | "ª" | "e" | "η")
        });
        !token.spaced && (is_word || token.is_mark("°"))
    })
}

/// The number of tokens between the parts of a date in words: punctuation and small words.
fn between(tokens: &[DateToken], most: usize) -> usize {
    let is_between = |token: &DateToken| {
        token.is_mark(",.-/·|")
            || token.word().is_some_and(|word| {
                matches!(
                    word,
                    "de" | "del"
                        | "di"
                        | "d"
                        | "of"
                        | "năm"
                        | "nam"
                        | "г"
                        | "року"
                        | "พ"
                        | "ศ"
                        | "m"
                        | "roku"
                        | "den"
                )
            })
    };
    tokens.iter().take(most).take_while(|token| is_between(token)).count()
}
