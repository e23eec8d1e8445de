//! The limit on the memory that the parsed form of a document uses, relative to its length.
//!
//! Every parser of foreign documents counts what it makes (nodes, attributes, values, items) and
//! stops at this limit. With the copies before and after the parser, a long document needs at most
//! ten times its length in memory.

use crate::ScanError;

/// The maximum number of bytes that a parser may make of one byte of a long document. Of 1,663 real
/// pages, those above 3 MB need at most 2.6.
const RATIO: usize = 4;
/// The same for short documents, whose markup is denser. The densest real page needs 15.4; a page of
/// only short lines with `<br>` needs 46.
const SHORT_RATIO: usize = 64;
/// What the shortest document may need: a few elements are always made.
const LEAST: usize = 1 << 20;
/// What a document may need in any case. The most that a real page needs is 9.3 MB (of 3.3 MB).
const ANY_LENGTH: usize = 12 << 20;

/// The limit for a document of this length, in bytes.
pub fn parsed_size_limit(length: usize) -> usize {
    let short = length.saturating_mul(SHORT_RATIO).saturating_add(LEAST).min(ANY_LENGTH);
    length.saturating_mul(RATIO).max(short)
}

/// The memory counted so far, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct ParsedSize {
    counted: usize,
    limit: usize,
}

impl ParsedSize {
    /// Nothing counted yet, of a document of this length.
    pub fn of(length: usize) -> Self {
        Self { counted: 0, limit: parsed_size_limit(length) }
    }

    /// Counts bytes.
    pub fn add(&mut self, bytes: usize) {
        self.counted = self.counted.saturating_add(bytes);
    }

    /// Whether the limit is exceeded, with `waiting` bytes that will be freed soon.
    pub fn is_exceeded(&self, waiting: usize) -> bool {
        self.counted.saturating_add(waiting) > self.limit
    }

    /// Checks the limit, with `waiting` bytes that will be freed soon.
    ///
    /// # Errors
    /// [`ScanError::TooBig`] beyond the limit.
    pub fn check(&self, waiting: usize) -> Result<(), ScanError> {
        if self.is_exceeded(waiting) {
            return Err(ScanError::TooBig { limit: self.limit });
        }
        Ok(())
    }
}
