//! What is published, as feeds.toml means it.

use super::{ArchivePolicy, Condition, Slug, TokenHash, TopicRules, WebSubConfig};
use std::net::SocketAddr;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// A feed that we publish, as feeds.toml defines it: one document for each format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedConfig {
    /// Its name: the documents are `<id>.rss`, `<id>.atom`, `<id>.json`.
    pub id: Slug,
    /// Names it had before; its documents are found under these too.
    pub formerly: Vec<Slug>,
    /// Its title, plain text.
    pub title: String,
    /// What it is about, plain text.
    pub description: String,
    /// BCP 47.
    pub language: String,
    /// Who has which rights in it, plain text; empty where nothing is said.
    pub rights: String,
    /// Which articles are in it.
    pub query: ArticleQuery,
    /// The most entries in a document.
    pub limit: usize,
    /// The most bytes of a document; one entry stays in any case.
    pub max_bytes: usize,
    /// What entries hold.
    pub content: ContentMode,
    /// In which formats it is published.
    pub formats: Vec<FeedFormat>,
    /// How much of its past is kept in sight.
    pub history: ArchivePolicy,
    /// The folders that it lies in, from the outermost: of a matrix the matrix, then for example the province. A feed that was
    /// written alone lies in none.
    pub folders: Vec<String>,
    /// Who may read it: whoever shows one of these tokens. Empty where everybody may.
    pub tokens: Vec<TokenHash>,
}

/// A feed with its permanent tag, which the store gives. It reads like its config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The permanent `tag:` URI (RFC 4151) of the feed.
    pub tag: String,
    /// What feeds.toml says.
    pub config: FeedConfig,
}

impl Deref for Feed {
    type Target = FeedConfig;

    fn deref(&self) -> &FeedConfig {
        &self.config
    }
}

impl FeedConfig {
    /// Whether only some may read it.
    pub fn is_private(&self) -> bool {
        !self.tokens.is_empty()
    }
}

/// Which articles a feed holds: those that match every list. An empty list matches all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArticleQuery {
    /// Names of sources.
    pub sources: Vec<Slug>,
    /// Terms of provinces.
    pub provinces: Vec<Slug>,
    /// Terms of agencies.
    pub agencies: Vec<Slug>,
    /// Ids of topics, of which an article has one at least.
    pub topics: Vec<Slug>,
    /// What else has to hold of an article, all of it.
    pub conditions: Vec<Condition>,
}

impl ArticleQuery {
    /// The query as a text that tells it from others. Stores keep it: version 1, written out.
    pub fn rule(&self) -> String {
        let Self { sources, provinces, agencies, topics, conditions } = self;
        let lists = [
            ("sources", sources),
            ("provinces", provinces),
            ("agencies", agencies),
            ("topics", topics),
        ];
        let mut parts: Vec<String> = lists
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(name, list)| super::condition::rule(name, list.iter().map(Slug::as_str)))
            .collect();
        parts.extend(conditions.iter().map(Condition::rule));
        parts.join(" ")
    }
}

/// What the entries of a feed hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentMode {
    /// The whole text.
    Full,
    /// The summary, or the beginning of the text.
    Summary,
}

/// A format of feed documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedFormat {
    /// RSS 2.0.
    Rss,
    /// Atom 1.0 (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl FeedFormat {
    /// All formats, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// The file name's ending.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }

    /// Whether documents of the past are made in it: the links of RFC 5005 are elements of Atom.
    pub fn has_archives(self) -> bool {
        matches!(self, Self::Atom | Self::Rss)
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml",
            Self::Atom => "application/atom+xml",
            Self::Json => "application/feed+json",
        }
    }

    /// The name that people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rss => "RSS",
            Self::Atom => "Atom",
            Self::Json => "JSON Feed",
        }
    }
}

/// What holds for everything that we publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The title of the index page and of the OPML.
    pub title: String,
    /// Where readers find `output/`; ends with a slash.
    pub base_url: Url,
    /// Who answers for it: in the User-Agent and on the index page.
    pub contact: Option<String>,
    /// Domain and date of the `tag:` ids (RFC 4151), for example `bantin.example,2026`.
    pub id_authority: String,
    /// Where the daemon listens.
    pub listen: SocketAddr,
    /// The folder of the published documents.
    pub output: PathBuf,
    /// The folder of the store and the lock.
    pub state: PathBuf,
    /// Whether documents lie in `output` packed as well, for web servers that do not pack.
    pub precompress: bool,
    /// How long the documents of a feed stay after it left feeds.toml.
    pub keep_gone: Duration,
    /// The topics that articles are told apart by.
    pub topics: Arc<TopicRules>,
    /// Who is told that a document has changed.
    pub websub: WebSubConfig,
}

impl Site {
    /// Where the documents of a feed lie: those of a private one where no web server looks for them.
    pub fn folder_of(&self, feed: &FeedConfig) -> PathBuf {
        if feed.is_private() { self.private_folder() } else { self.output.clone() }
    }

    /// The folder of the documents of private feeds.
    pub fn private_folder(&self) -> PathBuf {
        self.state.join("private")
    }
}
