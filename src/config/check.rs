//! Validates the configuration tree against the schema and reports all unknown keys and wrong
//! types.
//!
//! An invalid value is reported and removed from the tree, so the rest is still read and its own
//! mistakes are reported in the same run. Missing keys are not reported here: whether a key is
//! required can depend on others.

use super::diagnostics::{Diagnostics, phrase};
use super::errors::ConfigProblem;
use super::files::TextSpan;
use super::schema::{SCHEMA, capitalised, definition, length, old_names, properties, renamed};
use super::suggestion::nearest;
use super::tree::{ConfigEntry, ConfigNode, ConfigValue as Written};
use super::values::duration;
use bantin_read::discover::kind;
use serde_json::Value;

/// The tables with their headers as an operator writes them, for hints.
const TABLES: [(&str, &str); 7] = [
    ("[defaults]", "Defaults"),
    ("[[source]]", "Source"),
    ("[[feed]]", "Feed"),
    ("`article`", "Article"),
    ("`basic_auth`", "BasicAuth"),
    ("[render]", "Render"),
    ("[websub]", "WebSub"),
];
/// The tables whose keys are named in messages without the name of the table.
const PLAIN_TABLES: [&str; 7] =
    ["", "source", "source_table", "source_list", "feed", "defaults", "topic"];

/// Validates a value against a schema; returns `false` if the value must be removed. `name` is the
/// key that holds it.
pub(super) fn check(
    node: &mut ConfigNode,
    name: &str,
    schema: &Value,
    diagnostics: &mut Diagnostics,
) -> bool {
    let described = schema;
    let schema = fitting(resolved(schema), &node.value);
    let wrong = |what: String, hint: Option<String>| {
        Some(ConfigProblem::new(format!("`{name}` must be {what}")).at(&node.span).hint(hint))
    };
    let found = match &mut node.value {
        Written::Text(text) if wants(schema, "string") => match choices(schema) {
            Some(choices) if !choices.contains(&text.as_str()) => {
                let hint = nearest(text, choices.iter().copied())
                    .map(|choice| format!("did you mean {choice:?}?"));
                wrong(format!("one of {}", quoted(&choices)), hint)
            }
            _ => length(schema).and_then(|(from, to)| {
                let wrong = duration(text, from, to).err()?;
                let problem = ConfigProblem::new(format!("`{name}`{}", phrase(&wrong.message)));
                Some(problem.at(&node.span).hint(wrong.hint))
            }),
        },
        Written::Number(number) if wants(schema, "integer") => {
            let bound = |name| schema.get(name).and_then(Value::as_i64);
            let (least, most) = (bound("minimum"), bound("maximum"));
            if least.is_some_and(|least| *number < least) || most.is_some_and(|most| *number > most)
            {
                let (least, most) = (least.unwrap_or(i64::MIN), most.unwrap_or(i64::MAX));
                wrong(format!("from {least} to {most}"), None)
            } else {
                None
            }
        }
        Written::Truth(_) if wants(schema, "boolean") => None,
        Written::List(items) if wants(schema, "array") => {
            let item_schema = schema.get("items").unwrap_or(&Value::Null);
            items.retain_mut(|item| check(item, name, item_schema, diagnostics));
            None
        }
        Written::Table(entries) if wants(schema, "object") => {
            take_new_names(entries, schema, diagnostics);
            entries.retain_mut(|entry| check_entry(entry, name, schema, diagnostics));
            None
        }
        _ if is_secret(schema) => {
            let key = name.rsplit('.').next().unwrap_or_default();
            let hint = format!(
                "write the secret to a file that only bantin can read, and here {key} = {{ file = \"secrets/agency.txt\" }}"
            );
            let problem = ConfigProblem::new(format!("`{name}` must not be written here"));
            Some(problem.at(&node.span).hiding(&node.span).hint(hint))
        }
        value => {
            let hint = hint(name, value, schema, described);
            wrong(format!("{}, not {}", wanted(schema), what(value)), hint)
        }
    };
    let good = found.is_none();
    diagnostics.problems.extend(found);
    good
}

