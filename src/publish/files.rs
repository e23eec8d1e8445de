//! Putting documents in place: a reader sees the old text or the new one, never half, and never none.
//!
//! This is the only part of publishing that touches the disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// It is new, or has new content.
    Written,
    /// It held these bytes already, and keeps its modification time.
    Unchanged,
}

/// Why a document could not be put in place. The old one is still there.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The name is no plain file name.
    #[error(
        "{0:?} is no name for a document: it needs letters a-z, digits, `-`, `_` and inner dots only"
    )]
    Name(String),
    /// The disk or the quota is full.
    #[error("{} could not be written, because the disk is full ({source}); make room, and the next visit writes it", .path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It may not be written.
    #[error("{} may not be written ({source}); give the user that runs bantin the right to write in its folder", .path.display())]
    Forbidden {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Anything else.
    #[error("{} could not be written ({source}); see whether its folder and the disk are sound", .path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Replaces the file `name` in `folder` with `bytes`, durably. A missing folder is made.
///
/// A file that already holds `bytes` is left alone, so that its modification time, and with it what web servers tell
/// readers, changes only when the content does. One process at a time may write in a folder.
pub fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Result<Replaced, WriteError> {
    if !is_plain(name) {
        return Err(WriteError::Name(name.to_owned()));
    }
    let path = folder.join(name);
    if holds(&path, bytes) {
        return Ok(Replaced::Unchanged);
    }
    put(folder, &path, name, bytes).map_err(|source| WriteError::new(path, source))?;
    Ok(Replaced::Written)
}

/// Whether the file `name` is in `folder` with so many bytes: enough for one that is written once and never changed.
pub fn has_length(folder: &Path, name: &str, length: u64) -> bool {
    is_plain(name) && fs::metadata(folder.join(name)).is_ok_and(|file| file.len() == length)
}

/// Removes the file `name` from `folder`, where it is there.
pub fn remove(folder: &Path, name: &str) -> Result<Replaced, WriteError> {
    if !is_plain(name) {
        return Err(WriteError::Name(name.to_owned()));
    }
    let path = folder.join(name);
    match fs::remove_file(&path) {
        Ok(()) => Ok(Replaced::Written),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Replaced::Unchanged),
        Err(error) => Err(WriteError::new(path, error)),
    }
}

/// Whether documents could be written into `folder`, by writing one and taking it away again.
pub fn probe(folder: &Path) -> Result<(), WriteError> {
    let name = "bantin-check";
    replace(folder, name, b"").and_then(|_| remove(folder, name)).map(|_| ())
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

/// Whether a name stays in its folder and is not hidden there, whatever the file system makes of it.
fn is_plain(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=200).contains(&name.len())
        && name.bytes().all(legal)
        && !name.starts_with('.')
        && !name.ends_with('.')
}

fn holds(path: &Path, bytes: &[u8]) -> bool {
    let same_length = fs::metadata(path).is_ok_and(|old| old.len() == bytes.len() as u64);
    same_length && fs::read(path).is_ok_and(|old| old == bytes)
}

fn put(folder: &Path, path: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    // A web server shows no hidden file; what a crash leaves behind is taken away by the next write.
    let temporary = folder.join(format!(".{name}.new"));
    let written = write_and_sync(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    // The rename is durable only once the folder is.
    File::open(folder)?.sync_all()
}

fn write_and_sync(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // `create_new` follows no link that someone else may have put there.
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(folder: &Path) -> Vec<String> {
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
        assert_eq!(replace(&output, "a.atom", b"mot").unwrap(), Replaced::Written);
        let first = fs::metadata(output.join("a.atom")).unwrap().modified().unwrap();
        assert_eq!(replace(&output, "a.atom", b"mot").unwrap(), Replaced::Unchanged);
        assert_eq!(fs::metadata(output.join("a.atom")).unwrap().modified().unwrap(), first);
        assert_eq!(replace(&output, "a.atom", b"hai").unwrap(), Replaced::Written);
        assert_eq!(fs::read(output.join("a.atom")).unwrap(), b"hai");
        assert_eq!(names(&output), ["a.atom"]);
    }

    #[test]
    fn what_a_crash_left_behind_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = folder.path().join("elsewhere");
        fs::write(&elsewhere, "của người khác").unwrap();
        std::os::unix::fs::symlink(&elsewhere, folder.path().join(".a.atom.new")).unwrap();
        assert_eq!(replace(folder.path(), "a.atom", b"mot").unwrap(), Replaced::Written);
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
        check(io::ErrorKind::ReadOnlyFilesystem, "may not be written");
        check(io::ErrorKind::PermissionDenied, "right to write");
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
