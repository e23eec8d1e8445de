//! Archive documents (RFC 5005 section 4): rendered once, named by number, and changed only to
//! remove an erased article.

use super::{Document, FeedView, atom, rss};
use bantin_core::{Article, DocumentKind, Feed, FeedFormat, Origin, Site, Slug};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;

/// The namespace of `fh:archive`.
pub(super) const NAMESPACE: &str = "http://purl.org/syndication/history/1.0";

/// The file name of an archive. It cannot collide with other documents, because names of feeds have
/// no dots.
pub fn archive_name(feed: &Slug, number: u32, format: FeedFormat) -> String {
    format!("{feed}.{number}.{}", format.extension())
}

/// Renders the documents of an archive: Atom, then RSS, independent of the feed's current formats.
/// `None` without articles.
///
/// `has_next`: whether the next archive is rendered in the same run.
pub fn archive(
    feed: &Feed,
    site: &Site,
    origins: &BTreeMap<Slug, Origin>,
    articles: &[Article],
    number: u32,
    has_next: bool,
) -> Option<[Document; 2]> {
    let kind = DocumentKind::Archive { number, has_next };
    let view = FeedView::new(feed, site, origins, articles, &kind)?;
    Some([
        document(&feed.id, number, FeedFormat::Atom, atom::write(&view)),
        document(&feed.id, number, FeedFormat::Rss, rss::write(&view)),
    ])
}

/// The document of an archive in one format.
fn document(feed: &Slug, number: u32, format: FeedFormat, bytes: Vec<u8>) -> Document {
    let name = archive_name(feed, number, format);
    Document { name, media_type: format.media_type(), bytes }
}

/// Returns one of our documents without the entries with these ids. The result is empty if the
/// input is not such a document: a lost archive is better than one that still contains what a court
/// forbids.
pub fn without_entries(bytes: &[u8], ids: &[String]) -> Vec<u8> {
    remove_entries(bytes, ids).unwrap_or_default()
}

