//! The DOM of a page. Only this module and its [`parser`] call the HTML parser.

mod parser;

use super::{SafeHtml, ScanError, size_estimate};
use scraper::{ElementRef, Html, Node};
use std::collections::HashSet;
use url::Url;

/// A parsed page.
#[derive(Debug, Clone)]
pub struct Dom {
    html: Html,
}

/// Elements whose text is not content of the page.
const UNREAD: [&str; 11] = [
    "audio", "head", "iframe", "noscript", "object", "script", "style", "template", "textarea",
    "title", "video",
];

impl Dom {
    /// Parses a page. HTML defines a tree for every text.
    ///
    /// # Errors
    /// [`ScanError::TooBig`] and [`ScanError::TooDeep`] if the tree exceeds the limits.
    pub fn parse(html: &SafeHtml) -> Result<Self, ScanError> {
        Ok(Self { html: parser::parse(html)? })
    }

    /// The tree, for selectors.
    pub fn tree(&self) -> &Html {
        &self.html
    }

    /// Checks that the current tree can be written as HTML in reasonable time.
    pub fn check_cost(&self) -> Result<(), ScanError> {
        size_estimate::check_cost(&self.html)
    }

    /// The tree, to remove elements from.
    pub fn tree_mut(&mut self) -> &mut Html {
        &mut self.html
    }

    /// The base URL of relative links: `<base href>`, otherwise the page's own address (HTML,
    /// section 4.2.3).
    pub fn base(&self, page: &Url) -> Url {
        let base = self.html.root_element().descendants().find_map(|node| {
            let element = node.value().as_element().filter(|element| element.name() == "base")?;
            element.attr("href")
        });
        base.and_then(|href| page.join(href.trim()).ok())
            .filter(|base| !base.cannot_be_a_base())
            .unwrap_or_else(|| page.clone())
    }
}

/// Whether an element starts and ends a line.
pub fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "legend"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "option"
            | "p"
            | "pre"
            | "section"
            | "table"
            | "tr"
            | "ul"
    )
}

/// Whether a node starts and ends a line: a block, or a custom element (HTML, section 4.13) that lays
/// out a page, which has no text beside it.
pub fn starts_line(node: ego_tree::NodeRef<'_, Node>) -> bool {
    node.value().as_element().is_some_and(|element| is_block(element.name()))
        || is_custom_block(node)
}

/// Whether a node is a custom element that lays out a page.
pub fn is_custom_block(node: ego_tree::NodeRef<'_, Node>) -> bool {
    /// First or last words of the names of elements that stand in a line, or hold an image.
    const INLINE: [&str; 17] = [
        "icon",
        "time",
        "date",
        "ago",
        "link",
        "button",
        "badge",
        "tooltip",
        "highlight",
        "mention",
        "emoji",
        "img",
        "image",
        "anim",
        "amp",
        "term",
        "source",
    ];
    /// Maximum number of siblings that are looked at, on each side.
    const BESIDE: usize = 8;
    let name = node.value().as_element().map(|element| element.name());
    let Some((first, rest)) = name.and_then(|name| name.split_once('-')) else { return false };
    let last = rest.rsplit('-').next().unwrap_or_default();
    let is_text = |other: ego_tree::NodeRef<'_, Node>| {
        other.value().as_text().is_some_and(|text| !text.text.trim().is_empty())
    };
    !INLINE.contains(&first)
        && !INLINE.contains(&last)
        && !node.prev_siblings().take(BESIDE).any(is_text)
        && !node.next_siblings().take(BESIDE).any(is_text)
}

/// Whether the classes of an element show its text as an icon: the font draws `schedule` as a clock.
pub fn shows_icon(classes: &str) -> bool {
    let is_icon =
        |class: &str| class.starts_with("material-icons") || class.starts_with("material-symbols");
    classes.contains("material-") && classes.split_ascii_whitespace().any(is_icon)
}

