//! Where the value of a label ends on the page: with its element, before the buttons beside it.

use super::byline_parts::behind_date;
use super::labels;
use super::lines::TextLine;
use bantin_page::{dom, plain};
use ego_tree::NodeRef;
use scraper::{Html, Node};

/// Beginnings of classes that editors and word processors give to pieces of text.
const PASTED: [&str; 6] = ["mso", "ms-", "apple", "style", "font", "txt"];
/// Words in the classes of buttons.
const BUTTONS: [&str; 6] = ["btn", "button", "copy", "share", "social", "print"];

/// The text of a line that begins with a label, or with a date before it, without what stands behind
/// the value's element. `None` if the line has no label, or nothing else.
pub(super) fn own_text(tree: &Html, line: &TextLine) -> Option<String> {
    // In a row of facts, each value has its own element.
    let own_label = labels::at_start(&line.text);
    let behind_date = behind_date(&line.text).filter(|_| own_label.is_none());
    let label = own_label.or_else(|| labels::at_start(behind_date?))?;
    let start = line.length() - label.value.chars().count();
    let nodes: Vec<NodeRef<'_, Node>> = line.nodes_in(tree).collect();
    // The first node with a part of the value.
    let mut before = String::new();
    let first = nodes.iter().position(|node| {
        before.push_str(text(*node));
        plain::line(&before).chars().count() > start
    })?;
    let element = nodes.get(first).and_then(|node| enclosing(*node));
    let mut end = nodes.len();
    for (at, node) in nodes.iter().enumerate().skip(first + 1) {
        let is_blank = plain::is_blank(text(*node));
        let is_outside = element.is_some_and(|element| !is_within(*node, element));
        if !is_blank && (is_button(*node) || is_outside || behind_date.is_some()) {
            end = at;
            break;
        }
    }
    let rest = nodes.get(end).copied()?;
    let is_labelled = labels::at_start(text(rest).trim_start()).is_some_and(|label| label.colon);
    let is_same = |one: NodeRef<'_, Node>, other: NodeRef<'_, Node>| class(one) == class(other);
    let goes_on = !is_button(rest)
        && !is_labelled
        && (text(rest).trim_start().starts_with([',', '-', '–', '&', '/', '(', ':'])
            || behind_date.is_none()
                && enclosing(rest).zip(element).is_some_and(|(one, other)| is_same(one, other)));
    let mut kept: String = nodes.iter().take(end).map(|node| text(*node)).collect();
    // Further facts of the row.
    let is_fact = |text: &&str| {
        labels::at_start(text).is_some_and(|label| label.colon && !label.value.is_empty())
    };
    for fact in nodes.iter().skip(end).map(|node| text(*node).trim()).filter(is_fact) {
        kept.push_str(" | ");
        kept.push_str(fact);
    }
    (!goes_on).then(|| plain::line(&kept))
}

fn text<'a>(node: NodeRef<'a, Node>) -> &'a str {
    node.value().as_text().map(|text| &*text.text).unwrap_or_default()
}

fn class<'a>(node: NodeRef<'a, Node>) -> Option<&'a str> {
    node.value().as_element()?.attr("class")
}

fn is_within(node: NodeRef<'_, Node>, element: NodeRef<'_, Node>) -> bool {
    node.ancestors().any(|above| above.id() == element.id())
}

/// The inline elements around a text, innermost first.
fn inline<'a>(node: NodeRef<'a, Node>) -> impl Iterator<Item = NodeRef<'a, Node>> {
    node.ancestors().take_while(|above| {
        let name = above.value().as_element().map(|element| element.name());
        name.is_some_and(|name| !dom::is_block(name) && !matches!(name, "td" | "th" | "body"))
    })
}

/// The innermost element of the template around a text.
fn enclosing<'a>(node: NodeRef<'a, Node>) -> Option<NodeRef<'a, Node>> {
    inline(node).find(|above| {
        class(*above).is_some_and(|class| {
            let lower = class.trim().to_ascii_lowercase();
            !lower.is_empty() && !PASTED.iter().any(|pasted| lower.starts_with(pasted))
        })
    })
}

/// Whether a text belongs to a button: a link to nowhere, or an element with such a class.
fn is_button(node: NodeRef<'_, Node>) -> bool {
    inline(node).filter_map(|above| above.value().as_element()).any(|element| {
        let href = element.attr("href").map(str::trim);
        let leads_nowhere = element.name() == "a"
            && href.is_none_or(|href| {
                href.is_empty() || href.starts_with('#') || href.starts_with("javascript:")
            });
        let class = element.attr("class").unwrap_or_default().to_ascii_lowercase();
        leads_nowhere
            || element.name() == "button"
            || element.attr("role") == Some("button")
            || element.attr("onclick").is_some()
            || BUTTONS.iter().any(|word| class.contains(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::lines;
    use bantin_page::{Dom, SafeHtml};

    #[track_caller]
    fn check(html: &str, expected: Option<&str>) {
        let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        let lines = lines::lines(*dom.tree().root_element());
        assert_eq!(own_text(dom.tree(), &lines[0]).as_deref(), expected, "{html}");
    }

    #[test]
    fn a_value_ends_with_its_element() {
        check("<p>Nguồn: Báo Xã <a href='#'>Copy link</a></p>", Some("Nguồn: Báo Xã"));
        check(
            "<p>Nguồn: Báo Xã <span class='btn-copy'>Copy link</span></p>",
            Some("Nguồn: Báo Xã"),
        );
        check(
            "<p><b>Nguồn:</b> <span class=src>Báo Xã</span> <i>12 lượt</i></p>",
            Some("Nguồn: Báo Xã"),
        );
        check(
            "<p><span class=a>Theo <span>Báo Xã</span></span> <em>Sao chép</em></p>",
            Some("Theo Báo Xã"),
        );
        check(
            "<p><span class=tg>Tác giả: Lê An</span> <span class=lx>120 lượt</span></p>",
            Some("Tác giả: Lê An"),
        );
    }

    #[test]
    fn a_value_in_several_pieces_is_whole() {
        check("<p>Tác giả: <b>Lê</b> <b>Văn An</b></p>", None);
        check(
            "<p class=MsoNormal><b>Tác giả:</b><span class=MsoX> Lê</span><span> Văn An</span></p>",
            None,
        );
        check("<p>Nguồn: <a class=x href='https://a.example/'>Báo Xã</a>, TTXVN</p>", None);
        check("<p><span class=w>Tác giả: Lê</span><span class=w> Văn An</span></p>", None);
        check("<p>Hội nghị <span class=x>của</span> xã</p>", None);
    }
}
