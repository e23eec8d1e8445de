//! Listings of sitemaps.

use super::super::sample;
use super::*;

const SITE: &str = "https://a.example/";

fn source(matching: Option<&str>) -> Source {
    let settings: Vec<_> = matching.map(|text| ("match", text)).into_iter().collect();
    sample::source(SITE, sample::kind("sitemap", &settings))
}

fn page(name: &str, body: &str) -> Page {
    let mut page = sample::page(&format!("{SITE}{name}"), "application/xml", body);
    page.fetched = "2026-11-20T05:00:00Z".parse().unwrap();
    page
}

/// A sitemap of these paths with their last changes.
fn sitemap(items: &[(&str, &str)]) -> String {
    let item = |(path, modified): &(&str, &str)| {
        let modified = match *modified {
            "" => String::new(),
            modified => format!("<lastmod>{modified}</lastmod>"),
        };
        format!("<url><loc>{SITE}{path}</loc>{modified}</url>")
    };
    format!("<urlset>{}</urlset>", items.iter().map(item).collect::<String>())
}

/// The paths that are listed for one sitemap.
#[track_caller]
fn listed(body: &str, matching: Option<&str>) -> Vec<String> {
    let source = source(matching);
    let mut sitemaps = SitemapSet::default();
    sitemaps.add_document(&page("sitemap.xml", body), &source).unwrap();
    let listing = sitemaps.listing(&source).unwrap();
    let paths = listing.items.iter().map(|teaser| teaser.url.as_str());
    paths.map(|url| url.strip_prefix(SITE).unwrap().to_owned()).collect()
}

#[test]
fn the_newest_articles_are_listed_first_and_sections_are_not() {
    let body = sitemap(&[
        ("", "2026-11-20"),
        ("tin-tuc", "2026-11-20"),
        ("tin-tuc/tin-cu-cua-co-quan-1", "2026-10-01"),
        ("tin-tuc/tin-moi-cua-co-quan-3", "2026-11-19T08:00:00+07:00"),
        ("tin-tuc/tin-vua-cua-co-quan-2", "2026-11-01"),
        ("tin-tuc/tin-khong-ro-ngay-4", ""),
        // The clock of the site is a century ahead.
        ("tin-tuc/tin-cua-the-ky-sau-5", "2126-01-01"),
    ]);
    let order = ["tin-moi-cua-co-quan-3", "tin-vua-cua-co-quan-2", "tin-cu-cua-co-quan-1"];
    let without = ["tin-cua-the-ky-sau-5", "tin-khong-ro-ngay-4"];
    let mut found = listed(&body, None);
    let mut tail = found.split_off(3);
    tail.sort();
    assert_eq!(found, order.map(|name| format!("tin-tuc/{name}")));
    assert_eq!(tail, without.map(|name| format!("tin-tuc/{name}")));
}

#[test]
fn where_nothing_is_dated_numbers_tell_what_is_newest() {
    let paths: Vec<String> = (1000..1300).map(|n| format!("tin/{n}.html")).collect();
    let items: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
    let found = listed(&sitemap(&items), None);
    assert_eq!(found.len(), MAX_ARTICLES);
    assert_eq!((found[0].as_str(), found[199].as_str()), ("tin/1299.html", "tin/1100.html"));
    // All pages have the date on which the sitemap was made, which is unrelated to them.
    let items: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "2026-11-20")).collect();
    assert_eq!(listed(&sitemap(&items), None), found);
}

#[test]
fn a_day_that_most_share_keeps_no_new_article_out() {
    // Half of the articles keep the dates of their last changes; the others have the date on which
    // the sitemap was made.
    let items: Vec<(String, String)> = (1000..1600)
        .map(|n| {
            let old = n < 1250;
            let day = if old {
                format!("2024-{:02}-{:02}", n % 12 + 1, n % 28 + 1)
            } else {
                "2026-11-20".to_owned()
            };
            (format!("tin/{n}.html"), day)
        })
        .collect();
    let items: Vec<(&str, &str)> =
        items.iter().map(|(path, day)| (path.as_str(), day.as_str())).collect();
    let found = listed(&sitemap(&items), None);
    assert_eq!((found[0].as_str(), found[199].as_str()), ("tin/1599.html", "tin/1400.html"));
    // That date is not a change of any of them: tomorrow it will be another one.
    let source = source(None);
    let mut sitemaps = SitemapSet::default();
    sitemaps.add_document(&page("sitemap.xml", &sitemap(&items)), &source).unwrap();
    let listing = sitemaps.listing(&source).unwrap();
    assert!(listing.items.iter().all(|teaser| teaser.version.is_none()));
}

#[test]
fn the_operator_knows_better_which_addresses_are_articles() {
    let body = sitemap(&[("gioi-thieu", ""), ("bai/mot", ""), ("bai/hai", "")]);
    assert_eq!(listed(&body, Some("/bai/")), ["bai/mot", "bai/hai"]);
    let check = |matching: Option<&str>, expected: &str| {
        let source = source(matching);
        let mut sitemaps = SitemapSet::default();
        sitemaps.add_document(&page("sitemap.xml", &body), &source).unwrap();
        let error = sitemaps.listing(&source).unwrap_err();
        assert_eq!(error.advice(), bantin_core::RetryAdvice::AskOperator);
        assert!(error.to_string().starts_with(expected), "{error}");
    };
    check(
        None,
        "none of the 3 addresses of the sitemap looks like that of an article; the first is https://a.example/gioi-thieu; set `match` to",
    );
    check(Some("/tin/"), "none of the 3 addresses of the sitemap matches `match`;");
}

