//! The day right below the text, which has no label: the page marks it as a date.

use super::super::byline_shape::is_signed_for;
use super::super::date_line::{is_date_line, is_of_other_day, names_day};
use super::super::lines::TextLine;
use super::DateSearch;
use super::zone::{BEHIND, DateZone};
use crate::names;
use bantin_core::{Extracted, Provenance};
use bantin_page::plain;
use ego_tree::NodeRef;
use scraper::Node;

impl DateSearch<'_> {
    /// The only date line right below the text, if its element is marked as a date. Its label may be
    /// missing.
    pub(super) fn marked_below(&self, last: usize) -> Option<Extracted<String>> {
        const NEAR: usize = 2;
        let below = self.view.lines.get(last + 1..)?.iter().take(BEHIND).enumerate();
        let is_date = |line: &TextLine| !line.is_linked() && is_date_line(&line.text);
        let mut dates = below.filter(|(_, line)| is_date(line));
        let (at, line) = dates.next().filter(|(at, _)| *at < NEAR)?;
        let is_own = dates.next().is_none()
            && matches!(self.zone(last + 1 + at), DateZone::BelowBody)
            && !is_of_other_day(&line.text)
            && self.is_marked(line);
        let from = Provenance::Markup("below the text".into());
        is_own.then(|| Extracted::new(line.text.clone(), from))
    }

    /// The only date line near the end of the text, if it stands at the right below the name of the
    /// writer.
    pub(super) fn below_signature(&self, last: usize) -> Option<Extracted<String>> {
        const ABOVE: usize = 2;
        const BELOW: usize = 4;
        let near = last.saturating_sub(ABOVE)..=last + BELOW;
        let lines = &self.view.lines;
        let is_date = |line: &TextLine| !line.is_linked() && is_date_line(&line.text);
        let mut dates = near.filter(|at| lines.get(*at).is_some_and(is_date));
        let at = dates.next().filter(|_| dates.next().is_none())?;
        let (line, name) = (lines.get(at)?, lines.get(at.checked_sub(1)?)?);
        // Below a function, the name is that of an official, who signed on another day.
        let function = at.checked_sub(2).and_then(|at| lines.get(at));
        let is_official = function.is_some_and(|line| is_signed_for(&line.text));
        let is_own = line.is_right_aligned
            && name.is_right_aligned
            && names::is_person(names::without_function(&name.text))
            && !is_official
            && !is_of_other_day(&line.text)
            && matches!(self.zone(at), DateZone::BelowBody);
        let from = Provenance::Markup("below the signature".into());
        is_own.then(|| Extracted::new(line.text.clone(), from))
    }

    /// The day behind a clock or a calendar right below the text.
    pub(super) fn behind_icon(&self, last: usize) -> Option<Extracted<String>> {
        const NEAR: usize = 2;
        // Many templates misspell it.
        const ICONS: [&str; 3] = ["clock", "calendar", "calender"];
        let is_icon = |node: NodeRef<'_, Node>| {
            node.value().as_element().is_some_and(|element| {
                element.classes().any(|class| {
                    let class = class.to_ascii_lowercase();
                    ICONS.iter().any(|icon| class.contains(icon))
                })
            })
        };
        let below = last + 1..=last + NEAR;
        let lines = below.filter(|at| matches!(self.zone(*at), DateZone::BelowBody));
        let lines = lines.filter_map(|at| self.view.lines.get(at));
        let mut nodes = lines.flat_map(|line| line.nodes_in(self.view.dom.tree()));
        nodes.find_map(|node| {
            let text = plain::line(&node.value().as_text()?.text);
            let is_day = is_date_line(&text) && names_day(&text);
            let from = || Provenance::Markup("behind a clock below the text".into());
            (is_day && node.prev_sibling().is_some_and(is_icon))
                .then(|| Extracted::new(text, from()))
        })
    }
}
