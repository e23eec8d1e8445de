//! Selects the content coding of a response by `Accept-Encoding` (RFC 9110 section 12.5.3).

use axum::http::{HeaderMap, HeaderValue, header};

/// A supported content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ResponseCoding {
    Brotli,
    Zstd,
    Gzip,
    Identity,
}

impl ResponseCoding {
    /// All codings, in the server's order of preference.
    const ALL: [Self; 4] = [Self::Brotli, Self::Zstd, Self::Gzip, Self::Identity];

    /// The field `Content-Encoding`; `None` for the identity.
    pub(super) fn field(self) -> Option<HeaderValue> {
        match self {
            Self::Brotli => Some(HeaderValue::from_static("br")),
            Self::Zstd => Some(HeaderValue::from_static("zstd")),
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
            Self::Identity => None,
        }
    }

    fn is_called(self, name: &str) -> bool {
        match self {
            Self::Brotli => name.eq_ignore_ascii_case("br"),
            Self::Zstd => name.eq_ignore_ascii_case("zstd"),
            Self::Gzip => name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip"),
            Self::Identity => name.eq_ignore_ascii_case("identity"),
        }
    }
}

/// Returns the codings that a request accepts, the preferred first. If it accepts none of ours, the
/// identity: a response that the client may be able to use is better than an error.
pub(super) fn accepted(headers: &HeaderMap) -> Vec<ResponseCoding> {
    let fields = headers.get_all(header::ACCEPT_ENCODING);
    let texts: Vec<&str> = fields.iter().filter_map(|field| field.to_str().ok()).collect();
    preferred(&texts.join(","))
}

fn preferred(field: &str) -> Vec<ResponseCoding> {
    let wishes: Vec<(&str, u16)> = field.split(',').filter_map(parse_preference).collect();
    let weight_of = |called: &dyn Fn(&str) -> bool| {
        wishes.iter().find(|(name, _)| called(name)).map(|(_, weight)| *weight)
    };
    let mut weighed: Vec<(ResponseCoding, u16)> = Vec::new();
    for coding in ResponseCoding::ALL {
        let named = weight_of(&|name| coding.is_called(name)).or(weight_of(&|name| name == "*"));
        // The identity is acceptable unless it is excluded; every other coding must be named.
        let weight = named.unwrap_or(match coding {
            ResponseCoding::Identity => 1,
            _ => 0,
        });
        if weight > 0 {
            weighed.push((coding, weight));
        }
    }
    // The sort is stable: codings of equal weight keep the server's order.
    weighed.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    if weighed.is_empty() {
        return vec![ResponseCoding::Identity];
    }
    weighed.into_iter().map(|(coding, _)| coding).collect()
}

/// One coding and its weight in thousandths; `None` if the weight is invalid.
fn parse_preference(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let weight = match parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q="))) {
        Some(weight) => thousandths(weight)?,
        None => 1000,
    };
    Some((name, weight))
}

/// `qvalue` of RFC 9110 section 12.4.2, in thousandths.
pub(super) fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|b| b.is_ascii_digit());
    let fraction: u16 = format!("{fraction:0<3}").parse().ok().filter(|_| digits)?;
    match (whole, fraction) {
        ("0", _) => Some(fraction),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::ResponseCoding::{Brotli, Gzip, Identity, Zstd};
    use super::*;

    #[track_caller]
    fn check(field: &str, expected: &[ResponseCoding]) {
        assert_eq!(preferred(field), expected, "{field:?}");
    }

    #[test]
    fn a_reader_gets_what_it_weighs_most() {
        check("", &[Identity]);
        check("gzip, deflate, br, zstd", &[Brotli, Zstd, Gzip, Identity]);
        check("zstd", &[Zstd, Identity]);
        check("zstd;q=1, br;q=0.9", &[Zstd, Brotli, Identity]);
        check("gzip", &[Gzip, Identity]);
        check("GZip;Q=1.0", &[Gzip, Identity]);
        check("x-gzip", &[Gzip, Identity]);
        check("br;q=1, gzip;q=0.5", &[Brotli, Gzip, Identity]);
        check("br;q=0.5, gzip;q=1", &[Gzip, Brotli, Identity]);
        check("br; q=0.001 ,gzip ; q=0.002", &[Gzip, Brotli, Identity]);
        check("identity, gzip;q=0.5", &[Identity, Gzip]);
        check("*", &[Brotli, Zstd, Gzip, Identity]);
        check("*;q=0.5, br;q=0", &[Zstd, Gzip, Identity]);
    }

    #[test]
    fn what_a_reader_rules_out_it_does_not_get() {
        check("gzip;q=0", &[Identity]);
        check("gzip;q=0.000, br", &[Brotli, Identity]);
        check("br, identity;q=0", &[Brotli]);
        check("gzip, *;q=0", &[Gzip]);
        check("*;q=0", &[Identity]);
        check("zstd, identity;q=0", &[Zstd]);
        check("compress, identity;q=0", &[Identity]);
    }

    #[test]
    fn a_weight_that_cannot_be_read_counts_for_nothing() {
        for field in ["gzip;q=2", "gzip;q=1.5", "gzip;q=", "gzip;q=-1", "gzip;q=0.1234", "gzip;q=a"]
        {
            check(field, &[Identity]);
        }
        check(";,;q=1,,gzip", &[Gzip, Identity]);
    }
}
