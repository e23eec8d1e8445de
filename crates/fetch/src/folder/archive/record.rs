//! Reads the records of a WARC file (ISO 28500, versions 1.0 and 1.1) in order, as a stream.
//!
//! A compressed file is a sequence of gzip members (annex D of the standard), each with one record
//! or several. A position is the start of a member and the offset of a record within it. A plain
//! file is treated as one member.

use chrono::{DateTime, Utc};
use flate2::bufread::GzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

/// The longest head of a record or of an HTTP message, in bytes.
const MAX_HEAD: u64 = 64 << 10;
/// The maximum number of bytes skipped per read.
const PIECE: u64 = 1 << 20;
/// The maximum ratio of decompressed to compressed bytes, and the number of decompressed bytes from
/// which it applies.
const RATIO: u64 = 300;
const RATIO_FROM: u64 = 64 << 20;
/// The maximum number of empty lines between two records: the standard has two.
const MAX_BLANK: usize = 1000;

/// The position of a record in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RecordPosition {
    /// The start of its gzip member, in bytes; 0 in a plain file.
    member: u64,
    /// The offset within the decompressed member.
    offset: u64,
}

/// The head of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RecordHead {
    /// `WARC-Type`, in lower case.
    pub(super) kind: String,
    /// `WARC-Target-URI`.
    pub(super) address: Option<String>,
    /// `WARC-Date`: the time of the capture.
    pub(super) captured: Option<DateTime<Utc>>,
    /// `WARC-Payload-Digest`.
    pub(super) digest: Option<String>,
    /// `Content-Type`, in lower case.
    pub(super) media: String,
    /// `Content-Length`, in bytes.
    pub(super) length: u64,
    /// Whether it is a later segment of a segmented record.
    pub(super) is_piece: bool,
}

/// A WARC file that is read record by record.
pub(super) struct WarcReader {
    /// `None` between two members.
    member: Option<Member>,
    /// The file, while it is not inside a member.
    file: Option<CountingReader>,
    is_packed: bool,
    member_start: u64,
    offset: u64,
    /// The unread bytes of the current record's body.
    left: u64,
}

enum Member {
    Plain(CountingReader),
    Packed(Box<BufReader<GzDecoder<CountingReader>>>),
}

/// A file that counts the bytes read.
struct CountingReader {
    file: BufReader<File>,
    read: u64,
}

impl Read for CountingReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(into)?;
        self.read += length as u64;
        Ok(length)
    }
}

impl BufRead for CountingReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.file.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.read += length as u64;
        self.file.consume(length);
    }
}

