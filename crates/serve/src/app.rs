//! The catalog: the names of documents, their files, and former names of feeds.
//!
//! Documents of private feeds are in `state/private/`, and never packed on disk. If there is a
//! private feed, every name that could be a feed's and does not exist gets the same 401 response,
//! byte for byte. So a client without a token cannot find out which private feeds exist. The index
//! page shows articles of public feeds only.

use super::archive::ArchiveName;
use super::coding::ResponseCoding;
use super::document_cache::{DocumentCache, WhilePacking};
use super::document_file::DocumentFile;
use super::inbox::{Inbox, InboxSlot};
use super::links;
use axum::http::HeaderValue;
use bantin_core::{Feed, FeedFormat, Site, Slug, TokenHash};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// The document at `/`.
pub(super) const INDEX: &str = "index.html";
/// The list of all feeds.
pub(super) const OPML: &str = "feeds.opml";

/// The ending of a feed's page.
const PAGE: &str = "html";

/// The served documents. They can be changed while the server runs.
#[derive(Debug)]
pub struct App {
    /// The folder of the documents.
    output: PathBuf,
    catalog: RwLock<Arc<Catalog>>,
    removed: RwLock<Arc<BTreeSet<Slug>>>,
    health: RwLock<Result<(), String>>,
    warning: RwLock<Option<String>>,
    visits: RwLock<Result<(), String>>,
    documents: DocumentCache,
    /// The inbox for WebSub requests.
    pub(super) slot: InboxSlot,
}

/// All documents that can be requested.
#[derive(Debug, Default)]
struct Catalog {
    documents: BTreeMap<String, Arc<CatalogDocument>>,
    /// Former names of documents, with the current ones.
    renamed: BTreeMap<String, RenamedFeed>,
    /// The documents with archives.
    archived: BTreeMap<String, ArchivedDocument>,
    base: String,
    /// Whether there is a private feed.
    has_private: bool,
    /// The largest number of tokens of a feed.
    max_tokens: usize,
}

