//! Caches documents in memory, each in the requested codings, and within a limit.
//!
//! A cached document is sent without access to the disk, on the thread of its connection. It is
//! compared with its file by the first request after [`DocumentCache::expire`], and otherwise by
//! one request a second; the others meanwhile get what is cached. So a slow disk delays few
//! readers, and a document that another process writes is served within a second.

use super::coding::ResponseCoding;
use super::document_file::{CodedDocument, DocumentFile, PackOnRead};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{OptionsBuilder, Weighter};
use std::hash::RandomState;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// The memory of all cached documents, in bytes, unless a document needs more. The most requested
/// ones stay.
const MEMORY: usize = 16 << 20;
/// The expected number of documents in the cache, in all codings.
const EXPECTED: usize = 512;
/// The overhead of an entry, in bytes.
const ENTRY: usize = 512;
/// The time for which a document is sent without a comparison with its file.
const FRESH: Duration = Duration::from_secs(1);

/// The documents in memory.
#[derive(Debug)]
pub(super) struct DocumentCache {
    documents: Cache<DocumentKey, Arc<CachedDocument>, DocumentWeight, RandomState>,
    /// Permits packing one document at a time, so clients that request all of them occupy one core.
    packer: Semaphore,
    /// The number of times that all documents expired.
    expired: AtomicU64,
}

/// A document in a coding.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct DocumentKey {
    path: Arc<Path>,
    coding: ResponseCoding,
}

/// A document in memory.
#[derive(Debug)]
struct CachedDocument {
    file: Arc<DocumentFile>,
    /// When it was last compared with its file, and how often all documents had expired then.
    checked: Mutex<(Instant, u64)>,
}

/// The result of a request for a document in one coding.
enum InCoding {
    Document(Arc<DocumentFile>),
    /// The coding does not make it smaller, or it may not be packed now.
    NotCoded,
    /// There is no such document.
    Missing,
}

#[derive(Debug, Clone)]
struct DocumentWeight;

impl Weighter<DocumentKey, Arc<CachedDocument>> for DocumentWeight {
    fn weight(&self, _: &DocumentKey, document: &Arc<CachedDocument>) -> u64 {
        u64::try_from(document.file.len().saturating_add(ENTRY)).unwrap_or(u64::MAX)
    }
}

/// Whether a request waits while another document is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WhilePacking {
    Wait,
    /// The document is sent without a coding instead.
    SendPlain,
}

impl Default for DocumentCache {
    fn default() -> Self {
        Self::with_memory(MEMORY)
    }
}

impl DocumentCache {
    /// A cache of this size in bytes.
    fn with_memory(memory: usize) -> Self {
        let capacity = u64::try_from(memory).unwrap_or(u64::MAX);
        // One shard: several would each have a part of the memory, which large documents exceed.
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(EXPECTED)
            .weight_capacity(capacity)
            .build();
        let (hasher, life) = (RandomState::new(), DefaultLifecycle::default());
        let documents = match options {
            Ok(options) => Cache::with_options(options, DocumentWeight, hasher, life),
            // Only a missing option is an error.
            Err(_) => Cache::with(EXPECTED, capacity, DocumentWeight, hasher, life),
        };
        Self { documents, packer: Semaphore::new(1), expired: AtomicU64::new(0) }
    }

    /// Makes room for documents of this length in bytes. Without it, each response would have its
    /// own copy of a document that is longer than the cache.
    pub(super) fn reserve(&self, longest: usize) {
        let needed = longest.saturating_add(ENTRY).saturating_mul(2);
        self.documents.set_capacity(u64::try_from(needed.max(MEMORY)).unwrap_or(u64::MAX));
    }

    /// Makes the next request for each document compare it with its file.
    pub(super) fn expire(&self) {
        self.expired.fetch_add(1, Ordering::Release);
    }

    /// Returns the document at `path` in the first of these codings that makes it smaller, or
    /// without one; `None` if it does not exist.
    ///
    /// # Errors
    /// Those of the disk, unless an older version is in memory.
    pub(super) async fn read(
        &self,
        path: &Arc<Path>,
        codings: &[ResponseCoding],
        while_packing: WhilePacking,
    ) -> io::Result<Option<(ResponseCoding, Arc<DocumentFile>)>> {
        // If the only accepted coding does not make the document smaller, it is sent without one.
        for coding in codings.iter().copied().chain([ResponseCoding::Identity]) {
            let key = DocumentKey { path: path.clone(), coding };
            match self.in_coding(&key, while_packing).await? {
                InCoding::Document(document) => return Ok(Some((coding, document))),
                InCoding::NotCoded => {}
                InCoding::Missing => return Ok(None),
            }
        }
        Ok(None)
    }

