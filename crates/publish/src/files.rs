//! Writes documents to disk, atomically: a reader sees the old content or the new one, never a part
//! and never a missing file.
//!
//! [`packed_copies`] keeps the packed copies beside documents. This module with it is the only one
//! of the crate that accesses the disk.

mod packed_copies;

use bantin_core::FeedFormat;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder with a mark file for each removed feed. Web servers do not serve it, and can test for
/// the marks.
const GONE: &str = ".gone";

/// The size of the file that [`probe`] writes, in bytes: enough for a full disk to refuse it.
const PROBE: usize = 64 << 10;

/// The result of writing a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplaceOutcome {
    /// It is new, or has new content.
    Written,
    /// The file already had this content, and keeps its modification time.
    Unchanged,
}

/// A failed write. The old document is still there.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The name is not a plain file name.
    #[error(
        "{0:?} is not a valid name of a document: only ASCII letters, digits, `-`, `_` and inner dots are allowed"
    )]
    Name(String),
    /// The disk or the quota is full.
    #[error("{} could not be written, because the disk is full ({source}); make room on it, and the next publication writes the file", .path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The permission to write it is missing.
    #[error("{} could not be written: permission denied ({source}); allow the user that runs bantin to write in its folder", .path.display())]
    Forbidden {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Any other error.
    #[error("{} could not be written ({source}); check its folder and the disk", .path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// Replaces the file `name` in `folder` with `bytes`, durably. A missing folder is created.
///
/// A file with the same bytes is not touched, so that its modification time, and the
/// `Last-Modified` of web servers, changes only with its content. Only one process at a time may
/// write in a folder.
pub fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Result<ReplaceOutcome, WriteError> {
    if !is_plain(name) {
        return Err(WriteError::Name(name.to_owned()));
    }
    let path = folder.join(name);
    if has_bytes(&path, bytes) {
        return Ok(ReplaceOutcome::Unchanged);
    }
    write_and_rename(folder, name, bytes, None, || Ok(()))
        .map_err(|source| WriteError::new(path, source))?;
    Ok(ReplaceOutcome::Written)
}

/// Whether the file `name` exists in `folder` with this length, and has packed copies with its
/// modification time exactly if `pack` is set. This is sufficient for a document that is written
/// once and never changed.
pub fn is_on_disk(folder: &Path, name: &str, length: u64, pack: bool) -> bool {
    let Some(file) = fs::metadata(folder.join(name)).ok().filter(|_| is_plain(name)) else {
        return false;
    };
    file.len() == length && packed_copies::are_as_wanted(folder, name, &file, pack)
}

/// Replaces the file `name` in `folder` like [`replace`], and its packed copies. If `pack` is set
/// and packing makes it smaller, the copies exist when this returns; otherwise they do not.
pub fn replace_packed(
    folder: &Path,
    name: &str,
    bytes: &[u8],
    pack: bool,
) -> Result<ReplaceOutcome, WriteError> {
    if !is_plain(name) {
        return Err(WriteError::Name(name.to_owned()));
    }
    let path = folder.join(name);
    let same = has_bytes(&path, bytes);
    if same && !pack {
        packed_copies::remove(folder, name)?;
    }
    if !same {
        // The new document is on the disk before the copies are removed: if there is no space for
        // it, nothing changes.
        let clear = || match packed_copies::remove(folder, name) {
            // After a power failure, the old copies must not reappear beside the new document.
            Ok(true) => sync(folder),
            Ok(false) => Ok(()),
            Err(error) => Err(io::Error::other(error)),
        };
        write_and_rename(folder, name, bytes, None, clear)
            .map_err(|source| WriteError::new(path, source))?;
    }
    if pack {
        packed_copies::write(folder, name, bytes)?;
    }
    Ok(if same { ReplaceOutcome::Unchanged } else { ReplaceOutcome::Written })
}

/// Removes the file `name` and its packed copies from `folder`, if they exist.
pub fn remove(folder: &Path, name: &str) -> Result<ReplaceOutcome, WriteError> {
    if !is_plain(name) {
        return Err(WriteError::Name(name.to_owned()));
    }
    let copies = packed_copies::remove(folder, name)?;
    let removed = remove_file(&folder.join(name))?;
    Ok(if copies || removed { ReplaceOutcome::Written } else { ReplaceOutcome::Unchanged })
}

/// Removes all documents of a feed from `folder`, packed or not: the files whose name up to the
/// first dot is the feed's, and that have the ending of a document. Returns their number.
pub fn remove_feed(folder: &Path, feed: &str) -> Result<usize, WriteError> {
    let mut removed = 0;
    for name in file_names(folder)?.iter().filter(|name| document_of(name, feed).is_some()) {
        removed += usize::from(remove_file(&folder.join(name))?);
    }
    Ok(removed)
}

/// Returns the documents of feeds in a folder, each with the part of its name up to the first dot,
/// which is the feed's name. A document of which only a packed copy exists is included.
pub fn documents(folder: &Path) -> Result<BTreeSet<(String, String)>, WriteError> {
    let named = |name: &String| {
        let (feed, _) = name.split_once('.')?;
        Some((feed.to_owned(), document_of(name, feed)?.to_owned()))
    };
    Ok(file_names(folder)?.iter().filter_map(named).collect())
}

fn file_names(folder: &Path) -> Result<Vec<String>, WriteError> {
    let failed = |source| WriteError::new(folder.to_owned(), source);
    let files = match fs::read_dir(folder) {
        Ok(files) => files,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let names = files.map(|file| Ok(file.map_err(failed)?.file_name().into_string().ok()));
    names.filter_map(Result::transpose).collect()
}

/// Creates or deletes the mark of a removed feed in `folder`, the file `.gone/NAME`, for web
/// servers.
pub fn mark_gone(folder: &Path, feed: &str, gone: bool) -> Result<ReplaceOutcome, WriteError> {
    let marks = folder.join(GONE);
    if gone { replace(&marks, feed, b"") } else { remove(&marks, feed) }
}

/// The state of a document and its packed copies on disk: length and modification time of each
/// file, or its absence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStamp {
    path: PathBuf,
    files: [Option<(u64, DateTime<Utc>)>; 3],
}

impl FileStamp {
    /// The current state of the document `name` in a folder.
    pub fn stamp_of(folder: &Path, name: &str) -> Self {
        let path = folder.join(name);
        Self { files: Self::files(&path), path }
    }

    /// Whether the state on disk is still the same.
    pub fn is_current(&self) -> bool {
        self.files == Self::files(&self.path)
    }

    fn files(path: &Path) -> [Option<(u64, DateTime<Utc>)>; 3] {
        let [gzip, brotli] = packed_copies::paths(path);
        [path, &gzip, &brotli].map(|path| {
            let file = fs::metadata(path).ok()?;
            Some((file.len(), file.modified().ok()?.into()))
        })
    }
}

/// The instant at which a file was last created, deleted or renamed in a folder; `None` if there is
/// no folder.
pub fn modified_at(folder: &Path) -> Option<DateTime<Utc>> {
    fs::metadata(folder).and_then(|folder| folder.modified()).ok().map(DateTime::from)
}

/// Checks that documents can be written into `folder`, by creating one and deleting it.
pub fn probe(folder: &Path) -> Result<(), WriteError> {
    let name = "bantin-check";
    // A full disk still takes an empty file.
    let done = replace(folder, name, &[b' '; PROBE]);
    let removed = remove(folder, name);
    done.and(removed).map(|_| ())
}

impl WriteError {
    fn new(path: PathBuf, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full { path, source },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Forbidden { path, source }
            }
            _ => Self::Failed { path, source },
        }
    }
}

