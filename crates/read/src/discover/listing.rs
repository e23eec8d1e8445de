//! The items of an HTML page, extracted with the operator's selectors, which are never overridden.
//! A field without a selector is found inside the item, as on a page without selectors.

use super::listing_builder::ListingBuilder;
use super::shape::{ItemContent, read_item};
use super::{DiscoverError, address, plain};
use crate::machine_date;
use bantin_core::{ArticleKey, CssSelector, Listing, ListingItem, ListingSelectors, Source};
use bantin_page::Page;
use bantin_page::dom::text_without;
use ego_tree::NodeId;
use scraper::ElementRef;
use std::collections::{HashMap, HashSet};
use url::Url;

/// Attributes of an image's address, best first: pages that load images lazily have a placeholder
/// in `src`.
const IMAGE_ADDRESSES: [&str; 4] = ["data-src", "data-original", "data-lazy-src", "src"];

/// Reads the items of a listing page.
pub(super) fn read(
    page: &Page,
    source: &Source,
    selectors: &ListingSelectors,
) -> Result<Listing, DiscoverError> {
    let dom = page.dom()?;
    let base = dom.base(&page.url);
    let home = source.origin.home.as_url();
    let mut gathering = ListingBuilder::default();
    let mut matched = false;
    let mut lists: HashMap<ArticleKey, Option<NodeId>> = HashMap::new();
    for element in dom.tree().select(selectors.item.compiled()) {
        matched = true;
        let item = SelectedItem { element, selectors, base: &base, page: &page.url };
        match item.link() {
            Ok((link, url)) => {
                let found = item.item_at(link, url, home);
                let list = element.parent().map(|parent| parent.id());
                // A copy in another list of the page may have a shorter title.
                if *lists.entry(found.key.clone()).or_insert(list) == list {
                    let href = link.attr("href").unwrap_or_default();
                    gathering.add_beside(found, address::fragment(href));
                } else {
                    gathering.add(found);
                }
            }
            Err(why) => gathering.skip(item.describe(), why),
        }
    }
    if !matched {
        return Err(DiscoverError::NoItems {
            selector: selectors.item.as_str().to_owned(),
            source_id: source.id().clone(),
        });
    }
    Ok(gathering.titled())
}

/// One item and the context that is needed to read it.
struct SelectedItem<'a> {
    element: ElementRef<'a>,
    selectors: &'a ListingSelectors,
    base: &'a Url,
    page: &'a Url,
}

impl<'a> SelectedItem<'a> {
    /// The link to the article and its address, or the reason why it has none.
    ///
    /// Of the links that the selector matches and that have a valid address, it is the first one
    /// with text, else the first one with a `title` or an image's `alt`, else the first one.
    fn link(&self) -> Result<(ElementRef<'a>, Url), String> {
        let links: Vec<ElementRef<'a>> = match &self.selectors.link {
            Some(selector) => all(self.element, selector).into_iter().flat_map(links_in).collect(),
            None => links_in(self.element),
        };
        let mut usable = Vec::new();
        let mut first_error = None;
        for link in links {
            let href = link.attr("href").unwrap_or_default();
            match address::of_item(href, self.base, self.page) {
                Ok(url) => usable.push((link, url)),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        let best = usable
            .iter()
            .position(|(link, _)| plain::of_element(*link).is_some())
            .or_else(|| usable.iter().position(|(link, _)| named_by_attribute(*link).is_some()))
            .unwrap_or_default();
        if best < usable.len() {
            return Ok(usable.swap_remove(best));
        }
        Err(match (first_error, &self.selectors.link) {
            (Some(error), _) => error.to_string(),
            (None, Some(selector)) => format!("no link in it matches `{}`", selector.as_str()),
            (None, None) => "it contains no link".to_owned(),
        })
    }

    /// The listing item of the article at `url`.
    fn item_at(&self, link: ElementRef<'a>, url: Url, home: &Url) -> ListingItem {
        let key = ArticleKey::of_page(&url, home);
        let shown = self.shown(&key, home);
        let dates = self.select(self.selectors.date.as_ref());
        let summary = self.select(self.selectors.summary.as_ref());
        ListingItem {
            title: self.title(link, &dates, shown.title),
            date: match self.selectors.date {
                Some(_) => dates.into_iter().find_map(date_of),
                None => shown.date,
            },
            summary: match self.selectors.summary {
                Some(_) => summary.into_iter().find_map(plain::of_element),
                None => shown.summary,
            },
            image: image_of(self.element, self.base),
            ..ListingItem::of(url, key)
        }
    }

    /// The content of the item, found without selectors.
    fn shown(&self, key: &ArticleKey, home: &Url) -> ItemContent {
        let leads_there = |link: &ElementRef<'_>| {
            let href = link.attr("href").unwrap_or_default();
            address::of_item(href, self.base, self.page)
                .is_ok_and(|url| ArticleKey::of_page(&url, home) == *key)
        };
        let links = links_in(self.element).into_iter().filter(leads_there).map(|link| link.id());
        read_item(&[*self.element], &links.collect(), self.base)
    }

