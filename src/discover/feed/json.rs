//! JSON Feed 1.0 and 1.1 (jsonfeed.org). A field of the wrong type is a field that is not there.

use super::{Entry, FeedError, File, Head, Markup};
use serde_json::{Map, Value};

/// Reads what a feed says of itself, and its items.
pub(super) fn read(text: &str) -> Result<(Head, Vec<Entry>), FeedError> {
    // serde_json goes 128 levels deep and no further.
    let value: Value = serde_json::from_str(text).map_err(|e| FeedError::NoJson(e.to_string()))?;
    let items = value.get("items").and_then(Value::as_array);
    let items = items.ok_or_else(|| FeedError::NoJson("it has no list of `items`".to_owned()))?;
    let feed = value.as_object().cloned().unwrap_or_default();
    let head = Head {
        title: string(&feed, "title").map(Markup::Plain),
        link: string(&feed, "home_page_url"),
        description: string(&feed, "description").map(Markup::Plain),
        language: string(&feed, "language"),
        date: None,
        hubs: list(&feed, "hubs")
            .filter_map(Value::as_object)
            .filter(|hub| string(hub, "type").is_some_and(|kind| kind == "WebSub"))
            .filter_map(|hub| string(hub, "url"))
            .collect(),
        itself: string(&feed, "feed_url"),
    };
    Ok((head, items.iter().filter_map(Value::as_object).map(|item| entry(item, &feed)).collect()))
}

fn entry(item: &Map<String, Value>, feed: &Map<String, Value>) -> Entry {
    let id = string(item, "id").or_else(|| item.get("id")?.as_number().map(ToString::to_string));
    let html = |name| string(item, name).map(Markup::Html);
    let plain = |name| string(item, name).map(Markup::Plain);
    Entry {
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
        ..Entry::default()
    }
}

/// The names of the authors: a list since 1.1, one object before.
fn authors(of: &Map<String, Value>) -> Option<String> {
    let people = list(of, "authors").chain(of.get("author"));
    let names = people.filter_map(|author| author.get("name")?.as_str());
    let mut names: Vec<&str> = names.map(str::trim).filter(|name| !name.is_empty()).collect();
    names.dedup();
    (!names.is_empty()).then(|| names.join(", "))
}

fn file(attachment: &Map<String, Value>) -> Option<File> {
    let media_type = string(attachment, "mime_type").map(|kind| kind.to_ascii_lowercase());
    Some(File {
        url: string(attachment, "url")?,
        title: string(attachment, "title"),
        is_image: media_type.as_deref().is_some_and(|kind| kind.starts_with("image/")),
        media_type,
        length: attachment.get("size_in_bytes").and_then(Value::as_u64),
    })
}

/// A text that is not blank.
fn string(of: &Map<String, Value>, name: &str) -> Option<String> {
    let text = of.get(name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn list<'a>(of: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    of.get(name).and_then(Value::as_array).into_iter().flatten()
}
