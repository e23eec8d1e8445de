//! A streaming parser of sitemaps (sitemaps.org 0.9, Google's news and image extensions) that
//! tolerates faults.
//!
//! It keeps only the fields of the items. Unclosed elements, bare `&` and unusual prefixes lose
//! nothing; the field that a truncated document cuts in two is dropped. Only the predefined
//! entities and those of HTML are resolved.

use super::SitemapError;
use crate::discover::references::{resolve_entity, with_bare_brackets_escaped};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Maximum nesting: a sitemap with all extensions has six levels.
pub(super) const MAX_DEPTH: usize = 64;
/// Maximum number of items per document; the protocol allows half of it.
const MAX_ITEMS: usize = 100_000;
/// Maximum length of a field in bytes; the protocol allows addresses of 2,048 characters.
const MAX_FIELD: usize = 8 << 10;

/// The type of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SitemapForm {
    /// A sitemap index: its items are sitemaps.
    Index,
    /// A sitemap: its items are pages.
    Pages,
}

/// A parsed document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SitemapDocument {
    pub(super) form: SitemapForm,
    pub(super) items: Vec<SitemapItem>,
    /// Whether its end was reached.
    pub(super) is_complete: bool,
}

/// A `url` of a sitemap, or a `sitemap` of an index.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SitemapItem {
    /// `loc`: the address.
    pub(super) address: String,
    /// `lastmod`: the time of the last change.
    pub(super) modified: Option<String>,
    /// `news:title`.
    pub(super) title: Option<String>,
    /// `news:publication_date`.
    pub(super) published: Option<String>,
    /// `news:language`.
    pub(super) language: Option<String>,
    /// The first `image:loc`.
    pub(super) image: Option<String>,
    /// Whether it has the news extension.
    pub(super) is_news: bool,
}

/// Parses a document, or a list of addresses, one per line.
pub(super) fn read(text: &str) -> Result<SitemapDocument, SitemapError> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if text.starts_with('<') { xml(text) } else { lines(text) }
}

fn lines(text: &str) -> Result<SitemapDocument, SitemapError> {
    let is_address = |line: &&str| line.starts_with("http://") || line.starts_with("https://");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let items: Vec<SitemapItem> = lines
        .take_while(is_address)
        .take(MAX_ITEMS)
        .map(|line| SitemapItem { address: line.to_owned(), ..SitemapItem::default() })
        .collect();
    if items.is_empty() {
        return Err(SitemapError::NoText);
    }
    Ok(SitemapDocument { form: SitemapForm::Pages, items, is_complete: true })
}

