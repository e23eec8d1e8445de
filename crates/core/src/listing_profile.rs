//! The profile of a listing page without selectors: where its items were found. The next visit
//! looks there first, which is faster, and detects redesigns.

use serde::Serialize;

/// The locations of the items on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListingProfile {
    /// The lists that were recognized as news, best first. Empty if nothing was learned.
    pub lists: Vec<ProfiledList>,
    /// The number of other pages linked by headlines outside these lists.
    pub elsewhere: usize,
}

/// A list that was recognized as news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProfiledList {
    /// A CSS selector for its links.
    pub selector: String,
    /// The number of its items.
    pub items: usize,
    /// The evidence for its recognition, for people.
    pub evidence: String,
}

impl ListingProfile {
    /// Whether a list was found at this selector.
    pub fn knows(&self, selector: &str) -> bool {
        self.lists.iter().any(|list| list.selector == selector)
    }

    /// Returns the best lists of now and of `before`, if no list is at an earlier location: the
    /// page was redesigned. The visit stores the new locations, so it reports a redesign once.
    pub fn find_redesign<'a>(
        &'a self,
        before: &'a Self,
    ) -> Option<(&'a ProfiledList, &'a ProfiledList)> {
        let is_anywhere = self.lists.iter().any(|list| before.knows(&list.selector));
        self.lists.first().zip(before.lists.first()).filter(|_| !is_anywhere)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(selectors: &[&str]) -> ListingProfile {
        let list = |selector: &&str| ProfiledList {
            selector: (*selector).to_owned(),
            items: 10,
            evidence: String::new(),
        };
        ListingProfile { lists: selectors.iter().map(list).collect(), elsewhere: 0 }
    }

    #[test]
    fn a_page_has_a_new_face_when_none_of_its_lists_stands_where_one_stood() {
        let before = profile(&["ul.news > a", "div.top > a"]);
        assert_eq!(profile(&["div.top > a"]).find_redesign(&before), None);
        assert_eq!(profile(&[]).find_redesign(&before), None);
        assert_eq!(profile(&["ul.news > a"]).find_redesign(&ListingProfile::default()), None);
        let now = profile(&["section > h3 > a"]);
        let (to, from) = now.find_redesign(&before).unwrap();
        assert_eq!(
            (to.selector.as_str(), from.selector.as_str()),
            ("section > h3 > a", "ul.news > a")
        );
    }
}