    async fn in_coding(
        &self,
        key: &DocumentKey,
        while_packing: WhilePacking,
    ) -> io::Result<InCoding> {
        let expired = self.expired.load(Ordering::Acquire);
        // Concurrent requests for a document that is not cached share one reading of it.
        let (known, guard) = match self.documents.get_value_or_guard_async(key).await {
            Ok(cached) if !cached.is_due(expired) => return Ok(InCoding::of(&cached.file)),
            Ok(cached) => (Some(cached.file.clone()), None),
            Err(guard) => (None, Some(guard)),
        };
        let file = match self.load(key, known.as_ref(), while_packing).await {
            Ok(CodedDocument::Unchanged) => known,
            Ok(CodedDocument::Read(file)) => {
                let file = Arc::new(file);
                let checked = Mutex::new((Instant::now(), expired));
                let cached = Arc::new(CachedDocument { file: file.clone(), checked });
                match guard {
                    // If the entry was removed meanwhile, the document is sent once.
                    Some(guard) => drop(guard.insert(cached)),
                    None => self.documents.insert(key.clone(), cached),
                }
                Some(file)
            }
            Ok(CodedDocument::NotPacked { .. }) => {
                self.documents.remove(key);
                None
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.documents.remove(key);
                return Ok(InCoding::Missing);
            }
            // A disk that fails must not stop serving what is in memory.
            Err(error) if known.is_some() => {
                tracing::warn!(path = %key.path.display(), %error, "serving a document from memory");
                known
            }
            Err(error) => return Err(error),
        };
        Ok(file.map_or(InCoding::NotCoded, |file| InCoding::of(&file)))
    }

    /// Reads a document from the disk unless it is still the `known` one, and packs it if it has no
    /// packed copy there.
    async fn load(
        &self,
        key: &DocumentKey,
        known: Option<&Arc<DocumentFile>>,
        while_packing: WhilePacking,
    ) -> io::Result<CodedDocument> {
        let read = async |packing| {
            let (DocumentKey { path, coding }, known) = (key.clone(), known.cloned());
            let work = move || DocumentFile::read(&path, coding, known.as_deref(), packing);
            tokio::task::spawn_blocking(work)
                .await
                .unwrap_or_else(|panic| Err(io::Error::other(panic)))
        };
        match read(PackOnRead::No).await? {
            // What cannot be cached would be packed again for each request.
            CodedDocument::NotPacked { length } if length < self.documents.capacity() => {
                let permit = match while_packing {
                    WhilePacking::Wait => self.packer.acquire().await.ok(),
                    WhilePacking::SendPlain => self.packer.try_acquire().ok(),
                };
                match permit {
                    Some(_permit) => read(PackOnRead::Yes).await,
                    None => Ok(CodedDocument::NotPacked { length }),
                }
            }
            read => Ok(read),
        }
    }
}

impl InCoding {
    fn of(file: &Arc<DocumentFile>) -> Self {
        match file.body {
            Some(_) => Self::Document(file.clone()),
            None => Self::NotCoded,
        }
    }
}

