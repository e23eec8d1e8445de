//! What is offered to readers: names, what stands behind them, and names of the past.

use super::archive::{ArchiveName, Shelf};
use super::held::Held;
use super::inbox::{Inbox, Slot};
use crate::model::{Feed, Format, Site, Slug};
use axum::http::HeaderValue;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The document behind `/`.
pub(super) const INDEX: &str = "index.html";
const OPML: &str = "feeds.opml";

/// What is served. It may be changed while it is.
#[derive(Debug)]
pub struct App {
    /// The folder of the documents.
    output: PathBuf,
    offer: RwLock<Arc<Offer>>,
    health: RwLock<Result<(), String>>,
    /// Who takes what is sent to us.
    pub(super) slot: Slot,
}

/// Everything that a reader may ask for.
#[derive(Debug, Default)]
struct Offer {
    documents: BTreeMap<String, Arc<Document>>,
    /// Names of the past, and what they are now.
    moved: BTreeMap<String, String>,
    /// The documents that have archives behind them, and the format of both.
    archived: BTreeMap<String, Format>,
    archives: Shelf,
    base: String,
    /// The links to the hubs of feeds, as they stand behind others in a `Link` field.
    hubs: String,
    output: PathBuf,
}

/// One document that is offered, whether it was written yet or not.
#[derive(Debug)]
pub(super) struct Document {
    path: PathBuf,
    pub(super) kind: Kind,
    /// The field `Link` (RFC 8288) that names the document's own address, and the hubs that tell of it.
    pub(super) link: Option<HeaderValue>,
    held: Mutex<Option<Arc<Held>>>,
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Feed(Format),
    /// It is made once, and stays.
    Archive(Format),
    Page,
    Opml,
}

/// What a name stands for.
pub(super) enum Named {
    Document(Arc<Document>),
    /// It has another name now.
    Moved(String),
    Unknown,
}

impl App {
    /// Serves from the folder `output`. Nothing is offered yet, and all is well.
    pub fn new(output: PathBuf) -> Self {
        Self {
            output,
            offer: RwLock::default(),
            health: RwLock::new(Ok(())),
            slot: Slot::default(),
        }
    }

    /// Offers the documents of these feeds from now on, and nothing else.
    pub fn offer(&self, site: &Site, feeds: &[Feed]) {
        let offer = Arc::new(Offer::new(&self.output, site, feeds));
        *self.offer.write().unwrap_or_else(PoisonError::into_inner) = offer;
    }

    /// Hands what is sent to us to `inbox`, for as long as the app lives. Only the first inbox counts.
    pub fn receive(&self, inbox: Arc<dyn Inbox>) {
        let _ = self.slot.inbox.set(inbox);
    }

    /// Sets what `/healthz` says: well, or why not.
    pub fn report(&self, health: Result<(), String>) {
        *self.health.write().unwrap_or_else(PoisonError::into_inner) = health;
    }

    pub(super) fn health(&self) -> Result<(), String> {
        self.health.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn named(&self, name: &str) -> Named {
        let offer = self.offer.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(document) = offer.documents.get(name) {
            return Named::Document(document.clone());
        }
        if let Some(now) = offer.moved.get(name) {
            return Named::Moved(now.clone());
        }
        offer.archive(name).unwrap_or(Named::Unknown)
    }

    /// Holds a document that was read, where it is not held anyway.
    pub(super) fn hold(&self, name: &str, document: &Arc<Document>) {
        if matches!(document.kind, Kind::Archive(_)) {
            let offer = self.offer.read().unwrap_or_else(PoisonError::into_inner).clone();
            offer.archives.put(name, document);
        }
    }
}

impl Offer {
    fn new(output: &Path, site: &Site, feeds: &[Feed]) -> Self {
        let mut offer = Self {
            base: site.base_url.to_string(),
            hubs: site.hubs().map(|hub| format!(", <{hub}>; rel=\"hub\"")).collect(),
            output: output.to_owned(),
            ..Self::default()
        };
        for feed in feeds {
            for (ending, kind) in endings(feed) {
                match kind {
                    Kind::Feed(format) if feed.history.archive && format.has_archives() => {
                        offer.archived.insert(name(&feed.id, ending), format);
                    }
                    _ => {}
                }
                offer.add(name(&feed.id, ending), kind);
            }
        }
        // After the feeds: were one called `index`, the front page would still be there.
        offer.add(INDEX.to_owned(), Kind::Page);
        offer.add(OPML.to_owned(), Kind::Opml);
        for feed in feeds {
            for former in &feed.formerly {
                for (ending, _) in endings(feed) {
                    offer.moved.insert(name(former, ending), name(&feed.id, ending));
                }
            }
        }
        offer
    }

