//! Parses times of day and their zones.

use super::lexer::{DateToken, from, is_mark, number, word};
use super::names::month;
use crate::DatePrecision;
use chrono::{FixedOffset, NaiveTime};

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimePart {
    pub(super) clock: NaiveTime,
    pub(super) precision: DatePrecision,
    pub(super) offset: Option<FixedOffset>,
    /// Whether it is `24:00`, the first instant of the next day (ISO 8601 section 4.2.3).
    pub(super) ends_day: bool,
}

/// Half of a day: midnight or noon, from which its hours count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum DayHalf {
    Morning,
    Afternoon,
}

/// Parses `08:30`, `08:30:15.5Z`, `8h30`, `8g30`, `08 giờ 30 phút`, `14h`, `2:05 CH`, `3.05 PM`,
/// `下午3:05`, `8时30分`, optionally with a zone; returns the time with its number of tokens. The
/// inner `None` is a time that has the right form but does not exist. `is_announced`: a word
/// such as `pukul` precedes, after which a dot separates hours and minutes.
pub(super) fn time(tokens: &[DateToken], is_announced: bool) -> Option<(Option<TimePart>, usize)> {
    let (before, start) = match word(tokens, 0).and_then(half_before) {
        Some(half) => (Some(half), 1),
        None => (None, 0),
    };
    let hour = number(tokens, start, 2)?;
    let (minute, second, at) = minutes(from(tokens, start), is_announced)?;
    let at = start + at;
    let (after, taken) = half_after(from(tokens, at));
    let (offset, zone_taken) = zone(from(tokens, at + taken));
    let precision = if second.is_some() { DatePrecision::Second } else { DatePrecision::Minute };
    let hour = match before.or(after) {
        None => Some(hour),
        Some(half) => on_24_hours(hour, half),
    };
    // A leap second becomes the second before it: no feed format allows `:60`.
    let second = second.map(|second| if second == 60 { 59 } else { second }).unwrap_or_default();
    let ends_day = hour == Some(24) && minute == 0 && second == 0;
    let hour = if ends_day { Some(0) } else { hour };
    let clock = hour.and_then(|hour| NaiveTime::from_hms_opt(hour, minute, second));
    let time = clock.zip(offset.ok()).map(|(clock, offset)| TimePart {
        clock,
        precision,
        offset,
        ends_day,
    });
    Some((time, at + taken + zone_taken))
}

/// The minutes and seconds after an hour, and the number of tokens with the hour.
fn minutes(tokens: &[DateToken], is_announced: bool) -> Option<(u32, Option<u32>, usize)> {
    let two = |at: usize| tokens.get(at).filter(|next| next.digits() == 2)?.number();
    if is_mark(tokens, 1, ":") {
        let minute = two(2)?;
        if !is_mark(tokens, 3, ":") {
            return Some((minute, None, 3));
        }
        let second = number(tokens, 4, 2)?;
        let has_fraction = is_mark(tokens, 5, ".,")
            && tokens.get(6).is_some_and(|n| !n.spaced && n.number().is_some());
        return Some((minute, Some(second), if has_fraction { 7 } else { 5 }));
    }
    if is_mark(tokens, 1, ".") {
        return with_dots(tokens, is_announced);
    }
    let spoken =
        word(tokens, 1).is_some_and(|word| matches!(word, "h" | "g" | "giờ" | "点" | "點"));
    if !spoken && !is_mark(tokens, 1, "时時시") {
        return None;
    }
    let next = tokens.get(2).filter(|next| (1..=2).contains(&next.digits()));
    let unit = |at: usize| {
        word(tokens, at).is_some_and(|word| matches!(word, "phút" | "p" | "ph"))
            || is_mark(tokens, at, "分분'’")
    };
    let minute = next.and_then(|next| {
        // In `08 giờ, 30/10/2023` and `08 giờ 30/10/2023`, the next number is a day.
        let is_whole = next.digits() == 2 || unit(3) || !next.spaced;
        let is_day = is_mark(tokens, 3, "/.-") || next.spaced && month(from(tokens, 3)).is_some();
        next.number().filter(|_| is_whole && !is_day)
    });
    let Some(minute) = minute else { return Some((0, None, 2)) };
    let at = 3 + usize::from(unit(3));
    if is_mark(tokens, at, ":") {
        return Some((minute, Some(number(tokens, at + 1, 2)?), at + 2));
    }
    let has_second = word(tokens, at + 1) == Some("giây") || is_mark(tokens, at + 1, "秒초");
    match number(tokens, at, 2).filter(|_| has_second) {
        Some(second) => Some((minute, Some(second), at + 2)),
        None => Some((minute, None, at)),
    }
}

