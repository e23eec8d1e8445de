//! Cron expressions with the semantics of crontab(5).
//!
//! The `cron` crate counts days of the week from 1 = Sunday, and requires both day fields to match.
//! crontab counts from 0 = Sunday, and if both fields are restricted, one match is enough. An
//! operator who copies `0 7 * * 1` from a crontab means Monday. So the fields are translated here,
//! and no other code uses the crate.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::fmt;
use std::str::FromStr;

/// The days of the week, indexed by crontab's numbers.
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A schedule: a cron expression and the time zone of its hours.
#[derive(Debug, Clone)]
pub struct CronSchedule {
    written: String,
    /// One schedule, or two where both the day of the month and the day of the week are restricted.
    schedules: Vec<cron::Schedule>,
    zone: Tz,
}

/// The error for an invalid cron expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CronScheduleError {
    /// The number of fields is neither five (crontab) nor six (seconds first).
    #[error(
        "number of fields: {0}; crontab has five (minute hour day month weekday), and six begin with the seconds"
    )]
    Fields(usize),
    /// The field for the day of the week is invalid.
    #[error(
        "{0:?} is not a day of the week: 0-7 (0 and 7 are Sunday), SUN-SAT, lists, ranges and steps"
    )]
    Weekday(String),
    /// Another field is invalid.
    #[error("{0}")]
    Field(String),
    /// The expression matches no existing day, such as 31 February.
    #[error("it matches no existing date")]
    Never,
}

impl CronSchedule {
    /// Parses an expression of five fields (crontab) or six (seconds first), or a name such as
    /// `@hourly`.
    pub fn parse(written: &str, zone: Tz) -> Result<Self, CronScheduleError> {
        let schedules = if written.trim_start().starts_with('@') {
            vec![schedule(written.trim())?]
        } else {
            let fields: Vec<&str> = written.split_whitespace().collect();
            let (second, [minute, hour, day, month, weekday]) = match fields[..] {
                [minute, hour, day, month, weekday] => ("0", [minute, hour, day, month, weekday]),
                [second, minute, hour, day, month, weekday] => {
                    (second, [minute, hour, day, month, weekday])
                }
                _ => return Err(CronScheduleError::Fields(fields.len())),
            };
            let weekday = weekdays(weekday)?;
            let line = |day: &str, weekday: &str| {
                schedule(&format!("{second} {minute} {hour} {day} {month} {weekday}"))
            };
            if day.starts_with('*') || weekday == "*" {
                vec![line(day, &weekday)?]
            } else {
                vec![line(day, "*")?, line("*", &weekday)?]
            }
        };
        let timetable = Self { written: written.to_owned(), schedules, zone };
        match timetable.next_after(DateTime::UNIX_EPOCH) {
            Some(_) => Ok(timetable),
            None => Err(CronScheduleError::Never),
        }
    }

    /// Returns the first slot after an instant.
    pub fn next_after(&self, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = instant.with_timezone(&self.zone);
        self.schedules
            .iter()
            .filter_map(|schedule| schedule.after(&local).next())
            .map(|slot| slot.with_timezone(&Utc))
            .min()
    }
}

impl PartialEq for CronSchedule {
    fn eq(&self, other: &Self) -> bool {
        // These two determine the slots.
        (&self.written, self.zone) == (&other.written, other.zone)
    }
}

impl fmt::Display for CronSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

fn schedule(line: &str) -> Result<cron::Schedule, CronScheduleError> {
    cron::Schedule::from_str(line).map_err(|e| CronScheduleError::Field(e.to_string()))
}

/// Converts the field for the day of the week to names, which mean the same to crontab and the
/// crate.
fn weekdays(field: &str) -> Result<String, CronScheduleError> {
    let bad = || CronScheduleError::Weekday(field.to_owned());
    let number = |text: &str| -> Result<usize, CronScheduleError> {
        let named = DAYS.iter().position(|day| text.eq_ignore_ascii_case(day));
        named.or_else(|| text.parse().ok().filter(|n| *n <= 7)).ok_or_else(bad)
    };
    let mut days = [false; 7];
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<usize>().map_err(|_| bad())?)),
            None => (part, None),
        };
        let (first, last) = match (range, range.split_once('-')) {
            ("*" | "?", _) => (0, 6),
            (_, Some((first, last))) => (number(first)?, number(last)?),
            (one, None) if step.is_some() => (number(one)?, 6),
            (one, None) => (number(one)?, number(one)?),
        };
        if first > last || step == Some(0) {
            return Err(bad());
        }
        for day in (first..=last).step_by(step.unwrap_or(1)) {
            if let Some(day) = days.get_mut(day % 7) {
                *day = true;
            }
        }
    }
    if days == [true; 7] {
        return Ok("*".to_owned());
    }
    let names = DAYS.iter().zip(days).filter(|(_, on)| *on).map(|(name, _)| *name);
    Ok(names.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HANOI: Tz = chrono_tz::Asia::Ho_Chi_Minh;

    #[track_caller]
    fn check(expression: &str, after: &str, expected: &str) {
        let timetable = CronSchedule::parse(expression, HANOI).unwrap();
        let after = after.parse::<DateTime<Utc>>().unwrap();
        let next = timetable.next_after(after).unwrap();
        assert_eq!(next, expected.parse::<DateTime<Utc>>().unwrap(), "{expression}");
    }

    #[test]
    fn hours_are_meant_in_the_zone_of_the_source() {
        check("30 6 * * *", "2026-11-20T00:00:00Z", "2026-11-20T23:30:00Z");
        check("*/15 * * * *", "2026-11-20T00:00:01Z", "2026-11-20T00:15:00Z");
        check("5 0 6 * * *", "2026-11-20T00:00:00Z", "2026-11-20T23:00:05Z");
        check("@daily", "2026-11-20T00:00:00Z", "2026-11-20T17:00:00Z");
    }

    #[test]
    fn monday_is_one_as_in_crontab() {
        // 20 November 2026 is a Friday; 7:00 in Hanoi is midnight UTC.
        check("0 7 * * 1", "2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z");
        check("0 7 * * MON", "2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z");
        check("0 7 * * 0", "2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z");
        check("0 7 * * 7", "2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z");
        check("0 7 * * 6-7", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z");
        check("0 0 7 * * 1-5/2", "2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z");
    }

    #[test]
    fn two_day_fields_mean_either() {
        // Every Friday, and also the 13th.
        check("0 7 13 * 5", "2026-11-07T00:00:00Z", "2026-11-13T00:00:00Z");
        check("0 7 14 * 5", "2026-11-13T00:00:00Z", "2026-11-14T00:00:00Z");
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for bad in ["", "* * * *", "61 * * * *", "* * * * 8", "* * * * 5-2", "0 0 31 2 *", "daily"]
        {
            assert!(CronSchedule::parse(bad, HANOI).is_err(), "{bad:?}");
        }
    }
}
