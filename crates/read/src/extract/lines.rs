//! Splits a page into the lines that a reader sees. Each line keeps its text nodes, so that it can
//! be judged by its text and cut from the tree.

use super::line_breaks::{is_icon, is_in_headline, lays_out, stands_apart};
use super::outside_body;
use bantin_page::{dom, plain};
use ego_tree::{NodeId, NodeRef, iter::Edge};
use scraper::node::Element;
use scraper::{Html, Node};
use std::collections::HashMap;
use std::ops::Range;

/// A line of a page or of a body.
#[derive(Debug, Clone, Default)]
pub(super) struct TextLine {
    /// The text, as [`plain::line`] normalizes it.
    pub(super) text: String,
    /// The text nodes of the line.
    pub(super) nodes: Vec<NodeId>,
    /// The number of its characters inside links.
    pub(super) linked: usize,
    /// Whether all of it is bold or italic.
    pub(super) emphasised: bool,
    /// The number of its characters, without blanks, that are neither.
    pub(super) plain: usize,
    /// Whether it is aligned to the right.
    pub(super) is_right_aligned: bool,
    /// Whether all of it is bold and centred, like the title of an article on old pages.
    pub(super) looks_like_title: bool,
    /// Whether all of it has large letters.
    pub(super) is_large: bool,
    /// Whether it is the caption of a picture.
    pub(super) caption: bool,
    /// Whether it links to a document or a person: a file, a download, a numbered decision, an
    /// e-mail address.
    pub(super) links_to_document_or_contact: bool,
    /// Whether it is in an entry of a list.
    pub(super) item: bool,
    /// Whether it is the term of a list of terms and values, or the head of a row.
    pub(super) term: bool,
    /// Whether it is a table row of several cells.
    pub(super) row: bool,
    /// Whether it is such a row, with words in a cell without a link.
    pub(super) has_data: bool,
    /// Whether it counts as text although it is short, because the page has no longer text.
    pub(super) counts_as_text: bool,
    /// Whether it is a heading, `h1` to `h6`.
    pub(super) heading: bool,
    /// The level of the heading, 1 to 6; 0 for other lines.
    pub(super) level: u8,
    /// Whether readers do not see it: it is for screen readers, or hidden from them as decoration.
    pub(super) is_unseen: bool,
}

impl TextLine {
    /// Its length in characters.
    pub(super) fn length(&self) -> usize {
        self.text.chars().count()
    }

    /// Its text nodes in the tree that it was read from.
    pub(super) fn nodes_in<'a>(
        &'a self,
        tree: &'a Html,
    ) -> impl Iterator<Item = NodeRef<'a, Node>> {
        self.nodes.iter().filter_map(|id| tree.tree.get(*id))
    }

    /// The texts of these nodes.
    pub(super) fn texts_in<'a>(&'a self, tree: &'a Html) -> impl Iterator<Item = &'a str> {
        self.nodes_in(tree).filter_map(|node| Some(&*node.value().as_text()?.text))
    }

    /// Whether it consists mostly of links.
    pub(super) fn is_linked(&self) -> bool {
        self.linked * 10 >= self.length() * 6
    }

    /// Whether it is a written-out URL, which is meant to be read.
    pub(super) fn is_address(&self) -> bool {
        ["http://", "https://", "www."].iter().any(|scheme| self.text.starts_with(scheme))
    }

    /// Whether its link has a label with a colon before it: `Bước 1: …`.
    fn has_label(&self) -> bool {
        let Some((before, behind)) = self.text.split_once(':') else { return false };
        let is_clock = behind.starts_with(|c: char| c.is_ascii_digit());
        !is_clock && self.linked + before.chars().count() < self.length()
    }

    /// Whether it is a link to another page, with at most a date next to it. A link to a document
    /// does not count.
    pub(super) fn leads_away(&self) -> bool {
        self.linked > 0
            && !self.has_data
            && self.length().saturating_sub(self.linked) <= 25
            && !self.links_to_document_or_contact
            && !self.is_address()
            && !self.has_label()
    }
}

