//! Classification of page sections by tag, role, and the words of class and id.

use scraper::ElementRef;

/// Words of a class or id that identify a section without news.
const AROUND: [&str; 30] = [
    "nav",
    "navbar",
    "navigation",
    "navigator",
    "menu",
    "mainmenu",
    "submenu",
    "topmenu",
    "leftmenu",
    "breadcrumb",
    "breadcrumbs",
    "pagination",
    "pager",
    "paging",
    "pagenavi",
    "phantrang",
    "footer",
    "copyright",
    "lienket",
    "weblink",
    "weblinks",
    "sitemap",
    "toolbar",
    "login",
    "share",
    "social",
    "language",
    "tagcloud",
    "comments",
    "comment",
];
/// Those of a pager.
const PAGERS: [&str; 5] = ["pagination", "pager", "paging", "pagenavi", "phantrang"];
/// Words of a class or id that identify a box beside the news.
const BESIDE: [&str; 17] = [
    "sidebar",
    "aside",
    "popular",
    "related",
    "mostread",
    "mostviewed",
    "trending",
    "xemnhieu",
    "docnhieu",
    "rightcol",
    "phai",
    "cotphai",
    "adv",
    "ads",
    "quangcao",
    "secondary",
    "sponsor",
];

/// The section of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PageSection {
    /// A menu, a footer or a pager.
    pub(super) is_navigation: bool,
    /// A pager, which stands in the column of the news.
    pub(super) is_pager: bool,
    /// A box beside the news.
    pub(super) is_sidebar: bool,
    /// Inside an `article`, `main` or list item, where `header` and `footer` belong to the item.
    item: bool,
}

impl PageSection {
    /// The section of the content of `element`, which is in this section. A menu whose links are
    /// mostly headlines (`is_news`) does not count as one.
    pub(super) fn section_of_child(self, element: ElementRef<'_>, is_news: bool) -> Self {
        let name = element.value().name();
        if matches!(name, "html" | "body") {
            return self;
        }
        let role = element.attr("role").unwrap_or_default();
        let mut place = self;
        place.item |= matches!(name, "article" | "main" | "li");
        let mut around = name == "nav"
            || (!self.item && matches!(name, "header" | "footer"))
            || matches!(role, "navigation" | "menu" | "menubar" | "contentinfo" | "search");
        place.is_sidebar |= name == "aside" || role == "complementary";
        for attribute in ["class", "id"] {
            for word in words(element.attr(attribute).unwrap_or_default()) {
                around |= AROUND.contains(&word.as_str());
                place.is_pager |= PAGERS.contains(&word.as_str());
                place.is_sidebar |= BESIDE.contains(&word.as_str());
            }
        }
        let classes = element.attr("class").unwrap_or_default();
        place.is_sidebar |= classes.split_whitespace().any(|class| class == "widget");
        place.is_navigation |= around && !is_news;
        place
    }
}

/// Whether an element is invisible. Content that a click reveals (tabs) is hidden by scripts, not
/// in HTML.
pub(super) fn is_hidden(element: ElementRef<'_>) -> bool {
    if element.attr("hidden").is_some() {
        return true;
    }
    let Some(style) = element.attr("style") else { return false };
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    let style = style.to_ascii_lowercase();
    style.contains("display:none") || style.contains("visibility:hidden")
}

/// The words of a class or id, split at punctuation and at capitals after lower-case letters.
pub(super) fn words(names: &str) -> Vec<String> {
    let mut words = Vec::new();
    for name in names.split(|c: char| !c.is_ascii_alphabetic()).filter(|name| !name.is_empty()) {
        let mut word = String::new();
        let mut small = false;
        for c in name.chars() {
            if small && c.is_ascii_uppercase() {
                words.push(std::mem::take(&mut word));
            }
            small = c.is_ascii_lowercase();
            word.push(c.to_ascii_lowercase());
        }
        words.push(word);
    }
    words
}
