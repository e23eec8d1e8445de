//! Removes secrets from URLs, for messages and for requests.

use url::Url;

/// The query parameters whose values are secrets.
const SECRETS: [&str; 13] = [
    "token",
    "access_token",
    "key",
    "apikey",
    "api_key",
    "secret",
    "password",
    "passwd",
    "pwd",
    "auth",
    "signature",
    "sig",
    "session",
];

/// Formats a URL for messages: without user name, password and fragment, and with `***` for the
/// values of parameters with a secret's name.
pub fn redacted(url: &Url) -> String {
    let mut shown = without_credentials(url);
    shown.set_fragment(None);
    let is_secret = |name: &str| SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret));
    let has_secret =
        |pair: &str| url::form_urlencoded::parse(pair.as_bytes()).any(|(name, _)| is_secret(&name));
    if url.query_pairs().any(|(name, _)| is_secret(&name)) {
        let pairs: Vec<String> = url
            .query()
            .unwrap_or_default()
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, _)) if has_secret(pair) => format!("{name}=***"),
                _ => pair.to_owned(),
            })
            .collect();
        shown.set_query(Some(&pairs.join("&")));
    }
    shown.into()
}

/// The URL without user name and password.
pub(super) fn without_credentials(url: &Url) -> Url {
    let mut bare = url.clone();
    // Both fail only for URLs that cannot have credentials.
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    bare
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn a_message_shows_no_secret() {
        let check =
            |url: &str, expected: &str| assert_eq!(redacted(&url.parse().unwrap()), expected);
        check("https://an:mat@a.gov.vn/x?ID=7#y", "https://a.gov.vn/x?ID=7");
        check("https://a.gov.vn/?Token=mat&ID=7&a=b", "https://a.gov.vn/?Token=***&ID=7&a=b");
        check("https://a.gov.vn/?key&%74oken=mat", "https://a.gov.vn/?key&%74oken=***");
        check("mailto:a@b.vn", "mailto:a@b.vn");
    }
}