/// Elements whose text is invisible.
const UNREAD: [&str; 15] = [
    "audio", "head", "iframe", "marquee", "mat-icon", "noscript", "object", "script", "select",
    "style", "svg", "template", "textarea", "title", "video",
];

/// Classes that themes give to texts for screen readers.
const UNSEEN: [&str; 15] = [
    "aural",
    "ck-voice-label",
    "sr-only",
    "sr-only-focusable",
    "visually-hidden",
    "visuallyhidden",
    "visually-hidden-focusable",
    "screen-reader-text",
    "screen-reader-only",
    "screenreader",
    "element-invisible",
    "hidden-accessible",
    "a11y-hidden",
    "assistive-text",
    "offscreen",
];

/// The formatting of the text inside the open elements.
#[derive(Clone, Copy, Default)]
struct OpenElements {
    unread: bool,
    link: bool,
    file: bool,
    emphasis: bool,
    right: bool,
    bold: bool,
    centre: bool,
    large: bool,
    caption: bool,
    item: bool,
    term: bool,
    level: u8,
    unseen: bool,
}

impl OpenElements {
    /// The formatting inside one more element.
    fn within(self, node: NodeRef<'_, Node>, element: &Element) -> Self {
        let name = element.name();
        // The head of a whole table.
        let is_head = name == "th" && element.attr("colspan").is_some();
        let mut inside = Self {
            unread: self.unread || UNREAD.contains(&name),
            link: self.link || name == "a",
            emphasis: self.emphasis || matches!(name, "b" | "strong" | "i" | "em"),
            bold: self.bold || is_head || matches!(name, "b" | "strong"),
            centre: self.centre || is_head || name == "center",
            large: self.large || is_large_font(element),
            caption: self.caption || dom::is_caption(node),
            item: self.item || name == "li",
            term: matches!(name, "dt" | "th") || self.term && !dom::is_block(name),
            level: heading_level(name).unwrap_or(self.level),
            ..self
        };
        for (attribute, value) in element.attrs() {
            match attribute {
                "href" if name == "a" => inside.file |= outside_body::leads_to_file(value),
                "align" => inside.set_to(value),
                "aria-hidden" => inside.unseen |= value.trim().eq_ignore_ascii_case("true"),
                "class" => {
                    inside.unread |= dom::shows_icon(value);
                    for class in value.split_ascii_whitespace() {
                        inside.set_to(class.strip_prefix("text-").unwrap_or_default());
                        inside.right |=
                            matches!(class, "text-end" | "has-text-align-right" | "align-right");
                        inside.unseen |= UNSEEN.contains(&class);
                    }
                }
                "role" if value.trim().eq_ignore_ascii_case("heading") => {
                    let level = element.attr("aria-level").and_then(|level| level.parse().ok());
                    inside.level = level.filter(|level| (1..=6).contains(level)).unwrap_or(2);
                }
                "style" => inside.styled(value),
                _ => {}
            }
        }
        inside
    }

    fn set_to(&mut self, side: &str) {
        self.right |= side.eq_ignore_ascii_case("right");
        self.centre |= side.eq_ignore_ascii_case("center");
    }

    fn styled(&mut self, style: &str) {
        const BOLD: [&str; 5] = ["bold", "600", "700", "800", "900"];
        for declaration in style.split(';') {
            let Some((property, value)) = declaration.split_once(':') else { continue };
            let (property, value) = (property.trim(), value.trim());
            if property.eq_ignore_ascii_case("text-align") {
                let end = value.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(value.len());
                self.set_to(value.get(..end).unwrap_or_default());
            } else if property.eq_ignore_ascii_case("font-weight") {
                let value = value.to_ascii_lowercase();
                self.bold |= BOLD.iter().any(|bold| value.starts_with(bold));
            }
        }
    }
}