    /// The title: that of the selectors, else the one `found` in the item. A date inside the link
    /// (SharePoint's `span.ShowDate`) is not part of it.
    fn title(
        &self,
        link: ElementRef<'a>,
        dates: &[ElementRef<'a>],
        found: Option<String>,
    ) -> Option<String> {
        if let (None, None, Some(found)) = (&self.selectors.title, &self.selectors.link, found) {
            return Some(found);
        }
        let cut: HashSet<NodeId> = dates.iter().map(|date| date.id()).collect();
        let (shown, named) = match &self.selectors.title {
            Some(selector) => {
                let titles = all(self.element, selector);
                let shown =
                    titles.iter().find_map(|title| plain::line(&text_without(*title, &cut)));
                (shown, titles.into_iter().find_map(named_by_attribute))
            }
            None => (plain::line(&text_without(link, &cut)), named_by_attribute(link)),
        };
        match (shown, named) {
            (Some(shown), Some(named)) if is_truncated_form(&shown, &named) => Some(named),
            (shown, named) => shown.or(named),
        }
    }

    fn select(&self, selector: Option<&CssSelector>) -> Vec<ElementRef<'a>> {
        selector.map(|selector| all(self.element, selector)).unwrap_or_default()
    }

    /// The text that names the item in a report.
    fn describe(&self) -> String {
        plain::of_element(self.element).unwrap_or_else(|| self.element.html())
    }
}

/// The first image in an element.
pub(super) fn image_of(element: ElementRef<'_>, base: &Url) -> Option<Url> {
    let images = element.descendent_elements().filter(|inner| inner.value().name() == "img");
    images.into_iter().find_map(|image| {
        let mut written = IMAGE_ADDRESSES.iter().filter_map(|name| image.attr(name));
        written.find_map(|written| address::resolve(written, base).ok())
    })
}

/// The elements that a selector matches inside an item, or the item itself if only it matches.
fn all<'a>(item: ElementRef<'a>, selector: &CssSelector) -> Vec<ElementRef<'a>> {
    let inside: Vec<_> = item.select(selector.compiled()).collect();
    if inside.is_empty() && selector.compiled().matches(&item) { vec![item] } else { inside }
}

