//! The keys of feeds.toml that belong to kinds: their definitions, from which the schema and the
//! documentation are generated, and their values in one source.

use bantin_core::{KeyValue, ValueError};

/// A key of one or several kinds.
#[derive(Debug)]
pub struct KindKey {
    /// The name; a key in a table is prefixed with the table's name, as in `select.item`.
    pub name: &'static str,
    /// Former names.
    pub aliases: &'static [&'static str],
    /// The type of its value.
    pub form: KeyForm,
    /// The description in feeds.schema.json.
    pub doc: &'static str,
    /// An example, as JSON.
    pub example: &'static str,
    /// Whether the key is required in its table.
    pub required: bool,
    /// Whether a `[[source_list]]` accepts it for all of its sources.
    pub in_lists: bool,
}

/// The type of a key's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyForm {
    /// A string.
    Text,
    /// A list of strings.
    Texts,
    /// `true` or `false`.
    Truth,
    /// An integer within inclusive bounds.
    Number(i64, i64),
}

impl KindKey {
    /// A string key for sources only.
    pub(super) const fn text(name: &'static str, doc: &'static str, example: &'static str) -> Self {
        let form = KeyForm::Text;
        Self { name, aliases: &[], form, doc, example, required: false, in_lists: false }
    }

    /// The table that contains it.
    pub fn table(&self) -> Option<&'static str> {
        self.name.split_once('.').map(|(table, _)| table)
    }
}

/// The tables of the kinds' keys, with their descriptions.
pub const TABLES: [(&str, &str); 1] = [(
    "select",
    "The location of the items: CSS selectors for a listing, JSONPaths (RFC 9535) for the JSON of an API. All keys except `item` are evaluated relative to the item (`$`). By default, the items of a listing are detected by their shape; `bantin discover` shows them.",
)];

/// Keys that several kinds accept.
pub(super) mod shared {
    use super::{KeyForm, KindKey};

    pub(in super::super) const FOLLOW: KindKey = KindKey {
        form: KeyForm::Truth,
        in_lists: true,
        ..KindKey::text(
            "follow",
            "Whether each article's page is fetched, for a feed or an API whose items contain only a summary. Default for the JSON of an API: true if `select` names no `content`.",
            "true",
        )
    };
    pub(in super::super) const ITEM: KindKey = KindKey {
        required: true,
        ..KindKey::text(
            "select.item",
            "The element of each news item; for an API $.data.items[*] or the like.",
            "\"article.post\"",
        )
    };
    pub(in super::super) const LINK: KindKey = KindKey::text(
        "select.link",
        "The link. By default the item itself, or the first link in it that has text. For an API, the article's address, relative to `home`.",
        "\"h2 a\"",
    );
    pub(in super::super) const TITLE: KindKey =
        KindKey::text("select.title", "The title. By default found in the item.", "\"h2\"");
    pub(in super::super) const DATE: KindKey = KindKey::text(
        "select.date",
        "The date. By default found in the item. For an API, a text, or seconds or milliseconds since 1970.",
        "\"time\"",
    );
    pub(in super::super) const SUMMARY: KindKey = KindKey::text(
        "select.summary",
        "The lead. By default found in the item.",
        "\".entry-summary\"",
    );
}

/// The values of a kind's keys in one source. Each has the type of its key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindValues(Vec<(&'static str, KeyValue)>);

impl KindValues {
    /// Sets the value of a key.
    pub fn set(&mut self, key: &'static str, value: KeyValue) {
        self.0.push((key, value));
    }

    /// Whether a key, or any key of a table, has a value.
    pub fn has(&self, key: &str) -> bool {
        let is_it = |name: &str| {
            name.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.0.iter().any(|(name, _)| is_it(name))
    }

    /// The value of a boolean key.
    pub fn truth(&self, key: &KindKey) -> Option<bool> {
        match self.value(key)? {
            KeyValue::Truth(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The parsed value of a string key; `None` if it is missing or invalid, which is reported in
    /// `misfits`.
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

    /// All values as strings.
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

/// An error in the keys of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMisfit {
    /// A key or a table is missing.
    Missing {
        /// The name.
        key: &'static str,
        /// A suggestion of what to write.
        hint: &'static str,
    },
    /// The value of a key is invalid.
    Wrong {
        /// The name.
        key: &'static str,
        /// The reason, and a remedy.
        error: ValueError,
    },
}
