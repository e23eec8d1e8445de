//! Verifies documents strictly before they replace the old ones.
//!
//! The crates that write feeds also accept invalid feeds, so they are not used here. A document is
//! parsed by another parser, with the rules of XML 1.0 and of namespaces that this parser leaves to
//! its caller.

use super::xml_text::is_xml_char;
use super::{Document, HTML, OPML_TYPE, json_feed};
use bantin_core::FeedFormat;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::{NsReader, XmlVersion};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::HashSet;

/// A document that must not be published. The previously published one stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{name} was not published, because {flaw}; the old document stays (this is a bug in bantin: please report it)"
)]
pub struct InvalidDocument {
    /// The document.
    pub name: String,
    /// The flaw.
    pub flaw: DocumentFlaw,
}

/// A flaw of a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFlaw {
    /// It is not UTF-8.
    #[error("byte {0} of it is not UTF-8")]
    NotUtf8(usize),
    /// It contains a character that XML 1.0 (section 2.2) forbids.
    #[error("it contains the character U+{:04X}, which XML forbids", *.0 as u32)]
    Character(char),
    /// It is not well-formed XML 1.0.
    #[error("it is not well-formed at byte {at}: {why}")]
    IllFormed {
        /// The approximate position, in bytes.
        at: u64,
        /// The parser's message.
        why: String,
    },
    /// A prefix is used but not declared (Namespaces in XML 1.0, section 5).
    #[error("the prefix of {0:?} is not declared")]
    UndeclaredPrefix(String),
    /// The root element is not the one of its format.
    #[error("its root element is {found:?}, not {expected:?}")]
    Root {
        /// The name that the format requires.
        expected: &'static str,
        /// The name that was found; empty if there is no element.
        found: String,
    },
    /// It is not a JSON Feed.
    #[error("it is not a JSON Feed: {0}")]
    Json(String),
    /// It is not a complete HTML page.
    #[error("it is not a complete HTML page")]
    Html,
    /// It has no entry.
    #[error("it has no entry")]
    Empty,
}

/// Checks that a document may be published, with a strict parser that is not the one of its writer.
pub fn verify(document: &Document) -> Result<(), InvalidDocument> {
    check_text(document).map_err(|flaw| InvalidDocument { name: document.name.clone(), flaw })
}

fn check_text(document: &Document) -> Result<(), DocumentFlaw> {
    let text =
        std::str::from_utf8(&document.bytes).map_err(|e| DocumentFlaw::NotUtf8(e.valid_up_to()))?;
    if let Some(c) = forbidden(text) {
        return Err(DocumentFlaw::Character(c));
    }
    match document.media_type {
        HTML => html(text),
        OPML_TYPE => xml(text, "opml").map(|_| ()),
        kind if kind == FeedFormat::Json.media_type() => json(text),
        kind if kind == FeedFormat::Atom.media_type() => entries(xml(text, "feed")?.entries),
        _ => entries(xml(text, "rss")?.items),
    }
}

/// The first character that XML forbids.
fn forbidden(text: &str) -> Option<char> {
    /// Bytes that are checked together, without a branch for each.
    const TOGETHER: usize = 4096;
    // The bytes of UTF-8 that begin such a character. Most documents have none of them.
    let may_begin = |byte: u8| {
        let is_written = (byte == b'\t') | (byte == b'\n') | (byte == b'\r');
        ((byte < b' ') & !is_written) | (byte == 0xEF)
    };
    let any = |chunk: &[u8]| chunk.iter().fold(false, |any, byte| any | may_begin(*byte));
    let is_possible = text.as_bytes().chunks(TOGETHER).any(any);
    if is_possible { text.chars().find(|c| !is_xml_char(*c)) } else { None }
}

fn html(text: &str) -> Result<(), DocumentFlaw> {
    let whole = text.starts_with("<!doctype html>") && text.trim_end().ends_with("</html>");
    if whole { Ok(()) } else { Err(DocumentFlaw::Html) }
}

fn json(text: &str) -> Result<(), DocumentFlaw> {
    #[derive(Deserialize)]
    struct Outline {
        version: String,
        items: Vec<IgnoredAny>,
    }
    let outline: Outline =
        serde_json::from_str(text).map_err(|e| DocumentFlaw::Json(e.to_string()))?;
    if outline.version != json_feed::VERSION {
        return Err(DocumentFlaw::Json(format!("its version is {:?}", outline.version)));
    }
    entries(outline.items.len())
}

fn entries(count: usize) -> Result<(), DocumentFlaw> {
    if count == 0 { Err(DocumentFlaw::Empty) } else { Ok(()) }
}

/// The counts of the checked elements.
#[derive(Default)]
struct DocumentCounts {
    entries: usize,
    items: usize,
}

