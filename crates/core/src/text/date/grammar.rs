//! Recognizes the dates, times and weekdays of a text among its other words, and chooses the date
//! that the text is about.

use super::DateOrder;
use super::day::{self, DayContext, DayReadings};
use super::lexer::{DateToken, from, is_mark, word};
use super::names::{self, NamedWeekday};
use super::time::{self, TimePart};
use chrono::{Datelike, NaiveDate};
use std::ops::Range;

/// Maximum number of tokens between a date and its time.
const GAP: usize = 6;
/// Maximum number of tokens between a weekday and its date.
const WEEKDAY_GAP: usize = 10;

/// The reason why the tokens give no date.
#[derive(Debug, Clone, Copy)]
pub(super) enum DateFault {
    None,
    Several,
    Impossible,
    WrongWeekday,
}

/// A recognized value at the tokens `start..end`.
#[derive(Debug, Clone, Copy)]
pub(super) struct TokenRange<T> {
    pub(super) value: T,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Everything recognized in a text, in order.
#[derive(Debug, Default)]
pub(super) struct DateParts {
    pub(super) days: Vec<TokenRange<DayReadings>>,
    times: Vec<TokenRange<Option<TimePart>>>,
    weekdays: Vec<TokenRange<NamedWeekday>>,
}

/// The chosen day.
#[derive(Debug, Clone, Copy)]
pub(super) struct DayPart {
    pub(super) date: NaiveDate,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl DateParts {
    /// Recognizes the parts of a text.
    pub(super) fn of(tokens: &[DateToken]) -> Self {
        let mut parts = Self::default();
        let mut at = 0;
        while at < tokens.len() {
            let taken = parts.take(tokens, at).unwrap_or(1);
            at += taken.max(1);
        }
        parts
    }

    /// Recognizes the part at a position; returns its number of tokens.
    fn take(&mut self, tokens: &[DateToken], at: usize) -> Option<usize> {
        let rest = from(tokens, at);
        let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
        let after_time = self.times.last().is_some_and(|time| time.end + 1 == at);
        let after_number = !after_time
            && before(1).is_some_and(|mark| mark.is_mark("/.-") && !mark.spaced)
            && before(2).is_some_and(|number| number.number().is_some())
            && rest.first().is_some_and(|token| !token.spaced);
        // `Minh Thu, 01/06/2022` begins with a name.
        let is_part_of_name = || {
            word(rest, 0).is_some_and(names::is_short_name)
                && before(1).and_then(DateToken::word).is_some_and(|w| !names::is_about_dates(w))
        };
        let weekday = names::weekday(rest);
        if let Some((value, taken)) =
            weekday.filter(|(named, _)| named.is_vietnamese || !is_part_of_name())
        {
            self.weekdays.push(TokenRange { value, start: at, end: at + taken });
            return Some(taken);
        }
        let after_weekday = self.weekdays.last().is_some_and(|day| at - day.end <= 2);
        let is_named = before(1).is_some_and(|token| token.word() == Some("ngày"));
        let context = DayContext { after_weekday, is_named, is_first: at == 0 };
        if !after_number && let Some((value, taken)) = day::day(rest, context) {
            self.days.push(TokenRange { value, start: at, end: at + taken });
            return Some(taken);
        }
        let is_announced = before(1).is_some_and(announces_time)
            || (before(1).is_some_and(|mark| mark.is_mark("."))
                && before(2).is_some_and(announces_time));
        if let Some((value, taken)) = time::time(rest, is_announced) {
            self.times.push(TokenRange { value, start: at, end: at + taken });
            return Some(taken);
        }
        self.take_month_first(rest, at)
    }

    /// `Jan 10, 2023`, and with the time inside `Nov  6 08:49:37 1994` (asctime),
    /// `Jan 10 08:15:00 ICT 2023` (Java).
    fn take_month_first(&mut self, rest: &[DateToken], at: usize) -> Option<usize> {
        let (month, day, mut taken) = day::month_and_day(rest)?;
        let inside = time::time(from(rest, taken), false);
        taken += inside.map_or(0, |(_, taken)| taken);
        let (year, more) = day::year_after(from(rest, taken))?;
        taken += more;
        let end = at + taken;
        self.days.push(TokenRange { value: day::of_parts(year, month, day), start: at, end });
        if let Some((value, _)) = inside {
            self.times.push(TokenRange { value, start: end, end });
        }
        Some(taken)
    }

    /// The day of the text: the only one, or the only one with a label of publication.
    pub(super) fn day(&self, tokens: &[DateToken], order: DateOrder) -> Result<DayPart, DateFault> {
        let mut days = Vec::new();
        for day in &self.days {
            let date = self.resolve(day, order)?;
            days.push(DayPart { date, start: day.start, end: day.end });
        }
        let Some(first) = days.first() else { return Err(DateFault::None) };
        if days.iter().all(|day| day.date == first.date) {
            // Of equal days prefer one with a time next to it; `time` searches only around the
            // chosen one.
            let with_time =
                days.iter().position(|day| self.adjacent_times(tokens, day).next().is_some());
            return days.into_iter().nth(with_time.unwrap_or(0)).ok_or(DateFault::None);
        }
        // `10/01/2023. Updated: 12/01/2023`
        let is_update = |day: &DayPart| is_labelled(tokens, day.start, names::UPDATED);
        let begins = (0..first.start).all(|at| self.covers(at) || word(tokens, at).is_none());
        if begins && days.iter().all(|day| day.date == first.date || is_update(day)) {
            return Ok(*first);
        }
        for words in [names::PUBLISHED, names::UPDATED] {
            let mut labelled = days.iter().filter(|day| is_labelled(tokens, day.start, words));
            if let Some(day) = labelled.next() {
                let is_only = labelled.all(|other| other.date == day.date);
                return if is_only { Ok(*day) } else { Err(DateFault::Several) };
            }
        }
        Err(DateFault::Several)
    }

    /// The date of a day. Its weekday decides between two readings. Without one, the order decides,
    /// and an unknown order is day first.
    fn resolve(
        &self,
        day: &TokenRange<DayReadings>,
        order: DateOrder,
    ) -> Result<NaiveDate, DateFault> {
        let (date, month_first) = match (day.value.date, day.value.month_first) {
            (Some(date), Some(month_first)) => (date, month_first),
            (None, Some(_)) if order == DateOrder::DayFirst => return Err(DateFault::Impossible),
            (date, month_first) => return date.or(month_first).ok_or(DateFault::Impossible),
        };
        let weekday = self.weekday_of(day);
        if weekday.is_some_and(|weekday| weekday.is_vietnamese) {
            return Ok(date);
        }
        let fits = |date: NaiveDate| weekday.is_none_or(|named| named.day == date.weekday());
        match (order, fits(date), fits(month_first)) {
            (_, true, false) => Ok(date),
            (_, false, true) => Ok(month_first),
            (DateOrder::MonthFirst, ..) => Ok(month_first),
            (DateOrder::DayFirst, ..) | (_, true, true) => Ok(date),
            (DateOrder::Unknown, false, false) => Err(DateFault::WrongWeekday),
        }
    }

    /// The weekday shortly before a day, or directly after it.
    fn weekday_of(&self, day: &TokenRange<DayReadings>) -> Option<NamedWeekday> {
        let mut near = self.weekdays.iter().filter(|weekday| {
            (weekday.end <= day.start && day.start - weekday.end <= WEEKDAY_GAP)
                || (weekday.start >= day.end && weekday.start - day.end <= 2)
        });
        // Another date may be between the weekday and this one.
        let own = |weekday: &&TokenRange<NamedWeekday>| {
            let (start, end) = (weekday.end, day.start);
            !self.days.iter().any(|other| other.start >= start && other.end <= end)
        };
        near.rfind(own).map(|weekday| weekday.value)
    }

    /// The times next to a day, with only punctuation, weekdays and filler words between.
    fn adjacent_times<'a>(
        &'a self,
        tokens: &'a [DateToken],
        day: &'a DayPart,
    ) -> impl Iterator<Item = &'a TokenRange<Option<TimePart>>> {
        self.times.iter().filter(move |time| {
            let mut between = gap(time.start..time.end, day);
            between.len() <= GAP
                && between.all(|at| {
                    tokens.get(at).is_some_and(is_filler) || is_within(&self.weekdays, at)
                })
        })
    }