/// Whether an element sets its text in large letters, as old pages do for their titles.
pub(super) fn is_large_font(element: &Element) -> bool {
    const LARGE: [&str; 8] = ["4", "5", "6", "7", "+1", "+2", "+3", "+4"];
    element.name() == "font"
        && element.attr("size").is_some_and(|size| LARGE.contains(&size.trim()))
}

/// The level of a heading element. The legend of a box is its heading.
pub(super) fn heading_level(name: &str) -> Option<u8> {
    if name == "legend" {
        return Some(3);
    }
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// The lines below a node.
pub(super) fn lines(root: NodeRef<'_, Node>) -> Vec<TextLine> {
    let mut lines = Vec::new();
    let mut line = PendingLine::default();
    let (mut inside, mut around) = (OpenElements::default(), Vec::new());
    for edge in root.traverse() {
        let (node, opens) = match edge {
            Edge::Open(node) => (node, true),
            Edge::Close(node) => (node, false),
        };
        match node.value() {
            Node::Text(text) if opens && !inside.unread => {
                line.push(node.id(), &text.text, inside);
            }
            Node::Element(element) => {
                let name = element.name();
                // A data cell is not a block: a table row is one line, so that a label in one cell
                // gets its value from the next.
                let is_cell = matches!(name, "td" | "th");
                if name == "br" && is_in_headline(node) {
                    line.text.push(' ');
                } else if dom::starts_line(node)
                    || (is_cell && lays_out(node))
                    || (opens && stands_apart(node, element))
                {
                    line.end(&mut lines);
                } else if is_cell {
                    line.text.push(' ');
                    line.cells += usize::from(opens);
                }
                if opens {
                    if is_icon(node, element) {
                        line.text.push(' ');
                    }
                    around.push(inside);
                    inside = inside.within(node, element);
                } else {
                    inside = around.pop().unwrap_or_default();
                }
            }
            _ => {}
        }
    }
    line.end(&mut lines);
    lines
}

/// A line that is still being read.
#[derive(Default)]
struct PendingLine {
    text: String,
    nodes: Vec<NodeId>,
    linked: usize,
    plain: usize,
    not_display: usize,
    not_large: usize,
    right: bool,
    level: u8,
    unseen: usize,
    seen: usize,
    caption: bool,
    item: bool,
    term: bool,
    file: bool,
    cells: usize,
    words: bool,
}

impl PendingLine {
    fn push(&mut self, node: NodeId, text: &str, inside: OpenElements) {
        let seen = text.chars().filter(|c| !c.is_whitespace() && !plain::is_invisible(*c)).count();
        self.text.push_str(text);
        self.nodes.push(node);
        if seen == 0 {
            return;
        }
        if inside.link {
            self.linked += plain::line(text).chars().count();
        } else {
            self.words |= text.contains(char::is_alphabetic);
        }
        if !inside.emphasis {
            self.plain += seen;
        }
        if !inside.bold || !inside.centre {
            self.not_display += seen;
        }
        if !inside.large {
            self.not_large += seen;
        }
        self.right = inside.right;
        self.level = inside.level;
        self.seen += seen;
        self.unseen += if inside.unseen { seen } else { 0 };
        self.caption = inside.caption;
        self.item = inside.item;
        self.term = inside.term;
        self.file |= inside.file;
    }

    fn end(&mut self, lines: &mut Vec<TextLine>) {
        let done = std::mem::take(self);
        let text = plain::line(&done.text);
        if !text.is_empty() {
            let file = done.file || (done.linked > 0 && outside_body::names_document(&text));
            lines.push(TextLine {
                text,
                nodes: done.nodes,
                linked: done.linked,
                emphasised: done.plain == 0,
                plain: done.plain,
                is_right_aligned: done.right,
                looks_like_title: done.not_display == 0,
                is_large: done.not_large == 0,
                heading: done.level > 0,
                level: done.level,
                is_unseen: done.unseen == done.seen,
                caption: done.caption,
                item: done.item,
                term: done.term,
                links_to_document_or_contact: file,
                row: done.cells > 1,
                has_data: done.cells > 1 && done.words,
                counts_as_text: false,
            });
        }
    }
}

/// The line of each text node.
pub(super) fn places(lines: &[TextLine]) -> HashMap<NodeId, usize> {
    let lines = lines.iter().enumerate();
    lines.flat_map(|(at, line)| line.nodes.iter().map(move |node| (*node, at))).collect()
}

/// The lines that end below each element, as index ranges.
pub(super) struct LineSpans(HashMap<NodeId, Range<usize>>);

impl LineSpans {
    /// The spans of all elements below a node that contain a line.
    pub(super) fn of(root: NodeRef<'_, Node>, lines: &[TextLine]) -> Self {
        let ends = lines.iter().enumerate();
        let ends: HashMap<NodeId, usize> =
            ends.filter_map(|(place, line)| Some((*line.nodes.last()?, place + 1))).collect();
        let (mut spans, mut open, mut done) = (HashMap::new(), Vec::new(), 0);
        for edge in root.traverse() {
            match edge {
                Edge::Open(node) if node.value().is_element() => open.push(done),
                Edge::Open(node) => done = ends.get(&node.id()).copied().unwrap_or(done),
                Edge::Close(node) if node.value().is_element() => {
                    let start = open.pop().unwrap_or(done);
                    if start < done {
                        spans.insert(node.id(), start..done);
                    }
                }
                Edge::Close(_) => {}
            }
        }
        Self(spans)
    }

    /// The lines of an element, if any.
    pub(super) fn get(&self, id: NodeId) -> Option<Range<usize>> {
        self.0.get(&id).cloned()
    }

    /// The elements of a tree that contain lines, in no particular order.
    pub(super) fn all<'a>(
        &self,
        tree: &'a Html,
    ) -> impl Iterator<Item = (NodeRef<'a, Node>, Range<usize>)> {
        self.0.iter().filter_map(|(id, span)| Some((tree.tree.get(*id)?, span.clone())))
    }
}

