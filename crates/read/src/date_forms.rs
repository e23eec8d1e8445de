//! The forms of dates that listings, articles, feeds and metadata must read alike.

use crate::discover::{self, kind};
use crate::{page_source, saved_page, single_page};
use bantin_core::text::date;
use bantin_core::{Listing, PlatformChoice, Source};
use bantin_page::Page;
use chrono::{DateTime, Utc};
use chrono_tz::Asia::Ho_Chi_Minh;
use std::fmt::Write;

/// Dates for readers, each with its instant in RFC 3339, or its day.
const WORDS: [(&str, &str); 82] = [
    ("10/01/2023", "2023-01-10"),
    ("10-01-2023", "2023-01-10"),
    ("10.01.2023", "2023-01-10"),
    ("(10/01/2023)", "2023-01-10"),
    ("10/01/2023 08:30", "2023-01-10T08:30:00+07:00"),
    ("10/01/2023 - 08:30", "2023-01-10T08:30:00+07:00"),
    ("10/01/2023 | 08:30", "2023-01-10T08:30:00+07:00"),
    ("10/01/2023 08h30", "2023-01-10T08:30:00+07:00"),
    ("10/01/2023 8g30", "2023-01-10T08:30:00+07:00"),
    ("10/01/2023 2:05 CH", "2023-01-10T14:05:00+07:00"),
    ("10/01/2023 3.00.00 PM", "2023-01-10T15:00:00+07:00"),
    ("10/01/2023 24:00:00", "2023-01-11T00:00:00+07:00"),
    ("08:30 10/01/2023", "2023-01-10T08:30:00+07:00"),
    ("09:45 | 10/01/2023", "2023-01-10T09:45:00+07:00"),
    ("14h ngày 10/01/2023", "2023-01-10T14:00:00+07:00"),
    ("9 giờ 5 phút ngày 10/01/2023", "2023-01-10T09:05:00+07:00"),
    ("08 giờ 30, ngày 10/1/2023", "2023-01-10T08:30:00+07:00"),
    ("Thứ Ba, 10/01/2023, 08:30 (GMT+7)", "2023-01-10T08:30:00+07:00"),
    ("Thứ Hai, 10/01/2023", "2023-01-10"),
    ("T3, 10/01/2023 - 08:15", "2023-01-10T08:15:00+07:00"),
    ("Chủ nhật, 08 01 2023 19:05", "2023-01-08T19:05:00+07:00"),
    ("CN, 08.01.2023 - 06:25", "2023-01-08T06:25:00+07:00"),
    ("Ngày 10 tháng 01 năm 2023", "2023-01-10"),
    ("13 Tháng Mười Hai, 2022", "2022-12-13"),
    ("Tháng Một 10, 2023", "2023-01-10"),
    ("Th1 10, 2023", "2023-01-10"),
    ("Đăng ngày: 10/01/2023 08:30 SA", "2023-01-10T08:30:00+07:00"),
    ("Cập nhật: 10/01/2023 08:30", "2023-01-10T08:30:00+07:00"),
    ("10/01/23", "2023-01-10"),
    ("2023-01-10", "2023-01-10"),
    ("2023/01/10 08:30", "2023-01-10T08:30:00+07:00"),
    ("2023-01-10 08:15:00 +0700", "2023-01-10T08:15:00+07:00"),
    ("2023-01-10 08:15:00 -05:00", "2023-01-10T13:15:00Z"),
    ("2023-01-10T08:15:00−05:00", "2023-01-10T13:15:00Z"),
    ("2023-01-10T01:15:00Z", "2023-01-10T01:15:00Z"),
    ("2023-01-10T08:15:00.123+07:00", "2023-01-10T08:15:00+07:00"),
    ("Tue, 10 Jan 2023 08:15:00 +0700", "2023-01-10T08:15:00+07:00"),
    ("Mon, 10 Jan 2023 08:15:00 +0700", "2023-01-10T08:15:00+07:00"),
    ("Tue, 10 Jan 2023 02:00:00 -0400", "2023-01-10T06:00:00Z"),
    ("10 Jan 2023 02:00 -0330", "2023-01-10T05:30:00Z"),
    ("Tue, 10 Jan 2023 01:15:00 GMT", "2023-01-10T01:15:00Z"),
    ("Tuesday, 10-Jan-23 01:15:00 GMT", "2023-01-10T01:15:00Z"),
    ("Tue Jan 10 08:15:00 ICT 2023", "2023-01-10T01:15:00Z"),
    ("Jan 10, 2023", "2023-01-10"),
    ("January 10th, 2023", "2023-01-10"),
    ("Jan. 10, 2023, 3:05 p.m.", "2023-01-10T15:05:00+07:00"),
    ("Tue, Jan 10, 2023 9:00 AM EST", "2023-01-10T14:00:00Z"),
    ("10 January 2023", "2023-01-10"),
    ("10th of January 2023", "2023-01-10"),
    ("10-Jan-2023", "2023-01-10"),
    ("Published: January 10, 2023", "2023-01-10"),
    ("Updated on 10 Jan 2023 at 08:30", "2023-01-10T08:30:00+07:00"),
    ("12 janvier 2024", "2024-01-12"),
    ("1er janvier 2024", "2024-01-01"),
    ("Publié le 12 janvier 2024 à 08h30", "2024-01-12T08:30:00+07:00"),
    ("10 de enero de 2023", "2023-01-10"),
    ("10 de janeiro de 2023 às 8h30", "2023-01-10T08:30:00+07:00"),
    ("10 gennaio 2023 ore 8.30", "2023-01-10T08:30:00+07:00"),
    ("Pressemitteilung vom 25. Januar 2022", "2022-01-25"),
    ("10. Januar 2023 um 08:30 Uhr", "2023-01-10T08:30:00+07:00"),
    ("10 januari 2023 om 08:30 uur", "2023-01-10T08:30:00+07:00"),
    ("10. desember 2022 kl. 08.30", "2022-12-10T08:30:00+07:00"),
    ("Selasa, 12 Maret 2024 08.30 WIB", "2024-03-12T08:30:00+07:00"),
    ("12 Ogos 2024", "2024-08-12"),
    ("10 stycznia 2023", "2023-01-10"),
    ("10. ledna 2023", "2023-01-10"),
    ("10 Ocak 2023", "2023-01-10"),
    ("10 января 2023 г. в 08:30", "2023-01-10T08:30:00+07:00"),
    ("10 січня 2023 року", "2023-01-10"),
    ("10 януари 2023", "2023-01-10"),
    ("10 Ιανουαρίου 2023", "2023-01-10"),
    ("10 ianuarie 2023", "2023-01-10"),
    ("2024. január 12.", "2024-01-12"),
    ("12. tammikuuta 2024", "2024-01-12"),
    ("2023年1月10日", "2023-01-10"),
    ("2023年1月10日 8时30分", "2023-01-10T08:30:00+07:00"),
    ("民國112年1月10日", "2023-01-10"),
    ("令和5年1月10日", "2023-01-10"),
    ("2023년 1월 10일 오후 3:05", "2023-01-10T15:05:00+07:00"),
    ("12 มีนาคม 2567", "2024-03-12"),
    ("12 มี.ค. 2567 เวลา 08.30 น.", "2024-03-12T08:30:00+07:00"),
    ("10 يناير 2023", "2023-01-10"),
];

