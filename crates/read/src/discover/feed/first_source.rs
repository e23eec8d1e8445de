//! The first source of an entry, as aggregated feeds name it: `atom:source` (RFC 4287 section
//! 4.2.11), `source` in RSS, and bantin's extension of JSON Feed. Only values that can be
//! republished are kept.
//!
//! An entry that was first published in another feed keeps its id (RFC 4287 section 4.2.6), so
//! these ids must be valid URIs.

use super::plain;
use bantin_core::{FirstSource, PublicUrl, RawCategory};
use url::Url;

/// Maximum bytes of an id, scheme, term or title; a longer one is not a name.
const MAX_LENGTH: usize = 1000;
/// Maximum number of categories per entry that are kept with their schemes.
const MAX_CATEGORIES: usize = 100;

/// Validates an id or a scheme: an absolute URI in ASCII, without white space, with a scheme of
/// `tag`, `urn`, `http` or `https`.
pub(super) fn uri(text: &str) -> Option<String> {
    let text = text.trim();
    let is_fit = text.len() <= MAX_LENGTH && text.bytes().all(|b| b.is_ascii_graphic());
    let scheme = Url::parse(text).ok().filter(|_| is_fit)?.scheme().to_owned();
    matches!(scheme.as_str(), "tag" | "urn" | "http" | "https").then(|| text.to_owned())
}

/// A public address that readers can open.
pub(super) fn address(written: &str, base: &Url) -> Option<PublicUrl> {
    PublicUrl::try_from(super::address::resolve(written, base).ok()?).ok()
}

/// A line of plain text of limited length.
pub(super) fn line(text: &str) -> Option<String> {
    plain::line(text).filter(|line| line.len() <= MAX_LENGTH)
}

/// The categories that have a scheme, from schemes, terms and labels as written.
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

/// The first source, if it has a name and differs from the feed itself, whose ids and addresses are
/// given.
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
