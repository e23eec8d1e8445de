//! Tests of the dates of whole pages, and of those in leads and addresses.

use super::*;
use crate::extract::draft;
use crate::extract::tests::page;
use bantin_core::ArticleSelectors;

/// The dates of a page whose article has no metadata, best first.
#[track_caller]
fn dates_of(above: &str, head: &str, below: &str, around: &str) -> Vec<String> {
    let menu: String =
        (0..9).map(|n| format!("<li><a href='/{n}'>Chuyên mục số {n}</a></li>")).collect();
    let text = "Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm cho năm tới.";
    let html = format!(
        "<html><title>Trang chủ</title><body><div id=wrapper>{around}<ul>{menu}</ul>{above}<div class=main><h1>Hội nghị tổng \
         kết năm</h1>{head}<div class=noidung><p>{text}</p><p>{text} Kết thúc.</p></div>{below}</div>{around}</div></body></html>"
    );
    let draft =
        draft(&page("https://a.gov.vn/tin/1", &html), None, &ArticleSelectors::default()).unwrap();
    draft.dates.iter().map(|date| format!("{} [{}]", date.value, date.provenance)).collect()
}

/// Checks the dates of a page with lines between the title and the text.
#[track_caller]
fn check_head(head: &str, expected: &[&str]) {
    let found = dates_of("", head, "", "");
    let found: Vec<&str> = found.iter().filter_map(|date| date.split(" [").next()).collect();
    assert_eq!(found, expected, "{head}");
}

#[test]
fn only_dates_of_the_article_itself_are_taken() {
    // Clocks and footers of the page, in whatever wrapper they share with the article.
    for clock in [
        "<p>Thứ ba, ngày 24 tháng 11 năm 2026</p>",
        "<div>Cập nhật: 24/11/2026 09:59</div>",
        "<p>Ngày cập nhật: 24/11/2026</p>",
    ] {
        assert_eq!(dates_of("", "", "", clock), [""; 0], "{clock}");
        assert_eq!(dates_of(clock, "", "", ""), [""; 0], "{clock}");
    }
    // Right above a title, on a page without a menu, the position decides nothing: the fetch time
    // does.
    let html = "<div class=main><p>Cập nhật: 24/11/2026 09:59</p><h1>Hội nghị tổng kết năm</h1><p>Một đoạn văn bản đủ dài để \
        đọc được, và chẳng nói về điều gì khác ngoài hội nghị.</p></div>";
    let draft =
        draft(&page("https://a.gov.vn/tin/1", html), None, &ArticleSelectors::default()).unwrap();
    assert!(draft.dates[0].provenance.is_outside() && draft.fetched.is_some(), "{:?}", draft.dates);
    // Other articles, with their dates.
    let related = "<h3>Tin liên quan</h3><ul><li><a href=/2>Một tin khác của cơ quan</a> (23/11/2026)</li></ul><p>Cập nhật: 23/11/2026</p>";
    assert_eq!(dates_of("", "", related, ""), [""; 0]);
    // The article's own date, in each place.
    assert_eq!(
        dates_of("", "<p>20/09/2022 08:15</p>", related, ""),
        ["20/09/2022 08:15 [markup:beside title]"]
    );
    assert_eq!(dates_of("", "<p>3 giờ trước</p>", "", ""), ["3 giờ trước [markup:beside title]"]);
    assert_eq!(
        dates_of("", "", "<p>Ngày đăng: 20/09/2022</p>", "<p>Cập nhật: 24/11/2026 09:59</p>"),
        ["Ngày đăng: 20/09/2022 [label:Ngày đăng (below the text)]"]
    );
}

#[test]
fn a_date_in_an_element_of_its_own_or_behind_a_byline_is_taken() {
    // Spans that stand side by side without a blank.
    check_head(
        "<p><span>19:16, 12/04/2024</span><span>4420 lượt đọc</span></p>",
        &["19:16, 12/04/2024"],
    );
    check_head(
        "<p><span>Hải An</span><i>•</i><span>14:09 26/12/2019</span><i>•</i><span>381</span></p>",
        &["14:09 26/12/2019"],
    );
    check_head("<p><b>Xã An</b><time>20/09/2022</time><em>5 phút</em></p>", &["20/09/2022"]);
    check_head("<p><span>20/09/2022</span><span>21/09/2022</span></p>", &[]);
    check_head("<p><span>Ngày họp</span><span>20/09/2022</span></p>", &[]);
    check_head("<table><tr><th>Ngày ban hành</th><td>02/05/2024</td></tr></table>", &[]);
    check_head("<table><tr><th>Số 12/KH</th><td>02/05/2024</td></tr></table>", &[]);
    // Bylines.
    check_head(
        "<p>Gửi bởi: admin vào Thứ tư, 07/02/2018 18:14</p>",
        &["Gửi bởi: admin vào Thứ tư, 07/02/2018 18:14"],
    );
    check_head(
        "<p><b>Người gửi:</b> Lê An <b>Vào lúc:</b> 03/05/2019 15:04 (715 lần đọc)</p>",
        &["03/05/2019 15:04 (715 lần đọc)"],
    );
}

