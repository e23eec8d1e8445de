//! The rules of a site's robots.txt (RFC 9309), and how long they apply.
//!
//! Before the first page of a site is requested, its robots.txt must be known. `ask` fetches it,
//! `rules` parses it, [`is_due`] tells whether a stored one must be fetched again, and
//! [`check_url`] applies it to a page. Each hop of a redirect is checked against the rules of its
//! own site.
//!
//! A response is valid for a day, and is stored for all processes. A missing file (4xx) disallows
//! nothing. If the site cannot answer (5xx, no response), no page of it is requested, unless its
//! last response is younger than 30 days: then that one still applies.
//!
//! `Crawl-delay` extends the delay of the host, up to a minute. Other hosts on the same address
//! keep theirs.

mod ask;
mod rules;

use rules::{MAX_BYTES, RobotsRules};

use super::error::FetchError;
use super::redact::redacted;
use bantin_core::{RobotsRecord, retry};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use url::Url;

/// The validity of a response (RFC 9309 section 2.4).
const FRESH_FOR: TimeDelta = TimeDelta::hours(24);
/// The validity of the last response while the site cannot answer (section 2.3.1.4).
const STALE_FOR: TimeDelta = TimeDelta::days(30);
/// The longest delay between two requests that a site can set. A longer `Crawl-delay` is usually a
/// mistake, and would outlast the visit.
const MAX_DELAY: Duration = Duration::from_secs(60);

