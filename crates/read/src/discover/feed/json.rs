//! JSON Feed 1.0 and 1.1 (jsonfeed.org). A field of the wrong type counts as missing.

use super::{
    EntryText, FeedError, FeedHead, FeedPerson, MAX_ITEMS, MAX_PER_ITEM, RawEnclosure, RawEntry,
    entry_address, first_source, json_repair,
};
use crate::bounded_json::{self, JsonError};
use bantin_core::{FirstSource, PublicUrl, RawCategory};
use chrono::DateTime;
use serde_json::{Map, Value};

/// Parses the metadata of a feed and its items.
pub(super) fn read(text: &str) -> Result<(FeedHead, Vec<RawEntry>), FeedError> {
    let value = match bounded_json::parse(text) {
        Err(JsonError::Syntax(fault)) => json_repair::read(text).ok_or(JsonError::Syntax(fault)),
        parsed => parsed,
    };
    let value = value.map_err(|fault| FeedError::NoJson(fault.to_string()))?;
    let mut feed = if let Value::Object(feed) = value { feed } else { Map::new() };
    let Some(Value::Array(items)) = feed.remove("items") else {
        return Err(FeedError::NoJson("it has no list of `items`".to_owned()));
    };
    let head = FeedHead {
        title: string(&feed, "title").map(EntryText::Plain),
        authors: authors(&feed),
        link: string(&feed, "home_page_url"),
        description: string(&feed, "description").map(EntryText::Plain),
        language: string(&feed, "language"),
        date: None,
        hubs: list(&feed, "hubs")
            .filter_map(Value::as_object)
            .filter(|hub| string(hub, "type").is_some_and(|kind| kind == "WebSub"))
            .filter_map(|hub| string(hub, "url"))
            .collect(),
        self_url: string(&feed, "feed_url"),
    };
    let items = items.iter().filter_map(Value::as_object).take(MAX_ITEMS);
    Ok((head, items.map(|item| entry(item, &feed)).collect()))
}

fn entry(item: &Map<String, Value>, feed: &Map<String, Value>) -> RawEntry {
    let id = string(item, "id").or_else(|| item.get("id")?.as_number().map(ToString::to_string));
    let html = |name| string(item, name).map(EntryText::of_html);
    let plain = |name| string(item, name).map(EntryText::Plain);
    let date = |names: [&str; 2]| names.into_iter().find_map(|name| instant(item.get(name)?));
    let people = authors(item);
    RawEntry {
        id_is_link: id.as_deref().is_some_and(|id| entry_address::is_address(id, false)),
        id,
        links: ["url", "external_url"].into_iter().filter_map(|name| string(item, name)).collect(),
        title: plain("title"),
        date: date(["date_published", "date_modified"]),
        updated: date(["date_modified", "date_modifed"]),
        summary: plain("summary"),
        content: html("content_html")
            .or_else(|| string(item, "content_text").map(EntryText::of_plain)),
        image: string(item, "image").or_else(|| string(item, "banner_image")),
        authors: if people.is_empty() { authors(feed) } else { people },
        tags: list(item, "tags").filter_map(Value::as_str).map(str::to_owned).collect(),
        files: list(item, "attachments").filter_map(Value::as_object).filter_map(file).collect(),
        language: string(item, "language").or_else(|| string(feed, "language")),
        source_line: object(item, "_bantin").and_then(|own| string(own, "source_line")),
        first_source: first_source(item, feed),
        ..RawEntry::default()
    }
}

/// The feed in which an item was first published. JSON Feed has no field for it; bantin writes it
/// to `_bantin`.
fn first_source(item: &Map<String, Value>, feed: &Map<String, Value>) -> Option<FirstSource> {
    let own = object(item, "_bantin")?;
    let source = object(own, "source")?;
    let address = |name| string(source, name).and_then(|url| url.parse::<PublicUrl>().ok());
    let id = string(source, "id").and_then(|id| first_source::uri(&id));
    let updated = string(item, "date_modified");
    let updated = updated.and_then(|date| DateTime::parse_from_rfc3339(&date).ok());
    let feed_url = string(feed, "feed_url");
    first_source::other_than(
        &[feed_url.as_deref()],
        FirstSource {
            entry: None,
            title: string(source, "title").and_then(|title| first_source::line(&title)),
            home: address("url"),
            feed: address("feed_url"),
            rights: string(source, "rights").and_then(|rights| first_source::line(&rights)),
            updated: updated.map(|date| date.to_utc()),
            categories: categories(own, id.as_deref()),
            id,
        },
    )
}

/// The categories with their schemes if they are listed; else the two that bantin always writes,
/// whose schemes have the same authority as the id of the source.
fn categories(own: &Map<String, Value>, source: Option<&str>) -> Vec<RawCategory> {
    let listed: Vec<[Option<String>; 3]> = list(own, "categories")
        .filter_map(Value::as_object)
        .map(|category| ["scheme", "term", "label"].map(|name| string(category, name)))
        .collect();
    let authority = source.and_then(|id| Some(id.rsplit_once(":source/")?.0));
    let place = |kind: &str| {
        let place = object(own, kind)?;
        let scheme = format!("{}:{kind}", authority?);
        Some([Some(scheme), string(place, "slug"), string(place, "name")])
    };
    let places = ["province", "agency"].into_iter().filter_map(place).filter(|_| listed.is_empty());
    let all: Vec<_> = places.chain(listed.iter().cloned()).collect();
    let written = all
        .iter()
        .map(|[scheme, term, label]| (scheme.as_deref(), term.as_deref(), label.as_deref()));
    first_source::categories(written)
}

fn object<'a>(of: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    of.get(name)?.as_object()
}

/// The authors: a list since 1.1, one object before.
fn authors(of: &Map<String, Value>) -> Vec<FeedPerson> {
    let people = list(of, "authors").chain(of.get("author").filter(|one| !one.is_array()));
    let mut authors: Vec<FeedPerson> = Vec::new();
    let people = people.map(FeedPerson::of_json).filter(|person| !person.is_empty());
    for person in people.take(MAX_PER_ITEM) {
        if !authors.contains(&person) {
            authors.push(person);
        }
    }
    authors
}

/// A date as written, or the instant that a number of seconds or milliseconds is.
fn instant(value: &Value) -> Option<String> {
    /// A number of milliseconds is greater; as seconds, it is the year 5138.
    const MAX_SECONDS: i64 = 100_000_000_000;
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(_) => {
            let number = value.as_i64()?;
            let millis = if number > MAX_SECONDS { number } else { number.checked_mul(1000)? };
            Some(DateTime::from_timestamp_millis(millis)?.to_rfc3339())
        }
        _ => None,
    }
}

fn file(attachment: &Map<String, Value>) -> Option<RawEnclosure> {
    let media_type = string(attachment, "mime_type").map(|kind| kind.to_ascii_lowercase());
    Some(RawEnclosure {
        url: string(attachment, "url")?,
        title: string(attachment, "title"),
        is_image: media_type.as_deref().is_some_and(|kind| kind.starts_with("image/")),
        media_type,
        length: attachment
            .get("size_in_bytes")
            .and_then(|size| size.as_u64().or_else(|| size.as_str()?.trim().parse().ok())),
    })
}

/// A string that is not blank.
fn string(of: &Map<String, Value>, name: &str) -> Option<String> {
    let text = of.get(name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The values of a list; a value that should be a list of one counts as such.
fn list<'a>(of: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    match of.get(name) {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    }
    .iter()
}
