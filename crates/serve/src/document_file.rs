//! Reads a document from the disk, in one coding.

use super::coding::ResponseCoding;
use axum::http::HeaderValue;
use bantin_publish::packing;
use bytes::Bytes;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// The last second of the year 9999; HTTP dates cannot be later.
const LAST_SECOND: i64 = 253_402_300_799;

/// A document in one coding, as it was when it was read.
#[derive(Debug)]
pub(super) struct DocumentFile {
    stamp: FileVersion,
    /// A weak entity tag, the same for all codings (RFC 9110 section 8.8.3).
    pub(super) etag: HeaderValue,
    /// The field `Last-Modified`.
    pub(super) last_modified: HeaderValue,
    /// The content; `None` if the coding does not make it smaller.
    pub(super) body: Option<Bytes>,
}

/// Identifies the version of a file. It includes the inode, because a file that is replaced twice
/// within one tick of the clock may have the same time and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileVersion {
    inode: u64,
    seconds: i64,
    nanoseconds: i64,
    length: u64,
}

/// Whether a document may be packed when it is read. A copy that lies packed beside it is used in
/// any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PackOnRead {
    Yes,
    No,
}

/// The result of reading a document in a coding.
#[derive(Debug)]
pub(super) enum CodedDocument {
    /// The file is the one that is known.
    Unchanged,
    Read(DocumentFile),
    /// It would have to be packed, and may not be; its length in bytes.
    NotPacked {
        length: u64,
    },
}

impl DocumentFile {
    /// Reads the document at `path` in a coding, unless it is still the `known` one. Blocks.
    pub(super) fn read(
        path: &Path,
        coding: ResponseCoding,
        known: Option<&Self>,
        packing: PackOnRead,
    ) -> io::Result<CodedDocument> {
        if let Some(known) = known
            && FileVersion::of(&fs::metadata(path)?) == known.stamp
        {
            return Ok(CodedDocument::Unchanged);
        }
        // The version is taken again from the open file: the path may name a newer one by now.
        let mut file = File::open(path)?;
        let stamp = FileVersion::of(&file.metadata()?);
        let mut plain = Vec::new();
        file.read_to_end(&mut plain)?;
        let etag = HeaderValue::try_from(format!("W/\"{}\"", short_hash(&plain)));
        let modified = UNIX_EPOCH + Duration::from_secs(stamp.modified());
        let last_modified = HeaderValue::try_from(httpdate::fmt_http_date(modified));
        let (Ok(etag), Ok(last_modified)) = (etag, last_modified) else {
            return Err(io::Error::other("the tag of a document is no header field"));
        };
        let copy = match ending(coding) {
            Some(ending) => stamp.packed_copy(path, ending)?,
            None => None,
        };
        let is_plain = coding == ResponseCoding::Identity;
        if copy.is_none() && !is_plain && packing == PackOnRead::No {
            return Ok(CodedDocument::NotPacked { length: stamp.length });
        }
        let length = plain.len();
        let coded = copy.map_or_else(|| packed(plain, coding), Ok)?;
        let coded = Some(coded).filter(|coded| is_plain || coded.len() < length);
        Ok(CodedDocument::Read(Self { stamp, etag, last_modified, body: coded.map(Bytes::from) }))
    }

    /// The modification time, in seconds since 1970.
    pub(super) fn modified(&self) -> u64 {
        self.stamp.modified()
    }

    /// The length of the content, in bytes.
    pub(super) fn len(&self) -> usize {
        self.body.as_ref().map_or(0, Bytes::len)
    }
}

/// The ending of the packed copies that the publisher writes in a coding.
fn ending(coding: ResponseCoding) -> Option<&'static str> {
    match coding {
        ResponseCoding::Brotli => Some("br"),
        ResponseCoding::Gzip => Some("gz"),
        ResponseCoding::Zstd | ResponseCoding::Identity => None,
    }
}

/// The content in a coding.
fn packed(plain: Vec<u8>, coding: ResponseCoding) -> io::Result<Vec<u8>> {
    match coding {
        ResponseCoding::Brotli => packing::brotli(&plain),
        ResponseCoding::Zstd => packing::zstd(&plain),
        ResponseCoding::Gzip => packing::gzip(&plain),
        ResponseCoding::Identity => Ok(plain),
    }
}

impl FileVersion {
    fn of(metadata: &Metadata) -> Self {
        Self {
            inode: metadata.ino(),
            seconds: metadata.mtime(),
            nanoseconds: metadata.mtime_nsec(),
            length: metadata.len(),
        }
    }

    fn modified(self) -> u64 {
        self.seconds.clamp(0, LAST_SECOND).unsigned_abs()
    }

    /// The packed copy beside the document of this version. It has the modification time of its
    /// document, and is removed before the document is replaced: so it belongs to this version if
    /// the document is unchanged after the copy was read.
    fn packed_copy(self, document: &Path, ending: &str) -> io::Result<Option<Vec<u8>>> {
        let mut copy = document.as_os_str().to_owned();
        copy.push(".");
        copy.push(ending);
        let mut file = match File::open(PathBuf::from(copy)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let copied = file.metadata()?;
        if (copied.mtime(), copied.mtime_nsec()) != (self.seconds, self.nanoseconds) {
            return Ok(None);
        }
        let mut packed = Vec::new();
        file.read_to_end(&mut packed)?;
        Ok((Self::of(&fs::metadata(document)?) == self).then_some(packed))
    }
}

/// 64 bits of BLAKE3 over the content alone, so that every node gives a document the same tag.
fn short_hash(bytes: &[u8]) -> String {
    let mut hash = blake3::hash(bytes).to_hex().to_string();
    hash.truncate(16);
    hash
}
