//! Parses dates as Vietnamese agencies and foreign feeds write them. `extract` finds the date
//! texts.
//!
//! A text is split into numbers, words and punctuation, among which dates, times, weekdays and
//! zones are recognized. So one grammar covers `Thứ Ba, 10/01/2023, 08:30 (GMT+7)`, RFC 3339, RFC
//! 5322 and the three forms of HTTP (RFC 9110 section 5.6.7). The day always precedes the month. A
//! missing date is better than a wrong one. Rejected are: different dates in one text, a weekday
//! that contradicts the date, a day that does not exist, and a day in the future.

pub(super) mod relative;
mod tokens;

use bantin_core::DatePrecision;
use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use tokens::{DateToken, tokens};

/// The earliest accepted year. No agency had a site before; an older date is an event's, or the
/// zero date of a program.
const FIRST_YEAR: i32 = 1990;
/// Maximum distance of a date into the future. Allows for a clock in the wrong time zone, but not
/// in the wrong month.
const MAX_AHEAD: TimeDelta = TimeDelta::days(1);
/// Maximum length of a date text, in bytes; a longer one is a paragraph.
const MAX_LENGTH: usize = 400;
/// Maximum number of tokens between a date and its time.
const GAP: usize = 4;

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
    /// The weekday does not match the date.
    #[error("the weekday in {0:?} contradicts the date")]
    WrongWeekday(String),
    /// The date is before 1990.
    #[error("{0:?} is before {FIRST_YEAR}")]
    TooOld(String),
    /// The date is in the future.
    #[error("{0:?} is more than a day in the future")]
    Future(String),
}

