//! `kind = "json"`: the JSON of an API, read with the operator's JSONPaths (RFC 9535).

use super::keys::shared::{DATE, FOLLOW, ITEM, LINK, SUMMARY, TITLE};
use super::{
    KeyMisfit, KindDefinition, KindKey, KindReader, KindValues, RecognizedPage, SourceAddresses,
};
use crate::discover::paging::{ListingPosition, next_by_count};
use crate::discover::{DiscoverError, guess, is_json, json};
use bantin_core::{
    AddressTemplate, AddressTemplateError, JsonAddress, JsonPath, JsonPathError, JsonPaths,
    KeyValue, Listing, ListingProfile, NextPage, Source, SourceFolder, ValueError,
};
use bantin_page::Page;
use std::fmt::Write;
use url::Url;

const ADDRESS: KindKey = KindKey::text(
    "select.address",
    "Instead of `link`, for an API that returns no addresses: a template of the address, with JSONPaths in braces; values are percent-encoded.",
    "\"https://agency.example/tin/{$.slug}-{$.id}.html\"",
);
const ID: KindKey = KindKey::text(
    "select.id",
    "The permanent, unique id of an item of an API. By default its address.",
    "\"$.id\"",
);
const CONTENT: KindKey = KindKey::text(
    "select.content",
    "The full text of an item of an API, as HTML or as lines of plain text. The articles' pages are then not fetched.",
    "\"$.body\"",
);
const AUTHOR: KindKey =
    KindKey::text("select.author", "The author of an item of an API.", "\"$.author.name\"");
const IMAGE: KindKey = KindKey::text(
    "select.image",
    "The address of the image of an item of an API.",
    "\"$.thumbnail\"",
);
const TAGS: KindKey = KindKey::text(
    "select.tags",
    "The categories of an item of an API.",
    "\"$.categories[*].name\"",
);

pub(super) const DEFINITION: KindDefinition = KindDefinition {
    name: "json",
    doc: "The JSON of an API; `select` contains the JSONPaths of its fields.",
    what: "an API",
    items: "items of an API",
    keys: &[
        &FOLLOW, &ITEM, &LINK, &ADDRESS, &TITLE, &DATE, &SUMMARY, &ID, &CONTENT, &AUTHOR, &IMAGE,
        &TAGS,
    ],
    build,
    recognize,
    ..KindDefinition::DEFAULTS
};

struct Json {
    paths: Box<JsonPaths>,
    follow: bool,
}

fn build(values: &KindValues, misfits: &mut Vec<KeyMisfit>) -> Option<Box<dyn KindReader>> {
    if !values.has("select") {
        let hint = "for example select = { item = \"$.data[*]\", title = \"$.title\", link = \"$.url\" }; `bantin add` proposes one";
        misfits.push(KeyMisfit::Missing { key: "select", hint });
        return None;
    }
    let mut require = |key: &KindKey, hint| {
        if !values.has(key.name) {
            misfits.push(KeyMisfit::Missing { key: key.name, hint });
        }
    };
    require(&ITEM, "for example item = \"$.data.items[*]\"");
    require(&TITLE, "for example title = \"$.title\"");
    if !values.has(ADDRESS.name) {
        require(
            &LINK,
            "for example link = \"$.url\"; or, if the API returns no addresses, address = \"https://agency.example/tin/{$.slug}\"",
        );
    } else if values.has(LINK.name) {
        let error =
            ValueError::new("cannot be combined with `select.link`").hint("remove one of them");
        misfits.push(KeyMisfit::Wrong { key: ADDRESS.name, error });
    }
    let template = values.read(&ADDRESS, template, misfits);
    let is_whole = values.has(CONTENT.name);
    let follow = values.truth(&FOLLOW);
    if follow == Some(false) && !is_whole && !values.has(SUMMARY.name) {
        let error = ValueError::new(
            "must not be false if `select` names neither `content` nor `summary`: no text would be left",
        );
        let error = error
            .hint("name the text of an item, for example content = \"$.body\", or remove `follow`");
        misfits.push(KeyMisfit::Wrong { key: FOLLOW.name, error });
    }
    let mut read = |key: &KindKey| values.read(key, path, misfits);
    let (item, title) = (read(&ITEM), read(&TITLE));
    let link = read(&LINK).map(JsonAddress::Link);
    let (id, date, summary) = (read(&ID), read(&DATE), read(&SUMMARY));
    let (content, author) = (read(&CONTENT), read(&AUTHOR));
    let (image, tags) = (read(&IMAGE), read(&TAGS));
    let address = template.map(JsonAddress::Template).or(link)?;
    let (item, title) = (item?, title?);
    let paths = JsonPaths { item, title, address, id, date, summary, content, author, image, tags };
    Some(Box::new(Json { paths: Box::new(paths), follow: follow.unwrap_or(!is_whole) }))
}

impl KindReader for Json {
    fn read(
        &self,
        page: &Page,
        source: &Source,
        _: &ListingProfile,
    ) -> Result<Listing, DiscoverError> {
        json::read(page, source, &self.paths)
    }

    fn next(
        &self,
        page: &Page,
        position: &ListingPosition<'_>,
        is_next: &dyn Fn(&NextPage) -> bool,
    ) -> Result<Option<NextPage>, DiscoverError> {
        Ok(next_by_count(page, position).filter(is_next))
    }

    fn follows(&self) -> bool {
        self.follow
    }

    fn addresses(
        &self,
        url: &Url,
        _: Option<&SourceFolder>,
    ) -> Result<SourceAddresses, ValueError> {
        Ok(SourceAddresses::of_document(url))
    }
}

/// Recognizes JSON, and guesses the paths of its items' fields.
fn recognize(page: &Page) -> Result<Option<RecognizedPage>, String> {
    if !is_json(page) {
        return Ok(None);
    }
    let guess = guess(page).map_err(|error| error.to_string())?;
    let mut shown = "it is JSON; what looks like news: ".to_owned();
    for (at, (path, items)) in guess.lists.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        // Writing to a text cannot fail.
        let _ = write!(shown, "{comma}{path} ({items} items)");
    }
    shown.push_str(". The first is used");
    let named = |(key, path): (&'static str, String)| {
        let known =
            DEFINITION.keys.iter().find(|own| own.name.strip_prefix("select.") == Some(key));
        known.map(|own| (own.name, KeyValue::Text(path)))
    };
    let settings = guess.select.into_iter().filter_map(named).collect();
    Ok(Some(RecognizedPage { settings, guess: Some(shown) }))
}

/// Parses a JSONPath.
fn path(text: &str) -> Result<JsonPath, ValueError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ValueError::new("is empty"));
    }
    text.parse().map_err(|error| no_path(text, &error))
}

fn no_path(text: &str, error: &JsonPathError) -> ValueError {
    let wrong = ValueError::new(error.to_string());
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
    };
    match is_name(text) {
        true => wrong.hint(format!("write \"$.{text}\"")),
        false => wrong.hint(
            "a JSONPath (RFC 9535) begins with $, for example $.data.items[*] or $['tiêu đề']",
        ),
    }
}

/// Parses an address template with JSONPaths in braces.
fn template(text: &str) -> Result<AddressTemplate, ValueError> {
    text.trim().parse().map_err(|error| match error {
        AddressTemplateError::Path(error) => ValueError::new(error.to_string())
            .hint("write a JSONPath in the braces, for example {$.slug}"),
        error => ValueError::new(error.to_string())
            .hint("for example address = \"https://agency.example/tin/{$.slug}-{$.id}.html\""),
    })
}
