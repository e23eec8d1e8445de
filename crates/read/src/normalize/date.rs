//! Dates as Vietnamese agencies and foreign feeds write them. Where on a page a date stands is `extract`'s question.
//!
//! A text is cut into numbers, words and marks, and dates, times, weekdays and zones are looked for among them; so one
//! grammar reads `Thứ Ba, 10/01/2023, 08:30 (GMT+7)`, RFC 3339, RFC 5322 and HTTP's three forms (RFC 9110, 5.6.7).
//! The day comes before the month, always. A refused date is better than a wrong one: two different dates, a weekday
//! that contradicts, a day that is not in the calendar, a day in the future are refused.

pub(super) mod relative;
mod tokens;

use bantin_core::DatePrecision;
use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use tokens::{DateToken, tokens};

/// No agency had a site before; an older date is an event's, or a program's zero.
const FIRST_YEAR: i32 = 1990;
/// How far ahead a date may be: a clock that is wrong by a zone, not one that is wrong by a month.
const MAX_AHEAD: TimeDelta = TimeDelta::days(1);
/// The longest text that is read as a date: a paragraph is no date.
const MAX_LENGTH: usize = 400;
/// How many tokens may stand between a date and its time.
const GAP: usize = 4;

/// Why a text gives no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// There is none in it.
    #[error("there is no date in {0:?}")]
    None(String),
    /// There are several, and nothing tells which one counts.
    #[error("{0:?} holds different dates, and no label tells which is the day of publication")]
    Several(String),
    /// The calendar does not know it.
    #[error("{0:?} names a day or a time that does not exist")]
    Impossible(String),
    /// The weekday is another.
    #[error("the weekday in {0:?} contradicts the date")]
    WrongWeekday(String),
    /// It is before there were such sites.
    #[error("{0:?} is before {FIRST_YEAR}")]
    TooOld(String),
    /// It is yet to come.
    #[error("{0:?} lies more than a day in the future")]
    Future(String),
}

/// Reads the one date in a text that was written in `zone`, as it was known at `now`.
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

/// Why the tokens give no date; the text is put in by [`read`].
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

/// Something that was recognised, from `start` up to `end` in the tokens.
#[derive(Debug, Clone, Copy)]
struct TokenRange<T> {
    value: T,
    start: usize,
    end: usize,
}

/// Everything that was recognised in a text, in order.
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

/// The day that was chosen.
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

/// The one day of a text: the only one there is, or the only one that a label calls the day of publication.
fn the_day(tokens: &[DateToken], marks: &DateParts) -> Result<DayPart, DateFault> {
    let mut days = Vec::new();
    for day in &marks.days {
        let date = day.value.ok_or(DateFault::Impossible)?;
        days.push(DayPart { date, start: day.start, end: day.end });
    }
    let Some(first) = days.first() else { return Err(DateFault::None) };
    if days.iter().all(|day| day.date == first.date) {
        // Of equal days the one with a time beside it is the better; `the_time` looks around this one only.
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

/// Whether one of `words` stands shortly before a date, with no other date's number between.
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
        // Another date may stand between the weekday and this one.
        let own =
            !marks.days.iter().any(|other| other.start >= weekday.end && other.end <= day.start);
        if own && weekday.value != day.date.weekday() {
            return Err(DateFault::WrongWeekday);
        }
    }
    Ok(())
}

/// The times that stand right before or after a day, with only marks and small words between.
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
    // `08:00 10/01/2023 17:00`: the day is sure, the time is not.
    let same = times.all(|other| other.value.is_some_and(|other| other.clock == time.clock));
    Ok(same.then_some(time))
}

#[cfg(test)]
mod tests;
