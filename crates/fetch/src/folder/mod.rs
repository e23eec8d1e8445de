//! Answers requests from a folder of saved pages instead of the network.
//!
//! A URL below the folder's `base_url` maps to a file below its path, under the names that browsers
//! and mirrors such as wget give to saved pages (`names`). A directory maps to its index page.
//! Without one, it is a page of media type `inode/directory`. Its lines are the names of its files,
//! and of the files one level below as `folder/name`. They are sorted and not percent-encoded.
//! After a tab follow the size and modification time of the file, which change when it is saved
//! again. Hidden files are ignored. A WARC file instead of a folder is read by [`archive`].
//!
//! No permit is taken, because no host is contacted. Nothing outside the folder is read, not even
//! through symbolic links.

pub(super) mod archive;
mod media;
mod names;

use super::connect::machine_cause;
use super::{Absence, FetchError, RequestLimits, Response, freshness, redacted};
use bantin_core::{RetryAdvice, SourceFolder};
use bantin_page::{CacheHints, ContentCoding, MediaType, Page, Validators};
use chrono::{DateTime, Utc};
use names::{PagePath, PagePathError};
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use url::Url;

/// The maximum number of files in a directory without an index page. One with more is certainly not
/// the intended folder.
const MAX_FILES: usize = 10_000;

/// A folder or WARC file that cannot answer a request.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder is missing or unreadable.
    #[error("the folder {path} cannot be read ({why}); create it, or correct the source's folder")]
    NoFolder {
        /// The folder.
        path: PathBuf,
        /// The error of the operating system.
        why: io::Error,
    },
    /// The URL belongs to another site.
    #[error("{url} is not below {base}, the base_url of the saved pages, so it is not fetched")]
    Outside {
        /// The URL.
        url: String,
        /// The folder's `base_url`.
        base: String,
    },
    /// A file exists and cannot be read.
    #[error("the file {file} cannot be read ({why}); correct its owner and mode")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The error of the operating system.
        why: io::Error,
    },
    /// A symbolic link leads out of the folder.
    #[error(
        "the file {file} is a symbolic link that leads out of its folder; replace it with a copy of its target"
    )]
    LeadsOut {
        /// The link.
        file: PathBuf,
    },
    /// A WARC file cannot be read from its start.
    #[error(
        "the WARC file {file} cannot be read ({why}); check that it is a complete WARC file, plain or compressed with gzip, and that this user may read it"
    )]
    NoArchive {
        /// The file.
        file: PathBuf,
        /// The error.
        why: io::Error,
    },
    /// A page of a WARC file cannot be read.
    #[error("{url} cannot be read from the WARC file {file}: {why}")]
    Record {
        /// The URL of the page.
        url: String,
        /// The file.
        file: PathBuf,
        /// The error.
        why: String,
    },
    /// A file is too long.
    #[error("the file {file} is larger than {limit} bytes, the limit for a page")]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// [`RequestLimits::decoded`].
        limit: usize,
    },
    /// A directory has too many files.
    #[error(
        "the directory {directory} has more than {MAX_FILES} files; spread them over several sources"
    )]
    TooManyFiles {
        /// The directory.
        directory: PathBuf,
    },
}

impl FolderError {
    /// Whether the cause is a lack of file handles or memory on this machine.
    pub(super) fn is_local(&self) -> bool {
        match self {
            Self::NoFolder { why, .. }
            | Self::NoArchive { why, .. }
            | Self::Unreadable { why, .. } => machine_cause(why).is_some(),
            Self::Outside { .. }
            | Self::LeadsOut { .. }
            | Self::Record { .. }
            | Self::TooLarge { .. }
            | Self::TooManyFiles { .. } => false,
        }
    }

    /// The action that the schedule should take.
    pub fn advice(&self) -> RetryAdvice {
        match self {
            Self::Outside { .. } | Self::TooLarge { .. } | Self::Record { .. } => {
                RetryAdvice::SkipPage
            }
            Self::NoFolder { .. }
            | Self::NoArchive { .. }
            | Self::Unreadable { .. }
            | Self::LeadsOut { .. }
            | Self::TooManyFiles { .. } => RetryAdvice::AskOperator,
        }
    }
}

