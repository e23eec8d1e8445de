//! Ranks the dates of a page, and rejects those that cannot be the date of publication.
//!
//! `extract` lists the date texts. Dates are parsed and ranked here: absolute dates first, then
//! relative ones, and last the date at the beginning of the text, which is the day of the event. A
//! page's clock is rejected here if one page suffices to detect it; timestamps shared by several
//! articles are detected by the visit (`shared_timestamp` of the crawl).

use bantin_core::text::date;
use bantin_core::{CandidateValue, DatePrecision, Extracted, FieldCandidate, Provenance, TextFold};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::borrow::Cow;

/// The note on a date from a lead that is taken.
const EVENT: &str = "is the day of the event, not of publication: a last resort, because the page has no better date";

/// Maximum difference between a page's clock and ours.
pub const CLOCK: TimeDelta = TimeDelta::minutes(2);

/// A valid date with its provenance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedEvidence {
    /// The instant; the start of the day if only the day is known.
    pub at: DateTime<Utc>,
    /// The precision of the date.
    pub precision: DatePrecision,
    /// The place where it was found.
    pub from: Provenance,
}

/// A date text and its parsed date.
#[derive(Debug, Clone)]
pub struct DateReading {
    /// The text.
    text: String,
    /// The time zone of the text.
    zone: Tz,
    /// Its date, if valid.
    pub dated: Option<DatedEvidence>,
}

impl CandidateValue for DateReading {
    fn to_text(&self) -> Cow<'_, str> {
        self.text.as_str().into()
    }

    fn agrees(&self, taken: &Self, _: TextFold) -> bool {
        let day = |reading: &Self| {
            reading.dated.as_ref().map(|dated| dated.at.with_timezone(&reading.zone).date_naive())
        };
        self.dated.is_some() && day(self) == day(taken)
    }

    fn agreement(&self) -> Option<&'static str> {
        Some("is the same day")
    }

    fn detail(&self) -> Option<String> {
        self.dated.as_ref().map(|dated| format!("parsed as {}", dated.format_in(self.zone)))
    }
}

/// The dates, best first, each invalid one with the reason; evaluated on demand. `written` are the
/// date texts of a page that was fetched at `fetched`, if known.
///
/// Relative dates ("3 hours ago") are accurate for a day only, so they rank below all absolute
/// ones. The date at the beginning of the text is the day of the event, and ranks last.
pub fn candidates<'a>(
    written: &'a [Extracted<String>],
    zone: Tz,
    now: DateTime<Utc>,
    fetched: Option<DateTime<Utc>>,
) -> impl Iterator<Item = FieldCandidate<DateReading>> + 'a {
    let candidate = move |found: &Extracted<String>, dated: Result<DatedEvidence, String>| {
        let (dated, fault) = match dated {
            Ok(dated) => (Some(dated), None),
            Err(error) => (None, Some(without_quotation(&error, &found.value))),
        };
        let reading = DateReading { text: found.value.clone(), zone, dated };
        FieldCandidate::new(reading, found.provenance.clone()).fault(fault)
    };
    let absolute = move |found: &Extracted<String>| absolute(found, zone, now, fetched);
    let relative = move |found: &Extracted<String>| relative(found, zone, fetched.unwrap_or(now));
    let is_lead = |found: &&Extracted<String>| found.provenance == Provenance::Lead;
    let without_leads = move || written.iter().filter(move |found| !is_lead(found));
    let absolutes = without_leads().filter_map(move |found| match absolute(found) {
        // Relative dates follow below.
        Err(_) if relative(found).is_some() => None,
        dated => Some(candidate(found, dated)),
    });
    let relatives =
        without_leads().filter_map(move |found| Some(candidate(found, Ok(relative(found)?))));
    let leads = written.iter().filter(is_lead).map(move |found| {
        let lead = candidate(found, absolute(found));
        let dated = lead.found.value.dated.as_ref();
        let day = dated.map(|dated| dated.format_in(zone)).unwrap_or_default();
        lead.note(EVENT).doubt(format!("is the day of the event ({day}), not of publication"))
    });
    absolutes.chain(relatives).chain(leads)
}

/// The valid dates, best first.
pub fn trusted_dates(
    written: &[Extracted<String>],
    zone: Tz,
    now: DateTime<Utc>,
    fetched: Option<DateTime<Utc>>,
) -> Vec<DatedEvidence> {
    let all = candidates(written, zone, now, fetched);
    all.filter_map(|candidate| candidate.found.value.dated).collect()
}

/// An error message without the quoted text, which is printed next to it. The messages quote its
/// first 80 characters.
fn without_quotation(error: &str, text: &str) -> String {
    let quoted = format!("{:?}", text.chars().take(80).collect::<String>());
    let sentence = error.replace(&quoted, "it");
    sentence.strip_prefix("it ").map(str::to_owned).unwrap_or(sentence)
}

/// The absolute date of a text.
fn absolute(
    found: &Extracted<String>,
    zone: Tz,
    now: DateTime<Utc>,
    fetched: Option<DateTime<Utc>>,
) -> Result<DatedEvidence, String> {
    let (at, precision) = date::read(&found.value, zone, now).map_err(|error| error.to_string())?;
    let dated = DatedEvidence { at, precision, from: found.provenance.clone() };
    let outside = fetched.filter(|_| dated.from.is_outside());
    if outside.is_some_and(|at| dated.is_clock(at)) {
        return Err("is the minute at which the page was fetched: the page's clock".to_owned());
    }
    // A real day without a time loses nothing: the article was first seen on it.
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    if dated.precision == DatePrecision::Day && outside.is_some_and(|at| day(at) == day(dated.at)) {
        return Err("is the day on which the page was fetched: the page's clock".to_owned());
    }
    Ok(dated)
}

