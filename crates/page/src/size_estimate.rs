//! An estimate of the work to write a tree as HTML.
//!
//! At each character that it escapes, html5ever searches the rest of the text for the next no-break
//! space (HTML, section 13.3). A megabyte of `&` in one text occupies a core for a minute, each
//! time it is written. An article consists of many texts of a few hundred characters. So the work
//! is estimated before writing, and a tree that exceeds the limit is rejected.

use super::ScanError;
use scraper::{Html, Node};

/// The maximum number of bytes that are searched while writing: about half a second.
const MAX_SEARCHED_BYTES: usize = 1 << 33;
/// Shorter texts are not counted. A page of the maximum length full of them stays within
/// [`MAX_SEARCHED_BYTES`].
const LIGHT: usize = 1024;

/// The work counted so far.
#[derive(Debug, Default)]
pub struct SerializationCost {
    total: usize,
}

impl SerializationCost {
    /// Counts a text that is written in one piece.
    pub fn add(&mut self, text: &str) -> Result<(), ScanError> {
        if text.len() >= LIGHT {
            self.add_counted(text.len(), escaped(text))?;
        }
        Ok(())
    }

    fn add_counted(&mut self, length: usize, escaped: usize) -> Result<(), ScanError> {
        self.total = self.total.saturating_add(length.saturating_mul(escaped));
        if self.total > MAX_SEARCHED_BYTES { Err(ScanError::TooHeavy) } else { Ok(()) }
    }
}

/// Estimates the work for a tree. Adjacent texts, between which elements were removed, are one text
/// for the next parser.
pub(super) fn check_cost(tree: &Html) -> Result<(), ScanError> {
    let mut weight = SerializationCost::default();
    for node in tree.tree.nodes() {
        match node.value() {
            Node::Element(element) => {
                element.attrs().try_for_each(|(_, value)| weight.add(value))?;
            }
            Node::Text(_) if !follows_text(&node) && !is_raw(&node) => {
                let texts = std::iter::once(node).chain(node.next_siblings());
                let texts = texts.map_while(|node| node.value().as_text());
                let (length, escaped) = texts
                    .map(|text| (text.len(), escaped(text)))
                    .fold((0, 0), |(length, marks), (l, m)| (length + l, marks + m));
                if length >= LIGHT {
                    weight.add_counted(length, escaped)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn follows_text(node: &ego_tree::NodeRef<'_, Node>) -> bool {
    node.prev_sibling().is_some_and(|before| before.value().is_text())
}

/// Whether a text is written without escaping.
fn is_raw(node: &ego_tree::NodeRef<'_, Node>) -> bool {
    let above = node.parent().and_then(|above| above.value().as_element());
    above.is_some_and(|element| matches!(element.name(), "script" | "style" | "noscript" | "xmp"))
}

fn escaped(text: &str) -> usize {
    text.matches(['&', '<', '>', '"', '\u{A0}']).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dom, SafeHtml};

    #[track_caller]
    fn check(html: &str, expected: Result<(), ScanError>) {
        let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        assert_eq!(check_cost(dom.tree()), expected);
    }

    #[test]
    fn one_long_text_of_marks_is_refused_and_many_short_ones_are_not() {
        check(&"&".repeat(1 << 18), Err(ScanError::TooHeavy));
        check(&format!("<p title='{}'>", "&".repeat(1 << 18)), Err(ScanError::TooHeavy));
        // End tags that close nothing do not split a text.
        check(&"&&&&</x>".repeat(1 << 16), Err(ScanError::TooHeavy));
        check(&"<p>&&&&".repeat(1 << 14), Ok(()));
        check(&format!("<script>{}</script>", "&".repeat(1 << 18)), Ok(()));
        check(&"Đắk Lắk & Gia Lai&nbsp;".repeat(2000), Ok(()));
    }

    #[test]
    fn what_was_parted_by_what_is_cut_is_weighed_as_one() {
        let mut dom = Dom::parse(&SafeHtml::check("&&&&<i></i>".repeat(24_000)).unwrap()).unwrap();
        assert_eq!(check_cost(dom.tree()), Ok(()));
        let i = scraper::Selector::parse("i").unwrap();
        let found: Vec<_> = dom.tree().select(&i).map(|element| element.id()).collect();
        for id in found {
            dom.tree_mut().tree.get_mut(id).unwrap().detach();
        }
        assert_eq!(check_cost(dom.tree()), Err(ScanError::TooHeavy));
    }
}
