//! Reading of large feeds as a stream: item by item, so that a feed needs no more memory than its
//! bytes and what its items say.
//!
//! The document is read twice: first for what the feed says of itself, which may stand after its
//! items, then for the items.

use super::atom::{self, FeedIdentity};
use super::rss::{self, RssChannel};
use super::tree::{self, XmlElement};
use super::{FeedError, FeedHead, RawEntry};
use url::Url;

/// Parses an XML document without bare `<`.
pub(super) fn parse(text: &str, page: &Url) -> Result<(FeedHead, Vec<RawEntry>), FeedError> {
    let document = tree::parse_items(text, Some(&mut |_: &XmlElement<'_>, _: &[String]| {}))?;
    let root = document.feed().unwrap_or(&document);
    let mut entries = Vec::new();
    let within = |bases: &[String]| {
        bases.iter().fold(page.clone(), |outer, base| rss::joined_base(base, &outer))
    };
    match &*root.name {
        "rss" | "rdf:rdf" | "channel" => {
            let channel = RssChannel::of(root, page);
            let mut add = |item: &XmlElement<'_>, bases: &[String]| {
                entries.push(channel.entry(item, &within(bases)));
            };
            tree::parse_items(text, Some(&mut add))?;
            channel.correct(&mut entries);
            super::require_items((rss::head(root), entries), root)
        }
        "feed" => {
            let feed = FeedIdentity::of(root, page);
            let mut add = |item: &XmlElement<'_>, bases: &[String]| {
                entries.push(feed.entry(item, &within(bases)));
            };
            tree::parse_items(text, Some(&mut add))?;
            super::require_items((atom::head(root), entries), root)
        }
        other => Err(FeedError::Foreign(other.to_owned())),
    }
}
