//! Parses `Link` fields (RFC 8288 section 3) as far as WebSub needs them: the hubs, and the page's
//! own URL.

use bantin_core::HubLinks;
use reqwest::header::{HeaderMap, LINK};
use url::Url;

/// The maximum number of links read.
const MAX_LINKS: usize = 64;
/// The maximum number of hubs kept.
const MAX_HUBS: usize = 4;

/// Returns the hubs and the topic that the response of `page` advertises.
pub(super) fn advertised(headers: &HeaderMap, page: &Url) -> HubLinks {
    let mut found = HubLinks::default();
    let fields = headers.get_all(LINK).iter().filter_map(|field| field.to_str().ok());
    for (target, parameters) in fields.flat_map(links).take(MAX_LINKS) {
        let Ok(url) = page.join(target) else { continue };
        let has = |wanted: &str| relations(parameters).any(|rel| rel.eq_ignore_ascii_case(wanted));
        if has("hub") && found.hubs.len() < MAX_HUBS {
            found.hubs.push(url);
        } else if has("self") && found.topic.is_none() {
            found.topic = Some(url);
        }
    }
    found
}

/// Splits a field into links: each target, and its unparsed parameters.
fn links(field: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = field;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        // A comma in quotes does not separate links.
        let mut is_quoted = false;
        let end = after.find(|c: char| {
            is_quoted ^= c == '"';
            c == ',' && !is_quoted
        });
        let (parameters, more) = after.split_at_checked(end.unwrap_or(after.len()))?;
        rest = more;
        Some((target.trim(), parameters))
    })
}

/// The relation types of a link: only its first `rel` is used (section 3.3).
fn relations(parameters: &str) -> impl Iterator<Item = &str> {
    let rel = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("rel").then(|| value.trim().trim_matches('"'))
    });
    rel.into_iter().flat_map(str::split_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fields: &[&str], hubs: &[&str], topic: Option<&str>) {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(LINK, field.parse().unwrap());
        }
        let found = advertised(&headers, &"https://a.example/tin/rss".parse().unwrap());
        let found_hubs: Vec<_> = found.hubs.iter().map(Url::as_str).collect();
        assert_eq!((found_hubs.as_slice(), found.topic.as_ref().map(Url::as_str)), (hubs, topic));
    }

    #[test]
    fn hubs_and_the_own_address_are_found_among_other_links() {
        check(&[], &[], None);
        check(
            &["<https://hub.example/>; rel=\"hub\", </tin/feed>; rel=self"],
            &["https://hub.example/"],
            Some("https://a.example/tin/feed"),
        );
        check(
            &[
                "<a>; title=\"x, <b>; rel=hub\"; REL=\"next  Hub\"",
                "<b>;rel=hub",
                "<c>; rel=alternate",
            ],
            &["https://a.example/tin/a", "https://a.example/tin/b"],
            None,
        );
        check(&["<x>; rel=hubs, <", "<y", "rel=hub", "<z>; rel=next; rel=hub"], &[], None);
        let many = "<h>; rel=hub, ".repeat(100);
        check(&[&many], &["https://a.example/tin/h"; 4], None);
    }
}
