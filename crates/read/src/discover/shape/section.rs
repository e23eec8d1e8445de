//! In what part of a page an element stands, by its tag, its role and the words of its class and id.

use scraper::ElementRef;

/// Words of a class or id that name what is no news.
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
/// Words of a class or id that name a box beside the news.
const BESIDE: [&str; 15] = [
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
    "adv",
    "ads",
    "quangcao",
    "secondary",
    "sponsor",
];

/// The part of the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PageSection {
    /// A menu, a footer, a pager.
    pub(super) around: bool,
    /// A box beside the news.
    pub(super) beside: bool,
    /// Inside an `article`, `main` or a list's item, where `header` and `footer` are the item's own.
    item: bool,
}

impl PageSection {
    /// The place of what stands in `element`, which stands here. A menu of headlines is none: `is_news` says that most
    /// links in the element are.
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
        place.beside |= name == "aside" || role == "complementary";
        for attribute in ["class", "id"] {
            for word in words(element.attr(attribute).unwrap_or_default()) {
                around |= AROUND.contains(&word.as_str());
                place.beside |= BESIDE.contains(&word.as_str());
            }
        }
        let classes = element.attr("class").unwrap_or_default();
        place.beside |= classes.split_whitespace().any(|class| class == "widget");
        place.around |= around && !is_news;
        place
    }
}

/// Whether a reader does not see an element. What a click shows (tabs) is hidden by a script, not by its HTML.
pub(super) fn is_hidden(element: ElementRef<'_>) -> bool {
    if element.attr("hidden").is_some() {
        return true;
    }
    let Some(style) = element.attr("style") else { return false };
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    let style = style.to_ascii_lowercase();
    style.contains("display:none") || style.contains("visibility:hidden")
}

/// The words of a class or id: cut at marks, and where a capital follows a small letter.
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
