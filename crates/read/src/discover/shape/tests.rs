//! Whole pages: the fixtures of tests/pages/listings, and small pages with a single property each.

use super::super::{DiscoverError, PageNews, items_with_profile, news, sample};
use bantin_core::ListingProfile;
use bantin_core::text::date;
use serde_json::Value;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

const PAGE: &str = "https://bandantoc.lamdong.example/tin-tuc/default.aspx";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/pages/listings")
}

fn read(
    url: &str,
    body: impl Into<Vec<u8>>,
    list: Option<&str>,
) -> Result<PageNews, DiscoverError> {
    let page = sample::page(url, "text/html; charset=utf-8", body);
    news(&page, &page.url.join("/").unwrap(), list)
}

/// Each item as `address title date lead`.
fn shown(news: &PageNews) -> Vec<[String; 4]> {
    let teasers = news.listing.items.iter();
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    teasers
        .map(|teaser| {
            let read = |written: &String| date::read(written, zone, now).unwrap().0;
            let day = teaser.date.as_ref().map(read);
            [
                teaser.url.to_string(),
                teaser.title.clone().unwrap_or_default(),
                day.map(|day| day.with_timezone(&zone).date_naive().to_string())
                    .unwrap_or_default(),
                teaser.summary.clone().unwrap_or_default(),
            ]
        })
        .collect()
}

#[track_caller]
fn check(html: &str, expected: &[[&str; 4]]) -> PageNews {
    let news = read(PAGE, html, None).unwrap();
    assert_eq!(shown(&news), expected);
    news
}

/// A list of items as recent systems produce it, to which a property is added.
fn items(count: usize, item: impl Fn(usize) -> String) -> String {
    let items: Vec<String> = (1..=count).map(item).collect();
    format!("<main><ul>{}</ul></main>", items.join("\n"))
}

#[test]
fn where_news_have_their_dates_bare_links_are_a_menu_however_many() {
    let news = items(6, |n| {
        format!(
            "<li><a href=/tin/{n}>Hội nghị tổng kết công tác năm thứ {n}</a> <i>0{n}/10/2025</i></li>"
        )
    });
    let menu = (1..=30).map(|n| {
        format!("<li><a href='muc-{n}.aspx'>Sở Tài nguyên và Môi trường tỉnh số {n}</a></li>")
    });
    let html = format!("<div><ul>{}</ul></div>{news}", menu.collect::<String>());
    let found = read(PAGE, html, None).unwrap();
    assert_eq!(found.listing.items.len(), 6, "{:?}", shown(&found));
}

#[test]
fn the_fixtures_show_what_is_written_beside_them() {
    let truth = std::fs::read(fixtures().join("expected.json")).unwrap();
    let truth: Value = serde_json::from_slice(&truth).unwrap();
    for (name, truth) in truth.as_object().unwrap() {
        let url = truth["url"].as_str().unwrap();
        let body = std::fs::read(fixtures().join(name)).unwrap();
        let expected: Vec<_> = truth["items"].as_array().unwrap().iter().collect();
        let found = match read(url, body.clone(), None) {
            Ok(news) => news,
            Err(error) => {
                let why = truth["error"].as_str().unwrap_or_else(|| panic!("{name}: {error}"));
                assert!(error.to_string().contains(why), "{name}: {error}");
                continue;
            }
        };
        let page = sample::page(url, "text/html; charset=utf-8", body.clone());
        let source =
            sample::source(page.url.join("/").unwrap().as_str(), sample::kind("listing", &[]));
        let again = items_with_profile(&page, &source, &found.listing.profile).unwrap();
        assert_eq!(again.items, found.listing.items, "{name}, read again");
        let text = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
        let wanted: Vec<[String; 3]> = expected
            .iter()
            .map(|item| ["url", "title", "date"].map(|key| text(item, key)))
            .collect();
        let found: Vec<[String; 3]> =
            shown(&found).into_iter().map(|[url, title, day, _]| [url, title, day]).collect();
        assert_eq!(found, wanted, "{name}");
        for item in expected.iter().filter(|item| item["list"].is_string()) {
            let list = text(item, "list");
            let news = read(url, body.clone(), Some(&list)).unwrap();
            let same = expected.iter().filter(|other| text(other, "list") == list);
            let urls: Vec<_> = news.listing.items.iter().map(|t| t.url.to_string()).collect();
            assert_eq!(
                urls,
                same.map(|item| text(item, "url")).collect::<Vec<_>>(),
                "{name} {list}"
            );
        }
    }
}