/// Whether a name cannot escape its folder and is not hidden, on any file system.
fn is_plain(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=200).contains(&name.len())
        && name.bytes().all(legal)
        && !name.starts_with('.')
        && !name.ends_with('.')
}

fn has_bytes(path: &Path, bytes: &[u8]) -> bool {
    let same_length = fs::metadata(path).is_ok_and(|old| old.len() == bytes.len() as u64);
    same_length && fs::read(path).is_ok_and(|old| old == bytes)
}

/// The document that a file of this feed is, or is a packed copy of.
fn document_of<'a>(name: &'a str, feed: &str) -> Option<&'a str> {
    name.strip_prefix(feed)?.strip_prefix('.')?;
    let document = packed_copies::document_name(name);
    let (_, ending) = document.rsplit_once('.')?;
    let known =
        ending == "html" || FeedFormat::ALL.iter().any(|format| format.extension() == ending);
    known.then_some(document)
}

/// Writes a temporary file, calls `done`, and renames the file to `name`. Its modification time is
/// that of `like`, or now.
fn write_and_rename(
    folder: &Path,
    name: &str,
    bytes: &[u8],
    like: Option<&Metadata>,
    done: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    // Web servers do not serve hidden files. One that a crash left behind is removed by the next
    // write.
    let temporary = folder.join(format!(".{name}.new"));
    let written = write_and_sync(&temporary, bytes, like)
        .and_then(|()| done())
        .and_then(|()| fs::rename(&temporary, folder.join(name)));
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    sync(folder)
}

