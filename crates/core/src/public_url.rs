//! URLs that may be published.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use url::Url;

/// An absolute `http` or `https` URL with a host, without user name and password (WHATWG URL).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicUrl(Url);

/// The error for a URL that must not be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It cannot be parsed as an absolute URL.
    #[error("{url:?} is not an absolute URL: {why}")]
    Malformed {
        /// The text.
        url: String,
        /// The message of the URL parser.
        why: String,
    },
    /// Its scheme is not safe for readers, or it has no host.
    #[error("{0:?} is neither http nor https")]
    Scheme(String),
}

impl PublicUrl {
    /// The URL.
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The URL as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<Url> for PublicUrl {
    type Error = UrlError;

    /// Accepts a URL and removes its credentials.
    fn try_from(mut url: Url) -> Result<Self, UrlError> {
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(UrlError::Scheme(url.into()));
        }
        // Both calls fail only for URLs that cannot have a host, which were rejected above.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Ok(Self(url))
    }
}

impl FromStr for PublicUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let url = Url::parse(text)
            .map_err(|e| UrlError::Malformed { url: text.to_owned(), why: e.to_string() })?;
        Self::try_from(url)
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = UrlError;

    fn try_from(text: String) -> Result<Self, UrlError> {
        text.parse()
    }
}

impl From<PublicUrl> for String {
    fn from(url: PublicUrl) -> Self {
        url.0.into()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::PublicUrl;

    #[test]
    fn only_http_is_public_and_credentials_never_are() {
        for bad in
            ["javascript:alert(1)", "ftp://a/", "file:///etc/passwd", "/a", "http://", "data:,x"]
        {
            assert!(bad.parse::<PublicUrl>().is_err(), "{bad}");
        }
        let url: PublicUrl = "https://user:secret@example.gov.vn/tin".parse().unwrap();
        assert_eq!(url.as_str(), "https://example.gov.vn/tin");
    }
}
