//! The JSON schema (draft 2020-12) of feeds.toml, from which editors complete keys and against
//! which [`super::check`] validates.
//!
//! Its tables are generated from the definitions of keys in [`super::written`] and of kinds in
//! `discover::kind`, so the editor, the parser, the defaults and the documentation cannot disagree
//! about a key. The internal schema has annotations that the published one lacks: `old` names,
//! `from` and `to` of durations in seconds, `inherited` and `listed`.

use super::deserialize::Spanned;
use super::written;
use bantin_read::discover::kind::{self, KINDS, KeyForm, KindKey};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;
use std::time::Duration;

/// The annotations that only the internal schema has.
const NOTES: [&str; 5] = ["old", "from", "to", "inherited", "listed"];

/// The schema with its annotations; its definitions are the tables.
pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(whole);

/// The built-in defaults, as TOML text.
pub(super) static BUILT_IN: LazyLock<String> = LazyLock::new(|| {
    format!("{}\n[defaults]\n{}", defaults_of(&SCHEMA), defaults_of(definition("Defaults")))
});

/// The JSON schema (draft 2020-12) of feeds.toml, for editors; it ends with a newline.
pub fn schema() -> String {
    let mut published = SCHEMA.clone();
    publish(&mut published);
    format!("{published:#}\n")
}

/// The definition of a table, or an empty schema for an unknown name.
pub(super) fn definition(name: &str) -> &'static Value {
    static NONE: Value = Value::Null;
    SCHEMA.get("$defs").and_then(|tables| tables.get(name)).unwrap_or(&NONE)
}

/// The keys of a table, with their schemas.
pub(super) fn properties(table: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let properties = table.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().map(|(key, schema)| (key.as_str(), schema))
}

/// The former names of a key.
pub(super) fn old_names(key: &Value) -> impl Iterator<Item = &str> {
    key.get("old").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The current name of a key that has the given old name in a table.
pub(super) fn renamed<'a>(table: &'a Value, old: &str) -> Option<&'a str> {
    let key = properties(table).find(|(_, schema)| old_names(schema).any(|name| name == old));
    key.map(|(name, _)| name)
}

/// The keys of a table that are allowed in `[defaults]`.
pub(super) fn inherited(table: &str) -> Vec<&'static str> {
    noted(definition(table), "inherited").map(|(key, _)| key).collect()
}

/// The default value of a key.
pub(super) fn default_of<T: DeserializeOwned>(table: &str, key: &str) -> Option<T> {
    let default = definition(table).get("properties")?.get(key)?.get("default")?;
    serde_json::from_value(default.clone()).ok()
}

/// The bounds of a key whose value is a duration.
pub(super) fn length(schema: &Value) -> Option<(Duration, Duration)> {
    let bound = |name| schema.get(name).and_then(Value::as_u64).map(Duration::from_secs);
    Some((bound("from")?, bound("to")?))
}

fn noted<'a>(table: &'a Value, note: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    properties(table).filter(move |(_, key)| key.get(note) == Some(&Value::Bool(true)))
}

/// The defaults of a table's keys as TOML. Their JSON is also valid TOML, because none of them is a
/// table.
fn defaults_of(table: &Value) -> String {
    let with_default =
        |(key, schema): (&str, &Value)| Some(format!("{key} = {}\n", schema.get("default")?));
    properties(table).filter_map(with_default).collect()
}

fn whole() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let site = table::<written::SiteKeys>(&mut generator);
    let mut source = table::<written::SourceKeys>(&mut generator);
    let condition = table::<written::ConditionKeys>(&mut generator);
    let mut feed = table::<written::FeedKeys>(&mut generator);
    let source_table = table::<written::SourceTable>(&mut generator);
    let source_list = table::<written::SourceListKeys>(&mut generator);
    let topic = table::<written::TopicKeys>(&mut generator);
    let office = table::<written::OfficeKeys>(&mut generator);
    let platform = table::<written::PlatformKeys>(&mut generator);
    for (key, schema) in properties(&condition) {
        set_key(&mut feed, key, schema.clone());
    }
    let lists = json!({
        "source": list("Source", "The places where agencies publish."),
        "source_table": list("SourceTable", "Sources from a CSV table, one per row."),
        "source_list": list("SourceList", "Lists of sources that are maintained elsewhere and that bantin follows."),
        "feed": list("Feed", "The feeds that are published."),
    });

    let mut tables = generator.take_definitions(false);
    add_kinds(&mut source, &mut tables);
    tables.insert("Source".into(), source.clone());
    tables.insert(
        "SourceTable".into(),
        composed(
            "Sources from a CSV table; every key except `path` is a default for its rows.",
            source_table,
            properties(&source),
        ),
    );
    // Keys whose values are sent to hosts or read from this machine are excluded: the list's
    // maintainer chooses the hosts.
    tables.insert(
        "SourceList".into(),
        composed(
            "Sources of an OPML or CSV list that is maintained elsewhere; every key except `url` and `refresh` is a default for them.",
            source_list,
            noted(&source, "listed"),
        ),
    );
    tables.insert("Feed".into(), named(&feed));
    tables.insert("Condition".into(), condition);
    tables.insert("Platform".into(), platform);
    tables.insert("Defaults".into(), defaults(&source, &feed));
    tables.insert("Included".into(), object("A file that feeds.toml includes.", lists.clone()));
    tables.insert("Topic".into(), topic);
    let topics = list("Topic", "Topics of articles, and the keywords that identify them.");
    let of_office = json!({
        "$ref": "#/$defs/Office",
        "description": office.get("description"),
    });
    tables.insert("Office".into(), office);
    let keys = json!({ "topic": topics, "office": of_office });
    tables.insert("Topics".into(), object("A file of topics.", keys));

    let mut keys = site.get("properties").cloned().unwrap_or_default();
    let described = json!({
        "$ref": "#/$defs/Defaults",
        "description": "Default values for every source and feed that does not set a key itself.",
    });
    set(&mut keys, "defaults", described);
    for (key, list) in lists.as_object().into_iter().flatten() {
        set(&mut keys, key, list.clone());
    }
    let mut whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "feeds.toml",
        "description": "The sources that bantin reads and the feeds that it publishes.",
        "type": "object",
        "properties": keys,
        "required": site.get("required"),
        "additionalProperties": false,
        "$defs": tables,
    });
    simplify(&mut whole);
    whole
}