/// Parses the only date in a text that was written in `zone`, as of `now`.
pub fn read(
    text: &str,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<(DateTime<Utc>, DatePrecision), DateError> {
    let shown = || text.chars().take(80).collect::<String>();
    if text.len() > MAX_LENGTH {
        return Err(DateError::None(shown()));
    }
    let tokens = tokens(text);
    let marks = date_parts(&tokens);
    let day = the_day(&tokens, &marks).map_err(|e| e.of(shown()))?;
    check_weekday(&marks, &day).map_err(|e| e.of(shown()))?;
    let time = the_time(&tokens, &marks, &day).map_err(|e| e.of(shown()))?;

    let (clock, precision) = match time {
        None => (NaiveTime::MIN, DatePrecision::Day),
        Some(time) => (time.clock, time.precision),
    };
    let local = day.date.and_time(clock);
    let instant = match time.and_then(|time| time.offset) {
        Some(offset) => offset.from_local_datetime(&local).earliest().map(|at| at.to_utc()),
        None => zone.from_local_datetime(&local).earliest().map(|at| at.to_utc()),
    };
    let instant = instant.ok_or_else(|| DateError::Impossible(shown()))?;
    if day.date.year() < FIRST_YEAR {
        return Err(DateError::TooOld(shown()));
    }
    if now.checked_add_signed(MAX_AHEAD).is_some_and(|latest| instant > latest) {
        return Err(DateError::Future(shown()));
    }
    Ok((instant, precision))
}

/// The reason why the tokens give no date; [`read`] adds the text.
#[derive(Debug, Clone, Copy)]
enum DateFault {
    None,
    Several,
    Impossible,
    WrongWeekday,
}

impl DateFault {
    fn of(self, text: String) -> DateError {
        match self {
            Self::None => DateError::None(text),
            Self::Several => DateError::Several(text),
            Self::Impossible => DateError::Impossible(text),
            Self::WrongWeekday => DateError::WrongWeekday(text),
        }
    }
}

/// A recognized value at the tokens `start..end`.
#[derive(Debug, Clone, Copy)]
struct TokenRange<T> {
    value: T,
    start: usize,
    end: usize,
}

/// Everything recognized in a text, in order.
#[derive(Debug, Default)]
struct DateParts {
    days: Vec<TokenRange<Option<NaiveDate>>>,
    times: Vec<TokenRange<Option<TimePart>>>,
    weekdays: Vec<TokenRange<Weekday>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TimePart {
    clock: NaiveTime,
    precision: DatePrecision,
    offset: Option<FixedOffset>,
}

/// The chosen day.
struct DayPart {
    date: NaiveDate,
    start: usize,
    end: usize,
}

fn date_parts(tokens: &[DateToken]) -> DateParts {
    let mut marks = DateParts::default();
    let mut at = 0;
    while at < tokens.len() {
        let rest = tokens.get(at..).unwrap_or_default();
        let after_number = at > 0
            && tokens.get(at - 1).is_some_and(|before| before.is_mark("/.-") && !before.spaced)
            && at > 1
            && tokens.get(at - 2).is_some_and(|before| before.number().is_some());
        let after_weekday = marks.weekdays.last().is_some_and(|day| at - day.end <= 2);
        let taken = if let Some((weekday, taken)) = tokens::weekday(rest) {
            marks.weekdays.push(TokenRange { value: weekday, start: at, end: at + taken });
            taken
        } else if let Some((day, taken)) =
            (!after_number).then(|| tokens::day(rest, after_weekday)).flatten()
        {
            marks.days.push(TokenRange { value: day, start: at, end: at + taken });
            taken
        } else if let Some((time, taken)) = tokens::time(rest) {
            let time = time.map(|(clock, precision, offset)| TimePart { clock, precision, offset });
            marks.times.push(TokenRange { value: time, start: at, end: at + taken });
            taken
        } else if let Some((date, clock, offset, taken)) = tokens::month_first(rest) {
            marks.days.push(TokenRange { value: date, start: at, end: at + taken });
            if let Some((clock, precision)) = clock {
                let time = TimePart { clock, precision, offset };
                marks.times.push(TokenRange {
                    value: Some(time),
                    start: at + taken,
                    end: at + taken,
                });
            }
            taken
        } else {
            1
        };
        at += taken.max(1);
    }
    marks
}

/// The day of a text: the only one, or the only one with a label of publication.
fn the_day(tokens: &[DateToken], marks: &DateParts) -> Result<DayPart, DateFault> {
    let mut days = Vec::new();
    for day in &marks.days {
        let date = day.value.ok_or(DateFault::Impossible)?;
        days.push(DayPart { date, start: day.start, end: day.end });
    }
    let Some(first) = days.first() else { return Err(DateFault::None) };
    if days.iter().all(|day| day.date == first.date) {
        // Of equal days prefer one with a time next to it; `the_time` searches only around the
        // chosen one.
        let with_time =
            days.iter().position(|day| adjacent_times(tokens, marks, day).next().is_some());
        return days.into_iter().nth(with_time.unwrap_or(0)).ok_or(DateFault::None);
    }
    for words in [tokens::PUBLISHED, tokens::UPDATED] {
        let mut labelled = days.iter().filter(|day| is_labelled(tokens, day.start, words));
        if let Some(day) = labelled.next() {
            return if labelled.all(|other| other.date == day.date) {
                Ok(DayPart { date: day.date, start: day.start, end: day.end })
            } else {
                Err(DateFault::Several)
            };
        }
    }
    Err(DateFault::Several)
}

/// Whether one of `words` is shortly before a date, with no other date's number between.
fn is_labelled(tokens: &[DateToken], start: usize, words: &[&str]) -> bool {
    let before = tokens.get(..start).unwrap_or_default().iter().rev().take(9);
    before
        .take_while(|token| !(token.number().is_some_and(|n| n > 1000) || token.is_mark("|;")))
        .any(|token| token.word().is_some_and(|word| words.contains(&word)))
}

fn check_weekday(marks: &DateParts, day: &DayPart) -> Result<(), DateFault> {
    let near = marks.weekdays.iter().filter(|weekday| {
        (weekday.end <= day.start && day.start - weekday.end <= GAP + 6)
            || (weekday.start >= day.end && weekday.start - day.end <= 2)
    });
    for weekday in near {
        // Another date may be between the weekday and this one.
        let own =
            !marks.days.iter().any(|other| other.start >= weekday.end && other.end <= day.start);
        if own && weekday.value != day.date.weekday() {
            return Err(DateFault::WrongWeekday);
        }
    }
    Ok(())
}

/// The times directly before or after a day, with only punctuation and filler words between.
fn adjacent_times<'a>(
    tokens: &'a [DateToken],
    marks: &'a DateParts,
    day: &'a DayPart,
) -> impl Iterator<Item = &'a TokenRange<Option<TimePart>>> {
    marks.times.iter().filter(move |time| {
        let between = if time.end <= day.start { time.end..day.start } else { day.end..time.start };
        between.len() <= GAP
            && tokens.get(between).unwrap_or_default().iter().all(DateToken::is_filler)
    })
}

fn the_time(
    tokens: &[DateToken],
    marks: &DateParts,
    day: &DayPart,
) -> Result<Option<TimePart>, DateFault> {
    let mut times = adjacent_times(tokens, marks, day);
    let Some(first) = times.next() else { return Ok(None) };
    let time = first.value.ok_or(DateFault::Impossible)?;
    // In `08:00 10/01/2023 17:00`, the day is certain and the time is not.
    let same = times.all(|other| other.value.is_some_and(|other| other.clock == time.clock));
    Ok(same.then_some(time))
}

#[cfg(test)]
mod tests;