#[test]
fn a_title_is_never_the_way_to_more_nor_cut_short() {
    let html = items(3, |i| {
        format!(
            "<li><a href=/tin-{i}.html><img src=/{i}.jpg alt='anh bia {i}'></a><h4>Xã Đạ Long đón bằng số {i}</h4>
            <p>Ngày {i}, bà con tề tựu đông đủ ở nhà văn hóa.</p><a href=/tin-{i}.html>Xem tiếp</a></li>"
        )
    });
    let site = "https://bandantoc.lamdong.example";
    let lead = |i| format!("Ngày {i}, bà con tề tựu đông đủ ở nhà văn hóa.");
    let whole: Vec<_> = (1..=3)
        .map(|i| {
            [
                format!("{site}/tin-{i}.html"),
                format!("Xã Đạ Long đón bằng số {i}"),
                String::new(),
                lead(i),
            ]
        })
        .collect();
    assert_eq!(shown(&read(PAGE, html, None).unwrap()), whole);

    let html = items(6, |i| {
        format!(
            "<li><a href=/tin-{i}.html title='Hội nghị tổng kết công tác năm 200{i}'>Hội nghị tổng kết công...</a>"
        )
    });
    let news = read(PAGE, html, None).unwrap();
    assert_eq!(news.listing.items[1].title.as_deref(), Some("Hội nghị tổng kết công tác năm 2002"));
}

#[test]
fn a_date_is_the_items_own_or_none() {
    #[track_caller]
    fn check_date(inside: &str, expected: &str) {
        let html = items(4, |i| {
            format!(
                "<li><a href='/tin/bai-viet-so-{i}'>Đoàn kiểm tra làm việc tại xã thứ {i}</a> {inside}</li>"
            )
        });
        assert_eq!(shown(&read(PAGE, html, None).unwrap())[0][2], expected, "{inside}");
    }
    check_date("<span>(10/01/2023)</span>", "2023-01-10");
    check_date("(10/01/2023)", "2023-01-10");
    check_date("<span class=ShowDate>thứ ba, 10 01 2023 07:58</span>", "2023-01-10");
    check_date("<i>Ngày 10 tháng 1 năm 2023</i>", "2023-01-10");
    check_date("<div><b>10</b> <b>Thg 1</b> <b>2023</b></div>", "2023-01-10");
    check_date("<time datetime='2023-01-10T08:00:00+07:00'>10 Th1</time>", "2023-01-10");
    check_date("<time datetime='1673312400'>Tuesday 10th of January, 2023</time>", "2023-01-10");
    check_date("<span class=date title='10/01/2023 08:00'>hôm qua</span>", "2023-01-10");
    check_date("<p class=meta>10/01/2023 Đã xem: 12</p><b>Chủ nhật 8/1/2023</b>", "2023-01-10");
    check_date("<i>10 de enero de 2023</i>", "2023-01-10");
    check_date("<i>10 января 2023 г.</i>", "2023-01-10");
    check_date("<i>2023年1月10日</i>", "2023-01-10");
    // Neither a day without a year nor one of several among other words is a date.
    check_date("<span>10/01</span>", "");
    check_date("<p>Từ ngày 10/01/2023 đến 12/01/2023 tại xã</p>", "");
    check_date("<span>31/02/2023</span>", "");
    check_date(
        "<p>Khai mạc hội thi vào sáng 10/01/2023, bế mạc sau hai ngày tranh tài sôi nổi giữa các đội, trao giải trong buổi chiều</p>",
        "",
    );
}

#[test]
fn a_date_in_a_title_is_no_date_of_the_item() {
    let html = items(4, |i| {
        format!(
            "<li><h3><a href='/tin/bai-viet-so-{i}'>Kết quả xổ số ngày 0{i}/01/2023</a></h3></li>"
        )
    });
    assert_eq!(shown(&read(PAGE, html, None).unwrap())[0][2], "");
}

#[test]
fn a_date_before_its_item_is_not_that_of_the_item_before_it() {
    let row = |i: usize| {
        format!(
            "<dt>0{i}/02/2023</dt><dd><a href='/tin/bai-viet-so-{i}'>Đoàn kiểm tra làm việc tại xã thứ {i}</a></dd>"
        )
    };
    let html = format!("<dl>{}</dl>", (1..=5).map(row).collect::<String>());
    let days: Vec<String> =
        shown(&read(PAGE, html, None).unwrap()).into_iter().map(|item| item[2].clone()).collect();
    assert_eq!(days, (1..=5).map(|i| format!("2023-02-0{i}")).collect::<Vec<_>>());
}

