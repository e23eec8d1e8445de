//! Evaluates conditional requests (RFC 9110 section 13).

use super::document_file::DocumentFile;
use axum::http::{HeaderMap, header};
use std::time::{Duration, UNIX_EPOCH};

/// Whether the response is 304. `If-None-Match` takes precedence over `If-Modified-Since` (section
/// 13.2.2).
pub(super) fn is_unchanged(request: &HeaderMap, held: &DocumentFile) -> bool {
    if request.contains_key(header::IF_NONE_MATCH) {
        let etag = held.etag.to_str().unwrap_or_default();
        let fields = request.get_all(header::IF_NONE_MATCH).iter();
        return fields.filter_map(|field| field.to_str().ok()).any(|f| matches(f, etag));
    }
    let since = request.get(header::IF_MODIFIED_SINCE).and_then(|field| field.to_str().ok());
    let since = since.and_then(|field| httpdate::parse_http_date(field).ok());
    since.is_some_and(|since| UNIX_EPOCH + Duration::from_secs(held.modified()) <= since)
}

/// Whether the response is 412: the client's version is not the current one.
/// `If-Match` takes precedence over `If-Unmodified-Since` (section 13.2.2), and both are evaluated
/// before the conditions for a 304.
pub(super) fn precondition_failed(request: &HeaderMap, held: &DocumentFile) -> bool {
    if request.contains_key(header::IF_MATCH) {
        // Strong comparison (section 13.1.1): our tags are weak, so none of them ever matches.
        let fields = request.get_all(header::IF_MATCH).iter();
        return !fields.filter_map(|field| field.to_str().ok()).any(|f| f.trim() == "*");
    }
    let since = request.get(header::IF_UNMODIFIED_SINCE).and_then(|field| field.to_str().ok());
    let since = since.and_then(|field| httpdate::parse_http_date(field).ok());
    since.is_some_and(|since| UNIX_EPOCH + Duration::from_secs(held.modified()) > since)
}

/// Weak comparison (section 8.8.3.2) with a list. Our tags contain no comma, so the split never
/// cuts one.
fn matches(field: &str, etag: &str) -> bool {
    fn opaque(tag: &str) -> &str {
        tag.strip_prefix("W/").unwrap_or(tag)
    }
    field.split(',').map(str::trim).any(|tag| tag == "*" || opaque(tag) == opaque(etag))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn tags_are_compared_weakly_and_in_lists() {
        let check = |field, expected| assert_eq!(matches(field, "W/\"a1\""), expected, "{field}");
        check("W/\"a1\"", true);
        check("\"a1\"", true);
        check("\"x,y\" , W/\"b\",\"a1\"", true);
        check("*", true);
        check("a1", false);
        check("\"a\"", false);
        check("w/\"a1\"", false);
        check("", false);
    }
}
