//! Reports articles of a crawl that have one title while their items announce different ones: the
//! title of their pages is the site's, or a section's, and the extraction reads it wrongly.
//!
//! Bulletins do have one title for all their issues. Their listing shows it, too.

use bantin_page::plain::fold;
use std::collections::BTreeMap;

/// A title shared by at least this many articles is reported.
const MANY: usize = 4;

/// A warning for each title that many articles share against their items. Each article is its title
/// and the one that its item announces.
pub(super) fn warnings<'a>(
    articles: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Vec<String> {
    let mut groups: BTreeMap<String, (&str, usize)> = BTreeMap::new();
    for (title, announced) in articles {
        let folded = fold(title);
        if announced.is_some_and(|announced| fold(announced) != folded) {
            groups.entry(folded).or_insert((title, 0)).1 += 1;
        }
    }
    let shared = groups.into_values().filter(|(_, count)| *count >= MANY);
    let warning = |(title, count): (&str, usize)| {
        format!(
            "{count} articles have the title {title:?}, while the listing announces others; it is not the title of an \
             article. Select the right one with article.title"
        )
    };
    shared.map(warning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(articles: &[(&str, Option<&str>)], expected: usize) {
        assert_eq!(warnings(articles.iter().copied()).len(), expected, "{articles:?}");
    }

    #[test]
    fn one_title_for_many_announced_ones_is_reported() {
        let site = "Cổng thông tin";
        let all = ["Một", "Hai", "Ba", "Bốn"].map(|announced| (site, Some(announced)));
        check(&all, 1);
        check(&all[..3], 0);
        check(&["CỔNG THÔNG TIN", site, site, site].map(|title| (title, Some("Tin"))), 1);
    }

    #[test]
    fn bulletins_and_items_without_a_title_are_not_reported() {
        check(&[("Lịch công tác", Some("Lịch công tác")); 6], 0);
        check(&[("Lịch công tác", None); 6], 0);
    }
}