#[test]
fn a_day_below_the_label_of_another_day_is_not_taken() {
    for label in ["Ngày ban hành", "Thời gian:", "Hạn nộp hồ sơ", "Ngày hết hạn", "Bắt đầu"]
    {
        check_head(&format!("<div>{label}</div><div>10/01/2023</div>"), &[]);
        check_head(
            &format!("<dl><dt>{label}</dt><dd><time datetime=2023-01-10>10/01</time></dl>"),
            &[],
        );
        check_head(
            &format!("<div>05/09/2026</div><div>{label}</div><div>10/01/2023</div>"),
            &["05/09/2026"],
        );
    }
    check_head("<div>Thời gian đăng</div><div>10/01/2023</div>", &["Thời gian đăng", "10/01/2023"]);
    check_head(
        "<p>Được đăng: Thứ ba, 10 Tháng 1 2023 14:05</p>",
        &["Được đăng: Thứ ba, 10 Tháng 1 2023 14:05"],
    );
    let updated = "Thời gian cập nhật: 10/01/2023";
    check_head(&format!("<p>{updated}</p>"), &[updated, updated]);
    check_head("<p>Số: 12/TB-STP, ngày 10/01/2023</p>", &[]);
}

#[test]
fn a_day_in_the_brackets_of_a_title_gives_way_to_the_date() {
    let html = "<body><div class=c><h1>Hội thi Dân vận khéo xã Đắk Wer (12/10/2025)</h1><p>05/09/2026 08:00</p><p>Một đoạn \
                văn bản đủ dài để đọc được, và chẳng nói về điều gì khác ngoài hội thi này.</p></div></body>";
    let page = page("https://a.gov.vn/tin/1", html);
    let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
    assert_eq!(draft.dates[0].value, "05/09/2026 08:00");
}

#[test]
fn the_day_of_the_fetch_above_a_title_gives_way_to_other_dates() {
    let own = "<p>Cập nhật lúc: 21 giờ 55 phút ngày 03 tháng 01 năm 2026</p>";
    for clock in [
        "<p>Trang chủ › Xã hội › 24/11/2026</p>",
        "<p>Xã hội - 24/11/2026</p>",
        "<p>24/11/2026</p>",
    ] {
        let html = format!(
            "<body><div class=wrap><div class=c>{clock}<h2>Hội nghị tổng kết năm</h2>{own}<p>Một đoạn văn bản đủ dài để đọc \
             được, và chẳng nói về điều gì khác ngoài hội nghị.</p></div></div></body>"
        );
        let page = page("https://a.gov.vn/tin/1", &html);
        let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
        assert!(draft.dates[0].value.starts_with("Cập nhật lúc"), "{clock}: {:?}", draft.dates);
    }
}

#[test]
fn a_lead_that_begins_with_a_full_date_gives_it() {
    #[track_caller]
    fn check(lead: &str, expected: Option<&str>) {
        assert_eq!(in_text::dateline(lead).as_deref(), expected, "{lead}");
    }
    check("Ngày 10 tháng 01 năm 2023, Ban Dân tộc tỉnh", Some("ngày 10 tháng 01 năm 2023"));
    check("Sáng ngày 10/01/2023, tại huyện", Some("ngày 10/01/2023"));
    check("Chiều ngày 10/01/2023 Đoàn", Some("ngày 10/01/2023"));
    check("Ngày 26/6, UBND huyện", None);
    check("Thực hiện Kế hoạch số 5 ngày 10/01/2023, Ban", None);
    check("", None);
}

#[test]
fn addresses_hold_times() {
    #[track_caller]
    fn check(url: &str, expected: Option<&str>) {
        assert_eq!(address::of(&url.parse().unwrap()).as_deref(), expected);
    }
    check("https://a.vn/x-20210507084003259.htm", Some("2021-05-07T08:40:03"));
    check("https://a.vn/x-115241201164520419.htm", Some("2024-12-01T16:45:20"));
    check(
        "https://a.vn/tin/-/view-article/1/1445748553374/1761032510129",
        Some("2025-10-21T07:41:50.129+00:00"),
    );
    check("https://a.vn/x-241201164520419.htm", Some("2024-12-01T16:45:20"));
    check("https://a.vn/x-11520241201164520419.htm", Some("2024-12-01T16:45:20"));
    check("https://a.vn/2023/01/10/bai-viet/", Some("2023-01-10"));
    check("https://a.vn/tin/2023/01/10/7", Some("2023-01-10"));
    check("https://a.vn/2023/13/10/bai-viet/", None);
    check("https://a.vn/2023/01/bai-viet/", None);
    check("https://a.vn/kinh-te/202210/bai-viet-2203947/", None);
    check("https://a.vn/x-999999999999999.htm", None);
    check("https://a.vn/x-12.htm", None);
}

