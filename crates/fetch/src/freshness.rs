//! Detects whether a page is unchanged since the last visit (conditional requests: RFC 9110 section
//! 13, RFC 9111 section 4.3).

use bantin_page::Validators;
use reqwest::header::{
    ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};

/// The BLAKE3 hash of a body as received, as 32 hexadecimal digits.
pub(super) fn wire_hash(wire: &[u8]) -> String {
    let mut hash = blake3::hash(wire).to_hex().to_string();
    hash.truncate(32);
    hash
}

/// Adds the conditional fields. Both validators are sent, because some servers honour only one.
pub(super) fn add_validators(headers: &mut HeaderMap, known: &Validators) {
    let mut show = |name: HeaderName, text: &Option<String>| {
        // A value that is invalid in a header field is omitted: the host cannot have sent it in
        // this form.
        if let Some(value) = text.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
            headers.insert(name, value);
        }
    };
    show(IF_NONE_MATCH, &known.etag);
    show(IF_MODIFIED_SINCE, &known.last_modified);
}

/// The validators of a response with a body.
pub(super) fn response_validators(headers: &HeaderMap, wire: &[u8]) -> Validators {
    Validators {
        etag: text(headers, ETAG),
        last_modified: text(headers, LAST_MODIFIED),
        wire_hash: Some(wire_hash(wire)),
    }
}

/// The validators after a 304: those in the response replace the stored ones (RFC 9111 section
/// 4.3.4).
pub(super) fn after_not_modified(headers: &HeaderMap, known: &Validators) -> Validators {
    Validators {
        etag: text(headers, ETAG).or_else(|| known.etag.clone()),
        last_modified: text(headers, LAST_MODIFIED).or_else(|| known.last_modified.clone()),
        wire_hash: known.wire_hash.clone(),
    }
}

/// Whether the body is byte-identical to the last one. This covers hosts that send no validators,
/// or a new ETag with each response.
pub(super) fn is_same(known: Option<&Validators>, new: &Validators) -> bool {
    known.is_some_and(|known| known.wire_hash.is_some() && known.wire_hash == new.wire_hash)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Validators {
        let text = |text: &str| Some(text.to_owned());
        Validators { etag: text("\"a\""), last_modified: text("hôm qua"), wire_hash: text("h") }
    }

    #[test]
    fn only_what_can_be_sent_is_shown() {
        let mut headers = HeaderMap::new();
        add_validators(
            &mut headers,
            &Validators { last_modified: Some("a\r\nb".to_owned()), ..known() },
        );
        assert_eq!(headers.get(IF_NONE_MATCH).unwrap(), "\"a\"");
        assert!(!headers.contains_key(IF_MODIFIED_SINCE));
    }

    #[test]
    fn a_304_renews_what_it_names_and_keeps_the_rest() {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, HeaderValue::from_static("\"b\""));
        let after = after_not_modified(&headers, &known());
        assert_eq!(after, Validators { etag: Some("\"b\"".to_owned()), ..known() });
    }

    #[test]
    fn two_pages_without_a_hash_are_not_the_same() {
        let none = Validators::default();
        assert!(!is_same(Some(&none), &none));
        assert!(!is_same(None, &known()));
        assert!(is_same(Some(&known()), &known()));
    }
}