/// Dates for programs, which pages have in attributes.
const MACHINE: [(&str, &str); 18] = [
    ("1673313300", "2023-01-10T01:15:00Z"),
    ("1673313300000", "2023-01-10T01:15:00Z"),
    ("1673313300.5", "2023-01-10T01:15:00Z"),
    ("/Date(1673313300000)/", "2023-01-10T01:15:00Z"),
    ("/Date(1673313300000+0700)/", "2023-01-10T01:15:00Z"),
    ("20230110", "2023-01-10"),
    ("20230110T011500Z", "2023-01-10T01:15:00Z"),
    ("20230110T0815+0700", "2023-01-10T01:15:00Z"),
    ("20230110081500", "2023-01-10T08:15:00+07:00"),
    ("2023-01-10T24:00:00Z", "2023-01-11T00:00:00Z"),
    ("2023-01-10T08:15", "2023-01-10T08:15:00+07:00"),
    ("2023-01-10t08:15:00z", "2023-01-10T08:15:00Z"),
    ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
    ("2023-01-10T08:15:00+0530", "2023-01-10T02:45:00Z"),
    ("2023-01-10 08:15:00 UTC", "2023-01-10T08:15:00Z"),
    ("Tue, 10 Jan 23 08:15 GMT", "2023-01-10T08:15:00Z"),
    ("10 Jan 2023 01:15 UT", "2023-01-10T01:15:00Z"),
    ("2023-01-10T08:15:00.1234567-08:00", "2023-01-10T16:15:00Z"),
];