/// `3.05 PM`, `3.00.00 PM`, `8.30 Uhr`, `pukul 8.30`, `20.30 WIB`: dots separate a time only
/// where a word says so.
fn with_dots(tokens: &[DateToken], is_announced: bool) -> Option<(u32, Option<u32>, usize)> {
    let glued =
        |at: usize| tokens.get(at).filter(|next| next.digits() == 2 && !next.spaced)?.number();
    let minute = glued(2)?;
    let second = if is_mark(tokens, 3, ".") { glued(4) } else { None };
    let at = if second.is_some() { 5 } else { 3 };
    let rest = from(tokens, at);
    let is_marked = half_after(rest).0.is_some()
        || word(rest, 0).is_some_and(|word| {
            matches!(word, "uhr" | "wib" | "wita" | "wit" | "hrs" | "uur" | "น")
        });
    // In `pukul 8.30.2023`, the numbers are no time.
    let is_date = is_mark(tokens, at, ".")
        && tokens.get(at + 1).is_some_and(|next| !next.spaced && next.number().is_some());
    (is_marked || (is_announced && !is_date)).then_some((minute, second, at))
}

fn half_before(word: &str) -> Option<DayHalf> {
    match word {
        "上午" | "오전" | "午前" | "凌晨" | "早上" => Some(DayHalf::Morning),
        "下午" | "오후" | "午後" | "晚上" => Some(DayHalf::Afternoon),
        _ => None,
    }
}

/// The half of the day after a time, and the number of its tokens.
fn half_after(tokens: &[DateToken]) -> (Option<DayHalf>, usize) {
    let half = |word: &str| match word {
        "am" | "sa" | "sáng" | "πμ" => Some(DayHalf::Morning),
        "pm" | "ch" | "chiều" | "tối" | "μμ" => Some(DayHalf::Afternoon),
        _ => None,
    };
    let Some(first) = word(tokens, 0) else { return (None, 0) };
    if let Some(half) = half(first) {
        return (Some(half), 1);
    }
    // `a.m.`, `p. m.`
    let second = word(tokens, 2).filter(|_| is_mark(tokens, 1, "."));
    let dotted = second.and_then(|second| half(&format!("{first}{second}")));
    let end = 3 + usize::from(is_mark(tokens, 3, "."));
    if dotted.is_some() { (dotted, end) } else { (None, 0) }
}

fn on_24_hours(hour: u32, half: DayHalf) -> Option<u32> {
    match (hour, half) {
        (12, DayHalf::Morning) => Some(0),
        (0..=11, DayHalf::Morning) => Some(hour),
        (0..=11, DayHalf::Afternoon) => Some(hour + 12),
        // Some clocks write `14:05 CH`: 24 hours, and a label as well.
        (12..=23, DayHalf::Afternoon) => Some(hour),
        _ => None,
    }
}

/// An unknown zone; the time would be wrong by hours.
#[derive(Debug)]
pub(super) struct UnknownZone;