/// The relative date of a text: `3 giờ trước`, `hôm qua`.
fn relative(found: &Extracted<String>, zone: Tz, now: DateTime<Utc>) -> Option<DatedEvidence> {
    let (at, precision) = date::relative::read(&found.value, zone, now)?;
    Some(DatedEvidence { at, precision, from: found.provenance.clone() })
}

impl DatedEvidence {
    /// Whether it is the time at which its page was fetched.
    pub fn is_clock(&self, fetched: DateTime<Utc>) -> bool {
        self.precision != DatePrecision::Day && (self.at - fetched).abs() <= CLOCK
    }

    /// Formats the date for operators, in a time zone.
    pub fn format_in(&self, zone: Tz) -> String {
        let format = match self.precision {
            DatePrecision::Day => "%Y-%m-%d",
            DatePrecision::Minute => "%Y-%m-%d %H:%M %:z",
            DatePrecision::Second => "%Y-%m-%d %H:%M:%S %:z",
        };
        self.at.with_timezone(&zone).format(format).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_core::{ExplainedField, FieldChoices, ValueVerdict};
    use chrono_tz::Asia::Ho_Chi_Minh;

    #[track_caller]
    fn check(written: &[(&str, Provenance)], expected: &[(&str, Provenance)]) {
        let now: DateTime<Utc> = "2026-11-24T03:00:00Z".parse().unwrap();
        let fetched = now + TimeDelta::seconds(70);
        let found: Vec<_> = written
            .iter()
            .map(|(text, from)| Extracted::new((*text).to_owned(), from.clone()))
            .collect();
        let dated = trusted_dates(&found, Ho_Chi_Minh, now, Some(fetched));
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
                ("Thứ ba, 24/11/2026", Provenance::above_title(None)),
                ("Cập nhật: 24/11/2026", below.clone()),
                ("Cập nhật: 24/11/2026 08:30", below.clone()),
                ("24/11/2026", beside.clone()),
                ("Cập nhật: 23/11/2026 10:00", below.clone()),
            ],
            &[
                ("2026-11-24 10:01", beside.clone()),
                ("2026-11-24 08:30", below.clone()),
                ("2026-11-24 00:00", beside),
                ("2026-11-23 10:00", below),
            ],
        );
    }

    /// Checks the dates of an explanation: verdict, place, reason.
    #[track_caller]
    fn explained(written: &[(&str, &str)], expected: &[(ValueVerdict, &str, &str)]) {
        let now = "2026-11-24T03:00:00Z".parse().unwrap();
        let found =
            |(text, from): &(&str, &str)| Extracted::new((*text).to_owned(), from.parse().unwrap());
        let found: Vec<_> = written.iter().map(found).collect();
        let mut choices = FieldChoices::explained(str::to_owned);
        let taken = choices.take(ExplainedField::Date, candidates(&found, Ho_Chi_Minh, now, None));
        let best = trusted_dates(&found, Ho_Chi_Minh, now, None).into_iter().next();
        assert_eq!(taken.and_then(|taken| taken.value.dated), best);
        let explanation = choices.into_explanation();
        let told = explanation.of(ExplainedField::Date).into_iter();
        let told = told.map(|c| (c.verdict, c.from.as_str(), c.why.as_deref().unwrap_or_default()));
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn each_date_is_taken_agrees_or_has_its_reason() {
        use ValueVerdict::{Agrees, PassedOver, Taken};
        explained(
            &[
                ("Cập nhật", "label:Cập nhật"),
                ("10/01/2023 hoặc 12/02/2023", "platform:x date"),
                ("31/02/2023", "meta:date"),
                ("Mon, 10/01/2023", "markup:beside title"),
                ("10/01/1930", "json-ld:datePublished"),
                ("10/01/2030", "meta:pubdate"),
                ("10/01/2023 08:30", "teaser"),
                ("10/01/2023", "label:Ngày đăng"),
                ("11/01/2023", "url"),
                ("ngày 08/01/2023", "lead"),
            ],
            &[
                (Taken, "teaser", ""),
                (PassedOver, "label:Cập nhật", "there is no date in it"),
                (
                    PassedOver,
                    "platform:x date",
                    "contains different dates, and no label marks the day of publication",
                ),
                (PassedOver, "meta:date", "names a day or a time that does not exist"),
                (PassedOver, "markup:beside title", "the weekday in it contradicts the date"),
                (PassedOver, "json-ld:datePublished", "is before 1990"),
                (PassedOver, "meta:pubdate", "is more than a day in the future"),
                (Agrees, "label:Ngày đăng", "is the same day"),
                (PassedOver, "url", "is less reliable than teaser; parsed as 2023-01-11"),
                (PassedOver, "lead", "is the day of the event (2023-01-08), not of publication"),
            ],
        );
        explained(&[("ngày 08/01/2023", "lead")], &[(Taken, "lead", EVENT)]);
        explained(&[], &[]);
    }
}