/// Answers a request from a folder.
pub(super) async fn get(
    folder: &SourceFolder,
    url: &Url,
    known: Option<&Validators>,
    limits: &RequestLimits,
    now: DateTime<Utc>,
) -> Result<Response, FetchError> {
    let (root, limit) = (folder.path.clone(), limits.decoded);
    let requested = super::redirect::check_url(url)?;
    let page_path = match names::path_of(folder, &requested) {
        Ok(page_path) => page_path,
        Err(PagePathError::NoName) => return Ok(Response::Gone(Absence::NotFound)),
        Err(PagePathError::Outside) => {
            let base = redacted(&folder.base_url);
            return Err(FolderError::Outside { url: redacted(url), base }.into());
        }
    };
    let found = tokio::task::spawn_blocking(move || find(&root, &page_path, limit)).await;
    let found = found.unwrap_or_else(|error| {
        Err(FolderError::NoFolder { path: folder.path.clone(), why: io::Error::other(error) })
    })?;
    let Some(SavedFile { media, bytes, is_directory }) = found else {
        return Ok(Response::Gone(Absence::NotFound));
    };
    let wire_hash = Some(freshness::wire_hash(&bytes));
    let validators = Validators { wire_hash, ..Validators::default() };
    if freshness::is_same(known, &validators) {
        return Ok(Response::Unchanged(validators, CacheHints::default()));
    }
    let mut url = requested.clone();
    if is_directory && !url.path().ends_with('/') {
        // A server would redirect to this URL, and the links of the page are relative to it.
        url.set_path(&format!("{}/", requested.path()));
    }
    let (bytes, coding) = (bytes::Bytes::from(bytes), ContentCoding::Identity);
    let wire = bytes.clone();
    let hints = CacheHints::default();
    Ok(Response::Page(Page {
        requested,
        url,
        media,
        charset: None,
        wire,
        coding,
        bytes,
        fetched: now,
        validators,
        cache_hints: hints,
    }))
}

/// The content of a file or directory.
struct SavedFile {
    media: MediaType,
    bytes: Vec<u8>,
    is_directory: bool,
}

/// The kind of a path.
enum FolderEntry {
    File(PathBuf),
    Directory(PathBuf),
    Nothing,
}

fn find(root: &Path, page_path: &PagePath, limit: usize) -> Result<Option<SavedFile>, FolderError> {
    let root = fs::canonicalize(root)
        .and_then(|root| fs::read_dir(&root).map(|_| root))
        .map_err(|why| FolderError::NoFolder { path: root.to_owned(), why })?;
    let mut directory = root.clone();
    directory.extend(&page_path.folders);
    for name in page_path.exact() {
        if let FolderEntry::File(file) = inspect(&root, &directory.join(name))? {
            return read(&file, limit).map(Some);
        }
    }
    // If a mirror saved `x.aspx?ID=7`, then `x.aspx` is not the page `x.aspx?ID=9`: the query
    // selects the page there. The text of another article would be published under this URL.
    let FolderEntry::Directory(directory) = inspect(&root, &directory)? else { return Ok(None) };
    if !page_path.queries.is_empty()
        && entries(&directory)?.iter().any(|(name, _)| page_path.is_sibling(name))
    {
        return Ok(None);
    }
    if page_path.file.is_none() {
        return index(&root, &directory, limit).map(Some);
    }
    for name in page_path.plain() {
        match inspect(&root, &directory.join(name))? {
            FolderEntry::File(file) => return read(&file, limit).map(Some),
            FolderEntry::Directory(directory) => return index(&root, &directory, limit).map(Some),
            FolderEntry::Nothing => {}
        }
    }
    Ok(None)
}

