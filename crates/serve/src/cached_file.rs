//! Caches a file in memory, in every coding that makes it smaller, until it changes on disk.

use super::coding::ResponseCoding;
use bantin_publish::packing;
use bytes::Bytes;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

/// The last second of the year 9999; HTTP dates cannot be later.
const LAST_SECOND: i64 = 253_402_300_799;

/// The content of a file when it was read.
#[derive(Debug)]
pub(super) struct CachedFile {
    stamp: CachedFileStamp,
    /// A weak entity tag, the same for all codings (RFC 9110 section 8.8.3).
    pub(super) etag: String,
    plain: Bytes,
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
    zstd: Option<Bytes>,
}

/// Whether a file is packed when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PackOnRead {
    Yes,
    No,
}

/// Identifies the version of a file. It includes the inode, because a file that is replaced twice
/// within one tick of the clock may have the same time and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CachedFileStamp {
    inode: u64,
    seconds: i64,
    nanoseconds: i64,
    length: u64,
}

impl CachedFile {
    /// Returns the file at `path`: the held copy if it is still current.
    pub(super) fn read(
        path: &Path,
        cached: Option<&Arc<Self>>,
        packing: PackOnRead,
    ) -> io::Result<Arc<Self>> {
        let stamp = CachedFileStamp::of(&std::fs::metadata(path)?);
        if let Some(cached) = cached.filter(|cached| cached.stamp == stamp) {
            return Ok(cached.clone());
        }
        // The stamp is taken again from the open file: the path may name a newer one by now.
        let mut file = File::open(path)?;
        let stamp = CachedFileStamp::of(&file.metadata()?);
        let mut plain = Vec::new();
        file.read_to_end(&mut plain)?;
        let packed = |pack: fn(&[u8]) -> io::Result<Vec<u8>>| match packing {
            PackOnRead::Yes => {
                let coded = pack(&plain)?;
                Ok((coded.len() < plain.len()).then(|| Bytes::from(coded)))
            }
            PackOnRead::No => io::Result::Ok(None),
        };
        Ok(Arc::new(Self {
            stamp,
            etag: format!("W/\"{}\"", short_hash(&plain)),
            gzip: packed(packing::gzip)?,
            brotli: packed(packing::brotli)?,
            zstd: packed(packing::zstd)?,
            plain: Bytes::from(plain),
        }))
    }

    /// The content in a coding; `None` if the coding does not make it smaller.
    pub(super) fn body(&self, coding: ResponseCoding) -> Option<&Bytes> {
        match coding {
            ResponseCoding::Brotli => self.brotli.as_ref(),
            ResponseCoding::Zstd => self.zstd.as_ref(),
            ResponseCoding::Gzip => self.gzip.as_ref(),
            ResponseCoding::Identity => Some(&self.plain),
        }
    }

    /// The content without a coding.
    pub(super) fn plain(&self) -> &Bytes {
        &self.plain
    }

    /// The modification time, in seconds since 1970.
    pub(super) fn modified(&self) -> u64 {
        self.stamp.seconds.clamp(0, LAST_SECOND).unsigned_abs()
    }
}

impl CachedFileStamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            inode: metadata.ino(),
            seconds: metadata.mtime(),
            nanoseconds: metadata.mtime_nsec(),
            length: metadata.len(),
        }
    }
}

/// 64 bits of BLAKE3 over the content alone, so that every node gives a document the same tag.
fn short_hash(bytes: &[u8]) -> String {
    let mut hash = blake3::hash(bytes).to_hex().to_string();
    hash.truncate(16);
    hash
}
