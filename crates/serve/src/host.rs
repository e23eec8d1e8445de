//! Checks the field `Host` of a request (RFC 9112 section 3.2, RFC 9110 section 7.2).
//!
//! The value selects nothing here: every name serves the same documents. A request whose host is
//! ambiguous is rejected, because a proxy or cache in front may have read the other value.

use axum::http::{HeaderMap, Version, header};

/// Why a request must be answered with 400, as a sentence for the client; `None` if its `Host` is
/// valid. HTTP/1.0 requests need none.
pub(super) fn host_fault(version: Version, request: &HeaderMap) -> Option<&'static str> {
    let mut values = request.get_all(header::HOST).iter();
    match (values.next(), values.next()) {
        (None, _) if version == Version::HTTP_11 => Some("The request has no Host field."),
        (_, Some(_)) => Some("The request has more than one Host field."),
        (Some(value), None) if !is_host(value.as_bytes()) => {
            Some("The Host field is not a host name with an optional port.")
        }
        _ => None,
    }
}

/// Whether the value is `uri-host [ ":" port ]` (RFC 3986 section 3.2.2). Clients send an empty
/// value if their target has no authority.
fn is_host(value: &[u8]) -> bool {
    let literal = value.strip_prefix(b"[").map(|rest| {
        let end = rest.iter().position(|byte| *byte == b']')?;
        rest.split_at_checked(end)
    });
    let (is_name, port) = match literal {
        Some(None) => return false,
        Some(Some((address, rest))) => {
            let address = str::from_utf8(address).unwrap_or_default();
            (is_ip_literal(address), rest.strip_prefix(b"]").unwrap_or_default())
        }
        None => {
            let end = value.iter().position(|byte| *byte == b':').unwrap_or(value.len());
            let (name, port) = value.split_at_checked(end).unwrap_or((value, &[]));
            (is_registered_name(name), port)
        }
    };
    let is_port = match port.split_first() {
        None => true,
        Some((colon, digits)) => *colon == b':' && digits.iter().all(u8::is_ascii_digit),
    };
    is_name && is_port
}

/// Whether the text between brackets is an IPv6 address or an address of a future version.
fn is_ip_literal(address: &str) -> bool {
    let future = address.strip_prefix(['v', 'V']).and_then(|rest| rest.split_once('.'));
    match future {
        Some((version, rest)) => {
            let is_allowed = |byte: u8| is_name_byte(byte) || byte == b':';
            !version.is_empty()
                && version.bytes().all(|byte| byte.is_ascii_hexdigit())
                && !rest.is_empty()
                && rest.bytes().all(is_allowed)
        }
        None => address.parse::<std::net::Ipv6Addr>().is_ok(),
    }
}

/// Whether the bytes are a `reg-name`, which includes IPv4 addresses.
fn is_registered_name(name: &[u8]) -> bool {
    let mut parts = name.split(|byte| *byte == b'%');
    let is_plain = |part: &[u8]| part.iter().copied().all(is_name_byte);
    let is_encoded = |part: &[u8]| {
        let digits = part.get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        digits && part.get(2..).is_some_and(is_plain)
    };
    parts.next().is_none_or(is_plain) && parts.all(is_encoded)
}

/// Whether the byte is `unreserved` or one of `sub-delims`.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_with_an_optional_port() {
        for valid in [
            "",
            "bantin.example",
            "bantin.example:",
            "bantin.example:8080",
            "203.0.113.7:80",
            "[2001:db8::1]",
            "[2001:db8::1]:8080",
            "[v1.a:b]",
            "b%E1%BA%A3n.example",
            "my_host",
        ] {
            assert!(is_host(valid.as_bytes()), "{valid}");
        }
        for invalid in [
            "a b",
            "a, b",
            "a/b",
            "http://a",
            "user@a",
            "a:80:81",
            "a:8x",
            "[2001:db8::1",
            "[a]",
            "[]",
            "[::1]x",
            "2001:db8::1",
            "a%",
            "a%2",
            "a%zz",
            "a?b",
            "a#b",
            "<a>",
            "bản.example",
        ] {
            assert!(!is_host(invalid.as_bytes()), "{invalid}");
        }
    }
}
