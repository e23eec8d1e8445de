//! The keys of a source that belong to its kind: takes them out of the source's table, checks them
//! against the kind's definition and hands them to it.
//!
//! Nothing here knows an individual kind; the kinds are registered in `discover::kind`.

use super::diagnostics::{Diagnostics, phrase};
use super::errors::ConfigProblem;
use super::files::TextSpan;
use super::tree::{ConfigEntry, ConfigNode, ConfigValue};
use bantin_core::{KeyValue, SourceKind};
use bantin_read::discover::kind::{KINDS, KeyMisfit, KindDefinition, KindKey};

/// The kind-specific keys that a source sets, with their spans.
#[derive(Debug, Default)]
pub(super) struct KindKeys {
    values: Vec<(&'static KindKey, KeyValue, TextSpan)>,
    tables: Vec<(String, TextSpan)>,
}

impl KindKeys {
    /// Removes the kind-specific keys from the table of a source.
    pub(super) fn taken_from(table: &mut ConfigNode) -> Self {
        let is_of_kind =
            |name: &str| keys().any(|key| key.name == name || key.table() == Some(name));
        let mut taken = Self::default();
        let ConfigValue::Table(entries) = table.split(is_of_kind).value else { return taken };
        for ConfigEntry { key, node, .. } in entries {
            match node.value {
                ConfigValue::Table(members) => {
                    for member in members {
                        taken.add(&format!("{key}.{}", member.key), member.node);
                    }
                    taken.tables.push((key, node.span));
                }
                _ => taken.add(&key, node),
            }
        }
        taken
    }

    fn add(&mut self, name: &str, node: ConfigNode) {
        let known = keys().find(|key| key.name == name);
        if let (Some(key), Some(value)) = (known, value(node.value)) {
            self.values.push((key, value, node.span));
        }
    }

    fn span(&self, name: &str) -> Option<&TextSpan> {
        let table = || self.tables.iter().find(|(table, _)| table == name).map(|(_, span)| span);
        let value = self.values.iter().find(|(key, _, _)| key.name == name);
        value.map(|(_, _, span)| span).or_else(table)
    }
}

fn keys() -> impl Iterator<Item = &'static KindKey> {
    KINDS.iter().flat_map(|kind| kind.keys).copied()
}

fn value(written: ConfigValue) -> Option<KeyValue> {
    Some(match written {
        ConfigValue::Text(text) => KeyValue::Text(text),
        ConfigValue::Number(number) => KeyValue::Number(number),
        ConfigValue::Truth(truth) => KeyValue::Truth(truth),
        ConfigValue::List(items) => {
            let texts = items.into_iter().filter_map(|item| match item.value {
                ConfigValue::Text(text) => Some(text),
                _ => None,
            });
            KeyValue::List(texts.collect())
        }
        ConfigValue::Table(_) | ConfigValue::Other(_) => return None,
    })
}

/// The kind of a source with its keys. Reports keys that the kind does not accept. Returns `None`
/// after an invalid or missing key, which is reported.
pub(super) fn kind(
    definition: &KindDefinition,
    keys: &KindKeys,
    table: &TextSpan,
    diagnostics: &mut Diagnostics,
) -> Option<SourceKind> {
    let is_taken = |name: &str| definition.takes(name);
    for (name, span) in keys.tables.iter().filter(|(name, _)| !is_taken(name)) {
        report_foreign_key(name, span, diagnostics);
    }
    for (key, _, span) in &keys.values {
        if !is_taken(key.name) && key.table().is_none_or(is_taken) {
            report_foreign_key(key.name, span, diagnostics);
        }
    }
    let taken = keys.values.iter().filter(|(key, _, _)| is_taken(key.name));
    let values = taken.map(|(key, value, _)| (key.name, value.clone())).collect();
    match definition.with(&values) {
        Ok(kind) => Some(kind),
        Err(misfits) => {
            for misfit in misfits {
                report(misfit, definition, keys, table, diagnostics);
            }
            None
        }
    }
}

/// Reports a key that the source's kind does not accept.
fn report_foreign_key(name: &str, span: &TextSpan, diagnostics: &mut Diagnostics) {
    let kinds: Vec<String> = KINDS
        .iter()
        .filter(|kind| kind.takes(name))
        .map(|kind| format!("{:?}", kind.name))
        .collect();
    let first = kinds.first().cloned().unwrap_or_default();
    let problem =
        ConfigProblem::new(format!("`{name}` is for sources of kind {}", kinds.join(" or ")));
    let hint = format!("remove it, or write kind = {first}");
    diagnostics.problem(problem.at(span).hint(hint));
}

/// Reports an invalid or missing key of a kind.
fn report(
    misfit: KeyMisfit,
    definition: &KindDefinition,
    keys: &KindKeys,
    table: &TextSpan,
    diagnostics: &mut Diagnostics,
) {
    let of_kind = format!("a source of kind {:?}", definition.name);
    match misfit {
        KeyMisfit::Missing { key, hint } => {
            let parts = key.split_once('.');
            let within = parts.and_then(|(table, own)| Some((table, own, keys.span(table)?)));
            let (whose, name, span) = match within {
                Some((table, own, span)) => (format!("`{table}` of {of_kind}"), own, span),
                None => (of_kind, key, table),
            };
            let problem = ConfigProblem::new(format!("{whose} needs a key `{name}`"));
            diagnostics.problem(problem.at(span).hint(hint.to_owned()));
        }
        KeyMisfit::Wrong { key, error } => {
            let problem = ConfigProblem::new(format!("`{key}`{}", phrase(&error.message)));
            diagnostics.problem(problem.at(keys.span(key).unwrap_or(table)).hint(error.hint));
        }
    }
}
