//! Detection of feeds that write the month first: `1/23/2023 8:15:00 AM`, as servers with English
//! settings do.
//!
//! A single date of this form is always read day first. A feed proves the other order if the second
//! number of one of its dates is greater than 12, and the first number of none is.

use super::RawEntry;

/// Rewrites the dates of a feed that provably writes the month first to ISO 8601.
pub(in crate::discover) fn swap_month_first(entries: &mut [RawEntry]) {
    let numbers = || entries.iter().filter_map(|entry| split(entry.date.as_deref()?));
    let month_first = numbers().any(|(_, second, ..)| second > 12);
    let day_first = numbers().any(|(first, ..)| first > 12);
    if !month_first || day_first {
        return;
    }
    for entry in entries {
        let turned = entry.date.as_deref().and_then(split).map(|(month, day, year, time)| {
            format!("{year:04}-{month:02}-{day:02} {}", time.trim()).trim_end().to_owned()
        });
        entry.date = turned.or_else(|| entry.date.take());
    }
}

/// Splits a date into the two numbers before the year, the year, and the rest.
fn split(date: &str) -> Option<(u8, u8, u16, &str)> {
    let (first, rest) = date.trim().split_once('/')?;
    let (second, rest) = rest.split_once('/')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (year, time) = rest.split_at_checked(end)?;
    let number = |text: &str| text.parse().ok().filter(|_| text.len() <= 2);
    let year = year.parse().ok().filter(|_| year.len() == 4)?;
    Some((number(first)?, number(second)?, year, time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &[&str], expected: &[&str]) {
        let entry =
            |date: &&str| RawEntry { date: Some((*date).to_owned()), ..RawEntry::default() };
        let mut entries: Vec<RawEntry> = written.iter().map(entry).collect();
        swap_month_first(&mut entries);
        let dates: Vec<_> = entries.iter().filter_map(|entry| entry.date.as_deref()).collect();
        assert_eq!(dates, expected);
    }

    #[test]
    fn the_month_comes_first_where_the_feed_proves_it() {
        check(
            &[
                "1/23/2023 8:15:00 AM",
                "1/10/2023 2:05:00 PM",
                "Tue, 10 Jan 2023 08:15:00 +0700",
                "1/9/2023",
            ],
            &[
                "2023-01-23 8:15:00 AM",
                "2023-01-10 2:05:00 PM",
                "Tue, 10 Jan 2023 08:15:00 +0700",
                "2023-01-09",
            ],
        );
        // Nothing proves it, or some dates prove the opposite.
        for dates in [
            ["1/10/2023 8:15:00 AM", "2/10/2023"],
            ["1/23/2023", "23/1/2023"],
            ["24/01/2023 08:00", "10/01/2023 08:00"],
        ] {
            check(&dates, &dates);
        }
    }
}
