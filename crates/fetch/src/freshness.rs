//! Detects whether a page is unchanged since the last visit (conditional requests: RFC 9110 section
//! 13, RFC 9111 section 4.3).

use super::freshness_lifetime::date;
use bantin_page::Validators;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{
    DATE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};

/// The time by which the clocks of a host's machines may differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

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

/// The validators of a response with a body, received at `now`.
///
/// A host whose `Last-Modified` is in the future answers 304 until then, whatever it publishes, so
/// none of its validators is kept: the next request is for the whole page.
pub(super) fn response_validators(
    headers: &HeaderMap,
    wire: &[u8],
    now: DateTime<Utc>,
) -> Validators {
    let host_now = date(headers, DATE).unwrap_or(now).max(now);
    let is_trusted =
        date(headers, LAST_MODIFIED).is_none_or(|modified| modified <= host_now + CLOCK_SKEW);
    let kept = |name| text(headers, name).filter(|_| is_trusted);
    Validators {
        etag: kept(ETAG),
        last_modified: kept(LAST_MODIFIED),
        wire_hash: Some(wire_hash(wire)),
    }
}

/// The validators of a body without header fields.
pub(super) fn wire_validators(wire: &[u8]) -> Validators {
    Validators { wire_hash: Some(wire_hash(wire)), ..Validators::default() }
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
    fn a_change_in_the_future_is_no_validator() {
        let now = "2026-11-20T08:00:00Z".parse().unwrap();
        let check = |modified: &'static str, sent: Option<&'static str>, is_kept: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(ETAG, HeaderValue::from_static("\"a\""));
            headers.insert(LAST_MODIFIED, HeaderValue::from_static(modified));
            headers.extend(sent.map(|sent| (DATE, HeaderValue::from_static(sent))));
            let Validators { etag, last_modified, wire_hash } =
                response_validators(&headers, b"a", now);
            assert_eq!((etag.is_some(), last_modified.is_some()), (is_kept, is_kept), "{modified}");
            assert!(wire_hash.is_some());
        };
        check("Fri, 20 Nov 2026 07:00:00 GMT", None, true);
        check("Fri, 20 Nov 2026 08:04:00 GMT", None, true);
        check("Sat, 21 Nov 2026 08:00:00 GMT", None, false);
        check("Fri, 01 Jan 2038 00:00:00 GMT", Some("Fri, 20 Nov 2026 08:00:00 GMT"), false);
        // The clock of the whole host is ahead.
        check("Sat, 21 Nov 2026 08:00:00 GMT", Some("Sat, 21 Nov 2026 08:00:00 GMT"), true);
        check("yesterday", None, true);
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
