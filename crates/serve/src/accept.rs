//! Distinguishes feed readers from browsers by `Accept` (RFC 9110 section 12.5.1).

use super::coding::thousandths;
use axum::http::{HeaderMap, header};

/// The media type of a page. Only a client that names it gets a page.
const PAGE: &str = "text/html";
/// The media types that feed readers name for feeds, of any format.
const FEEDS: [&str; 8] = [
    "application/atom+xml",
    "application/rss+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
    "application/json",
    "*/*",
];

/// Whether the client of a feed request prefers a page: it names `text/html`, with a greater weight
/// than any type of a feed.
///
/// Browsers send `text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8`. Feed readers
/// name feeds, or nothing; one that weighs a page and a feed equally gets the feed.
pub(super) fn prefers_html(headers: &HeaderMap) -> bool {
    let fields = headers.get_all(header::ACCEPT).iter();
    let texts: Vec<&str> = fields.filter_map(|field| field.to_str().ok()).collect();
    prefers_page(&texts.join(","))
}

fn prefers_page(field: &str) -> bool {
    let (mut page, mut feed) = (0, 0);
    for range in field.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        // An invalid weight counts as zero.
        let weight = weight.map_or(1000, |weight| thousandths(weight).unwrap_or(0));
        if name.eq_ignore_ascii_case(PAGE) {
            page = page.max(weight);
        } else if FEEDS.iter().any(|kind| name.eq_ignore_ascii_case(kind)) {
            feed = feed.max(weight);
        }
    }
    page > feed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_the_page() {
        for field in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
            "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
            "TEXT/HTML",
            "text/html;charset=utf-8, */*;Q=0.1",
        ] {
            assert!(prefers_page(field), "{field}");
        }
    }

    #[test]
    fn readers_get_the_feed() {
        for field in [
            "",
            "*/*",
            "text/*",
            "application/atom+xml",
            "application/xml, application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, text/html, */*;q=0.9",
            "application/atom+xml,application/rss+xml;q=0.9,application/rdf+xml;q=0.8,application/xml;q=0.7,*/*;q=0.5",
            "text/html,application/xml",
            "text/html;q=0.5, application/rss+xml",
            "text/html;q=0, image/png",
            "text/html;q=2",
            "text/html, */*",
            ";;,,=",
        ] {
            assert!(!prefers_page(field), "{field}");
        }
    }
}