#[test]
fn a_declared_day_outranks_the_one_that_a_theme_shows() {
    let text = "Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm cho năm tới.";
    let json = "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"datePublished\":\"2024-03-17T08:00:00+07:00\"}</script>";
    let meta = "<meta property='article:published_time' content='2024-03-17T01:00:00+00:00'>";
    let first = |head: &str, time: &str| {
        let html = format!(
            "<html><head>{head}</head><body class=single-post><article class=post><h1 class=entry-title>Hội nghị tổng kết năm</h1>\
             <div class=entry-meta>{time}</div><div class=entry-content><p>{text}</p><p>{text} Kết thúc.</p></div></article></body></html>"
        );
        let page = page("https://a.gov.vn/tin/1", &html);
        let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
        draft.dates[0].to_owned()
    };
    let changed = "<time class='entry-date' datetime='2025-08-05T13:21:57+07:00'>05/08/2025</time>";
    for head in [json, meta] {
        assert!(first(head, changed).value.starts_with("2024-03-17"), "{head}");
    }
    let shown = first("", changed);
    assert!(shown.value.starts_with("2025-08-05"), "{shown:?}");
    assert!(matches!(shown.provenance, Provenance::Platform(_)), "{shown:?}");
}

#[test]
fn a_day_of_publication_counts_beside_another_one_and_in_a_badge() {
    check_head(
        "<p>Ngày ban hành: 01/02/2026 | Ngày đăng: 12/03/2026</p>",
        &["Ngày đăng: 12/03/2026"],
    );
    check_head("<p>Hiệu lực: 01/02/2026 - Ngày đăng: 12/03/2026</p>", &["Ngày đăng: 12/03/2026"]);
    check_head("<p>Ngày ban hành: 01/02/2026 | Ngày hiệu lực: 12/03/2026</p>", &[]);
    let badge = "<p><span>12</span><span>Tháng 3</span><span>2026</span></p>";
    check_head(badge, &["12 Tháng 3 2026"]);
    check_head("<p><b>12</b><span>/03</span><span>/2026</span></p>", &["12/03/2026"]);
    check_head("<p><span>12</span><span>lượt</span><span>2026</span></p>", &[]);
}

/// The dates of an English page whose text begins with some lines, best first.
#[track_caller]
fn dates_of_text(head: &str, text: &str, below: &str) -> Vec<String> {
    let sentence = "The bridge has been closed since the flood of last year, and the shops on both banks have lost their trade.";
    let html = format!(
        "<html><head><title>The bridge opens in spring</title>{head}</head><body><div class=main><h1>The bridge opens in \
         spring</h1><div class=text><p>{sentence}</p>{text}<p>{sentence} So it goes.</p></div>{below}</div></body></html>"
    );
    let page = page("https://a.example/news/1", &html);
    let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
    let values = draft.dates.iter().map(|date| date.value.clone());
    values.filter(|value| value != "Published").collect()
}

#[test]
fn the_only_date_line_of_a_text_is_the_last_resort() {
    let by = "<meta name=author content='Jane Doe'>";
    assert_eq!(dates_of_text(by, "<p>Jane Doe</p><p>May 1, 2025</p>", ""), ["May 1, 2025"]);
    assert_eq!(
        dates_of_text("", "<p>Published On: 15 August 2025</p>", ""),
        ["Published On: 15 August 2025"]
    );
    let none = [""; 0];
    assert_eq!(dates_of_text("", "<p>Jane Doe</p><p>May 1, 2025</p>", ""), none);
    // A diary, a table, a deadline, a link, a date of the text.
    assert_eq!(
        dates_of_text(
            "",
            "<p>May 1, 2025</p><p>It rained.</p><p>May 2, 2025</p><p>It snowed.</p>",
            ""
        ),
        none
    );
    assert_eq!(dates_of_text("", "<table><tr><td>May 1, 2025<td>rain</table>", ""), none);
    assert_eq!(dates_of_text("", "<p>Deadline: May 1, 2025</p>", ""), none);
    assert_eq!(dates_of_text("", "<p><a href=/x>May 1, 2025</a></p>", ""), none);
    assert_eq!(dates_of_text("", "<p>On May 1, 2025 it rained in the county.</p>", ""), none);
    // A programme in Vietnamese.
    let text =
        "<p>Ngày 12/05/2024</p><p>Các đại biểu thảo luận tại hội trường Ủy ban nhân dân xã.</p>";
    assert_eq!(dates_of_text("", text, ""), none);
}

#[test]
fn a_label_on_the_line_above_belongs_to_a_date_below_the_text() {
    let far: String = (1..9).map(|n| format!("<p>Part {n}</p>")).collect();
    let dated = "<h3>Published</h3><p>August 30, 2024</p>";
    assert_eq!(dates_of_text("", "", dated), ["August 30, 2024"]);
    let none = [""; 0];
    // Further down, of a document or a book.
    assert_eq!(dates_of_text("", "", &format!("{far}{dated}")), none);
    assert_eq!(
        dates_of_text("", "", &format!("{dated}<h3>Published</h3><p>May 1, 2023</p>")),
        none
    );
    assert_eq!(
        dates_of_text("", "", "<h3>Related news</h3><p>Published</p><p>May 1, 2023</p>"),
        none
    );
    assert_eq!(dates_of_text("", "", "<h3>Last updated</h3><p>May 1, 2023</p>"), none);
}

