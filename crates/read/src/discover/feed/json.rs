//! JSON Feed 1.0 and 1.1 (jsonfeed.org). A field of the wrong type counts as missing.

use super::{
    EntryText, FeedError, FeedHead, MAX_ITEMS, RawEnclosure, RawEntry, first_source, json_repair,
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
    let html = |name| string(item, name).map(EntryText::Html);
    let plain = |name| string(item, name).map(EntryText::Plain);
    RawEntry {
        id_is_link: id.as_deref().is_some_and(|id| id.starts_with("http")),
        id,
        link: string(item, "url").or_else(|| string(item, "external_url")),
        title: plain("title"),
        date: string(item, "date_published").or_else(|| string(item, "date_modified")),
        summary: plain("summary"),
        content: html("content_html").or_else(|| plain("content_text")),
        image: string(item, "image").or_else(|| string(item, "banner_image")),
        author: authors(item).or_else(|| authors(feed)),
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

/// The names of the authors: a list since 1.1, one object before.
fn authors(of: &Map<String, Value>) -> Option<String> {
    let people = list(of, "authors").chain(of.get("author"));
    let names = people.filter_map(|author| author.get("name").unwrap_or(author).as_str());
    let mut names: Vec<&str> = names.map(str::trim).filter(|name| !name.is_empty()).collect();
    names.dedup();
    (!names.is_empty()).then(|| names.join(", "))
}

fn file(attachment: &Map<String, Value>) -> Option<RawEnclosure> {
    let media_type = string(attachment, "mime_type").map(|kind| kind.to_ascii_lowercase());
    Some(RawEnclosure {
        url: string(attachment, "url")?,
        title: string(attachment, "title"),
        is_image: media_type.as_deref().is_some_and(|kind| kind.starts_with("image/")),
        media_type,
        length: attachment.get("size_in_bytes").and_then(Value::as_u64),
    })
}

/// A string that is not blank.
fn string(of: &Map<String, Value>, name: &str) -> Option<String> {
    let text = of.get(name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn list<'a>(of: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    of.get(name).and_then(Value::as_array).into_iter().flatten()
}
