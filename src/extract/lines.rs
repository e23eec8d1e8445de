//! A page as the lines that a reader sees, each with the text nodes it is made of, so that a line can be judged by what it
//! says and cut from the tree.

use super::beside;
use crate::page::{dom, plain};
use ego_tree::{NodeId, NodeRef, iter::Edge};
use scraper::{Html, Node};

/// A line of a page or of a body.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// What it says, as [`plain::line`] makes it.
    pub(super) text: String,
    /// The text nodes that it is made of.
    pub(super) nodes: Vec<NodeId>,
    /// How many of its characters stand in links.
    pub(super) linked: usize,
    /// Whether all of it is bold or italic.
    pub(super) emphasised: bool,
    /// Whether it is set to the right margin.
    pub(super) right: bool,
    /// Whether all of it is bold and centred, as old pages set the title of an article.
    pub(super) display: bool,
    /// Whether it stands under a picture, as its caption.
    pub(super) caption: bool,
    /// Whether a link in it leads to a document.
    pub(super) file: bool,
    /// Whether it is a heading, `h1` to `h6`.
    pub(super) heading: bool,
}

impl Line {
    /// How long it is, in characters.
    pub(super) fn length(&self) -> usize {
        self.text.chars().count()
    }

    /// Whether it is mostly links.
    pub(super) fn is_linked(&self) -> bool {
        self.linked * 10 >= self.length() * 6
    }

    /// Whether it is an address that is written out: who writes it means it to be read.
    pub(super) fn is_address(&self) -> bool {
        ["http://", "https://", "www."].iter().any(|scheme| self.text.starts_with(scheme))
    }

    /// Whether it is a link to another page, with at most a date beside it, and not one to a document.
    pub(super) fn leads_away(&self) -> bool {
        self.linked > 0
            && self.length().saturating_sub(self.linked) <= 25
            && !self.file
            && !self.is_address()
    }
}

/// Elements whose text is not for reading.
const UNREAD: [&str; 11] = [
    "head", "iframe", "noscript", "object", "script", "select", "style", "svg", "template",
    "textarea", "title",
];

/// What holds for the text inside the elements that are open.
#[derive(Clone, Copy, Default)]
struct Inside {
    unread: usize,
    link: usize,
    emphasis: usize,
    right: usize,
    bold: usize,
    centre: usize,
    heading: usize,
    caption: usize,
    file: usize,
}

