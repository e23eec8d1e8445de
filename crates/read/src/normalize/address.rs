//! Normalizes the URLs of an article: absolute, http(s), without tracking parameters.

use bantin_core::PublicUrl;
use url::Url;

/// Query parameters that track readers.
const TRACKERS: [&str; 6] = ["fbclid", "gclid", "zarsrc", "mc_cid", "mc_eid", "_ga"];

/// Resolves `written` against `base` to a public URL.
///
/// The scheme is checked after resolving, because only the URL parser recognizes `java\nscript:`
/// and the like.
pub fn public(written: &str, base: &Url) -> Option<PublicUrl> {
    let written = written.trim();
    if written.is_empty() {
        return None;
    }
    PublicUrl::try_from(untracked(base.join(written).ok()?)).ok()
}

/// Removes tracking parameters from a URL. A URL without any keeps its bytes.
pub fn untracked(mut url: Url) -> Url {
    let is_tracker = |name: &str| name.starts_with("utm_") || TRACKERS.contains(&name);
    if !url.query_pairs().any(|(name, _)| is_tracker(&name)) {
        return url;
    }
    let query = url.query().unwrap_or_default().to_owned();
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !is_tracker(pair.split('=').next().unwrap_or_default()))
        .collect();
    url.set_query((!kept.is_empty()).then(|| kept.join("&")).as_deref());
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_absolute_public_and_do_not_track() {
        let base: Url = "https://a.gov.vn/tin/x.aspx?ID=7".parse().unwrap();
        #[track_caller]
        fn check(base: &Url, written: &str, expected: Option<&str>) {
            assert_eq!(public(written, base).as_ref().map(PublicUrl::as_str), expected);
        }
        check(&base, " /a b.pdf ", Some("https://a.gov.vn/a%20b.pdf"));
        check(
            &base,
            "y.aspx?ID=8&utm_source=x&a=%20+1",
            Some("https://a.gov.vn/tin/y.aspx?ID=8&a=%20+1"),
        );
        check(&base, "//b.vn/?fbclid=1", Some("https://b.vn/"));
        check(&base, "java\nscript:alert(1)", None);
        check(&base, "data:text/html,x", None);
        check(&base, "", None);
    }
}
