//! The items of an API's JSON, extracted with the operator's JSONPaths (RFC 9535).
//!
//! A field of the wrong type counts as missing. Relative addresses are resolved against the
//! source's `home`, because an API's own address is unrelated to the pages of readers.

use super::feed::{EntryAddress, EntryText, FeedPerson, RawEntry};
use super::{DataError, DiscoverError, address, data, feed};
use bantin_core::{JsonAddress, JsonPath, JsonPaths, Listing, Source};
use bantin_page::Page;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::ops::Range;
use url::Url;

/// The seconds from 1990 to 2100. Only a number in this range is an instant, so that milliseconds
/// cannot be mistaken for seconds.
const SECONDS: Range<i64> = 631_152_000..4_102_444_800;

/// Reads the items of an API.
pub(super) fn read(
    page: &Page,
    source: &Source,
    paths: &JsonPaths,
) -> Result<Listing, DiscoverError> {
    let value = data::read(page)?;
    Ok(listing(&value, &page.url, source.origin.home.as_url(), paths)?)
}

/// The items of a value, for a source whose site is at `home`.
pub(super) fn listing(
    value: &Value,
    page: &Url,
    home: &Url,
    paths: &JsonPaths,
) -> Result<Listing, DataError> {
    let mut items = paths.item.all(value);
    if let [Value::Array(values)] = items.as_slice() {
        items = values.iter().collect();
    }
    if items.is_empty() {
        let path = paths.item.as_str().to_owned();
        return Err(DataError::NoItems { path, shape: data::shape(value) });
    }
    let (mut entries, mut addresses) = (Vec::new(), Vec::new());
    for item in items.into_iter().take(feed::MAX_ITEMS) {
        entries.push(entry(item, paths));
        addresses.push(address_of(item, &paths.address, home, page).map(EntryAddress::Page));
    }
    Ok(feed::listing(entries.into_iter().zip(addresses), home, home))
}

fn entry(item: &Value, paths: &JsonPaths) -> RawEntry {
    let text = |path: &Option<JsonPath>| path.as_ref()?.text(item);
    let written = paths.date.as_ref().and_then(|path| path.all(item).into_iter().next());
    RawEntry {
        id: text(&paths.id),
        links: match &paths.address {
            JsonAddress::Link(path) => path.text(item).into_iter().collect(),
            JsonAddress::Template(_) => Vec::new(),
        },
        title: paths.title.text(item).map(EntryText::Html),
        date: written.and_then(date),
        summary: text(&paths.summary).map(EntryText::Html),
        content: text(&paths.content).map(content),
        image: text(&paths.image),
        authors: text(&paths.author).as_deref().map(FeedPerson::read).into_iter().collect(),
        tags: paths.tags.as_ref().map(|path| path.texts(item)).unwrap_or_default(),
        ..RawEntry::default()
    }
}

/// A body: HTML, or lines of plain text.
fn content(text: String) -> EntryText {
    if text.contains('<') && text.contains('>') {
        EntryText::Html(text)
    } else {
        EntryText::Plain(text)
    }
}

/// The address of an item's article, or the reason why it has none.
fn address_of(item: &Value, address: &JsonAddress, home: &Url, page: &Url) -> Result<Url, String> {
    let written = match address {
        JsonAddress::Link(path) => path.text(item).ok_or_else(|| {
            format!(
                "it has no text at `{}`, the path of select.link; if the API returns no addresses, build them with select.address",
                path.as_str()
            )
        })?,
        JsonAddress::Template(template) => template.fill(item).map_err(|path| {
            format!("it has no text at `{}`, which select.address needs", path.as_str())
        })?,
    };
    address::of_item(&written, home, page).map_err(|error| error.to_string())
}

/// A date as written. Seconds or milliseconds since 1970 become RFC 3339 in UTC: a number, a string
/// of ten or thirteen digits, or ASP.NET's `/Date(...)/`.
pub(super) fn date(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => {
            // Fractions are fractions of a second.
            let whole = number.as_i64().or_else(|| number.as_f64().map(|number| number as i64));
            Some(instant(whole?)?.to_rfc3339())
        }
        Value::String(text) => {
            let text = text.trim();
            let inner = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
            // An offset after it names the writer's time zone and does not change the instant.
            let number = inner.map_or(text, |inner| {
                let sign = inner.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-'));
                sign.and_then(|(at, _)| inner.get(..at)).unwrap_or(inner)
            });
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
            if inner.is_some() || (is_number && matches!(number.len(), 10 | 13)) {
                return Some(instant(number.parse().ok()?)?.to_rfc3339());
            }
            Some(text.to_owned()).filter(|text| !text.is_empty())
        }
        Value::Array(values) => date(values.first().filter(|first| first.is_string())?),
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    }
}

/// The instant of a number of seconds or milliseconds since 1970.
fn instant(number: i64) -> Option<DateTime<Utc>> {
    if SECONDS.contains(&number) {
        return DateTime::from_timestamp_secs(number);
    }
    DateTime::from_timestamp_millis(number).filter(|_| SECONDS.contains(&(number / 1000)))
}

#[cfg(test)]
mod tests;