    /// The time of a day. `None` if it has none, or several.
    pub(super) fn time(
        &self,
        tokens: &[DateToken],
        day: &DayPart,
    ) -> Result<Option<TimePart>, DateFault> {
        let mut times = self.adjacent_times(tokens, day);
        let Some(first) = times.next() else { return Ok(None) };
        let time = first.value.ok_or(DateFault::Impossible)?;
        // In `08:00 10/01/2023 17:00`, the day is certain and the time is not.
        if !times.all(|other| other.value.is_some_and(|other| other.clock == time.clock)) {
            return Ok(None);
        }
        // `02:00 10/03/2020 -0400`: the zone of a time before its day.
        let behind = || time::zone(from(tokens, day.end.max(first.end))).0.ok().flatten();
        Ok(Some(TimePart { offset: time.offset.or_else(behind), ..time }))
    }

    /// Whether a token belongs to a recognized part.
    pub(super) fn covers(&self, at: usize) -> bool {
        is_within(&self.days, at) || is_within(&self.times, at) || is_within(&self.weekdays, at)
    }
}

/// The order that a numeric day proves.
pub(super) fn proven_order(parts: &DateParts, day: &TokenRange<DayReadings>) -> DateOrder {
    let weekday = parts.weekday_of(day).filter(|weekday| !weekday.is_vietnamese);
    match (day.value.date, day.value.month_first) {
        (None, Some(_)) => DateOrder::MonthFirst,
        (Some(date), None) if date.day() > 12 => DateOrder::DayFirst,
        (Some(date), Some(month_first)) => {
            let fits = |date: NaiveDate| weekday.is_some_and(|named| named.day == date.weekday());
            match (fits(date), fits(month_first)) {
                (true, false) => DateOrder::DayFirst,
                (false, true) => DateOrder::MonthFirst,
                _ => DateOrder::Unknown,
            }
        }
        _ => DateOrder::Unknown,
    }
}

