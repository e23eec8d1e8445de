//! A log of the parts that were cut out of a body, with reasons; written by the steps that cut,
//! when an explanation is requested.

use super::lines::{self, TextLine};
use bantin_core::{BOILERPLATE, RemovedPart, shortened};
use bantin_page::plain;
use ego_tree::NodeId;
use scraper::{ElementRef, Html};

/// Maximum length of an excerpt, in characters.
const EXCERPT: usize = 80;

/// The kind of a boilerplate line: a counter, a button, a share box. The log replaces it by a more
/// precise kind.
pub(super) const BOILERPLATE_LINE: &str = "furniture";

/// A line to cut out of a body, and its kind.
pub(super) type LineCut<'a> = (&'a TextLine, &'static str);

/// The purpose of a boilerplate line.
fn boilerplate_kind(text: &str) -> &'static str {
    let folded = plain::fold(text);
    let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    if says(&["chia se", "share", "facebook", "twitter", "zalo", "tweet", "linkedin"]) {
        "share box"
    } else if folded.chars().any(|c| c.is_ascii_digit()) && says(&["xem", "doc", "truy cap"]) {
        "view counter"
    } else {
        "buttons of the page"
    }
}

/// The parts that were cut out of one body.
#[derive(Debug, Default)]
pub(super) struct RemovalLog {
    is_wanted: bool,
    /// The parts, in the order in which they were cut.
    pub(super) parts: Vec<RemovedPart>,
    /// The selectors of `article.remove` that matched nothing.
    pub(super) unmatched: Vec<String>,
}

impl RemovalLog {
    /// Creates a log that records parts only if `is_wanted`.
    pub(super) fn new(is_wanted: bool) -> Self {
        Self { is_wanted, ..Self::default() }
    }

    /// Logs elements that were detached from a tree; `kind` gets each as a selector.
    pub(super) fn elements(
        &mut self,
        tree: &Html,
        detached: &[NodeId],
        kind: impl Fn(&str) -> String,
    ) {
        if !self.is_wanted {
            return;
        }
        for (element, lines) in detached_lines(tree, detached) {
            let Some(first) = lines.first() else { continue };
            self.parts.push(RemovedPart {
                kind: kind(&element),
                excerpt: shortened(&first.text, EXCERPT),
                lines: lines.len(),
                characters: lines.iter().map(TextLine::length).sum(),
            });
        }
    }

    /// Cuts lines out of their tree, and logs them in page order.
    pub(super) fn cut(&mut self, tree: &mut Html, all: &[TextLine], cut: &[LineCut<'_>]) {
        cut.iter().for_each(|(line, _)| lines::remove_line(tree, line));
        let all = if self.is_wanted { all } else { &[] };
        let mut adjoining = None;
        for line in all {
            let kind = cut.iter().find(|(cut, _)| std::ptr::eq(*cut, line)).map(|(_, kind)| *kind);
            let furniture =
                |kind| if kind == BOILERPLATE_LINE { boilerplate_kind(&line.text) } else { kind };
            let kind = kind.map(furniture);
            match (kind, self.parts.last_mut()) {
                (Some(kind), Some(part)) if adjoining == Some(kind) => {
                    part.lines += 1;
                    part.characters += line.length();
                }
                (Some(kind), _) => self.parts.push(RemovedPart {
                    kind: kind.to_owned(),
                    excerpt: shortened(&line.text, EXCERPT),
                    lines: 1,
                    characters: line.length(),
                }),
                (None, _) => {}
            }
            adjoining = kind;
        }
    }
}

/// The kind of an element of page boilerplate.
pub(super) fn boilerplate(element: &str) -> String {
    format!("{BOILERPLATE} ({element})")
}

/// The lines of each detached element, in page order, with the element as a selector.
pub(super) fn detached_lines<'a>(
    tree: &'a Html,
    detached: &[NodeId],
) -> impl Iterator<Item = (String, Vec<TextLine>)> + use<'a> {
    let mut detached = detached.to_vec();
    detached.sort_unstable();
    detached.into_iter().filter_map(|id| {
        let element = ElementRef::wrap(tree.tree.get(id)?)?;
        let (name, lines) = (element.value(), lines::lines(*element));
        let id = name.id().map(|id| format!("#{id}")).unwrap_or_default();
        let class = name.classes().next().map(|class| format!(".{class}")).unwrap_or_default();
        Some((format!("{}{id}{class}", name.name()), lines))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{page_boilerplate, trim};
    use bantin_page::{Dom, SafeHtml};

    fn dom(html: &str) -> Dom {
        Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap()
    }

    fn recorded(log: &RemovalLog) -> Vec<(&str, usize)> {
        log.parts.iter().map(|part| (part.kind.as_str(), part.lines)).collect()
    }

    #[test]
    fn each_piece_that_is_trimmed_is_named() {
        let text = "Sáng nay, cơ quan đã tổ chức hội nghị với sự tham dự của đông đảo đại biểu các sở, ban, ngành và địa phương.";
        let mut dom = dom(&format!(
            "<h1>Hội nghị tổng kết năm</h1><p>Thứ ba, 10/01/2023 | 14:05</p><p>{text}</p><p>Lượt xem: 98</p><p>{text} Hết.</p>\
             <p>Chia sẻ Facebook</p><p>In trang</p><div>Tin liên quan</div><ul><li><a href=/1>Tin một của trang</a>\
             <li><a href=/2>Tin hai của trang</a></ul>"
        ));
        let mut log = RemovalLog::new(true);
        let lines = lines::lines(*dom.tree().root_element());
        trim::trim(dom.tree_mut(), &lines, "Hội nghị tổng kết năm", false, &mut log);
        let expected = [
            ("title repeated", 1),
            ("date line", 1),
            ("view counter", 1),
            ("share box", 1),
            ("buttons of the page", 1),
            ("list of other articles", 3),
        ];
        assert_eq!(recorded(&log), expected);
    }

    #[test]
    fn boilerplate_is_named_by_its_element_and_nothing_is_written_down_unasked() {
        let mut page = dom(
            "<nav id=menu><p>Trang chủ</p><p>Tin</p></nav><p>một</p><div class='share-buttons x'>Gửi</div>",
        );
        let cut = page_boilerplate::remove_page_boilerplate(page.tree_mut(), None);
        let (mut on, mut off) = (RemovalLog::new(true), RemovalLog::new(false));
        on.elements(page.tree(), &cut, boilerplate);
        off.elements(page.tree(), &cut, boilerplate);
        let expected =
            [("page boilerplate (nav#menu)", 2), ("page boilerplate (div.share-buttons)", 1)];
        assert_eq!(recorded(&on), expected);
        assert_eq!(recorded(&off), []);
    }
}
