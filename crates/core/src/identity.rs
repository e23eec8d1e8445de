//! What a source's requests carry beside the address, and which way they go: passwords, header fields, cookies, a form,
//! a proxy.

use super::Slug;
use std::fmt;
use std::sync::Arc;
use url::{Host, Url};

/// A text that opens a door. It is shown as `***` wherever it is printed, and nothing serializes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// A secret of this text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the wire and for nothing else.
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

/// The value of a header field or of a field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// One that anybody may see.
    Plain(String),
    /// One that nobody may.
    Secret(Secret),
}

impl FieldValue {
    /// The text itself, for the wire and for nothing else.
    pub fn reveal(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(secret) => secret.reveal(),
        }
    }

    /// Whether nobody may see it.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Secret(_))
    }
}

/// A name and its password (RFC 7617).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicCredentials {
    /// The name; without a colon where it is for a site.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// What the requests of a source carry. All of it but the jar's cookies is for the source's own origin only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestIdentity {
    /// The source, to which its cookies belong.
    pub source: Slug,
    /// Its address: the origin that may see what is here, and the page that the form is for.
    pub url: Url,
    /// Who asks, in the field `Authorization`.
    pub basic_auth: Option<BasicCredentials>,
    /// Further header fields, by names in lower case.
    pub headers: Vec<(String, FieldValue)>,
    /// A fixed `Cookie` field.
    pub cookie: Option<Secret>,
    /// Whether the cookies that hosts set are kept and shown to them (RFC 6265).
    pub keeps_cookies: bool,
    /// The fields that the page at `url` is asked for with, by `POST`; none where it is asked for by `GET`.
    pub form: Option<Vec<(String, FieldValue)>>,
}

impl RequestIdentity {
    /// Whether `url` is of the origin that may see what is here (RFC 6454 section 4).
    pub fn is_at_home(&self, url: &Url) -> bool {
        url.origin().is_tuple() && url.origin() == self.url.origin()
    }
}

/// A machine of the operator's that carries the requests of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// How it is spoken to.
    pub kind: ProxyKind,
    /// Where it is. The operator names it, so it may be inside the house.
    pub host: Host,
    /// Its port.
    pub port: u16,
    /// Who asks it.
    pub login: Option<BasicCredentials>,
    /// Whether it is handed names in place of addresses, which nobody has checked then.
    pub resolves_names: bool,
}

/// How a proxy is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyKind {
    /// By the HTTP method `CONNECT` (RFC 9110 section 9.3.6).
    Http,
    /// By SOCKS version 5 (RFC 1928, RFC 1929).
    Socks5,
}

/// The proxy as it may stand in a message: without user and password.
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
            assert_eq!(identity().is_at_home(&url.parse().unwrap()), expected, "{url}");
        };
        check("https://a.gov.vn/x?y", true);
        check("https://A.gov.vn:443/", true);
        check("http://a.gov.vn/", false);
        check("https://a.gov.vn:8443/", false);
        check("https://www.a.gov.vn/", false);
        check("data:x", false);
    }
}