/// The tokens between a time and a day.
fn gap(time: Range<usize>, day: &DayPart) -> Range<usize> {
    if time.end <= day.start { time.end..day.start } else { day.end..time.start }
}

fn is_within<T>(ranges: &[TokenRange<T>], at: usize) -> bool {
    ranges.iter().any(|range| (range.start..range.end).contains(&at))
}

/// Whether one of `words` is shortly before a date, with no other date's number between.
fn is_labelled(tokens: &[DateToken], start: usize, words: &[&str]) -> bool {
    let before = tokens.get(..start).unwrap_or_default().iter().rev().take(9);
    before
        .take_while(|token| !(token.number().is_some_and(|n| n > 1000) || token.is_mark("|;")))
        .any(|token| token.word().is_some_and(|word| words.contains(&word)))
}

/// Whether a token may occur between a date and its time.
pub(super) fn is_filler(token: &DateToken) -> bool {
    let is_label = |word: &str| names::PUBLISHED.contains(&word) || names::UPDATED.contains(&word);
    token.is_mark(",-|–—()[]:.•·/")
        || token.word().is_some_and(|word| names::is_about_dates(word) && !is_label(word))
}

/// Whether the number after a word is an hour, even if a dot separates its minutes.
fn announces_time(token: &DateToken) -> bool {
    const WORDS: [&str; 13] =
        ["pukul", "jam", "kl", "klo", "ore", "alle", "um", "godz", "lúc", "às", "at", "om", "à"];
    token.word().is_some_and(|word| WORDS.contains(&word))
}

/// How a date is set off from the words beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateBoundary {
    /// It is part of a phrase.
    None,
    /// A comma separates it.
    Comma,
    /// It is alone, or a separator of parts stands between, such as `|`, or a label follows.
    Separator,
}

/// How the date at the tokens of `day` is set off, on its weaker side.
pub(super) fn boundary(tokens: &[DateToken], parts: &DateParts, day: &DayPart) -> DateBoundary {
    let belongs =
        |at: usize| parts.covers(at) || word(tokens, at).is_some_and(names::is_about_dates);
    let left = (0..day.start).rev();
    let right = day.end..tokens.len();
    let side = |places: &mut dyn Iterator<Item = usize>, is_left: bool| {
        let mut found = DateBoundary::None;
        for at in places {
            if belongs(at) {
                found = DateBoundary::None;
                continue;
            }
            let Some(token) = tokens.get(at) else { break };
            if token.mark().is_none() {
                // `来源：…`, `Tác giả: …` and `by …` begin another part; `By A on 10 Jan` is one.
                let is_byline = if is_left { word(tokens, 0) } else { word(tokens, at) }
                    .is_some_and(names::is_byline);
                let is_label = !is_left && (at + 1..at + 4).any(|at| is_mark(tokens, at, ":"));
                return if is_label || is_byline { DateBoundary::Separator } else { found };
            }
            found = found.max(strength(tokens, at, is_left));
        }
        DateBoundary::Separator
    };
    side(&mut left.into_iter(), true).min(side(&mut right.into_iter(), false))
}

/// How far punctuation beside a date separates it.
fn strength(tokens: &[DateToken], at: usize, is_left: bool) -> DateBoundary {
    let Some(token) = tokens.get(at) else { return DateBoundary::None };
    let is_spaced = token.spaced || tokens.get(at + 1).is_none_or(|next| next.spaced);
    let bracket = if is_left { "([" } else { ")]" };
    let is_dash = token.is_mark("-/") && is_spaced;
    if token.is_mark("|•·;–—»›>") || token.is_mark(bracket) || is_dash {
        DateBoundary::Separator
    } else if token.is_mark(",") {
        DateBoundary::Comma
    } else {
        DateBoundary::None
    }
}
