//! What the requests of a source carry besides the address, and the proxy that they go through:
//! passwords, header fields, cookies, a form.
//!
//! A [`RequestIdentity`] contains its source's address and is shown to that origin only, so a
//! caller cannot send it to another site.

use super::Slug;
use std::fmt;
use std::sync::Arc;
use url::{Host, Url};

/// A secret text, such as a password. It prints as `***`, and it cannot be serialized.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Creates a secret.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the text. Use it for requests only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The value of a header field or a form field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A value that may be shown.
    Plain(String),
    /// A value that must not be shown.
    Secret(Secret),
}

impl FieldValue {
    /// Returns the text. Use it for requests only.
    pub fn reveal(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(secret) => secret.reveal(),
        }
    }

    /// Whether it must not be shown.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Secret(_))
    }
}

/// A user name and password (RFC 7617).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicCredentials {
    /// The user name. One for a site contains no colon.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// What the requests of a source carry. All of it except the cookies that hosts set is sent to the
/// source's own origin only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestIdentity {
    /// The source, which owns its cookies.
    pub source: Slug,
    /// The source's address: the origin that may receive the identity, and the page that the form
    /// is for.
    pub url: Url,
    /// The credentials of the `Authorization` field.
    pub basic_auth: Option<BasicCredentials>,
    /// Further header fields; the names are in lower case.
    pub headers: Vec<(String, FieldValue)>,
    /// A fixed `Cookie` field.
    pub cookie: Option<Secret>,
    /// Whether the cookies that hosts set are kept and sent back to them (RFC 6265).
    pub keeps_cookies: bool,
    /// The form fields with which the page at `url` is requested by `POST`; `None` for `GET`.
    pub form: Option<Vec<(String, FieldValue)>>,
}

impl RequestIdentity {
    /// Whether `url` belongs to the origin that may receive the identity (RFC 6454 section 4).
    pub fn is_same_origin(&self, url: &Url) -> bool {
        url.origin().is_tuple() && url.origin() == self.url.origin()
    }
}

/// A proxy that the operator configured for the requests of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Its protocol.
    pub kind: ProxyKind,
    /// Its host. The operator names it, so it may be in a private network.
    pub host: Host,
    /// Its port.
    pub port: u16,
    /// The credentials for the proxy.
    pub login: Option<BasicCredentials>,
    /// Whether it receives host names instead of addresses; then the addresses are not checked.
    pub resolves_names: bool,
}

/// The protocol of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyKind {
    /// The HTTP method `CONNECT` (RFC 9110 section 9.3.6).
    Http,
    /// SOCKS version 5 (RFC 1928, RFC 1929).
    Socks5,
}

/// Writes the proxy for messages: without user and password.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.kind {
            ProxyKind::Http => "http",
            ProxyKind::Socks5 => "socks5",
        };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> RequestIdentity {
        let secret = || Secret::new("matkhau");
        RequestIdentity {
            source: "a".parse().unwrap(),
            url: "https://a.gov.vn/tin".parse().unwrap(),
            basic_auth: Some(BasicCredentials { user: "an".to_owned(), password: secret() }),
            headers: vec![("x-api-key".to_owned(), FieldValue::Secret(secret()))],
            cookie: Some(secret()),
            keeps_cookies: false,
            form: Some(vec![("q".to_owned(), FieldValue::Secret(secret()))]),
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        let (identity, secret) = (identity(), Secret::new("matkhau"));
        let printed = format!("{identity:?} {identity:#?} {secret}");
        assert!(!printed.contains("matkhau"), "{printed}");
        assert!(printed.contains("***"), "{printed}");
    }

    #[test]
    fn home_is_scheme_host_and_port() {
        let check = |url: &str, expected| {
            assert_eq!(identity().is_same_origin(&url.parse().unwrap()), expected, "{url}");
        };
        check("https://a.gov.vn/x?y", true);
        check("https://A.gov.vn:443/", true);
        check("http://a.gov.vn/", false);
        check("https://a.gov.vn:8443/", false);
        check("https://www.a.gov.vn/", false);
        check("data:x", false);
    }
}