/// The schema of a table with exactly these keys.
fn object(description: &str, properties: Value) -> Value {
    json!({
        "type": "object",
        "description": description,
        "properties": properties,
        "additionalProperties": false,
    })
}

fn table<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    T::json_schema(generator).to_value()
}

/// Adds the kinds of sources and their keys.
fn add_kinds(source: &mut Value, tables: &mut Map<String, Value>) {
    let choice = |kind: &kind::KindDefinition| json!({ "type": "string", "const": kind.name, "description": kind.doc });
    let choices: Vec<Value> = KINDS.iter().map(|kind| choice(kind)).collect();
    if let Some(kind) = source.pointer_mut("/properties/kind").and_then(Value::as_object_mut) {
        kind.shift_remove("type");
        kind.insert("oneOf".into(), choices.into());
    }
    for key in KINDS.iter().flat_map(|kind| kind.keys) {
        let Some(table) = key.table() else {
            set_key(source, key.name, of_kind_key(key));
            continue;
        };
        let name = capitalised(table);
        let doc = kind::TABLES.iter().find(|(name, _)| *name == table).map(|(_, doc)| *doc);
        let described = json!({ "$ref": format!("#/$defs/{name}"), "description": doc });
        set_key(source, table, described);
        let empty = || json!({ "type": "object", "description": doc, "properties": {}, "additionalProperties": false });
        let table = tables.entry(name).or_insert_with(empty);
        let own = key.name.split_once('.').map_or(key.name, |(_, own)| own);
        set_key(table, own, of_kind_key(key));
        if key.required {
            set(table, "required", json!([own]));
        }
    }
}

/// The name of the definition of a table.
pub(super) fn capitalised(table: &str) -> String {
    let mut letters = table.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn of_kind_key(key: &KindKey) -> Value {
    let mut schema = match key.form {
        KeyForm::Text => json!({ "type": "string" }),
        KeyForm::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        KeyForm::Truth => json!({ "type": "boolean" }),
        KeyForm::Number(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
    };
    set(&mut schema, "description", json!(key.doc));
    let example: Value = serde_json::from_str(key.example).unwrap_or_default();
    set(&mut schema, "examples", json!([example]));
    if !key.aliases.is_empty() {
        set(&mut schema, "old", json!(key.aliases));
    }
    if key.in_lists {
        set(&mut schema, "listed", json!(true));
    }
    schema
}

/// Requires `id` or `each`: a feed has one id, or many that a template generates.
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

fn set_key(table: &mut Value, key: &str, schema: Value) {
    if let Some(properties) = table.get_mut("properties") {
        set(properties, key, schema);
    }
}

/// Adds keys that are defined in another table.
fn composed<'a>(
    description: &str,
    mut table: Value,
    others: impl Iterator<Item = (&'a str, &'a Value)>,
) -> Value {
    set(&mut table, "description", json!(description));
    for (key, schema) in others {
        if table.pointer(&format!("/properties/{key}")).is_none() {
            set_key(&mut table, key, schema.clone());
        }
    }
    table
}

fn defaults(source: &Value, feed: &Value) -> Value {
    let keys = noted(feed, "inherited").chain(noted(source, "inherited"));
    let mut keys: Map<String, Value> =
        keys.map(|(key, schema)| (key.to_owned(), schema.clone())).collect();
    if let Some(language) = keys.get_mut("language") {
        set(language, "description", json!("The language of sources and feeds (BCP 47)."));
    }
    object(
        "Default values for every source and feed that does not set a key itself.",
        Value::Object(keys),
    )
}

/// Removes what only applies to Rust: an absent key is an `Option` here and a null to the
/// generator, but TOML has no null, and the width of our integers means nothing to readers of the
/// schema.
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

/// Converts the schema for editors: bounds of durations go into the descriptions, old names become
/// deprecated keys, and the annotations are removed.
fn publish(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(publish);
            if let Some(keys) = map.get_mut("properties").and_then(Value::as_object_mut) {
                let deprecated: Vec<_> = keys
                    .iter()
                    .flat_map(|(key, schema)| {
                        old_names(schema).map(|old| deprecated(old, key, schema))
                    })
                    .collect();
                keys.extend(deprecated);
                for key in keys.values_mut().filter_map(Value::as_object_mut) {
                    if let Some(described) = bounded(key) {
                        key.insert("description".into(), described.into());
                    }
                    key.retain(|name, _| !NOTES.contains(&name.as_str()));
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(publish),
        _ => {}
    }
}

/// The deprecated key for an old name.
fn deprecated(old: &str, key: &str, schema: &Value) -> (String, Value) {
    let mut schema = schema.clone();
    set(&mut schema, "description", json!(format!("The old name of `{key}`.")));
    set(&mut schema, "deprecated", json!(true));
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|name, _| !["default", "examples", "from"].contains(&name.as_str()));
    }
    (old.to_owned(), schema)
}

