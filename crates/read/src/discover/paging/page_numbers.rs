//! Rows of page numbers: `1 2 3 … »`.

use super::address;
use super::pager::{PagerAction, PagerElement};
use std::collections::HashSet;
use url::Url;

/// Minimum length of a row that is the days of a month and not a pager.
const A_MONTH: usize = 27;

/// A row of numbers, with the elements between and after them.
#[derive(Debug)]
pub(super) struct PageNumberRow<'s, 'd> {
    elements: &'s [PagerElement<'d>],
    /// The number of links to items of the listing between the previous row and this one.
    items: usize,
}

/// The page after the current one, according to a row.
#[derive(Debug)]
pub(super) enum FollowingPage<'s, 'd> {
    /// The element that leads there.
    Action(&'s PagerAction<'d>),
    /// The current page is the last one.
    End,
    /// The row does not show it.
    Unknown,
}

/// The pagers of a page; the one that belongs to its items comes first.
pub(super) fn rows<'s, 'd>(
    signs: &'s [PagerElement<'d>],
    page: &Url,
    items: &HashSet<Url>,
) -> Vec<PageNumberRow<'s, 'd>> {
    let is_item = |sign: &PagerElement<'_>| matches!(&sign.action, Some(PagerAction::Get(url)) if items.contains(url));
    let mut rows = Vec::new();
    let (mut start, mut last, mut passed) = (None, 0, 0);
    let mut end = |start: &mut Option<usize>, until: usize, passed: &mut usize| {
        let Some(from) = start.take() else { return };
        let row =
            PageNumberRow { elements: signs.get(from..until).unwrap_or_default(), items: *passed };
        if row.is_pager(page, items) {
            *passed = 0;
            rows.push(row);
        }
    };
    for (place, sign) in signs.iter().enumerate() {
        match sign.number().filter(|_| !is_item(sign)) {
            Some(number) => {
                if start.is_some() && number <= last {
                    end(&mut start, place, &mut passed);
                }
                start.get_or_insert(place);
                last = number;
            }
            None if sign.is_pager_text() => {}
            None => {
                end(&mut start, place, &mut passed);
                passed += usize::from(is_item(sign));
            }
        }
    }
    end(&mut start, signs.len(), &mut passed);
    rows.sort_by_key(|row| std::cmp::Reverse(row.items));
    rows
}

impl<'s, 'd> PageNumberRow<'s, 'd> {
    fn numbers(&self) -> impl Iterator<Item = (u64, &'s PagerElement<'d>)> + use<'s, 'd> {
        self.elements.iter().filter_map(|sign| Some((sign.number()?, sign)))
    }

    /// Whether the numbers lead to pages of one listing.
    fn is_pager(&self, page: &Url, items: &HashSet<Url>) -> bool {
        let count = self.numbers().count();
        if !(1..A_MONTH).contains(&count) {
            return false;
        }
        let pressed =
            self.numbers().filter(|(_, sign)| matches!(sign.action, Some(PagerAction::Submit(_))));
        if pressed.count() > 0 {
            // A lone number that submits a form is a counter, a vote or a cart; several are pages.
            return count > 1;
        }
        let links: Vec<(u64, &Url)> = self
            .numbers()
            .filter_map(|(number, sign)| match &sign.action {
                Some(PagerAction::Get(url)) if !items.contains(url) => Some((number, url)),
                _ => None,
            })
            .collect();
        let mut targets: Vec<&Url> = links.iter().map(|(_, url)| *url).collect();
        targets.sort();
        targets.dedup();
        let are_many = targets.len() == links.len() && !links.is_empty();
        let own = address::without_fragment(page);
        let turns = links.iter().filter(|(_, url)| address::without_fragment(url) != own);
        let mut turns = turns.peekable();
        are_many
            && turns.peek().is_some()
            && (turns.all(|(_, url)| address::is_other_page(page, url))
                || (links.iter().all(|(_, url)| address::same_site(page, url))
                    && address::are_consecutive(&links)))
    }

    /// The number of the current page, according to the row.
    fn current(&self, page: &Url, expected: u64) -> Option<u64> {
        let marked: Vec<u64> =
            self.numbers().filter(|(_, sign)| sign.is_current).map(|(number, _)| number).collect();
        if let [number] = marked[..] {
            return Some(number);
        }
        let unlinked: Vec<u64> = self
            .numbers()
            .filter(|(_, sign)| sign.action.is_none())
            .map(|(number, _)| number)
            .collect();
        match unlinked[..] {
            [number] => return Some(number),
            [] => {}
            _ => return unlinked.contains(&expected).then_some(expected),
        }
        let own = address::without_fragment(page);
        let itself = self.numbers().find(
            |(_, sign)| matches!(&sign.action, Some(PagerAction::Get(url)) if address::without_fragment(url) == own),
        );
        let named = || address::number_in(page).filter(|named| *named == expected);
        itself.map(|(number, _)| number).or_else(named).or_else(|| {
            // All numbers are links, or the current one is missing.
            let first = self.numbers().map(|(number, _)| number).min()?;
            (expected + 1 >= first).then_some(expected)
        })
    }

    /// The page after the current one, which should have the number `expected`.
    pub(super) fn after_current(&self, page: &Url, expected: usize) -> FollowingPage<'s, 'd> {
        let expected = u64::try_from(expected).unwrap_or(u64::MAX);
        let Some(current) = self.current(page, expected) else { return FollowingPage::Unknown };
        let following = self.numbers().find(|(number, _)| *number > current);
        let action = |sign: &'s PagerElement<'d>| sign.action.as_ref();
        match following {
            Some((number, sign)) if number == current + 1 => {
                return action(sign).map_or(FollowingPage::Unknown, FollowingPage::Action);
            }
            Some(_) => return FollowingPage::Unknown,
            None => {}
        }
        // The next ten pages are behind dots.
        let last =
            self.elements.iter().rposition(|sign| sign.number().is_some()).unwrap_or_default();
        let behind = self.elements.get(last..).unwrap_or_default();
        let dots = behind.iter().find(|sign| sign.is_dots()).and_then(action);
        let called = || {
            let next = behind.iter().filter(|sign| sign.next_rank().is_some_and(|sure| sure < 4));
            let turns = |action: &&PagerAction<'_>| match action {
                PagerAction::Get(url) => address::is_other_page(page, url),
                PagerAction::Submit(_) => true,
            };
            next.filter_map(action).find(turns)
        };
        // On some last pages, `>` leads to an earlier page; such a link is ignored.
        let called = called().filter(|action| match action {
            PagerAction::Get(url) => {
                address::number_in(url).is_none_or(|number| number > current || number == 0)
            }
            PagerAction::Submit(_) => true,
        });
        dots.or(called).map_or(FollowingPage::End, FollowingPage::Action)
    }
}
