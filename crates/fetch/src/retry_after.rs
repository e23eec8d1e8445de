//! Parses `Retry-After` (RFC 9110 section 10.2.3).

use bantin_core::retry;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// Parses the field: seconds, or a date in one of the three HTTP formats. `None` if it is neither.
/// The result is clamped by [`retry::retry_after`].
pub(super) fn read(field: &str, now: DateTime<Utc>) -> Option<Duration> {
    let field = field.trim();
    let pause = if !field.is_empty() && field.bytes().all(|b| b.is_ascii_digit()) {
        // A number with too many digits is still a long time.
        Duration::from_secs(field.parse().unwrap_or(u64::MAX))
    } else {
        let date = DateTime::<Utc>::from(httpdate::parse_http_date(field).ok()?);
        (date - now).to_std().unwrap_or_default()
    };
    Some(retry::retry_after(pause))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[track_caller]
    fn check(field: &str, expected: Option<u64>) {
        let now = "1994-11-06T08:00:00Z".parse().unwrap();
        assert_eq!(read(field, now).map(|pause| pause.as_secs()), expected, "{field:?}");
    }

    #[test]
    fn seconds_are_kept_between_a_minute_and_a_day() {
        check("120", Some(120));
        check(" 120 ", Some(120));
        check("0", Some(60));
        check("86400", Some(86_400));
        check("86401", Some(86_400));
        check("99999999999999999999999", Some(86_400));
        check("-5", None);
        check("1.5", None);
        check("", None);
        check("soon", None);
    }

    #[test]
    fn dates_come_in_three_forms() {
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(2_977));
        check("Sunday, 06-Nov-94 08:49:37 GMT", Some(2_977));
        check("Sun Nov  6 08:49:37 1994", Some(2_977));
        check("Sun, 06 Nov 1994 07:00:00 GMT", Some(60));
        check("Fri, 31 Dec 1999 23:59:59 GMT", Some(86_400));
        check("Sun, 06 Nov 1994 08:49:37 +0700", None);
    }
}