/// The catalog entry of a name.
enum CatalogEntry<'a> {
    Document(&'a Arc<CatalogDocument>),
    Moved(&'a RenamedFeed),
    Archive(&'a ArchivedDocument),
    /// An archive of a renamed feed.
    MovedArchive(ArchiveName<'a>, &'a RenamedFeed),
}

/// The data that all archives of a document share.
#[derive(Debug)]
struct ArchivedDocument {
    format: FeedFormat,
    folder: PathBuf,
    tokens: Vec<TokenHash>,
}

/// A former name of a document.
#[derive(Debug)]
struct RenamedFeed {
    new_name: String,
    tokens: Vec<TokenHash>,
}

/// A document in the catalog; its file may not exist yet.
#[derive(Debug)]
pub(super) struct CatalogDocument {
    path: Arc<Path>,
    pub(super) kind: CatalogDocumentKind,
    /// The field `Link` (RFC 8288).
    pub(super) link: Option<HeaderValue>,
    /// The HTML page of a feed, for browsers that request the feed.
    pub(super) page: Option<Arc<CatalogDocument>>,
    /// The tokens that give access to it; empty for a public document.
    tokens: Vec<TokenHash>,
}

/// The kind of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CatalogDocumentKind {
    Feed(FeedFormat),
    /// An archive: written once, and kept.
    Archive(FeedFormat),
    Page,
    Opml,
}

/// The result of looking up a name.
pub(super) enum ResolvedName {
    Document(Arc<CatalogDocument>),
    /// It was renamed; the current name.
    Moved(String),
    /// A removed feed had this name.
    Gone,
    /// It may be a private feed, and the request has no token for it.
    Unauthorized,
    Unknown,
}

impl App {
    /// Serves from the folder `output`, with an empty catalog and good health.
    pub fn new(output: PathBuf) -> Self {
        Self {
            output,
            catalog: RwLock::default(),
            removed: RwLock::default(),
            health: RwLock::new(Ok(())),
            warning: RwLock::default(),
            visits: RwLock::new(Ok(())),
            documents: DocumentCache::default(),
            slot: InboxSlot::default(),
        }
    }

    /// Replaces the catalog with the documents of these feeds.
    pub fn set_catalog(&self, site: &Site, feeds: &[Feed]) {
        self.documents.reserve(feeds.iter().map(|feed| feed.max_bytes).max().unwrap_or_default());
        let catalog = Arc::new(Catalog::new(&self.output, site, feeds));
        *self.catalog.write().unwrap_or_else(PoisonError::into_inner) = catalog;
    }

    /// Makes the next request for each document check its file, after documents were written or
    /// removed. Without this call, a change is served within a second.
    pub fn documents_changed(&self) {
        self.documents.expire();
    }

    /// Returns a document in the first of these codings that makes it smaller, or without one;
    /// `None` if it was not written yet.
    pub(super) async fn read(
        &self,
        document: &CatalogDocument,
        codings: &[ResponseCoding],
    ) -> io::Result<Option<(ResponseCoding, Arc<DocumentFile>)>> {
        let while_packing = match document.kind {
            CatalogDocumentKind::Archive(_) => WhilePacking::SendPlain,
            _ => WhilePacking::Wait,
        };
        self.documents.read(&document.path, codings, while_packing).await
    }

    /// Passes WebSub requests to `inbox`, for as long as the app lives. Only the first inbox
    /// counts.
    pub fn receive(&self, inbox: Arc<dyn Inbox>) {
        let _ = self.slot.inbox.set(inbox);
    }

    /// Answers requests for feeds with these names with 410 (Gone), unless a current feed has the
    /// name.
    pub fn retire(&self, names: impl IntoIterator<Item = Slug>) {
        let gone = Arc::new(names.into_iter().collect());
        *self.removed.write().unwrap_or_else(PoisonError::into_inner) = gone;
    }

    /// Sets whether visits happen, for `/healthz`: or the reason why not.
    pub fn report_visits(&self, health: Result<(), String>) {
        *self.visits.write().unwrap_or_else(PoisonError::into_inner) = health;
    }

    /// Sets whether documents are published, for `/healthz`: or the reason why not.
    pub fn report(&self, health: Result<(), String>) {
        *self.health.write().unwrap_or_else(PoisonError::into_inner) = health;
    }

    /// Sets the warning that `/healthz` adds while everything works.
    pub fn warn(&self, warning: Option<String>) {
        *self.warning.write().unwrap_or_else(PoisonError::into_inner) = warning;
    }

    pub(super) fn warning(&self) -> Option<String> {
        self.warning.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn health(&self) -> Result<(), String> {
        let read = |part: &RwLock<Result<(), String>>| {
            part.read().unwrap_or_else(PoisonError::into_inner).clone()
        };
        match (read(&self.visits), read(&self.health)) {
            (Err(visits), Err(publishing)) if visits != publishing => {
                Err(format!("{visits}\n{publishing}"))
            }
            (visits, publishing) => visits.and(publishing),
        }
    }

    /// Looks up a name for a request with these tokens.
    ///
    /// Without a token, a private feed cannot be distinguished from one that does not exist.
    pub(super) fn look_up(&self, name: &str, presented: &[TokenHash]) -> ResolvedName {
        let catalog = self.catalog.read().unwrap_or_else(PoisonError::into_inner).clone();
        let entry = catalog.resolve(name);
        if catalog.grants_access(entry.as_ref().map(CatalogEntry::tokens), presented)
            && let Some(entry) = entry
        {
            return catalog.resolved(name, entry);
        }
        let Some(feed) = feed_of(name) else { return ResolvedName::Unknown };
        let gone = self.removed.read().unwrap_or_else(PoisonError::into_inner).clone();
        let is_there = catalog.documents.contains_key(name) || catalog.renamed.contains_key(name);
        match catalog.has_private {
            _ if gone.contains(&feed) && !is_there => ResolvedName::Gone,
            true => ResolvedName::Unauthorized,
            false => ResolvedName::Unknown,
        }
    }
}

impl Catalog {
    fn new(output: &Path, site: &Site, feeds: &[Feed]) -> Self {
        let mut catalog = Self { base: site.base_url.to_string(), ..Self::default() };
        for feed in feeds {
            catalog.has_private |= feed.is_private();
            catalog.max_tokens = catalog.max_tokens.max(feed.tokens.len());
            catalog.add_feed(output, site, feed);
        }
        // Inserted after the feeds: a feed named `index` must not replace the front page.
        for (name, kind) in [(INDEX, CatalogDocumentKind::Page), (OPML, CatalogDocumentKind::Opml)]
        {
            let document = CatalogDocument {
                path: output.join(name).into(),
                kind,
                link: HeaderValue::from_str(&links::of_all(site, kind)).ok(),
                page: None,
                tokens: Vec::new(),
            };
            catalog.documents.insert(name.to_owned(), Arc::new(document));
        }
        for feed in feeds {
            for former in &feed.aliases {
                for ending in endings(feed) {
                    let now = name(&feed.id, ending);
                    let moved = RenamedFeed { new_name: now, tokens: feed.tokens.clone() };
                    catalog.renamed.insert(name(former, ending), moved);
                }
            }
        }
        catalog
    }

    fn add_feed(&mut self, output: &Path, site: &Site, feed: &Feed) {
        let private = feed.is_private().then(|| site.folder_of(feed));
        let folder = private.as_deref().unwrap_or(output);
        let document = |name: &str, kind, page| CatalogDocument {
            path: folder.join(name).into(),
            kind,
            // A URL is ASCII, so this always succeeds.
            link: HeaderValue::from_str(&links::of_feed(site, feed, kind)).ok(),
            page,
            tokens: feed.tokens.clone(),
        };
        let page_name = name(&feed.id, PAGE);
        let page = Arc::new(document(&page_name, CatalogDocumentKind::Page, None));
        for format in &feed.formats {
            let name = name(&feed.id, format.extension());
            if feed.history.archive && format.has_archives() {
                let (folder, tokens) = (folder.to_owned(), feed.tokens.clone());
                self.archived
                    .insert(name.clone(), ArchivedDocument { format: *format, folder, tokens });
            }
            let document = document(&name, CatalogDocumentKind::Feed(*format), Some(page.clone()));
            self.documents.insert(name, Arc::new(document));
        }
        self.documents.insert(page_name, page);
    }

    /// Looks up a name, without a check of access.
    fn resolve<'a>(&'a self, name: &'a str) -> Option<CatalogEntry<'a>> {
        if let Some(document) = self.documents.get(name) {
            return Some(CatalogEntry::Document(document));
        }
        if let Some(moved) = self.renamed.get(name) {
            return Some(CatalogEntry::Moved(moved));
        }
        let archive = ArchiveName::read(name)?;
        let current = archive.current();
        if let Some(entry) = self.archived.get(&current) {
            return Some(CatalogEntry::Archive(entry));
        }
        let moved =
            self.renamed.get(&current).filter(|moved| self.archived.contains_key(&moved.new_name));
        moved.map(|moved| CatalogEntry::MovedArchive(archive, moved))
    }

    /// Whether the `presented` tokens give access to an entry with these tokens. It takes the same
    /// time for all private entries and for missing ones.
    fn grants_access(&self, tokens: Option<&[TokenHash]>, presented: &[TokenHash]) -> bool {
        if tokens.is_some_and(<[TokenHash]>::is_empty) {
            return true;
        }
        let keys = self.keys(tokens.unwrap_or_default());
        TokenHash::any(&keys, presented)
    }

    /// The hashes of these tokens, padded to the largest number of tokens of any feed with hashes
    /// that no token has.
    fn keys(&self, tokens: &[TokenHash]) -> Vec<TokenHash> {
        let mut keys = tokens.to_vec();
        keys.resize(self.max_tokens, TokenHash::NONE);
        keys
    }

    fn resolved(&self, name: &str, entry: CatalogEntry<'_>) -> ResolvedName {
        match entry {
            CatalogEntry::Document(document) => ResolvedName::Document(document.clone()),
            CatalogEntry::Moved(moved) => ResolvedName::Moved(moved.new_name.clone()),
            CatalogEntry::MovedArchive(archive, moved) => archive
                .sibling_for(&moved.new_name)
                .map_or(ResolvedName::Unknown, ResolvedName::Moved),
            CatalogEntry::Archive(entry) => {
                // An archive does not change, so it has no hub, and it has no page.
                let link = format!("<{}{name}>; rel=\"self\"", self.base);
                ResolvedName::Document(Arc::new(CatalogDocument {
                    path: entry.folder.join(name).into(),
                    kind: CatalogDocumentKind::Archive(entry.format),
                    link: HeaderValue::from_str(&link).ok(),
                    page: None,
                    tokens: entry.tokens.clone(),
                }))
            }
        }
    }
}

impl CatalogEntry<'_> {
    fn tokens(&self) -> &[TokenHash] {
        match self {
            Self::Document(document) => &document.tokens,
            Self::Moved(moved) | Self::MovedArchive(_, moved) => &moved.tokens,
            Self::Archive(archived) => &archived.tokens,
        }
    }
}

fn endings(feed: &Feed) -> impl Iterator<Item = &'static str> {
    feed.formats.iter().map(|format| format.extension()).chain([PAGE])
}

