//! What `select` means for the JSON of an API.

use super::deserialize::At;
use super::errors::Problem;
use super::files::Span;
use super::reading::Reading;
use super::values::Wrong;
use super::written;
use crate::model::{
    AddressTemplate, AddressTemplateError, JsonAddress, JsonPath, JsonPathError, JsonPaths, Kind,
};

/// How the JSON of an API is read.
pub(super) fn kind(keys: &written::Source, table: &Span, reading: &mut Reading) -> Option<Kind> {
    let hint = "for example select = { item = \"$.data[*]\", title = \"$.title\", link = \"$.url\" }; `bantin add` proposes one";
    reading.require("select", &keys.select, table, "a source of kind \"json\"", hint);
    let At { value: select, span } = keys.select.as_ref()?;
    let whose = "`select` of a JSON API";
    reading.require("item", &select.item, span, whose, "for example item = \"$.data.items[*]\"");
    reading.require("title", &select.title, span, whose, "for example title = \"$.title\"");
    if select.link.is_none() && select.address.is_none() {
        let hint = "for example link = \"$.url\"; or, where the API gives no addresses, address = \"https://agency.example/tin/{$.slug}\"";
        reading.require("link", &select.link, span, whose, hint);
    }
    if let (Some(_), Some(address)) = (&select.link, &select.address) {
        let problem = Problem::new("`select.address` is in place of `select.link`");
        reading.problem(problem.at(&address.span).hint("take out one of them".to_owned()));
    }
    let template = reading.value("select.address", &select.address, template);
    let mut read = |key: &str, written| reading.value(&format!("select.{key}"), written, path);
    let (item, title) = (read("item", &select.item), read("title", &select.title));
    let link = read("link", &select.link).map(JsonAddress::Link);
    let (id, date) = (read("id", &select.id), read("date", &select.date));
    let (summary, content) = (read("summary", &select.summary), read("content", &select.content));
    let (author, image) = (read("author", &select.author), read("image", &select.image));
    let tags = read("tags", &select.tags);
    let is_whole = select.content.is_some();
    if let Some(follow) = keys.follow.as_ref().filter(|follow| !follow.value)
        && select.summary.is_none()
        && !is_whole
    {
        let problem = Problem::new(
            "`follow` = false leaves nothing to read, because `select` names neither `content` nor `summary`",
        );
        let hint =
            "name the text of an item, for example content = \"$.body\", or take `follow` out";
        reading.problem(problem.at(&follow.span).hint(hint.to_owned()));
    }
    let address = template.map(JsonAddress::Template).or(link)?;
    let follow = keys.follow.as_ref().map_or(!is_whole, |follow| follow.value);
    let (item, title) = (item?, title?);
    let paths = JsonPaths { item, title, address, id, date, summary, content, author, image, tags };
    Some(Kind::Json { paths: Box::new(paths), follow })
}

/// Tells which keys of `select` are for the JSON of an API alone.
pub(super) fn misfits(keys: &written::Source, reading: &mut Reading) {
    let Some(At { value: select, .. }) = &keys.select else { return };
    let written::Select { address, id, content, author, image, tags, .. } = select;
    let own = [
        ("address", address),
        ("id", id),
        ("content", content),
        ("author", author),
        ("image", image),
        ("tags", tags),
    ];
    for (key, written) in own {
        if let Some(written) = written {
            let problem = Problem::new(format!("`select.{key}` is for the JSON of an API"));
            let hint = "take it out, or write kind = \"json\"; of an article's page the keys are those of `article`";
            reading.problem(problem.at(&written.span).hint(hint.to_owned()));
        }
    }
}

/// A JSONPath.
fn path(text: &str) -> Result<JsonPath, Wrong> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Wrong::new("is empty"));
    }
    text.parse().map_err(|error| no_path(text, &error))
}

fn no_path(text: &str, error: &JsonPathError) -> Wrong {
    let wrong = Wrong::new(error.to_string());
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

/// An address with JSONPaths in braces.
fn template(text: &str) -> Result<AddressTemplate, Wrong> {
    text.trim().parse().map_err(|error| match error {
        AddressTemplateError::Path(error) => {
            Wrong::new(error.to_string()).hint("in braces stands a JSONPath, for example {$.slug}")
        }
        error => Wrong::new(error.to_string())
            .hint("for example address = \"https://agency.example/tin/{$.slug}-{$.id}.html\""),
    })
}
