//! A fault-tolerant parser of foreign XML (XML 1.0 with namespaces) into a tree.
//!
//! Agencies' feeds contain bare `&` and `<`, unquoted attributes, unclosed tags and HTML entities,
//! and end where the connection broke. None of these loses more than the affected spot. Documents
//! built to exhaust a parser are rejected: depth and number of elements are bounded, and only the
//! predefined entities and those of HTML are resolved.

use super::{FeedError, MAX_ITEMS};
use crate::discover::references::{resolve_entity, unescaped};
use bantin_page::parsed_size::ParsedSize;
use quick_xml::Reader;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;
use std::borrow::Cow;

/// Maximum nesting: more than that of any page embedded in a feed, and small enough for recursive
/// functions.
pub(super) const MAX_DEPTH: usize = 256;
/// Maximum number of elements: a feed of 500 full articles in XHTML has a tenth.
pub(super) const MAX_ELEMENTS: usize = 250_000;
/// The memory of an element or text, of the first children of an element, and of an attribute.
const NODE: usize = size_of::<XmlNode<'_>>();
const FIRST_CHILDREN: usize = 4 * NODE;
const ATTRIBUTE: usize = 80;
/// Maximum number of attributes kept per tag, and of namespaces declared at once.
const MAX_ATTRIBUTES: usize = 64;

/// Elements without an end tag (HTML, section 13.1.2).
const VOID: [&str; 7] = ["br", "col", "embed", "hr", "img", "source", "wbr"];

/// The root elements of feeds.
const ROOTS: [&str; 4] = ["rss", "rdf:rdf", "channel", "feed"];

/// Namespaces and the prefixes that are used for them here. The formats' own namespaces, and XHTML,
/// have no prefix.
const NAMESPACES: [(&str, &str); 18] = [
    ("http://www.w3.org/2005/Atom", "atom"),
    ("http://purl.org/atom/ns#", "atom"),
    ("http://purl.org/rss/1.0/", ""),
    ("http://my.netscape.com/rdf/simple/0.9/", ""),
    ("http://channel.netscape.com/rdf/simple/0.9/", ""),
    ("http://backend.userland.com/rss2", ""),
    ("http://blogs.law.harvard.edu/tech/rss", ""),
    ("http://www.w3.org/1999/xhtml", ""),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://purl.org/dc/elements/1.0/", "dc"),
    ("http://purl.org/dc/terms/", "dcterms"),
    ("http://purl.org/rss/1.0/modules/content/", "content"),
    ("http://search.yahoo.com/mrss/", "media"),
    ("http://search.yahoo.com/mrss", "media"),
    ("http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes"),
    ("http://rssnamespace.org/feedburner/ext/1.0", "feedburner"),
    ("http://www.w3.org/XML/1998/namespace", "xml"),
];

/// An element. Text that needs no unescaping is borrowed from the document.
#[derive(Debug, Default)]
pub(super) struct XmlElement<'t> {
    /// The name in lower case: `title`, `dc:date`, `atom:link`.
    pub(super) name: Cow<'t, str>,
    /// The attributes; names are in lower case, as written.
    attributes: Vec<(Cow<'t, str>, Cow<'t, str>)>,
    children: Vec<XmlNode<'t>>,
    /// Its position in the document, in bytes.
    pub(super) start: usize,
    /// Whether it was closed before the end of the document. Elements that the end of the document
    /// cuts off are incomplete.
    pub(super) is_complete: bool,
}

