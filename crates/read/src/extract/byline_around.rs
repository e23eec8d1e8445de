//! Reads author and source from the lines around a body: between title and text, and below it.

use super::body::BodyRange;
use super::byline::{Byline, are_others};
use super::byline_mark::{BYLINES, is_marked, may_sign};
use super::byline_parts::{BylinePart, behind_date, parts};
use super::byline_shape::{
    is_newspaper, is_reprint, is_signed_for, is_whole_name, may_be_value, reprint,
};
use super::byline_value;
use super::fact_line;
use super::info_box::{self, Fact};
use super::labels::{self, LabelRole};
use super::line_wording;
use super::lines::TextLine;
use super::view::PageView;
use bantin_core::{Extracted, Provenance};
use scraper::Html;

/// The number of lines below a body that may belong to it.
const BEHIND: usize = 8;

impl Byline {
    /// Reads the bylines between title and body, and below the body.
    pub(super) fn read_around_body(&mut self, view: &PageView<'_>, range: &BodyRange) {
        let (dom, lines) = (&view.dom, view.lines.as_slice());
        let Some((first, last)) = range.body else { return };
        let behind = lines
            .iter()
            .skip(last + 1)
            .take(BEHIND)
            .take_while(|line| !line_wording::is_related_heading(&line.text))
            .take_while(|line| !line.heading || is_heading_of_facts(&line.text));
        let between = range.title.map(|title| lines.iter().take(first).skip(title + 1));
        let above = range.title.map(|title| lines.iter().take(title).skip(title.saturating_sub(2)));
        let mut label: Option<(LabelRole, String)> = None;
        let mut next = last + 1;
        let is_author = |line: &&TextLine| {
            let parts = parts(&line.text);
            let is_name =
                |part: &BylinePart<'_>| part.role == LabelRole::Author && is_whole_name(part.value);
            parts.iter().all(|part| part.colon) && parts.iter().any(is_name)
        };
        let above = above.into_iter().flatten().filter(is_author);
        for line in behind.chain(between.into_iter().flatten()).chain(above) {
            if let Some((role, name)) = label.take()
                && line.length() <= 60
                && may_be_value(&line.text)
                && self.set_name(role, &name, &line.text)
            {
                continue;
            }
            let pair = info_box::pair(dom.tree(), line).filter(|fact| may_be_value(&fact.value));
            if let Some(fact) = pair.filter(|_| !line.row)
                && self.set_name(fact.role, &fact.label, &fact.value)
            {
                continue;
            }
            let is_next = lines.get(next).is_some_and(|next| std::ptr::eq(next, line));
            if is_next && are_others(&parts(&line.text)) {
                next += 1;
            }
            if self.source.is_none()
                && (line.is_right_aligned || is_next)
                && view.is_vietnamese()
                && let Some(host) = linked_host(dom.tree(), line)
            {
                let from = Provenance::Markup("a link below the text".into());
                self.source = Some(Extracted::new(host.to_owned(), from));
            }
            let own = byline_value::own_text(dom.tree(), line);
            let text = own.as_deref().unwrap_or(&line.text);
            let behind_date = behind_date(text);
            let parts = parts(behind_date.unwrap_or(text));
            let is_set_apart = line.is_right_aligned
                || is_next
                || behind_date.is_some()
                || is_marked(dom, line, &BYLINES);
            if let [BylinePart { role, value: "", label: name, colon, .. }] = parts.as_slice()
                && (*colon || line.term)
            {
                // A newspaper may be named by its logo.
                match picture_of(dom.tree(), line).filter(|name| *colon && may_be_value(name)) {
                    Some(value) => _ = self.set_name(*role, name, value),
                    None => label = Some((*role, (*name).to_owned())),
                }
            } else if parts.iter().any(|part| part.colon || part.says_by)
                || is_set_apart && !parts.is_empty()
            {
                self.read_labelled(&parts, is_set_apart);
            } else if parts.is_empty() && is_reprint(&line.text) {
                self.read_unlabelled(line);
            }
            let is_signer = lines.get(last).is_some_and(|above| is_signed_for(&above.text));
            if is_next && !is_signer && parts.is_empty() && may_sign(dom, line) {
                self.read_unlabelled(line);
            }
        }
        if self.source.is_none() {
            self.read_foreign_source(view, range);
        }
        self.read_info_box(view.facts());
        if let Some(title) = range.title.filter(|_| self.source.is_none()) {
            let between = lines.iter().take(first).skip(title + 1);
            let facts = between.flat_map(|line| fact_line::facts(dom.tree(), line));
            let from = Provenance::Markup("beside the date".into());
            let press = facts.map(|fact| match reprint(&fact) {
                Some((_, paper)) => paper.to_owned(),
                None => without_label(&fact).to_owned(),
            });
            let press = press.into_iter().find(|press| is_newspaper(press));
            self.source = press.map(|press| Extracted::new(press, from));
        }
    }

