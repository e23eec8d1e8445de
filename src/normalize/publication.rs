//! Which of the dates that a page shows can be believed to be that of publication.

use super::date;
use crate::model::{Found, Precision, Provenance};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// A page's clock differs from ours by no more.
pub const CLOCK: TimeDelta = TimeDelta::minutes(2);

/// A date that can be believed, and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// The instant; of a day its first one.
    pub at: DateTime<Utc>,
    /// What is known of it.
    pub precision: Precision,
    /// Where it was found.
    pub from: Provenance,
}

/// The dates that can be believed, the best first. `written` are those of a page that was fetched at `fetched`, if it was.
///
/// Dates that count from now are true for a day and rough, so they stand behind all others; but the day that the text
/// begins with is that of an event, and stands behind them too.
pub fn believable(
    written: &[Found<String>],
    zone: Tz,
    now: DateTime<Utc>,
    fetched: Option<DateTime<Utc>>,
) -> Vec<Dated> {
    let absolute = |found: &Found<String>| absolute(found, zone, now, fetched).ok();
    let relative = |found: &Found<String>| relative(found, zone, fetched.unwrap_or(now));
    let is_lead = |found: &&Found<String>| found.provenance == Provenance::Lead;
    let surer = || written.iter().filter(|found| !is_lead(found));
    surer()
        .filter_map(absolute)
        .chain(surer().filter_map(relative))
        .chain(written.iter().filter(is_lead).filter_map(absolute))
        .collect()
}

/// The date that a text says, whenever that is.
///
/// # Errors
/// Why it cannot be believed, in a sentence without its subject or with the text quoted in it.
pub fn absolute(
    found: &Found<String>,
    zone: Tz,
    now: DateTime<Utc>,
    fetched: Option<DateTime<Utc>>,
) -> Result<Dated, String> {
    let (at, precision) = date::read(&found.value, zone, now).map_err(|error| error.to_string())?;
    let dated = Dated { at, precision, from: found.provenance.clone() };
    if dated.from.is_outside() && fetched.is_some_and(|at| dated.is_clock(at)) {
        return Err("is the minute at which the page was fetched: its clock".to_owned());
    }
    Ok(dated)
}

/// The day that a text counts from now: `3 giờ trước`, `hôm qua`.
pub fn relative(found: &Found<String>, zone: Tz, now: DateTime<Utc>) -> Option<Dated> {
    let (at, precision) = date::relative::read(&found.value, zone, now)?;
    Some(Dated { at, precision, from: found.provenance.clone() })
}

impl Dated {
    /// Whether it is no more than the time at which its page was fetched.
    pub fn is_clock(&self, fetched: DateTime<Utc>) -> bool {
        self.precision != Precision::Day && (self.at - fetched).abs() <= CLOCK
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Asia::Ho_Chi_Minh;

    #[track_caller]
    fn check(written: &[(&str, Provenance)], expected: &[(&str, Provenance)]) {
        let now: DateTime<Utc> = "2026-11-24T03:00:00Z".parse().unwrap();
        let fetched = now + TimeDelta::seconds(70);
        let found: Vec<_> = written
            .iter()
            .map(|(text, from)| Found::new((*text).to_owned(), from.clone()))
            .collect();
        let dated = believable(&found, Ho_Chi_Minh, now, Some(fetched));
        let dated: Vec<_> = dated
            .into_iter()
            .map(|d| {
                (d.at.with_timezone(&Ho_Chi_Minh).format("%Y-%m-%d %H:%M").to_string(), d.from)
            })
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|(at, from)| ((*at).to_owned(), from.clone())).collect();
        assert_eq!(dated, expected);
    }

    #[test]
    fn what_counts_from_now_gives_way_and_the_event_gives_way_to_it() {
        check(
            &[
                ("2 giờ trước", Provenance::Markup("beside title".into())),
                ("ngày 20/11/2026", Provenance::Lead),
                ("24/11/2026 08:15", Provenance::Teaser),
                ("31/12/9999", Provenance::Url),
            ],
            &[
                ("2026-11-24 08:15", Provenance::Teaser),
                ("2026-11-24 00:00", Provenance::Markup("beside title".into())),
                ("2026-11-20 00:00", Provenance::Lead),
            ],
        );
    }

    #[test]
    fn a_clock_outside_the_article_is_no_date_and_an_article_of_this_minute_is_one() {
        let below = Provenance::below("Cập nhật");
        let beside = Provenance::Markup("beside title".into());
        check(
            &[
                ("Cập nhật: 24/11/2026 10:00", below.clone()),
                ("24/11/2026 10:01", beside.clone()),
                ("Cập nhật: 23/11/2026 10:00", below.clone()),
            ],
            &[("2026-11-24 10:01", beside), ("2026-11-23 10:00", below)],
        );
    }
}
