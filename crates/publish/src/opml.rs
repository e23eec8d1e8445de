//! Writes the list of all feeds as OPML 2.0 (<https://opml.org/spec2.opml>), for import into feed
//! readers.

use super::feed_view::feed_title;
use super::folders::FeedFolder;
use super::xml_text::{line, uri};
use super::{document_name, page_name};
use bantin_core::{Feed, FeedFormat, Site};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

pub(super) fn write(site: &Site, feeds: &[Feed]) -> Vec<u8> {
    // Writing to memory cannot fail; were it to, the empty document would not pass `verify`.
    let mut bytes = outline(site, feeds).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn outline(site: &Site, feeds: &[Feed]) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let opml = writer.create_element("opml").with_attribute(("version", "2.0"));
    opml.write_inner_content(|writer| {
        writer.create_element("head").write_inner_content(|writer| {
            let title = line(&site.title);
            writer.create_element("title").write_text_content(BytesText::new(&title))?;
            Ok(())
        })?;
        writer
            .create_element("body")
            .write_inner_content(|writer| write_folder(writer, site, &FeedFolder::of(feeds)))?;
        Ok(())
    })?;
    Ok(writer.into_inner())
}

/// Writes the content of a folder: its feeds, and an outline around those of each subfolder.
fn write_folder(
    writer: &mut Writer<Vec<u8>>,
    site: &Site,
    folder: &FeedFolder<'_>,
) -> io::Result<()> {
    folder.feeds.iter().try_for_each(|feed| write_feed(writer, site, feed))?;
    folder.folders.iter().try_for_each(|folder| {
        let name = line(folder.name);
        writer
            .create_element("outline")
            .with_attributes([("text", name.as_str()), ("title", &name)])
            .write_inner_content(|writer| write_folder(writer, site, folder))
            .map(|_| ())
    })
}

/// Writes one outline per feed, in the best of its formats: a reader must not subscribe to the same
/// articles three times.
fn write_feed(writer: &mut Writer<Vec<u8>>, site: &Site, feed: &Feed) -> io::Result<()> {
    let Some(format) = FeedFormat::ALL.into_iter().find(|format| feed.formats.contains(format))
    else {
        return Ok(());
    };
    let base = uri(&site.base_url);
    let title = feed_title(feed);
    let description = line(&feed.description);
    let language = line(&feed.language);
    let address = format!("{base}{}", document_name(&feed.id, format));
    let page = format!("{base}{}", page_name(&feed.id));
    let attributes = [
        ("text", title.as_str()),
        // All readers accept `rss` for a feed of any format.
        ("type", "rss"),
        ("title", &title),
        ("description", &description),
        ("language", &language),
        ("xmlUrl", &address),
        ("htmlUrl", &page),
    ];
    let filled = attributes.into_iter().filter(|(_, value)| !value.is_empty());
    writer.create_element("outline").with_attributes(filled).write_empty()?;
    Ok(())
}