/// Classifies a path. A path that leads out of `root` is an error.
fn inspect(root: &Path, path: &Path) -> Result<FolderEntry, FolderError> {
    let unreadable = |why| FolderError::Unreadable { file: path.to_owned(), why };
    let real = match fs::canonicalize(path) {
        Ok(real) => real,
        Err(why) if is_missing(&why) => return Ok(FolderEntry::Nothing),
        Err(why) => return Err(unreadable(why)),
    };
    if !real.starts_with(root) {
        return Err(FolderError::LeadsOut { file: path.to_owned() });
    }
    let kind = fs::metadata(&real).map_err(unreadable)?.file_type();
    Ok(match (kind.is_file(), kind.is_dir()) {
        (true, _) => FolderEntry::File(real),
        (_, true) => FolderEntry::Directory(real),
        // Opening a pipe or a device could block forever.
        _ => FolderEntry::Nothing,
    })
}

/// Whether the error means that the file does not exist, not that it cannot be read.
fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::InvalidFilename
            | ErrorKind::InvalidInput
    )
}

fn read(file: &Path, limit: usize) -> Result<SavedFile, FolderError> {
    let unreadable = |why| FolderError::Unreadable { file: file.to_owned(), why };
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).map_err(unreadable)?;
    opened.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > limit {
        return Err(FolderError::TooLarge { file: file.to_owned(), limit });
    }
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    Ok(SavedFile { media: media::of_file(&name, &bytes), bytes, is_directory: false })
}

/// Reads a directory's index page, or lists the names of its files.
fn index(root: &Path, directory: &Path, limit: usize) -> Result<SavedFile, FolderError> {
    for name in names::INDEXES {
        if let FolderEntry::File(file) = inspect(root, &directory.join(name))? {
            return Ok(SavedFile { is_directory: true, ..read(&file, limit)? });
        }
    }
    let mut files = Vec::new();
    for (name, path) in entries(directory)? {
        match inspect(root, &path) {
            Ok(FolderEntry::File(file)) => files.push(list_line(&name, &file)),
            Ok(FolderEntry::Directory(inner)) => {
                for (inner_name, path) in entries(&inner)? {
                    if let Ok(FolderEntry::File(file)) = inspect(root, &path) {
                        files.push(list_line(&format!("{name}/{inner_name}"), &file));
                    }
                }
            }
            // A file that leads out of the folder or is unreadable is reported when it is requested
            // by name.
            Ok(FolderEntry::Nothing) | Err(_) => {}
        }
        if files.len() > MAX_FILES {
            return Err(FolderError::TooManyFiles { directory: directory.to_owned() });
        }
    }
    files.sort();
    let mut bytes = files.join("\n").into_bytes();
    if !bytes.is_empty() {
        bytes.push(b'\n');
    }
    let media = MediaType { essence: media::DIRECTORY.to_owned(), charset: Some("utf-8".into()) };
    Ok(SavedFile { media, bytes, is_directory: true })
}

/// A file's line in the list: its name, and its size and modification time, which change when it is
/// saved again.
fn list_line(name: &str, file: &Path) -> String {
    match fs::metadata(file) {
        Ok(data) => format!("{name}\t{}-{}.{:09}", data.size(), data.mtime(), data.mtime_nsec()),
        Err(_) => name.to_owned(),
    }
}

/// Lists the entries of a directory that are not hidden and whose names fit on a line.
fn entries(directory: &Path) -> Result<Vec<(String, PathBuf)>, FolderError> {
    let unreadable = |why| FolderError::Unreadable { file: directory.to_owned(), why };
    let mut entries = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        match entry.file_name().into_string() {
            Ok(name) if name.starts_with('.') => {}
            Ok(name) if !name.contains(['\n', '\r', '\t', '\\']) => {
                entries.push((name, entry.path()))
            }
            _ => tracing::warn!(file = ?entry.path(), "skipped a file with an unusable name"),
        }
        if entries.len() > MAX_FILES {
            return Err(FolderError::TooManyFiles { directory: directory.to_owned() });
        }
    }
    Ok(entries)
}
