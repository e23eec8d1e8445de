//! Interprets the keys for credentials, header fields, cookies, forms and the proxy of a source.

use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::files::TextSpan;
use super::secret;
use super::values::{self, ValueError};
use super::written::{self, TextOr};
use bantin_core::{
    BasicCredentials, FieldValue, Proxy, ProxyKind, RequestIdentity, Secret, Slug, TlsPolicy,
};
use std::collections::{BTreeMap, HashSet};
use url::{Host, Url};

/// Header fields that bantin or the connection sets, each with a hint on what to do instead.
const RESERVED_FIELDS: [(&str, &str); 21] = [
    ("accept-encoding", BANTINS),
    ("connection", CONNECTIONS),
    ("content-length", BANTINS),
    ("content-type", BANTINS),
    ("cookie", "write cookie = { file = \"secrets/cookie.txt\" }, or cookies = true"),
    ("expect", CONNECTIONS),
    ("host", "the host is that of `url`"),
    ("if-match", BANTINS),
    ("if-modified-since", BANTINS),
    ("if-none-match", BANTINS),
    ("if-range", BANTINS),
    ("if-unmodified-since", BANTINS),
    ("keep-alive", CONNECTIONS),
    ("proxy-authorization", "write user and password under `proxy`"),
    ("proxy-connection", CONNECTIONS),
    ("range", BANTINS),
    ("te", CONNECTIONS),
    ("trailer", CONNECTIONS),
    ("transfer-encoding", CONNECTIONS),
    ("upgrade", CONNECTIONS),
    ("user-agent", "set `contact`: agencies see it in this field"),
];
const BANTINS: &str = "remove it: bantin sets this field itself";
const CONNECTIONS: &str = "remove it: this field belongs to the connection";
/// Parts of names whose values are probably secret.
const LIKE_SECRETS: [&str; 5] = ["auth", "key", "password", "secret", "token"];
/// The maximum length of a user name and of a password for SOCKS, in bytes (RFC 1929 section 2).
const MAX_AT_SOCKS: usize = 255;
/// The value of `proxy` for a source that bypasses the proxy of the defaults.
const DIRECT: &str = "direct";

/// The parts of a source's identity, before its id and address are known to be valid.
pub(super) struct IdentityParts {
    basic_auth: Option<BasicCredentials>,
    headers: Vec<(String, FieldValue)>,
    cookie: Option<Secret>,
    keeps_cookies: bool,
    form: Option<Vec<(String, FieldValue)>>,
}

impl IdentityParts {
    /// The identity of a source, if it has one. Warns if secrets are sent unencrypted. Rejects
    /// secrets that would be sent before the server's key is checked.
    pub(super) fn of(
        self,
        source: &Slug,
        url: &Url,
        tls: &TlsPolicy,
        span: &TextSpan,
        diagnostics: &mut Diagnostics,
    ) -> Option<RequestIdentity> {
        let Self { basic_auth, headers, cookie, keeps_cookies, form } = self;
        let fields = || headers.iter().chain(form.iter().flatten());
        let has_secret = basic_auth.is_some()
            || cookie.is_some()
            || fields().any(|(_, value)| value.is_secret());
        if has_secret && url.scheme() == "http" {
            diagnostics.warn(
                span,
                "the secrets of this source are sent unencrypted: `url` begins with http://",
            );
        }
        if has_secret && tls.is_checked_late() {
            let message = "with tls = \"legacy\" the keys in `spki_sha256` are checked only after the secrets of the source were sent";
            let hint = "write tls = \"modern\", or `ca_file` instead of spki_sha256".to_owned();
            diagnostics.problem(ConfigProblem::new(message).at(span).hint(hint));
        }
        let is_some = has_secret || keeps_cookies || form.is_some() || !headers.is_empty();
        let (source, url) = (source.clone(), url.clone());
        is_some.then_some(RequestIdentity {
            source,
            url,
            basic_auth,
            headers,
            cookie,
            keeps_cookies,
            form,
        })
    }
}

/// Reads the credentials, header fields, cookie and form of a source.
pub(super) fn parts(keys: &written::SourceKeys, diagnostics: &mut Diagnostics) -> IdentityParts {
    let basic_auth = keys.basic_auth.as_ref().and_then(|written| {
        let Spanned { value: written::BasicAuth { user, password }, span } = written;
        login("basic_auth", user.as_ref(), password.as_ref(), span, diagnostics)
    });
    let headers = headers(&keys.headers, diagnostics);
    if let (Some(written), true) = (&keys.basic_auth, has(&headers, "authorization")) {
        let problem =
            ConfigProblem::new("`basic_auth` and `headers.Authorization` are the same field");
        diagnostics.problem(problem.at(&written.span).hint("remove one of them".to_owned()));
    }
    let cookie =
        keys.cookie.as_ref().and_then(|cookie| secret::read("cookie", cookie, diagnostics));
    let keeps_cookies = keys.cookies.as_ref().is_some_and(|cookies| cookies.value);
    let form = keys.form.as_ref().map(|form| {
        fields("form", form, diagnostics, |name, _| {
            values::line(name)
                .map_err(|_| ValueError::new("has a name that is empty or not one line"))
        })
    });
    IdentityParts { basic_auth, headers, cookie, keeps_cookies, form }
}