#[test]
fn a_date_of_publication_is_one_and_a_last_change_is_none() {
    let source = source(None);
    let body = "<urlset xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>/mot</loc><lastmod>2026-11-20</lastmod>
        <news:news><news:publication><news:language>vi</news:language></news:publication><news:publication_date>2026-11-19</news:publication_date>
        <news:title>Tin  một</news:title></news:news></url><url><loc>/tin/2026-mot-hai-ba</loc><lastmod>2026-11-18</lastmod></url></urlset>";
    let mut sitemaps = SitemapSet::default();
    sitemaps.add_document(&page("sitemap.xml", body), &source).unwrap();
    let teasers = sitemaps.listing(&source).unwrap().items;
    let shown =
        |teaser: &ListingItem| (teaser.title.clone(), teaser.date.clone(), teaser.version.clone());
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(shown(&teasers[0]), (text("Tin một"), text("2026-11-19"), text("2026-11-20")));
    assert_eq!(shown(&teasers[1]), (None, None, text("2026-11-18")));
    let changed = ListingItem { version: text("2026-11-19"), ..teasers[1].clone() };
    assert_ne!(changed.fingerprint(), teasers[1].fingerprint());
}

#[test]
fn an_index_gives_its_newest_sitemaps_of_articles_and_no_more_than_a_few() {
    let names = |body: &str, matching: Option<&str>| {
        let mut sitemaps = SitemapSet::default();
        sitemaps.add_document(&page("sitemap.xml", body), &source(matching)).unwrap();
        let names = std::iter::from_fn(|| sitemaps.next_child())
            .map(|child| child.url.path().trim_start_matches('/').to_owned())
            .collect::<Vec<_>>();
        (names, sitemaps.reports_changes())
    };
    let index = |children: &[(&str, &str)]| {
        sitemap(children).replace("urlset", "sitemapindex").replace("url>", "sitemap>")
    };
    let body = index(&[
        ("page-sitemap.xml", "2026-11-20"),
        ("post-sitemap1.xml", "2026-10-01"),
        ("post-sitemap2.xml", "2026-11-19"),
        ("sitemap.xml", "2026-11-19"),
        ("post-sitemap2.xml", "2026-11-19"),
        ("tin/news.xml", "2026-01-01"),
    ]);
    let articles = ["tin/news.xml", "post-sitemap2.xml", "post-sitemap1.xml"];
    assert_eq!(names(&body, None), (articles.map(str::to_owned).to_vec(), true));
    assert_eq!(names(&body, Some("tin")).0.len(), 4);
    let many: Vec<String> = (1..=300).map(|n| format!("sitemap-{n}.xml")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    let (found, tells) = names(&index(&many), None);
    assert_eq!((found.len(), found[0].as_str(), tells), (MAX_CHILDREN, "sitemap-300.xml", false));
}

#[test]
fn several_sitemaps_are_one_listing_whatever_their_order() {
    let source = source(None);
    let mut sitemaps = SitemapSet::default();
    let many: Vec<String> = (0..250).map(|n| format!("tin/{}.html", 5000 + n)).collect();
    let old: Vec<(&str, &str)> = many.iter().map(|path| (path.as_str(), "2026-01-01")).collect();
    sitemaps
        .add_document(&page("a.xml", &sitemap(&[("tin/9000.html", "2026-02-01")])), &source)
        .unwrap();
    sitemaps.add_document(&page("b.xml", &sitemap(&old)), &source).unwrap();
    let new = [("tin/9001.html", "2026-11-01"), ("tin/9000.html", "2026-02-01")];
    sitemaps.add_document(&page("c.xml", &sitemap(&new)), &source).unwrap();
    let error = sitemaps.add_document(&page("d.xml", "<html>"), &source).unwrap_err();
    assert!(error.to_string().starts_with("the answer is not a sitemap: it begins with <html>"));
    let listing = sitemaps.listing(&source).unwrap();
    let first: Vec<&str> = listing.items.iter().take(3).map(|t| t.url.path()).collect();
    assert_eq!(first, ["/tin/9001.html", "/tin/9000.html", "/tin/5249.html"]);
}

#[test]
fn a_sitemap_is_known_by_its_root() {
    let check = |body: &str, expected: bool| {
        assert_eq!(is_sitemap(&page("x", body)), expected, "{body}");
    };
    check("\u{FEFF}<?xml version='1.0'?><!-- a --><urlset>", true);
    check("\u{FEFF}https://a.example/tin/1\r\n\r\nhttp://a.example/tin/2\r\n", true);
    check("https://a.example/tin/1", false);
    check("https://a.example/tin/1\nhttps://a.example/tin/2 và các tin khác", false);
    check("<s:sitemapindex xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'>", true);
    check("<html><body>&lt;urlset><urlset>", false);
    check("<rss><channel>", false);
    check("a <urlset>", false);
}
