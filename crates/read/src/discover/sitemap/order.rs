//! The order of a sitemap's addresses, newest first, as far as it can be derived.
//!
//! Dates are W3C dates (W3C-NOTE-datetime): a year, a month, a day, or an instant. They sort and
//! are never published.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, Utc};
use std::collections::HashMap;
use url::Url;

/// Minimum number of addresses for which a last change that most share is that of the sitemap.
const MANY: usize = 10;
/// Maximum digits of an article's number. Longer ones are a day and a time, or noise.
const MAX_NUMBER: usize = 18;

/// The possible range of a time of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ModifiedTime {
    /// The earliest possible instant.
    pub(super) from: DateTime<Utc>,
    /// The latest: the end of the day, month or year.
    pub(super) to: DateTime<Utc>,
}

/// Parses a W3C date.
pub(super) fn modified(text: &str) -> Option<ModifiedTime> {
    let text = text.trim();
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        let instant = instant.to_utc();
        return Some(ModifiedTime { from: instant, to: instant });
    }
    if let Ok(instant) = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z") {
        let instant = instant.to_utc();
        return Some(ModifiedTime { from: instant, to: instant });
    }
    let without_zone = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M"];
    let local = without_zone.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    if let Some(local) = local {
        return whole_days(local.date(), local.date().checked_add_days(Days::new(1))?)
            .map(|day| ModifiedTime { from: local.and_utc(), ..day });
    }
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    if let Some(day) = day(text) {
        return whole_days(day, day.checked_add_days(Days::new(1))?);
    }
    if let Some(month) = day(&format!("{text}-01")) {
        return whole_days(month, month.checked_add_months(Months::new(1))?);
    }
    let year = day(&format!("{text}-01-01")).filter(|_| text.len() == 4)?;
    whole_days(year, year.checked_add_months(Months::new(12))?)
}

/// The range from the beginning of a day to that of another, in any time zone.
fn whole_days(from: NaiveDate, to: NaiveDate) -> Option<ModifiedTime> {
    let at = |day: NaiveDate| Some(day.and_hms_opt(0, 0, 0)?.and_utc());
    Some(ModifiedTime { from: at(from)?, to: at(to)? + chrono::TimeDelta::hours(12) })
}

/// The last change that most of many items share: it is when the sitemap was made and is unrelated
/// to the pages.
pub(super) fn shared<'a>(changes: impl Iterator<Item = Option<&'a str>>) -> Option<&'a str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut all = 0_usize;
    for change in changes {
        all += 1;
        if let Some(change) = change {
            *counts.entry(change).or_default() += 1;
        }
    }
    let (change, count) = counts.into_iter().max_by_key(|(change, count)| (*count, *change))?;
    (all >= MANY && count * 2 > all).then_some(change)
}

/// Whether addresses are listed in order of creation: the numbers in them increase more often than
/// they decrease.
pub(super) fn is_oldest_first<'a>(urls: impl Iterator<Item = &'a Url>) -> bool {
    let (mut grows, mut falls) = (0_usize, 0_usize);
    let mut before: Option<u64> = None;
    for number in urls.filter_map(number) {
        if let Some(before) = before {
            grows += usize::from(number > before);
            falls += usize::from(number < before);
        }
        before = Some(number);
    }
    grows > falls
}

/// The number that identifies a page: the day in the address, else the longest number in the query,
/// else that in the last part of the path that has one.
pub(super) fn number(url: &Url) -> Option<u64> {
    let longest = |text: &str| -> Option<u64> {
        let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
        let numbers = numbers.filter(|number| number.len() <= MAX_NUMBER);
        numbers.max_by_key(|number| number.len())?.parse().ok()
    };
    let day = super::super::shape::day_of(url);
    let day = day.and_then(|day| day.format("%Y%m%d").to_string().parse().ok());
    let of_path = || url.path().rsplit('/').find_map(longest);
    day.or_else(|| url.query().and_then(longest)).or_else(of_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dates_of_the_w3c_are_read_as_far_as_they_tell() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let show = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%S").to_string();
            let found = modified(text).map(|m| (show(m.from), show(m.to)));
            let expected = expected.map(|(from, to)| (from.to_owned(), to.to_owned()));
            assert_eq!(found, expected, "{text}");
        };
        let instant = Some(("2026-11-20T01:30:00", "2026-11-20T01:30:00"));
        check("2026-11-20T08:30:00+07:00", instant);
        check(" 2026-11-20T01:30:00.000Z ", instant);
        check("2026-11-20T08:30+07:00", instant);
        check("2026-11-20 08:30:00", Some(("2026-11-20T08:30:00", "2026-11-21T12:00:00")));
        check("2026-11-20", Some(("2026-11-20T00:00:00", "2026-11-21T12:00:00")));
        check("2026-11", Some(("2026-11-01T00:00:00", "2026-12-01T12:00:00")));
        check("2026", Some(("2026-01-01T00:00:00", "2027-01-01T12:00:00")));
        check("20/11/2026", None);
        check("hôm qua", None);
        check("", None);
    }

    #[test]
    fn a_change_that_most_share_is_that_of_the_sitemap() {
        let many = [Some("2026-11-20"); 10];
        assert_eq!(shared(many.iter().copied()), Some("2026-11-20"));
        assert_eq!(shared(many.iter().copied().take(9)), None);
        assert_eq!(shared(many.into_iter().chain([None; 10])), None);
    }

    #[test]
    fn numbers_in_the_addresses_tell_the_order() {
        let check = |paths: &[&str], expected: bool| {
            let home: Url = "https://a.example/".parse().unwrap();
            let urls: Vec<Url> = paths.iter().map(|path| home.join(path).unwrap()).collect();
            assert_eq!(is_oldest_first(urls.iter()), expected, "{paths:?}");
        };
        check(&["/tin-1.html", "/tin-2.html", "/tin-3.html"], true);
        check(&["/tin-3.html", "/tin-2.html", "/tin-1.html"], false);
        check(&["/a?ID=9", "/a?ID=10"], true);
        check(&["/2026/11/20/b", "/2026/11/19/a"], false);
        check(&["/a", "/b"], false);
    }
}