#[test]
fn a_link_to_the_articles_of_a_day_is_dated_by_it() {
    let link = |href: &str| format!("<p><a href='{href}'><time>July 27, 2025</time></a></p>");
    check_head(&link("https://a.gov.vn/2025/07/27/"), &["July 27, 2025"]);
    check_head(&link("/2025/07/26/"), &[]);
    check_head(&link("/tin/khac"), &[]);
}

#[test]
fn a_declared_day_in_words_yields_to_the_one_that_the_page_shows() {
    let declared = |date: &str| {
        format!(
            "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"datePublished\":\"{date}\"}}</script>"
        )
    };
    let shown = "<h1>The bridge opens in spring</h1><p>Apr 26, 2023</p>";
    let html = |date: &str| {
        let sentence = "The bridge has been closed since the flood of last year, and the shops on both banks have lost their trade.";
        format!(
            "<html><head>{}</head><body><div>{shown}<p>{sentence}</p><p>{sentence} So.</p></div></body></html>",
            declared(date)
        )
    };
    let first = |date: &str| {
        let page = page("https://a.example/news/1", &html(date));
        draft(&page, None, &ArticleSelectors::default()).unwrap().dates[0].value.clone()
    };
    // Nor does an editor give fractions of a second.
    let of_records = [
        "Aug 21, 2025",
        "2025-08-21T08:00:00.767Z",
        "2025-08-21T08:00:00.014538Z",
        "2025-08-21T08:00:00.705+07:00",
        "2025-08-21 08:00:00.09",
    ];
    for date in of_records {
        assert_eq!(first(date), "Apr 26, 2023", "{date}");
    }
    let given = [
        "2025-08-21T08:00:00Z",
        "2025-08-21T08:00:00.000Z",
        "2025-08-21T08:00:00.000+07:00",
        "21.08.2025",
        // Before the day that the page shows, which is then that of a change or of an event.
        "2021-08-21T08:00:00.767Z",
    ];
    for date in given {
        assert_eq!(first(date), date);
    }
}

#[test]
fn marked_days_of_several_articles_yield_to_the_one_that_the_page_shows() {
    let marked = |days: &[&str]| {
        let items = days.iter().map(|day| {
            format!("<li itemscope><a href='/{day}'>Another</a><meta itemprop=datePublished content={day}></li>")
        });
        let shown = "<p>Published: Mar 27, 2025</p>";
        let below = format!("{shown}<ul>{}</ul>", items.collect::<String>());
        dates_of_text("", "", &below).swap_remove(0)
    };
    assert_eq!(marked(&["2026-03-13", "2026-03-10", "2026-03-09"]), "Published: Mar 27, 2025");
    assert_eq!(marked(&["2025-03-27", "2025-03-27", "2025-03-27"]), "2025-03-27");
}

#[test]
fn a_day_in_words_settles_the_order_of_a_numeric_one() {
    let meta = "<meta property=article:published_time content='03-09-2026'>";
    assert_eq!(dates_of_text(meta, "", "<p>Published: March 9, 2026</p>")[0], "2026-03-09");
    assert_eq!(dates_of_text(meta, "", "<p>Published: September 3, 2026</p>")[0], "03-09-2026");
    assert_eq!(dates_of_text(meta, "", "")[0], "03-09-2026");
    // The day of an event.
    assert_eq!(dates_of_text(meta, "<p>March 9, 2026</p>", "")[0], "03-09-2026");
    // A program writes American dates on a Vietnamese page.
    let found = |head: &str| {
        let text = "Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm cho năm tới.";
        let html = format!(
            "<title>Hội nghị tổng kết năm</title>{head}<div><h1>Hội nghị tổng kết năm</h1><p>10/8/2022 11:43:33 SA</p><p>{text}</p>\
             <p>{text} Hết.</p></div>"
        );
        let page = page("https://a.gov.vn/tin/1", &html);
        draft(&page, None, &ArticleSelectors::default()).unwrap().dates[0].value.clone()
    };
    for value in ["8/10/2022 11:43:33 AM", "8/10/2022 11:43:33 SA"] {
        let head = format!("<meta name=date content='{value}'>");
        assert_eq!(found(&head), "10/8/2022 11:43:33 SA", "{value}");
    }
}

#[test]
fn beside_the_day_of_the_last_change_the_other_one_is_that_of_publication() {
    check_head(
        "<p><span>Đời sống</span><span>20/09/2022</span><span>Updated: 21/09/2022</span></p>",
        &["20/09/2022"],
    );
    check_head(
        "<p><b>Xã An</b><span>Last update:</span><time>20/09/2022</time></p>",
        &["Last update: 20/09/2022"],
    );
}

