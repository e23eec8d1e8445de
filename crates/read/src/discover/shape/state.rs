//! News in the data of a page: JSON-LD (`ItemList` and the like), or the state of a page that a
//! script renders.

use super::super::{address, plain};
use crate::bounded_json;
use bantin_core::text::date;
use bantin_core::{ArticleKey, ListingItem};
use bantin_page::Dom;
use serde_json::Value;
use url::Url;

/// Maximum bytes of a script with data.
const MAX_LENGTH: usize = 8 << 20;
/// Minimum number of items of a list.
const MIN_COUNT: usize = 3;
const TITLES: [&str; 5] = ["title", "headline", "name", "tieuDe", "tieude"];
const ADDRESSES: [&str; 7] = ["url", "link", "href", "permalink", "canonicalUrl", "path", "slug"];
const DATES: [&str; 8] = [
    "datePublished",
    "publishedAt",
    "published_at",
    "publishDate",
    "pubDate",
    "date",
    "createdAt",
    "created_at",
];
const LEADS: [&str; 5] = ["description", "summary", "excerpt", "sapo", "lead"];

/// The data of a page to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageData {
    /// The structured data about the displayed content (JSON-LD).
    Structured,
    /// That, and the state from which a script renders the page.
    All,
}

/// The longest list of news in the data of a page.
pub(super) fn read(
    dom: &Dom,
    data: PageData,
    base: &Url,
    page: &Url,
    home: &Url,
) -> Vec<ListingItem> {
    let mut best = Vec::new();
    let scripts = dom.tree().root_element().descendent_elements();
    for script in scripts.filter(|element| element.value().name() == "script") {
        let kind = script.attr("type").unwrap_or_default();
        if data == PageData::Structured && !kind.contains("ld+json") {
            continue;
        }
        let text: String = script.text().collect();
        if text.len() > MAX_LENGTH {
            continue;
        }
        let Some(value) = parse(kind, &text) else { continue };
        let mut open = vec![&value];
        while let Some(value) = open.pop() {
            match value {
                Value::Array(values) => {
                    let items: Vec<ListingItem> =
                        values.iter().filter_map(|value| item(value, base, page, home)).collect();
                    if items.len() >= MIN_COUNT && items.len() > best.len() {
                        best = items;
                    }
                    open.extend(values);
                }
                Value::Object(fields) => open.extend(fields.values()),
                _ => {}
            }
        }
    }
    best
}

/// Parses a script that is data, or that assigns data to a variable.
fn parse(kind: &str, text: &str) -> Option<Value> {
    let text = text.trim();
    if kind.contains("json") {
        return bounded_json::parse(text).ok();
    }
    let (name, rest) = text.split_once('=')?;
    let is_state = name.trim_start().starts_with("window.") && name.trim().len() < 60;
    let data = rest.trim_start();
    if !is_state || !data.starts_with(['{', '[']) {
        return None;
    }
    // The data may be followed by code.
    bounded_json::parse_start(data).ok()
}

fn item(value: &Value, base: &Url, page: &Url, home: &Url) -> Option<ListingItem> {
    // JSON-LD wraps the article in a `ListItem`.
    let value = value.get("item").filter(|item| item.is_object()).unwrap_or(value);
    let text = |names: &[&str]| {
        let mut texts = names.iter().filter_map(|name| value.get(*name)?.as_str());
        texts.find_map(plain::of_title)
    };
    let title = text(&TITLES).filter(|title| title.split_whitespace().count() > 2)?;
    let written = ADDRESSES.iter().find_map(|name| value.get(*name)?.as_str())?;
    let url = address::of_item(written, base, page).ok()?;
    let key = ArticleKey::of_page(&url, home);
    let dates = DATES.iter().filter_map(|name| match value.get(*name)? {
        Value::String(text) => plain::line(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    let dated = dates.into_iter().find(|written| date::find(written).is_some());
    Some(ListingItem {
        title: Some(title),
        date: dated,
        summary: text(&LEADS),
        ..ListingItem::of(url, key)
    })
}