/// Checks the defaults. They must not contain a secret, because every agency would get it.
pub(super) fn of_defaults(keys: &written::SourceKeys, diagnostics: &mut Diagnostics) {
    for (name, value) in keys.headers.iter().flatten() {
        if matches!(value.value, TextOr::Table(_)) {
            let message =
                format!("`headers.{name}` is a secret, and the defaults apply to all sources");
            let hint = "write it in the source that needs it".to_owned();
            diagnostics.problem(ConfigProblem::new(message).at(&value.span).hint(hint));
        }
    }
    headers(&keys.headers, diagnostics);
    proxy(keys, diagnostics);
}

fn has(headers: &[(String, FieldValue)], wanted: &str) -> bool {
    headers.iter().any(|(name, _)| name == wanted)
}

type WrittenFields = BTreeMap<String, Spanned<TextOr<written::SecretReference>>>;

fn headers(
    written: &Option<WrittenFields>,
    diagnostics: &mut Diagnostics,
) -> Vec<(String, FieldValue)> {
    let Some(written) = written else { return Vec::new() };
    let mut seen = HashSet::new();
    fields("headers", written, diagnostics, |name, value| {
        let lower = name.to_ascii_lowercase();
        if !is_token(name) {
            return Err(ValueError::new("is not a valid header field name"));
        }
        if let Some((_, hint)) = RESERVED_FIELDS.iter().find(|(not_yours, _)| *not_yours == lower) {
            return Err(ValueError::new("is a field that cannot be set here")
                .hint(*hint)
                .redact_value());
        }
        if lower == "authorization" && matches!(value, TextOr::Text(_)) {
            let hint = "write basic_auth = { user = \"bantin\", password = { file = \"secrets/agency.txt\" } }, or for a token Authorization = { file = \"secrets/token.txt\" } with the whole value in the file";
            return Err(ValueError::new("must not be written here").hint(hint).redact_value());
        }
        if !seen.insert(lower.clone()) {
            return Err(
                ValueError::new("is set twice, in two spellings").hint("remove one of them")
            );
        }
        Ok(lower)
    })
}

/// The valid fields of a table of names and values.
fn fields(
    table: &str,
    written: &WrittenFields,
    diagnostics: &mut Diagnostics,
    mut read_name: impl FnMut(&str, &TextOr<written::SecretReference>) -> Result<String, ValueError>,
) -> Vec<(String, FieldValue)> {
    let mut found = Vec::new();
    for (written_name, Spanned { value, span }) in written {
        let key = format!("{table}.{written_name}");
        let at = |value: &str| Some(Spanned { value: value.to_owned(), span: span.clone() });
        let name = diagnostics.value(&key, &at(written_name), |name| read_name(name, value));
        let Some(name) = name else { continue };
        let value = match value {
            TextOr::Table(place) => {
                let place = Spanned { value: place.clone(), span: span.clone() };
                secret::read(&key, &place, diagnostics).map(FieldValue::Secret)
            }
            TextOr::Text(text) => {
                let lower = name.to_lowercase();
                if LIKE_SECRETS.iter().any(|part| lower.contains(part)) {
                    let what = format!("`{key}` may be a secret");
                    let hint = "write it to a file, and here { file = \"secrets/agency.txt\" }";
                    diagnostics.warn(span, &format!("{what}: {hint}"));
                }
                diagnostics.value(&key, &at(text), text_value).map(FieldValue::Plain)
            }
        };
        found.extend(value.map(|value| (name, value)));
    }
    found
}

/// A plain value. It may be empty, as in forms, but must be one line.
fn text_value(text: &str) -> Result<String, ValueError> {
    if text.contains(char::is_control) {
        return Err(ValueError::new("must be one line, without control characters"));
    }
    Ok(text.trim().to_owned())
}

/// Whether a text is a valid header field name (RFC 9110 section 5.1).
fn is_token(name: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(is_letter)
}

