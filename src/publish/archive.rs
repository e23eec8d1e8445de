//! Archive documents (RFC 5005 section 4): made once, named by number, and cut open only to take an erased article out.

use super::{Document, Edition, atom, rss};
use crate::model::{Article, Feed, Format, Origin, Site, Slug, Standing};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;

/// The namespace of `fh:archive`.
pub(super) const NAMESPACE: &str = "http://purl.org/syndication/history/1.0";

/// The file name of an archive. No other document has it: names of feeds have no dots.
pub fn archive_name(feed: &Slug, number: u32, format: Format) -> String {
    format!("{feed}.{number}.{}", format.extension())
}

/// The documents of an archive: Atom, then RSS, whatever the formats of the feed are now. There are none without articles.
///
/// `followed` says that the next archive is made at once.
pub fn archive(
    feed: &Feed,
    site: &Site,
    origins: &BTreeMap<Slug, Origin>,
    articles: &[Article],
    number: u32,
    followed: bool,
) -> Option<[Document; 2]> {
    let standing = Standing::Archive { number, followed };
    let edition = Edition::new(feed, site, origins, articles, &standing)?;
    Some([
        document(&feed.id, number, Format::Atom, atom::write(&edition)),
        document(&feed.id, number, Format::Rss, rss::write(&edition)),
    ])
}

/// A document of an archive that was made before.
fn document(feed: &Slug, number: u32, format: Format, bytes: Vec<u8>) -> Document {
    let name = archive_name(feed, number, format);
    Document { name, media_type: format.media_type(), bytes }
}

/// A document of ours without the entries of some ids. What is no document of ours comes back empty: better no archive than one that
/// still holds what a court forbids.
pub fn without(bytes: &[u8], ids: &[String]) -> Vec<u8> {
    cut(bytes, ids).unwrap_or_default()
}

fn cut(bytes: &[u8], ids: &[String]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = Reader::from_str(text);
    let (mut kept, mut copied) = (String::with_capacity(text.len()), 0);
    // Where the entry begins that is being read, and its id as far as it was read.
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