fn xml(text: &str) -> Result<SitemapDocument, SitemapError> {
    let text = with_bare_brackets_escaped(text);
    let mut reader = Reader::from_str(&text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut reading = SitemapReader::default();
    while reading.items.len() < MAX_ITEMS {
        let before = reader.buffer_position();
        match reader.read_event() {
            Ok(Event::Start(tag)) => reading.open(&tag)?,
            Ok(Event::Empty(tag)) => {
                reading.open(&tag)?;
                reading.close(tag.name().as_ref());
            }
            Ok(Event::End(tag)) => reading.close(tag.name().as_ref()),
            Ok(Event::Text(text)) => reading.text(&text.xml10_content()),
            Ok(Event::CData(text)) => reading.text(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => reading.text(&resolve_entity(&reference)),
            // An internal subset can define entities that expand exponentially or read files.
            Ok(Event::DocType(declaration)) if declaration.contains('[') => {
                return Err(SitemapError::Entities);
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            // A syntax error is skipped; an error that the parser cannot get past ends the
            // document.
            Err(_) if reader.buffer_position() > before => {}
            Err(_) => break,
        }
    }
    reading.done()
}

/// The vocabulary of a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SitemapNamespace {
    Protocol,
    News,
    Image,
    Other,
}

/// A field of an item.
#[derive(Debug, Clone, Copy)]
enum SitemapField {
    Address,
    Modified,
    Title,
    Published,
    Language,
    Image,
}

#[derive(Default)]
struct SitemapReader {
    form: Option<SitemapForm>,
    /// The name of the root element, as written.
    root: String,
    prefixes: Vec<(String, SitemapNamespace)>,
    depth: usize,
    item: Option<SitemapItem>,
    field: Option<SitemapField>,
    text: String,
    items: Vec<SitemapItem>,
    is_complete: bool,
}

impl SitemapReader {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), SitemapError> {
        let written = tag.name().as_ref().to_ascii_lowercase();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(SitemapError::TooDeep);
        }
        let (prefix, name) = written.split_once(':').unwrap_or(("", &written));
        if self.form.is_none() {
            self.form = Some(match name {
                "urlset" => SitemapForm::Pages,
                "sitemapindex" => SitemapForm::Index,
                _ => return Err(SitemapError::Foreign(written)),
            });
            self.prefixes = prefixes(tag);
            self.prefixes.push((prefix.to_owned(), SitemapNamespace::Protocol));
            self.root = written;
            return Ok(());
        }
        let words = self.namespace(prefix);
        // An unclosed field ends where the next element begins.
        self.end_field();
        self.field = match (words, name) {
            (SitemapNamespace::Protocol, "url" | "sitemap") => {
                self.end_item();
                self.item = Some(SitemapItem::default());
                self.depth = 2;
                None
            }
            (SitemapNamespace::Protocol, "loc") => Some(SitemapField::Address),
            (SitemapNamespace::Protocol, "lastmod") => Some(SitemapField::Modified),
            (SitemapNamespace::News, "title") => Some(SitemapField::Title),
            (SitemapNamespace::News, "publication_date") => Some(SitemapField::Published),
            (SitemapNamespace::News, "language") => Some(SitemapField::Language),
            (SitemapNamespace::Image, "loc") => Some(SitemapField::Image),
            _ => None,
        };
        if let Some(item) = self.item.as_mut().filter(|_| words == SitemapNamespace::News) {
            item.is_news = true;
        }
        Ok(())
    }

    fn close(&mut self, written: &str) {
        let written = written.to_ascii_lowercase();
        self.end_field();
        self.depth = self.depth.saturating_sub(1);
        let (prefix, name) = written.split_once(':').unwrap_or(("", &written));
        if matches!(name, "url" | "sitemap") && self.namespace(prefix) == SitemapNamespace::Protocol
        {
            self.end_item();
        }
        self.is_complete |= written == self.root;
    }

    fn text(&mut self, text: &str) {
        if self.field.is_some() && self.text.len() < MAX_FIELD {
            self.text.push_str(text);
        }
    }

    fn namespace(&self, prefix: &str) -> SitemapNamespace {
        let declared = self.prefixes.iter().find(|(declared, _)| declared == prefix);
        declared.map_or_else(|| default_namespace(prefix), |(_, words)| *words)
    }

    fn end_field(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        let (Some(field), Some(item)) = (self.field.take(), self.item.as_mut()) else { return };
        if text.is_empty() || text.len() > MAX_FIELD {
            return;
        }
        let text = text.to_owned();
        match field {
            SitemapField::Address if item.address.is_empty() => item.address = text,
            SitemapField::Address => {}
            SitemapField::Modified => item.modified = Some(text),
            SitemapField::Title => item.title = Some(text),
            SitemapField::Published => item.published = Some(text),
            SitemapField::Language => item.language = Some(text),
            SitemapField::Image => {
                item.image.get_or_insert(text);
            }
        }
    }

    fn end_item(&mut self) {
        self.items.extend(self.item.take().filter(|item| !item.address.is_empty()));
    }

    fn done(mut self) -> Result<SitemapDocument, SitemapError> {
        let form = self.form.ok_or(SitemapError::NoText)?;
        // A truncated field is half an address or half a date.
        self.field = None;
        self.end_item();
        let whole = self.is_complete || self.items.len() >= MAX_ITEMS;
        Ok(SitemapDocument { form, items: self.items, is_complete: whole })
    }
}

/// The prefixes that the root element declares.
fn prefixes(root: &BytesStart<'_>) -> Vec<(String, SitemapNamespace)> {
    const MAX_COUNT: usize = 64;
    let mut attributes = root.html_attributes();
    let attributes = attributes.with_checks(false).flatten().take(MAX_COUNT);
    let declared = attributes.filter_map(|attribute| {
        let name = attribute.key.as_ref().to_ascii_lowercase();
        let prefix = name.strip_prefix("xmlns:")?.to_owned();
        let namespace = attribute.value.to_ascii_lowercase();
        let words = ["sitemap-news", "sitemap-image"]
            .into_iter()
            .zip([SitemapNamespace::News, SitemapNamespace::Image]);
        let words = words.filter(|(name, _)| namespace.contains(name)).map(|(_, words)| words);
        let own = namespace.contains("/schemas/sitemap/").then_some(SitemapNamespace::Protocol);
        Some((prefix, words.chain(own).next().unwrap_or(SitemapNamespace::Other)))
    });
    declared.collect()
}

