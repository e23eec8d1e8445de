//! The texts above the menu of a page: names and mottos of the site that no metadata declares.

use super::contenders::{Contender, Sign};
use super::{MIN_LENGTH, reduced};
use crate::extract::PageView;

/// Votes against a text of the banner.
const AGAINST: i32 = -12;

/// Whether a contender stands above the menu of the page, and nothing else names it the title.
pub(super) fn is_banner(view: &PageView<'_>, contender: &Contender) -> bool {
    if !view.site.is_banner(&contender.key) {
        return false;
    }
    let element = view.metadata.title_element.as_deref().map(reduced);
    let is_declared = contender.signs.iter().any(|(sign, votes)| match sign {
        Sign::Item | Sign::Platform | Sign::Address => *votes > 0,
        // What both declare names the site.
        Sign::StructuredData | Sign::OpenGraph => element.as_ref() != Some(&contender.key),
        _ => false,
    });
    !is_declared
}

/// Counts votes against the texts of the banner if a line below the menu may be the title.
pub(super) fn doubt(view: &PageView<'_>, contenders: &mut [Contender]) {
    let banner: Vec<bool> = contenders.iter().map(|contender| is_banner(view, contender)).collect();
    let mut others = contenders.iter().zip(&banner).filter(|(_, is_banner)| !**is_banner);
    let is_title = |contender: &Contender| {
        let is_shown =
            contender.signs.iter().any(|(sign, votes)| *sign == Sign::Near && *votes > 0);
        is_shown
            && contender.fault.is_none()
            && contender.votes() > 0
            && contender.key.chars().count() >= MIN_LENGTH
    };
    if !others.any(|(contender, _)| is_title(contender)) {
        return;
    }
    for (contender, _) in contenders.iter_mut().zip(banner).filter(|(_, is_banner)| *is_banner) {
        contender.signs.push((Sign::Banner, AGAINST));
    }
}