/// Makes renames and removals in a folder durable.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn write_and_sync(path: &Path, bytes: &[u8], like: Option<&Metadata>) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // `create_new` does not follow a link that another user may have created.
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    if let Some(like) = like {
        file.set_modified(like.modified()?)?;
    }
    file.sync_all()
}

/// Removes a file. Returns whether it existed.
fn remove_file(path: &Path) -> Result<bool, WriteError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(WriteError::new(path.to_owned(), error)),
    }
}

#[cfg(test)]
mod tests {
    use super::packed_copies::tests::unpack;
    use super::*;
    use proptest::prelude::*;

    pub(super) fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_written_once_for_each_change() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("moi/output");
        assert_eq!(replace(&output, "a.atom", b"mot").unwrap(), ReplaceOutcome::Written);
        let first = fs::metadata(output.join("a.atom")).unwrap().modified().unwrap();
        assert_eq!(replace(&output, "a.atom", b"mot").unwrap(), ReplaceOutcome::Unchanged);
        assert_eq!(fs::metadata(output.join("a.atom")).unwrap().modified().unwrap(), first);
        assert_eq!(replace(&output, "a.atom", b"hai").unwrap(), ReplaceOutcome::Written);
        assert_eq!(fs::read(output.join("a.atom")).unwrap(), b"hai");
        assert_eq!(names(&output), ["a.atom"]);
    }

    #[test]
    fn what_a_crash_left_behind_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = folder.path().join("elsewhere");
        fs::write(&elsewhere, "của người khác").unwrap();
        std::os::unix::fs::symlink(&elsewhere, folder.path().join(".a.atom.new")).unwrap();
        assert_eq!(replace(folder.path(), "a.atom", b"mot").unwrap(), ReplaceOutcome::Written);
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "của người khác");
        assert_eq!(names(folder.path()), ["a.atom", "elsewhere"]);
    }

    #[test]
    fn a_write_that_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a.atom")).unwrap();
        let error = replace(folder.path(), "a.atom", b"mot").unwrap_err();
        assert!(error.to_string().contains("a.atom could not be written"), "{error}");
        assert_eq!(names(folder.path()), ["a.atom"]);

        fs::write(folder.path().join("tep"), "").unwrap();
        replace(&folder.path().join("tep"), "a.atom", b"mot").unwrap_err();
    }

    #[test]
    fn an_error_says_what_to_do() {
        let check = |kind: io::ErrorKind, words: &str| {
            let error = WriteError::new("output/a.atom".into(), kind.into()).to_string();
            assert!(error.starts_with("output/a.atom ") && error.contains(words), "{error}");
        };
        check(io::ErrorKind::StorageFull, "disk is full");
        check(io::ErrorKind::QuotaExceeded, "make room");
        check(io::ErrorKind::ReadOnlyFilesystem, "permission denied");
        check(io::ErrorKind::PermissionDenied, "to write in its folder");
        check(io::ErrorKind::Other, "could not be written");
    }

    #[test]
    fn a_name_cannot_leave_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["", ".", "..", "../a", "a/b", "/a", "a\\b", ".a", "a.", "a\0b", "tin-tức", "a b"]
        {
            let error = replace(folder.path(), name, b"mot").unwrap_err();
            assert!(matches!(error, WriteError::Name(_)), "{name:?}");
        }
    }

    #[test]
    fn a_feed_goes_with_all_its_documents_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let documents =
            ["tin.atom", "tin.atom.gz", "tin.rss.br", "tin.json", "tin.html", "tin.12.atom"];
        let others = ["tin-moi.atom", "tin.png", "tin.opml.gz", "tinh.atom", "tin", "atom"];
        for name in documents.iter().chain(&others) {
            fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(remove_feed(folder.path(), "tin").unwrap(), documents.len());
        let mut left = others;
        left.sort();
        assert_eq!(names(folder.path()), left);
        assert_eq!(remove_feed(&folder.path().join("khong-co"), "tin").unwrap(), 0);
    }

    #[test]
    fn a_feed_that_is_gone_has_a_mark() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join(".gone/tin");
        assert_eq!(mark_gone(folder.path(), "tin", true).unwrap(), ReplaceOutcome::Written);
        assert!(mark.exists());
        assert_eq!(mark_gone(folder.path(), "tin", true).unwrap(), ReplaceOutcome::Unchanged);
        assert_eq!(mark_gone(folder.path(), "tin", false).unwrap(), ReplaceOutcome::Written);
        assert!(!mark.exists());
    }

    /// At any moment a document and each of its copies is complete, and never reverts to an older
    /// text.
    #[test]
    fn readers_see_only_whole_documents_during_ten_thousand_replacements() {
        use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
        const REPLACEMENTS: u32 = 10_000;
        // In memory, if there is such a folder: a disk would take minutes for so many syncs.
        let memory = Path::new("/dev/shm");
        let folder = match tempfile::tempdir_in(memory) {
            Ok(folder) => folder,
            Err(_) => tempfile::tempdir().unwrap(),
        };
        let text = |number: u32| {
            let line = format!("<entry>{number}</entry>\n").repeat(20 + number as usize % 30);
            format!("<feed n=\"{number:06}\">\n{line}</feed>\n")
        };
        let number_of = |bytes: Vec<u8>| {
            let whole = String::from_utf8(bytes).unwrap();
            let number = whole.get(9..15).and_then(|digits| digits.parse().ok()).unwrap();
            assert!(whole == text(number), "half a document: {whole}");
            number
        };
        let put = |number| {
            // Every tenth with its copies, because packing takes most of the time.
            let pack = number % 10 == 0;
            replace_packed(folder.path(), "a.atom", text(number).as_bytes(), pack).unwrap();
        };
        put(0);
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let readers = ["a.atom", "a.atom.gz", "a.atom.br"].map(|name| {
                let (done, path) = (&done, folder.path().join(name));
                scope.spawn(move || {
                    let (mut newest, mut seen) = (0, 0);
                    while !done.load(SeqCst) {
                        // A copy may be removed at any moment; a server then reads the document
                        // instead.
                        let read = match fs::read(&path) {
                            Err(error) if name != "a.atom" => {
                                assert_eq!(error.kind(), io::ErrorKind::NotFound);
                                continue;
                            }
                            read => read.unwrap(),
                        };
                        let number = number_of(unpack(&path, &read));
                        assert!(number >= newest, "{number} after {newest}");
                        newest = number;
                        seen += 1;
                    }
                    seen
                })
            });
            for number in 1..=REPLACEMENTS {
                put(number);
            }
            done.store(true, SeqCst);
            for reader in readers {
                assert!(reader.join().unwrap() > 0, "nothing was read");
            }
        });
        assert_eq!(number_of(fs::read(folder.path().join("a.atom")).unwrap()), REPLACEMENTS);
    }

    proptest! {
        #[test]
        fn a_name_is_one_file_of_the_folder_or_refused(name in any::<String>()) {
            if is_plain(&name) {
                let path = Path::new("/output").join(&name);
                prop_assert_eq!(path.parent(), Some(Path::new("/output")));
            }
        }
    }
}
