//! A folder of saved pages that answers in place of the network.
//!
//! An address below the folder's `base_url` is a file below its path, under the names that browsers and mirrors such
//! as wget give to saved pages (`names`). A directory is its index page. Where it has none, it is a page of media
//! type `inode/directory`: the names of its files, and of the files one level below as `folder/name`, one a line,
//! sorted, as they are (not percent-encoded); behind a tab the size and the time of each, which change when it is saved anew.
//! Hidden files are not there, for either. A WARC file in place of a folder is [`archive`]'s.
//!
//! No turn is taken: nobody is disturbed. Nothing outside the folder is read, symbolic links or not.

pub(super) mod archive;
mod media;
mod names;

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

/// The most files of a directory that has no index page. Past it the folder is surely not the one that was meant.
const MAX_FILES: usize = 10_000;

/// Why a folder cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder itself is not there.
    #[error("the folder {path} cannot be read ({why}); create it, or correct the source's folder")]
    NoFolder {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        why: io::Error,
    },
    /// The address belongs to another site.
    #[error("{url} is not below {base}, for which the saved pages stand, so it is not fetched")]
    Outside {
        /// The address.
        url: String,
        /// The folder's `base_url`.
        base: String,
    },
    /// A file is there and cannot be read.
    #[error("the file {file} cannot be read ({why}); correct its owner and mode")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        why: io::Error,
    },
    /// A symbolic link leads out of the folder.
    #[error("the file {file} is a link that leads out of its folder; copy what it links to")]
    LeadsOut {
        /// The link.
        file: PathBuf,
    },
    /// A WARC file cannot be read from its beginning.
    #[error(
        "the WARC file {file} cannot be read ({why}); see whether it is one, whole and plain or packed by gzip, and whether this user may read it"
    )]
    NoArchive {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: io::Error,
    },
    /// A page of a WARC file cannot be read.
    #[error("{url} cannot be read from the WARC file {file}: {why}")]
    Record {
        /// The page.
        url: String,
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A file is too long.
    #[error("the file {file} is larger than {limit} bytes, which no news page is")]
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
    /// What the schedule should do now.
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

/// Answers a request out of a folder.
pub(super) async fn get(
    folder: &SourceFolder,
    url: &Url,
    known: Option<&Validators>,
    limits: &RequestLimits,
    now: DateTime<Utc>,
) -> Result<Response, FetchError> {
    let (root, limit) = (folder.path.clone(), limits.decoded);
    let asked = super::redirect::check_url(url)?;
    let place = match names::path_of(folder, &asked) {
        Ok(place) => place,
        Err(PagePathError::NoName) => return Ok(Response::Gone(Absence::NotFound)),
        Err(PagePathError::Outside) => {
            let base = redacted(&folder.base_url);
            return Err(FolderError::Outside { url: redacted(url), base }.into());
        }
    };
    let found = tokio::task::spawn_blocking(move || find(&root, &place, limit)).await;
    let found = found.unwrap_or_else(|error| {
        Err(FolderError::NoFolder { path: folder.path.clone(), why: io::Error::other(error) })
    })?;
    let Some(PathLookup { media, bytes, is_directory }) = found else {
        return Ok(Response::Gone(Absence::NotFound));
    };
    let wire_hash = Some(freshness::wire_hash(&bytes));
    let validators = Validators { wire_hash, ..Validators::default() };
    if freshness::is_same(known, &validators) {
        return Ok(Response::Unchanged(validators, CacheHints::default()));
    }
    let mut url = asked.clone();
    if is_directory && !url.path().ends_with('/') {
        // A server would redirect to this, and the links of the page are relative to it.
        url.set_path(&format!("{}/", asked.path()));
    }
    let (bytes, coding) = (bytes::Bytes::from(bytes), ContentCoding::Identity);
    let wire = bytes.clone();
    let said = CacheHints::default();
    Ok(Response::Page(Page {
        asked,
        url,
        media,
        told: None,
        wire,
        coding,
        bytes,
        fetched: now,
        validators,
        said,
    }))
}

/// What lies at a place.
struct PathLookup {
    media: MediaType,
    bytes: Vec<u8>,
    is_directory: bool,
}

/// What one path leads to.
enum FolderEntry {
    File(PathBuf),
    Directory(PathBuf),
    Nothing,
}

fn find(root: &Path, place: &PagePath, limit: usize) -> Result<Option<PathLookup>, FolderError> {
    let root = fs::canonicalize(root)
        .and_then(|root| fs::read_dir(&root).map(|_| root))
        .map_err(|why| FolderError::NoFolder { path: root.to_owned(), why })?;
    let mut directory = root.clone();
    directory.extend(&place.folders);
    for name in place.exact() {
        if let FolderEntry::File(file) = inspect(&root, &directory.join(name))? {
            return read(&file, limit).map(Some);
        }
    }
    // `x.aspx?ID=9` is not `x.aspx` where a mirror has saved `x.aspx?ID=7`: there the query is the page, and another
    // article's text would be published under this address.
    let FolderEntry::Directory(directory) = inspect(&root, &directory)? else { return Ok(None) };
    if !place.queries.is_empty()
        && entries(&directory)?.iter().any(|(name, _)| place.is_sibling(name))
    {
        return Ok(None);
    }
    if place.file.is_none() {
        return index(&root, &directory, limit).map(Some);
    }
    for name in place.plain() {
        match inspect(&root, &directory.join(name))? {
            FolderEntry::File(file) => return read(&file, limit).map(Some),
            FolderEntry::Directory(directory) => return index(&root, &directory, limit).map(Some),
            FolderEntry::Nothing => {}
        }
    }
    Ok(None)
}

/// Looks at a path, which must not lead out of `root`.
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
        // A pipe or a device: opening it could wait for ever.
        _ => FolderEntry::Nothing,
    })
}

