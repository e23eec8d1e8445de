//! The signature that stands in the last paragraph of a text, behind its last sentence.

use super::byline_shape::{is_caption, is_names};
use super::lines::TextLine;
use crate::{names, person};
use bantin_page::{dom, plain};
use ego_tree::{NodeId, NodeRef};
use scraper::node::Element;
use scraper::{Html, Node};

/// Minimum length of the last paragraph, in characters.
const PARAGRAPH: usize = 60;

/// The name behind the last sentence of a text, in bold or italic type, with its text nodes: `…theo
/// quy định. <b><i>Hải Âu</i></b>`.
pub(super) fn inline_signature(tree: &Html, lines: &[TextLine]) -> Option<(String, Vec<NodeId>)> {
    let last = lines.last().filter(|line| line.length() >= PARAGRAPH && !line.emphasised)?;
    let is_emphasis = |node: &NodeRef<'_, Node>| {
        let name = node.value().as_element().map(Element::name);
        name.is_some_and(|name| matches!(name, "b" | "strong" | "i" | "em"))
    };
    let text = |node: NodeRef<'_, Node>| node.value().as_text().map(|text| text.text.to_string());
    let nodes: Vec<NodeRef<'_, Node>> = last.nodes_in(tree).collect();
    let is_blank =
        |node: &&NodeRef<'_, Node>| text(**node).is_none_or(|text| plain::is_blank(&text));
    let end = nodes.iter().rfind(|node| !is_blank(node))?;
    let emphasis = end.ancestors().take_while(is_within_line).filter(is_emphasis).last()?;
    let (signature, before): (Vec<&NodeRef<'_, Node>>, Vec<_>) =
        nodes.iter().partition(|node| node.ancestors().any(|above| above.id() == emphasis.id()));
    let joined = |nodes: &[&NodeRef<'_, Node>]| {
        plain::line(&nodes.iter().filter_map(|node| text(**node)).collect::<String>())
    };
    let (name, before) = (joined(&signature), joined(&before));
    let is_name = is_names(&name)
        && !names::is_organisation(&name)
        && !is_caption(&name)
        && !person::is_province(&name);
    let ends = before.ends_with(['.', '!', '?', '”', '"', '…', ')']);
    (is_name && ends && !before.is_ascii())
        .then(|| (name, signature.iter().map(|node| node.id()).collect()))
}

/// The bracket behind the last sentence of a text: `…theo quy định. (H.T)`.
pub(super) fn bracket(lines: &[TextLine]) -> Option<&str> {
    /// Maximum length of the bracket, in characters.
    const MAX_LENGTH: usize = 60;
    let text = lines.last().filter(|line| line.length() >= PARAGRAPH)?.text.trim_end_matches('.');
    let (before, bracket) = text.split_at_checked(text.rfind(" (")? + 1)?;
    // Behind a quotation stands its author.
    let is_behind_sentence = before.trim_end().ends_with(['.', '!', '?', '…']);
    let is_one = bracket.ends_with(')') && bracket.matches(['(', ')']).count() == 2;
    (is_behind_sentence && is_one && bracket.chars().count() <= MAX_LENGTH).then_some(bracket)
}

/// Removes the bracket at the end of the last line.
pub(super) fn remove_bracket(tree: &mut Html, lines: &[TextLine], bracket: &str) {
    let nodes: Vec<NodeId> = lines.last().map(|line| line.nodes.clone()).unwrap_or_default();
    let mut rest = bracket.to_owned();
    for id in nodes.into_iter().rev() {
        let Some(mut node) = tree.tree.get_mut(id).filter(|_| !rest.is_empty()) else { return };
        let Node::Text(text) = node.value() else { continue };
        let own = text.text.trim_end().trim_end_matches('.').to_owned();
        match own.rfind(&rest) {
            Some(at) => {
                text.text = own.get(..at).unwrap_or_default().trim_end().into();
                return;
            }
            // The bracket begins in a node before this one.
            None => {
                let Some(before) = rest.strip_suffix(own.trim()) else { return };
                rest.truncate(before.trim_end().len());
                node.detach();
            }
        }
    }
}

/// Whether an element is inside a line.
fn is_within_line(node: &NodeRef<'_, Node>) -> bool {
    node.value().as_element().is_some_and(|element| !dom::is_block(element.name()))
}