#[test]
fn a_date_in_brackets_at_the_end_of_a_title_is_taken_out_of_it() {
    let html = items(5, |i| {
        format!(
            "<li><a href='/tin/bai-viet-so-{i}'>Đoàn kiểm tra làm việc tại xã (0{i}/02/2023)</a></li>"
        )
    });
    let first = &shown(&read(PAGE, html, None).unwrap())[0];
    assert_eq!(first[1..3], ["Đoàn kiểm tra làm việc tại xã", "2023-02-01"]);
}

#[test]
fn a_deadline_is_no_date_of_the_item() {
    let html = items(5, |i| {
        format!(
            "<li><a href='/tin/bai-viet-so-{i}'>Thông báo tuyển sinh lớp nghề số {i}</a><p>Hạn nộp: 0{i}/12/2022</p></li>"
        )
    });
    assert_eq!(shown(&read(PAGE, html, None).unwrap())[0][2], "");
}

#[test]
fn sections_and_authors_beside_a_headline_are_no_items() {
    let html = items(5, |i| {
        let section = if i % 2 == 0 { "van-hoa'>Văn hóa" } else { "xa-hoi'>Xã hội" };
        format!(
            "<li><a href='/{section}</a> <a href='/tin/bai-viet-so-{i}'>Đoàn kiểm tra làm việc tại xã thứ {i}</a> <a href=/tac-gia/binh>Nguyễn Bình</a></li>"
        )
    });
    let news = read(PAGE, html, None).unwrap();
    assert_eq!(news.listing.items.len(), 5);
    assert!(news.listing.items.iter().all(|teaser| teaser.url.path().starts_with("/tin/")));
}

#[test]
fn items_that_differ_in_their_classes_alone_are_one_list() {
    let html = items(6, |i| {
        let class = "x".repeat(i);
        format!(
            "<li><div class='bai-{class}'><a href='/tin/{i}'>Đoàn kiểm tra làm việc tại xã thứ {i}</a></div></li>"
        )
    });
    assert_eq!(read(PAGE, html, None).unwrap().listing.items.len(), 6);
}

#[test]
fn a_title_without_a_link_is_that_of_the_link_to_more() {
    let html = items(5, |i| {
        format!(
            "<li><b>Đoàn kiểm tra làm việc tại xã thứ {i}</b><p>Lời dẫn của bản tin này dài hơn một dòng chữ, để ai cũng hiểu.</p><a href='xem.aspx?ItemID={i}'>Chi tiết</a></li>"
        )
    });
    let news = read(PAGE, html, None).unwrap();
    assert_eq!(news.listing.items[4].title.as_deref(), Some("Đoàn kiểm tra làm việc tại xã thứ 5"));
    assert_eq!(news.listing.items[4].key.as_str(), "/tin-tuc/xem.aspx?itemid=5");
}

#[test]
fn the_tabs_of_a_page_are_headings() {
    let tab = |from: usize| {
        (from..from + 3).map(|i| format!("<li><a href='/tin/bai-viet-so-{i}'>Đoàn kiểm tra làm việc tại xã thứ {i}</a></li>")).collect::<String>()
    };
    let html = format!(
        "<ul><li><a href='#mot'>Tin tức</a></li><li><a href='#hai'>Thông báo</a></li></ul><div id=mot><ul>{}</ul></div><div id=hai><div class=title>Mới nhất <a href=/tb>Xem thêm</a></div><ul>{}</ul></div>",
        tab(1),
        tab(4)
    );
    let lists = read(PAGE, html.clone(), None).unwrap().lists;
    let headings: Vec<_> = lists.iter().map(|list| (list.heading.as_deref(), list.items)).collect();
    assert_eq!(headings, [(Some("Tin tức"), 3), (Some("Mới nhất"), 3)]);
    let news = read(PAGE, html, Some("tin tức")).unwrap();
    assert_eq!(news.listing.items[2].url.path(), "/tin/bai-viet-so-3");
    assert_eq!(news.listing.items.len(), 3);
}