/// Whether an error says that there is no such file, and not that it cannot be read.
fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::InvalidFilename
            | ErrorKind::InvalidInput
    )
}

fn read(file: &Path, limit: usize) -> Result<PathLookup, FolderError> {
    let unreadable = |why| FolderError::Unreadable { file: file.to_owned(), why };
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).map_err(unreadable)?;
    opened.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > limit {
        return Err(FolderError::TooLarge { file: file.to_owned(), limit });
    }
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    Ok(PathLookup { media: media::of_file(&name, &bytes), bytes, is_directory: false })
}

/// A directory's index page, or the names of its files.
fn index(root: &Path, directory: &Path, limit: usize) -> Result<PathLookup, FolderError> {
    for name in names::INDEXES {
        if let FolderEntry::File(file) = inspect(root, &directory.join(name))? {
            return Ok(PathLookup { is_directory: true, ..read(&file, limit)? });
        }
    }
    let mut files = Vec::new();
    for (name, path) in entries(directory)? {
        match inspect(root, &path) {
            Ok(FolderEntry::File(file)) => files.push(named(&name, &file)),
            Ok(FolderEntry::Directory(inner)) => {
                for (inner_name, path) in entries(&inner)? {
                    if let Ok(FolderEntry::File(file)) = inspect(root, &path) {
                        files.push(named(&format!("{name}/{inner_name}"), &file));
                    }
                }
            }
            // What leads out or cannot be looked at is said when it is asked for by name.
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
    Ok(PathLookup { media, bytes, is_directory: true })
}

/// A file's line in the list: its name and what changes when it is saved anew.
fn named(name: &str, file: &Path) -> String {
    match fs::metadata(file) {
        Ok(data) => format!("{name}\t{}-{}.{:09}", data.size(), data.mtime(), data.mtime_nsec()),
        Err(_) => name.to_owned(),
    }
}

/// The entries of a directory that are not hidden and whose names can stand on a line.
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
            _ => tracing::warn!(file = ?entry.path(), "a file is left out: its name is no text"),
        }
        if entries.len() > MAX_FILES {
            return Err(FolderError::TooManyFiles { directory: directory.to_owned() });
        }
    }
    Ok(entries)
}
