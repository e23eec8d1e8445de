//! Dates as people and programs write them: one grammar for feeds, listings, articles and metadata.
//!
//! A text is split into numbers, words and punctuation, among which dates, times, weekdays and
//! zones are recognized. [`standard`] forms come first. In numeric dates the day precedes the month,
//! unless the date itself or its page proves the other [`DateOrder`].
//!
//! A missing date is better than a wrong one. Rejected are: different dates in one text, a day that
//! does not exist, a day in the future, and a numeric date whose weekday contradicts both of its
//! readings. A date with one reading stands against its weekday.

mod day;
mod grammar;
mod lexer;
mod names;
mod order;
pub mod relative;
mod standard;
mod time;

pub use grammar::DateBoundary;
pub use names::is_about_dates;
pub use order::DateOrder;

use crate::DatePrecision;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use grammar::{DateFault, DateParts, DayPart};
use lexer::DateToken;
use std::fmt;
use time::TimePart;

/// The earliest accepted year. No agency had a site before; an older date is an event's, or the
/// zero date of a program.
const FIRST_YEAR: i32 = 1990;
/// The first year that no date has.
const END_YEAR: i32 = 2100;
/// Maximum distance of a date into the future. Allows for a clock in the wrong time zone, but not
/// in the wrong month.
const MAX_AHEAD: TimeDelta = TimeDelta::days(1);
/// Maximum length of a date text, in bytes; a longer one is a paragraph.
const MAX_LENGTH: usize = 400;

/// The reason why a text gives no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The text contains no date.
    #[error("there is no date in {0:?}")]
    None(String),
    /// The text contains several dates, and no label marks one.
    #[error("{0:?} contains different dates, and no label marks the day of publication")]
    Several(String),
    /// The day or time does not exist.
    #[error("{0:?} names a day or a time that does not exist")]
    Impossible(String),
    /// The weekday does not match the date, whichever number is the month.
    #[error("the weekday in {0:?} contradicts the date")]
    WrongWeekday(String),
    /// The date is before 1990.
    #[error("{0:?} is before {FIRST_YEAR}")]
    TooOld(String),
    /// The date is in the future.
    #[error("{0:?} is more than a day in the future")]
    Future(String),
}

/// A date as written: a day, and its time and offset if the text has them. Displayed in ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenDate {
    day: NaiveDate,
    time: Option<TimePart>,
}

impl WrittenDate {
    fn of(day: NaiveDate, time: Option<TimePart>) -> Option<Self> {
        match time {
            Some(time) if time.ends_day => {
                let time = TimePart { ends_day: false, ..time };
                Some(Self { day: day.succ_opt()?, time: Some(time) })
            }
            time => Some(Self { day, time }),
        }
    }

    /// Whether it has a time of day.
    pub fn has_time(&self) -> bool {
        self.time.is_some()
    }

    /// The instant of the date, and its precision. A day begins at midnight in `zone`.
    fn instant(&self, zone: Tz) -> Option<(DateTime<Utc>, DatePrecision)> {
        let clock = self.time.map_or(NaiveTime::MIN, |time| time.clock);
        let local = self.day.and_time(clock);
        let at = match self.time.and_then(|time| time.offset) {
            Some(offset) => offset.from_local_datetime(&local).earliest()?.to_utc(),
            None => zone.from_local_datetime(&local).earliest()?.to_utc(),
        };
        Some((at, self.time.map_or(DatePrecision::Day, |time| time.precision)))
    }
}

impl fmt::Display for WrittenDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.day)?;
        let Some(time) = self.time else { return Ok(()) };
        match time.precision {
            DatePrecision::Second => write!(f, "T{}", time.clock.format("%H:%M:%S"))?,
            _ => write!(f, "T{}", time.clock.format("%H:%M"))?,
        }
        time.offset.map_or(Ok(()), |offset| write!(f, "{}", offset.fix()))
    }
}

