//! Maps our documents to topics: addresses, files and media types.

use bantin_core::{Feed, FeedFormat, Site};
use std::collections::BTreeMap;
use url::Url;

/// The documents that clients can subscribe to, by file name.
#[derive(Debug)]
pub(super) struct TopicDocuments {
    base: Url,
    /// The current names, and former names of feeds: their files are written too, and a subscriber
    /// by an old name is still notified.
    formats: BTreeMap<String, FeedFormat>,
    today: Vec<String>,
}

impl TopicDocuments {
    pub(super) fn new(site: &Site, feeds: &[Feed]) -> Self {
        let name = |id: &str, format: FeedFormat| format!("{id}.{}", format.extension());
        let mut formats = BTreeMap::new();
        let mut today = Vec::new();
        // The hub would send a private feed to every subscriber.
        for feed in feeds.iter().filter(|feed| !feed.is_private()) {
            for format in &feed.formats {
                for id in std::iter::once(&feed.id).chain(&feed.aliases) {
                    formats.insert(name(id.as_str(), *format), *format);
                }
                today.push(name(feed.id.as_str(), *format));
            }
        }
        Self { base: site.base_url.clone(), formats, today }
    }

    /// The document of a topic URL, which must be its exact address, by http or https.
    pub(super) fn of_topic(&self, topic: &str) -> Option<&str> {
        let name = without_scheme(topic)?.strip_prefix(without_scheme(self.base.as_str())?)?;
        self.formats.get_key_value(name).map(|(name, _)| name.as_str())
    }

    /// The address of a document.
    pub(super) fn address(&self, name: &str) -> String {
        format!("{}{name}", self.base)
    }

    /// The `Content-Type` of a document.
    pub(super) fn content_type(&self, name: &str) -> Option<String> {
        let format = self.formats.get(name)?;
        Some(format!("{}; charset=utf-8", format.media_type()))
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.formats.keys()
    }

    /// The current names.
    pub(super) fn today(&self) -> &[String] {
        &self.today
    }
}

fn without_scheme(address: &str) -> Option<&str> {
    address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{feed, site};
    use super::*;

    #[test]
    fn only_the_very_address_of_a_document_is_a_topic() {
        let documents = TopicDocuments::new(&site("https://a.example/tin/"), &[feed("b", &["cu"])]);
        let check = |topic: &str, expected: Option<&str>| {
            assert_eq!(documents.of_topic(topic), expected, "{topic}");
        };
        check("https://a.example/tin/b.atom", Some("b.atom"));
        check("http://a.example/tin/b.json", Some("b.json"));
        check("https://a.example/tin/cu.rss", Some("cu.rss"));
        check("https://a.example/tin/b.html", None);
        check("https://a.example/b.atom", None);
        check("https://a.example/tin/b.atom?x", None);
        check("https://a.example/tin//b.atom", None);
        check("https://a.example.org/tin/b.atom", None);
        check("ftp://a.example/tin/b.atom", None);
        check("b.atom", None);
        assert_eq!(documents.today(), ["b.atom", "b.rss", "b.json"]);
        assert_eq!(documents.address("b.rss"), "https://a.example/tin/b.rss");
        assert_eq!(documents.content_type("b.rss").unwrap(), "application/rss+xml; charset=utf-8");
    }
}