/// A user name with a password. Returns `None` if one of them is invalid or missing.
fn login(
    table: &str,
    user: Option<&Spanned<String>>,
    password: Option<&Spanned<written::SecretReference>>,
    span: &TextSpan,
    diagnostics: &mut Diagnostics,
) -> Option<BasicCredentials> {
    let whose = format!("`{table}`");
    let hint = "write the user name, for example user = \"bantin\"";
    diagnostics.require("user", &user, span, &whose, hint);
    let hint = "for example password = { file = \"secrets/agency.txt\" }";
    diagnostics.require("password", &password, span, &whose, hint);
    let user = diagnostics.value(&format!("{table}.user"), &user.cloned(), |text| {
        let user = values::line(text)?;
        if user.contains(':') {
            return Err(ValueError::new("must not contain a colon")
                .hint("the user name would end there: RFC 7617 puts a colon before the password"));
        }
        Ok(user)
    });
    let password = password
        .and_then(|password| secret::read(&format!("{table}.password"), password, diagnostics));
    Some(BasicCredentials { user: user?, password: password? })
}

/// Whether a source uses a proxy.
pub(super) fn has_proxy(keys: &written::SourceKeys) -> bool {
    let is_direct = |value: &TextOr<written::ProxyKeys>| matches!(value, TextOr::Text(text) if text.trim() == DIRECT);
    keys.proxy.as_ref().is_some_and(|proxy| !is_direct(&proxy.value))
}

/// The proxy of a source. Returns `None` for a source without a proxy or with an invalid one, which
/// is reported.
pub(super) fn proxy(keys: &written::SourceKeys, diagnostics: &mut Diagnostics) -> Option<Proxy> {
    let Spanned { value, span } = keys.proxy.as_ref()?;
    let table = match value {
        TextOr::Text(text) if text.trim() == DIRECT => return None,
        TextOr::Text(text) => {
            let written = Some(Spanned { value: text.clone(), span: span.clone() });
            let (kind, host, port) = diagnostics.value("proxy", &written, address)?;
            return Some(Proxy { kind, host, port, login: None, resolves_names: false });
        }
        TextOr::Table(table) => table,
    };
    let hint = "for example url = \"http://10.0.0.1:3128\"";
    diagnostics.require("url", &table.url, span, "`proxy`", hint);
    let found = diagnostics.value("proxy.url", &table.url, address);
    let wants_login = table.user.is_some() || table.password.is_some();
    let login = match wants_login {
        true => {
            Some(login("proxy", table.user.as_ref(), table.password.as_ref(), span, diagnostics)?)
        }
        false => None,
    };
    let resolves_names = table.resolves_names.as_ref().is_some_and(|truth| truth.value);
    let (kind, host, port) = found?;
    let is_long = |login: &BasicCredentials| {
        login.user.len().max(login.password.reveal().len()) > MAX_AT_SOCKS
    };
    if kind == ProxyKind::Socks5 && login.as_ref().is_some_and(is_long) {
        let message = format!(
            "`proxy`: user and password for a socks5 proxy can have at most {MAX_AT_SOCKS} bytes"
        );
        diagnostics.problem(ConfigProblem::new(message).at(span));
        return None;
    }
    Some(Proxy { kind, host, port, login, resolves_names })
}

/// Parses the address of a proxy.
fn address(text: &str) -> Result<(ProxyKind, Host, u16), ValueError> {
    const EXAMPLE: &str = "for example \"http://10.0.0.1:3128\" or \"socks5://10.0.0.1:1080\"";
    let text = text.trim();
    // Checked first, because the other messages show the text.
    if text.contains('@') {
        return Err(ValueError::new("must not contain a user name or password")
            .hint("write proxy = { url = \"http://10.0.0.1:3128\", user = \"bantin\", password = { file = \"secrets/proxy.txt\" } }")
            .redact_value());
    }
    let url = Url::parse(text).map_err(|e| {
        ValueError::new(format!("{text:?} is not a proxy address: {e}")).hint(EXAMPLE)
    })?;
    let (kind, usual) = match url.scheme() {
        "http" => (ProxyKind::Http, 80),
        "socks5" => (ProxyKind::Socks5, 1080),
        "socks5h" => {
            return Err(ValueError::new("must begin with socks5://").hint(
                "for a proxy that resolves names write proxy = { url = \"socks5://10.0.0.1:1080\", resolves_names = true }",
            ));
        }
        "https" => {
            return Err(ValueError::new("must begin with http:// or socks5://: a TLS connection to the proxy is not supported")
                .hint("https sites work through an http proxy, which cannot read them"));
        }
        other => {
            return Err(ValueError::new(format!(
                "must begin with http:// or socks5://, not {other}:"
            ))
            .hint(EXAMPLE));
        }
    };
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let host = url.host_str().and_then(|host| Host::parse(host).ok()).filter(|_| bare);
    let host = host.ok_or_else(|| {
        ValueError::new(format!("{text:?} must contain only the host and the port")).hint(EXAMPLE)
    })?;
    Ok((kind, host, url.port().unwrap_or(usual)))
}
