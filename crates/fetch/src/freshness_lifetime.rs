//! The freshness lifetime of a response (RFC 9111 section 4.2), for a private cache.

use chrono::{DateTime, Utc};
use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName};
use std::time::Duration;

/// Returns the remaining freshness of a response received at `now`. `None` if it has no usable
/// lifetime: it must not be reused (`no-cache`, `no-store`), claims to be valid forever
/// (`immutable`), has expired or states none. `s-maxage` is for shared caches.
pub(super) fn response_lifetime(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let control = headers.get_all(CACHE_CONTROL).iter().filter_map(|field| field.to_str().ok());
    let control = control.collect::<Vec<_>>().join(",");
    let mut max_age = None;
    for directive in control.split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-cache" | "no-store" | "immutable" => return None,
            // If there are several values, the first one is used (section 4.2.1).
            "max-age" if max_age.is_none() => {
                max_age = Some(seconds(value.trim_matches(['"', ' '])))
            }
            _ => {}
        }
    }
    let lifetime = match max_age {
        Some(max_age) => max_age?,
        None => {
            let begins = date(headers, DATE).unwrap_or(now);
            (date(headers, EXPIRES)? - begins).to_std().ok()?
        }
    };
    let age = text(headers, AGE).and_then(seconds).unwrap_or_default();
    lifetime.checked_sub(age).filter(|left| !left.is_zero())
}

/// Parses a number of seconds; one with too many digits is still a long time.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| Duration::from_secs(text.parse().unwrap_or(u64::from(u32::MAX))))
}

/// Parses a date in one of the three HTTP formats (RFC 9110 section 5.6.7).
pub(super) fn date(headers: &HeaderMap, name: HeaderName) -> Option<DateTime<Utc>> {
    httpdate::parse_http_date(text(headers, name)?.trim()).ok().map(DateTime::from)
}

pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fields: &[(&'static str, &str)], expected: Option<u64>) {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        let now = "1994-11-06T08:49:37Z".parse().unwrap();
        let found = response_lifetime(&headers, now).map(|left| left.as_secs());
        assert_eq!(found, expected, "{fields:?}");
    }

    #[test]
    fn an_answer_is_fresh_for_its_age_at_most() {
        check(&[], None);
        check(&[("cache-control", "max-age=600")], Some(600));
        check(&[("cache-control", "public, Max-Age=\"600\"")], Some(600));
        check(&[("cache-control", "public"), ("cache-control", "max-age=600")], Some(600));
        check(&[("cache-control", "max-age=600, max-age=5")], Some(600));
        check(&[("cache-control", "max-age=600"), ("age", "200")], Some(400));
        check(&[("cache-control", "max-age=600"), ("age", "600")], None);
        check(&[("cache-control", "max-age=600"), ("age", "long")], Some(600));
        check(&[("cache-control", "max-age=99999999999999999999999")], Some(u64::from(u32::MAX)));
        check(&[("cache-control", "max-age=0")], None);
        check(&[("cache-control", "max-age=-1")], None);
        check(&[("cache-control", "s-maxage=600")], None);
        check(&[("cache-control", "no-cache, max-age=600")], None);
        check(&[("cache-control", "max-age=600, no-store")], None);
        check(&[("cache-control", "max-age=31536000, immutable")], None);
        check(&[("cache-control", "private=\"set-cookie\", max-age=60")], Some(60));
    }

    #[test]
    fn an_expiry_counts_from_the_date_of_the_answer() {
        let date = ("date", "Sun, 06 Nov 1994 08:00:00 GMT");
        for expires in [
            "Sun, 06 Nov 1994 08:10:00 GMT",
            "Sunday, 06-Nov-94 08:10:00 GMT",
            "Sun Nov  6 08:10:00 1994",
        ] {
            check(&[date, ("expires", expires)], Some(600));
        }
        // The host's clock is wrong in both fields.
        check(&[("expires", "Sun, 06 Nov 1994 08:50:37 GMT")], Some(60));
        check(&[date, ("expires", "0")], None);
        check(&[date, ("expires", "-1")], None);
        check(&[date, ("expires", "Sun, 06 Nov 1994 07:00:00 GMT")], None);
        check(&[date, ("expires", "Sun, 06 Nov 1994 08:10:00 GMT"), ("age", "60")], Some(540));
        let max_age = ("cache-control", "max-age=5");
        check(&[date, ("expires", "Sun, 06 Nov 1994 08:10:00 GMT"), max_age], Some(5));
    }
}
