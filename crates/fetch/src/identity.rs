//! The part of a source's identity that one request carries: method, header fields, cookies, form.
//!
//! An identity contains the URL of its source and is sent to that origin only, so no caller can
//! send it to another site. Secret values are marked as sensitive, so that no log of the HTTP
//! client shows them. A [`Secret`] prints as `***` and cannot be serialized.

use super::cookies::{CookieJar, CookieJars};
use bantin_core::{BasicCredentials, RequestIdentity, Secret};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue};
use url::Url;
use url::form_urlencoded::Serializer;

/// The authentication of a request, and its method and body.
pub(super) struct RequestAuth {
    /// `GET`, or `POST` with a body.
    pub(super) method: Method,
    /// The fields of the source, and the one that the form needs.
    pub(super) headers: HeaderMap,
    /// The form.
    pub(super) body: Option<String>,
    /// The jar that takes the cookies of the response.
    pub(super) jar: Option<CookieJar>,
}

impl RequestAuth {
    /// A plain `GET`.
    pub(super) fn plain_get() -> Self {
        Self { method: Method::GET, headers: HeaderMap::new(), body: None, jar: None }
    }

    /// Turns the request into a `POST` of these fields.
    pub(super) fn post<'a>(&mut self, form: impl Iterator<Item = (&'a str, &'a str)>) {
        let mut fields = Serializer::new(String::new());
        fields.extend_pairs(form);
        self.method = Method::POST;
        self.body = Some(fields.finish());
        let media = "application/x-www-form-urlencoded";
        set_header(&mut self.headers, CONTENT_TYPE, media, false);
    }
}

/// Whether the page at `url` is requested with the source's form.
pub(super) fn needs_form(identity: Option<&RequestIdentity>, url: &Url) -> bool {
    let bare = |url: &Url| {
        let mut url = url.clone();
        url.set_fragment(None);
        url
    };
    identity.is_some_and(|identity| identity.form.is_some() && bare(&identity.url) == bare(url))
}

/// Builds the authentication of a request to `url`. Only the host's own cookies are sent outside
/// the source's origin.
pub(super) fn auth(
    identity: Option<&RequestIdentity>,
    jars: &CookieJars,
    url: &Url,
    with_form: bool,
) -> RequestAuth {
    let mut auth = RequestAuth::plain_get();
    let Some(identity) = identity else { return auth };
    auth.jar = identity.keeps_cookies.then(|| jars.of(&identity.source));
    let same_origin = identity.is_same_origin(url);
    let fixed = identity.cookie.as_ref().filter(|_| same_origin);
    let kept = auth.jar.as_ref().and_then(|jar| jar.header_for(url));
    let cookies: Vec<&str> = fixed.map(Secret::reveal).into_iter().chain(kept.as_deref()).collect();
    if !cookies.is_empty() {
        set_header(&mut auth.headers, COOKIE, &cookies.join("; "), true);
    }
    if !same_origin {
        return auth;
    }
    if let Some(login) = &identity.basic_auth {
        set_header(&mut auth.headers, AUTHORIZATION, &basic(login), true);
    }
    for (name, value) in &identity.headers {
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            set_header(&mut auth.headers, name, value.reveal(), value.is_secret());
        }
    }
    if let Some(form) = identity.form.as_ref().filter(|_| with_form) {
        auth.post(form.iter().map(|(name, value)| (name.as_str(), value.reveal())));
    }
    auth
}

/// The value of an `Authorization` or `Proxy-Authorization` field (RFC 7617 section 2, in UTF-8).
pub(super) fn basic(login: &BasicCredentials) -> String {
    let pair = format!("{}:{}", login.user, login.password.reveal());
    format!("Basic {}", STANDARD.encode(pair))
}

/// Sets a header field. A value with a control character, which the configuration rejects, is
/// omitted.
fn set_header(headers: &mut HeaderMap, name: HeaderName, value: &str, is_secret: bool) {
    if let Ok(mut value) = HeaderValue::from_bytes(value.as_bytes()) {
        value.set_sensitive(is_secret);
        headers.insert(name, value);
    }
}