#[derive(Debug)]
enum XmlNode<'t> {
    Element(XmlElement<'t>),
    Text(Cow<'t, str>),
}

impl<'t> XmlElement<'t> {
    /// The value of an attribute, without surrounding white space; `None` if that is empty.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(written, _)| written == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// The child elements.
    pub(super) fn children(&self) -> impl Iterator<Item = &XmlElement<'t>> {
        self.children.iter().filter_map(|node| match node {
            XmlNode::Element(element) => Some(element),
            XmlNode::Text(_) => None,
        })
    }

    /// The child elements with a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a XmlElement<'t>> {
        self.children().filter(move |child| child.name == name)
    }

    /// The first feed inside, as in a web page that contains one. In the order of the document.
    pub(super) fn feed(&self) -> Option<&Self> {
        if ROOTS.contains(&&*self.name) {
            return Some(self);
        }
        self.children().find_map(Self::feed)
    }

    /// The text of the first child with this name that has any.
    pub(super) fn text_of(&self, name: &str) -> Option<String> {
        self.all(name).find_map(XmlElement::text)
    }

    /// The text inside, without surrounding white space; `None` if that is empty.
    pub(super) fn text(&self) -> Option<String> {
        if let [XmlNode::Text(text)] = self.children.as_slice() {
            let trimmed = text.trim();
            return (!trimmed.is_empty()).then(|| trimmed.to_owned());
        }
        let mut text = String::new();
        self.collect_text(&mut text);
        let trimmed = text.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }

    fn collect_text(&self, text: &mut String) {
        for node in &self.children {
            match node {
                XmlNode::Text(piece) => text.push_str(piece),
                XmlNode::Element(element) => element.collect_text(text),
            }
        }
    }

    /// The content as HTML: the text if there are no child elements, since that is escaped HTML;
    /// else the elements, serialized as HTML.
    pub(super) fn html(&self) -> Option<String> {
        if self.children().next().is_none() {
            return self.text();
        }
        let mut html = String::new();
        self.collect_html(&mut html);
        (!html.trim().is_empty()).then_some(html)
    }

    fn collect_html(&self, html: &mut String) {
        for node in &self.children {
            match node {
                XmlNode::Text(text) => html.push_str(&quick_xml::escape::partial_escape(&**text)),
                XmlNode::Element(element) => {
                    let name = element.name.rsplit(':').next().unwrap_or_default();
                    html.push('<');
                    html.push_str(name);
                    for (name, value) in &element.attributes {
                        let value = quick_xml::escape::escape(&**value);
                        html.push_str(&format!(" {name}=\"{value}\""));
                    }
                    html.push('>');
                    if !VOID.contains(&name) {
                        element.collect_html(html);
                        html.push_str(&format!("</{name}>"));
                    }
                }
            }
        }
    }
}

/// Parses a document without bare `<` ([`with_bare_brackets_escaped`]), up to the end of its root
/// element.
///
/// Output of a broken script before the feed is skipped. If no root element is that of a feed, the
/// first one is returned.
pub(super) fn parse(text: &str) -> Result<XmlElement<'_>, FeedError> {
    parse_items(text, None)
}

/// What is done with an item of a stream, and with the values of `xml:base` around it, the outermost
/// first.
pub(super) type ItemSink<'s> = &'s mut dyn FnMut(&XmlElement<'_>, &[String]);

/// Like [`parse`], but with a sink each complete item is passed to it, and is not in the tree: so a
/// large feed is never in memory as a whole.
pub(super) fn parse_items<'t>(
    text: &'t str,
    mut sink: Option<ItemSink<'_>>,
) -> Result<XmlElement<'t>, FeedError> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut builder = XmlTreeBuilder::new(text.len());
    builder.is_stream = sink.is_some();
    let mut other = None;
    loop {
        let before = reader.buffer_position();
        match reader.read_event() {
            Ok(event @ (Event::Start(_) | Event::Empty(_))) => {
                let (length, is_empty) = match &event {
                    Event::Start(tag) => (tag.len(), false),
                    Event::Empty(tag) => (tag.len(), true),
                    _ => continue,
                };
                let start = usize::try_from(before).unwrap_or(text.len());
                match builder.open(tag_at(text, start, length), start) {
                    // No reader needs that many; the items so far are as good as those of a shorter
                    // feed.
                    Err(FeedError::TooMany) if builder.has_items => break,
                    opened => opened?,
                }
                if is_empty {
                    builder.close_innermost();
                }
            }
            Ok(Event::End(tag)) => builder.close(tag.name().as_ref()),
            Ok(Event::Text(text)) => builder.text(text.xml10_content()),
            Ok(Event::CData(text)) => builder.text(text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => builder.text(resolve_entity(&reference)),
            // An internal subset can define entities that expand exponentially or read files. No
            // agency's feed has one.
            Ok(Event::DocType(declaration)) if declaration.contains('[') => {
                return Err(FeedError::Entities);
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            // A syntax error is skipped; an error that the parser cannot get past ends the
            // document.
            Err(_) if reader.buffer_position() > before => {}
            Err(_) => break,
        }
        if let (Some(sink), Some(item)) = (&mut sink, builder.item.take()) {
            sink(&item, &builder.bases());
            (builder.elements, builder.size) = (0, ParsedSize::of(text.len()));
        }
        match builder.root.take() {
            Some(root) if ROOTS.contains(&&*root.name) => return Ok(root),
            Some(root) => other = other.or(Some(root)),
            None => {}
        }
    }
    match (builder.cut_off(), other) {
        (Some(root), _) if ROOTS.contains(&&*root.name) => Ok(root),
        (root, other) => other.or(root).ok_or(FeedError::NoXml),
    }
}

/// The text between the brackets of the tag at `start`.
fn tag_at(text: &str, start: usize, length: usize) -> &str {
    let start = start.saturating_add(1);
    text.get(start..start.saturating_add(length)).unwrap_or_default()
}

/// Builds the tree.
struct XmlTreeBuilder<'t> {
    /// The open elements, each with its name as written, in lower case.
    open: Vec<(Cow<'t, str>, XmlElement<'t>)>,
    /// Declared prefixes: the depth of the element, the prefix, and the prefix used here.
    declared: Vec<(usize, Cow<'t, str>, &'static str)>,
    /// The prefix of the root's namespace (`atom`), if that is a format's own: it is dropped.
    root_prefix: &'static str,
    elements: usize,
    items: usize,
    size: ParsedSize,
    /// Whether an item is complete.
    has_items: bool,
    root: Option<XmlElement<'t>>,
    /// Whether items are handed out.
    is_stream: bool,
    /// The item that was completed last, if they are.
    item: Option<XmlElement<'t>>,
}