fn remove_entries(bytes: &[u8], ids: &[String]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = Reader::from_str(text);
    let (mut kept, mut copied) = (String::with_capacity(text.len()), 0);
    // The start of the current entry, and the part of its id that was read.
    let mut entry: Option<(usize, String)> = None;
    let mut in_id = false;
    let mut inner = 0_usize;
    loop {
        let at = usize::try_from(reader.buffer_position()).ok()?;
        let event = reader.read_event().ok()?;
        match event {
            Event::Start(start) if entry.is_none() => {
                if matches!(start.name().as_ref(), "entry" | "item") {
                    entry = Some((at, String::new()));
                    inner = 0;
                }
            }
            Event::Start(start) => {
                inner += 1;
                in_id = inner == 1 && matches!(start.name().as_ref(), "id" | "guid");
            }
            Event::Text(text) if in_id => {
                if let Some((_, id)) = &mut entry {
                    id.push_str(&text);
                }
            }
            Event::GeneralRef(reference) if in_id => {
                if let Some((_, id)) = &mut entry {
                    id.push_str(&quick_xml::escape::unescape(&format!("&{};", &*reference)).ok()?);
                }
            }
            Event::End(end) => {
                in_id = false;
                if inner == 0 && matches!(end.name().as_ref(), "entry" | "item") {
                    let (from, id) = entry.take()?;
                    if ids.contains(&id) {
                        kept.push_str(text.get(copied..from)?.trim_end());
                        copied = usize::try_from(reader.buffer_position()).ok()?;
                    }
                }
                inner = inner.saturating_sub(1);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    kept.push_str(text.get(copied..)?);
    Some(kept.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{documents, verify};
    use bantin_core::{FeedConfig, NewArticle, Tombstone};
    use bantin_testing::{self as testing, article, site, stored_article, tagged_feed};
    use chrono_tz::Asia::Ho_Chi_Minh;

    fn feed() -> Feed {
        tagged_feed(FeedConfig { title: "Tin".to_owned(), ..testing::feed("tin") })
    }

    /// Articles with these ids, whose titles consist of markup.
    fn articles(ids: &[&str]) -> Vec<Article> {
        let published = "2026-11-20T05:00:00Z".parse().unwrap();
        let made = (1..).zip(ids).map(|(number, id)| {
            let title = "<entry><id>tag:a</id></entry> ]]> & <item>".to_owned();
            stored_article(id, NewArticle { title, ..article("a", number, published) })
        });
        made.collect()
    }

    #[test]
    fn an_archive_says_where_it_stands() {
        let made = |number, has_next| {
            archive(&feed(), &site(), &BTreeMap::new(), &articles(&["tag:a"]), number, has_next)
        };
        let [atom, rss] = made(2, true).unwrap();
        assert_eq!((atom.name.as_str(), rss.name.as_str()), ("tin.2.atom", "tin.2.rss"));
        for document in [&atom, &rss] {
            verify(document).unwrap();
            let text = String::from_utf8(document.bytes.clone()).unwrap();
            let head = text.split_once("<entry>").or(text.split_once("<item>")).unwrap().0;
            let ending = document.name.rsplit('.').next().unwrap();
            for (relation, name) in [
                ("self", "tin.2"),
                ("current", "tin"),
                ("prev-archive", "tin.1"),
                ("next-archive", "tin.3"),
            ] {
                let link =
                    format!("href=\"https://bantin.example/{name}.{ending}\" rel=\"{relation}\"");
                assert!(head.contains(&link), "{link} in {head}");
            }
            assert!(head.contains("<fh:archive"), "{head}");
        }
        let [first, _] = made(1, false).unwrap();
        let text = String::from_utf8(first.bytes).unwrap();
        assert!(!text.contains("prev-archive") && !text.contains("next-archive"));
        assert!(archive(&feed(), &site(), &BTreeMap::new(), &[], 1, false).is_none());
    }

    #[test]
    fn tombstones_stand_before_the_first_entry_and_date_the_feed() {
        let stone = Tombstone {
            id: "tag:a?x=\"1\"&y=<".to_owned(),
            at: "2026-11-21T05:00:00Z".parse().unwrap(),
            zone: Ho_Chi_Minh,
        };
        let kind = DocumentKind::Current { newest: Some(7), tombstones: vec![stone] };
        let made = documents(&feed(), &site(), &BTreeMap::new(), &articles(&["tag:b"]), &kind);
        let text = |ending: &str| {
            let found = made.iter().find(|document| document.name.ends_with(ending)).unwrap();
            verify(found).unwrap();
            String::from_utf8(found.bytes.clone()).unwrap()
        };
        let atom = text(".atom");
        let stone = "<at:deleted-entry ref=\"tag:a?x=&quot;1&quot;&amp;y=&lt;\" when=\"2026-11-21T12:00:00+07:00\"/>";
        assert!(atom.split_once("<entry>").unwrap().0.contains(stone), "{atom}");
        assert!(atom.contains("<updated>2026-11-21T12:00:00+07:00</updated>"), "{atom}");
        assert!(atom.contains("tin.7.atom\" rel=\"prev-archive\""), "{atom}");
        assert!(!atom.contains("fh:archive"), "{atom}");
        assert!(!text(".rss").contains("tag:a?x"));
        assert!(!text(".json").contains("tag:a?x"));
    }

    #[test]
    fn an_entry_is_cut_out_and_nothing_else() {
        let ids = ["tag:a", "tag:b&c", "tag:d"];
        let made = archive(&feed(), &site(), &BTreeMap::new(), &articles(&ids), 1, false).unwrap();
        for document in made {
            let before = String::from_utf8(document.bytes.clone()).unwrap();
            let cut = String::from_utf8(without_entries(&document.bytes, &["tag:b&c".to_owned()]))
                .unwrap();
            assert!(!cut.contains("tag:b&amp;c") && before.contains("tag:b&amp;c"), "{cut}");
            assert!(cut.contains(">tag:a<") && cut.contains(">tag:d<"), "{cut}");
            verify(&Document { bytes: cut.clone().into_bytes(), ..document.clone() }).unwrap();
            let name = if document.name.ends_with("rss") { "item>" } else { "entry>" };
            let pieces: Vec<&str> = before.split(&format!("</{name}")).collect();
            assert_eq!(cut.split(&format!("</{name}")).count(), pieces.len() - 1);
            assert_eq!(without_entries(cut.as_bytes(), &["tag:x".to_owned()]), cut.as_bytes());
            let none = without_entries(&document.bytes, &ids.map(str::to_owned));
            let none = String::from_utf8(none).unwrap();
            assert!(!none.contains("tag:d<") && none.trim_end().ends_with('>'), "{none}");
        }
        assert!(without_entries(b"\xFF", &[]).is_empty());
        assert!(without_entries(b"<feed><entry></feed>", &[]).is_empty());
    }
}
