//! What the address of a page tells: a front page, a category, an article.

use url::Url;

/// Names of categories in addresses.
const CATEGORIES: [&str; 25] = [
    "catalog",
    "catalogs",
    "categoria",
    "categorias",
    "categorie",
    "categories",
    "category",
    "chu-de",
    "chuyen-muc",
    "collections",
    "danh-muc",
    "kategorie",
    "kategorien",
    "product-category",
    "rubrique",
    "search",
    "shop",
    "suche",
    "tag",
    "tags",
    "the-loai",
    "tim-kiem",
    "topic",
    "topics",
    "tu-khoa",
];

/// Names that stand above those of categories, and sometimes above those of articles.
const SHELVES: [&str; 7] = ["browse", "c", "departments", "genre", "hub", "sections", "shopping"];

/// Last segments of the addresses of lists.
const LISTS: [&str; 10] = [
    "articles",
    "blog",
    "blogs",
    "news",
    "posts",
    "press-releases",
    "shop",
    "stories",
    "tin-tuc",
    "tin-tuc-su-kien",
];

/// Whether an address is that of a site, without a path and with no query but that of a campaign.
pub(super) fn is_front_page(url: &Url) -> bool {
    const PAGES: [&str; 5] = ["default", "home", "index", "main", "trang-chu"];
    const CAMPAIGNS: [&str; 4] = ["utm_", "srsltid", "fbclid", "gclid"];
    let stem = |segment: &str| segment.split('.').next().unwrap_or_default().to_lowercase();
    let is_page = match segments(url).as_slice() {
        [] => true,
        [page] => PAGES.contains(&stem(page).as_str()),
        _ => false,
    };
    let is_campaign = |name: &str| CAMPAIGNS.iter().any(|campaign| name.starts_with(campaign));
    is_page && url.fragment().is_none() && url.query_pairs().all(|(name, _)| is_campaign(&name))
}

/// Whether an address ends with the name of a list.
pub(super) fn names_list(url: &Url) -> bool {
    segments(url).last().is_some_and(|last| LISTS.contains(&last.to_lowercase().as_str()))
}

/// Whether a name that may stand above that of a category is a part of an address.
pub(super) fn names_shelf(url: &Url) -> bool {
    let segments = segments(url);
    let is_article = segments.last().is_some_and(|last| names_article(last));
    !is_article && segments.iter().any(|segment| SHELVES.contains(segment))
}

/// Whether an address is that of a category within a category: `/browse/shoes/sneakers`.
pub(super) fn is_subcategory(url: &Url) -> bool {
    /// Maximum number of words of the name of a category.
    const WORDS: usize = 3;
    let segments = segments(url);
    let category = segments
        .iter()
        .position(|segment| CATEGORIES.contains(segment) || SHELVES.contains(segment));
    let is_name = |segment: &str| {
        segment.split(['-', '_']).count() <= WORDS
            && !segment.contains(|c: char| c.is_ascii_digit() || c == '.')
    };
    category
        .and_then(|category| segments.get(category + 1..))
        .is_some_and(|below| below.len() >= 2 && below.iter().all(|segment| is_name(segment)))
}

fn segments(url: &Url) -> Vec<&str> {
    url.path().split('/').filter(|segment| !segment.is_empty()).collect()
}

/// Whether an address is that of a category, a search or a further page of a list.
pub(super) fn names_category(url: &Url) -> bool {
    const COUNTERS: [&str; 5] = ["page", "paged", "trang", "start", "pageindex"];
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let counts = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        COUNTERS.contains(&name.to_ascii_lowercase().as_str()) && is_number(&value)
    };
    let segments = segments(url);
    let is_page =
        matches!(segments.as_slice(), [.., "page" | "trang", number] if is_number(number));
    // What stands below the name of a category may be an article of it.
    let is_article = segments.last().is_some_and(|last| names_article(last));
    is_page
        || !is_article
            && (segments.iter().any(|segment| CATEGORIES.contains(segment))
                || url.query_pairs().any(counts))
}

/// Whether the last segment of an address is that of an article: many words, or a number or a file
/// behind words.
fn names_article(segment: &str) -> bool {
    const MANY: usize = 5;
    let stem = segment.split_once('.').map_or(segment, |(stem, _)| stem);
    let words: Vec<&str> = stem.split(['-', '_']).filter(|word| !word.is_empty()).collect();
    let ends_with_number = words.last().is_some_and(|word| {
        word.len() >= 3 && word.trim_start_matches(['p', 'd', 'a', 'c']).parse::<u64>().is_ok()
    });
    words.len() >= MANY || words.len() > 2 && (ends_with_number || stem.len() < segment.len())
}

/// Whether an address contains a month or a day, and words behind it: that of an article.
pub(super) fn names_day(url: &Url) -> bool {
    let number = |text: &str, from: u32, to: u32| {
        text.parse().is_ok_and(|number: u32| (from..=to).contains(&number))
    };
    let segments = segments(url);
    segments.windows(3).any(|window| {
        let [year, month, behind] = window else { return false };
        let has_words = |text: &&str| text.chars().any(char::is_alphabetic);
        let is_last = segments.last() == Some(behind) || number(behind, 1, 31);
        year.len() == 4
            && number(year, 1990, 2099)
            && number(month, 1, 12)
            && is_last
            && segments.last().is_some_and(has_words)
            && segments.last() != Some(&"page")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_categories_from_articles() {
        #[track_caller]
        fn check(path: &str, expected: &str) {
            let url = format!("https://a.example/{path}").parse().unwrap();
            let kinds = [
                ("front", is_front_page(&url)),
                ("sub", is_subcategory(&url)),
                ("category", names_category(&url)),
                ("shelf", names_shelf(&url)),
                ("list", names_list(&url)),
                ("day", names_day(&url)),
            ];
            let found = kinds.into_iter().find(|(_, is)| *is).map_or("", |(kind, _)| kind);
            assert_eq!(found, expected, "{path}");
        }
        for path in ["", "?srsltid=a", "Index.html", "trang-chu", "home/"] {
            check(path, "front");
        }
        for path in ["browse/shoes/mens", "category/recipes/air-fryer/", "c/noi-that/ban-ghe"] {
            check(path, "sub");
        }
        for path in ["category/news", "chuyen-muc/tin-tuc", "tin/page/3", "tin?trang=2", "search"] {
            check(path, "category");
        }
        for path in ["browse/shoes", "hub/science", "c/ban-ghe"] {
            check(path, "shelf");
        }
        for path in ["vi/tin-tuc", "company/news", "Blog"] {
            check(path, "list");
        }
        for path in ["2026/01/hoi-nghi", "tin/2026/01/06/hoi-nghi.html"] {
            check(path, "day");
        }
        for path in [
            "gioi-thieu",
            "?p=12",
            "#tin-3",
            "category/tin-tuc/mot-bai-viet-ve-le-hoi",
            "topic/le-hoi-xa-345.html",
            "news/hoi-nghi",
        ] {
            check(path, "");
        }
    }
}
