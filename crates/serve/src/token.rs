//! Reads the tokens of a request for private feeds: in the query as `token`, as a bearer token (RFC
//! 6750 section 2.1), or as the password of the Basic scheme (RFC 7617) for feed readers that
//! support only that. They are hashed at once and never stored.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use bantin_core::TokenHash;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

/// The challenges of a response to a request without a token. Browsers and many feed readers then
/// show a login dialog.
pub(super) const CHALLENGES: [HeaderValue; 2] = [
    HeaderValue::from_static("Basic realm=\"bantin\", charset=\"UTF-8\""),
    HeaderValue::from_static("Bearer realm=\"bantin\""),
];

/// Returns the hashes of a request's tokens: the first in its query, and the first in its header
/// fields. With more, the time of their comparison would reveal whether there is anything to
/// compare them with.
pub(super) fn presented_hashes(uri: &Uri, headers: &HeaderMap) -> Vec<TokenHash> {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut in_query =
        query.filter(|(name, _)| name == "token").map(|(_, token)| TokenHash::of(&token));
    let fields = headers.get_all(header::AUTHORIZATION).iter();
    let mut in_fields = fields.filter_map(|field| field.to_str().ok()).filter_map(of_field);
    in_query.next().into_iter().chain(in_fields.next()).collect()
}

fn of_field(field: &str) -> Option<TokenHash> {
    let (scheme, rest) = field.trim().split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(TokenHash::of(rest));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(rest).ok()?).ok()?;
    pair.split_once(':').map(|(_, password)| TokenHash::of(password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(target: &str, field: Option<&str>, expected: &[&str]) {
        let mut headers = HeaderMap::new();
        if let Some(field) = field {
            headers.insert(header::AUTHORIZATION, field.parse().unwrap());
        }
        let expected: Vec<TokenHash> = expected.iter().map(|token| TokenHash::of(token)).collect();
        assert_eq!(
            presented_hashes(&target.parse().unwrap(), &headers),
            expected,
            "{target} {field:?}"
        );
    }

    #[test]
    fn a_token_is_read_wherever_it_may_stand() {
        check("/a.atom?token=x%2Dy", None, &["x-y"]);
        check("/a.atom?a=1&token=x&b=2", None, &["x"]);
        check("/a.atom", Some("Bearer x"), &["x"]);
        check("/a.atom", Some("bearer  x "), &["x"]);
        // ai:x and :x:y
        check("/a.atom", Some("Basic YWk6eA=="), &["x"]);
        check("/a.atom", Some("basic Ong6eQ=="), &["x:y"]);
        check("/a.atom?token=x", Some("Bearer y"), &["x", "y"]);
    }

    #[test]
    fn no_more_than_two_tokens_are_looked_at() {
        let many = "&token=y".repeat(1000);
        check(&format!("/a.atom?token=x{many}"), Some("Bearer z"), &["x", "z"]);
        let mut headers = HeaderMap::new();
        for field in ["Digest a=b", "Bearer x", "Bearer y", "Bearer z"] {
            headers.append(header::AUTHORIZATION, field.parse().unwrap());
        }
        assert_eq!(presented_hashes(&"/a.atom".parse().unwrap(), &headers), [TokenHash::of("x")]);
    }

    #[test]
    fn what_is_no_token_is_none() {
        check("/a.atom", None, &[]);
        check("/a.atom?Token=x", None, &[]);
        for field in ["Bearer", "Basic x", "Basic /w==", "Basic eA==", "Digest username=\"a\"", ""]
        {
            check("/a.atom", Some(field), &[]);
        }
    }
}
