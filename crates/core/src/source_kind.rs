//! The kind of a source as all stages know it: a name, its settings, and whether its articles have pages.
//!
//! Which kinds exist, and how they read pages, is defined in `discover::kind`, one file a kind.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// How the page at a source's address is read.
#[derive(Clone)]
pub struct SourceKind {
    name: &'static str,
    settings: Vec<(&'static str, String)>,
    follows: bool,
    /// The reader, of a type that only the stage which reads pages knows.
    reader: Arc<dyn Any + Send + Sync>,
}

impl SourceKind {
    /// A kind with its settings in any order. Kinds of equal names and settings must read pages equally.
    pub fn new(
        name: &'static str,
        mut settings: Vec<(&'static str, String)>,
        follows: bool,
        reader: Arc<dyn Any + Send + Sync>,
    ) -> Self {
        settings.sort();
        Self { name, settings, follows, reader }
    }

    /// The name that feeds.toml writes as `kind`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The keys of feeds.toml that say how pages are read, with their values as text, sorted by key.
    pub fn settings(&self) -> &[(&'static str, String)] {
        &self.settings
    }

    /// The value of one setting.
    pub fn setting(&self, key: &str) -> Option<&str> {
        let setting = self.settings.iter().find(|(name, _)| *name == key);
        setting.map(|(_, value)| value.as_str())
    }

    /// Whether the page of each article is fetched. Otherwise its listing item holds all of it.
    pub fn follows(&self) -> bool {
        self.follows
    }

    /// The reader, where it is of type `T`.
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

/// A value of a key as feeds.toml writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyValue {
    /// A text.
    Text(String),
    /// Texts.
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
