//! Quiet hours: the time of day in which a host gets no requests.

use chrono::{DateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use std::time::Duration;

/// The quiet hours of a host, every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// The start, in local time of `zone`.
    pub from: NaiveTime,
    /// The end; if it is before `from`, it is on the next day.
    pub to: NaiveTime,
    /// The time zone of both.
    pub zone: Tz,
}

impl QuietHours {
    /// Returns the end of the quiet hours and the time left until then, if `now` is within them.
    pub fn time_left(self, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Duration)> {
        let Self { from, to, zone } = self;
        let local = now.with_timezone(&zone).naive_local();
        let time = local.time();
        let within = match from < to {
            true => from <= time && time < to,
            false => from <= time || time < to,
        };
        let day = if time < to { local.date() } else { local.date().succ_opt()? };
        // If daylight saving time skips that minute, an hour later is good enough.
        let end = [TimeDelta::zero(), TimeDelta::hours(1)]
            .iter()
            .find_map(|later| zone.from_local_datetime(&(day.and_time(to) + *later)).earliest())?
            .to_utc();
        within.then(|| (end, (end - now).to_std().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: &str, to: &str, now: &str, expected: Option<&str>) {
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
        let quiet =
            QuietHours { from: time(from), to: time(to), zone: chrono_tz::Asia::Ho_Chi_Minh };
        let rest = quiet.time_left(now.parse().unwrap());
        let expected: Option<DateTime<Utc>> = expected.map(|end| end.parse().unwrap());
        assert_eq!(rest.map(|(end, _)| end), expected, "{now}");
    }

    #[test]
    fn it_is_over_at_its_end_and_may_span_midnight() {
        check("07:30", "09:00", "2026-11-24T07:29:59+07:00", None);
        check("07:30", "09:00", "2026-11-24T07:30:00+07:00", Some("2026-11-24T09:00:00+07:00"));
        check("07:30", "09:00", "2026-11-24T09:00:00+07:00", None);
        check("22:00", "05:00", "2026-11-24T23:00:00+07:00", Some("2026-11-25T05:00:00+07:00"));
        check("22:00", "05:00", "2026-11-25T04:59:59+07:00", Some("2026-11-25T05:00:00+07:00"));
        check("22:00", "05:00", "2026-11-25T12:00:00+07:00", None);
    }
}