    fn add(&mut self, name: String, kind: Kind) {
        let document = self.document(&name, kind);
        self.documents.insert(name, Arc::new(document));
    }

    fn document(&self, name: &str, kind: Kind) -> Document {
        // An archive does not change, so no hub tells of it.
        let hubs = if matches!(kind, Kind::Feed(_)) { self.hubs.as_str() } else { "" };
        let link = format!("<{}{name}>; rel=\"self\"{hubs}", self.base);
        let is_feed = matches!(kind, Kind::Feed(_) | Kind::Archive(_));
        Document {
            path: self.output.join(name),
            kind,
            // A URL is ASCII, so that this always succeeds.
            link: HeaderValue::from_str(&link).ok().filter(|_| is_feed),
            held: Mutex::default(),
        }
    }

    /// The archive of a name, whether it was written yet or not.
    fn archive(&self, name: &str) -> Option<Named> {
        if let Some(held) = self.archives.get(name) {
            return Some(Named::Document(held));
        }
        let archive = ArchiveName::read(name)?;
        let current = archive.current();
        if let Some(format) = self.archived.get(&current) {
            let document = self.document(name, Kind::Archive(*format));
            return Some(Named::Document(Arc::new(document)));
        }
        let now = self.moved.get(&current).filter(|now| self.archived.contains_key(*now))?;
        archive.behind(now).map(Named::Moved)
    }
}

fn endings(feed: &Feed) -> impl Iterator<Item = (&'static str, Kind)> {
    let formats = feed.formats.iter().map(|format| (format.extension(), Kind::Feed(*format)));
    formats.chain([("html", Kind::Page)])
}

fn name(id: &Slug, ending: &str) -> String {
    format!("{id}.{ending}")
}

impl Document {
    /// The document as it is on disk now; nothing where it was not written yet. It blocks.
    ///
    /// The lock is held while a new version is read and compressed, so that a hundred readers at once cost one
    /// compression.
    pub(super) fn read(&self) -> io::Result<Option<Arc<Held>>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match Held::read(&self.path, held.as_ref()) {
            Ok(now) => {
                *held = Some(now.clone());
                Ok(Some(now))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                *held = None;
                Ok(None)
            }
            // A disk that fails is no reason to stop serving what is in memory.
            Err(error) => match held.clone() {
                Some(old) => {
                    tracing::warn!(path = %self.path.display(), %error, "serving a document from memory");
                    Ok(Some(old))
                }
                None => Err(error),
            },
        }
    }
}

impl Kind {
    /// The field `Content-Type`.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Feed(Format::Rss) | Self::Archive(Format::Rss) => {
                "application/rss+xml; charset=utf-8"
            }
            Self::Feed(Format::Atom) | Self::Archive(Format::Atom) => {
                "application/atom+xml; charset=utf-8"
            }
            Self::Feed(Format::Json) | Self::Archive(Format::Json) => {
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
    fn every_format_is_served_as_its_media_type() {
        for format in Format::ALL {
            let content_type = Kind::Feed(format).content_type();
            assert_eq!(content_type, format!("{}; charset=utf-8", format.media_type()));
        }
    }
}