/// Renames keys that are written by their old names.
fn take_new_names(entries: &mut Vec<ConfigEntry>, schema: &Value, diagnostics: &mut Diagnostics) {
    let present: Vec<_> =
        entries.iter().map(|entry| (entry.key.clone(), entry.key_span.clone())).collect();
    entries.retain_mut(|entry| {
        if property(schema, &entry.key).is_some() {
            return true;
        }
        let Some(new) = renamed(schema, &entry.key) else { return true };
        if let Some((_, span)) = present.iter().find(|(key, _)| key == new) {
            diagnostics.problem(duplicate_key("key", (&entry.key, &entry.key_span), (new, span)));
            return false;
        }
        diagnostics.renamed(&entry.key_span, &entry.key, new);
        entry.key = new.to_owned();
        true
    });
}

/// The problem of a key that is written both by its old and by its current name.
pub(super) fn duplicate_key(
    what: &str,
    old: (&str, &TextSpan),
    new: (&str, &TextSpan),
) -> ConfigProblem {
    let message =
        format!("`{}` and `{}` are the old and the new name of the same {what}", old.0, new.0);
    let problem =
        ConfigProblem::new(message).and_at(old.1, "the old name").and_at(new.1, "the new name");
    problem.hint(format!("remove `{}`", old.0))
}

fn check_entry(
    entry: &mut ConfigEntry,
    table: &str,
    schema: &Value,
    diagnostics: &mut Diagnostics,
) -> bool {
    let key = entry.key.as_str();
    // A table with free names has a schema for its values.
    let free = schema.get("additionalProperties").filter(|schema| schema.is_object());
    match property(schema, key).or(free) {
        Some(property) => {
            let is_plain = PLAIN_TABLES.contains(&table);
            let name = if is_plain { key.to_owned() } else { format!("{table}.{key}") };
            check(&mut entry.node, &name, property, diagnostics)
        }
        None => {
            let problem = ConfigProblem::new(format!("unknown key `{key}`")).at(&entry.key_span);
            let problem = problem.hint(suggest_place(key, schema));
            let is_secret = is_secret(schema);
            diagnostics.problem(if is_secret { problem.hiding(&entry.node.span) } else { problem });
            false
        }
    }
}

/// A hint for an unknown key: the table that it belongs to, a similar key, or the list of keys.
pub(super) fn suggest_place(key: &str, schema: &Value) -> String {
    let of_kinds = kind::TABLES.iter().map(|(name, _)| (format!("`{name}`"), capitalised(name)));
    let tables = TABLES.iter().map(|(header, table)| ((*header).to_owned(), (*table).to_owned()));
    let has_key = |table: &str| {
        let table = definition(table);
        property(table, key).is_some() || renamed(table, key).is_some()
    };
    let homes = tables.chain(of_kinds).filter(|(_, table)| has_key(table));
    let mut homes: Vec<String> = homes.map(|(header, _)| header).collect();
    // A key at the top takes precedence, except a table such as `[render]`: there the key of the
    // source is meant.
    let top = property(&SCHEMA, key);
    if top.is_some_and(|key| homes.is_empty() || !wants(resolved(key), "object")) {
        homes = vec!["the top of feeds.toml, above its first table".to_owned()];
    }
    if !homes.is_empty() {
        return format!("`{key}` belongs to {}", homes.join(", or to "));
    }
    let keys = || properties(schema).map(|(key, _)| key);
    // A misspelled old name gets the present name as its suggestion.
    let old =
        properties(schema).flat_map(|(key, schema)| old_names(schema).map(move |old| (old, key)));
    let old: Vec<_> = old.collect();
    let near = nearest(key, keys()).or_else(|| {
        let near = nearest(key, old.iter().map(|(old, _)| *old))?;
        old.iter().find(|(name, _)| *name == near).map(|(_, new)| *new)
    });
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the keys here are {}", keys().collect::<Vec<_>>().join(", ")),
    }
}

