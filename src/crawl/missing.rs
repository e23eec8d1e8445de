//! Finds articles that the agency may have withdrawn: those missing in the middle of a listing.
//!
//! An article is doubted if it is missing although the listing shows articles that were below it at
//! the last visit, or if its page is gone (404, 410). A visit fetches the pages of at most three
//! doubted articles. A page that exists ends the doubt. A page that is gone at two requests, at
//! least half an hour apart, proves that the agency has withdrawn the article. Any other answer
//! proves nothing: the page is fetched again after fifteen minutes, then twice as long each time,
//! at most ten times. A withdrawal by the agency ends when the article is listed again and its page
//! exists; one by the operator never ends.
//!
//! If more than three articles and more than a third of the listing are missing at once, the site
//! was redesigned, and nothing is concluded. Folders of saved pages, sitemaps and feeds without
//! pages are not checked.

use bantin_core::ArticleKey;
use std::collections::HashSet;

/// The maximum number of missing articles, unless a third of the listing is more. Beyond that, the
/// listing was redesigned.
const FEW: usize = 3;
/// The divisor for that third.
const SHARE: usize = 3;

/// Returns the articles of the last listing, in its order, that are not `here` although an article
/// that was listed below them is. An article missing at the end was only displaced by newer ones.
/// The error is a sentence: too many are missing to conclude anything.
pub(super) fn missing(
    last: &[ArticleKey],
    here: &HashSet<ArticleKey>,
) -> Result<Vec<ArticleKey>, String> {
    let end = last.iter().rposition(|key| here.contains(key)).unwrap_or(0);
    let missing: Vec<ArticleKey> =
        last.iter().take(end).filter(|key| !here.contains(key) && has_page(key)).cloned().collect();
    if missing.len() > FEW.max(last.len() / SHARE) {
        return Err(format!(
            "{} of the {} articles of the last listing are missing at once, which looks like a \
             redesign of the site and not like withdrawals; nothing is concluded from it",
            missing.len(),
            last.len()
        ));
    }
    Ok(missing)
}

/// Whether an article has a page of its own, whose absence would prove something.
fn has_page(key: &ArticleKey) -> bool {
    !key.is_without_page()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(last: &[u32], here: &[u32], expected: Option<&[u32]>) {
        let keys = |numbers: &[u32]| -> Vec<ArticleKey> {
            numbers.iter().map(|n| ArticleKey::kept(format!("/tin/{n}"))).collect()
        };
        let found = missing(&keys(last), &keys(here).into_iter().collect()).ok();
        assert_eq!(found, expected.map(keys));
    }

    #[test]
    fn only_what_is_missing_in_the_midst_may_be_gone() {
        check(&[5, 4, 3, 2, 1], &[6, 5, 4, 3, 2], Some(&[]));
        check(&[5, 4, 3, 2, 1], &[6, 5, 3, 2], Some(&[4]));
        check(&[5, 4, 3, 2, 1], &[4, 3, 2, 1], Some(&[5]));
        check(&[5, 4, 3], &[9, 8, 7], Some(&[]));
        check(&[], &[1], Some(&[]));
    }

    #[test]
    fn an_article_without_a_page_is_not_doubted() {
        let bare = ArticleKey::kept("guid:1".to_owned()).variant("1");
        let last = [bare, ArticleKey::kept("/tin/1".to_owned())];
        assert_eq!(missing(&last, &HashSet::from([last[1].clone()])), Ok(Vec::new()));
    }

    #[test]
    fn what_is_missing_in_bulk_is_a_redesign() {
        let last: Vec<u32> = (1..=20).collect();
        check(&last, &[20], None);
        check(&last, &last[6..], Some(&last[..6]));
        check(&last, &last[7..], None);
        check(&[5, 4, 3, 2, 1], &[1], None);
        check(&[4, 3, 2, 1], &[1], Some(&[4, 3, 2]));
    }
}
