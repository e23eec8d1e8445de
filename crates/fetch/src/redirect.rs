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
    // Vietnamese servers write raw UTF-8 here; the URL standard encodes it.
    let location = String::from_utf8_lossy(location);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: &str, location: &str, expected: &str) {
        let outcome = match follow(&from.parse().unwrap(), location.as_bytes()) {
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
    }
}
