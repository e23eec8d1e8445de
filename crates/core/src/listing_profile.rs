//! What a page without selectors taught us of itself, so that the next visit is quicker and can be compared.

use serde::Serialize;

/// Where the news of a page stood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListingProfile {
    /// The lists that were taken for news, the best first. Empty where nothing was learned.
    pub lists: Vec<ProfiledList>,
    /// How many other pages were linked to by headlines that stand in none of these lists.
    pub elsewhere: usize,
}

/// A list that was taken for news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProfiledList {
    /// A CSS selector of its links.
    pub selector: String,
    /// How many items it has.
    pub items: usize,
    /// What speaks for it, for a reader.
    pub evidence: String,
}

impl ListingProfile {
    /// Whether a list stands where one stood before.
    pub fn knows(&self, selector: &str) -> bool {
        self.lists.iter().any(|list| list.selector == selector)
    }

    /// The best list of now and of before, where none stands where one stood `before`: the page has a new face.
    pub fn moved<'a>(&'a self, before: &'a Self) -> Option<(&'a ProfiledList, &'a ProfiledList)> {
        let is_anywhere = self.lists.iter().any(|list| before.knows(&list.selector));
        self.lists.first().zip(before.lists.first()).filter(|_| !is_anywhere)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(selectors: &[&str]) -> ListingProfile {
        let list = |selector: &&str| ProfiledList {
            selector: (*selector).to_owned(),
            items: 10,
            evidence: String::new(),
        };
        ListingProfile { lists: selectors.iter().map(list).collect(), elsewhere: 0 }
    }

    #[test]
    fn a_page_has_a_new_face_when_none_of_its_lists_stands_where_one_stood() {
        let before = learned(&["ul.news > a", "div.top > a"]);
        assert_eq!(learned(&["div.top > a"]).moved(&before), None);
        assert_eq!(learned(&[]).moved(&before), None);
        assert_eq!(learned(&["ul.news > a"]).moved(&ListingProfile::default()), None);
        let now = learned(&["section > h3 > a"]);
        let (to, from) = now.moved(&before).unwrap();
        assert_eq!(
            (to.selector.as_str(), from.selector.as_str()),
            ("section > h3 > a", "ul.news > a")
        );
    }
}
