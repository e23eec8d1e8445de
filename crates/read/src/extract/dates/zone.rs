//! The position of a line relative to the article: where its date may stand, and where a clock or
//! another article has one.

use super::super::PageView;
use super::super::labels;
use super::super::line_wording;
use super::super::lines::TextLine;
use super::{DateSearch, in_text};
use bantin_core::Provenance;
use ego_tree::NodeId;
use scraper::Node;

/// Number of lines below a body that may contain its date.
pub(super) const BEHIND: usize = 5;

/// The same for a date behind a label for the day of publication.
pub(super) const FAR_BEHIND: usize = 14;

/// Number of lines above a title that may contain its date: date, section, site.
pub(super) const ABOVE: usize = 3;

/// The position of a line relative to the article.
pub(super) enum DateZone {
    /// Shortly above the title, in the same box.
    AboveTitle,
    /// Between the title and the first line of the body.
    BelowTitle,
    /// Below the body, in the same box.
    BelowBody,
    /// Anywhere else: not searched for publication dates, with the reason.
    Outside(&'static str),
}

impl DateZone {
    /// The provenance of a date in this zone, with its label if it has one.
    pub(super) fn provenance(&self, label: Option<&str>) -> Provenance {
        match (self, label) {
            (Self::AboveTitle, label) => Provenance::above_title(label),
            (Self::BelowBody, Some(label)) => Provenance::below(label),
            (_, Some(label)) => Provenance::Label(label.to_owned()),
            (_, None) => Provenance::Markup("beside title".into()),
        }
    }
}

impl DateSearch<'_> {
    /// The line of the title if it is above the article, and the article's first and last line. If
    /// the article is empty, its date is below the title.
    pub(super) fn span(&self) -> Option<(Option<usize>, usize, usize)> {
        let title = self.range.title;
        let (first, last) = self.range.body.or(title.map(|title| (title + 2, title + 2)))?;
        Some((title.filter(|title| *title <= first), first, last))
    }

    /// The zone of a line.
    pub(super) fn zone(&self, number: usize) -> DateZone {
        let Some((title, first, last)) = self.span() else {
            let why = "was not considered, because the article was not located on the page";
            return DateZone::Outside(why);
        };
        let lines = &self.view.lines;
        let shares = |other: usize| {
            let both = lines.get(other).zip(lines.get(number));
            let start = title.unwrap_or(first);
            both.is_some_and(|(other, line)| share_a_box(self.view, other, line, start))
        };
        let until = || lines.get(last + 1..=number).unwrap_or_default();
        if number < title.unwrap_or(first.saturating_sub(4)) {
            match title {
                // A page's clock is in another box than the title.
                Some(title) if self.is_in_header(number, title) => {
                    DateZone::Outside("is in the header of the page")
                }
                Some(title)
                    if number + ABOVE >= title
                        && shares(title)
                        && is_beside_article(self.view, number, title, first) =>
                {
                    match lines.get(number).is_some_and(|line| is_breadcrumb(&line.text)) {
                        true => DateZone::Outside("is in a breadcrumb"),
                        false => DateZone::AboveTitle,
                    }
                }
                Some(_) => DateZone::Outside("is above the title, like a page's clock"),
                None => DateZone::Outside("is too far above the text"),
            }
        } else if title.is_none() && number < first {
            // Without a title, only the box tells a date of the article from the page's clock.
            if shares(first) {
                DateZone::AboveTitle
            } else {
                DateZone::Outside("is above the text, in another box, like a page's clock")
            }
        } else if number <= first {
            DateZone::BelowTitle
        } else if number <= last {
            DateZone::Outside("is in the text")
        } else if until().iter().any(|line| line_wording::is_related_heading(&line.text)) {
            DateZone::Outside("is among related news")
        } else if number - last > FAR_BEHIND || number - last > BEHIND && !self.is_announced(number)
        {
            DateZone::Outside("is too far below the text")
        } else if until().iter().any(TextLine::is_linked) {
            DateZone::Outside("is below a link to another page")
        } else if shares(last) {
            DateZone::BelowBody
        } else {
            DateZone::Outside("is below the text, in another box")
        }
    }