impl CachedDocument {
    /// Whether this request has to compare the document with its file: it is the first one after a
    /// second, or after all documents expired.
    fn is_due(&self, expired: u64) -> bool {
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = checked.1 != expired || checked.0.elapsed() >= FRESH;
        if is_due {
            *checked = (Instant::now(), expired);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::ResponseCoding::{Brotli, Gzip, Identity, Zstd};
    use super::*;
    use std::fs;
    use std::fs::FileTimes;

    const ATOM: &str = "tin.atom";

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn path(&self, name: &str) -> Arc<Path> {
            self.0.path().join(name).into()
        }

        fn write(&self, name: &str, content: &[u8]) {
            let new = self.path(".new");
            fs::write(&new, content).unwrap();
            fs::rename(&new, self.path(name)).unwrap();
        }

        async fn read(
            &self,
            cache: &DocumentCache,
            codings: &[ResponseCoding],
        ) -> Option<(ResponseCoding, Vec<u8>)> {
            let read = cache.read(&self.path(ATOM), codings, WhilePacking::Wait).await.unwrap();
            read.map(|(coding, file)| (coding, file.body.clone().unwrap().to_vec()))
        }

        async fn plain(&self, cache: &DocumentCache) -> Option<Vec<u8>> {
            self.read(cache, &[Identity]).await.map(|(_, body)| body)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_disk_is_asked_once_a_second_and_after_an_announcement() {
        let (folder, cache) = (Folder::new(), DocumentCache::default());
        folder.write(ATOM, b"mot");
        assert_eq!(folder.plain(&cache).await.unwrap(), b"mot");
        folder.write(ATOM, b"hai");
        assert_eq!(folder.plain(&cache).await.unwrap(), b"mot");
        tokio::time::advance(FRESH).await;
        assert_eq!(folder.plain(&cache).await.unwrap(), b"hai");
        folder.write(ATOM, b"ba!");
        cache.expire();
        assert_eq!(folder.plain(&cache).await.unwrap(), b"ba!");
        fs::remove_file(folder.path(ATOM)).unwrap();
        assert_eq!(folder.plain(&cache).await.unwrap(), b"ba!");
        cache.expire();
        assert_eq!(folder.plain(&cache).await, None);
    }

    #[tokio::test]
    async fn every_coding_is_of_the_same_version_after_an_announcement() {
        let (folder, cache) = (Folder::new(), DocumentCache::default());
        for text in ["một ".repeat(500), "hai ".repeat(500)] {
            folder.write(ATOM, text.as_bytes());
            cache.expire();
            let mut etags = Vec::new();
            for coding in [Brotli, Zstd, Gzip, Identity] {
                let path = folder.path(ATOM);
                let read = cache.read(&path, &[coding], WhilePacking::Wait).await.unwrap().unwrap();
                assert_eq!(read.0, coding);
                etags.push(read.1.etag.clone());
            }
            etags.dedup();
            assert_eq!(etags.len(), 1, "{etags:?}");
        }
    }

    #[tokio::test]
    async fn the_memory_has_a_limit_and_what_is_asked_for_most_stays() {
        let (folder, cache) = (Folder::new(), DocumentCache::with_memory(100_000));
        folder.write(ATOM, &[b'a'; 10_000]);
        let path = folder.path(ATOM);
        let first = async || {
            let read = cache.read(&path, &[Identity], WhilePacking::Wait).await;
            read.unwrap().unwrap().1
        };
        let cached = first().await;
        for number in 0..50 {
            let name = format!("{number}.atom");
            folder.write(&name, &[b'b'; 10_000]);
            let read = cache.read(&folder.path(&name), &[Identity], WhilePacking::Wait).await;
            assert!(read.unwrap().is_some());
            assert!(cache.documents.weight() <= 100_000, "{}", cache.documents.weight());
            assert!(Arc::ptr_eq(&first().await, &cached), "{number}");
        }
        // What is larger than the cache is sent as it is, and not packed for each request.
        folder.write("lon.atom", &[b'c'; 200_000]);
        let path = folder.path("lon.atom");
        let large = async |coding| {
            let read = cache.read(&path, &[coding], WhilePacking::Wait).await;
            read.unwrap().unwrap()
        };
        let (coding, sent) = large(Gzip).await;
        assert_eq!((coding, sent.len()), (Identity, 200_000));
        assert!(!Arc::ptr_eq(&sent, &large(Identity).await.1));
        // With room for it, all responses share one copy.
        cache.reserve(20 << 20);
        folder.write("lon.atom", &vec![b'c'; 20 << 20]);
        let (first, second) = (large(Identity).await.1, large(Identity).await.1);
        assert!(Arc::ptr_eq(&first, &second) && first.len() == 20 << 20);
        assert_eq!(large(Gzip).await.0, Gzip);
    }

    #[tokio::test]
    async fn one_document_is_packed_at_a_time() {
        let (folder, cache) = (Folder::new(), DocumentCache::default());
        folder.write(ATOM, &[b'a'; 10_000]);
        let path = folder.path(ATOM);
        let permit = cache.packer.acquire().await.unwrap();
        let archive = cache.read(&path, &[Gzip], WhilePacking::SendPlain).await.unwrap().unwrap();
        assert_eq!(archive.0, Identity);
        let mut waiting = Box::pin(cache.read(&path, &[Gzip], WhilePacking::Wait));
        let late = tokio::time::timeout(Duration::from_millis(50), waiting.as_mut()).await;
        assert!(late.is_err(), "another document is being packed");
        drop(permit);
        assert_eq!(waiting.await.unwrap().unwrap().0, Gzip);
        // It is cached now, and needs no permit.
        let _permit = cache.packer.acquire().await.unwrap();
        let archive = cache.read(&path, &[Gzip], WhilePacking::SendPlain).await.unwrap().unwrap();
        assert_eq!(archive.0, Gzip);
    }

    #[tokio::test]
    async fn concurrent_requests_share_one_reading() {
        let (folder, cache) = (Folder::new(), DocumentCache::default());
        folder.write(ATOM, &[b'a'; 10_000]);
        let path = folder.path(ATOM);
        let read = || cache.read(&path, &[Brotli, Gzip], WhilePacking::Wait);
        let all = futures_util::future::join_all((0..100).map(|_| read())).await;
        let mut all = all.into_iter().map(|read| read.unwrap().unwrap().1);
        let first = all.next().unwrap();
        assert!(all.all(|file| Arc::ptr_eq(&file, &first)));
    }

    #[tokio::test]
    async fn a_packed_copy_of_this_version_is_sent_as_it_is() {
        let (folder, cache) = (Folder::new(), DocumentCache::default());
        folder.write(ATOM, &[b'a'; 10_000]);
        let modified = fs::metadata(folder.path(ATOM)).unwrap().modified().unwrap();
        let copy = |content: &str, modified| {
            fs::write(folder.path("tin.atom.gz"), content).unwrap();
            let file = fs::File::options().write(true).open(folder.path("tin.atom.gz")).unwrap();
            file.set_times(FileTimes::new().set_modified(modified)).unwrap();
        };
        copy("outdated", modified - Duration::from_secs(1));
        let (coding, packed) = folder.read(&cache, &[Gzip]).await.unwrap();
        assert_eq!((coding, &packed[..2]), (Gzip, &b"\x1f\x8b"[..]));
        copy("packed by the publisher", modified);
        let cache = DocumentCache::default();
        let (_, packed) = folder.read(&cache, &[Gzip]).await.unwrap();
        assert_eq!(packed, b"packed by the publisher");
    }
}