#[test]
fn an_address_that_names_the_day_is_a_date() {
    let html = items(4, |i| {
        format!(
            "<li><h3><a href='/2023/01/1{i}/le-hoi'>Lễ hội cồng chiêng lần thứ {i} khai mạc</a></h3></li>"
        )
    });
    assert_eq!(shown(&read(PAGE, html, None).unwrap())[0][2], "2023-01-11");
}

#[test]
fn what_is_hidden_or_stands_around_the_news_is_no_news() {
    let link = |folder: &str, i: usize| {
        format!(
            "<li><a href='/{folder}/bai-viet-so-{i}'>Bản tin của {folder} với số thứ tự {i}</a></li>"
        )
    };
    let list = |folder: &str| (1..=5).map(|i| link(folder, i)).collect::<String>();
    let html = format!(
        "<nav><ul><li><a href=/gioi-thieu>Giới thiệu chung về cơ quan</a><li><a href=/lien-he>Liên hệ</a><li><a href=/so-do>Sơ đồ</a></ul></nav>
        <div style='display: none'><ul>{}</ul></div><div id=content><div class=list>{}</div></div>
        <div class=sidebar><h3>Đọc nhiều</h3><ul>{}</ul></div><footer><ul><li><a href=/a>Bản quyền thuộc về cơ quan chúng tôi</a></ul></footer>",
        list("hidden"),
        (1..=5).map(|i| format!("<div><h3><a href='/news/bai-viet-so-{i}'>Tin hoạt động của huyện với số thứ tự {i}</a></h3><span>0{i}/02/2023</span><p>Lời dẫn của bản tin này dài hơn một dòng, để người đọc biết chuyện gì.</p></div>")).collect::<String>(),
        list("beside"),
    );
    let news = read(PAGE, html, None).unwrap();
    assert_eq!(news.listing.items.len(), 5);
    assert!(news.listing.items.iter().all(|teaser| teaser.url.path().starts_with("/news/")));
    assert_eq!(news.listing.profile.lists[0].selector, "div.list > div > h3 > a");
    assert!(
        news.listing.profile.lists[0].evidence.contains("100 % dates"),
        "{}",
        news.listing.profile.lists[0].evidence
    );
}

#[test]
fn an_article_that_stands_under_two_spellings_of_its_address_comes_out_once() {
    check(
        "<ul><li><a href='/tin/L%E1%BB%85-h%E1%BB%99i-a-b'>Lễ hội của người Mạ ở Lộc Bắc</a><li><a href='/tin/L%25E1%25BB%2585-h%25E1%25BB%2599i-a-b'>Lễ hội của người Mạ ở Lộc Bắc</a>
        <li><a href='/Tin/Hai-nghe-nhan-tre'>Hai nghệ nhân trẻ giữ nghề dệt</a><li><a href='/tin/hai-nghe-nhan-tre?utm_source=x'>Hai nghệ nhân trẻ giữ nghề dệt</a>
        <li><a href='/tin/ba-gia-lang-uy-tin'>Ba già làng uy tín được biểu dương</a><li><a href='/tin/bon-buon-co-nuoc-sach'>Bốn buôn có nước sạch từ tháng này</a>
        <li><a href='/tin/nam-lop-hoc-xoa-mu'>Năm lớp học xóa mù chữ mở cửa</a></ul>",
        &[
            ["https://bandantoc.lamdong.example/tin/L%E1%BB%85-h%E1%BB%99i-a-b", "Lễ hội của người Mạ ở Lộc Bắc", "", ""],
            ["https://bandantoc.lamdong.example/Tin/Hai-nghe-nhan-tre", "Hai nghệ nhân trẻ giữ nghề dệt", "", ""],
            ["https://bandantoc.lamdong.example/tin/ba-gia-lang-uy-tin", "Ba già làng uy tín được biểu dương", "", ""],
            ["https://bandantoc.lamdong.example/tin/bon-buon-co-nuoc-sach", "Bốn buôn có nước sạch từ tháng này", "", ""],
            ["https://bandantoc.lamdong.example/tin/nam-lop-hoc-xoa-mu", "Năm lớp học xóa mù chữ mở cửa", "", ""],
        ],
    );
}

#[test]
fn links_of_a_list_that_lead_to_no_page_are_named() {
    let html = items(6, |i| {
        let href =
            if i == 4 { "javascript:xem(4)".to_owned() } else { format!("/tin/bai-so-{i}-ab-cd") };
        format!("<li><a href=\"{href}\">Đoàn kiểm tra làm việc tại xã thứ {i}</a></li>")
    });
    let news = read(PAGE, html, None).unwrap();
    assert_eq!(news.listing.items.len(), 5);
    assert_eq!(news.listing.skipped[0].item, "Đoàn kiểm tra làm việc tại xã thứ 4");
    assert_eq!(news.listing.skipped[0].why, "its link is not a page but `javascript:`");
}