    /// Whether a line further below a text announces its day of publication: below the addressees
    /// and the seal of a press release.
    pub(super) fn is_announced(&self, number: usize) -> bool {
        self.view.lines.get(number).is_some_and(|line| {
            in_text::announces_publication(&line.text)
                && labels::at_start(&line.text).is_some_and(|label| label.colon)
        })
    }

    /// Whether a line is in an element for the header of the page, which does not contain the title.
    fn is_in_header(&self, number: usize, title: usize) -> bool {
        let tree = &self.view.dom.tree().tree;
        let above = |number: usize| {
            let node = self.view.lines.get(number).and_then(|line| tree.get(*line.nodes.first()?));
            node.into_iter().flat_map(|node| node.ancestors())
        };
        let is_header = |node: &ego_tree::NodeRef<'_, Node>| {
            node.value().as_element().is_some_and(|element| element.name() == "header")
        };
        let Some(header) = above(number).find(is_header) else { return false };
        !above(title).any(|node| node.id() == header.id())
    }
}

/// Whether a line is the path to the page from the front page.
fn is_breadcrumb(text: &str) -> bool {
    const MARKS: [char; 7] = ['›', '»', '>', '/', '|', '→', '•'];
    const FRONT: [&str; 4] = ["trang chủ", "trang nhất", "home", "startseite"];
    let mut parts = text.split(MARKS).map(|part| part.trim().to_lowercase());
    text.contains(MARKS) && parts.any(|part| FRONT.contains(&part.as_str()))
}

/// Whether two lines are in one box of the article that starts at line `start`. A box is an element
/// that is neither the page itself nor a wrapper around the whole page, with menu and footer.
fn share_a_box(view: &PageView<'_>, one: &TextLine, other: &TextLine, start: usize) -> bool {
    /// Maximum distance from the start of an article's box to its title, in lines.
    const HEAD: usize = 6;
    let tree = &view.dom.tree().tree;
    let above = |line: &TextLine| -> Vec<NodeId> {
        let node = line.nodes.first().and_then(|id| tree.get(*id));
        node.map(|node| node.ancestors().map(|above| above.id()).collect()).unwrap_or_default()
    };
    let theirs = above(other);
    let Some(common) = above(one).into_iter().find(|id| theirs.contains(id)) else { return false };
    let element = tree.get(common).and_then(|node| node.value().as_element());
    let menu = start.checked_sub(HEAD).and_then(|place| view.lines.get(place));
    element.is_some_and(|element| !matches!(element.name(), "html" | "body" | "form"))
        && !menu.is_some_and(|line| above(line).contains(&common))
}

/// Whether a line is in the element that contains title and text, or in the one around it. The
/// clock of a banner is further away, even if one element wraps banner and article.
fn is_beside_article(view: &PageView<'_>, line: usize, title: usize, text: usize) -> bool {
    let tree = &view.dom.tree().tree;
    let above = |line: usize| {
        let node = view.lines.get(line).and_then(|line| tree.get(*line.nodes.first()?));
        node.into_iter().flat_map(|node| node.ancestors())
    };
    let titles: Vec<NodeId> = above(title).map(|node| node.id()).collect();
    let Some(article) = above(text).find(|node| titles.contains(&node.id())) else { return true };
    // Wrappers with nothing else in them do not count.
    let is_wrapper = |node: &ego_tree::NodeRef<'_, Node>| {
        node.children().filter(|child| child.value().is_element()).count() == 1
    };
    let around = article.ancestors().find(|node| !is_wrapper(node)).unwrap_or(article);
    above(line).any(|node| node.id() == around.id())
}