fn now() -> DateTime<Utc> {
    "2026-11-24T03:00:00Z".parse().unwrap()
}

/// The instant of an expectation, and whether it has a time.
fn instant(expected: &str) -> (DateTime<Utc>, bool) {
    let is_day = expected.len() == 10;
    let whole = if is_day { format!("{expected}T00:00:00+07:00") } else { expected.to_owned() };
    (DateTime::parse_from_rfc3339(&whole).unwrap().to_utc(), !is_day)
}

fn page(url: &str, body: String) -> Page {
    saved_page(body.into_bytes(), url.parse().unwrap(), now())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[track_caller]
fn check(place: &str, written: &str, read: Option<(DateTime<Utc>, bool)>, expected: &str) {
    assert_eq!(read, Some(instant(expected)), "{place}: {written}");
}

fn read(written: &str) -> Option<(DateTime<Utc>, bool)> {
    let (at, precision) = date::read(written, Ho_Chi_Minh, now()).ok()?;
    Some((at, precision != bantin_core::DatePrecision::Day))
}

/// Checks the dates of a listing's items against the forms.
#[track_caller]
fn check_items(place: &str, listing: &Listing, forms: &[(&str, &str)]) {
    assert_eq!(listing.items.len(), forms.len(), "{place}");
    for (item, (written, expected)) in listing.items.iter().zip(forms) {
        check(place, written, item.date.as_deref().and_then(read), expected);
    }
}

fn source(page: &Page, kind: &str) -> Source {
    let kind = kind::named(kind).unwrap().with(&Default::default()).unwrap();
    Source { kind, ..page_source(&page.url).unwrap() }
}

/// A listing page: each form is the text of an element, or its attribute.
fn listing_page(forms: &[(&str, &str)], is_text: bool) -> Page {
    let mut body = String::from("<!doctype html><html><body><div class=list>");
    for (n, (written, _)) in forms.iter().enumerate() {
        let written = escaped(written);
        let date = if is_text {
            format!("<span class=date>{written}</span>")
        } else {
            format!("<time datetime=\"{written}\">hôm qua</time>")
        };
        write!(
            body,
            "<div class=item><h3><a href=/tin/hoi-nghi-tong-ket-cong-tac-{n}.html>Hội nghị tổng kết \
             công tác của tỉnh lần thứ {n}</a></h3>{date}<p>Lãnh đạo tỉnh dự hội nghị và phát biểu \
             chỉ đạo về các nhiệm vụ trọng tâm.</p></div>"
        )
        .unwrap();
    }
    page("https://xa.example/tin", body + "</div></body></html>")
}

/// An article page with a date in its head or beside its title.
fn article_page(head: &str, beside: &str) -> Page {
    let text = "Ban Dân tộc tỉnh tổ chức hội nghị tổng kết công tác dân tộc và triển khai nhiệm vụ \
                năm tới với sự tham dự của đại diện các sở, ban, ngành và các huyện trong tỉnh.";
    page(
        "https://xa.example/tin/hoi-nghi.html",
        format!(
            "<!doctype html><html lang=vi><head><title>Hội nghị tổng kết công tác dân tộc</title>{head}\
             </head><body><main><h1>Hội nghị tổng kết công tác dân tộc</h1>{beside}<p>{text}</p>\
             <p>{text}</p></main></body></html>"
        ),
    )
}

#[track_caller]
fn check_article(place: &str, page: &Page, (written, expected): &(&str, &str)) {
    let article = single_page(page, &PlatformChoice::default()).unwrap();
    let is_timed = article.precision != bantin_core::DatePrecision::Day;
    check(place, written, Some((article.published, is_timed)), expected);
}

#[test]
fn a_hundred_forms_are_read_alike_by_listings_articles_feeds_and_metadata() {
    let all: Vec<_> = WORDS.iter().chain(&MACHINE).copied().collect();
    assert_eq!(all.len(), 100);
    for (written, expected) in &all {
        check("grammar", written, read(written), expected);
        let found = date::find(written).map(|found| found.written.to_string());
        check("find", written, found.as_deref().and_then(read), expected);
    }

    for (place, forms, is_text) in [("listing", &WORDS[..], true), ("listing", &MACHINE[..], false)]
    {
        let page = listing_page(forms, is_text);
        let listing = discover::items(&page, &source(&page, "listing")).unwrap();
        check_items(place, &listing, forms);
    }

    let mut feed = String::from("<rss version=\"2.0\"><channel><title>Tin</title>");
    for (n, (written, _)) in all.iter().enumerate() {
        let date = escaped(written);
        write!(feed, "<item><title>Tin {n}</title><link>https://xa.example/{n}</link><pubDate>{date}</pubDate></item>").unwrap();
    }
    let page = page("https://xa.example/rss", feed + "</channel></rss>");
    let listing = discover::items(&page, &source(&page, "feed")).unwrap();
    check_items("feed", &listing, &all);

    for form in &WORDS {
        let line = format!("<div class=meta>{}</div>", escaped(form.0));
        check_article("article", &article_page("", &line), form);
    }
    for form in &MACHINE {
        let element = format!("<time datetime=\"{}\">hôm qua</time>", escaped(form.0));
        check_article("article", &article_page("", &element), form);
    }
    for form in &all {
        let meta = format!("<meta name=pubdate content=\"{}\">", escaped(form.0));
        check_article("metadata", &article_page(&meta, ""), form);
    }
}

/// The date of an article page that was fetched on 24 November 2026 in the morning, if it has one.
#[track_caller]
fn check_place(head: &str, beside: &str, expected: Option<&str>) {
    let article = single_page(&article_page(head, beside), &PlatformChoice::default()).unwrap();
    let from = article.provenance.get(&bantin_core::ArticleField::Published);
    let is_dated = !matches!(
        from,
        None | Some(bantin_core::Provenance::FirstSeen | bantin_core::Provenance::Lead)
    );
    let day = article.published.with_timezone(&Ho_Chi_Minh).date_naive().to_string();
    assert_eq!(Some(day).filter(|_| is_dated).as_deref(), expected, "{head} {beside}: {from:?}");
}

#[test]
fn the_instant_for_programs_outranks_the_words_beside_it() {
    let day = Some("2026-01-10");
    for beside in [
        "<time datetime='2026-01-10T08:00:00+07:00'>hôm qua</time>",
        "<time datetime='2026-01-10T08:00:00+07:00'>9/1/2026</time>",
        "<time datetime='2026-01-10T08:00:00+07:00'></time>",
        "<p>Tác giả: A | <time datetime='2026-01-10'>3 ngày trước</time></p>",
        "<relative-time datetime='2026-01-10T08:00:00+07:00'>2 days ago</relative-time>",
        "<span data-timestamp=1768006800000>2 days ago</span>",
        "<span data-time=1768006800>vừa xong</span>",
        "<abbr title='10/01/2026 08:00'>1 giờ trước</abbr>",
        "<abbr class=published title='2026-01-10T08:00:00+07:00'>Thứ bảy</abbr>",
        "<span class=updated data-date='2026-01-12'>12/01/2026</span><time datetime=2026-01-10>x</time>",
    ] {
        check_place("", &format!("<div>{beside}</div>"), day);
    }
    // A deadline and a teaser's date are of other days.
    check_place("", "<div data-end-date='2026-01-10'>Còn 3 ngày</div>", None);
    check_place("", "<p><a href=/b>Tin khác <time datetime=2026-01-10>x</time></a></p>", None);
}

#[test]
fn a_date_is_read_among_the_parts_of_its_line() {
    let day = Some("2016-01-18");
    for beside in [
        "17:26 - 18/01/2016 | <a href=/giao-duc>Giáo dục - Sức khỏe</a>",
        "Giáo dục | 18/01/2016 17:26",
        "2016-01-18 20:29:58 来源：Ban biên tập",
        "<a href=/tin>Tin tức</a> › Thứ Hai, 18/01/2016, 08:30 › Lượt xem: 98",
        "Hà Nội, ngày 18/01/2016",
        "Báo Dân tộc • 18 tháng 1, 2016 • 5 phút đọc",
        "By HNN Staff on January 18, 2016",
        "Nguồn: Báo Dân tộc - Ngày đăng: 18/01/2016",
    ] {
        check_place("", &format!("<div class=meta>{beside}</div>"), day);
    }
    for beside in [
        "Quyết định số 12/QĐ-UBND ngày 18/01/2016",
        "Hạn nộp hồ sơ: 18/01/2016",
        "Hôm nay | 18/01/2016",
        "Kế hoạch từ 18/01/2016 đến 20/02/2016",
    ] {
        check_place("", &format!("<div class=meta>{beside}</div>"), None);
    }
}

#[test]
fn other_dates_of_a_page_prove_the_order_of_day_and_month() {
    let meta = |name: &str, date: &str| format!("<meta property=\"{name}\" content=\"{date}\">");
    let published = meta("article:published_time", "Tue, 07/11/2023 - 17:57");
    let modified = meta("article:modified_time", "Fri, 07/14/2023 - 10:30");
    check_place(&(published.clone() + &modified), "", Some("2023-07-11"));
    check_place(&published, "", Some("2023-11-07"));
    check_place(&published, "<p>Updated: 07/14/2023</p>", Some("2023-07-11"));
    check_place(&modified, "<p>Published: 07/11/2023</p>", Some("2023-07-11"));
    check_place("", "<p>07/11/2023</p><p>Updated: 7/24/2023</p>", Some("2023-07-11"));
    let day_first = meta("article:modified_time", "14/11/2023 10:30");
    check_place(&(published.clone() + &day_first), "", Some("2023-11-07"));
    // Contradicting dates prove nothing.
    check_place(&(published + &modified + &day_first), "", Some("2023-11-07"));
}

#[test]
fn probable_dates_of_metadata_give_way_to_visible_ones() {
    let probable = "<meta name=published-date content='2023-01-10'>";
    check_place(probable, "", Some("2023-01-10"));
    check_place(probable, "<p>Đăng ngày: 09/01/2023</p>", Some("2023-01-09"));
    check_place(probable, "<p>Cập nhật: 12/01/2023</p>", Some("2023-01-10"));
    check_place("", "<p>Cập nhật: 12/01/2023</p><p>10/01/2023</p>", Some("2023-01-10"));
    let possible = "<meta name=date content='2023-01-10'>";
    check_place(possible, "", Some("2023-01-10"));
    check_place(possible, "<p>Cập nhật: 09/01/2023</p>", Some("2023-01-09"));
    check_place("<meta name=lastmod-date content='2023-01-10'>", "", None);
}

#[test]
fn the_day_of_the_fetch_outside_an_article_is_the_page_s_clock() {
    let text = "<p>Ban Dân tộc tỉnh tổ chức hội nghị tổng kết công tác dân tộc và triển khai nhiệm \
                vụ năm tới với sự tham dự của đại diện các sở, ban, ngành và các huyện.</p>";
    let title = "<h1>Hội nghị tổng kết công tác dân tộc</h1>";
    let article = format!("<div class=main>{title}{text}{text}</div>");
    for body in [
        format!(
            "<div class=banner>Thứ Ba, 24/11/2026</div><div class=nav><a href=/>Trang chủ</a></div>{article}"
        ),
        format!(
            "<div class=crumb><a href=/>Trang chủ</a> › Tin tức | Thứ Ba, 24/11/2026</div>{article}"
        ),
        format!(
            "{article}<div class=count>Cập nhật: 24/11/2026</div><div>Lượt truy cập: 1.204.332</div>"
        ),
        format!(
            "<div class=main><span>Thứ Ba, ngày 24 tháng 11 năm 2026</span>{title}{text}{text}</div>"
        ),
        format!("<div class=main>{title}{text}{text}<p>Cập nhật: 24/11/2026</p></div>"),
        format!("{article}<div class=side>Hôm nay: Thứ Ba, 24/11/2026 10:00</div>"),
    ] {
        let html = format!(
            "<!doctype html><html lang=vi><head><title>Hội nghị tổng kết công tác dân tộc</title></head><body>{body}</body></html>"
        );
        let page = page("https://xa.example/tin/hoi-nghi.html", html);
        let article = single_page(&page, &PlatformChoice::default()).unwrap();
        let from = article.provenance.get(&bantin_core::ArticleField::Published);
        assert_eq!(from, Some(&bantin_core::Provenance::FirstSeen), "{body}");
    }
    check_place("", "<p>Đăng ngày: 24/11/2026</p>", Some("2026-11-24"));
}

#[test]
fn the_dates_of_listing_items_are_those_of_their_elements() {
    #[track_caller]
    fn check(date: impl Fn(u32) -> String) {
        let mut body = String::from("<!doctype html><html><body><div class=list>");
        for n in 1..=6 {
            let date = date(n);
            write!(
                body,
                "<div class=item><a href=/tin/ban-dan-toc-hop-{n}>Ban Dân tộc tỉnh họp giao ban công \
                 tác tuần thứ {n}</a>{date}</div>"
            )
            .unwrap();
        }
        let page = page("https://xa.example/tin", body + "</div></body></html>");
        let listing = discover::items(&page, &source(&page, "listing")).unwrap();
        let read = |date: &str| date::read(date, Ho_Chi_Minh, now()).ok().map(|(at, _)| at);
        let days: Vec<_> = listing
            .items
            .iter()
            .filter_map(|item| read(item.date.as_deref()?))
            .map(|at| at.with_timezone(&Ho_Chi_Minh).date_naive().to_string())
            .collect();
        let expected: Vec<_> = (1..=6).map(|n| format!("2026-01-0{n}")).collect();
        assert_eq!(days, expected, "{}", date(1));
    }
    let epoch = |n: u32| 1_767_243_600 + u64::from(n - 1) * 86400;
    check(|n| format!("<div data-timestamp={}000>{n} days ago</div>", epoch(n)));
    check(|n| format!("<span class=t data-utime={}>{n} ngày trước</span>", epoch(n)));
    check(|n| format!("<abbr title='0{n}/01/2026 08:00'>{n} giờ trước</abbr>"));
    check(|n| format!("<relative-time datetime='2026-01-0{n}T08:00:00+07:00'>x</relative-time>"));
    check(|n| format!("<time datetime='2026-01-0{n}T08:00:00+07:00'>1/2/2025</time>"));
    check(|n| format!("<time><p>Jan {n}, 2026 - <a href=/news/>Local News</a></p></time>"));
    check(|n| format!("<p class=m>Thông cáo</p><p class=m>Jan 0{n}, 2026</p>"));
    check(|n| format!("<p class=m>{n} janvier 2026 –</p>"));
    check(|n| format!("<p class=date>2026年1月{n}日</p>"));
    check(|n| format!("<p class=date>| 0{n}.01.2026 |</p>"));
}

#[test]
fn the_day_of_publication_goes_before_issues_changes_and_deadlines() {
    let published = "<meta property='article:published_time' content='2023-01-10T09:00:00+07:00'>";
    let modified = "<meta property='article:modified_time' content='2023-01-20T09:00:00+07:00'>";
    let day = Some("2023-01-10");
    check_place(published, "<p>Cập nhật: 20/01/2023 10:00</p>", day);
    check_place(&format!("{modified}{published}"), "", day);
    check_place(modified, "<p>Published: 10 January 2023</p>", day);
    check_place("", "<p>Published: 10/01/2023</p><p>Updated: 20/01/2023</p>", day);
    check_place("", "<p>10/01/2023 08:00. Cập nhật: 20/01/2023</p>", day);
    let review = "<ul><li>Received: 20 June 2022</li><li>Accepted: 16 December 2022</li>";
    let dublin_core = "<meta name=dc.date content=2023-01-10>";
    check_place(dublin_core, &format!("{review}<li>Published: 10 January 2023</li></ul>"), day);
    check_place(
        "<script>var x={expires:'2027-01-31'}</script>",
        "<p>Hạn nộp: 31/01/2027</p>",
        None,
    );
    check_place("", "<p>Ngày ban hành: 10/01/2023</p>", None);
}