impl WarcReader {
    /// Opens a file at its start.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Self::open_at(path, RecordPosition { member: 0, offset: 0 })
    }

    /// Opens a file at a record.
    pub(super) fn open_at(path: &Path, place: RecordPosition) -> io::Result<Self> {
        let mut file = BufReader::with_capacity(64 << 10, File::open(path)?);
        let is_packed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let from = if is_packed { place.member } else { place.offset };
        file.seek(SeekFrom::Start(from))?;
        let file = CountingReader { file, read: from };
        let mut records = Self {
            member: None,
            file: Some(file),
            is_packed,
            member_start: 0,
            offset: from,
            left: 0,
        };
        if is_packed {
            records.offset = 0;
            records.enter()?;
            records.left = place.offset;
            records.skip_body()?;
        } else {
            records.member = records.file.take().map(Member::Plain);
        }
        Ok(records)
    }

    /// The current position in the file, in bytes on disk.
    pub(super) fn position(&self) -> u64 {
        match (&self.member, &self.file) {
            (Some(Member::Plain(file)), _) | (None, Some(file)) => file.read,
            (Some(Member::Packed(member)), _) => member.get_ref().get_ref().read,
            (None, None) => self.member_start,
        }
    }

    /// Returns the next record with its position; `None` at the end of the file.
    ///
    /// # Errors
    /// The file is damaged; nothing can be read after that.
    pub(super) fn next(&mut self) -> io::Result<Option<(RecordPosition, RecordHead)>> {
        self.skip_body()?;
        let mut blank = 0;
        loop {
            let place = RecordPosition { member: self.member_start, offset: self.offset };
            match self.line()? {
                None if !self.enter()? => return Ok(None),
                None => {}
                Some(line) if line.trim_ascii().is_empty() && blank < MAX_BLANK => blank += 1,
                Some(line) if line.starts_with(b"WARC/") => {
                    let head = self.head()?;
                    self.left = head.length;
                    return Ok(Some((place, head)));
                }
                Some(_) => return Err(broken("no record starts where one should")),
            }
        }
    }

    /// Returns up to `most` bytes of the current record's body. The next record skips the rest.
    pub(super) fn body(&mut self, most: u64) -> io::Result<Vec<u8>> {
        let wanted = most.min(self.left);
        let mut body = Vec::new();
        let length = self.reader()?.take(wanted).read_to_end(&mut body)? as u64;
        self.offset += length;
        self.left = self.left.saturating_sub(length);
        if length < wanted {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(body)
    }

    /// Skips the rest of the current record's body.
    pub(super) fn skip_body(&mut self) -> io::Result<()> {
        while self.left > 0 {
            let wanted = self.left.min(PIECE);
            let passed = io::copy(&mut self.reader()?.take(wanted), &mut io::sink())?;
            self.offset += passed;
            self.left -= passed;
            if passed < wanted {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let packed = self.position().saturating_sub(self.member_start);
            if self.is_packed && self.offset > RATIO_FROM && self.offset / RATIO > packed {
                return Err(broken(
                    "it decodes to hundreds of times its size, as a decompression bomb does",
                ));
            }
        }
        Ok(())
    }

    fn reader(&mut self) -> io::Result<&mut dyn BufRead> {
        match &mut self.member {
            Some(Member::Plain(file)) => Ok(file),
            Some(Member::Packed(member)) => Ok(member.as_mut()),
            None => Err(ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Enters the next gzip member; returns false at the end.
    fn enter(&mut self) -> io::Result<bool> {
        let mut file = match (self.member.take(), self.file.take()) {
            (Some(Member::Packed(member)), _) => member.into_inner().into_inner(),
            (Some(Member::Plain(file)), _) | (None, Some(file)) => file,
            (None, None) => return Ok(false),
        };
        let is_member = self.is_packed && !file.fill_buf()?.is_empty();
        if !is_member {
            self.member_start = file.read;
            self.file = Some(file);
            return Ok(false);
        }
        (self.member_start, self.offset) = (file.read, 0);
        self.member = Some(Member::Packed(Box::new(BufReader::new(GzDecoder::new(file)))));
        Ok(true)
    }

    /// Reads a line with its terminator, if it has one; `None` at the end of the member.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.member.is_none() {
            return Ok(None);
        }
        let mut line = Vec::new();
        let length = self.reader()?.take(MAX_HEAD).read_until(b'\n', &mut line)? as u64;
        self.offset += length;
        match line.last() {
            None => Ok(None),
            Some(byte) if *byte != b'\n' && length >= MAX_HEAD => {
                Err(broken("the head of a record has no end"))
            }
            // Half a line at the end of the file; the record that it belongs to ends there too.
            Some(_) => Ok(Some(line)),
        }
    }

    fn head(&mut self) -> io::Result<RecordHead> {
        let mut head = RecordHead {
            kind: String::new(),
            address: None,
            captured: None,
            digest: None,
            media: String::new(),
            length: 0,
            is_piece: false,
        };
        let (mut size, mut has_length) = (0, false);
        loop {
            let line = self.line()?.ok_or(ErrorKind::UnexpectedEof)?;
            size += line.len() as u64;
            if size > MAX_HEAD {
                return Err(broken("the head of a record has no end"));
            }
            let line = String::from_utf8_lossy(&line);
            let line = line.trim();
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "warc-type" => head.kind = value.to_ascii_lowercase(),
                // Some writers of version 1.0 put the URI in angle brackets.
                "warc-target-uri" => {
                    let address = value.trim_start_matches('<').trim_end_matches('>');
                    head.address = Some(address.to_owned());
                }
                "warc-date" => {
                    let date = DateTime::parse_from_rfc3339(value);
                    head.captured = date.ok().map(|date| date.to_utc());
                }
                "warc-payload-digest" => head.digest = Some(value.to_owned()),
                "content-type" => head.media = value.to_ascii_lowercase(),
                "content-length" => {
                    let length = value.parse();
                    head.length =
                        length.map_err(|_| broken("the length of a record is not a number"))?;
                    has_length = true;
                }
                "warc-segment-number" => head.is_piece = value != "1",
                _ => {}
            }
        }
        if !has_length {
            return Err(broken("a record has no Content-Length"));
        }
        Ok(head)
    }
}

fn broken(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}