/// The lines below a node.
pub(super) fn lines(root: NodeRef<'_, Node>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = Pending::default();
    let mut inside = Inside::default();
    for edge in root.traverse() {
        let (node, opens) = match edge {
            Edge::Open(node) => (node, true),
            Edge::Close(node) => (node, false),
        };
        match node.value() {
            Node::Text(text) if opens && inside.unread == 0 => {
                line.push(node.id(), &text.text, inside);
            }
            Node::Element(element) => {
                let name = element.name();
                let step = |count: &mut usize, is: bool| {
                    if is {
                        *count = if opens { *count + 1 } else { count.saturating_sub(1) };
                    }
                };
                // A cell of data is no block: a row is a line, so that a label in one cell has its value from the next.
                let is_cell = matches!(name, "td" | "th");
                if dom::is_block(name) || (is_cell && lays_out(node)) {
                    line.end(&mut lines);
                } else if is_cell {
                    line.text.push(' ');
                }
                step(&mut inside.unread, UNREAD.contains(&name));
                step(&mut inside.link, name == "a");
                step(
                    &mut inside.file,
                    name == "a" && element.attr("href").is_some_and(beside::is_file),
                );
                step(&mut inside.emphasis, matches!(name, "b" | "strong" | "i" | "em"));
                step(&mut inside.right, is_right(element));
                step(&mut inside.bold, matches!(name, "b" | "strong") || is_styled_bold(element));
                step(&mut inside.centre, name == "center" || is_centred(element));
                step(&mut inside.caption, dom::is_caption(node));
                step(&mut inside.heading, matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6"));
            }
            _ => {}
        }
    }
    line.end(&mut lines);
    lines
}

/// Whether a cell holds lines of its own: old pages set their menus and their articles side by side in one row.
fn lays_out(cell: NodeRef<'_, Node>) -> bool {
    /// A cell of data is short; this bounds the work on tables inside tables.
    const LOOKED_AT: usize = 64;
    let inside = cell.descendants().skip(1).take(LOOKED_AT);
    let blocks = inside.filter_map(|node| node.value().as_element());
    blocks.filter(|element| dom::is_block(element.name())).nth(1).is_some()
}

fn is_right(element: &scraper::node::Element) -> bool {
    is_set(element, "right")
}

fn is_centred(element: &scraper::node::Element) -> bool {
    is_set(element, "center")
}

/// Whether an element is set to a side of its line.
fn is_set(element: &scraper::node::Element, side: &str) -> bool {
    element.attr("align").is_some_and(|align| align.eq_ignore_ascii_case(side))
        || style(element).is_some_and(|style| style.contains(&format!("text-align:{side}")))
        || element.classes().any(|class| class.strip_prefix("text-") == Some(side))
}

fn is_styled_bold(element: &scraper::node::Element) -> bool {
    const BOLD: [&str; 5] = ["bold", "600", "700", "800", "900"];
    style(element).is_some_and(|style| {
        let weight = style.split("font-weight:").nth(1);
        weight.is_some_and(|weight| BOLD.iter().any(|bold| weight.starts_with(bold)))
    })
}

/// The `style` of an element, in lower case and without blanks.
fn style(element: &scraper::node::Element) -> Option<String> {
    let style = element.attr("style")?;
    Some(style.to_ascii_lowercase().split_whitespace().collect())
}

/// A line that is still being read.
#[derive(Default)]
struct Pending {
    text: String,
    nodes: Vec<NodeId>,
    linked: usize,
    plain: usize,
    not_display: usize,
    right: bool,
    heading: bool,
    caption: bool,
    file: bool,
}

impl Pending {
    fn push(&mut self, node: NodeId, text: &str, inside: Inside) {
        let seen = text.chars().filter(|c| !c.is_whitespace() && !plain::is_invisible(*c)).count();
        self.text.push_str(text);
        self.nodes.push(node);
        if seen == 0 {
            return;
        }
        if inside.link > 0 {
            self.linked += plain::line(text).chars().count();
        }
        if inside.emphasis == 0 {
            self.plain += seen;
        }
        if inside.bold == 0 || inside.centre == 0 {
            self.not_display += seen;
        }
        self.right = inside.right > 0;
        self.heading = inside.heading > 0;
        self.caption = inside.caption > 0;
        self.file |= inside.file > 0;
    }

    fn end(&mut self, lines: &mut Vec<Line>) {
        let done = std::mem::take(self);
        let text = plain::line(&done.text);
        if !text.is_empty() {
            lines.push(Line {
                text,
                nodes: done.nodes,
                linked: done.linked,
                emphasised: done.plain == 0,
                right: done.right,
                display: done.not_display == 0,
                heading: done.heading,
                caption: done.caption,
                file: done.file,
            });
        }
    }
}

/// Cuts a line out of the tree. Elements that it leaves empty are no matter: cleaning drops them.
pub(super) fn cut(tree: &mut Html, line: &Line) {
    for id in &line.nodes {
        if let Some(mut node) = tree.tree.get_mut(*id) {
            node.detach();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Dom, SafeHtml};

    #[test]
    fn a_page_is_the_lines_that_a_reader_sees() {
        let html = "<p style='text-align: right'><b>Lệ\u{200B} Sương</b></p>a<br>b<table><tr><td>Tác giả:&nbsp;<td> X</table>\
                    <div><a href=/>liên kết</a> và</div><script>x</script><h2>t</h2>";
        let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap());
        let lines = lines(*dom.tree().root_element());
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["Lệ Sương", "a", "b", "Tác giả: X", "liên kết và", "t"]);
        assert!(lines[0].right && lines[0].emphasised && !lines[1].emphasised);
        assert!(lines[4].is_linked() && lines[5].heading);
        assert!(lines.iter().all(|line| !line.display));
    }

    #[test]
    fn a_line_that_is_bold_and_centred_is_set_as_a_title() {
        let check = |html: &str, expected: bool| {
            let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap());
            let lines = lines(*dom.tree().root_element());
            assert_eq!(lines[0].display, expected, "{html}");
        };
        check("<div style='TEXT-ALIGN: center'><b><span>Hội nghị</span></b></div>", true);
        check("<center><p style='font-weight: 700; color: red'>Hội nghị</p></center>", true);
        check("<p align=center><strong>Hội nghị</strong> năm 2026</p>", false);
        check("<p style='font-weight:normal; text-align:center'>Hội nghị</p>", false);
        check("<b>Hội nghị</b>", false);
    }
}