impl<'t> XmlTreeBuilder<'t> {
    /// A builder for a document of this length.
    fn new(length: usize) -> Self {
        Self {
            open: Vec::new(),
            declared: Vec::new(),
            root_prefix: "",
            elements: 0,
            items: 0,
            size: ParsedSize::of(length),
            has_items: false,
            root: None,
            is_stream: false,
            item: None,
        }
    }

    /// The values of `xml:base` of the open elements.
    fn bases(&self) -> Vec<String> {
        let bases = self.open.iter().filter_map(|(_, element)| element.attribute("xml:base"));
        bases.map(str::to_owned).collect()
    }

    fn open(&mut self, tag: &'t str, start: usize) -> Result<(), FeedError> {
        self.elements += 1;
        if self.open.len() >= MAX_DEPTH {
            return Err(FeedError::TooDeep);
        }
        let end = tag.find(|c: char| c.is_ascii_whitespace()).unwrap_or(tag.len());
        let written = lower(tag.get(..end).unwrap_or_default());
        self.items += usize::from(is_item(&written));
        let is_too_much = self.elements > MAX_ELEMENTS || self.items > MAX_ITEMS;
        if is_too_much || self.size.is_exceeded(0) {
            return Err(FeedError::TooMany);
        }
        // An item inside an item means that the first one was not closed; inside another element,
        // that this one was not, or that it only groups items.
        if is_item(&written) {
            self.close(&written);
            self.close_up_to_list();
        }
        // No title contains these fields of an item.
        if matches!(&*written, "link" | "guid" | "pubdate" | "description" | "updated" | "id")
            && self.open.last().is_some_and(|(open, _)| open == "title")
        {
            self.close_innermost();
        }
        // A void element before the feed, such as a `<br>` in a program's output, is complete.
        if let [(open, _)] = self.open.as_slice()
            && VOID.contains(&&**open)
        {
            self.close_innermost();
        }
        let depth = self.open.len();
        let mut attributes = Vec::new();
        let mut written_attributes = Attributes::html(tag, end);
        written_attributes.with_checks(false);
        for attribute in written_attributes.flatten().take(MAX_ATTRIBUTES) {
            let name = lower(attribute.key.into_inner());
            let value = match attribute.value {
                Cow::Borrowed(value) => unescaped(value),
                Cow::Owned(value) => Cow::Owned(unescaped(&value).into_owned()),
            };
            if let Some(prefix) = name.strip_prefix("xmlns") {
                let prefix = prefix.strip_prefix(':').unwrap_or(prefix);
                let known =
                    NAMESPACES.iter().find(|(uri, _)| uri.eq_ignore_ascii_case(value.trim()));
                if let Some((_, here)) = known
                    && self.declared.len() < MAX_ATTRIBUTES
                {
                    self.declared.push((depth, Cow::Owned(prefix.to_owned()), here));
                }
            } else {
                attributes.push((name, value));
            }
        }
        self.size.add(attributes.len() * ATTRIBUTE);
        let name = self.name(&written);
        self.open.push((written, XmlElement { name, attributes, start, ..XmlElement::default() }));
        Ok(())
    }