fn xml(text: &str, root: &'static str) -> Result<DocumentCounts, DocumentFlaw> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut count = DocumentCounts::default();
    let mut depth = 0_usize;
    let mut roots = 0_usize;
    loop {
        let at = reader.buffer_position();
        let ill =
            |why: &dyn std::fmt::Display| DocumentFlaw::IllFormed { at, why: why.to_string() };
        let event = reader.read_event().map_err(|e| ill(&e))?;
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                tag(start, &reader).map_err(|e| e.at(at))?;
                if depth == 0 {
                    roots += 1;
                    let found = start.name().as_ref().to_owned();
                    if found != root {
                        return Err(DocumentFlaw::Root { expected: root, found });
                    }
                }
                match start.name().as_ref() {
                    "entry" if depth == 1 => count.entries += 1,
                    "item" if depth == 2 => count.items += 1,
                    _ => {}
                }
                if roots > 1 {
                    return Err(ill(&"a second root element"));
                }
                depth += usize::from(matches!(event, Event::Start(_)));
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(text) if depth == 0 && !text.trim_ascii().is_empty() => {
                return Err(ill(&"text outside of the root element"));
            }
            Event::Text(text) if text.contains("]]>") => {
                return Err(ill(&"a `]]>` in text (XML 1.0, section 2.4)"));
            }
            Event::GeneralRef(reference) if depth > 0 => {
                entity(reference).map_err(|why| ill(&why))?;
            }
            Event::CData(_) | Event::GeneralRef(_) if depth == 0 => {
                return Err(ill(&"text outside of the root element"));
            }
            Event::Decl(_) if at > 0 => {
                return Err(ill(&"an XML declaration that is not at the beginning"));
            }
            Event::DocType(_) => return Err(ill(&"a document type declaration")),
            Event::Eof if depth > 0 => return Err(ill(&"an element without an end tag")),
            Event::Eof if roots == 0 => {
                return Err(DocumentFlaw::Root { expected: root, found: String::new() });
            }
            Event::Eof => return Ok(count),
            _ => {}
        }
    }
}

/// A flaw of a tag, without its position.
enum TagFlaw {
    IllFormed(String),
    Other(DocumentFlaw),
}

impl TagFlaw {
    fn at(self, at: u64) -> DocumentFlaw {
        match self {
            Self::IllFormed(why) => DocumentFlaw::IllFormed { at, why },
            Self::Other(flaw) => flaw,
        }
    }
}

/// Checks names, prefixes and attributes of a start tag, which the parser reads only on demand.
fn tag(start: &BytesStart<'_>, reader: &NsReader<&[u8]>) -> Result<(), TagFlaw> {
    let resolver = reader.resolver();
    let ill = |why: String| Err(TagFlaw::IllFormed(why));
    let undeclared =
        |name: &str| Err(TagFlaw::Other(DocumentFlaw::UndeclaredPrefix(name.to_owned())));
    let name = start.name();
    if !is_name(name.as_ref()) {
        return ill(format!("{:?} is not a valid name", name.as_ref()));
    }
    if let ResolveResult::Unknown(_) = resolver.resolve_element(name).0 {
        return undeclared(name.as_ref());
    }
    let mut known = HashSet::new();
    // The parser itself rejects an attribute that is repeated under one prefix.
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| TagFlaw::IllFormed(e.to_string()))?;
        let name = attribute.key;
        if !is_name(name.as_ref()) {
            return ill(format!("{:?} is not a valid name", name.as_ref()));
        }
        let (namespace, local) = resolver.resolve_attribute(name);
        if let ResolveResult::Unknown(_) = namespace {
            return undeclared(name.as_ref());
        }
        if !known.insert((format!("{namespace:?}"), local.as_ref().to_owned())) {
            return ill(format!("the attribute {:?} occurs twice", name.as_ref()));
        }
        if attribute.value.contains('<') {
            return ill(format!("the value of {:?} contains a `<`", name.as_ref()));
        }
        // The parser can be compiled with the HTML entities, which a feed must not use.
        let value = attribute.normalized_value_with(
            XmlVersion::Implicit1_0,
            1,
            quick_xml::escape::resolve_xml_entity,
        );
        let value = value.map_err(|e| TagFlaw::IllFormed(e.to_string()))?;
        if let Some(c) = value.chars().find(|c| !is_xml_char(*c)) {
            return Err(TagFlaw::Other(DocumentFlaw::Character(c)));
        }
    }
    Ok(())
}

