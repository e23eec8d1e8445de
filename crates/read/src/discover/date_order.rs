//! The order of day and month in the dates of a listing or a feed, which its items prove together.

use bantin_core::text::date::DateOrder;

/// Rewrites the dates of items to ISO 8601 where they provably begin with the month: `1/10/2023`
/// beside `1/23/2023`, as servers with English settings write them.
pub(super) fn settle<'a>(dates: impl Iterator<Item = &'a mut Option<String>>) {
    let dates: Vec<&mut String> = dates.filter_map(Option::as_mut).collect();
    let order = DateOrder::of(dates.iter().map(|date| date.as_str()));
    for date in dates {
        if let Some(rewritten) = order.rewritten(date) {
            *date = rewritten;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &[&str], expected: &[&str]) {
        let mut dates: Vec<_> = written.iter().map(|date| Some((*date).to_owned())).collect();
        settle(dates.iter_mut());
        let dates: Vec<_> = dates.iter().flatten().map(String::as_str).collect();
        assert_eq!(dates, expected);
    }

    #[test]
    fn the_month_comes_first_where_the_items_prove_it() {
        check(
            &[
                "1/23/2023 8:15:00 AM",
                "1/10/2023 2:05:00 PM",
                "Tue, 10 Jan 2023 08:15:00 +0700",
                "1/9/2023",
            ],
            &[
                "1/23/2023 8:15:00 AM",
                "2023-01-10T14:05:00",
                "Tue, 10 Jan 2023 08:15:00 +0700",
                "2023-01-09",
            ],
        );
        // A weekday proves it as well.
        check(&["Wed, 03/01/2023", "07/02/2023"], &["Wed, 03/01/2023", "2023-07-02"]);
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
