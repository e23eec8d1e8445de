//! Reads the dates of standards strictly: RFC 3339, RFC 5322 with the two-digit years of RFC 822,
//! the forms of HTTP (RFC 9110 section 5.6.7), ISO 8601 without separators, seconds and
//! milliseconds since 1970, and `/Date(…)/` of Microsoft's JSON.
//!
//! A weekday that contradicts its date is ignored, because nothing else in the text is ambiguous.

use super::WrittenDate;
use super::time::TimePart;
use crate::DatePrecision;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use std::ops::Range;

/// The seconds from September 2001, when they get ten digits, to 2100. Fewer digits are a number.
const SECONDS: Range<i64> = 1_000_000_000..4_102_444_800;

/// The date of a text that is written as a standard prescribes.
pub(super) fn read(text: &str) -> Option<WrittenDate> {
    let text = text.trim();
    if text.len() > 60 || !text.is_ascii() {
        return None;
    }
    epoch(text).or_else(|| compact(text)).or_else(|| rfc3339(text)).or_else(|| {
        let rest = after_weekday(text);
        rfc5322(rest).or_else(|| rfc850(rest))
    })
}

fn written(
    local: NaiveDateTime,
    offset: Option<FixedOffset>,
    precision: DatePrecision,
) -> WrittenDate {
    // A leap second becomes the second before it: no feed format allows `:60`.
    let clock = local.time().with_nanosecond(0).unwrap_or(local.time());
    WrittenDate {
        day: local.date(),
        time: Some(TimePart { clock, precision, offset, ends_day: false }),
    }
}

/// Seconds or milliseconds since 1970.
fn epoch(text: &str) -> Option<WrittenDate> {
    let bare = text.trim_start_matches('\\').strip_prefix("/Date(");
    let bare =
        bare.and_then(|rest| rest.trim_end_matches('/').trim_end_matches('\\').strip_suffix(')'));
    let (number, zone) = match bare {
        Some(number) => number.split_at(number.find(['+', '-']).unwrap_or(number.len())),
        None => (text.split_once('.').map_or(text, |(whole, _)| whole), ""),
    };
    let fraction = text.get(number.len()..).unwrap_or_default().trim_start_matches('.');
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(number) || (bare.is_none() && !is_number(fraction)) {
        return None;
    }
    let value: i64 = number.parse().ok()?;
    let seconds = match number.len() {
        10 if bare.is_none() => value,
        12..=13 => value / 1000,
        _ => return None,
    };
    let at = DateTime::from_timestamp(seconds, 0).filter(|_| SECONDS.contains(&seconds))?;
    let offset = zone.parse().ok().or_else(|| FixedOffset::east_opt(0))?;
    Some(written(at.with_timezone(&offset).naive_local(), Some(offset), DatePrecision::Second))
}

/// `20230110`, `20230110T081500Z`, `20230110081500`, `20230110T0815+0700`.
fn compact(text: &str) -> Option<WrittenDate> {
    let (day, rest) = text.split_at_checked(8)?;
    let day = NaiveDate::parse_from_str(day, "%Y%m%d")
        .ok()
        .filter(|_| day.bytes().all(|b| b.is_ascii_digit()))?;
    let rest = rest.trim_start_matches(['T', 't', ' ']);
    if rest.is_empty() {
        return super::is_plausible(day).then_some(WrittenDate { day, time: None });
    }
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(end);
    let clock = clock.replace(':', "");
    let (format, precision) = match clock.len() {
        4 => ("%H%M", DatePrecision::Minute),
        6 => ("%H%M%S", DatePrecision::Second),
        _ => return None,
    };
    let clock = NaiveTime::parse_from_str(&clock, format).ok()?;
    let zone = zone.trim();
    let offset = match zone {
        "" => None,
        "Z" | "z" => FixedOffset::east_opt(0),
        numeric => Some(numeric.parse().ok()?),
    };
    super::is_plausible(day).then(|| written(day.and_time(clock), offset, precision))
}

fn rfc3339(text: &str) -> Option<WrittenDate> {
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    Some(written(at.naive_local(), Some(*at.offset()), DatePrecision::Second))
}

/// The text after an English weekday and its comma.
fn after_weekday(text: &str) -> &str {
    const DAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let Some((word, rest)) = text.split_once([',', ' ']) else { return text };
    let lower = word.to_ascii_lowercase();
    let is_day = DAYS.iter().any(|day| *day == lower || day.get(..3) == Some(&lower));
    if is_day { rest.trim_start() } else { text }
}

fn rfc5322(text: &str) -> Option<WrittenDate> {
    const ZONES: [&str; 12] =
        ["GMT", "UT", "UTC", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"];
    let zone = text.rsplit(' ').next()?;
    // Other names of zones would be taken for UTC.
    let is_known = ZONES.contains(&zone) || (zone.len() == 5 && zone.starts_with(['+', '-']));
    let zone_utc = text.strip_suffix(" UTC").map(|rest| format!("{rest} GMT"));
    let at = DateTime::parse_from_rfc2822(zone_utc.as_deref().unwrap_or(text))
        .ok()
        .filter(|_| is_known)?;
    let has_seconds = text.split(' ').any(|part| part.matches(':').count() == 2);
    let precision = if has_seconds { DatePrecision::Second } else { DatePrecision::Minute };
    Some(written(at.naive_local(), Some(*at.offset()), precision))
}

/// The obsolete form of HTTP: `10-Jan-23 01:15:00 GMT`.
fn rfc850(text: &str) -> Option<WrittenDate> {
    let at = NaiveDateTime::parse_from_str(text, "%d-%b-%y %H:%M:%S GMT").ok()?;
    Some(written(at, FixedOffset::east_opt(0), DatePrecision::Second))
}
