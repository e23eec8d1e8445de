//! Answers requests from a WARC file instead of the network (ISO 28500), plain or compressed.
//!
//! The file is read as a stream once, to index its URLs and their positions; each page is then read
//! from its position. The page of a URL is the newest of its `response` and `resource` records with
//! status 200. `revisit` records have no page of their own. A damaged file is read up to the
//! damage.
//!
//! The list of its pages is requested as [`SourceFolder::list_address`]. It is a page of media type
//! `application/warc`. Each line is a URL and, after a tab, a version that changes with the page. A
//! line that starts with `!` is a message for the operator.

mod message;
mod record;

use super::super::{Absence, RequestLimits, Response, freshness, redacted, redirect};
use super::{FetchError, FolderError, media};
use bantin_core::SourceFolder;
use bantin_page::{CacheHints, ContentCoding, MediaType, Page, Validators};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use record::{RecordHead, RecordPosition, WarcReader};
use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// The media type of the list of an archive's pages.
pub(super) const LIST: &str = "application/warc";

/// The maximum number of indexed URLs per file: about thirty megabytes of memory.
const MAX_PAGES: usize = 100_000;
/// The maximum number of indexed files; one more clears the cache.
const MAX_FILES: usize = 16;
/// The bytes within which the head of an HTTP response must end.
const HEAD_WITHIN: u64 = 64 << 10;

/// The indexes of the opened archives.
#[derive(Default)]
pub(in super::super) struct WarcCache {
    /// By file and `base_url`.
    indexed: Mutex<HashMap<(PathBuf, Url), IndexedWarc>>,
}

/// An index with the state of its file.
type IndexedWarc = (WarcStamp, Arc<WarcIndex>);

/// Identifies the state of a file: its size in bytes and its modification time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct WarcStamp {
    size: u64,
    seconds: i64,
    nanoseconds: i64,
}

/// The contents of a file.
#[derive(Debug, Default)]
struct WarcIndex {
    /// In the order of the file.
    pages: Vec<IndexedPage>,
    /// The index in `pages` by URL without its scheme.
    indices: HashMap<String, usize>,
    /// The number of pages of other sites.
    elsewhere: usize,
    /// Messages for the operator, one sentence each.
    messages: Vec<String>,
}

#[derive(Debug)]
struct IndexedPage {
    url: Url,
    position: RecordPosition,
    captured: Option<DateTime<Utc>>,
    /// A version that changes with the page.
    version: String,
    is_html: bool,
}

/// Answers a request from an archive.
pub(in super::super) async fn get(
    archives: &Arc<WarcCache>,
    folder: &SourceFolder,
    url: &Url,
    known: Option<&Validators>,
    limits: &RequestLimits,
    now: DateTime<Utc>,
) -> Result<Response, FetchError> {
    let requested = redirect::check_url(url)?;
    let (archives, folder, limits) = (archives.clone(), folder.clone(), *limits);
    let file = folder.path.clone();
    let wanted = requested.clone();
    let found = tokio::task::spawn_blocking(move || find(&archives, &folder, &wanted, &limits));
    let found = found.await.unwrap_or_else(|error| {
        Err(FolderError::NoArchive { file, why: io::Error::other(error) })
    })?;
    let Some(ArchivedPage { url, media, wire, coding, captured }) = found else {
        return Ok(Response::Gone(Absence::NotFound));
    };
    let wire_hash = Some(freshness::wire_hash(&wire));
    let validators = Validators { wire_hash, ..Validators::default() };
    if freshness::is_same(known, &validators) {
        return Ok(Response::Unchanged(validators, CacheHints::default()));
    }
    let wire = Bytes::from(wire);
    Ok(Response::Page(Page {
        requested,
        url,
        media,
        charset: None,
        bytes: wire.clone(),
        wire,
        coding,
        fetched: captured.unwrap_or(now).min(now),
        validators,
        cache_hints: CacheHints::default(),
    }))
}

/// The page of a URL in an archive.
struct ArchivedPage {
    url: Url,
    media: MediaType,
    wire: Vec<u8>,
    coding: ContentCoding,
    captured: Option<DateTime<Utc>>,
}

fn find(
    archives: &WarcCache,
    folder: &SourceFolder,
    requested: &Url,
    limits: &RequestLimits,
) -> Result<Option<ArchivedPage>, FolderError> {
    let index = archives.index(folder)?;
    if folder.list_address().as_ref() == Some(requested) {
        let media = MediaType { essence: LIST.to_owned(), charset: Some("utf-8".to_owned()) };
        let (url, wire, coding) =
            (requested.clone(), list(&index, folder), ContentCoding::Identity);
        return Ok(Some(ArchivedPage { url, media, wire, coding, captured: None }));
    }
    let Some(known) =
        index.indices.get(url_key(requested)).and_then(|place| index.pages.get(*place))
    else {
        return Ok(None);
    };
    let bad = |why: String| FolderError::Record {
        url: redacted(&known.url),
        file: folder.path.clone(),
        why,
    };
    let unreadable = |error: io::Error| bad(file_error(&error));
    let mut records = WarcReader::open_at(&folder.path, known.position).map_err(unreadable)?;
    let (_, head) = records
        .next()
        .map_err(unreadable)?
        .ok_or_else(|| bad("the file was truncated since it was indexed".to_owned()))?;
    if head.length > limits.wire as u64 + HEAD_WITHIN {
        return Err(bad(format!("it is larger than {} bytes, the limit for a page", limits.wire)));
    }
    let body = records.body(head.length).map_err(unreadable)?;
    let (captured, url) = (known.captured, known.url.clone());
    if head.kind == "resource" {
        let media = MediaType::read(&head.media);
        return Ok(Some(ArchivedPage {
            url,
            media,
            wire: body,
            coding: ContentCoding::Identity,
            captured,
        }));
    }
    let message =
        message::head(&body).ok_or_else(|| bad("it is not an HTTP response".to_owned()))?;
    let (wire, coding) = message.body(&body, &url);
    let mut media = message.media;
    if media.essence.is_empty() {
        media = media::of_file(url.path(), &wire);
    }
    Ok(Some(ArchivedPage { url, media, wire, coding, captured }))
}