/// Accepts only the five predefined entities, and references to legal characters.
fn entity(reference: &BytesRef<'_>) -> Result<(), String> {
    match reference.resolve_char_ref() {
        Ok(Some(c)) if is_xml_char(c) => Ok(()),
        Ok(Some(c)) => Err(format!("a reference to U+{:04X}", c as u32)),
        Ok(None) if matches!(&**reference, "amp" | "lt" | "gt" | "quot" | "apos") => Ok(()),
        Ok(None) => Err(format!("&{};, which is not declared", &**reference)),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether a text is a qualified name of letters, digits, `-`, `_` and `.`: less than XML allows,
/// and all that feeds use.
fn is_name(name: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    match name.split_once(':') {
        Some((prefix, local)) => part(prefix) && part(local),
        None => part(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(media_type: &'static str, content: &str, expected: Option<&str>) {
        let document =
            Document { name: "thu".to_owned(), media_type, bytes: content.as_bytes().to_vec() };
        let found = verify(&document).err().map(|unfit| unfit.flaw.to_string());
        match (found, expected) {
            (None, None) => {}
            (Some(found), Some(expected)) if found.contains(expected) => {}
            (found, _) => panic!("{content:?} gives {found:?}, not {expected:?}"),
        }
    }

    #[track_caller]
    fn check_atom(inside: &str, expected: Option<&str>) {
        let content =
            format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry/>{inside}</feed>");
        check("application/atom+xml", &content, expected);
    }

    #[test]
    fn what_other_readers_take_passes() {
        check_atom("", None);
        check_atom("<a>&amp;&lt;&gt;&quot;&apos;&#7855;&#x1EAF;<![CDATA[<&]]></a>", None);
        check_atom("<m:a xmlns:m='http://m' m:b='1' b='2' xml:lang='vi'/><!-- x -->", None);
        check("application/atom+xml", "<?xml version=\"1.0\"?>\n<feed><entry/></feed>\n", None);
        check("application/rss+xml", "<rss><channel><item/></channel></rss>", None);
        check("text/x-opml", "<opml><body/></opml>", None);
    }

    #[test]
    fn what_other_readers_refuse_does_not() {
        check_atom("<a>\u{B}</a>", Some("U+000B"));
        check_atom("<a>\u{FFFE}</a>", Some("U+FFFE"));
        check_atom("<a>&#xB;</a>", Some("U+000B"));
        check_atom("<a b='&#0;'/>", Some("not well-formed"));
        check_atom("<a b='&#x1F;'/>", Some("U+001F"));
        check_atom("<a>&nbsp;</a>", Some("&nbsp;"));
        check_atom("<a b='&nbsp;'/>", Some("nbsp"));
        check_atom("<a>một & hai</a>", Some("not well-formed"));
        check_atom("<a b='?x=1&y=2'/>", Some("not well-formed"));
        check_atom("<a b='x<y'/>", Some("contains a `<`"));
        check_atom("<a b='1' b='2'/>", Some("not well-formed"));
        check_atom("<m:a xmlns:m='u' xmlns:n='u' m:b='1' n:b='2'/>", Some("twice"));
        check_atom("<a b=1/>", Some("not well-formed"));
        check_atom("<a>]]></a>", Some("]]>"));
        check_atom("<m:a/>", Some("prefix"));
        check_atom("<a m:b='1'/>", Some("prefix"));
        check_atom("<a></b>", Some("not well-formed"));
        check_atom("<a>", Some("not well-formed"));
        check_atom("<1/>", Some("not a valid name"));
        check_atom("<!-- a -- b -->", Some("not well-formed"));
        check_atom("<?xml version=\"1.0\"?>", Some("not at the beginning"));
        check("application/atom+xml", "<feed><entry/></feed><feed/>", Some("second root"));
        check("application/atom+xml", "<feed><entry/></feed>x", Some("outside"));
        check("application/atom+xml", "<!DOCTYPE feed><feed/>", Some("document type"));
        check("application/atom+xml", "<rss/>", Some("root element"));
        check("application/atom+xml", "", Some("root element"));
    }

    #[test]
    fn a_feed_without_an_entry_is_never_published() {
        check("application/atom+xml", "<feed/>", Some("no entry"));
        check("application/rss+xml", "<rss><channel/></rss>", Some("no entry"));
        let empty = r#"{"version":"https://jsonfeed.org/version/1.1","items":[]}"#;
        check("application/feed+json", empty, Some("no entry"));
    }

    #[test]
    fn json_and_html_are_looked_at_too() {
        check("application/feed+json", "{", Some("not a JSON Feed"));
        check("application/feed+json", r#"{"version":"1","items":[1]}"#, Some("version"));
        check("text/html", "<!doctype html><html></html>\n", None);
        check("text/html", "<!doctype html><html>", Some("HTML"));
        check("text/html", "", Some("HTML"));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        let bytes = b"<feed>\xFF</feed>".to_vec();
        let document =
            Document { name: "x.atom".to_owned(), media_type: "application/atom+xml", bytes };
        assert_eq!(verify(&document).unwrap_err().flaw, DocumentFlaw::NotUtf8(6));
    }
}