/// The element itself if it is a link, else the links inside it.
fn links_in(element: ElementRef<'_>) -> Vec<ElementRef<'_>> {
    let is_link =
        |element: &ElementRef<'_>| element.value().name() == "a" && element.attr("href").is_some();
    if is_link(&element) {
        return vec![element];
    }
    element.descendent_elements().filter(is_link).collect()
}

/// The `title` of an element, else the `alt` of an image in it, else the `title` of that image.
pub(super) fn named_by_attribute(element: ElementRef<'_>) -> Option<String> {
    let title = element.attr("title").and_then(plain::of_title);
    title.or_else(|| {
        let images = || element.descendent_elements().filter(|inner| inner.value().name() == "img");
        let named = |name| images().filter_map(move |image| image.attr(name));
        named("alt").chain(named("title")).find_map(plain::line)
    })
}

/// Whether the displayed title was truncated (`Hội nghị tổng kết công…`) from the one in an
/// attribute.
pub(super) fn is_truncated_form(shown: &str, named: &str) -> bool {
    let begun = shown.trim_end_matches(['.', '…', ' ']);
    let is_cut = shown.ends_with('…') || shown.ends_with("...");
    is_cut && named.len() > begun.len() && named.starts_with(begun)
}

/// The date of an element as written: the machine-readable one, else its text, else its `title`.
fn date_of(element: ElementRef<'_>) -> Option<String> {
    let machine = element.attr("content").and_then(plain::line);
    let written = machine_date::of(element)
        .or(machine)
        .or_else(|| strip_brackets(&plain::of_element(element)?))
        .or_else(|| element.attr("title").and_then(plain::line))?;
    strip_brackets(&written)
}

/// A date without the brackets and strokes around it; `( )` has no date.
fn strip_brackets(date: &str) -> Option<String> {
    let around = |c: char| c.is_whitespace() || "()[]{}|,;-–—•·".contains(c);
    plain::line(date.trim_matches(around))
}

#[cfg(test)]
mod tests {
    use super::super::{DiscoverError, sample, usable};
    use bantin_core::{Listing, ListingSelectors};

    const HOME: &str = "https://bandantoc.lamdong.example/";
    const PAGE: &str = "https://bandantoc.lamdong.example/tin-tuc/default.aspx";

    fn selectors(item: &str) -> ListingSelectors {
        let item = item.parse().unwrap();
        ListingSelectors { item, link: None, title: None, date: None, summary: None }
    }

    fn read(html: &str, selectors: ListingSelectors) -> Result<Listing, DiscoverError> {
        let page = sample::page(PAGE, "text/html; charset=utf-8", html);
        let source = sample::source(HOME, sample::kind("listing", &[]));
        usable(super::read(&page, &source, &selectors)?, &source)
    }

    /// Compares each listing item as `path|title|date|summary`.
    #[track_caller]
    fn check(html: &str, selectors: ListingSelectors, expected: &[&str]) -> Listing {
        let listing = read(html, selectors).unwrap();
        let shown: Vec<String> = listing
            .items
            .iter()
            .map(|item| {
                let url = item.url.as_str();
                let path = url.strip_prefix(HOME).unwrap_or(url).to_owned();
                let fields = [&item.title, &item.date, &item.summary];
                let fields = fields.map(|field| field.clone().unwrap_or_default());
                [&[path], fields.as_slice()].concat().join("|").trim_end_matches('|').to_owned()
            })
            .collect();
        assert_eq!(shown, expected);
        listing
    }

    #[test]
    fn links_that_differ_in_their_query_alone_are_different_articles() {
        check(
            r#"<ul class="dfwp-list"><li><a href="/tin-tuc/DispForm.aspx?ID=7">Hội nghị</a></li>
            <li><a href="/Tin-Tuc/dispform.aspx?ID=8&amp;utm_source=zalo">Đồng bào</a></li>
            <li><a href="/tin-tuc/DISPFORM.ASPX?id=7#top">Hội nghị</a></ul>"#,
            selectors("ul.dfwp-list > li"),
            &["tin-tuc/DispForm.aspx?ID=7|Hội nghị", "Tin-Tuc/dispform.aspx?ID=8|Đồng bào"],
        );
    }

    #[test]
    fn an_item_that_stands_twice_with_its_date_in_the_link_comes_out_once_and_whole() {
        let html = r##"<base href="/tin/"><TABLE><tr><td class="TitleFront"><a href="hoi-nghi">Hội nghị
            tổng kết…<span class="ShowDate">
               (10/01/2023)
            </span></a></td></tr>
            <tr><td class="TitleFront"><a href="javascript:;">Xem thêm</a></td></tr>
            <tr><td class="TitleFront"><a href="tap-huan"><img src="" alt=""></a></td></tr></TABLE>
            <ul class="Other"><li><a href="./hoi-nghi"> Hội nghị tổng kết công tác dân tộc</a> <SPAN class="ShowDate">( )</SPAN></li>
            <li><a href="./tap-huan"> Tập huấn</a> <SPAN class="ShowDate">(09/01/2023)</SPAN></li></ul>"##;
        let selectors = ListingSelectors {
            date: Some(".ShowDate".parse().unwrap()),
            ..selectors("td.TitleFront, .Other li")
        };
        let listing = check(
            html,
            selectors,
            &[
                "tin/hoi-nghi|Hội nghị tổng kết công tác dân tộc|10/01/2023",
                "tin/tap-huan|Tập huấn|09/01/2023",
            ],
        );
        assert_eq!(listing.skipped[0].item, "Xem thêm");
        assert_eq!(listing.skipped[0].why, "its link is not a page but `javascript:`");
    }

    #[test]
    fn a_wordpress_listing_is_read_by_its_selectors() {
        let html = r#"<article class="post"><a class="thumb" href="/tin-tuc/le-hoi/"><img data-src="/anh/le hoi.jpg" src="data:image/gif;base64,R0"></a>
            <h2 class="entry-title"><a href="https://bandantoc.lamdong.example/tin-tuc/le-hoi/" rel="bookmark">Lễ hội &amp; du lịch</a></h2>
            <time class="entry-date" datetime="2026-03-02T08:15:00+07:00">2 Tháng Ba, 2026</time>
            <div class="entry-summary"><p>Sáng 2/3,</p><p>thành phố khai mạc.</p></div></article>"#;
        let selectors = ListingSelectors {
            title: Some("h2.entry-title a".parse().unwrap()),
            date: Some("time.entry-date".parse().unwrap()),
            summary: Some(".entry-summary".parse().unwrap()),
            ..selectors("article.post")
        };
        let listing = check(
            html,
            selectors,
            &[
                "tin-tuc/le-hoi/|Lễ hội & du lịch|2026-03-02T08:15:00+07:00|Sáng 2/3, thành phố khai mạc.",
            ],
        );
        let image = listing.items[0].image.as_ref().unwrap();
        assert_eq!(image.as_str(), "https://bandantoc.lamdong.example/anh/le%20hoi.jpg");
    }

    #[test]
    fn an_item_selector_alone_leaves_dates_leads_and_titles_to_be_found() {
        let item = |n| {
            format!(
                r#"<div class="tin"><a href="/tin/{n}"><img src="/a{n}.jpg"></a><h3><a href="/tin/{n}">Khai trương bệnh viện số {n}</a></h3>
                <i class="ngay">0{n}/11/2026</i><p>Bệnh viện có ba trăm giường và phục vụ nhân dân bốn huyện miền núi.</p>
                <a href="/tin/{n}">Xem chi tiết</a> <a href="/muc/y-te">Y tế</a></div>"#
            )
        };
        let html = format!("<ul><li><a href=/menu>Giới thiệu</a></ul>{}{}", item(1), item(2));
        let lead = "Bệnh viện có ba trăm giường và phục vụ nhân dân bốn huyện miền núi.";
        check(
            &html,
            selectors("div.tin"),
            &[
                &format!("tin/1|Khai trương bệnh viện số 1|01/11/2026|{lead}"),
                &format!("tin/2|Khai trương bệnh viện số 2|02/11/2026|{lead}"),
            ],
        );
    }

    #[test]
    fn a_nukeviet_listing_whose_first_link_is_a_picture_has_the_title_of_its_heading() {
        let html = r#"<div class="news_column listpage"><a href="/vi/news/tin/hoi-nghi-123.html" title="Hội nghị"><img alt="" src="/a.jpg"></a>
            <h3><a href="/vi/news/tin/hoi-nghi-123.html" title="Hội nghị tổng kết năm 2022">Hội nghị tổng kết...</a></h3>
            <ul><li><em>&nbsp;</em> 10/01/2023 08:15:00 AM</li><li>Đã xem: 9</li></ul></div>"#;
        let selectors =
            ListingSelectors { date: Some("li".parse().unwrap()), ..selectors(".news_column") };
        check(
            html,
            selectors,
            &["vi/news/tin/hoi-nghi-123.html|Hội nghị tổng kết năm 2022|10/01/2023 08:15:00 AM"],
        );
    }

    #[test]
    fn an_item_may_be_the_link_itself_and_a_link_may_have_no_text() {
        check(
            r##"<div><a href=" /tin/a b.html ">Một</a><a href="/tin/đã.html" title="Hai"></a><a href="/tin/3.html"><img alt="Ba"></a>
            <a href="/tin/4.html"></a><a href="#">Năm</a><a href="mailto:a@b.example">Sáu</a></div>"##,
            selectors("div > a"),
            &["tin/a%20b.html|Một", "tin/%C4%91%C3%A3.html|Hai", "tin/3.html|Ba"],
        );
    }

    #[test]
    fn what_the_operator_selected_is_never_overridden() {
        let html = r#"<li><a href="/chuyen-muc">Chuyên mục</a><a class="tin" href="/tin/1">Xem</a><b>Một</b></li><li><a href="/x">X</a></li>"#;
        let selectors = ListingSelectors {
            link: Some("a.tin".parse().unwrap()),
            title: Some("b".parse().unwrap()),
            ..selectors("li")
        };
        let listing = check(html, selectors, &["tin/1|Một"]);
        assert_eq!(listing.skipped[0].why, "no link in it matches `a.tin`");
    }

    #[test]
    fn a_page_without_items_is_an_error_that_says_what_to_do() {
        let error = read("<p>Bảo trì</p>", selectors("ul > li")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "nothing on the page matches the item selector `ul > li`; if the site was redesigned, locate its items with `bantin try ban-dan-toc`"
        );
        let error = read("<ul><li>Một<li>Hai</ul>", selectors("ul > li")).unwrap_err();
        assert!(error.to_string().starts_with(
            "none of the 2 items can be used; the first, \"Một\": it contains no link;"
        ));
    }
}
