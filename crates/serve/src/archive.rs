//! The names of archives, `tin.12.atom`, and the cache of recently requested ones. There are too
//! many to keep all in memory.

use super::app::CatalogDocument;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The number of cached archives. One takes a few hundred kilobytes.
const MAX_ARCHIVES: usize = 32;

/// The parsed name of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ArchiveName<'a> {
    /// The feed.
    pub(super) feed: &'a str,
    number: &'a str,
    /// The format.
    pub(super) ending: &'a str,
}

impl<'a> ArchiveName<'a> {
    /// Parses a name; `None` unless it is in the exact form that we write.
    pub(super) fn read(name: &'a str) -> Option<Self> {
        let (rest, ending) = name.rsplit_once('.')?;
        let (feed, number) = rest.rsplit_once('.')?;
        let plain = number.parse::<u32>().is_ok_and(|value| value.to_string() == number);
        plain.then_some(Self { feed, number, ending })
    }

    /// The name of the current document of its feed.
    pub(super) fn current(self) -> String {
        format!("{}.{}", self.feed, self.ending)
    }

    /// The archive of the same number of another document.
    pub(super) fn sibling_for(self, current: &str) -> Option<String> {
        let (feed, ending) = current.rsplit_once('.')?;
        Some(format!("{feed}.{}.{ending}", self.number))
    }
}

/// The cache of recently requested archives.
#[derive(Debug)]
pub(super) struct ArchiveCache {
    archives: Mutex<CachedArchives>,
    /// Only one archive is compressed at a time, so a client that requests all costs no more
    /// than that.
    packer: Semaphore,
}

impl Default for ArchiveCache {
    fn default() -> Self {
        Self { archives: Mutex::default(), packer: Semaphore::new(1) }
    }
}

#[derive(Debug, Default)]
struct CachedArchives {
    /// The cached archives, the most recently requested one at the end.
    documents: VecDeque<(String, Arc<CatalogDocument>)>,
    /// The archives that are being read. Concurrent requests for one of them share the result
    /// instead of reading it again.
    pending: HashMap<String, Weak<CatalogDocument>>,
}

impl ArchiveCache {
    /// Returns an archive: the cached one, one that is being read, or a new one.
    pub(super) fn get(
        &self,
        name: &str,
        make: impl FnOnce() -> CatalogDocument,
    ) -> Arc<CatalogDocument> {
        let mut archives = self.archives();
        if let Some(at) = archives.documents.iter().position(|(known, _)| known == name)
            && let Some(found) = archives.documents.remove(at)
        {
            let document = found.1.clone();
            archives.documents.push_back(found);
            return document;
        }
        if let Some(document) = archives.pending.get(name).and_then(Weak::upgrade) {
            return document;
        }
        archives.pending.retain(|_, document| document.strong_count() > 0);
        let document = Arc::new(make());
        archives.pending.insert(name.to_owned(), Arc::downgrade(&document));
        document
    }

    /// Caches an archive that was read, and evicts the least recently requested one.
    pub(super) fn insert(&self, name: &str, document: &Arc<CatalogDocument>) {
        let mut archives = self.archives();
        if archives.documents.iter().any(|(known, _)| known == name) {
            return;
        }
        archives.documents.push_back((name.to_owned(), document.clone()));
        if archives.documents.len() > MAX_ARCHIVES {
            archives.documents.pop_front();
        }
    }

    /// A permit to pack an archive; `None` while another request has it.
    pub(super) fn packer(&self) -> Option<SemaphorePermit<'_>> {
        self.packer.try_acquire().ok()
    }

    fn archives(&self) -> MutexGuard<'_, CachedArchives> {
        self.archives.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::ArchiveName;

    #[test]
    fn only_names_that_we_write_are_archives() {
        let name = ArchiveName::read("tin.12.atom").unwrap();
        assert_eq!((name.feed, name.ending, name.current().as_str()), ("tin", "atom", "tin.atom"));
        assert_eq!(name.sibling_for("tin-moi.atom").as_deref(), Some("tin-moi.12.atom"));
        for other in ["tin.atom", "tin.012.atom", "tin.+1.atom", "tin.x.atom", "tin..atom", "12"] {
            assert_eq!(ArchiveName::read(other), None, "{other}");
        }
    }
}
