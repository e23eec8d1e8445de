//! The `Date` of responses (RFC 9110 section 6.6.1): the clocks of hosts, for the guard of ours.
//!
//! A response that a shared cache has kept has the date of its origin; `Age` tells for how long it
//! was kept (RFC 9111 section 5.1). Replies to messages do not count, because strangers choose
//! their receivers.

use super::freshness_lifetime::{date, seconds, text};
use bantin_core::clock::Clock;
use bantin_core::clock_witness::HostClock;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{AGE, DATE, HeaderMap};
use url::Url;

/// The longest time in a cache that is corrected by `Age`. Beyond it the error of the sum is
/// unknown.
const MAX_AGE: TimeDelta = TimeDelta::days(1);

/// Records the clock that a response shows.
pub(super) fn observe(clock: &Clock, url: &Url, response: &reqwest::Response) {
    let Some((guard, time)) = clock.guard().zip(time(response.headers())) else { return };
    let address = response.remote_addr().map(|address| address.ip());
    guard.observe(|received| HostClock::new(url, address, time, received));
}

/// The time at which a response was sent, according to its header.
fn time(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let age = match text(headers, AGE) {
        Some(age) => TimeDelta::from_std(seconds(age)?).ok().filter(|age| *age <= MAX_AGE)?,
        None => TimeDelta::zero(),
    };
    date(headers, DATE)?.checked_add_signed(age)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderName;

    #[track_caller]
    fn check(fields: &[(&'static str, &str)], expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        assert_eq!(time(&headers), expected.map(|at| at.parse().unwrap()), "{fields:?}");
    }

    #[test]
    fn a_date_is_corrected_by_its_age_in_a_cache() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        check(&[date], Some("1994-11-06T08:49:37Z"));
        check(&[date, ("age", "0")], Some("1994-11-06T08:49:37Z"));
        check(&[date, ("age", "3600")], Some("1994-11-06T09:49:37Z"));
        check(&[date, ("age", "90000")], None);
        check(&[date, ("age", "long")], None);
        check(&[("date", "Sunday, 06-Nov-94 08:49:37 GMT")], Some("1994-11-06T08:49:37Z"));
        check(&[("date", "yesterday")], None);
        check(&[], None);
    }
}
