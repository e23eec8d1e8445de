//! Checks the URL of a request and the target of a redirect (RFC 9110 sections 15.4 and 10.2.2).

use super::error::FetchError;
use super::redact::{redacted, without_credentials};
use url::Url;

/// Returns the URL as it is sent: `http` or `https`, with a host, and without user name and
/// password.
pub(super) fn check_url(url: &Url) -> Result<Url, FetchError> {
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(FetchError::NotHttp { url: redacted(url) });
    }
    Ok(without_credentials(url))
}

/// Rejects ports that are not meant for web servers: a request there could be read as mail or as a
/// command.
pub(super) fn check_port(url: &Url, further: &[u16]) -> Result<(), FetchError> {
    let port = url.port_or_known_default().unwrap_or_default();
    if matches!(port, 80 | 443) || further.contains(&port) {
        return Ok(());
    }
    Err(FetchError::Port { url: redacted(url), port })
}

/// Resolves the `Location` field of a response from `from`.
pub(super) fn follow(from: &Url, location: &[u8]) -> Result<Url, FetchError> {
    // Servers write raw UTF-8 or Latin-1 here. They get the same bytes back.
    let location = ascii(location);
    let target = from.join(location.trim()).ok().filter(|_| !location.trim().is_empty());
    let target = target.ok_or_else(|| FetchError::BadRedirect { url: redacted(from) })?;
    let mut target = check_url(&target)?;
    if from.scheme() == "https" && target.scheme() == "http" {
        return Err(FetchError::Downgrade { from: redacted(from), to: redacted(&target) });
    }
    if target.fragment().is_none() {
        target.set_fragment(from.fragment());
    }
    Ok(target)
}

/// The base that `Content-Location` gives the response of a URL (RFC 9110 section 8.7). One on
/// another host is ignored: servers behind a proxy write their internal name there.
pub(super) fn base(of: &Url, field: &[u8]) -> Option<Url> {
    let base = of.join(ascii(field).trim()).ok()?;
    (base.host() == of.host() && base != *of).then_some(base)
}

/// A field with each byte that is not ASCII percent-encoded (RFC 3986 section 2.1).
fn ascii(field: &[u8]) -> String {
    field.iter().fold(String::with_capacity(field.len()), |text, byte| match byte.is_ascii() {
        true => text + char::from(*byte).encode_utf8(&mut [0; 4]),
        false => text + &format!("%{byte:02X}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: &str, location: impl AsRef<[u8]>, expected: &str) {
        let outcome = match follow(&from.parse().unwrap(), location.as_ref()) {
            Ok(url) => url.into(),
            Err(FetchError::NotHttp { .. }) => "not http".to_owned(),
            Err(FetchError::Downgrade { .. }) => "downgrade".to_owned(),
            Err(FetchError::BadRedirect { .. }) => "bad".to_owned(),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(outcome, expected);
    }

    #[test]
    fn a_redirect_stays_on_the_web_and_does_not_lose_its_safety() {
        check("http://a.gov.vn/x/y", "../z?a=1", "http://a.gov.vn/z?a=1");
        check("http://a.gov.vn/x", "https://b.gov.vn", "https://b.gov.vn/");
        check("https://a.gov.vn/x", "//b.gov.vn/y", "https://b.gov.vn/y");
        check("https://a.gov.vn/x", "http://a.gov.vn/x", "downgrade");
        check("http://a.gov.vn/x", "ftp://a.gov.vn/x", "not http");
        check("http://a.gov.vn/x", "file:///etc/passwd", "not http");
        check("http://a.gov.vn/x", "gopher://a.gov.vn/x", "not http");
        check("http://a.gov.vn/x", "javascript:0", "not http");
        check("http://a.gov.vn/x", "http://", "bad");
        check("http://a.gov.vn/x", " ", "bad");
    }

    #[test]
    fn a_content_location_on_the_same_host_is_a_base() {
        let of = "https://a.gov.vn/rss".parse().unwrap();
        let check = |field: &str, expected: Option<&str>| {
            let found = base(&of, field.as_bytes());
            assert_eq!(found.as_ref().map(Url::as_str), expected, "{field}");
        };
        check("/tin/rss.xml", Some("https://a.gov.vn/tin/rss.xml"));
        check("http://a.gov.vn/tin/", Some("http://a.gov.vn/tin/"));
        check("http://10.0.0.5/rss.xml", None);
        check("/rss", None);
        check("http://[", None);
    }

    #[test]
    fn only_ports_of_the_web_and_those_that_are_named_are_asked() {
        let check = |url: &str, expected: bool| {
            assert_eq!(check_port(&url.parse().unwrap(), &[8080]).is_ok(), expected, "{url}");
        };
        check("http://a.gov.vn/", true);
        check("https://a.gov.vn/", true);
        check("http://a.gov.vn:443/", true);
        check("http://a.gov.vn:8080/", true);
        check("http://a.gov.vn:25/", false);
        check("https://a.gov.vn:6379/", false);
    }

    #[test]
    fn a_redirect_brings_no_credentials_and_keeps_the_fragment() {
        check("http://a.gov.vn/x#!/tin/7", "/y", "http://a.gov.vn/y#!/tin/7");
        check("http://a.gov.vn/x#a", "/y#b", "http://a.gov.vn/y#b");
        check("http://a.gov.vn/x", "http://an:mat@b.gov.vn/", "http://b.gov.vn/");
        check("http://a.gov.vn/x", "/tin tức", "http://a.gov.vn/tin%20t%E1%BB%A9c");
        check("http://a.gov.vn/x", b"/actualit\xE9s?a=\xE9", "http://a.gov.vn/actualit%E9s?a=%E9");
        check(
            "http://a.gov.vn/x",
            "https://xã.example/é#ê",
            "https://xn--x-yfa.example/%C3%A9#%C3%AA",
        );
    }
}