/// The description of a duration, with its bounds.
fn bounded(key: &Map<String, Value>) -> Option<String> {
    let described = key.get("description")?.as_str()?;
    Some(format!("{described} {}", bounds(&Value::Object(key.clone()))?))
}

/// The bounds of a duration, as a sentence.
pub(super) fn bounds(key: &Value) -> Option<String> {
    let (from, to) = length(key)?;
    let shown = humantime::format_duration;
    Some(format!("From {} to {}.", shown(from), shown(to)))
}

/// The value of a key, or its default.
pub(super) fn or_default<T: Clone + DeserializeOwned>(
    written: &Option<Spanned<T>>,
    table: &str,
    key: &str,
) -> Option<T> {
    let written = written.as_ref().map(|written| written.value.clone());
    written.or_else(|| default_of(table, key))
}

#[cfg(test)]
mod tests {
    use super::super::tree::{ConfigNode, ConfigValue as Written};
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
        for (key, property) in tables.flat_map(properties) {
            assert!(property["description"].is_string(), "{key}");
            let shown = ["default", "examples", "$ref", "oneOf", "items"];
            assert!(shown.iter().any(|name| property.get(name).is_some()), "{key}: {property}");
        }
    }

    #[test]
    fn the_published_schema_has_old_names_as_deprecated_keys_and_no_notes() {
        let published: Value = serde_json::from_str(&schema()).unwrap();
        let tables = published["$defs"].as_object().unwrap().values().chain([&published]);
        let mut old = Vec::new();
        for (key, schema) in tables.flat_map(properties) {
            assert!(NOTES.iter().all(|note| schema.get(note).is_none()), "{key}: {schema}");
            if schema.get("deprecated") == Some(&json!(true)) {
                assert!(schema["description"].as_str().unwrap().starts_with("The old name of `"));
                old.push(key);
            }
        }
        old.sort_unstable();
        old.dedup();
        let expected = [
            "formerly",
            "gap",
            "least_change",
            "longest_lease",
            "most_bytes",
            "most_pages",
            "most_per_host",
            "most_per_source",
            "most_requests",
            "most_subscriptions",
            "quiet",
        ];
        assert_eq!(old, expected);
        let delay = &published["$defs"]["Source"]["properties"]["delay"];
        assert!(delay["description"].as_str().unwrap().ends_with("From 0s to 5m."), "{delay}");
    }

    #[test]
    fn a_hub_has_the_defaults_that_its_keys_name() {
        let meant = bantin_core::WebSubConfig::default();
        type Lease = super::super::deserialize::BoundedDuration<3600, { 30 * 24 * 3600 }>;
        let lease = |key| default_of::<Lease>("WebSub", key).unwrap().0;
        assert_eq!((lease("lease"), lease("max_lease")), (meant.lease, meant.max_lease));
        let number = |key| default_of::<u32>("WebSub", key).unwrap();
        assert_eq!(number("max_subscriptions"), meant.max_subscriptions);
        assert_eq!(number("max_per_host"), meant.max_per_host);
    }

    #[test]
    fn what_defaults_may_hold_means_something_where_it_is_left_out() {
        let built_in = ConfigNode::of_toml(&BUILT_IN, 0).unwrap();
        let Some(Written::Table(defaults)) = built_in.get("defaults").map(|node| &node.value)
        else {
            panic!("no defaults");
        };
        let keys = properties(definition("Defaults")).map(|(key, _)| key);
        let mut without: Vec<_> =
            keys.filter(|key| defaults.iter().all(|d| d.key != **key)).collect();
        without.sort_unstable();
        let optional =
            ["archive", "cookies", "headers", "max_per_source", "proxy", "quiet_hours", "rights"];
        assert_eq!(without, optional, "keys that mean something where they are left out");
        let (source, feed) = (definition("Source"), definition("Feed"));
        let of = |table: &Value| table["properties"]["language"]["default"].clone();
        assert_eq!(of(source), of(feed), "one default for both");
    }
}
