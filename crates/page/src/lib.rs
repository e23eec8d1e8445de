//! A page that was brought home: bytes first; text and DOM are made on demand.
//!
//! Text as a reader sees it is [`plain`]; what a page is in place of what was asked for, [`soft_error`].
//!
//! This is the only way from bytes to text ([`charset`]) and the only door to the HTML parser ([`dom`]), which
//! stands behind a linear scan ([`scan`]), because the parser's own time is quadratic in nesting. What is written out again
//! is weighed before ([`writing`]), because the writer's is quadratic too.

pub mod charset;
pub mod dom;
pub mod plain;
pub mod scan;
pub mod size_estimate;
pub mod soft_error;

use bantin_core::{Charset, HubLinks};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use std::time::Duration;
use url::Url;

pub use charset::{CharsetError, CharsetEvidence, DecodedText};
pub use dom::Dom;
pub use scan::{SafeHtml, ScanError};
pub use soft_error::SoftError;

/// A page as the network, or a folder, gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The address that was asked for.
    pub asked: Url,
    /// The address that answered, after redirects.
    pub url: Url,
    /// What the answer is said to be.
    pub media: MediaType,
    /// What its text is encoded in, where the operator says so.
    pub told: Option<Charset>,
    /// The body as it came over the wire.
    pub wire: Bytes,
    /// How `wire` is coded.
    pub coding: ContentCoding,
    /// The body, decoded. The same bytes as `wire` where there was no coding.
    pub bytes: Bytes,
    /// When it came.
    pub fetched: DateTime<Utc>,
    /// What to show the host at the next visit.
    pub validators: Validators,
    /// What the host says of its answer.
    pub said: CacheHints,
}

/// What a host says of its answer, for whoever plans the next visit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CacheHints {
    /// For how long it stays as it is (RFC 9111 section 4.2).
    pub fresh_for: Option<Duration>,
    /// Where the page has moved for good: the address that answered, where permanent redirects (301, 308) led to it and no other.
    pub moved_to: Option<Url>,
    /// The hubs and the own address that its fields `Link` name.
    pub advertised: HubLinks,
}

/// What an answer is said to be (`Content-Type`, RFC 9110 section 8.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MediaType {
    /// Type and subtype in lower case, for example `text/html`. Empty where nothing was said.
    pub essence: String,
    /// The `charset` parameter, as written.
    pub charset: Option<String>,
}

impl MediaType {
    /// Reads a `Content-Type` field; whatever cannot be read is left empty.
    pub fn read(field: &str) -> Self {
        let mut parts = field.split(';');
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let charset = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            let value = value.trim().trim_matches(['"', '\'']);
            (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty())
                .then(|| value.to_owned())
        });
        Self { essence, charset }
    }
}

/// A content coding (RFC 9110 section 8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentCoding {
    /// None.
    Identity,
    /// gzip.
    Gzip,
    /// zlib, or what old servers send under its name.
    Deflate,
    /// Brotli.
    Br,
}

/// What tells that a page is the same as at the last visit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// `ETag`, as it came.
    pub etag: Option<String>,
    /// `Last-Modified`, as it came.
    pub last_modified: Option<String>,
    /// BLAKE3 of the body as it came over the wire, for hosts that give neither or lie.
    pub wire_hash: Option<String>,
}

/// Why a page cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// Its bytes are no text.
    #[error(transparent)]
    Charset(#[from] CharsetError),
    /// Its HTML is built to exhaust a parser.
    #[error(transparent)]
    Scan(#[from] ScanError),
}

impl Page {
    /// The page as text.
    pub fn text(&self) -> Result<DecodedText, CharsetError> {
        let label = self.media.charset.as_deref();
        charset::decode(&self.bytes, self.told, label, self.url.host_str())
    }

    /// The page as text that is safe to parse as HTML.
    pub fn html(&self) -> Result<SafeHtml, PageError> {
        Ok(SafeHtml::check(self.text()?.text)?)
    }

    /// The page as a document, which can be written out again.
    pub fn dom(&self) -> Result<Dom, PageError> {
        let dom = Dom::parse(&self.html()?);
        dom.weigh()?;
        Ok(dom)
    }
}
