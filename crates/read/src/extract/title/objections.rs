//! Objections of the page to a contender for the title: it names the site, a section, or other
//! articles.

use super::contenders::{Contender, Sign};
use super::segments::{is_common, split_marks};
use super::shown_line::leads_away;
use super::{MAX_LENGTH, wording};
use crate::extract::PageView;
use crate::extract::labels;
use crate::extract::line_wording;
use crate::extract::lines::TextLine;
use crate::names;

/// Votes against a name that the page shows for its site.
const SHOWN: i32 = -12;
/// Votes against the name of a section in the menu.
const MENU: i32 = -14;

/// The votes against the words of a contender, if it is not what the listing announced.
pub(super) fn wording_votes(view: &PageView<'_>, contender: &Contender) -> i32 {
    let is_item = contender.signs.iter().any(|(sign, _)| *sign == Sign::Item);
    let text = contender.forms.first().filter(|_| !is_item).map(|form| form.value.as_str());
    // `Sở Tư pháp` above the news of the `Sở Tư pháp tỉnh An`.
    let is_owner =
        |text: &str| names::is_organisation(text) && view.site.begins_part_of_title(&contender.key);
    let is_shown = |text: &str| view.site.is_shown(&contender.key) || is_owner(text);
    let in_menu = |text: &str| if is_in_menu(view, text) { MENU } else { 0 };
    text.map_or(0, |text| match is_shown(text) {
        true => SHOWN,
        false => wording::votes(text).min(in_menu(text)),
    })
}

/// Whether a text of a few words is the name of a section, which a link of the page leads to, or a
/// label names: `Chuyên mục: Tin hoạt động`.
fn is_in_menu(view: &PageView<'_>, text: &str) -> bool {
    const MAX_WORDS: usize = 4;
    /// The labels of sections, in lower case.
    const SECTIONS: [&str; 4] = ["chuyên mục", "danh mục", "lĩnh vực", "thể loại"];
    let is_link = |line: &TextLine| line.level == 0 && line.is_linked() && leads_away(view, line);
    let is_label = |line: &TextLine| {
        labels::at_start(&line.text).is_some_and(|label| {
            label.value == text && SECTIONS.contains(&label.label.to_lowercase().as_str())
        })
    };
    // Few lines end with the text; the other checks are expensive.
    let ends_so = |line: &&TextLine| line.text.ends_with(text);
    text.split(' ').count() <= MAX_WORDS
        && view
            .lines
            .iter()
            .filter(ends_so)
            .any(|line| line.text.len() == text.len() && is_link(line) || is_label(line))
}

/// The reason why a text is not a title, whatever its votes.
pub(super) fn fault(view: &PageView<'_>, contender: &Contender) -> Option<&'static str> {
    let Some(form) = contender.forms.first() else { return Some("is empty") };
    let text = form.value.as_str();
    // What is left of a constant title is the name of the site.
    let is_name = |part: &str| view.site.is_like(part) || is_common(part);
    let is_constant = !contender.signs.iter().any(|(sign, votes)| {
        matches!(sign, Sign::Item | Sign::Heading | Sign::Near | Sign::Platform) && *votes > 0
    });
    // The news of an agency about itself may have its name as title.
    let is_announced =
        contender.signs.iter().any(|(sign, _)| *sign == Sign::Item) && !is_alone(contender);
    if is_announced {
        None
    } else if view.site.contains(text) {
        Some("is the name of the site")
    } else if is_common(text) {
        Some("is the name of a front page or a template")
    } else if line_wording::is_related_heading(text) {
        Some("is the heading of other articles")
    } else if is_constant && view.site.is_shown(&contender.key) {
        Some("is the name of the site")
    } else if contender.votes() <= 0 && view.site.is_shown(&contender.key) {
        Some("is the name of the site, which little else supports")
    } else if is_constant
        && split_marks(text).any(|(before, behind, _)| is_name(before) && is_name(behind))
    {
        Some("consists of names of the site")
    } else if text.chars().count() > MAX_LENGTH {
        Some("is too long for a title")
    } else {
        None
    }
}

/// Whether no line of the page shows a title.
fn is_alone(contender: &Contender) -> bool {
    !contender.signs.iter().any(|(sign, votes)| *sign == Sign::Heading && *votes > 0)
}
