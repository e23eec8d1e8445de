//! The configuration as a tree of values with spans.
//!
//! TOML and the rows of a CSV table become the same tree, so one validation and one deserializer
//! serve both. It is not the tree of the `toml` crate, because those values borrow from a single
//! text.

use super::errors::ConfigProblem;
use super::files::TextSpan;
use bantin_read::discover::kind::TABLES;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The tables whose keys are inherited one by one, besides those of kinds.
const JOINED: [&str; 2] = ["article", "headers"];

fn is_joined(table: &str) -> bool {
    JOINED.contains(&table) || TABLES.iter().any(|(own, _)| *own == table)
}

/// A value and its span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConfigNode {
    /// The span of the value; for a table with a header, the span of the header.
    pub(super) span: TextSpan,
    /// The value.
    pub(super) value: ConfigValue,
}

/// The value of a configuration key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ConfigValue {
    /// A string.
    Text(String),
    /// A whole number.
    Number(i64),
    /// `true` or `false`.
    Truth(bool),
    /// An array.
    List(Vec<ConfigNode>),
    /// A table, in no particular order.
    Table(Vec<ConfigEntry>),
    /// A type that no key accepts, by its name.
    Other(&'static str),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConfigEntry {
    /// The key.
    pub(super) key: String,
    /// The span of the key.
    pub(super) key_span: TextSpan,
    /// The value.
    pub(super) node: ConfigNode,
}

impl ConfigNode {
    /// Parses a TOML document that starts at `start` of the concatenated texts. Returns all syntax
    /// errors if there are any.
    pub(super) fn of_toml(text: &str, start: usize) -> Result<Self, Vec<ConfigProblem>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            let span = table.span();
            return Ok(node(Spanned::new(span, DeValue::Table(table.into_inner())), start));
        }
        let problem = |e: toml::de::Error| {
            let problem = ConfigProblem::new(format!("this is not TOML: {}", e.message()));
            let span = e.span().unwrap_or_default();
            problem.at(&(start + span.start..start + span.end))
        };
        Err(errors.into_iter().map(problem).collect())
    }

    /// An empty table.
    pub(super) fn empty(span: TextSpan) -> Self {
        Self { span, value: ConfigValue::Table(Vec::new()) }
    }

    /// The value of a key, if this is a table that has the key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let ConfigValue::Table(entries) = &self.value else { return None };
        entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// Removes a key from the table and returns its value.
    pub(super) fn take(&mut self, key: &str) -> Option<Self> {
        let ConfigValue::Table(entries) = &mut self.value else { return None };
        let place = entries.iter().position(|entry| entry.key == key)?;
        Some(entries.swap_remove(place).node)
    }

    /// Removes a list from the table and returns its items; an absent list is empty.
    pub(super) fn take_list(&mut self, key: &str) -> Vec<Self> {
        match self.take(key).map(|node| node.value) {
            Some(ConfigValue::List(nodes)) => nodes,
            _ => Vec::new(),
        }
    }

    /// Adds the keys that the table lacks from another table, also within the joined tables. Other
    /// tables are one value: the password of one proxy is not for another.
    pub(super) fn fill_from(&mut self, below: &Self) {
        let (ConfigValue::Table(entries), ConfigValue::Table(more)) =
            (&mut self.value, &below.value)
        else {
            return;
        };
        for entry in more {
            match entries.iter_mut().find(|own| own.key == entry.key) {
                Some(own) if is_joined(&own.key) => {
                    own.node.fill_from(&entry.node);
                }
                Some(_) => {}
                None => entries.push(entry.clone()),
            }
        }
    }

    /// Moves the entries of some keys into a new table.
    pub(super) fn split(&mut self, is_wanted: impl Fn(&str) -> bool) -> Self {
        let mut taken = Self::empty(self.span.clone());
        if let (ConfigValue::Table(entries), ConfigValue::Table(wanted)) =
            (&mut self.value, &mut taken.value)
        {
            wanted.extend(entries.extract_if(.., |entry| is_wanted(&entry.key)));
        }
        taken
    }

    /// A copy of the table with only these keys.
    pub(super) fn only(&self, keys: &[&str]) -> Self {
        let mut table = self.clone();
        if let ConfigValue::Table(entries) = &mut table.value {
            entries.retain(|entry| keys.contains(&entry.key.as_str()));
        }
        table
    }
}

fn node(spanned: Spanned<DeValue<'_>>, start: usize) -> ConfigNode {
    let moved = |span: TextSpan| start + span.start..start + span.end;
    let span = moved(spanned.span());
    let value = match spanned.into_inner() {
        DeValue::String(text) => ConfigValue::Text(text.into_owned()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => ConfigValue::Number(number),
            Err(_) => ConfigValue::Other("a number that is too large"),
        },
        DeValue::Boolean(truth) => ConfigValue::Truth(truth),
        DeValue::Array(items) => {
            ConfigValue::List(items.into_iter().map(|item| node(item, start)).collect())
        }
        DeValue::Table(table) => {
            let entry = |(key, value): (Spanned<_>, _)| ConfigEntry {
                key_span: moved(key.span()),
                key: std::borrow::Cow::into_owned(key.into_inner()),
                node: node(value, start),
            };
            ConfigValue::Table(table.into_iter().map(entry).collect())
        }
        DeValue::Float(_) => ConfigValue::Other("a number with a fraction"),
        DeValue::Datetime(_) => ConfigValue::Other("a date"),
    };
    ConfigNode { span, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> ConfigNode {
        ConfigNode::of_toml(text, 0).unwrap()
    }

    #[test]
    fn a_table_is_filled_from_the_one_below_it() {
        let mut row = tree("id = 'a'\nselect = { item = 'li' }");
        row.fill_from(&tree("id = 'b'\ndelay = '1s'\nselect = { item = 'tr', date = 'i' }"));
        let text = |node: Option<&ConfigNode>| match node.map(|node| &node.value) {
            Some(ConfigValue::Text(text)) => text.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text(row.get("id")), "a");
        assert_eq!(text(row.get("delay")), "1s");
        let select = row.get("select").unwrap();
        assert_eq!(text(select.get("item")), "li");
        assert_eq!(text(select.get("date")), "i");
    }

    #[test]
    fn numbers_are_read_as_toml_writes_them() {
        for (text, number) in [("a = 1_000", 1000), ("a = 0x1F", 31), ("a = -7", -7)] {
            assert_eq!(tree(text).get("a").unwrap().value, ConfigValue::Number(number), "{text}");
        }
    }
}