#[test]
fn on_a_page_of_an_agency_a_date_line_may_be_of_anything() {
    let text = "Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm cho năm tới.";
    let first = |inside: &str, below: &str| {
        let html = format!(
            "<title>Hội nghị tổng kết năm</title><div class=main><h1>Hội nghị tổng kết năm</h1><p>{text}</p>{inside}<p>{text} Hết.\
             </p></div><div class=box>{below}</div>"
        );
        let page = page("https://a.gov.vn/tin/1", &html);
        let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
        draft.dates.first().map(|date| date.value.clone())
    };
    // Of an event, of data, of a document, of a message.
    for inside in [
        "<p>Vào lúc: 08 giờ ngày 15/12/2023</p>",
        "<p>Ngày 15/12/2023</p>",
        "<p>Cập nhật ngày 31/12/2023</p>",
    ] {
        assert_eq!(first(inside, ""), None, "{inside}");
    }
    for below in [
        "<p>Ngày ban hành</p><p>15/12/2023</p>",
        "<p>Gửi lúc</p><p>15/12/2023 08:00</p>",
        "<p>Văn bản mới</p><p>Ngày đăng</p><p>15/12/2023</p>",
    ] {
        assert_eq!(first("", below), None, "{below}");
    }
    assert_eq!(first("<p>Ngày đăng: 15/12/2023</p>", "").as_deref(), Some("Ngày đăng: 15/12/2023"));
}

#[test]
fn a_date_of_an_event_is_not_that_of_publication() {
    let none = [""; 0];
    let paragraph = "<p>The council of the county voted on Tuesday to spend four million on the bridge, after a debate that lasted for more than five hours.</p>";
    for date in [
        "<p>Saturday, 12 April 2025</p>",
        "<p>12 April 2025, 10:00</p>",
        "<figcaption>12 April 2019</figcaption>",
    ] {
        assert_eq!(dates_of_text("", &format!("{paragraph}{date}"), ""), none, "{date}");
    }
    for date in [
        "<p class=post-date>12 April 2025</p>",
        "<p>Updated April 12, 2025</p>",
        "<p><time>12 April 2025</time></p>",
    ] {
        assert_eq!(dates_of_text("", &format!("{paragraph}{date}"), "").len(), 1, "{date}");
    }
    // After the day of the last change, and declared before the day that the page shows.
    check_head(
        "<p><span>22/09/2022</span><span>Hội trường</span><span>Updated: 21/09/2022</span></p>",
        &[],
    );
    let words = "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"datePublished\":\"Mar 12, 2025\"}</script>";
    assert_eq!(dates_of_text(words, "", "<p>Published: April 20, 2025</p>")[0], "Mar 12, 2025");
}

#[test]
fn badges_near_the_title_are_read_from_their_lines() {
    for badge in [
        "<div><div>Thứ Tư</div><div>12</div><div>Tháng 3, 2025</div></div>",
        "<div><span class=ng>12</span><span class=th>3/2025</span></div>",
        "<div><p>12</p><p>03</p><p>2025</p></div>",
    ] {
        let found = dates_of("", badge, "", "");
        let day = found.first().and_then(|found| date::find(found)).map(|found| found.day);
        assert_eq!(day.map(|day| day.to_string()).as_deref(), Some("2025-03-12"), "{badge}");
    }
    // Counters and prices are no badges.
    for other in ["<div><p>12</p><p>345</p></div>", "<div><p>1</p><p>2</p><p>3</p></div>"] {
        check_head(other, &[]);
    }
}

#[test]
fn labelled_days_at_the_end_of_a_text_are_those_of_the_page() {
    let below = |html: &str| {
        let found = dates_of("", "", &format!("<div class=duoi>{html}</div>"), "");
        found.first().and_then(|found| date::find(found)).map(|found| found.day.to_string())
    };
    assert_eq!(below("Lượt xem: 1.234 - Ngày đăng: 24-07-2025").as_deref(), Some("2025-07-24"));
    assert_eq!(below("Lượt xem: 1.234 - 24-07-2025"), None);
    assert_eq!(below("Lượt xem: 1.234 - Ngày ban hành: 24-07-2025"), None);
    assert_eq!(
        below("<div class=vdate>Ngày 4 tháng 5 năm 2023</div>").as_deref(),
        Some("2023-05-04")
    );
    assert_eq!(below("<div>Ngày 4 tháng 5 năm 2023</div>"), None);
    let two = "<div class=date>04/05/2023</div><div class=date>05/05/2023</div>";
    assert_eq!(below(two), None);
    // In the box of the text, below its last sentence.
    let found = |line: &str| {
        let text = "Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm cho năm tới.";
        let html = format!(
            "<title>Hội nghị tổng kết năm</title><div><h1>Hội nghị tổng kết năm</h1><p>{text}</p><p>{text} Hết.</p>{line}</div>"
        );
        let page = page("https://a.gov.vn/tin/1", &html);
        let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
        draft.dates.first().and_then(|found| date::find(&found.value)).map(|f| f.day.to_string())
    };
    let end = "<p>Cập nhật lúc 08h15 ngày 26/6/2025</p><p>In Gửi Lên trên</p>";
    assert_eq!(found(end).as_deref(), Some("2025-06-26"));
    assert_eq!(found("<p>Xã An, ngày 26/6/2025</p>"), None);
    // A table above the text says which day is that of publication.
    let table = "<table><tr><th>Ngày gửi</th><td>02/04/2025</td></tr><tr><th>Ngày đăng</th><td>14/04/2025</td></tr></table>";
    let text = "Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm cho năm tới.";
    let html = format!(
        "<title>Chi tiết</title><fieldset><legend>Nghỉ việc có được hưởng chế độ không?</legend>{table}<p>{text}</p><p>{text} Hết.</p></fieldset>"
    );
    let page = page("https://a.gov.vn/tin/1", &html);
    let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
    assert!(draft.dates[0].value.contains("14/04/2025"), "{:?}", draft.dates);
}