/// The vocabulary of an undeclared prefix.
fn default_namespace(prefix: &str) -> SitemapNamespace {
    match prefix {
        "" => SitemapNamespace::Protocol,
        "news" => SitemapNamespace::News,
        "image" => SitemapNamespace::Image,
        _ => SitemapNamespace::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the addresses and last changes of a document.
    #[track_caller]
    fn check(text: &str, expected: &[(&str, Option<&str>)]) {
        let document = read(text).unwrap();
        let found: Vec<_> =
            document.items.iter().map(|i| (i.address.as_str(), i.modified.as_deref())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn whatever_state_it_is_in_its_addresses_are_read() {
        let a = ("https://a.example/1?a=1&b=2", Some("2026-11-20"));
        check(
            "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://a.example/1?a=1&amp;b=2</loc><lastmod> 2026-11-20\n</lastmod></url></urlset>",
            &[a],
        );
        // Bare `&`, CDATA, a prefix, unclosed elements, capitals, no namespace.
        check(
            "<urlset><url><loc>https://a.example/1?a=1&b=2</loc><lastmod>2026-11-20",
            &[(a.0, None)],
        );
        check(
            "\u{FEFF}\n<URLSET><URL><LOC><![CDATA[https://a.example/1?a=1&b=2]]></LOC><LASTMOD>2026-11-20</LASTMOD></URL>",
            &[a],
        );
        check(
            "<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'><s:url><s:loc>https://a.example/1?a=1&amp;b=2</s:loc><s:lastmod>2026-11-20</s:lastmod></s:url></s:urlset>",
            &[a],
        );
        check(
            "<urlset><url><loc>https://a.example/1<url><loc>https://a.example/2</urlset>",
            &[("https://a.example/1", None), ("https://a.example/2", None)],
        );
        check(
            "https://a.example/1\r\n\r\n https://a.example/2\n",
            &[("https://a.example/1", None), ("https://a.example/2", None)],
        );
    }

    #[test]
    fn of_a_document_that_breaks_off_what_came_whole_is_kept() {
        let text = "<urlset><url><loc>https://a.example/1</loc></url><url><loc>https://a.example/2</loc></url></urlset>";
        for length in 9..text.len() {
            let (start, _) = text.split_at(length);
            let document = read(start).unwrap();
            assert_eq!(document.items.len(), start.matches("</loc>").count(), "{length}");
            for item in &document.items {
                assert!(item.address.len() == "https://a.example/1".len(), "{length}: {item:?}");
            }
            assert!(!document.is_complete, "{length}");
        }
        assert!(read(text).unwrap().is_complete);
    }

    #[test]
    fn the_extensions_are_read_and_other_peoples_words_are_not() {
        let document = read(
            "<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9' xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'>
             <url><loc>https://a.example/1</loc><image:image><image:loc>https://a.example/1.jpg</image:loc></image:image>
             <n:news><n:publication><n:name>Báo A</n:name><n:language>vi</n:language></n:publication>
             <n:publication_date>2026-11-20T08:00:00+07:00</n:publication_date><n:title>Giáo dục &amp; đào tạo</n:title></n:news>
             <video:video><video:title>Khác</video:title><video:loc>https://a.example/v</video:loc></video:video></url></urlset>",
        );
        let item = SitemapItem {
            address: "https://a.example/1".to_owned(),
            modified: None,
            title: Some("Giáo dục & đào tạo".to_owned()),
            published: Some("2026-11-20T08:00:00+07:00".to_owned()),
            language: Some("vi".to_owned()),
            image: Some("https://a.example/1.jpg".to_owned()),
            is_news: true,
        };
        assert_eq!(document.unwrap().items, [item]);
    }

    #[test]
    fn what_is_no_sitemap_or_built_to_do_harm_is_refused() {
        let check = |text: &str, expected: SitemapError| {
            assert_eq!(read(text).unwrap_err(), expected, "{:.80}", text);
        };
        check("<!DOCTYPE html><html>", SitemapError::Foreign("html".to_owned()));
        check("<rss version='2.0'>", SitemapError::Foreign("rss".to_owned()));
        check("không có gì", SitemapError::NoText);
        check("", SitemapError::NoText);
        let bomb = "<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;'>]><urlset><url><loc>&c;";
        check(bomb, SitemapError::Entities);
        check(&format!("<urlset>{}", "<a>".repeat(20_000)), SitemapError::TooDeep);
        // None of these may take more than linear time.
        for long in ["<", "<!--", "<url b", "</url", "&", "<![CDATA[", "<url>", "<a/>", "&#1;"] {
            let _ = read(&format!("<urlset><url><loc>{}", long.repeat(500_000)));
        }
    }

    #[test]
    fn no_more_is_read_than_the_protocol_allows_twice() {
        let many = "<url><loc>https://a.example/</loc></url>".repeat(MAX_ITEMS + 7);
        let document = read(&format!("<urlset>{many}</urlset>")).unwrap();
        assert_eq!(document.items.len(), MAX_ITEMS);
    }

    proptest::proptest! {
        #[test]
        fn no_document_makes_the_reader_panic(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
            let xml: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
            if let Ok(document) = read(&xml) {
                proptest::prop_assert!(document.items.iter().all(|item| !item.address.is_empty()));
            }
        }
    }

    const PIECES: [&str; 18] = [
        "<urlset>",
        "<urlset xmlns:n='sitemap-news'>",
        "<sitemapindex>",
        "<url>",
        "</url>",
        "<loc>",
        "</loc>",
        "<n:title>",
        "https://a.example/",
        "<",
        ">",
        "&",
        ";",
        "&amp",
        "<![CDATA[",
        "]]>",
        "<!--",
        " ệ ",
    ];
}
