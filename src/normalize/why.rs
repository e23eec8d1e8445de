//! What was considered on the way from a draft to an article, told to those who ask. Nothing is chosen here.

use super::publication::{self, Dated};
use super::{address, authorship, text};
use crate::model::{
    Candidate, Found, Image, Precision, Provenance, PublicUrl, RawAttachment, Subject, Trace,
    Verdict, less_sure,
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use url::Url;

/// What is to be said of the date of a lead, where there is no other.
const EVENT: &str = "is the day of the event, not of publication: a last resort, because nothing better stands on the page";

/// A date as an operator reads it.
fn written(instant: DateTime<Utc>, precision: Precision, zone: Tz) -> String {
    let local = instant.with_timezone(&zone);
    match precision {
        Precision::Day => local.format("%Y-%m-%d").to_string(),
        Precision::Minute => local.format("%Y-%m-%d %H:%M %:z").to_string(),
        Precision::Second => local.format("%Y-%m-%d %H:%M:%S %:z").to_string(),
    }
}

/// Tells the dates: which was the first that can be believed, and what is wrong with those before it.
pub(super) fn dates(
    trace: &Trace,
    (all, fetched): (&[Found<String>], Option<DateTime<Utc>>),
    zone: Tz,
    first_seen: DateTime<Utc>,
    chosen: Option<&Dated>,
) {
    if !trace.is_on() {
        return;
    }
    let mut is_told = false;
    for found in all {
        let is_event = found.provenance == Provenance::Lead;
        let read = read(found, zone, first_seen, fetched);
        let told =
            |verdict| Candidate::new(Subject::Date, verdict, &found.provenance, &found.value);
        let passed = |why: String| told(Verdict::PassedOver).because(why);
        let said = match (&read, chosen) {
            (Err(error), _) => passed(unread(error, &found.value)),
            (Ok(dated), Some(chosen)) if dated == chosen && !is_told => {
                is_told = true;
                let told = told(Verdict::Taken);
                if is_event { told.because(EVENT) } else { told }
            }
            (Ok(dated), Some(chosen)) if day(dated, zone) == day(chosen, zone) => {
                told(Verdict::Agrees).because("is the same day")
            }
            (Ok(dated), _) if is_event => {
                let day = written(dated.at, dated.precision, zone);
                passed(format!("is the day of the event ({day}), not of publication"))
            }
            (Ok(dated), Some(chosen)) => {
                let day = written(dated.at, dated.precision, zone);
                passed(format!("{}; it says {day}", less_sure(&chosen.from)))
            }
            (Ok(_), None) => told(Verdict::PassedOver),
        };
        trace.tell(|| said);
        if let Some(dated) = read.ok().filter(|_| is_event) {
            trace.tell(|| {
                let day = written(dated.at, dated.precision, zone);
                Candidate::new(Subject::Event, Verdict::Taken, &found.provenance, &day)
            });
        }
    }
    if chosen.is_none() {
        trace.tell(|| {
            let day = written(first_seen, Precision::Second, zone);
            let why = "is when the page was first seen, because no date on it can be believed";
            Candidate::new(Subject::Date, Verdict::Taken, Provenance::FirstSeen, &day).because(why)
        });
    }
}

/// What a text says, on the clock or counted from the day on which it was read.
fn read(
    found: &Found<String>,
    zone: Tz,
    first_seen: DateTime<Utc>,
    fetched: Option<DateTime<Utc>>,
) -> Result<Dated, String> {
    publication::absolute(found, zone, first_seen, fetched).or_else(|error| {
        let now = fetched.unwrap_or(first_seen);
        publication::relative(found, zone, now).ok_or(error)
    })
}

fn day(dated: &Dated, zone: Tz) -> NaiveDate {
    dated.at.with_timezone(&zone).date_naive()
}

/// What is wrong with a date, where its text stands beside it.
fn unread(error: &str, text: &str) -> String {
    // The messages quote the first 80 characters.
    let quoted = format!("{:?}", text.chars().take(80).collect::<String>());
    let said = error.replace(&quoted, "it");
    match said.strip_prefix("it ") {
        Some(rest) => rest.to_owned(),
        None => said,
    }
}

/// Tells the address: the page's own, and the one that it names.
pub(super) fn address(trace: &Trace, page: &Url, canonical: Option<&Found<Url>>) {
    if !trace.is_on() {
        return;
    }
    let why = canonical.and_then(|found| super::canonical_fault(page, &found.value));
    let believed = canonical.filter(|_| why.is_none());
    if let Some(found) = canonical {
        trace.tell(|| {
            let verdict = if why.is_none() { Verdict::Taken } else { Verdict::PassedOver };
            let told =
                Candidate::new(Subject::Url, verdict, &found.provenance, found.value.as_str());
            Candidate { why: why.map(str::to_owned), ..told }
        });
    }
    trace.tell(|| {
        let told = |verdict| Candidate::new(Subject::Url, verdict, Provenance::Url, page.as_str());
        let untracked = address::untracked(page.clone());
        match believed {
            Some(found) if address::untracked(found.value.clone()) == untracked => {
                told(Verdict::Agrees)
            }
            Some(found) => told(Verdict::PassedOver).because(less_sure(&found.provenance)),
            None if untracked != *page => told(Verdict::Taken)
                .because("without the parameters that say where a reader came from"),
            None => told(Verdict::Taken),
        }
    });
}

/// An author and a source line.
type Names = (Option<Found<String>>, Option<Found<String>>);

/// Tells what became of the names that the page gives, when people were told from organisations.
pub(super) fn names(trace: &Trace, before: &Names, after: &Names) {
    let is_of = |one: &Option<Found<String>>, other: &Found<String>| {
        one.as_ref().is_some_and(|one| one.provenance == other.provenance)
    };
    let sides = [
        (Subject::Author, &before.0, &after.0, Subject::Source, &after.1),
        (Subject::Source, &before.1, &after.1, Subject::Author, &after.0),
    ];
    let nobody = |name: &str| authorship::fault(&Found::new(name.to_owned(), Provenance::Generic));
    for (subject, before, after, other_subject, other) in sides {
        trace.judge(subject, nobody);
        let Some(named) = before else { continue };
        if is_of(after, named) {
            continue;
        }
        let is_moved = is_of(other, named);
        trace.overrule(subject, || match (authorship::fault(named), subject) {
            (Some(fault), _) => fault.to_owned(),
            (None, Subject::Author) if is_moved => {
                "is an organisation, so it is the source".to_owned()
            }
            (None, Subject::Author) => "is an organisation, and the source is known".to_owned(),
            (None, _) => "is a person, so it is the author".to_owned(),
        });
        if let Some(moved) = other.as_ref().filter(|_| is_moved) {
            trace.tell(|| {
                let from = &moved.provenance;
                Candidate::new(other_subject, Verdict::Taken, from, &moved.value)
            });
        }
    }
}

/// Tells the summary, where it is not what the page calls one.
pub(super) fn summary(
    trace: &Trace,
    told: Option<&str>,
    title: &str,
    taken: Option<&Found<String>>,
) {
    let body = taken.filter(|taken| taken.provenance == Provenance::Body);
    if told.is_some() && (body.is_some() || taken.is_none()) {
        trace.overrule(Subject::Summary, || {
            let repeats = told.is_some_and(|told| text::line(told) == title);
            if repeats { "repeats the title" } else { "is empty once it is plain text" }.to_owned()
        });
    }
    if let Some(body) = body {
        trace.tell(|| {
            Candidate::new(Subject::Summary, Verdict::Taken, &body.provenance, &body.value)
                .because("is the first line of the text that is long enough")
        });
    }
}

/// Tells the pictures: those that are kept, and those beside the body that readers could not reach.
pub(super) fn images(trace: &Trace, kept: &[Image], beside: &[(Url, Option<String>)]) {
    if !trace.is_on() {
        return;
    }
    let is_beside =
        |url: &PublicUrl| beside.iter().any(|(other, _)| other.as_str() == url.as_str());
    for image in kept {
        let from = if is_beside(&image.url) { "teaser or metadata" } else { "body" };
        trace.tell(|| Candidate::new(Subject::Images, Verdict::Taken, from, image.url.as_str()));
    }
    for (url, _) in beside.iter().filter(|(url, _)| PublicUrl::try_from(url.clone()).is_err()) {
        trace.tell(|| {
            let from = "teaser or metadata";
            Candidate::new(Subject::Images, Verdict::PassedOver, from, url.as_str())
                .because("is no address for readers")
        });
    }
}

/// Tells the files that readers could not reach.
pub(super) fn attachments(trace: &Trace, raw: &[RawAttachment]) {
    if !trace.is_on() {
        return;
    }
    for file in raw.iter().filter(|file| PublicUrl::try_from(file.url.clone()).is_err()) {
        trace.drop_value(Subject::Attachments, file.url.as_str(), "is no address for readers");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Explanation;

    fn found(value: &str, from: &str) -> Found<String> {
        Found::new(value.to_owned(), from.parse().unwrap())
    }

    fn told(explanation: &Explanation, subject: Subject) -> Vec<(Verdict, &str, Option<&str>)> {
        let all = explanation.of(subject);
        all.iter().map(|c| (c.verdict, c.from.as_str(), c.why.as_deref())).collect()
    }

    fn explained(all: &[(&str, &str)], chosen: bool) -> Explanation {
        let all: Vec<_> = all.iter().map(|(value, from)| found(value, from)).collect();
        let trace = Trace::on();
        let seen = "2026-11-24T03:00:00Z".parse().unwrap();
        let zone = chrono_tz::Asia::Ho_Chi_Minh;
        let believed = publication::believable(&all, zone, seen, None);
        assert_eq!(!believed.is_empty(), chosen);
        dates(&trace, (&all, None), zone, seen, believed.first());
        trace.explanation()
    }

    #[test]
    fn each_date_is_read_agrees_or_has_its_reason() {
        let all = [
            ("Cập nhật", "label:Cập nhật"),
            ("10/01/2023 hoặc 12/02/2023", "platform:x date"),
            ("31/02/2023", "meta:date"),
            ("Thứ hai, 10/01/2023", "markup:beside title"),
            ("10/01/1930", "json-ld:datePublished"),
            ("10/01/2030", "meta:pubdate"),
            ("10/01/2023 08:30", "teaser"),
            ("10/01/2023", "label:Ngày đăng"),
            ("11/01/2023", "url"),
            ("ngày 08/01/2023", "lead"),
        ];
        let explanation = explained(&all, true);
        use Verdict::{Agrees, PassedOver, Taken};
        assert_eq!(
            told(&explanation, Subject::Date),
            [
                (Taken, "teaser", None),
                (PassedOver, "label:Cập nhật", Some("there is no date in it")),
                (
                    PassedOver,
                    "platform:x date",
                    Some(
                        "holds different dates, and no label tells which is the day of publication"
                    )
                ),
                (PassedOver, "meta:date", Some("names a day or a time that does not exist")),
                (PassedOver, "markup:beside title", Some("the weekday in it contradicts the date")),
                (PassedOver, "json-ld:datePublished", Some("is before 1990")),
                (PassedOver, "meta:pubdate", Some("lies more than a day in the future")),
                (Agrees, "label:Ngày đăng", Some("is the same day")),
                (PassedOver, "url", Some("is less sure than teaser; it says 2023-01-11")),
                (
                    PassedOver,
                    "lead",
                    Some("is the day of the event (2023-01-08), not of publication")
                ),
            ]
        );
        assert_eq!(explanation.of(Subject::Event)[0].value, "2023-01-08");
    }

    #[test]
    fn the_day_of_the_event_and_the_day_of_arrival_are_told_as_such() {
        let event = explained(&[("ngày 08/01/2023", "lead")], true);
        let (verdict, _, why) = told(&event, Subject::Date)[0];
        assert_eq!(verdict, Verdict::Taken);
        assert_eq!(why, Some(EVENT));
        let none = explained(&[], false);
        let (_, from, why) = told(&none, Subject::Date)[0];
        assert_eq!(from, "first-seen");
        assert!(why.unwrap().contains("no date on it can be believed"));
    }

    #[test]
    fn names_that_are_none_and_names_that_change_places_are_told() {
        #[track_caller]
        fn check(author: &str, source: &str, expected: [Option<&str>; 2]) {
            let name = |label: &str, name: &str| {
                (!name.is_empty()).then(|| found(name, &format!("label:{label}")))
            };
            let before = (name("Tác giả", author), name("Nguồn tin", source));
            let trace = Trace::on();
            trace.field(Subject::Author, before.0.as_ref(), [], text::fold);
            trace.field(Subject::Source, before.1.as_ref(), [], text::fold);
            let after = authorship::settle(before.0.clone(), before.1.clone());
            names(&trace, &before, &after);
            let explanation = trace.explanation();
            let why = |subject| {
                let all = explanation.of(subject);
                all.iter().find_map(|c| c.why.clone())
            };
            let told = [why(Subject::Author), why(Subject::Source)];
            assert_eq!(told.each_ref().map(Option::as_deref), expected, "{author} / {source}");
        }
        check("admin", "", [Some("is a login or a common signature, not a name"), None]);
        check("- / -", "", [Some("holds no name"), None]);
        check(&"Lê A ".repeat(40), "", [Some("is too long for a name"), None]);
        check("Ban Biên tập", "", [Some("is an organisation, so it is the source"), None]);
        check("Ban Biên tập", "TTXVN", [Some("is an organisation, and the source is known"), None]);
        check("", "Triệu Thị Hương", [None, Some("is a person, so it is the author")]);
        check("Lê Văn An", "TTXVN", [None, None]);
        let trace = Trace::on();
        let taken = found("Lê Văn An", "body");
        let login = found("Quản trị viên", "platform:x author");
        trace.field(Subject::Author, Some(&taken), [(login, None)], text::fold);
        names(&trace, &(Some(taken.clone()), None), &(Some(taken), None));
        let explanation = trace.explanation();
        let why = explanation.of(Subject::Author)[1].why.as_deref();
        assert_eq!(why, Some("is a login or a common signature, not a name"));
    }

    #[test]
    fn an_address_that_the_page_names_is_believed_on_its_own_host_only() {
        #[track_caller]
        fn check(canonical: &str, expected: (Verdict, Option<&str>)) {
            let trace = Trace::on();
            let page = "https://a.gov.vn/tin/7?utm_source=x".parse().unwrap();
            let from = Provenance::Markup("canonical".into());
            let canonical = Found::new(canonical.parse().unwrap(), from);
            address(&trace, &page, Some(&canonical));
            let explanation = trace.explanation();
            let all = told(&explanation, Subject::Url);
            let (verdict, _, why) =
                all.into_iter().find(|(_, from, _)| *from == "markup:canonical").unwrap();
            assert_eq!((verdict, why), expected, "{}", canonical.value);
        }
        check("https://a.gov.vn/tin/7", (Verdict::Taken, None));
        check("https://a.gov.vn/", (Verdict::PassedOver, Some("is the site, not a page of it")));
        check("https://b.vn/7", (Verdict::PassedOver, Some("leads to another host")));
    }
}
