//! The kind of a source, as all stages see it: a name, its settings, and whether its articles have
//! pages.
//!
//! Which kinds exist, and how they read pages, is defined in `discover::kind`, one file per kind.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The kind of a source: how the page at its address is read.
#[derive(Clone)]
pub struct SourceKind {
    name: &'static str,
    settings: Vec<(&'static str, String)>,
    fetches_articles: bool,
    /// The type-erased reader. Only the reading stage downcasts it.
    reader: Arc<dyn Any + Send + Sync>,
}

impl SourceKind {
    /// Creates a kind; the settings may be in any order. Kinds with equal names and settings must
    /// read pages equally.
    pub fn new(
        name: &'static str,
        mut settings: Vec<(&'static str, String)>,
        fetches_articles: bool,
        reader: Arc<dyn Any + Send + Sync>,
    ) -> Self {
        settings.sort();
        Self { name, settings, fetches_articles, reader }
    }

    /// The value of `kind` in feeds.toml.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The settings in feeds.toml that determine how pages are read: keys and values as text,
    /// sorted by key.
    pub fn settings(&self) -> &[(&'static str, String)] {
        &self.settings
    }

    /// The value of one setting.
    pub fn setting(&self, key: &str) -> Option<&str> {
        let setting = self.settings.iter().find(|(name, _)| *name == key);
        setting.map(|(_, value)| value.as_str())
    }

    /// Whether the page of each article is fetched. Otherwise its listing item holds all of it.
    pub fn fetches_articles(&self) -> bool {
        self.fetches_articles
    }

    /// The reader, if it is of type `T`.
    pub fn reader<T: Any>(&self) -> Option<&T> {
        self.reader.downcast_ref()
    }
}

impl PartialEq for SourceKind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.settings == other.settings
    }
}

impl Eq for SourceKind {}

impl fmt::Debug for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.name, self.settings)
    }
}

/// The value of a key in feeds.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyValue {
    /// A text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// A number.
    Number(i64),
    /// `true` or `false`.
    Truth(bool),
}

impl fmt::Display for KeyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text.trim()),
            Self::List(texts) => write!(f, "{texts:?}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Truth(truth) => write!(f, "{truth}"),
        }
    }
}
