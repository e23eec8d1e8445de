//! A configuration as a tree of values, each with its place.
//!
//! TOML and the rows of a table become the same tree, so that one check and one reader serve both. The tree is
//! ours and not that of the `toml` crate, whose values borrow from one text.

use super::errors::ConfigProblem;
use super::files::TextSpan;
use bantin_read::discover::kind::TABLES;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The tables whose keys stand each for itself, beside those of kinds.
const JOINED: [&str; 2] = ["article", "headers"];

fn is_joined(table: &str) -> bool {
    JOINED.contains(&table) || TABLES.iter().any(|(own, _)| *own == table)
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConfigNode {
    /// Where it is written; for a table under a header, the header.
    pub(super) span: TextSpan,
    /// The value.
    pub(super) value: ConfigValue,
}

/// What a configuration can say.
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
    /// What no key of ours takes, by its name.
    Other(&'static str),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConfigEntry {
    /// The key.
    pub(super) key: String,
    /// Where the key is written.
    pub(super) key_span: TextSpan,
    /// The value.
    pub(super) node: ConfigNode,
}

impl ConfigNode {
    /// The tree of a TOML document that starts at `start` of the texts laid end to end; or everything that its
    /// grammar forbids.
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

    /// The value of a key, where this is a table that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let ConfigValue::Table(entries) = &self.value else { return None };
        entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// Takes a key out of the table.
    pub(super) fn take(&mut self, key: &str) -> Option<Self> {
        let ConfigValue::Table(entries) = &mut self.value else { return None };
        let place = entries.iter().position(|entry| entry.key == key)?;
        Some(entries.swap_remove(place).node)
    }

    /// Takes a list out of the table; an absent one is empty.
    pub(super) fn take_list(&mut self, key: &str) -> Vec<Self> {
        match self.take(key).map(|node| node.value) {
            Some(ConfigValue::List(nodes)) => nodes,
            _ => Vec::new(),
        }
    }

    /// Fills what the table leaves out from another, the joined tables within it likewise. Other tables are one
    /// value: the password of one proxy is not for another.
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

    /// Takes the entries of some keys out of the table, as a table of their own.
    pub(super) fn split(&mut self, is_wanted: impl Fn(&str) -> bool) -> Self {
        let mut taken = Self::empty(self.span.clone());
        if let (ConfigValue::Table(entries), ConfigValue::Table(wanted)) =
            (&mut self.value, &mut taken.value)
        {
            wanted.extend(entries.extract_if(.., |entry| is_wanted(&entry.key)));
        }
        taken
    }

    /// The table with no more than these keys.
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
            Err(_) => ConfigValue::Other("a number beyond all bounds"),
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