/// Cuts a line out of the tree. Cleaning later drops the elements that this leaves empty.
pub(super) fn remove_line(tree: &mut Html, line: &TextLine) {
    for id in &line.nodes {
        if let Some(mut node) = tree.tree.get_mut(*id) {
            node.detach();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::{Dom, SafeHtml};

    #[test]
    fn a_page_is_the_lines_that_a_reader_sees() {
        let html = "<p style='text-align: right'><b>Lệ\u{200B} Sương</b></p>a<br>b<table><tr><td>Tác giả:&nbsp;<td> X</table>\
                    <div><a href=/>liên kết</a> và</div><script>x</script><h2>t</h2>";
        let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        let lines = lines(*dom.tree().root_element());
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["Lệ Sương", "a", "b", "Tác giả: X", "liên kết và", "t"]);
        assert!(lines[0].is_right_aligned && lines[0].emphasised && !lines[1].emphasised);
        assert!(lines[4].is_linked() && lines[5].heading);
        assert!(lines.iter().all(|line| !line.looks_like_title));
    }

    #[test]
    fn a_line_that_is_bold_and_centred_is_set_as_a_title() {
        let check = |html: &str, expected: bool| {
            let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
            let lines = lines(*dom.tree().root_element());
            assert_eq!(lines[0].looks_like_title, expected, "{html}");
        };
        check("<div style='TEXT-ALIGN: center'><b><span>Hội nghị</span></b></div>", true);
        check("<center><p style='font-weight: 700; color: red'>Hội nghị</p></center>", true);
        check("<p align=center><strong>Hội nghị</strong> năm 2026</p>", false);
        check("<p style='font-weight:normal; text-align:center'>Hội nghị</p>", false);
        check("<b>Hội nghị</b>", false);
    }
}
