//! Parses relative dates: `3 giờ trước`, `hôm qua`. They are valid only on the day on which the
//! page is read.

use super::lexer::{self, DateToken};
use super::{grammar, time};
use crate::DatePrecision;
use chrono::{DateTime, Days, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// Maximum number of days. A larger count, like one of weeks or months, is too rough for a day.
const MAX_DAYS: u64 = 6;
/// Maximum length of a relative date, in bytes.
const MAX_LENGTH: usize = 60;

/// Parses a time before `now`, in the time zone `zone`. `None` if the result could be either of two
/// days.
pub fn read(text: &str, zone: Tz, now: DateTime<Utc>) -> Option<(DateTime<Utc>, DatePrecision)> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let tokens = lexer::tokens(text);
    let is_label = |token: &DateToken| {
        let word = token.word();
        word.is_some_and(|w| {
            matches!(w, "đăng" | "cập" | "nhật" | "lúc" | "vào" | "cách" | "đây" | "khoảng")
        }) || token.is_mark(":,-|()")
    };
    let start = tokens.iter().position(|token| !is_label(token))?;
    let phrase = tokens.get(start..)?;
    let word = |at: usize| phrase.get(at).and_then(DateToken::word);
    let today = now.with_timezone(&zone).date_naive();
    let (day, taken) = match (word(0), word(1)) {
        (Some("hôm"), Some("nay")) => (today, 2),
        (Some("hôm"), Some("qua")) => (today.checked_sub_days(Days::new(1))?, 2),
        (Some("vừa"), Some("xong")) => (today, 2),
        _ => {
            let count = match word(0) {
                Some("một") => 1,
                _ => phrase.first()?.number()?,
            };
            if word(2) != Some("trước") {
                return None;
            }
            let day = match word(1)? {
                "ngày" => {
                    let days = u64::from(count);
                    today.checked_sub_days(Days::new(days)).filter(|_| days <= MAX_DAYS)?
                }
                unit => {
                    let unit = match unit {
                        "giây" => TimeDelta::seconds(1),
                        "phút" => TimeDelta::minutes(1),
                        "giờ" | "tiếng" => TimeDelta::hours(1),
                        _ => return None,
                    };
                    // A count of whole units may be nearly one unit more.
                    let count = i32::try_from(count).ok()?;
                    let more = count.checked_add(1)?;
                    let at = |count: i32| {
                        let at = now.checked_sub_signed(unit.checked_mul(count)?)?;
                        Some(at.with_timezone(&zone).date_naive())
                    };
                    at(count).filter(|day| at(more) == Some(*day))?
                }
            };
            (day, 3)
        }
    };
    let rest: Vec<DateToken> = phrase
        .get(taken..)?
        .iter()
        .skip_while(|token| grammar::is_filler(token))
        .cloned()
        .collect();
    let (clock, precision) = match time::time(&rest, false) {
        Some((Some(time), used)) if rest.len() == used && !time.ends_day => {
            (time.clock, time.precision)
        }
        None if rest.is_empty() => (NaiveTime::MIN, DatePrecision::Day),
        _ => return None,
    };
    let instant = zone.from_local_datetime(&day.and_time(clock)).earliest()?.to_utc();
    (instant <= now).then_some((instant, precision))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Asia::Ho_Chi_Minh;

    #[test]
    fn what_counts_from_now_is_read_on_its_day() {
        // Ten in the morning in Viet Nam.
        let now: DateTime<Utc> = "2026-11-24T03:00:00Z".parse().unwrap();
        #[track_caller]
        fn check(now: DateTime<Utc>, text: &str, expected: Option<&str>) {
            let read = read(text, Ho_Chi_Minh, now).map(|(at, precision)| {
                let form =
                    if precision == DatePrecision::Day { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" };
                at.with_timezone(&Ho_Chi_Minh).format(form).to_string()
            });
            assert_eq!(read.as_deref(), expected, "{text}");
        }
        check(now, "3 giờ trước", Some("2026-11-24"));
        check(now, "Cập nhật: 15 phút trước", Some("2026-11-24"));
        check(now, "một giờ trước", Some("2026-11-24"));
        check(now, "1 ngày trước", Some("2026-11-23"));
        check(now, "hôm qua", Some("2026-11-23"));
        check(now, "Hôm qua, 14:05", Some("2026-11-23 14:05"));
        check(now, "Hôm nay lúc 08:30", Some("2026-11-24 08:30"));
        check(now, "vừa xong", Some("2026-11-24"));
        check(now, "12 giờ trước", Some("2026-11-23"));
        check(now, "9 giờ trước", Some("2026-11-24"));
        // Midnight, or up to an hour before.
        check(now, "10 giờ trước", None);
        check(now, "2 tuần trước", None);
        check(now, "1 tháng trước", None);
        check(now, "30 ngày trước", None);
        check(now, "Hôm nay: 1.204 lượt xem", None);
        check(now, "hôm nay 23:30", None);
        check(now, "Ba ngày trước lễ khai mạc", None);
        check(now, "10/01/2023", None);
    }
}