/// The dates of a page with further HTML in its head, and inside the text.
fn dates_of_page(head: &str, inside: &str) -> Vec<String> {
    let text = "Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm cho năm tới.";
    let html = format!(
        "<html><head><title>Trang chủ</title>{head}</head><body><div class=main><h1>Hội nghị tổng kết năm</h1><div class=noidung><p>{text}</p>\
         <p>{text} Kết thúc.</p>{inside}</div></div></body></html>"
    );
    let draft =
        draft(&page("https://a.gov.vn/tin/1", &html), None, &ArticleSelectors::default()).unwrap();
    draft.dates.iter().map(|date| format!("{} [{}]", date.value, date.provenance)).collect()
}

#[test]
fn the_day_in_a_foot_line_of_the_text_counts_by_its_label() {
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let foot = format!(
            "<div><span>{text}</span>|<span>Chuyên mục: Thông báo của huyện</span>|<span>Đọc: 764</span>|<a href='#'>In bài</a></div>"
        );
        assert_eq!(dates_of_page("", &foot), expected);
    }
    let day = "Đăng tải ngày 3-8-2017 lúc 5:20 PM";
    check(day, &["Đăng tải ngày 3-8-2017 lúc 5:20 PM [label:Đăng tải (below the text)]"]);
    check("Ngày ban hành: 3-8-2017", &[]);
    check("Đăng tải danh sách thí sinh ngày 3-8-2017 của hội đồng thi", &[]);
}

#[test]
fn structured_data_with_another_headline_yields_to_the_page() {
    let data = |headline: &str| {
        format!(
            "<script type='application/ld+json'>{{\"@type\":\"Article\",\"headline\":\"{headline}\",\"datePublished\":\"2023-02-01\"}}</script>"
        )
    };
    let shown = "<p class=date>09/12/2021</p>";
    let first = |headline: &str, inside: &str| {
        dates_of_page(&data(headline), inside).first().cloned().unwrap_or_default()
    };
    let declared = "2023-02-01 [json-ld:datePublished]";
    for own in ["Hội nghị tổng kết năm", "Hội nghị tổng kết năm - Sở Y tế", "Hội nghị tổng kết"]
    {
        assert_eq!(first(own, shown), declared, "{own}");
    }
    // A headline that is the name of the site says that the day is that of the page's making.
    let site = "<meta property='og:site_name' content='Sở Y tế An'>";
    let of_site = |inside: &str| dates_of_page(&format!("{site}{}", data("Sở Y tế An")), inside);
    assert_eq!(of_site(""), [""; 0]);
    assert!(of_site(shown)[0].starts_with("09/12/2021"));
    for other in ["Trung tâm Y tế An Thủy", "Strapi"] {
        assert!(first(other, shown).starts_with("09/12/2021"), "{other}");
        // Without another day, it is all there is.
        assert_eq!(first(other, ""), declared);
    }
}

#[test]
fn of_two_days_the_labelled_one_counts_on_a_vietnamese_page() {
    let meta = "<meta property='article:published_time' content='2021-09-20T01:15:44+00:00'>";
    let first = |inside: &str| dates_of_page(meta, inside).first().cloned().unwrap_or_default();
    let declared = "2021-09-20T01:15:44+00:00 [meta:article:published_time]";
    assert!(first("<p>Ngày đăng: 14/09/2021</p>").starts_with("Ngày đăng: 14/09/2021"));
    assert_eq!(first("<p>14/09/2021</p>"), declared);
    let above = |line: &str| {
        let text = "Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm cho năm tới.";
        let html = format!(
            "<html><head><title>Trang chủ</title>{meta}</head><body><div class=main><h1>Hội nghị tổng kết năm</h1>{line}<p>{text}</p><p>{text}</p></div></body></html>"
        );
        let draft =
            draft(&page("https://a.gov.vn/tin/1", &html), None, &ArticleSelectors::default());
        draft.unwrap().dates.first().map(|date| date.value.clone()).unwrap_or_default()
    };
    assert_eq!(above("<p>Ngày đăng: 14/09/2021 13:10</p>"), "Ngày đăng: 14/09/2021 13:10");
    // The day of another zone, of a change, of a document.
    for line in
        ["Ngày đăng: 21/09/2021", "Cập nhật: 14/09/2021", "Ngày ban hành: 14/09/2021", "14/09/2021"]
    {
        assert_eq!(above(&format!("<p>{line}</p>")), "2021-09-20T01:15:44+00:00", "{line}");
    }
}