/// Writes the list of an archive's pages.
fn list(index: &WarcIndex, folder: &SourceFolder) -> Vec<u8> {
    let mut text = String::new();
    for page in index.pages.iter().filter(|page| page.is_html) {
        text += &format!("{}\t{}\n", page.url, page.version);
    }
    if index.elsewhere > 0 {
        text += &format!(
            "!{} pages belong to sites other than {} and are skipped\n",
            index.elsewhere,
            redacted(&folder.base_url)
        );
    }
    index.messages.iter().for_each(|message| text += &format!("!{message}\n"));
    text.into_bytes()
}

impl WarcCache {
    fn index(&self, folder: &SourceFolder) -> Result<Arc<WarcIndex>, FolderError> {
        let no_archive = |why| FolderError::NoArchive { file: folder.path.clone(), why };
        let stamp = stamp(&folder.path).map_err(no_archive)?;
        let key = (folder.path.clone(), folder.base_url.clone());
        let lock = || self.indexed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(&key).filter(|(known, _)| *known == stamp).cloned();
        if let Some((_, index)) = known {
            return Ok(index);
        }
        let index = Arc::new(index_file(folder).map_err(no_archive)?);
        let mut all = lock();
        if all.len() >= MAX_FILES {
            all.clear();
        }
        all.insert(key, (stamp, index.clone()));
        Ok(index)
    }
}

fn stamp(path: &Path) -> io::Result<WarcStamp> {
    let data = std::fs::metadata(path)?;
    if !data.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a file"));
    }
    Ok(WarcStamp { size: data.size(), seconds: data.mtime(), nanoseconds: data.mtime_nsec() })
}

/// Indexes a file. Fails if the file has no record.
fn index_file(folder: &SourceFolder) -> io::Result<WarcIndex> {
    let mut index = WarcIndex::default();
    let mut records = WarcReader::open(&folder.path)?;
    let mut seen = 0_usize;
    let end = loop {
        let at = records.position();
        match next(&mut records, folder, &mut index) {
            Ok(true) => seen += 1,
            Ok(false) => break None,
            Err(error) => break Some((at, error)),
        }
        if index.pages.len() >= MAX_PAGES {
            index.messages.push(format!(
                "it contains more than {MAX_PAGES} pages, and those after byte {} are not read; split the file",
                records.position()
            ));
            break None;
        }
    };
    match end {
        Some((_, error)) if seen == 0 => return Err(error),
        None if seen == 0 => {
            return Err(io::Error::new(ErrorKind::InvalidData, "it has no record"));
        }
        Some((at, error)) => index.messages.push(format!(
            "the record at byte {at} or after it cannot be read ({}); the records before it are used, and those after it are lost",
            file_error(&error)
        )),
        None => {}
    }
    Ok(index)
}

/// Adds one record to the index; returns false at the end of the file.
fn next(
    records: &mut WarcReader,
    folder: &SourceFolder,
    index: &mut WarcIndex,
) -> io::Result<bool> {
    let Some((place, head)) = records.next()? else { return Ok(false) };
    let page = page(&head, records)?;
    // An incomplete record is not indexed.
    records.skip_body()?;
    let Some((address, is_html)) = page else { return Ok(true) };
    let Ok(mut url) = Url::parse(&address) else { return Ok(true) };
    if !url.fragment().is_some_and(|fragment| fragment.starts_with('!')) {
        url.set_fragment(None);
    }
    if super::names::path_of(folder, &url) == Err(super::names::PagePathError::Outside) {
        index.elsewhere += usize::from(is_html);
        return Ok(true);
    }
    let captured = head.captured;
    let version = head.digest.or_else(|| captured.map(|at| at.to_rfc3339())).unwrap_or_default();
    let version: String = version.chars().filter(|c| !c.is_control()).take(100).collect();
    let known = IndexedPage { position: place, captured, version, is_html, url };
    match index.indices.get(url_key(&known.url)).copied() {
        Some(at) => {
            if let Some(before) = index.pages.get_mut(at).filter(|p| p.captured <= captured) {
                *before = known;
            }
        }
        None => {
            index.indices.insert(url_key(&known.url).to_owned(), index.pages.len());
            index.pages.push(known);
        }
    }
    Ok(true)
}

/// The URL of a record that is a page, and whether the page is HTML.
fn page(head: &RecordHead, records: &mut WarcReader) -> io::Result<Option<(String, bool)>> {
    let is_html = |essence: &str| matches!(essence, "text/html" | "application/xhtml+xml");
    let Some(address) = head.address.clone().filter(|_| !head.is_piece) else { return Ok(None) };
    Ok(match head.kind.as_str() {
        "response" if head.media.starts_with("application/http") => {
            let message = records.body(HEAD_WITHIN.min(head.length))?;
            let answer = message::head(&message).filter(|answer| answer.status == 200);
            answer.map(|answer| (address, is_html(&answer.media.essence)))
        }
        "resource" => Some((address, is_html(&MediaType::read(&head.media).essence))),
        _ => None,
    })
}

/// The key of a URL: `http` and `https` are treated alike.
fn url_key(url: &Url) -> &str {
    url.as_str().split_once("://").map_or(url.as_str(), |(_, rest)| rest)
}

fn file_error(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::UnexpectedEof => "the file ends in the middle of it".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