/// The site of a URL: the scope of one robots.txt (RFC 9309 section 2.3).
pub(super) fn site(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The URL of the robots.txt that governs a page.
pub(super) fn address(url: &Url) -> Url {
    let mut address = url.clone();
    address.set_path("/robots.txt");
    address.set_query(None);
    address.set_fragment(None);
    address
}

/// The record after a successful request.
pub(super) fn success_record(file: Bytes, now: DateTime<Utc>) -> RobotsRecord {
    RobotsRecord { response: Some((file, now)), tried: now, last_error: None }
}

/// The record after a failed request: the previous response stays.
pub(super) fn failure_record(
    before: Option<RobotsRecord>,
    why: String,
    now: DateTime<Utc>,
) -> RobotsRecord {
    RobotsRecord {
        response: before.and_then(|before| before.response),
        tried: now,
        last_error: Some(why),
    }
}

/// Whether robots.txt must be fetched again. A record from the future was stored under a wrong
/// clock.
pub(super) fn is_due(record: &RobotsRecord, now: DateTime<Utc>) -> bool {
    let age = now - record.tried;
    let lasts = match (&record.last_error, applicable_file(record, now)) {
        (None, _) => FRESH_FOR,
        (Some(_), Some(_)) => retry::ROBOTS_WITH_ANSWER,
        (Some(_), None) => retry::ROBOTS_WITHOUT_ANSWER,
    };
    age < TimeDelta::zero() || age >= lasts
}

/// The file that currently applies.
fn applicable_file(record: &RobotsRecord, now: DateTime<Utc>) -> Option<&Bytes> {
    let lasts = if record.last_error.is_none() { FRESH_FOR } else { STALE_FOR };
    let (file, answered) = record.response.as_ref()?;
    (now - *answered < lasts).then_some(file)
}

/// Whether the last response contains a file that still applies while the site cannot answer.
pub(super) fn has_rules(record: &RobotsRecord, now: DateTime<Utc>) -> bool {
    let is_usable = |answered: DateTime<Utc>| now - answered < STALE_FOR;
    record
        .response
        .as_ref()
        .is_some_and(|(file, answered)| !file.is_empty() && is_usable(*answered))
}

/// Returns the delay that the site requires; an error if the page is disallowed.
pub(super) fn check_url(
    record: &RobotsRecord,
    url: &Url,
    agent: &str,
    now: DateTime<Utc>,
) -> Result<Duration, FetchError> {
    let Some(file) = applicable_file(record, now) else {
        let why = record.last_error.clone().unwrap_or_default();
        return Err(FetchError::RobotsUnknown { url: redacted(&address(url)), why });
    };
    let rules = RobotsRules::read(file, agent);
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    match rules.disallowing_pattern(&path) {
        Some(pattern) => {
            let agent = agent.to_owned();
            Err(FetchError::Disallowed { url: redacted(url), pattern, agent })
        }
        None => Ok(capped(rules.delay())),
    }
}

/// The delay that the site requires.
fn delay(record: &RobotsRecord, agent: &str, now: DateTime<Utc>) -> Option<Duration> {
    applicable_file(record, now).map(|file| capped(RobotsRules::read(file, agent).delay()))
}

fn capped(delay: Option<Duration>) -> Duration {
    delay.unwrap_or_default().min(MAX_DELAY)
}

/// A log message about the delay that a new robots.txt requires.
pub(super) fn delay_message(file: &[u8], agent: &str) -> Option<String> {
    let delay = RobotsRules::read(file, agent).delay()?;
    let asked = humantime::format_duration(delay);
    Some(match delay > MAX_DELAY {
        true => format!(
            "sets a Crawl-delay of {asked}; bantin waits {} between requests, because a longer delay would outlast the visit",
            humantime::format_duration(MAX_DELAY)
        ),
        false => {
            format!("sets a Crawl-delay of {asked}, which is respected")
        }
    })
}

/// Whether a file is an HTML page instead of a robots.txt: some sites answer every URL with their
/// home page.
pub(super) fn is_html(file: &[u8]) -> bool {
    let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    file.trim_ascii_start().starts_with(b"<")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    const FORBIDS: &[u8] = b"User-agent: bantin\nDisallow: /noi-bo\nCrawl-delay: 3600";

    #[test]
    fn an_answer_counts_for_a_day_and_for_thirty_where_the_site_cannot_say() {
        let noon = at("2026-11-01T12:00:00Z");
        let good = success_record(Bytes::from_static(FORBIDS), noon);
        assert!(!is_due(&good, noon + TimeDelta::hours(23)));
        assert!(is_due(&good, noon + TimeDelta::hours(24)));
        assert!(is_due(&good, noon - TimeDelta::hours(1)), "stored under a wrong clock");

        let late = noon + TimeDelta::days(29);
        let stale = failure_record(Some(good), "503".to_owned(), late);
        let page = "https://a.gov.vn/noi-bo/1".parse().unwrap();
        let open = "https://a.gov.vn/tin".parse().unwrap();
        let forbidden = check_url(&stale, &page, "bantin", late).unwrap_err();
        assert!(matches!(forbidden, FetchError::Disallowed { .. }), "{forbidden}");
        assert_eq!(check_url(&stale, &open, "bantin", late).unwrap(), MAX_DELAY);
        assert!(!is_due(&stale, late + TimeDelta::minutes(59)));
        assert!(is_due(&stale, late + TimeDelta::hours(1)));

        let later = noon + TimeDelta::days(30);
        let error = check_url(&stale, &open, "bantin", later).unwrap_err();
        assert!(error.to_string().contains("https://a.gov.vn/robots.txt"), "{error}");
        assert!(is_due(&stale, later));
    }

    #[test]
    fn a_site_that_never_answered_is_asked_again_soon_and_for_nothing_else() {
        let noon = at("2026-11-01T12:00:00Z");
        let copy = failure_record(None, "no answer".to_owned(), noon);
        assert!(check_url(&copy, &"https://a.gov.vn/".parse().unwrap(), "bantin", noon).is_err());
        assert!(!is_due(&copy, noon + TimeDelta::seconds(59)));
        assert!(is_due(&copy, noon + TimeDelta::seconds(60)));
    }

    #[test]
    fn a_site_is_its_scheme_host_and_port() {
        let check = |url: &str, expected: &str| assert_eq!(site(&url.parse().unwrap()), expected);
        check("https://A.gov.vn/x?y#z", "https://a.gov.vn");
        check("http://a.gov.vn:8080/", "http://a.gov.vn:8080");
        let page = "http://a.gov.vn:8080/x?y#z".parse().unwrap();
        assert_eq!(address(&page).as_str(), "http://a.gov.vn:8080/robots.txt");
    }

    #[test]
    fn what_the_site_asks_for_is_told() {
        assert!(delay_message(FORBIDS, "bantin").unwrap().contains("waits 1m between requests"));
        assert_eq!(delay_message(b"User-agent: *\nDisallow: /", "bantin"), None);
    }
}