#[test]
fn the_day_behind_the_author_below_the_text_counts() {
    let below = |line: &str| dates_of("", "", line, "");
    let signed = "<div>Thực hiện: Mai Lan, Quốc Bảo<i>•</i><span>02-06-2024</span></div>";
    assert_eq!(below(signed), ["02-06-2024 [markup:beside the author]"]);
    assert_eq!(below("<div>Hội thảo: khai mạc•<span>02-06-2024</span></div>"), [""; 0]);
}

#[test]
fn the_only_day_among_the_facts_of_a_line_counts() {
    check_head("<div>Đỗ Hoài Thu | 22-05-2023 | Lượt xem: 96</div>", &["22-05-2023"]);
    check_head(
        "<p><span>Thu Hiền</span> <span>T3, 18/10/2022 - 08:55</span> <span>Báo Xã</span></p>",
        &["T3, 18/10/2022 - 08:55"],
    );
    check_head("<p><span>Từ 22/05/2023</span> | <span>đến 24/05/2023</span></p>", &[]);
}

#[test]
fn a_day_behind_a_clock_below_the_text_counts() {
    let below = |line: &str| dates_of("", "", line, "");
    let card = "<div><span><i class='far fa-clock'></i> 19:48, 27/11/2023</span><span><i class='far fa-eye'></i> 729</span></div>";
    assert_eq!(below(card), ["19:48, 27/11/2023 [markup:behind a clock below the text]"]);
    assert_eq!(
        below("<div><span><i class='far fa-user'></i> 19:48, 27/11/2023</span> 729</div>"),
        [""; 0]
    );
}

#[test]
fn the_day_below_a_signature_counts_and_not_that_of_an_official() {
    let below = |line: &str| dates_of("", "", line, "");
    let signed = "<p align=right>Lê Thị Hòa</p><p align=right>20/11/2022 8h30</p>";
    assert_eq!(below(signed), ["20/11/2022 8h30 [markup:below the signature]"]);
    let contributor = "<div style='text-align:right'><b>CTV Thu Hà</b><br>20/11/2022</div>";
    assert_eq!(below(contributor), ["20/11/2022 [markup:below the signature]"]);
    let official =
        "<p align=right>CHỦ TỊCH</p><p align=right>Lê Văn Cường</p><p align=right>20/11/2022</p>";
    assert_eq!(below(official), [""; 0]);
    assert_eq!(below("<p align=right>Hà Nội, ngày 20/11/2022</p>"), [""; 0]);
    assert_eq!(below("<p>Lê Thị Hòa</p><p>20/11/2022</p>"), [""; 0]);
}

#[test]
fn a_verb_before_a_sentence_announces_no_day() {
    for line in [
        "Đăng ký dự thi trước ngày 12/05/2024 tại phòng 3",
        "Sửa đổi Luật Đất đai có hiệu lực từ ngày 01/08/2024",
        "Cập nhật giá xăng dầu từ ngày 12/05/2024 trên cả nước",
        "Xuất bản cuốn sách của tỉnh ngày 12/05/2024 tại thư viện",
    ] {
        check_head(&format!("<p>{line}</p>"), &[]);
    }
    let system = "Cập nhật lên hệ thống lúc 12:51 ngày 14/05/2024";
    assert_eq!(
        dates_of("", &format!("<p>{system}</p>"), "", "")[0],
        format!("{system} [label:Cập nhật]")
    );
    let line = "Đăng 19:40 ngày 26/4/2021";
    assert_eq!(dates_of("", &format!("<p>{line}</p>"), "", "")[0], format!("{line} [label:Đăng]"));
    assert_eq!(
        dates_of("", "", &format!("<p>{line} 642</p>"), ""),
        [format!("{line} 642 [label:Đăng (below the text)]")]
    );
    let changed = dates_of("", "<p>Sửa đổi: 06/11/2023</p>", "", "");
    assert_eq!(changed[0], "Sửa đổi: 06/11/2023 [label:Sửa đổi]");
}

