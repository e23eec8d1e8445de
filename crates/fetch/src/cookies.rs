//! The cookies of the sources that keep them (RFC 6265), in memory.
//!
//! Each source has its own jar, so that a site cannot link two sources. A cookie is sent only to
//! the very host that set it, whatever its `Domain`. We do not know which domains belong to one
//! agency and which to all: a cookie of `gov.vn` would show one agency's session to every other.

use bantin_core::Slug;
use cookie_store::{CookieStore, RawCookie};
use reqwest::header::{HeaderMap, HeaderValue, SET_COOKIE};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// The maximum number of cookies per source; RFC 6265 section 6.1 requires at least 50 per host.
const MAX_COOKIES: usize = 50;
/// The longest cookie in bytes, with its name and attributes (RFC 6265 section 6.1).
const MAX_COOKIE: usize = 4096;

/// The jars of all sources.
#[derive(Default)]
pub(super) struct CookieJars(Mutex<HashMap<Slug, CookieJar>>);

impl CookieJars {
    /// Returns the jar of a source; creates it on first use.
    pub(super) fn of(&self, source: &Slug) -> CookieJar {
        let mut jars = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jars.entry(source.clone()).or_default().clone()
    }
}

/// The cookies of one source. Clones share them.
#[derive(Clone, Default)]
pub(super) struct CookieJar(Arc<Mutex<CookieStore>>);

impl CookieJar {
    /// The cookies for a URL, as one `Cookie` field (RFC 6265 section 5.4).
    pub(super) fn header_for(&self, url: &Url) -> Option<String> {
        let jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut pairs: Vec<String> =
            jar.get_request_values(url).map(|(name, value)| format!("{name}={value}")).collect();
        // The store has no order; the same cookies must give the same field.
        pairs.sort();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Stores the cookies that a response sets. Skips invalid cookies and those over the limits, as
    /// browsers do.
    pub(super) fn keep(&self, url: &Url, headers: &HeaderMap) {
        let mut jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for field in headers.get_all(SET_COOKIE).iter().take(MAX_COOKIES) {
            let Some(cookie) = read(field) else { continue };
            let host = url.host_str().unwrap_or_default();
            let is_known = jar.iter_any().any(|kept| kept.name() == cookie.name());
            if is_known || jar.iter_any().count() < MAX_COOKIES {
                // The cookie store itself rejects cookies for another path or scheme.
                let kept = jar.insert_raw(&cookie, url).is_ok();
                tracing::trace!(host, kept, "a cookie was set");
            }
        }
    }
}

fn read(field: &HeaderValue) -> Option<RawCookie<'static>> {
    let text = std::str::from_utf8(field.as_bytes()).ok();
    let text = text.filter(|text| text.len() <= MAX_COOKIE)?;
    let mut cookie = RawCookie::parse(text).ok()?.into_owned();
    cookie.unset_domain();
    Some(cookie)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(jar: &CookieJar, url: &str, cookies: &[&str]) {
        let fields = cookies.iter().map(|text| (SET_COOKIE, HeaderValue::from_str(text).unwrap()));
        let mut headers = HeaderMap::new();
        fields.for_each(|(name, value)| {
            headers.append(name, value);
        });
        jar.keep(&url.parse().unwrap(), &headers);
    }

    #[track_caller]
    fn check(jar: &CookieJar, url: &str, expected: Option<&str>) {
        assert_eq!(jar.header_for(&url.parse().unwrap()).as_deref(), expected, "{url}");
    }

    #[test]
    fn a_cookie_goes_to_its_host_its_path_and_over_tls_where_it_must() {
        let jar = CookieJar::default();
        let cookies =
            ["a=1", "b=2; Path=/tin", "c=3; Secure", "d=4; Domain=gov.vn", "e=5; Max-Age=0"];
        keep(&jar, "https://x.gov.vn/tin/1", &cookies);
        check(&jar, "https://x.gov.vn/tin/2", Some("a=1; b=2; c=3; d=4"));
        check(&jar, "http://x.gov.vn/tin/2", Some("a=1; b=2; d=4"));
        check(&jar, "https://x.gov.vn/", None);
        check(&jar, "https://y.gov.vn/tin/2", None);
        check(&jar, "https://gov.vn/tin/2", None);
        check(&jar, "https://a.x.gov.vn/tin/2", None);
    }

    #[test]
    fn a_cookie_is_replaced_and_taken_back() {
        let jar = CookieJar::default();
        keep(&jar, "http://x.gov.vn/", &["a=1", "b=1"]);
        keep(&jar, "http://x.gov.vn/", &["a=2", "b=; Max-Age=0"]);
        check(&jar, "http://x.gov.vn/", Some("a=2"));
    }

    #[test]
    fn a_host_cannot_fill_the_memory() {
        let jar = CookieJar::default();
        let many: Vec<String> = (0..200).map(|n| format!("c{n}={}", "x".repeat(3000))).collect();
        for many in many.chunks(40) {
            keep(&jar, "http://x.gov.vn/", &many.iter().map(String::as_str).collect::<Vec<_>>());
        }
        keep(&jar, "http://x.gov.vn/", &[&format!("c1={}", "y".repeat(5000))]);
        let shown = jar.header_for(&"http://x.gov.vn/".parse().unwrap()).unwrap();
        assert_eq!(shown.matches("x=").count() + shown.matches("c").count(), MAX_COOKIES);
        assert!(!shown.contains('y'));
    }

    #[test]
    fn sources_do_not_share_a_jar() {
        let jars = CookieJars::default();
        keep(&jars.of(&"a".parse().unwrap()), "http://x.gov.vn/", &["a=1"]);
        check(&jars.of(&"a".parse().unwrap()), "http://x.gov.vn/", Some("a=1"));
        check(&jars.of(&"b".parse().unwrap()), "http://x.gov.vn/", None);
    }
}