/// Whether an element is the caption of an image: a `figcaption`, or an element with a caption
/// class next to an image.
pub fn is_caption(node: ego_tree::NodeRef<'_, Node>) -> bool {
    /// The maximum length of a caption in bytes. Longer texts are not captions, whatever their
    /// class.
    const MAX_LENGTH: usize = 600;
    let Some(element) = node.value().as_element() else { return false };
    if element.name() == "figcaption" {
        return true;
    }
    let is_word = |word: &str| word.eq_ignore_ascii_case("caption");
    let is_named = matches!(element.name(), "div" | "p" | "dd")
        && element.classes().any(|class| class.split(['-', '_']).any(is_word));
    if !is_named || !follows_image(node) {
        return false;
    }
    let mut length = 0;
    node.descendants().all(|below| match below.value() {
        Node::Text(text) => {
            length += text.text.len();
            length <= MAX_LENGTH
        }
        Node::Element(element) => !matches!(element.name(), "img" | "table" | "video"),
        _ => true,
    })
}

/// Whether the previous element, or a figure around the element, shows an image.
fn follows_image(node: ego_tree::NodeRef<'_, Node>) -> bool {
    /// The maximum number of nodes that are searched in the previous element.
    const LOOKED_AT: usize = 32;
    let shows = |node: ego_tree::NodeRef<'_, Node>| {
        let mut inside = node.descendants().take(LOOKED_AT);
        inside.any(|below| below.value().as_element().is_some_and(|e| e.name() == "img"))
    };
    let mut before = node.prev_siblings().filter(|other| other.value().is_element());
    let mut around = node.ancestors().take(3).filter_map(|above| above.value().as_element());
    before.next().is_some_and(shows) || around.any(|element| element.name() == "figure")
}

/// Returns the text of an element as a reader sees it: white space is collapsed, and each block is
/// a line. No line is empty.
pub fn text_of(element: ElementRef<'_>) -> String {
    text_without(element, &HashSet::new())
}

/// Returns the text of an element without the elements in `cut`.
pub fn text_without(element: ElementRef<'_>, cut: &HashSet<ego_tree::NodeId>) -> String {
    let mut lines = TextLines::default();
    for edge in element.traverse() {
        use ego_tree::iter::Edge;
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(text) if !is_unread(node, element, cut) => lines.push(&text.text),
                Node::Element(_) if starts_line(node) => lines.end(),
                Node::Element(e) if matches!(e.name(), "td" | "th") => lines.push(" "),
                _ => {}
            },
            Edge::Close(node) => match node.value() {
                Node::Element(_) if starts_line(node) => lines.end(),
                _ => {}
            },
        }
    }
    lines.end();
    lines.done.join("\n")
}

/// Whether a text is in an element of [`UNREAD`] or of `cut`.
fn is_unread(
    node: ego_tree::NodeRef<'_, Node>,
    below: ElementRef<'_>,
    cut: &HashSet<ego_tree::NodeId>,
) -> bool {
    node.ancestors().take_while(|ancestor| ancestor.id() != below.id()).any(|ancestor| {
        cut.contains(&ancestor.id())
            || ancestor.value().as_element().is_some_and(|e| UNREAD.contains(&e.name()))
    })
}

/// Lines of text with collapsed white space.
#[derive(Default)]
struct TextLines {
    done: Vec<String>,
    line: String,
    space: bool,
}

impl TextLines {
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = !self.line.is_empty();
            } else {
                if std::mem::take(&mut self.space) {
                    self.line.push(' ');
                }
                self.line.push(c);
            }
        }
    }

    fn end(&mut self) {
        self.space = false;
        if !self.line.is_empty() {
            self.done.push(std::mem::take(&mut self.line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dom(html: &str) -> Dom {
        Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap()
    }

    #[test]
    fn text_is_what_a_reader_sees() {
        let dom = dom(
            "<div>Một&nbsp; <b>hai</b><p>ba\n bốn<br>năm<script>x</script></p><table><tr><td>Tác giả:<td>A</table></div>",
        );
        let text = text_of(dom.tree().root_element());
        assert_eq!(text, "Một hai\nba bốn\nnăm\nTác giả: A");
    }

    #[test]
    fn links_are_relative_to_the_base_that_the_page_names() {
        let page: Url = "https://a.gov.vn/x/y.aspx".parse().unwrap();
        assert_eq!(dom("<base href='/z/'>").base(&page).as_str(), "https://a.gov.vn/z/");
        assert_eq!(dom("<base href='javascript:0'>").base(&page), page);
        assert_eq!(dom("<p>").base(&page), page);
    }
}