    /// Reads the source behind a label that is not Vietnamese, around a body.
    fn read_foreign_source(&mut self, view: &PageView<'_>, range: &BodyRange) {
        /// The number of lines below a body that may name its source.
        const BELOW: usize = 5;
        let Some((first, last)) = range.body else { return };
        let (tree, lines) = (view.dom.tree(), view.lines.as_slice());
        let is_end = |line: &TextLine| {
            line_wording::is_related_heading(&line.text)
                || line.heading && !is_heading_of_facts(&line.text)
        };
        let below = lines.iter().enumerate().skip(last + 1).take(BELOW);
        let below = below.take_while(|(_, line)| !is_end(line));
        let is_free = |line: &TextLine| !line.row && !line.caption && !line.leads_away();
        let mut below = below.filter(|(_, line)| is_free(line));
        if below.any(|(at, line)| self.read_credit(tree, line, lines.get(at.saturating_sub(1)))) {
            return;
        }
        let between = range.title.map(|title| lines.iter().take(first).skip(title + 1));
        for line in between.into_iter().flatten().filter(|line| !line.caption) {
            self.read_source_of_facts(line);
        }
    }

    /// Takes the names in the box with the facts about the article.
    fn read_info_box(&mut self, facts: &[Fact]) {
        for fact in facts {
            if may_be_value(&fact.value) {
                self.set_name(fact.role, &fact.label, &fact.value);
            }
        }
    }
}

/// The name of a source behind a label without a colon: `Theo Báo Xã`.
fn without_label(text: &str) -> &str {
    let label = labels::at_start(text);
    label.filter(|label| label.role == LabelRole::Source).map_or(text, |label| label.value)
}

/// Whether a heading is that of the facts about the article, and not of other articles.
fn is_heading_of_facts(text: &str) -> bool {
    const FOREIGN: [&str; 4] = ["p.-s.", "p.s.", "post-scriptum", "source"];
    let lower = text.to_lowercase();
    FOREIGN.contains(&lower.as_str())
        || lower.starts_with("thông tin bài viết")
        || lower.starts_with("thông tin tin bài")
}

/// The description of the only picture beside the label of a line.
pub(super) fn picture_of<'a>(tree: &'a Html, line: &TextLine) -> Option<&'a str> {
    let label = tree.tree.get(*line.nodes.first()?)?.parent()?;
    let pictures = label.descendants().filter_map(|node| node.value().as_element());
    let mut pictures = pictures.filter(|element| element.name() == "img");
    let picture = pictures.next().filter(|_| pictures.next().is_none())?;
    picture.attr("alt").map(str::trim).filter(|name| !name.is_empty())
}

/// The host that is all the text of a line, and that it links to: `<a
/// href="https://baoxa.vn/tin/7">baoxa.vn</a>`.
fn linked_host<'a>(tree: &Html, line: &'a TextLine) -> Option<&'a str> {
    let host = line.text.trim_start_matches("www.");
    let is_host = host.contains('.') && !host.contains([' ', '@', '/']) && host.is_ascii();
    let node = line.nodes.first().filter(|_| is_host).and_then(|id| tree.tree.get(*id))?;
    let mut around = node.ancestors().filter_map(|above| above.value().as_element());
    let address = around.find_map(|element| element.attr("href"))?;
    let target = address.split("://").nth(1)?.split('/').next()?.trim_start_matches("www.");
    target.eq_ignore_ascii_case(host).then_some(host)
}
