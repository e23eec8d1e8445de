//! The JSON schema (draft 2020-12) of feeds.toml: what editors complete from and what [`super::check`] checks by.
//!
//! Its tables are made from [`super::written`]. It is the only list of keys, so that the editor and the daemon can
//! never disagree about one.

use super::tree::{Node, Value as Written};
use super::written;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// The keys of `[defaults]` that sources take.
pub(super) const DEFAULTS_OF_SOURCES: [&str; 14] = [
    "schedule",
    "timezone",
    "language",
    "gap",
    "timeout",
    "most_pages",
    "most_requests",
    "quiet",
    "headers",
    "cookies",
    "proxy",
    "revisits",
    "revisit_within",
    "least_change",
];
/// The keys of `[defaults]` that feeds take.
pub(super) const DEFAULTS_OF_FEEDS: [&str; 9] = [
    "language",
    "rights",
    "limit",
    "most_bytes",
    "content",
    "formats",
    "archive",
    "most_per_source",
    "tombstones",
];
/// The keys of a source that a `[[source_list]]` takes for all of its sources.
const KEYS_OF_LISTS: [&str; 19] = [
    "province",
    "agency",
    "schedule",
    "timezone",
    "language",
    "rights",
    "gap",
    "timeout",
    "most_pages",
    "most_requests",
    "quiet",
    "revisits",
    "revisit_within",
    "least_change",
    "allow_private",
    "ports",
    "cookies",
    "proxy",
    "follow",
];
/// What holds where feeds.toml says nothing.
pub(super) const BUILT_IN: &str = include_str!("built_in.toml");

/// The schema; its definitions are the tables.
pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(whole);

/// The JSON schema (draft 2020-12) of feeds.toml, for editors; it ends with a newline.
pub fn schema() -> String {
    format!("{:#}\n", *SCHEMA)
}

/// The definition of a table, an empty schema where there is none.
pub(super) fn definition(name: &str) -> &'static Value {
    static NONE: Value = Value::Null;
    SCHEMA.get("$defs").and_then(|tables| tables.get(name)).unwrap_or(&NONE)
}

fn whole() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let site = table::<written::Site>(&mut generator);
    let source = table::<written::Source>(&mut generator);
    let feed = table::<written::Feed>(&mut generator);
    let topic = table::<written::Topic>(&mut generator);
    let platform = table::<written::Platform>(&mut generator);
    let lists = json!({
        "source": list("Source", "The places where agencies publish."),
        "source_table": list("SourceTable", "Sources from a CSV table, one in each row."),
        "source_list": list("SourceList", "Lists of sources that somebody else keeps, and that bantin follows."),
        "feed": list("Feed", "The feeds that are published."),
    });

    let mut tables = generator.take_definitions(false);
    tables.insert("Source".into(), source.clone());
    tables.insert("SourceTable".into(), source_table(&source));
    tables.insert("SourceList".into(), source_list(&source));
    tables.insert("Feed".into(), named(&feed));
    tables.insert("Platform".into(), platform);
    tables.insert("Defaults".into(), defaults(&source, &feed));
    tables.insert(
        "Included".into(),
        json!({
            "type": "object",
            "description": "A file that feeds.toml includes.",
            "properties": lists,
            "additionalProperties": false,
        }),
    );

    tables.insert("Topic".into(), topic);
    tables.insert(
        "Topics".into(),
        json!({
            "type": "object",
            "description": "A file of topics.",
            "properties": { "topic": list("Topic", "What articles are about, and the words that tell it.") },
            "additionalProperties": false,
        }),
    );

    let mut properties = site.get("properties").cloned().unwrap_or_default();
    let described = json!({
        "$ref": "#/$defs/Defaults",
        "description": "What holds for every source and feed that does not say otherwise.",
    });
    set(&mut properties, "defaults", described);
    for (key, list) in lists.as_object().into_iter().flatten() {
        set(&mut properties, key, list.clone());
    }
    let mut whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "feeds.toml",
        "description": "Sources that bantin reads and feeds that it publishes.",
        "type": "object",
        "properties": properties,
        "required": site.get("required"),
        "additionalProperties": false,
        "$defs": tables,
    });
    simplify(&mut whole);
    tell_defaults(&mut whole);
    whole
}

fn table<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    T::json_schema(generator).to_value()
}

/// A feed has a name, or many that are made for it.
fn named(feed: &Value) -> Value {
    let mut table = feed.clone();
    set(&mut table, "anyOf", json!([{ "required": ["id"] }, { "required": ["each"] }]));
    table
}

fn list(table: &str, description: &str) -> Value {
    let items = json!({ "$ref": format!("#/$defs/{table}") });
    json!({ "type": "array", "description": description, "items": items })
}

fn set(table: &mut Value, key: &str, value: Value) {
    if let Some(table) = table.as_object_mut() {
        table.insert(key.into(), value);
    }
}

/// A table of sources takes every key of a source, as a default for its rows, and a path.
fn source_table(source: &Value) -> Value {
    let path = json!({
        "type": "string",
        "description": "The CSV file, relative to this one. Its header names the keys of a source, with `select.item` and the like for selectors; lists are parted by `|`. An empty cell takes what stands here, then the default.",
        "examples": ["agencies.csv"],
    });
    let mut table = source.clone();
    set(
        &mut table,
        "description",
        json!("Sources from a CSV table; every key but `path` is a default for its rows."),
    );
    set(&mut table, "required", json!(["path"]));
    if let Some(properties) = table.get_mut("properties").and_then(Value::as_object_mut) {
        properties.shift_insert(0, "path".into(), path);
    }
    table
}