#[test]
fn a_page_that_a_script_draws_is_read_from_its_data() {
    let article = |i: usize| {
        format!(
            r#"{{"title":"Đoàn kiểm tra làm việc tại xã thứ {i}","slug":"/tin/bai-{i}","publishedAt":"2023-01-1{i}T08:00:00+07:00","sapo":"Lời dẫn"}}"#
        )
    };
    let data = [1, 2, 3].map(article).join(",");
    let expected = |i: usize| {
        [
            format!("https://bandantoc.lamdong.example/tin/bai-{i}"),
            format!("Đoàn kiểm tra làm việc tại xã thứ {i}"),
            format!("2023-01-1{i}"),
            "Lời dẫn".to_owned(),
        ]
    };
    for script in [
        format!(
            r#"<script id=__NEXT_DATA__ type=application/json>{{"props":{{"pageProps":{{"posts":[{data}]}}}}}}</script>"#
        ),
        format!(r#"<script>window.__STATE__ = {{"a":[{data}]}}; start();</script>"#),
    ] {
        let html = format!("<div id=app></div>{script}");
        assert_eq!(shown(&read(PAGE, html, None).unwrap()), [1, 2, 3].map(expected));
    }
    assert!(
        read(PAGE, "<script>window.a = {</script><script type=application/json>[</script>", None)
            .is_err()
    );
}

#[test]
fn a_heading_that_is_not_there_is_told_with_those_that_are() {
    let html = format!(
        "<div><h2>Tin mới</h2>{}</div>",
        items(3, |i| format!("<li><a href=/tin/bai-so-{i}-a-b>Đoàn kiểm tra tại xã thứ {i}</a>"))
    );
    assert_eq!(read(PAGE, html.clone(), Some("tin MỚI")).unwrap().listing.items.len(), 3);
    assert_eq!(
        read(PAGE, html, Some("Sự kiện")).unwrap_err().to_string(),
        "the page has no list below a heading \"Sự kiện\"; its headings are: \"Tin mới\"; `bantin discover` shows the lists"
    );
}

#[test]
fn a_feed_where_a_listing_is_looked_for_is_told() {
    let error = read(
        PAGE,
        "<?xml version='1.0'?><rss><channel><item><title>A</title></item></channel></rss>",
        None,
    );
    assert!(error.unwrap_err().to_string().contains("it is a feed; write kind = \"feed\""));
}

#[test]
fn a_list_that_is_new_on_a_known_page_is_seen() {
    let item = |folder: &str, i: usize| {
        format!(
            "<div class={folder}><h3><a href='/{folder}/bai-viet-so-{i}'>Tin hoạt động của huyện với số thứ tự {i}</a></h3>
            <span>0{i}/02/2023</span></div>"
        )
    };
    let list = |folder: &str| (1..=5).map(|i| item(folder, i)).collect::<String>();
    let again = |body: String, before: &ListingProfile| {
        let source =
            sample::source("https://bandantoc.lamdong.example/", sample::kind("listing", &[]));
        items_with_profile(&sample::page(PAGE, "text/html; charset=utf-8", body), &source, before)
            .unwrap()
    };
    let first = again(list("tin"), &ListingProfile::default());
    assert_eq!((first.items.len(), first.profile.lists.len()), (5, 1));
    assert!(!first.profile.lists[0].evidence.contains("last visit"));
    let same = again(list("tin"), &first.profile);
    assert_eq!(same.items, first.items);
    assert!(same.profile.lists[0].evidence.contains("where the news stood at the last visit"));
    let more = again(list("tin") + &list("su-kien"), &first.profile);
    assert_eq!((more.items.len(), more.profile.lists.len()), (10, 2));
}

#[test]
fn what_the_page_says_to_machines_fills_what_it_does_not_show() {
    let html = items(3, |i| {
        format!("<li><h3><a href='/tin/{i}'>Đoàn kiểm tra làm việc tại xã thứ {i}</a></h3></li>")
    });
    let data = (1..=4).map(|i| {
        format!("{{\"@type\": \"NewsArticle\", \"headline\": \"Đoàn kiểm tra làm việc tại xã thứ {i}\", \"url\": \"/tin/{i}\", \"datePublished\": \"2025-10-0{i}\"}}")
    });
    let data = data.collect::<Vec<_>>().join(",");
    let html = format!(
        "<script type='application/ld+json'>{{\"itemListElement\": [{data}]}}</script>{html}"
    );
    let found = shown(&read(PAGE, html, None).unwrap());
    let days: Vec<&str> = found.iter().map(|[_, _, day, _]| day.as_str()).collect();
    assert_eq!(days, ["2025-10-01", "2025-10-02", "2025-10-03"], "{found:?}");
}

/// Titles of six notices.
const NOTICES: [&str; 6] = [
    "Thông báo lịch nghỉ tết Nguyên đán của cơ quan",
    "Kế hoạch cắt điện để sửa chữa đường dây",
    "Mời bà con dự họp bàn làm đường liên thôn",
    "Danh sách thí sinh trúng tuyển viên chức năm nay",
    "Hướng dẫn nộp hồ sơ trợ cấp xã hội",
    "Lịch tiêm chủng cho trẻ em trong tháng này",
];

/// Checks the titles and days of the notices in a list of items, each made from title and day.
#[track_caller]
fn check_notices(item: impl Fn(&str, usize) -> String) -> PageNews {
    let rows: String = NOTICES.iter().zip(1..).map(|(title, n)| item(title, n)).collect();
    let news = read(PAGE, format!("<main><ul>{rows}</ul></main>"), None).unwrap();
    let found: Vec<(String, String)> =
        shown(&news).into_iter().map(|[_, title, day, _]| (title, day)).collect();
    let expected: Vec<(String, String)> =
        NOTICES.iter().zip(1..).map(|(t, n)| ((*t).to_owned(), format!("2025-11-0{n}"))).collect();
    assert_eq!(found, expected);
    let keys: HashSet<_> = news.listing.items.iter().map(|item| &item.key).collect();
    assert_eq!(keys.len(), 6);
    news
}

#[test]
fn notices_that_share_a_link_stay_apart() {
    let news = check_notices(|title, n| {
        format!("<li><a href=/van-ban>{title}</a> <span class=date>0{n}/11/2025</span></li>")
    });
    assert!(news.listing.items.iter().all(|item| item.key.shared() == Some("/van-ban")));
    // With a picture and a link to more, all to the same page.
    let news = check_notices(|title, n| {
        format!(
            "<li><a href=/van-ban><img src=/{n}.jpg alt='anh {n}'></a><h3><a href=/van-ban>{title}</a></h3>
            <span class=date>0{n}/11/2025</span> <a href=/van-ban>Xem thêm</a></li>"
        )
    });
    assert!(news.listing.items.iter().all(|item| item.image.is_some()));
    // Some share a link, some have their own.
    let news = check_notices(|title, n| {
        let href = if n % 2 == 0 { "/van-ban".to_owned() } else { format!("/tin/{n}") };
        format!("<li><a href={href}>{title}</a> <span class=date>0{n}/11/2025</span></li>")
    });
    let shared = news.listing.items.iter().filter(|item| item.key.shared().is_some()).count();
    assert_eq!(shared, 3);
    // A new one on top changes the key of no other.
    let keys: Vec<_> = news.listing.items.iter().map(|item| item.key.clone()).collect();
    let again = check_notices(|title, n| {
        let href = if n % 2 == 0 { "/van-ban".to_owned() } else { format!("/tin/{n}") };
        let more = "<li><a href=/van-ban>Cảnh báo thủ đoạn lừa đảo qua mạng</a></li>";
        let more = if n == 9 { more } else { "" };
        format!("{more}<li><a href={href}>{title}</a> <span class=date>0{n}/11/2025</span></li>")
    });
    assert_eq!(again.listing.items.iter().map(|item| item.key.clone()).collect::<Vec<_>>(), keys);
    // In the rows of a table.
    check_notices(|title, n| {
        format!(
            "<table><tr><td><a href='/xem?loai=tb'>{title}</a></td><td>0{n}/11/2025</td></tr></table>"
        )
    });
}

#[test]
fn links_of_one_teaser_are_one_item() {
    let lead = "Sáng nay, lãnh đạo sở đã chủ trì cuộc họp với các phòng ban để bàn về kế hoạch";
    let html = items(6, |n| {
        format!(
            "<li><a href=/tin/{n}><img src=/{n}.jpg></a><p><a href=/tin/{n}>Hội nghị tổng kết năm thứ {n}</a></p>
            <p><a href=/tin/{n}>{lead} {n}</a></p><i>0{n}/11/2025</i> <a href=/tin/{n}>Xem thêm</a></li>"
        )
    });
    let found = read(PAGE, html, None).unwrap().listing.items;
    assert_eq!(found.len(), 6, "{found:?}");
    assert!(found.iter().all(|item| item.key.shared().is_none()));
}

#[test]
fn rows_of_documents_are_items_wherever_they_link_and_their_files_are_none() {
    let page = |n: usize| format!("/van-ban/{n}00");
    let file = |n: usize| format!("/tep/{n}00.pdf");
    type Row<'a> = &'a dyn Fn(&str, usize) -> String;
    let rows: [(Row<'_>, &dyn Fn(usize) -> String); 8] = [
        (
            &|t, n| {
                format!("<td>{n}<td><a href={}>{t}</a><td><a href={}>Tải về</a>", page(n), file(n))
            },
            &page,
        ),
        (
            &|t, n| {
                format!(
                    "<td><a href={}>{n}/QĐ-SNV</a><td><a href={}>{t}</a><td><a href={}><i></i></a>",
                    page(n),
                    page(n),
                    file(n)
                )
            },
            &page,
        ),
        (
            &|t, n| {
                format!(
                    "<td><a href={}>{t}</a><td><a href={}>PDF</a> <a href=/tep/{n}00.doc>DOC</a>",
                    page(n),
                    file(n)
                )
            },
            &page,
        ),
        (
            &|t, n| {
                format!(
                    "<td><a href={}>{n}/QĐ-SNV</a><td>{t}<td><a href={}><i></i></a>",
                    page(n),
                    file(n)
                )
            },
            &page,
        ),
        (
            &|t, n| {
                format!(
                    "<td><a href={}>{t}</a><td><a href='/tai.aspx?id=9{n}'><i></i></a>",
                    page(n)
                )
            },
            &page,
        ),
        (&|t, n| format!("<td>{n}/QĐ-SNV<td><a href={}>{t}</a>", file(n)), &file),
        (&|t, n| format!("<td>{n}/QĐ-SNV<td>{t}<td><a href={}>Tải về</a>", file(n)), &file),
        (&|t, n| format!("<td>{n}/QĐ-SNV<td>{t}<td><a href={}><i></i></a>", file(n)), &file),
    ];
    for (row, address) in rows {
        let rows: String = NOTICES
            .iter()
            .zip(1..)
            .map(|(title, n)| format!("<tr><td>0{n}/11/2025</td>{}</tr>", row(title, n)))
            .collect();
        let news = read(PAGE, format!("<main><table>{rows}</table></main>"), None).unwrap();
        let found: Vec<(String, String, String)> = shown(&news)
            .into_iter()
            .zip(&news.listing.items)
            .map(|([_, title, day, _], item)| (item.url.path().to_owned(), title, day))
            .collect();
        let expected: Vec<(String, String, String)> = NOTICES
            .iter()
            .zip(1..)
            .map(|(title, n)| (address(n), (*title).to_owned(), format!("2025-11-0{n}")))
            .collect();
        assert_eq!(found, expected, "{rows}");
    }
}

#[test]
fn a_menu_of_the_form_of_the_news_is_no_list_of_it() {
    let menu = ["Giới thiệu", "Tin tức", "Văn bản", "Liên hệ"];
    let menu: String = menu
        .iter()
        .zip(1..)
        .map(|(name, n)| format!("<li><a href=/muc-{n}>{name}</a></li>"))
        .collect();
    let news: String = NOTICES
        .iter()
        .zip(1..)
        .map(|(title, n)| format!("<li><a href=/tin/{n}>{title}</a> <i>0{n}/11/2025</i></li>"))
        .collect();
    for html in [
        format!("<ul>{menu}</ul><ul>{news}</ul>"),
        format!("<ul>{news}</ul><ul>{menu}</ul>"),
        format!("<div><ul>{menu}</ul></div><div><ul>{news}</ul></div>"),
    ] {
        let found = read(PAGE, html.clone(), None).unwrap().listing.items;
        let titles: Vec<&str> = found.iter().filter_map(|item| item.title.as_deref()).collect();
        assert_eq!(titles, NOTICES, "{html}");
    }
}
