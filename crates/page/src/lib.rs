//! A fetched page: its bytes, from which text and DOM are made on demand.
//!
//! [`plain`] makes plain text as a reader sees it. [`soft_error`] detects pages that do not show
//! what was requested.
//!
//! This crate is the only way from bytes to text ([`charset`]) and the only caller of the HTML
//! parser ([`dom`]). A linear scan ([`scan`]) comes before the parser, whose time is quadratic in
//! the nesting. What the parser makes is limited ([`parsed_size`]). The cost of writing a tree as HTML is estimated first ([`size_estimate`]), because
//! the serializer is quadratic too.

pub mod charset;
pub mod dom;
pub mod parsed_size;
pub use bantin_core::text::plain;
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

/// A page as fetched from the network or read from a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The requested address.
    pub requested: Url,
    /// The address of the response, after redirects.
    pub url: Url,
    /// The declared media type.
    pub media: MediaType,
    /// The encoding, if the operator configured it.
    pub charset: Option<Charset>,
    /// The body as received.
    pub wire: Bytes,
    /// The content coding of `wire`.
    pub coding: ContentCoding,
    /// The decoded body: the same bytes as `wire` if there was no content coding.
    pub bytes: Bytes,
    /// The time when it was fetched.
    pub fetched: DateTime<Utc>,
    /// The validators for a conditional request at the next visit.
    pub validators: Validators,
    /// The caching and WebSub hints of the response.
    pub cache_hints: CacheHints,
}

/// The hints of a response for later visits: its freshness, its new address, its hubs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CacheHints {
    /// The freshness lifetime of the response (RFC 9111 section 4.2).
    pub fresh_for: Option<Duration>,
    /// The new address of the page, if only permanent redirects (301, 308) led to it.
    pub moved_to: Option<Url>,
    /// The hubs and the own address (`rel="self"`) in its `Link` fields.
    pub advertised: HubLinks,
    /// The base of its relative addresses, if `Content-Location` names another one (RFC 3986 section
    /// 5.1.3).
    pub base: Option<Url>,
}

/// The media type of a response (`Content-Type`, RFC 9110 section 8.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MediaType {
    /// Type and subtype in lower case, for example `text/html`. Empty if undeclared.
    pub essence: String,
    /// The `charset` parameter, verbatim.
    pub charset: Option<String>,
}

impl MediaType {
    /// Parses a `Content-Type` field; parts that are invalid or missing are left empty.
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
    /// No coding.
    Identity,
    /// gzip.
    Gzip,
    /// zlib, or the raw deflate data that old servers send under its name.
    Deflate,
    /// Brotli.
    Br,
}

/// The validators of a page: they tell whether it has changed since the last visit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// `ETag`, verbatim.
    pub etag: Option<String>,
    /// `Last-Modified`, verbatim.
    pub last_modified: Option<String>,
    /// The BLAKE3 hash of the body as received, for hosts that send no validators or wrong ones.
    pub wire_hash: Option<String>,
}

/// The error for a page that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// Its bytes cannot be decoded to text.
    #[error(transparent)]
    Charset(#[from] CharsetError),
    /// Its HTML would exhaust the parser.
    #[error(transparent)]
    Scan(#[from] ScanError),
}

impl Page {
    /// Decodes the page to text.
    pub fn text(&self) -> Result<DecodedText, CharsetError> {
        let label = self.media.charset.as_deref();
        charset::decode(&self.bytes, self.charset, label, self.url.host_str())
    }

    /// Returns the page as text that is safe to parse as HTML.
    pub fn html(&self) -> Result<SafeHtml, PageError> {
        Ok(SafeHtml::check(self.text()?.text)?)
    }

    /// Parses the page as a document that can be written as HTML again.
    pub fn dom(&self) -> Result<Dom, PageError> {
        let dom = Dom::parse(&self.html()?)?;
        dom.check_cost()?;
        Ok(dom)
    }
}
