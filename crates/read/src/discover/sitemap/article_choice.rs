//! Selection of the article pages of a sitemap, and of the sitemaps of an index that contain
//! articles, by their addresses alone.

use crate::discover::shape;
use std::collections::HashMap;
use url::Url;

/// Minimum number of pages below a page that make it a section, however long its name is.
const SECTION: usize = 2;
/// Folders whose pages are lists, or are about the site.
const LISTS: [&str; 14] = [
    "category",
    "categories",
    "tag",
    "tags",
    "author",
    "authors",
    "topic",
    "topics",
    "chuyen-muc",
    "danh-muc",
    "the-loai",
    "tu-khoa",
    "tac-gia",
    "van-ban",
];
/// Words in the names of sitemaps without articles.
const BESIDE: [&str; 18] = [
    "category",
    "categories",
    "cat",
    "tag",
    "tags",
    "author",
    "authors",
    "user",
    "users",
    "taxonomy",
    "taxonomies",
    "term",
    "terms",
    "image",
    "images",
    "video",
    "videos",
    "attachment",
];

/// The number of pages below each address of a sitemap.
pub(super) struct SiteSections {
    below: HashMap<String, usize>,
}

impl SiteSections {
    /// Counts the pages of one sitemap.
    pub(super) fn of<'a>(urls: impl Iterator<Item = &'a Url>) -> Self {
        let mut below: HashMap<String, usize> = HashMap::new();
        for url in urls {
            let Some((folder, _)) = stem(url).rsplit_once('/') else { continue };
            match below.get_mut(folder) {
                Some(count) => *count += 1,
                None => {
                    below.insert(folder.to_owned(), 1);
                }
            }
        }
        Self { below }
    }

    /// Whether an address looks like that of an article.
    pub(super) fn is_article(&self, url: &Url) -> bool {
        let pages = self.below.get(stem(url)).copied().unwrap_or_default();
        let mut folders: Vec<&str> = url.path().split('/').collect();
        folders.pop();
        let is_list = folders.iter().any(|folder| LISTS.contains(folder));
        pages < SECTION
            && !is_list
            && shape::is_article_like(url)
            && !shape::is_media(url)
            && !shape::is_file(url)
    }
}

/// A path without its final slash or extension: `/tin-tuc.html` is the section of
/// `/tin-tuc/1.html`.
fn stem(url: &Url) -> &str {
    let path = url.path().trim_end_matches('/');
    let endings = [".html", ".htm", ".aspx", ".php"];
    endings.iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path)
}

/// Whether a sitemap, by its name, lists sections, people, keywords, pictures or fixed pages.
pub(super) fn is_secondary(url: &Url) -> bool {
    let words = words(url);
    let is_pages = match words.as_slice() {
        [first, ..] if first == "page" || first == "pages" => true,
        words => words.windows(2).any(|pair| pair == ["posts", "page"]),
    };
    is_pages || words.iter().any(|word| BESIDE.contains(&word.as_str()))
}

/// Whether a sitemap, by its name, is a news sitemap.
pub(super) fn is_news(url: &Url) -> bool {
    words(url).iter().any(|word| word == "news" || word == "googlenews")
}

/// The words in the name of a sitemap's file, without numbers.
fn words(url: &Url) -> Vec<String> {
    let name = url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let words = name.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        format!("https://a.example{path}").parse().unwrap()
    }

    #[test]
    fn articles_are_told_from_sections_and_files() {
        let paths = [
            ("/", false),
            ("/gioi-thieu", false),
            ("/tin-tuc-su-kien-noi-bat.html", false),
            ("/tin-tuc-su-kien-noi-bat/hoi-nghi-tong-ket-nam-2026.html", true),
            ("/tin-tuc-su-kien-noi-bat/khai-mac-le-hoi-hoa-da-lat", true),
            ("/tin-tuc/12345.html", true),
            ("/Lists/Tin/DispForm.aspx?ID=7", true),
            ("/2026/11/20/a/", true),
            ("/category/van-hoa-xa-hoi-va-du-lich", false),
            ("/video/le-hoi-hoa-da-lat-2026", false),
            ("/files/bao-cao-so-12-nam-2026.pdf", false),
        ];
        let urls: Vec<Url> = paths.iter().map(|(path, _)| url(path)).collect();
        let sections = SiteSections::of(urls.iter());
        for ((path, expected), url) in paths.iter().zip(&urls) {
            assert_eq!(sections.is_article(url), *expected, "{path}");
        }
    }

    #[test]
    fn sitemaps_are_told_by_their_names() {
        let check = |path: &str, beside: bool, news: bool| {
            assert_eq!((is_secondary(&url(path)), is_news(&url(path))), (beside, news), "{path}");
        };
        check("/post-sitemap2.xml", false, false);
        check("/page-sitemap.xml", true, false);
        check("/category-sitemap.xml.gz", true, false);
        check("/wp-sitemap-posts-post-1.xml", false, false);
        check("/wp-sitemap-posts-page-1.xml", true, false);
        check("/wp-sitemap-taxonomies-category-1.xml", true, false);
        check("/wp-sitemap-users-1.xml", true, false);
        check("/sitemap-page-3.xml", false, false);
        check("/sitemaps/news-2026-11.xml", false, true);
        check("/google_news.xml", false, true);
    }
}