/// The schema of a key of a table.
pub(super) fn property<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    schema.get("properties")?.get(key)
}

/// The schema to which a reference points, or the schema itself.
pub(super) fn resolved(schema: &Value) -> &Value {
    let table = schema.get("$ref").and_then(Value::as_str);
    match table.and_then(|reference| reference.strip_prefix("#/$defs/")) {
        Some(table) => definition(table),
        None => schema,
    }
}

/// The alternative that fits a value, of a schema that accepts a string or a table.
fn fitting<'a>(schema: &'a Value, value: &Written) -> &'a Value {
    let kind = match value {
        Written::Text(_) => "string",
        Written::Table(_) => "object",
        _ => return schema,
    };
    let choices = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    choices.map(resolved).find(|choice| wants(choice, kind)).unwrap_or(schema)
}

/// Whether a schema is that of a secret, whose value no message may show.
fn is_secret(schema: &Value) -> bool {
    property(schema, "credential").is_some()
}

/// Whether a schema accepts a type.
pub(super) fn wants(schema: &Value, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(wanted)) => wanted == kind,
        _ => kind == "string" && choices(schema).is_some(),
    }
}

/// The allowed strings of a key, if it has a fixed set.
fn choices(schema: &Value) -> Option<Vec<&str>> {
    let choices = schema.get("oneOf")?.as_array()?;
    choices.iter().map(|choice| choice.get("const")?.as_str()).collect()
}

fn quoted(choices: &[&str]) -> String {
    let quoted: Vec<_> = choices.iter().map(|choice| format!("{choice:?}")).collect();
    quoted.join(", ")
}

fn wanted(schema: &Value) -> &'static str {
    if schema.get("anyOf").is_some() {
        "a string or a table"
    } else if wants(schema, "string") {
        "a string"
    } else if wants(schema, "integer") {
        "a whole number"
    } else if wants(schema, "boolean") {
        "true or false"
    } else if wants(schema, "object") {
        "a table"
    } else if schema.get("items").is_some_and(|items| wants(resolved(items), "object")) {
        "a list of tables"
    } else {
        "a list"
    }
}

fn what(value: &Written) -> &'static str {
    match value {
        Written::Text(_) => "a string",
        Written::Number(_) => "a number",
        Written::Truth(_) => "true or false",
        Written::List(_) => "a list",
        Written::Table(_) => "a table",
        Written::Other(name) => name,
    }
}

/// A hint on how to write a value of the wrong type correctly.
fn hint(name: &str, value: &Written, schema: &Value, described: &Value) -> Option<String> {
    match value {
        Written::Table(_) if ["all", "any", "none"].contains(&name) => {
            Some(format!("write {name} = [{{ ... }}], with square brackets around it"))
        }
        Written::Table(_) if wanted(schema) == "a list of tables" => {
            Some(format!("write [[{name}]], with two brackets, before each"))
        }
        Written::Text(text) if wants(schema, "array") => Some(format!("write [{text:?}]")),
        Written::Text(text) if wants(schema, "integer") && text.trim().parse::<i64>().is_ok() => {
            Some("write it without quotes".into())
        }
        Written::Text(text)
            if wants(schema, "boolean") && matches!(text.as_str(), "true" | "false") =>
        {
            Some("write it without quotes".into())
        }
        Written::Number(_) if schema.get("anyOf").is_some() => Some("write it in quotes".into()),
        _ => {
            let default = described.get("default");
            let example = default.or_else(|| described.get("examples")?.get(0))?;
            Some(format!("for example {name} = {}", inline(example)))
        }
    }
}

/// A value as TOML writes it on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(table) => {
            let pairs: Vec<_> =
                table.iter().map(|(key, value)| format!("{key} = {}", inline(value))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        other => other.to_string(),
    }
}