/// Parses the only date in a text that was written in `zone`, as of `now`.
pub fn read(
    text: &str,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<(DateTime<Utc>, DatePrecision), DateError> {
    let shown = || text.chars().take(80).collect::<String>();
    let written = parse(text, DateOrder::Unknown)?;
    if written.day.year() < FIRST_YEAR {
        return Err(DateError::TooOld(shown()));
    }
    let (instant, precision) =
        written.instant(zone).ok_or_else(|| DateError::Impossible(shown()))?;
    if now.checked_add_signed(MAX_AHEAD).is_some_and(|latest| instant > latest) {
        return Err(DateError::Future(shown()));
    }
    Ok((instant, precision))
}

/// Parses the only date in a text, whenever it is. Numeric dates have `order`.
pub fn parse(text: &str, order: DateOrder) -> Result<WrittenDate, DateError> {
    let shown = || text.chars().take(80).collect::<String>();
    if !may_have_date(text) {
        return Err(DateError::None(shown()));
    }
    if let Some(written) = standard::read(text) {
        return Ok(written);
    }
    let tokens = lexer::tokens(text);
    let parts = DateParts::of(&tokens);
    let written = choose(&tokens, &parts, order).map(|(written, _)| written);
    written.map_err(|fault| match fault {
        DateFault::None => DateError::None(shown()),
        DateFault::Several => DateError::Several(shown()),
        DateFault::Impossible => DateError::Impossible(shown()),
        DateFault::WrongWeekday => DateError::WrongWeekday(shown()),
    })
}

fn choose(
    tokens: &[DateToken],
    parts: &DateParts,
    order: DateOrder,
) -> Result<(WrittenDate, DayPart), DateFault> {
    let day = parts.day(tokens, order)?;
    let time = parts.time(tokens, &day)?;
    let written = WrittenDate::of(day.date, time).ok_or(DateFault::Impossible)?;
    Ok((written, day))
}

/// A date among the words of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDate {
    /// The day.
    pub day: NaiveDate,
    /// The date with its time.
    pub written: WrittenDate,
    /// How it is set off from the other words.
    pub boundary: DateBoundary,
    /// The words that belong neither to the date nor to its label.
    pub other_words: Vec<String>,
}

impl FoundDate {
    /// The number of letters in the other words.
    pub fn other_letters(&self) -> usize {
        self.other_words.iter().map(|word| word.chars().count()).sum()
    }
}

/// The date of a text, with the words beside it; `None` if it has none, or several that differ, or
/// one outside 1990 to 2100.
pub fn find(text: &str) -> Option<FoundDate> {
    if !may_have_date(text) {
        return None;
    }
    if let Some(written) = standard::read(text).filter(|written| is_plausible(written.day)) {
        let (boundary, other_words) = (DateBoundary::Separator, Vec::new());
        return Some(FoundDate { day: written.day, written, boundary, other_words });
    }
    let tokens = lexer::tokens(text);
    let parts = DateParts::of(&tokens);
    let (written, day) = choose(&tokens, &parts, DateOrder::Unknown).ok()?;
    let boundary = grammar::boundary(&tokens, &parts, &day);
    let other_words = other_words(&tokens, &parts);
    is_plausible(written.day).then_some(FoundDate {
        day: written.day,
        written,
        boundary,
        other_words,
    })
}

/// Whether a text has a day whose month is a word: `March 9, 2026`, `9 tháng 3 năm 2026`.
pub fn names_month(text: &str) -> bool {
    if !may_have_date(text) {
        return false;
    }
    let tokens = lexer::tokens(text);
    let parts = DateParts::of(&tokens);
    let is_sure = |readings: &day::DayReadings| readings.date.is_some() && !readings.is_numeric;
    let is_month = |at: usize| names::month(lexer::from(&tokens, at)).is_some();
    parts.days.iter().any(|day| is_sure(&day.value)) && (0..tokens.len()).any(is_month)
}

/// The words of a text that has at least one date, apart from all of its dates and their labels.
pub fn words_beside(text: &str) -> Option<Vec<String>> {
    if !may_have_date(text) {
        return None;
    }
    let tokens = lexer::tokens(text);
    let parts = DateParts::of(&tokens);
    let is_day = |readings: &day::DayReadings| readings.date.or(readings.month_first).is_some();
    let has_day = parts.days.iter().any(|day| is_day(&day.value));
    has_day.then(|| other_words(&tokens, &parts))
}

fn other_words(tokens: &[DateToken], parts: &DateParts) -> Vec<String> {
    let words = tokens.iter().enumerate().filter(|(at, _)| !parts.covers(*at));
    let words = words.filter_map(|(_, token)| token.word());
    words.filter(|word| !names::is_about_dates(word)).map(str::to_owned).collect()
}

/// The day in the path of an address: `/2013/05/22/`.
pub fn in_path(path: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = path.split('/').collect();
    parts.windows(3).find_map(|window| {
        let [year, month, day] = window else { return None };
        let is_date = year.len() == 4 && month.len() <= 2 && day.len() <= 2;
        let number = |text: &str| text.parse().ok().filter(|_| is_date);
        let year = year.parse().ok().filter(|_| is_date)?;
        NaiveDate::from_ymd_opt(year, number(month)?, number(day)?).filter(|day| is_plausible(*day))
    })
}

/// Whether a day is one of the web.
fn is_plausible(day: NaiveDate) -> bool {
    (FIRST_YEAR..END_YEAR).contains(&day.year())
}

/// Whether a text is short enough for a date and has the digits of one: `1/9/23` has four, a year
/// of an era and its day three.
fn may_have_date(text: &str) -> bool {
    text.len() <= MAX_LENGTH && text.chars().filter(|c| c.is_numeric()).nth(2).is_some()
}

#[cfg(test)]
mod tests;
