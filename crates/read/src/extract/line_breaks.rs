//! Where the lines of a page end, apart from blocks and breaks: style sheets set elements apart, old
//! pages lay out columns as cells, and headlines go on behind a break.

use super::date_line;
use super::labels;
use super::lines::{heading_level, is_large_font};
use bantin_page::{dom, plain};
use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

/// Whether a break stands inside a headline, and not behind a kicker (`Opinion:`), before a day, or in
/// a text that is marked up as a heading.
pub(super) fn is_in_headline(br: NodeRef<'_, Node>) -> bool {
    /// Maximum length of a headline, in bytes of UTF-8.
    const MAX_LENGTH: usize = 600;
    /// Maximum number of its nodes.
    const MAX_NODES: usize = 64;
    /// Maximum number of words of a kicker.
    const KICKER: usize = 4;
    /// Number of elements around the break of which one may be named a title.
    const NEAR: usize = 2;
    let is_heading = |(distance, node): &(usize, NodeRef<'_, Node>)| {
        node.value().as_element().is_some_and(|element| {
            heading_level(element.name()).is_some()
                || is_large_font(element)
                || *distance < NEAR && names_title(element)
        })
    };
    let Some((_, heading)) = br.ancestors().enumerate().find(is_heading) else { return false };
    let (mut length, mut nodes) = (0, 0);
    heading.descendants().all(|node| {
        nodes += 1;
        let text = node.value().as_text().map(|text| plain::line(&text.text)).unwrap_or_default();
        length += text.len();
        let is_small = node.value().as_element().is_some_and(|element| element.name() == "small");
        let is_kicker = text.ends_with(':') && text.split(' ').count() <= KICKER;
        let is_apart = is_small
            || is_kicker
            || text.ends_with(['|', '-', '–', '•', '»'])
            || date_line::is_date_line(&text);
        nodes <= MAX_NODES && length <= MAX_LENGTH && !is_apart
    })
}

/// Whether a class of an element names it a title: `mt-title`, `tieude`.
pub(super) fn names_title(element: &Element) -> bool {
    const TITLES: [&str; 4] = ["title", "tieude", "tieu-de", "headline"];
    element.classes().any(|class| TITLES.iter().any(|title| class.ends_with(title)))
}

/// Whether an element is a drawing, which separates the texts beside it.
pub(super) fn is_icon(node: NodeRef<'_, Node>, element: &Element) -> bool {
    match element.name() {
        "svg" => true,
        "i" | "span" => !node.has_children() && element.attr("class").is_some(),
        _ => element.attr("class").is_some_and(dom::shows_icon),
    }
}

/// Whether an inline element is apart from the one before it: no blank is between them, so that the
/// style sheet separates them, and it begins with a label, or both have a class of their own and
/// several words.
pub(super) fn stands_apart(node: NodeRef<'_, Node>, element: &Element) -> bool {
    const MIN_WORDS: usize = 3;
    /// Longer texts are paragraphs, which word processors cut into pieces.
    const MAX_LENGTH: usize = 200;
    const MAX_NODES: usize = 64;
    let before = node.prev_sibling();
    // Not a mark between two facts.
    let has_words = |before: &NodeRef<'_, Node>| {
        let mut texts = before.descendants().filter_map(|below| below.value().as_text());
        before.value().is_element() && texts.any(|text| text.contains(char::is_alphanumeric))
    };
    let is_apart = |before| is_fact(node) || is_fact(before) && goes_on(before, node);
    if before.filter(has_words).is_some_and(is_apart) {
        return true;
    }
    let other = before.and_then(|before| before.value().as_element()?.attr("class"));
    let own = element.attr("class").filter(|_| !matches!(element.name(), "td" | "th"));
    if own.is_none() || other.is_none() || own == other {
        return false;
    }
    let is_box = |parent: NodeRef<'_, Node>| {
        let name = parent.value().as_element().map(Element::name);
        name.is_some_and(|name| {
            matches!(name, "div" | "section" | "article" | "header" | "td") || name.contains('-')
        })
    };
    let words = |node: NodeRef<'_, Node>| {
        let mut text = String::new();
        let below = node.descendants().take(MAX_NODES);
        for piece in below.filter_map(|below| below.value().as_text()) {
            text.push_str(&piece.text);
            if text.len() > MAX_LENGTH {
                return 0;
            }
        }
        if text.trim_end().ends_with(':') { 0 } else { text.split_whitespace().count() }
    };
    node.parent().is_some_and(is_box)
        && before.is_some_and(|before| words(before) >= MIN_WORDS)
        && words(node) >= MIN_WORDS
}

/// Whether a cell contains several blocks: old pages lay out menu and article side by side in one
/// table row.
pub(super) fn lays_out(cell: NodeRef<'_, Node>) -> bool {
    /// Maximum number of nodes to inspect: data cells are short, and tables may be nested.
    const LOOKED_AT: usize = 64;
    let inside = cell.descendants().skip(1).take(LOOKED_AT);
    let blocks = inside.filter_map(|node| node.value().as_element());
    blocks.filter(|element| dom::is_block(element.name())).nth(1).is_some()
}

/// Whether an inline element is a fact about the article: a label with its colon, and a value.
fn is_fact(node: NodeRef<'_, Node>) -> bool {
    /// Maximum number of nodes up to the first text.
    const MAX_NODES: usize = 4;
    let mut below = node.descendants().take(MAX_NODES);
    let text = below.find_map(|below| below.value().as_text());
    let text = text.filter(|text| text.contains([':', '：']));
    let label = text.and_then(|text| labels::at_start(text.trim_start()));
    label.is_some_and(|label| label.colon && !label.value.is_empty())
}

/// Whether an element goes on with the row of elements of the same name before it, without a mark
/// between them.
fn goes_on(before: NodeRef<'_, Node>, node: NodeRef<'_, Node>) -> bool {
    let name = |node: NodeRef<'_, Node>| Some(node.value().as_element()?.name().to_owned());
    let text = node.descendants().find_map(|below| below.value().as_text());
    let begins = |text: &str| text.trim_start().starts_with(char::is_alphanumeric);
    name(before) == name(node) && text.is_some_and(|text| begins(&text.text))
}