/// The feed to which a document of this name would belong.
fn feed_of(name: &str) -> Option<Slug> {
    let (feed, rest) = name.split_once('.')?;
    let ending = rest.rsplit('.').next().unwrap_or_default();
    let is_ending = ending == PAGE || FeedFormat::ALL.iter().any(|f| f.extension() == ending);
    feed.parse().ok().filter(|_| is_ending)
}

fn name(id: &Slug, ending: &str) -> String {
    format!("{id}.{ending}")
}

impl CatalogDocument {
    /// Whether a token is required.
    pub(super) fn is_private(&self) -> bool {
        !self.tokens.is_empty()
    }
}

impl CatalogDocumentKind {
    /// The field `Content-Type`.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Feed(FeedFormat::Rss) | Self::Archive(FeedFormat::Rss) => {
                "application/rss+xml; charset=utf-8"
            }
            Self::Feed(FeedFormat::Atom) | Self::Archive(FeedFormat::Atom) => {
                "application/atom+xml; charset=utf-8"
            }
            Self::Feed(FeedFormat::Json) | Self::Archive(FeedFormat::Json) => {
                "application/feed+json; charset=utf-8"
            }
            Self::Page => "text/html; charset=utf-8",
            Self::Opml => "text/x-opml; charset=utf-8",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_feed_takes_as_long_to_refuse_as_one_that_never_was() {
        let tokens = ["a", "b", "c"].map(TokenHash::of);
        let catalog = Catalog { max_tokens: 3, has_private: true, ..Catalog::default() };
        for known in [&[], &tokens[..1], &tokens] {
            let keys = catalog.keys(known);
            assert_eq!(keys.len(), 3);
            assert!(keys.starts_with(known));
        }
        assert!(!catalog.grants_access(None, &[TokenHash::of("a"), TokenHash::of("")]));
        assert!(catalog.grants_access(Some(&tokens[..1]), &[TokenHash::of("a")]));
        assert!(!catalog.grants_access(Some(&tokens[..1]), &[TokenHash::of("b")]));
        assert!(catalog.grants_access(Some(&[]), &[]), "a public document needs no token");
    }

    #[test]
    fn every_format_is_served_as_its_media_type() {
        for format in FeedFormat::ALL {
            let content_type = CatalogDocumentKind::Feed(format).content_type();
            assert_eq!(content_type, format!("{}; charset=utf-8", format.media_type()));
        }
    }
}