    /// The normalized form of a name as written. A prefix that is undeclared, or declared for an
    /// unknown namespace, is kept.
    fn name(&mut self, written: &Cow<'t, str>) -> Cow<'t, str> {
        let (before, local) = written.split_once(':').unwrap_or(("", written));
        let declared = self.declared.iter().rev().find(|(_, declared, _)| declared == before);
        let prefix = declared.map_or(before, |(_, _, here)| here);
        if self.open.is_empty() && prefix == "atom" {
            self.root_prefix = "atom";
        }
        if prefix.is_empty() || prefix == self.root_prefix {
            match written {
                Cow::Borrowed(written) => {
                    Cow::Borrowed(written.split_once(':').map_or(*written, |(_, local)| local))
                }
                Cow::Owned(_) => Cow::Owned(local.to_owned()),
            }
        } else if prefix == before {
            written.clone()
        } else {
            Cow::Owned(format!("{prefix}:{local}"))
        }
    }

    /// Closes the innermost element with this name as written, and everything inside it. An end tag
    /// without an open element is ignored.
    fn close(&mut self, written: &str) {
        let is = |(open, _): &(Cow<'_, str>, XmlElement<'_>)| open.eq_ignore_ascii_case(written);
        if let Some(place) = self.open.iter().rposition(is) {
            while self.open.len() > place {
                self.close_innermost();
            }
        }
    }

    /// Closes the elements around an item, up to the one that lists items.
    fn close_up_to_list(&mut self) {
        if let Some(place) = self.open.iter().rposition(is_list) {
            while self.open.len() > place + 1 {
                self.close_innermost();
            }
        }
    }

    fn close_innermost(&mut self) {
        let Some((written, mut element)) = self.open.pop() else { return };
        element.is_complete = true;
        self.has_items |= is_item(&written);
        let is_listed = self.open.last().is_some_and(is_list);
        if self.is_stream && is_listed && is_item(&written) {
            self.end_declarations();
            self.item = Some(element);
        } else {
            self.attach(element);
        }
    }

    /// Forgets the prefixes that closed elements declared.
    fn end_declarations(&mut self) {
        while self.declared.last().is_some_and(|(depth, ..)| *depth >= self.open.len()) {
            self.declared.pop();
        }
    }

    fn attach(&mut self, element: XmlElement<'t>) {
        self.end_declarations();
        match self.open.last_mut() {
            Some((_, parent)) => {
                let is_first = parent.children.len() < 2;
                self.size.add(if is_first { FIRST_CHILDREN } else { NODE });
                parent.children.push(XmlNode::Element(element));
            }
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, piece: Cow<'t, str>) {
        let Some((_, element)) = self.open.last_mut() else { return };
        if let Some(XmlNode::Text(text)) = element.children.last_mut() {
            self.size.add(piece.len());
            text.to_mut().push_str(&piece);
        } else if !is_container(&element.name) || piece.contains(|c: char| !c.is_whitespace()) {
            self.size.add(NODE);
            // Most elements contain a single text.
            element.children.reserve_exact(usize::from(element.children.is_empty()));
            element.children.push(XmlNode::Text(piece));
        }
    }

    /// The root of a truncated document.
    fn cut_off(mut self) -> Option<XmlElement<'t>> {
        while let Some((_, element)) = self.open.pop() {
            self.attach(element);
        }
        self.root
    }
}

/// Whether an open element lists items.
fn is_list((_, element): &(Cow<'_, str>, XmlElement<'_>)) -> bool {
    ROOTS.contains(&&*element.name) || element.name == "items"
}

/// Whether a name as written is that of an item.
fn is_item(written: &str) -> bool {
    matches!(written.rsplit(':').next(), Some("item" | "entry"))
}

/// Whether an element contains only elements: white space between them is ignored.
fn is_container(name: &str) -> bool {
    is_item(name) || ROOTS.contains(&name)
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::references::with_bare_brackets_escaped;

    /// Compares the content of the root, as HTML.
    #[track_caller]
    fn check(xml: &str, expected: &str) {
        let xml = with_bare_brackets_escaped(xml);
        let root = parse(&xml).unwrap();
        assert_eq!(root.html().unwrap_or_default(), expected, "{xml}");
    }

    #[test]
    fn text_comes_through_however_it_is_escaped() {
        check("<a>Giáo dục & đào tạo</a>", "Giáo dục & đào tạo");
        check("<a>A&amp;B &#272;&#x1EC7; &nbsp;&eacute;</a>", "A&B Đệ \u{A0}é");
        check("<a>lãi suất < 5 % & > 3</a>", "lãi suất < 5 % & > 3");
        check("<a><![CDATA[<p>a < b</p>]]> c</a>", "<p>a < b</p> c");
        check("<a>&chua-biet; &#0;</a>", "&chua-biet;");
        check("<a><!-- < --><![CDATA[ < ]]></a>", "<");
        check("< <a>một</a>", "một");
    }

    #[test]
    fn elements_inside_a_text_are_written_as_html() {
        check(
            "<a>một <B class=x>hai</B><br/> &lt;ba&gt;</a>",
            "một <b class=\"x\">hai</b><br> &lt;ba&gt;",
        );
        check(
            "<a><div xmlns='http://www.w3.org/1999/xhtml'><p>một<p>hai</div></a>",
            "<div><p>một<p>hai</p></p></div>",
        );
        check("<a>một</b> hai</a>", "một hai");
    }

    #[test]
    fn a_document_that_builds_up_is_refused() {
        let deep = |levels: usize| parse(&"<a>".repeat(levels)).map(|_| ());
        assert_eq!(deep(MAX_DEPTH), Ok(()));
        assert_eq!(deep(100_000), Err(FeedError::TooDeep));
        let flat = format!("<a>{}", "<b/>".repeat(MAX_ELEMENTS));
        assert_eq!(parse(&flat).map(|_| ()), Err(FeedError::TooMany));
        let bomb = "<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;'>]><a>&c;</a>";
        assert_eq!(parse(bomb).map(|_| ()), Err(FeedError::Entities));
        assert_eq!(parse("không có gì").map(|_| ()), Err(FeedError::NoXml));
        // None of these may take more than linear time.
        for long in ["<", "<!--", "<a b", "</a", "&", "<![CDATA[", "<a xmlns:b='c'/>"] {
            let _ = parse(&with_bare_brackets_escaped(&format!("<a>{}", long.repeat(100_000))));
        }
    }

    #[test]
    fn numbers_stand_for_what_browsers_show() {
        check("<a>2023 &#150; &#x96; &#146;&#8211;</a>", "2023 – – ’–");
        check("<a>a&#0;&#xFFFE;&#xD800;&#1;&#129;b&#X41;&#x1F600;</a>", "abA😀");
        check("<a>&apos;&quot;&hellip;&Eacute;</a>", "'\"…É");
        check("<a b='&#65;&nbsp;&x;'><c d=\"&#65;&lt;&x;\"/></a>", "<c d=\"A&lt;&amp;x;\"></c>");
    }

    #[test]
    fn what_stands_before_the_root_of_a_feed_is_passed_over() {
        let root = |xml: &str| {
            let xml = with_bare_brackets_escaped(xml);
            parse(&xml).map(|root| root.name.into_owned())
        };
        let warning = "<br />\n<b>Warning</b>: x in <b>/a.php</b> on line <b>3</b><br />";
        assert_eq!(root(&format!("{warning}<?xml version='1.0'?><rss></rss>")).unwrap(), "rss");
        assert_eq!(root("<br><?xml version='1.0'?><?xml version='1.0'?><rss>").unwrap(), "rss");
        assert_eq!(root("<html></html><p></p>").unwrap(), "html");
        assert_eq!(root("<html><p>").unwrap(), "html");
    }

    #[test]
    fn a_feed_that_goes_on_for_ever_keeps_its_items() {
        let items = format!("<rss><item><title/></item>{}", "<b/>".repeat(MAX_ELEMENTS));
        assert_eq!(parse(&items).unwrap().all("item").count(), 1);
    }

    proptest::proptest! {
        #[test]
        fn no_document_makes_the_reader_panic(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
            let xml: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
            let xml = with_bare_brackets_escaped(&xml);
            if let Ok(root) = parse(&xml) {
                let _ = (root.text(), root.html());
            }
        }
    }

    const PIECES: [&str; 20] = [
        "<rss>",
        "<item>",
        "</item>",
        "</rss>",
        "<a b=c d='",
        "'>",
        "<",
        ">",
        "&",
        ";",
        "&#x;",
        "&amp",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<?",
        "<!DOCTYPE",
        "ệ",
        " xmlns:ệ='x' ",
    ];
}
