//! Invariants of all output, whatever the input. The fuzz targets call these functions; a violation
//! panics, and libFuzzer keeps the input.

use bantin_core::{CleanHtml, NewArticle, RawHtml};
use bantin_page::{Dom, SafeHtml};
use bantin_read::normalize::html;
use chrono::{DateTime, TimeDelta, Utc};
use unicode_normalization::is_nfc;
use url::Url;

/// The elements allowed in an article. A second copy, so that a mistake in the cleaner's own list
/// is found.
const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];
/// The elements that the parser adds around a fragment.
const FRAME: &[&str] = &["html", "head", "body"];

/// The URL of every input page.
pub fn address() -> Url {
    "https://co-quan.example.gov.vn/tin-tuc/bai-viet.aspx?ItemID=7".parse().expect("an address")
}

/// The current time of every run, so that results are reproducible.
pub fn now() -> DateTime<Utc> {
    "2026-11-20T05:00:00Z".parse().expect("an instant")
}

/// Checks the invariants of an article.
pub fn article(article: &NewArticle, now: DateTime<Utc>) {
    line("title", &article.title);
    assert!(!article.title.is_empty(), "a title is empty");
    for line in article.text.lines() {
        self::line("text", line);
    }
    let further = [&article.author, &article.source_line, &article.summary];
    further.into_iter().flatten().for_each(|text| line("author, source or summary", text));
    assert!(
        article.published <= now + TimeDelta::days(1),
        "{} is in the future",
        article.published
    );
    assert!(matches!(article.url.as_url().scheme(), "http" | "https"));
    for image in &article.images {
        assert!(matches!(image.url.as_url().scheme(), "http" | "https"));
    }
    clean(&article.html, article.url.as_url());
}

/// Checks that a line of text is in NFC and contains no control characters or line breaks.
pub fn line(what: &str, line: &str) {
    assert!(is_nfc(line), "{what} is not in NFC: {line:?}");
    assert!(!line.contains(char::is_control), "{what} contains a control character: {line:?}");
    assert!(
        !line.contains(['\u{FFFE}', '\u{FFFF}', '\u{202E}']),
        "{what} contains a noncharacter or a direction override: {line:?}"
    );
}

/// Checks that clean HTML contains only our elements, four attributes and web addresses, and that
/// cleaning is idempotent.
pub fn clean(html: &CleanHtml, page: &Url) {
    let again =
        html::clean(&RawHtml(html.as_str().to_owned()), page).expect("clean HTML can be parsed");
    assert_eq!(html.as_str(), again.as_str(), "cleaning twice changes it");
    let safe = SafeHtml::check(html.as_str().to_owned()).expect("clean HTML can be parsed");
    let dom = Dom::parse(&safe).expect("clean HTML can be parsed");
    for node in dom.tree().tree.nodes() {
        assert!(!node.value().is_comment(), "a comment is in {html:?}");
        let Some(element) = node.value().as_element() else { continue };
        if FRAME.contains(&element.name()) {
            assert_eq!(element.attrs().count(), 0, "{html:?}");
            continue;
        }
        assert!(ELEMENTS.contains(&element.name()), "<{}> is in {html:?}", element.name());
        for (name, value) in element.attrs() {
            match (element.name(), name) {
                ("a", "href") => scheme(value, &["http", "https", "mailto"]),
                ("img", "src") => scheme(value, &["http", "https"]),
                ("img", "alt") => line("alt", value),
                ("td" | "th", "colspan" | "rowspan") => {
                    assert!(value.parse::<u16>().is_ok_and(|n| n <= 1000))
                }
                _ => panic!("{name} is on <{}> in {html:?}", element.name()),
            }
        }
    }
}

fn scheme(address: &str, allowed: &[&str]) {
    let url: Url = address.parse().unwrap_or_else(|error| panic!("{address:?}: {error}"));
    assert!(allowed.contains(&url.scheme()), "{address:?}");
    assert!(url.username().is_empty() && url.password().is_none(), "{address:?} has a user name");
}