#[test]
fn a_clock_in_the_header_of_the_page_dates_nothing() {
    let clock = "<header><b>HỘI NÔNG DÂN</b><p>Cập nhật: Thứ Tư, 22 Tháng 9 2021</p></header>";
    let html = |inside: &str| {
        let text = "Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm cho năm tới.";
        format!(
            "<title>Hội Nông dân</title><div>{clock}<div><h1>Hội nghị tổng kết năm</h1>{inside}<p>{text}</p><p>{text} Kết thúc.</p></div></div>"
        )
    };
    let dates = |inside: &str| -> Vec<String> {
        let page = page("https://a.gov.vn/tin/1", &html(inside));
        let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
        draft.dates.iter().map(|date| date.value.clone()).collect()
    };
    assert_eq!(dates(""), [""; 0]);
    assert_eq!(dates("<p>03/04/2023 07:02</p>"), ["03/04/2023 07:02"]);
    // A subtitle and the writer may be taken for the beginning of the text.
    let row = "<p>Hơn bốn trăm người tham gia đoàn rước trên sông</p><p>Vân Khánh v@x.example</p><p>03/04/2023 07:02</p>";
    assert_eq!(dates(row)[0], "03/04/2023 07:02");
}

#[test]
fn the_labelled_day_counts_beside_another_labelled_day_and_below_a_seal() {
    let below = |lines: &str| dates_of("", "", lines, "").first().cloned().unwrap_or_default();
    let days = "<p>Ngày đăng tải: 06/02/2026 &nbsp; Ngày ban hành: 04/02/2026</p>";
    assert!(below(days).starts_with("Ngày đăng tải: 06/02/2026 ["), "{}", below(days));
    let seal = "<table><tr><td><i>Nơi nhận:</i><br>- Báo chí;<br>- Lưu: VT, VP.</td><td><b>KHO BẠC<br>KHU VỰC XIX</b><br><i>(Đã ký)</i></td></tr></table>";
    assert!(below(&format!("{seal}{days}")).starts_with("Ngày đăng tải: 06/02/2026 ["));
    assert_eq!(below(&format!("{seal}<p>Ngày ban hành: 04/02/2026</p>")), "");
}

#[test]
fn a_day_beside_the_number_of_readers_counts_below_a_subtitle() {
    let subtitle =
        "<div class=phu>Sau hai năm vắng khách, phiên chợ đón gần bốn nghìn lượt người</div>";
    for facts in [
        "<span><i class='bi bi-calendar'></i> 20/04/2025</span><span><i class='bi bi-eye'></i> 640</span>",
        "<span>20/04/2025</span> <span>640 lượt xem</span>",
    ] {
        let html = format!("{subtitle}<div>{facts}</div>");
        let found = dates_of("", &html, "", "");
        assert!(found.first().is_some_and(|date| date.contains("20/04/2025")), "{facts} {found:?}");
    }
}

#[test]
fn a_day_above_the_title_that_is_later_than_the_last_change_is_a_clock() {
    let text = "Một đoạn văn bản đủ dài để đọc được, và chẳng nói về điều gì khác ngoài hội nghị.";
    for (above, expected) in
        [("09:31:22 Thứ 4, 10/12/2025", "06-12-2018"), ("Thứ 4, 05/12/2018", "05/12/2018")]
    {
        let html = format!(
            "<div class=main><p>{above}</p><h1>Hội nghị tổng kết năm</h1><div>Ngày cập nhật: 06-12-2018</div><p>{text}</p></div>"
        );
        let draft =
            draft(&page("https://a.gov.vn/tin/1", &html), None, &ArticleSelectors::default());
        let dates = draft.unwrap().dates;
        assert!(
            dates.first().is_some_and(|date| date.value.contains(expected)),
            "{above} {dates:?}"
        );
    }
}

#[test]
fn a_paragraph_that_the_rule_of_a_platform_finds_is_no_date() {
    let portal = |date: &str| {
        format!(
            "<html><body><div id=p_p_id_101_INSTANCE_x class=portlet-asset-publisher><div class=contentDetail><h3>Tiêm bổ sung vắc xin \
             sởi</h3><div><p><span>17/03/2025 14:12</span></p><div class=journal-content-article>{date}<p>Ngành y tế đã bố trí các \
             điểm tiêm tại trạm y tế xã để người dân tiện đưa trẻ đến tiêm đủ mũi.</p></div></div></div></div></body></html>"
        )
    };
    let first = |html: &str| {
        let page = page("https://a.gov.vn/tin/1", html);
        let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
        draft.dates[0].value.clone()
    };
    let text = "<p>Tính đến ngày 16/3/2025, toàn tỉnh ghi nhận 94 trường hợp sốt phát ban nghi sởi, trong đó 61 ca dương tính.</p>";
    assert_eq!(first(&portal(text)), "17/03/2025 14:12");
    assert_eq!(first(&portal("<p>Thứ Hai, 16/3/2025 08:05</p>")), "Thứ Hai, 16/3/2025 08:05");
}

#[test]
fn the_names_of_icons_are_no_words_beside_a_date() {
    let line =
        "<p><mat-icon>event</mat-icon> 20-10-2023 07:55 <mat-icon>person</mat-icon> Văn Thịnh</p>";
    assert!(dates_of("", line, "", "")[0].starts_with("20-10-2023 07:55"));
}
