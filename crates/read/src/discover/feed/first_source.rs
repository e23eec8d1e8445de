//! What feeds tell of the first source of their entries: `atom:source` (RFC 4287 section 4.2.11), RSS's `source`, bantin's own
//! words in JSON Feed. Only what can be published again is taken.

use super::plain;
use bantin_core::{FirstSource, PublicUrl, RawCategory};
use url::Url;

/// The longest id, scheme or term, in bytes, and the longest title: what is longer names nothing.
const MAX_LENGTH: usize = 1000;
/// The most categories of an entry that are kept with their schemes.
const MAX_CATEGORIES: usize = 100;

/// An absolute URI as an id or a scheme is one: of few schemes, in ASCII, without blanks.
pub(super) fn uri(text: &str) -> Option<String> {
    let text = text.trim();
    let is_fit = text.len() <= MAX_LENGTH && text.bytes().all(|b| b.is_ascii_graphic());
    let scheme = Url::parse(text).ok().filter(|_| is_fit)?.scheme().to_owned();
    matches!(scheme.as_str(), "tag" | "urn" | "http" | "https").then(|| text.to_owned())
}

/// An address that readers can follow.
pub(super) fn address(written: &str, base: &Url) -> Option<PublicUrl> {
    PublicUrl::try_from(super::address::resolve(written, base).ok()?).ok()
}

/// A line of plain text.
pub(super) fn line(text: &str) -> Option<String> {
    plain::line(text).filter(|line| line.len() <= MAX_LENGTH)
}

/// Categories with schemes, out of schemes, terms and labels as written.
pub(super) fn categories<'a>(
    written: impl Iterator<Item = (Option<&'a str>, Option<&'a str>, Option<&'a str>)>,
) -> Vec<RawCategory> {
    let category = |(scheme, term, label): (Option<&str>, Option<&str>, Option<&str>)| {
        let label = line(label.or(term)?)?;
        let term = term.and_then(line).unwrap_or_else(|| label.clone());
        Some(RawCategory { scheme: uri(scheme?)?, term, label })
    };
    written.filter_map(category).take(MAX_CATEGORIES).collect()
}

/// A first source, where it is named and is another than the feed itself, which goes by the given ids and addresses.
pub(super) fn other_than(feed: &[Option<&str>], first: FirstSource) -> Option<FirstSource> {
    let bare = |text: &str| text.trim_end_matches('/').to_owned();
    let is_own = |name: &str| feed.iter().flatten().any(|own| bare(own) == bare(name));
    let names = [first.id.as_deref(), first.feed.as_ref().map(PublicUrl::as_str)];
    (!first.is_nameless() && !names.into_iter().flatten().any(is_own)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_no_document_could_carry_is_none() {
        for good in ["tag:bantin.example,2026:so:/tin/1", "urn:uuid:1", "https://a.vn/?p=1"] {
            assert_eq!(uri(good).as_deref(), Some(good));
        }
        let long = format!("https://a.vn/{}", "a".repeat(MAX_LENGTH));
        for bad in ["", "12", "javascript:x", "tag:a b", "https://a.vn/tin số 1", long.as_str()] {
            assert_eq!(uri(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_feed_is_not_the_first_source_of_its_own_entries() {
        let first =
            FirstSource { id: Some("https://a.vn/rss/".to_owned()), ..FirstSource::default() };
        assert_eq!(other_than(&[None, Some("https://a.vn/rss")], first.clone()), None);
        assert_eq!(other_than(&[Some("https://b.vn/rss")], first.clone()), Some(first));
        assert_eq!(other_than(&[], FirstSource::default()), None);
    }
}
