//! Feeds that are published, and the settings of the site, as configured in feeds.toml.

use super::{ArchivePolicy, Condition, Origin, Slug, TokenHash, TopicRules, WebSubConfig};
use std::net::SocketAddr;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// A feed as feeds.toml defines it: one document for each format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedConfig {
    /// Its name: the documents are `<id>.rss`, `<id>.atom`, `<id>.json`.
    pub id: Slug,
    /// Former names. Its documents are still served under these names.
    pub aliases: Vec<Slug>,
    /// Its title, plain text.
    pub title: String,
    /// Its description, plain text.
    pub description: String,
    /// The language tag (BCP 47).
    pub language: String,
    /// The copyright statement, plain text; may be empty.
    pub rights: String,
    /// The articles that it contains.
    pub query: ArticleQuery,
    /// The maximum number of entries of a document.
    pub limit: usize,
    /// The maximum size of a document in bytes; one entry is kept in any case.
    pub max_bytes: usize,
    /// The content of its entries.
    pub content: ContentMode,
    /// The formats that it is published in.
    pub formats: Vec<FeedFormat>,
    /// The policy for archives and tombstones.
    pub history: ArchivePolicy,
    /// The folders of the feed, outermost first: for a feed of a matrix the matrix, then for
    /// example the province. A feed that is defined on its own has none.
    pub folders: Vec<String>,
    /// The hashes of the tokens that give access. Empty if the feed is public.
    pub tokens: Vec<TokenHash>,
}

/// A feed with its permanent tag, which the store assigns. It dereferences to its config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The permanent `tag:` URI (RFC 4151) of the feed.
    pub tag: String,
    /// The definition in feeds.toml.
    pub config: FeedConfig,
}

impl Deref for Feed {
    type Target = FeedConfig;

    fn deref(&self) -> &FeedConfig {
        &self.config
    }
}

impl FeedConfig {
    /// Whether access requires a token.
    pub fn is_private(&self) -> bool {
        !self.tokens.is_empty()
    }
}

/// The articles that a feed contains: those that match every list and condition. An empty list
/// matches all articles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArticleQuery {
    /// Names of sources.
    pub sources: Vec<Slug>,
    /// Terms of provinces.
    pub provinces: Vec<Slug>,
    /// Terms of agencies.
    pub agencies: Vec<Slug>,
    /// Ids of topics; an article needs at least one of them.
    pub topics: Vec<Slug>,
    /// Further conditions, all of which an article must meet.
    pub conditions: Vec<Condition>,
}

impl ArticleQuery {
    /// Whether a source, with its description if that is known, is one of those that the query
    /// asks for.
    pub fn is_of_source(&self, source: &Slug, origin: Option<&Origin>) -> bool {
        let within = |list: &[Slug], name: Option<&Slug>| {
            list.is_empty() || name.is_some_and(|name| list.contains(name))
        };
        let province = origin.and_then(|origin| origin.province.as_ref());
        let agency = origin.and_then(|origin| origin.agency.as_ref());
        within(&self.sources, Some(source))
            && within(&self.provinces, province.map(|province| &province.slug))
            && within(&self.agencies, agency.map(|agency| &agency.slug))
    }

    /// Writes the query as a text that is unique to it. Stores keep this text, so its form (version
    /// 1) is written out here.
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

/// The content of a feed's entries.
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
    /// All formats, in the order in which pages list them.
    pub const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// The file name extension.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }

    /// Whether archive documents are made in it: the links of RFC 5005 are Atom elements, which RSS
    /// can contain.
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

    /// The display name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rss => "RSS",
            Self::Atom => "Atom",
            Self::Json => "JSON Feed",
        }
    }
}

/// The settings of the whole site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The title of the index page and of the OPML.
    pub title: String,
    /// The public address of `output/`; ends with a slash.
    pub base_url: Url,
    /// The operator's contact, shown in the User-Agent and on the index page.
    pub contact: Option<String>,
    /// Domain and date of the `tag:` ids (RFC 4151), for example `bantin.example,2026`.
    pub id_authority: String,
    /// The address that the daemon listens on.
    pub listen: SocketAddr,
    /// The folder of the published documents.
    pub output: PathBuf,
    /// The folder of the store and the lock.
    pub state: PathBuf,
    /// Whether compressed copies are written beside the documents in `output`, for web servers that
    /// do not compress.
    pub precompress: bool,
    /// The time for which the documents of a feed are kept after its removal from feeds.toml.
    pub keep_gone: Duration,
    /// The topics and their rules.
    pub topics: Arc<TopicRules>,
    /// The WebSub settings.
    pub websub: WebSubConfig,
}

impl Site {
    /// The folder of a feed's documents. Those of a private feed are outside `output`, where no web
    /// server serves them.
    pub fn folder_of(&self, feed: &FeedConfig) -> PathBuf {
        if feed.is_private() { self.private_folder() } else { self.output.clone() }
    }

    /// The folder of the documents of private feeds.
    pub fn private_folder(&self) -> PathBuf {
        self.state.join("private")
    }
}
