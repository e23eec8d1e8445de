//! Packed copies beside documents, as `NAME.gz` and `NAME.br`, for web servers that serve the
//! folder, and for our own.
//!
//! Web servers do not compare the two. So packed copies are removed, durably, before their document
//! is replaced, and written again after it, with its modification time. A copy with another time is
//! packed again. A client that accepts a coding never gets an older text than one that does not, and
//! no client gets the old text after the new one. In between, for some milliseconds, the document is
//! served without a coding, or packed by `bantin run`.

use super::{WriteError, remove_file, write_and_rename};
use crate::packing;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// A function that packs bytes.
type PackFunction = fn(&[u8]) -> io::Result<Vec<u8>>;

/// The packed copies of a document: the endings of their names, and their functions.
const PACKED: [(&str, PackFunction); 2] = [("gz", packing::gzip), ("br", packing::brotli)];

/// Whether a document has all packed copies with its modification time, if `pack` is set, or none
/// of them.
pub(super) fn are_as_wanted(folder: &Path, name: &str, document: &Metadata, pack: bool) -> bool {
    let is_current = |ending: &str| {
        let copy = fs::metadata(folder.join(format!("{name}.{ending}")));
        let copied = copy.and_then(|copy| copy.modified());
        copied.is_ok_and(|copied| document.modified().is_ok_and(|modified| modified == copied))
    };
    PACKED.iter().all(|(ending, _)| is_current(ending) == pack)
}

/// The paths of the packed copies of a document.
pub(super) fn paths(document: &Path) -> [PathBuf; 2] {
    PACKED.map(|(ending, _)| {
        let mut copy = document.as_os_str().to_owned();
        copy.push(".");
        copy.push(ending);
        copy.into()
    })
}

/// The name of the document that a file is a packed copy of; else its own name.
pub(super) fn document_name(name: &str) -> &str {
    let packed = PACKED.iter().find_map(|(ending, _)| name.strip_suffix(ending)?.strip_suffix('.'));
    packed.unwrap_or(name)
}

/// Writes the packed copies of a document that are missing or outdated.
///
/// A copy has the modification time of its document. So web servers send the same `Last-Modified`
/// in every coding, and an outdated copy is recognized without unpacking it.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
    let put_copy = |copy: &str, pack: PackFunction| -> io::Result<()> {
        let document = fs::metadata(folder.join(name))?;
        let known = fs::metadata(folder.join(copy)).and_then(|copy| copy.modified());
        if known.is_ok_and(|known| document.modified().is_ok_and(|modified| modified == known)) {
            return Ok(());
        }
        let packed = pack(bytes)?;
        if packed.len() >= bytes.len() {
            return Ok(());
        }
        write_and_rename(folder, copy, &packed, Some(&document), || Ok(()))
    };
    for (ending, pack) in PACKED {
        let copy = format!("{name}.{ending}");
        put_copy(&copy, pack).map_err(|source| WriteError::new(folder.join(&copy), source))?;
    }
    Ok(())
}

/// Removes the packed copies of a document. Returns whether there were any.
pub(super) fn remove(folder: &Path, name: &str) -> Result<bool, WriteError> {
    let mut any = false;
    for (ending, _) in PACKED {
        any |= remove_file(&folder.join(format!("{name}.{ending}")))?;
    }
    Ok(any)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::names;
    use super::super::{ReplaceOutcome, remove, replace_packed};
    use super::*;
    use std::io::Write;

    /// The unpacked content of a copy.
    fn unpacked(path: &Path) -> Vec<u8> {
        unpack(path, &fs::read(path).unwrap())
    }

    pub(in super::super) fn unpack(path: &Path, packed: &[u8]) -> Vec<u8> {
        use std::io::Read;
        let mut plain = Vec::new();
        match path.extension().unwrap().to_str().unwrap() {
            "gz" => flate2::read::GzDecoder::new(packed).read_to_end(&mut plain).unwrap(),
            "br" => brotli::Decompressor::new(packed, 4096).read_to_end(&mut plain).unwrap(),
            _ => plain.write(packed).unwrap(),
        };
        plain
    }

    #[test]
    fn packed_copies_are_of_the_document_that_they_lie_beside() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let at = |name: &str| folder.join(name);
        let modified = |name: &str| fs::metadata(at(name)).unwrap().modified().unwrap();
        for text in ["một ".repeat(100), "hai ".repeat(100)] {
            let replaced = replace_packed(folder, "a.atom", text.as_bytes(), true).unwrap();
            assert_eq!(replaced, ReplaceOutcome::Written);
            assert_eq!(names(folder), ["a.atom", "a.atom.br", "a.atom.gz"]);
            for copy in ["a.atom.br", "a.atom.gz"] {
                assert_eq!(unpacked(&at(copy)), text.as_bytes());
                assert_eq!(modified(copy), modified("a.atom"));
            }
        }
        let text = "hai ".repeat(100);
        let inode = |name: &str| {
            use std::os::unix::fs::MetadataExt;
            fs::metadata(at(name)).unwrap().ino()
        };
        let before = ["a.atom", "a.atom.br", "a.atom.gz"].map(inode);
        // A copy that is missing or has another time is written again; the others stay.
        fs::remove_file(at("a.atom.gz")).unwrap();
        let again = || replace_packed(folder, "a.atom", text.as_bytes(), true).unwrap();
        assert_eq!(again(), ReplaceOutcome::Unchanged);
        assert_eq!(unpacked(&at("a.atom.gz")), text.as_bytes());
        assert_eq!([before[0], before[1]], ["a.atom", "a.atom.br"].map(inode));
        fs::write(at("a.atom.gz"), "cũ").unwrap();
        assert_eq!(again(), ReplaceOutcome::Unchanged);
        assert_eq!(unpacked(&at("a.atom.gz")), text.as_bytes());
        // A document that packing does not make smaller has no copies, and neither has one without
        // `pack`.
        replace_packed(folder, "a.atom", b"x", true).unwrap();
        assert_eq!(names(folder), ["a.atom"]);
        replace_packed(folder, "a.atom", text.as_bytes(), true).unwrap();
        assert_eq!(
            replace_packed(folder, "a.atom", text.as_bytes(), false).unwrap(),
            ReplaceOutcome::Unchanged
        );
        assert_eq!(names(folder), ["a.atom"]);
        replace_packed(folder, "a.atom", text.as_bytes(), true).unwrap();
        assert_eq!(remove(folder, "a.atom").unwrap(), ReplaceOutcome::Written);
        assert_eq!(names(folder), [""; 0]);
        assert_eq!(remove(folder, "a.atom").unwrap(), ReplaceOutcome::Unchanged);
    }
}
