//! The reference of feeds.toml (`docs/feeds-toml.md`), generated from the same definitions as the
//! parser and the schema.

use super::schema::{SCHEMA, bounds, definition, old_names, properties};
use bantin_read::discover::kind::KINDS;
use serde_json::Value;
use std::fmt::Write;

const HEAD: &str = "# Keys of feeds.toml

This page is generated from the definitions of the keys; a test keeps it current (`BLESS=1 cargo test` rewrites it).

Old names of keys still work, with a warning, as long as bantin's version begins with 0. `bantin check --fix` replaces them by the new
names in feeds.toml, in the files that it includes and in the headers of CSV tables, and changes nothing else. It writes all of these files or
none: if one is read-only or in a folder that is not writable, the command names it, writes nothing and exits with code 1. Symbolic links
are followed: the command writes the target file and keeps the link.
";

/// The reference as Markdown.
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    // Writing to a `String` cannot fail.
    let _ = writeln!(page, "\n## At the top of feeds.toml\n");
    table(&mut page, &SCHEMA, properties(&SCHEMA));
    let tables = SCHEMA.get("$defs").and_then(Value::as_object);
    for (name, schema) in tables.into_iter().flatten() {
        if name == "Included" {
            continue;
        }
        let _ = writeln!(page, "\n## {}\n", heading(name));
        if let Some(described) = schema.get("description").and_then(Value::as_str) {
            let _ = writeln!(page, "{described}\n");
        }
        let elsewhere = elsewhere(name);
        // A key of the same name with another meaning, such as `url` of a list, belongs to the
        // table itself.
        let is_own = |(key, schema): &(&str, &Value)| {
            let other = |table: &&str| definition(table).pointer(&format!("/properties/{key}"));
            let is_same = |other: &Value| {
                ["type", "examples", "default", "$ref"]
                    .iter()
                    .all(|fact| other.get(fact) == schema.get(fact))
            };
            !elsewhere.iter().filter_map(other).any(is_same)
        };
        table(&mut page, schema, properties(schema).filter(is_own));
        let others = properties(schema).filter(|key| !is_own(key));
        let others: Vec<String> = others.map(|(key, _)| format!("`{key}`")).collect();
        if !others.is_empty() {
            let places: Vec<String> = elsewhere.iter().map(|table| heading(table)).collect();
            let _ = writeln!(
                page,
                "\nAlso the keys of {}: {}.",
                places.join(" and "),
                others.join(", ")
            );
        }
        if name == "Source" {
            kinds(&mut page);
        }
    }
    page
}

/// The tables whose keys a table also accepts.
fn elsewhere(table: &str) -> &'static [&'static str] {
    match table {
        "SourceTable" => &["Source"],
        "SourceList" => &["Source"],
        "Defaults" => &["Source", "Feed"],
        "Feed" => &["Condition"],
        _ => &[],
    }
}

/// The heading of a table: its TOML header if it has one, else its name.
fn heading(name: &str) -> String {
    let header = properties(&SCHEMA).find_map(|(key, schema)| {
        let is = |schema: Option<&Value>| {
            schema.and_then(|schema| schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/"))
                == Some(name)
        };
        match (is(Some(schema)), is(schema.get("items"))) {
            (true, _) => Some(format!("`[{key}]`")),
            (_, true) => Some(format!("`[[{key}]]`")),
            _ => None,
        }
    });
    header.unwrap_or_else(|| name.to_owned())
}

fn table<'a>(page: &mut String, schema: &Value, keys: impl Iterator<Item = (&'a str, &'a Value)>) {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required =
        |key: &str| required.is_some_and(|keys| keys.iter().any(|other| other == key));
    let mut keys = keys.peekable();
    if keys.peek().is_none() {
        return;
    }
    page.push_str("| key | value | default | meaning |\n|---|---|---|---|\n");
    for (key, schema) in keys {
        let default = match schema.get("default") {
            Some(default) => format!("`{default}`"),
            None if is_required(key) => "required".to_owned(),
            None => String::new(),
        };
        let old: Vec<String> =
            old_names(schema).map(|old| format!(" Old name: `{old}`.")).collect();
        let meaning = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let row =
            [format!("`{key}`"), value(schema), default, format!("{meaning}{}", old.concat())];
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
}

/// The description of the values that a key accepts.
fn value(schema: &Value) -> String {
    if let Some(bounds) = bounds(schema) {
        return format!("duration. {bounds}");
    }
    if let Some(table) = schema.get("$ref").and_then(Value::as_str) {
        return format!("table {}", table.trim_start_matches("#/$defs/"));
    }
    if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
        let choices = choices.iter().filter_map(|choice| choice.get("const")?.as_str());
        return choices.map(|choice| format!("`{choice:?}`")).collect::<Vec<_>>().join(", ");
    }
    let number = |name| schema.get(name).and_then(Value::as_i64);
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => "string".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("integer") => match (number("minimum"), number("maximum")) {
            (Some(least), Some(most)) => format!("number from {least} to {most}"),
            _ => "number".to_owned(),
        },
        Some("array") => {
            let items = schema.get("items").map(value).unwrap_or_default();
            format!("list: {items}")
        }
        Some("object") => "table".to_owned(),
        _ => "string or table".to_owned(),
    }
}

fn kinds(page: &mut String) {
    page.push_str(
        "\n### Kinds of sources\n\n| `kind` | content that is read | keys of the kind |\n|---|---|---|\n",
    );
    for kind in KINDS {
        let keys: Vec<String> = kind.keys.iter().map(|key| format!("`{}`", key.name)).collect();
        let _ = writeln!(page, "| `{}` | {} | {} |", kind.name, kind.doc, keys.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_in_docs_is_current_and_names_every_key() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/feeds-toml.md");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, reference()).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap();
        assert!(kept == reference(), "docs/feeds-toml.md is stale; run the tests with BLESS=1");
        let tables = SCHEMA["$defs"].as_object().unwrap().values().chain([&*SCHEMA]);
        for (key, schema) in tables.flat_map(properties) {
            for name in old_names(schema).chain([key]) {
                assert!(kept.contains(&format!("`{name}`")), "{name}");
            }
        }
    }
}
