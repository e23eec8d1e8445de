//! The keys of feeds.toml that belong to kinds: their definitions, which the schema and the documentation are made of, and
//! their values in one source.

use bantin_core::{KeyValue, ValueError};

/// A key that one kind or several take.
#[derive(Debug)]
pub struct KindKey {
    /// Its name; that of a key in a table has the table's before it, as `select.item`.
    pub name: &'static str,
    /// Names that it had before.
    pub old: &'static [&'static str],
    /// What its value may be.
    pub form: KeyForm,
    /// The description in feeds.schema.json.
    pub doc: &'static str,
    /// An example, as JSON.
    pub example: &'static str,
    /// Whether its table needs it.
    pub required: bool,
    /// Whether a `[[source_list]]` takes it for all of its sources.
    pub in_lists: bool,
}

/// What the value of a key may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyForm {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// `true` or `false`.
    Truth,
    /// A whole number within bounds.
    Number(i64, i64),
}

impl KindKey {
    /// A text for sources alone.
    pub(super) const fn text(name: &'static str, doc: &'static str, example: &'static str) -> Self {
        let form = KeyForm::Text;
        Self { name, old: &[], form, doc, example, required: false, in_lists: false }
    }

    /// The table that it stands in.
    pub fn table(&self) -> Option<&'static str> {
        self.name.split_once('.').map(|(table, _)| table)
    }
}

/// The tables of kinds' keys, with their descriptions.
pub const TABLES: [(&str, &str); 1] = [(
    "select",
    "Where the items are: CSS selectors for a listing, JSONPaths (RFC 9535) for the JSON of an API. All but `item` are looked up inside an item, which is the `$` of their JSONPaths. Items of a listing are found by their shape by default; `bantin discover` shows them.",
)];

/// Keys that more kinds than one take.
pub(super) mod shared {
    use super::{KeyForm, KindKey};

    pub(in super::super) const FOLLOW: KindKey = KindKey {
        form: KeyForm::Truth,
        in_lists: true,
        ..KindKey::text(
            "follow",
            "Whether each article's page is fetched, for a feed or an API that brings only a teaser. Of the JSON of an API by default where `select` names no `content`.",
            "true",
        )
    };
    pub(in super::super) const ITEM: KindKey = KindKey {
        required: true,
        ..KindKey::text(
            "select.item",
            "One element for each news item; of an API $.data.items[*] or the like.",
            "\"article.post\"",
        )
    };
    pub(in super::super) const LINK: KindKey = KindKey::text(
        "select.link",
        "The link. By default the item itself, or the first link in it that has a text. Of an API the article's address, relative to `home`.",
        "\"h2 a\"",
    );
    pub(in super::super) const TITLE: KindKey =
        KindKey::text("select.title", "The title. By default the text of the link.", "\"h2\"");
    pub(in super::super) const DATE: KindKey = KindKey::text(
        "select.date",
        "The date. Of an API a text, or seconds or milliseconds since 1970.",
        "\"time\"",
    );
    pub(in super::super) const SUMMARY: KindKey =
        KindKey::text("select.summary", "The lead.", "\".entry-summary\"");
}

/// The values of a kind's keys in one source. Each has the form that its key asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindValues(Vec<(&'static str, KeyValue)>);

impl KindValues {
    /// Sets the value of a key.
    pub fn set(&mut self, key: &'static str, value: KeyValue) {
        self.0.push((key, value));
    }

    /// Whether a key, or one of a table, has a value.
    pub fn has(&self, key: &str) -> bool {
        let is_it = |name: &str| {
            name.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.0.iter().any(|(name, _)| is_it(name))
    }

    /// The value of a key that takes `true` and `false`.
    pub fn truth(&self, key: &KindKey) -> Option<bool> {
        match self.value(key)? {
            KeyValue::Truth(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The meaning of a text; `None` where there is none, or where it is wrong, which is reported.
    pub fn read<T>(
        &self,
        key: &KindKey,
        read: impl FnOnce(&str) -> Result<T, ValueError>,
        misfits: &mut Vec<KeyMisfit>,
    ) -> Option<T> {
        let KeyValue::Text(text) = self.value(key)? else { return None };
        match read(text) {
            Ok(value) => Some(value),
            Err(error) => {
                misfits.push(KeyMisfit::Wrong { key: key.name, error });
                None
            }
        }
    }

    /// All values as texts.
    pub(super) fn settings(&self) -> Vec<(&'static str, String)> {
        self.0.iter().map(|(key, value)| (*key, value.to_string())).collect()
    }

    fn value(&self, key: &KindKey) -> Option<&KeyValue> {
        self.0.iter().find(|(name, _)| *name == key.name).map(|(_, value)| value)
    }
}

impl FromIterator<(&'static str, KeyValue)> for KindValues {
    fn from_iter<I: IntoIterator<Item = (&'static str, KeyValue)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

/// What is wrong with the keys of a source of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMisfit {
    /// A key or a table is missing.
    Missing {
        /// Its name.
        key: &'static str,
        /// What to write.
        hint: &'static str,
    },
    /// A key is wrong.
    Wrong {
        /// Its name.
        key: &'static str,
        /// How, and what to do.
        error: ValueError,
    },
}
