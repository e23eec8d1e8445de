//! The next page of a feed (RFC 5005 sections 3 and 4, JSON Feed 1.1 `next_url`).

use super::super::{DiscoverError, address, references};
use super::tree::{self, XmlElement};
use crate::bounded_json;
use bantin_page::Page;
use url::Url;

/// The address of the page that follows `page`, which is page `number` of the feed.
///
/// WordPress feeds do not link their next page, but have one at `paged=`.
pub(in super::super) fn next(page: &Page, number: usize) -> Result<Option<Url>, DiscoverError> {
    let text = page.text()?.text;
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if text.starts_with('{') {
        let feed = bounded_json::parse(text).unwrap_or_default();
        let next = feed.get("next_url").and_then(serde_json::Value::as_str);
        return Ok(next.and_then(|next| address::resolve(next, &page.url).ok()));
    }
    let text = references::with_bare_brackets_escaped(text);
    let root = tree::parse(&text)?;
    let channel = root.all("channel").next().unwrap_or(&root);
    let named = ["prev-archive", "next"].into_iter().find_map(|relation| link(channel, relation));
    if let Some(next) = named.and_then(|href| address::resolve(href, &page.url).ok()) {
        return Ok(Some(next));
    }
    let generator = channel.text_of("generator").unwrap_or_default().to_ascii_lowercase();
    Ok(generator.contains("wordpress").then(|| with_page_number(&page.url, number + 1)))
}

fn link<'a>(channel: &'a XmlElement, relation: &str) -> Option<&'a str> {
    let links = channel.all("link").chain(channel.all("atom:link"));
    let mut named = links.filter(|link| {
        link.attribute("rel").is_some_and(|written| written.eq_ignore_ascii_case(relation))
    });
    named.find_map(|link| link.attribute("href"))
}

/// The address with `paged` set to a number.
fn with_page_number(url: &Url, number: usize) -> Url {
    let mut next = url.clone();
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| name != "paged")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    next.query_pairs_mut().clear().extend_pairs(others).append_pair("paged", &number.to_string());
    next
}