/// A list takes what holds for all of its sources, and nothing that is sent to hosts or read from this machine: somebody else says
/// which hosts they are.
fn source_list(source: &Value) -> Value {
    let known = source.get("properties").and_then(Value::as_object);
    let wanted = |(key, _): &(&String, &Value)| KEYS_OF_LISTS.contains(&key.as_str());
    let mut properties: Map<String, Value> = Map::new();
    properties.insert(
        "url".into(),
        json!({
            "type": "string",
            "description": "The address of the list: OPML, whose outlines are sources, or CSV with the columns url, title, kind, province, agency, language and home.",
            "examples": ["https://tinh.example/danh-sach.opml"],
        }),
    );
    properties.insert(
        "refresh".into(),
        json!({
            "type": "string",
            "description": "How long after a fetch it is fetched again, from 15 minutes to 30 days.",
            "default": "1d",
        }),
    );
    let of_sources = known.into_iter().flatten().filter(wanted);
    properties.extend(of_sources.map(|(key, value)| (key.clone(), value.clone())));
    json!({
        "type": "object",
        "description": "Sources of an OPML or CSV list that somebody else keeps; every key but `url` and `refresh` is a default for them.",
        "properties": properties,
        "required": ["url"],
        "additionalProperties": false,
    })
}

fn defaults(source: &Value, feed: &Value) -> Value {
    let pick = |table: &Value, keys: &[&str]| -> Map<String, Value> {
        let properties = table.get("properties").and_then(Value::as_object);
        let wanted = |(key, _): &(&String, &Value)| keys.contains(&key.as_str());
        let properties = properties.into_iter().flatten().filter(wanted);
        properties.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    let mut properties = pick(feed, &DEFAULTS_OF_FEEDS);
    properties.extend(pick(source, &DEFAULTS_OF_SOURCES));
    if let Some(language) = properties.get_mut("language") {
        set(language, "description", json!("The language of sources and feeds (BCP 47)."));
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// Takes out what only Rust knows of: an absent key is an `Option` to us and a null to the generator, but TOML has
/// no null; and no reader of schemas knows the width of our integers.
fn simplify(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(simplify);
            map.retain(|key, value| key != "format" || value != "uint");
            if let Some(types) = map.get_mut("type").filter(|types| types.is_array()) {
                let first = types.get(0).cloned().unwrap_or_default();
                *types = first;
            }
            let is_null = |choice: &Value| choice.get("type").is_some_and(|kind| kind == "null");
            let choices = map.get("anyOf").and_then(Value::as_array);
            if let Some(choices) = choices.filter(|choices| choices.iter().any(is_null)) {
                let first = choices.first().and_then(Value::as_object).cloned();
                map.shift_remove("anyOf");
                map.extend(first.unwrap_or_default());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(simplify),
        _ => {}
    }
}

/// Writes the built-in defaults into the schema, where editors show them.
fn tell_defaults(whole: &mut Value) {
    // The text is our own and a test reads it; were it no TOML, the schema would only lack its defaults.
    let Ok(built_in) = Node::of_toml(BUILT_IN, 0) else { return };
    tell(whole.get_mut("properties"), &built_in);
    let Some(below) = built_in.get("defaults") else { return };
    for table in ["Defaults", "Source", "SourceTable", "SourceList", "Feed"] {
        tell(whole.pointer_mut(&format!("/$defs/{table}/properties")), below);
    }
}

fn tell(properties: Option<&mut Value>, defaults: &Node) {
    for (key, property) in properties.and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(default) = defaults.get(key).and_then(as_json) {
            set(property, "default", default);
        }
    }
}

fn as_json(node: &Node) -> Option<Value> {
    Some(match &node.value {
        Written::Text(text) => json!(text),
        Written::Number(number) => json!(number),
        Written::Truth(truth) => json!(truth),
        Written::List(items) => items.iter().filter_map(as_json).collect(),
        Written::Table(_) | Written::Other(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_at_the_root_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/feeds.schema.json");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, schema()).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap();
        assert!(kept == schema(), "feeds.schema.json is stale; run the tests with BLESS=1");
    }

    #[test]
    fn every_key_is_described_and_has_a_default_or_an_example() {
        let tables = SCHEMA["$defs"].as_object().unwrap().values().chain([&*SCHEMA]);
        for (key, property) in tables.flat_map(|table| table["properties"].as_object().unwrap()) {
            assert!(property["description"].is_string(), "{key}");
            let shown = ["default", "examples", "$ref", "oneOf", "items"];
            assert!(shown.iter().any(|name| property.get(name).is_some()), "{key}: {property}");
        }
    }

    #[test]
    fn what_has_a_default_is_a_key_of_what_takes_it() {
        let known = |table: &str, key: &str| !definition(table)["properties"][key].is_null();
        assert!(DEFAULTS_OF_SOURCES.iter().all(|key| known("Source", key)));
        assert!(DEFAULTS_OF_FEEDS.iter().all(|key| known("Feed", key)));
        let built_in = Node::of_toml(BUILT_IN, 0).unwrap();
        let Some(Written::Table(defaults)) = built_in.get("defaults").map(|node| &node.value)
        else {
            panic!("no defaults");
        };
        assert!(defaults.iter().all(|entry| known("Defaults", &entry.key)));
        let keys = definition("Defaults")["properties"].as_object().unwrap().keys();
        let mut without: Vec<_> =
            keys.filter(|key| defaults.iter().all(|d| d.key != **key)).collect();
        without.sort();
        let optional =
            ["archive", "cookies", "headers", "most_per_source", "proxy", "quiet", "rights"];
        assert_eq!(without, optional, "keys that mean something where they are left out");
    }
}