/// Parses a zone, if any; returns it with its number of tokens.
pub(super) fn zone(tokens: &[DateToken]) -> (Result<Option<FixedOffset>, UnknownZone>, usize) {
    let open = usize::from(is_mark(tokens, 0, "(["));
    let rest = from(tokens, open);
    let named = word(rest, 0).and_then(named_zone);
    let at = usize::from(named.is_some());
    let close = |taken: usize| open + taken + usize::from(open == 1 && is_mark(rest, taken, ")]"));
    if let Some((offset, taken)) = numeric_zone(from(rest, at), named.is_some()) {
        return (offset.map(Some).ok_or(UnknownZone), close(at + taken));
    }
    match named {
        Some(minutes) => {
            (FixedOffset::east_opt(minutes * 60).map(Some).ok_or(UnknownZone), close(1))
        }
        None => (Ok(None), 0),
    }
}

/// The offset of a zone by its name, in minutes.
fn named_zone(name: &str) -> Option<i32> {
    let hours = match name {
        "z" | "gmt" | "utc" | "ut" | "wet" => 0,
        "bst" | "cet" | "mez" => 1,
        "cest" | "eet" | "mesz" => 2,
        "eest" | "msk" | "мск" => 3,
        "ict" | "wib" => 7,
        "hkt" | "sgt" | "wita" | "pht" => 8,
        "jst" | "kst" | "wit" => 9,
        "aest" => 10,
        "aedt" => 11,
        "nzst" => 12,
        "nzdt" => 13,
        "edt" => -4,
        "est" | "cdt" => -5,
        "cst" | "mdt" => -6,
        "mst" | "pdt" => -7,
        "pst" | "akdt" => -8,
        "akst" => -9,
        "hst" => -10,
        _ => return None,
    };
    Some(hours * 60)
}

/// `+07`, `+0700`, `-04:00`, `GMT+7`; the inner `None` is an offset that does not exist.
fn numeric_zone(tokens: &[DateToken], is_named: bool) -> Option<(Option<FixedOffset>, usize)> {
    let sign = tokens.first()?;
    let is_west = sign.is_mark("-");
    if !is_west && !sign.is_mark("+") {
        return None;
    }
    let first = tokens.get(1).filter(|token| !token.spaced)?;
    let value = i32::try_from(first.number()?).ok()?;
    let colon = first.digits() <= 2 && is_mark(tokens, 2, ":");
    let minutes = tokens.get(3).filter(|next| colon && !next.spaced && next.digits() == 2);
    let minutes = minutes.and_then(|next| i32::try_from(next.number()?).ok());
    let (hours, minutes, taken) = match (first.digits(), minutes) {
        (4, _) => (value / 100, value % 100, 2),
        (1..=2, Some(minutes)) => (value, minutes, 4),
        (1..=2, None) if !colon => (value, 0, 2),
        _ => return None,
    };
    // No zone is more than 14 hours from UTC, or has other minutes than quarters of an hour; west of
    // it, none is beyond 12, and a half hour occurs with three of them.
    let exists = if is_west {
        hours <= 12 && (minutes == 0 || (minutes == 30 && matches!(hours, 2 | 3 | 9)))
    } else {
        hours <= 14 && minutes < 60 && minutes % 15 == 0
    };
    let offset = FixedOffset::east_opt((hours * 60 + minutes) * if is_west { -60 } else { 60 });
    let offset = offset.filter(|_| exists);
    let is_followed = is_mark(tokens, taken, "/.-")
        && tokens.get(taken + 1).is_some_and(|n| !n.spaced && n.number().is_some());
    // `08:30-10 tháng 01 năm 2023`
    let is_day = first.digits() <= 2 && month(from(tokens, taken)).is_some();
    if (is_followed || is_day) && !is_named {
        return None;
    }
    // In `08:30 - 10/01/2023`, `08:30 -2023` and `08:00-11:30`, the dash is not a sign. It is one
    // after the name of a zone, and before an offset that exists: with its minutes, or directly
    // after the time.
    let has_minutes = first.digits() == 4 || colon;
    let is_plain = offset.is_some() && (has_minutes || (!sign.spaced && first.digits() == 2));
    let is_sign = !is_west || is_named || is_plain;
    is_sign.then_some((offset, taken))
}
