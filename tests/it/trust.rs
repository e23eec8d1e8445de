//! A page is trusted before it becomes news, or replaces news.

use crate::agency::Answer;
use crate::script::{Script, Story, TITLES, page, story};

/// Error pages inside a site's own template, with status 200: what the page shows as its heading
/// and as its text.
const ERRORS: [(&str, &str); 10] = [
    ("Thông báo", "<p>Phiên làm việc của bạn đã hết hạn. Vui lòng tải lại trang để tiếp tục.</p>"),
    (
        "Hệ thống bận",
        "<p>Hiện có quá nhiều người truy cập, máy chủ không thể xử lý yêu cầu. Xin quay lại sau ít phút.</p>",
    ),
    (
        "Thông báo",
        "<p>Bạn không được cấp quyền để xem nội dung này. Liên hệ quản trị viên để biết thêm chi tiết.</p>",
    ),
    (
        "Tin tức",
        "<p>Microsoft OLE DB Provider for SQL Server error '80004005'</p><p>Timeout expired</p><p>/tin/chitiet.asp, line 27</p>",
    ),
    (
        "Tin tức - Sự kiện",
        "<p>Warning: mysqli_connect(): (HY000/1040): Too many connections in /var/www/html/inc/db.php on line 12</p>",
    ),
    (
        "Xác thực",
        "<p>Vui lòng nhập mã hiển thị trong hình để chứng tỏ bạn là người dùng thật.</p><p><img src=\"/captcha.png\"></p>",
    ),
    (
        "The resource cannot be found",
        "<p>The resource you are looking for has been removed, had its name changed, or is temporarily unavailable.</p>",
    ),
    (
        "Đăng nhập",
        "<p>Vui lòng đăng nhập bằng tài khoản định danh điện tử VNeID để sử dụng dịch vụ.</p>",
    ),
    ("Tin tức", "<p>Bài viết này đã được gỡ bỏ hoặc không còn tồn tại trên hệ thống.</p>"),
    (
        "Cổng thông tin điện tử",
        "<p>Chào mừng bạn đến với cổng thông tin của chúng tôi. Chúc bạn một ngày tốt lành và nhiều niềm vui.</p>",
    ),
];

fn listed(count: usize) -> Vec<(Story, String)> {
    (0..count).rev().map(|n| (story(n), format!("/tin/{n}"))).collect()
}

fn error(n: usize) -> Answer {
    let (heading, text) = ERRORS[n];
    page(heading, text)
}

#[test]
fn an_error_page_is_no_new_article_and_the_right_page_is_taken_later() {
    for (n, (_, text)) in ERRORS.iter().enumerate() {
        let mut script = Script::open();
        script.publish(&listed(4));
        script.visit();
        script.publish(&listed(6));
        script.agency.on("/tin/4", error(n));
        script.agency.on("/tin/5", error(n));
        for visit in 2..=4 {
            let said = script.visit();
            script.check(&TITLES[..4], &format!("{text}, visit {visit}: {said}"));
        }
        script.publish(&listed(6));
        let said = script.visit_after(24);
        script.check(&TITLES[..6], &format!("{text}, healed: {said}"));
        assert!(script.field(TITLES[4], "text").as_str().unwrap().contains("thiết thực"));
    }
}

#[test]
fn an_error_page_replaces_no_article_whose_item_changed() {
    for (n, (_, text)) in ERRORS.iter().enumerate() {
        let mut script = Script::open();
        script.publish(&listed(4));
        script.visit();
        let before = script.field(TITLES[2], "html");
        let mut changed = listed(4);
        changed[1].0.title = format!("{} (cập nhật)", TITLES[2]);
        script.publish(&changed);
        script.agency.on("/tin/2", error(n));
        for visit in 2..=5 {
            let said = script.visit();
            script.check(&TITLES[..4], &format!("{text}, visit {visit}: {said}"));
            assert_eq!(script.field(TITLES[2], "html"), before, "{text}, visit {visit}");
        }
        script.publish(&changed);
        let said = script.visit_after(24);
        let corrected = changed[1].0.title.as_str();
        let titles = [TITLES[0], TITLES[1], corrected, TITLES[3]];
        script.check(&titles, &format!("{text}, healed: {said}"));
        assert_eq!(script.field(corrected, "revision"), 2);
    }
}

#[test]
fn a_first_visit_publishes_no_error_pages() {
    for (n, (_, text)) in ERRORS.iter().enumerate() {
        let mut script = Script::open();
        script.publish(&listed(5));
        for number in [1, 3] {
            script.agency.on(&format!("/tin/{number}"), error(n));
        }
        for visit in 1..=3 {
            let said = script.visit();
            let titles = [TITLES[0], TITLES[2], TITLES[4]];
            script.check(&titles, &format!("{text}, visit {visit}: {said}"));
        }
        script.publish(&listed(5));
        let said = script.visit_after(24);
        script.check(&TITLES[..5], &format!("{text}, healed: {said}"));
    }
}

#[test]
fn pages_with_one_text_and_different_titles_are_error_pages() {
    let mut script = Script::open();
    script.publish(&listed(3));
    script.visit();
    let text = "<p>Chúng tôi đang nâng cao chất lượng phục vụ để bạn đọc có trải nghiệm tốt hơn với cổng thông tin này.</p>\
        <p>Trong thời gian đó một số nội dung có thể hiển thị chậm hơn bình thường, mong bạn đọc thông cảm và tiếp tục ủng hộ.</p>";
    let more = listed(7);
    script.publish(&more);
    for (story, href) in &more[..4] {
        script.agency.on(href, page(&story.title, text));
    }
    for visit in 2..=4 {
        let said = script.visit();
        script.check(&TITLES[..3], &format!("visit {visit}: {said}"));
    }
    script.publish(&more);
    let said = script.visit_after(24);
    script.check(&TITLES[..7], &said);
    // Alone among right pages, too.
    let eight = listed(8);
    script.publish(&eight);
    script.agency.on("/tin/7", page(TITLES[7], &story(2).body));
    let said = script.visit();
    script.check(&TITLES[..7], &said);
}

#[test]
fn a_text_that_shrinks_is_not_taken_at_once() {
    let mut script = Script::open();
    script.publish(&listed(3));
    script.visit();
    let before = script.field(TITLES[1], "html");
    let mut changed = listed(3);
    changed[1].0.title = format!("{} (tiếp)", TITLES[1]);
    script.list(&changed);
    let body = "<p>Ngày đăng: 02/11/2026 08:15</p><p>Nội dung đang được xử lý.</p>";
    script.agency.on("/tin/1", page(&changed[1].0.title, body));
    let said = script.visit_after(1);
    assert_eq!(script.field(TITLES[1], "html"), before, "{said}");
    script.publish(&changed);
    let said = script.visit_after(2);
    assert!(
        script.field(&changed[1].0.title, "text").as_str().unwrap().contains("thiết thực"),
        "{said}"
    );
}

#[test]
fn a_title_that_flips_is_no_edit() {
    let mut script = Script::open();
    script.publish(&listed(3));
    script.visit();
    for visit in 0..8 {
        let mut shown = listed(3);
        if visit % 2 == 0 {
            shown[0].0.title = format!("{} - Sở Nội vụ", TITLES[2]);
        }
        script.publish(&shown);
        script.visit_after(24);
    }
    let articles = script.desk.export();
    assert_eq!(articles.len(), 3);
    let revisions: Vec<_> = articles.iter().map(|a| a["revision"].as_u64().unwrap()).collect();
    assert!(revisions.iter().all(|revision| *revision <= 3), "{revisions:?}");
}

#[test]
fn a_counter_of_readers_is_no_edit() {
    let counters = [
        "<p>Lượt xem: {n}</p>",
        "<p>Đã xem {n} lần</p>",
        "<div>{n} lượt truy cập</div>",
        "<p>Số lượt đọc: {n}</p>",
        "<p>Views: {n}</p>",
        "<p>Người xem: {n}</p>",
        "<span>Lượt đọc {n}</span>",
        "<p>{n} views</p>",
    ];
    for counter in counters {
        let mut script = Script::open();
        for visit in 1..=4 {
            let mut shown = listed(3);
            let count = format!("1.{}", 200 + 17 * visit);
            for (story, _) in &mut shown {
                story.body += &counter.replace("{n}", &count);
            }
            // The listing shows it too, so that the item changes.
            shown[0].0.day += &format!(" - {count} lượt xem");
            script.publish(&shown);
            script.visit();
        }
        let revisions: Vec<_> =
            script.desk.export().iter().map(|a| a["revision"].as_u64().unwrap()).collect();
        assert_eq!(revisions, [1, 1, 1], "{counter}");
    }
}

#[test]
fn a_number_in_the_text_is_an_edit() {
    let mut script = Script::open();
    for visit in 1..=2 {
        let mut shown = listed(3);
        shown[0].0.body += &format!("<p>Giá lúa hôm nay: {} đồng một ki-lô-gam.</p>", 7000 + visit);
        shown[0].0.day = format!("03/11/2026 0{visit}:00");
        script.publish(&shown);
        script.visit();
    }
    assert_eq!(script.field(TITLES[2], "revision"), 2);
}

#[test]
fn a_rewritten_text_is_taken_when_a_second_revisit_shows_it_too() {
    let mut script = Script::open();
    script.publish(&listed(3));
    script.visit();
    script.publish(&listed(4));
    script.visit();
    let before = script.field(TITLES[3], "html");
    // Its page is rewritten, and its listing item stays the same.
    let rewritten = Story { body: story(9).body, ..story(3) };
    script.agency.on("/tin/3", rewritten.page());
    let said = script.visit_after(18);
    assert_eq!(script.field(TITLES[3], "html"), before, "{said}");
    for _ in 0..4 {
        script.visit_after(12);
    }
    let text = script.field(TITLES[3], "text");
    assert!(text.as_str().unwrap().contains("lần thứ 9"), "{text}");
    script.check(&TITLES[..4], "after two revisits");
}

#[test]
fn a_text_that_lost_half_of_its_words_is_taken_after_six_hours() {
    let mut script = Script::open();
    script.publish(&listed(3));
    script.visit();
    let long = Story { body: [3, 7, 8].map(|n| story(n).body).concat(), ..story(3) };
    script.publish(&[vec![(long, "/tin/3".to_owned())], listed(3)].concat());
    script.visit();
    let before = script.field(TITLES[3], "html");
    script.agency.on("/tin/3", story(3).page());
    let said = script.visit_after(18);
    assert!(said.contains("lost more than half"), "{said}");
    for _ in 0..5 {
        let said = script.visit_after(1);
        assert_eq!(script.field(TITLES[3], "html"), before, "{said}");
        // The page waits, and not the listing.
        assert!(said.contains("unchanged"), "{said}");
    }
    let said: String = (0..3).map(|_| script.visit_after(1)).collect();
    assert_ne!(script.field(TITLES[3], "html"), before, "{said}");
    assert_eq!(rejections(&script), 0);
}

/// The number of pages that the store has as rejected.
fn rejections(script: &Script) -> i64 {
    let path = script.desk.path("state/bantin.sqlite");
    let db = rusqlite::Connection::open(path).unwrap();
    db.query_row("SELECT count(*) FROM rejection", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_page_that_is_as_before_again_ends_its_hold() {
    let mut script = Script::open();
    script.publish(&listed(3));
    script.visit();
    script.publish(&listed(4));
    let tagged = |story: Story, tag: &str| {
        let Answer::Page(code, mut fields, body) = story.page() else { panic!("it has a page") };
        fields.push(("ETag", format!("\"{tag}\"")));
        Answer::Page(code, fields, body)
    };
    script.agency.on("/tin/3", tagged(story(3), "1"));
    script.visit();
    let before = script.field(TITLES[3], "html");
    script.agency.on("/tin/3", tagged(Story { body: story(9).body, ..story(3) }, "2"));
    let said = script.visit_after(18);
    assert_eq!(rejections(&script), 1, "{said}");
    script.agency.on("/tin/3", tagged(story(3), "1"));
    for _ in 0..3 {
        script.visit_after(6);
    }
    assert_eq!(rejections(&script), 0);
    assert_eq!(script.field(TITLES[3], "html"), before);
    assert_eq!(script.field(TITLES[3], "revision"), 1);
}

/// Texts of one page for all articles, in which no rule sees a message.
const SHARED: [&str; 5] = [
    "Trang nhà chuẩn bị diện mạo mới đẹp hơn, hẹn gặp lại mọi người vào dịp sau.",
    "Cảm ơn mọi người đã quan tâm theo dõi, chúc một ngày tốt lành và nhiều niềm vui.",
    "Chuyên mục tổng hợp thông tin chính thức của cơ quan dành cho bà con gần xa.",
    "Tin của đơn vị, chọn lọc mỗi ngày, dành cho mọi nhà trên khắp địa bàn tỉnh.",
    "Kính chúc các bác, các cô luôn mạnh khỏe và hạnh phúc bên gia đình của mình.",
];

#[test]
fn a_text_of_several_pages_is_never_taken_and_their_articles_are_not_lost() {
    for (n, text) in SHARED.iter().enumerate() {
        let mut script = Script::open();
        script.publish(&listed(3));
        script.visit();
        let all = listed(5);
        script.publish(&all);
        for (story, href) in &all[..2] {
            let heading = if n % 2 == 0 { "Thông báo" } else { &story.title };
            script.agency.on(href, page(heading, &format!("<p>{text}</p>")));
        }
        for (visit, hours) in [1, 1, 6, 18, 24].into_iter().enumerate() {
            let said = script.visit_after(hours);
            check_texts(&script, &format!("{text}, visit {visit}: {said}"));
        }
        script.check(&TITLES[..5], text);
        script.publish(&all);
        for _ in 0..2 {
            script.visit_after(24);
        }
        for title in &TITLES[..5] {
            let shown = script.field(title, "text");
            assert!(shown.as_str().unwrap().contains("thiết thực"), "{text}: {title}: {shown}");
        }
    }
}

/// Messages that sites show in place of an article, five wordings of each kind.
fn messages() -> Vec<(&'static str, Vec<String>)> {
    let lines: Vec<&str> = include_str!("messages.txt").lines().collect();
    let escaped = |line: &&str| format!("<p>{}</p>", line.replace('<', "&lt;"));
    lines.chunks(6).map(|kind| (kind[0], kind[1..].iter().map(escaped).collect())).collect()
}

/// The heading of an error page: one of its own, or that of the article.
fn headings(title: &str) -> [String; 2] {
    ["Thông báo".to_owned(), title.to_owned()]
}

/// Checks that each article of the store that has a text of its own has that of its story.
#[track_caller]
fn check_texts(script: &Script, when: &str) {
    for article in script.desk.export() {
        let (title, text) = (article["title"].as_str().unwrap(), article["text"].as_str().unwrap());
        assert!(text == title || text.contains("thiết thực"), "{when}: {title} has {text:?}");
    }
}

/// Sets the pages of stories to error pages, every second one with the heading of its article. A
/// system has one message for all of these.
fn fail(script: &Script, stories: &[(Story, String)], texts: &[String], own: usize) {
    for (n, ((story, href), text)) in stories.iter().zip(texts).enumerate() {
        let heading = (own + n) % 2;
        let text = if heading == 1 { &texts[own % texts.len()] } else { text };
        script.agency.on(href, page(&headings(&story.title)[heading], text));
    }
}

#[test]
fn no_wording_of_an_error_becomes_a_new_article() {
    for (own, (kind, texts)) in messages().into_iter().enumerate() {
        let mut script = Script::open();
        script.publish(&listed(3));
        script.visit();
        let more = listed(9);
        script.publish(&more);
        fail(&script, &more[..5], &texts, own);
        // Two pages with one short text are published without it.
        for (visit, hours) in [1, 1, 1, 24, 24].into_iter().enumerate() {
            let said = script.visit_after(hours);
            check_texts(&script, &format!("{kind}, visit {visit}: {said}"));
        }
        script.publish(&more);
        let said = script.visit_after(24);
        let when = format!("{kind}, healed: {said}");
        script.check(&TITLES[..9], &when);
        check_texts(&script, &when);
        for title in &TITLES[..9] {
            let text = script.field(title, "text");
            assert!(text.as_str().unwrap().contains("thiết thực"), "{when}: {title}: {text}");
        }
    }
}

#[test]
fn no_wording_of_an_error_replaces_an_article() {
    for (own, (kind, texts)) in messages().into_iter().enumerate() {
        let mut script = Script::open();
        script.publish(&listed(3));
        script.visit();
        script.publish(&listed(9));
        script.visit();
        // The items of two of them change, too.
        let mut changed = listed(9);
        for (story, _) in &mut changed[..2] {
            story.title += " (cập nhật)";
        }
        script.list(&changed);
        fail(&script, &changed[..5], &texts, own);
        for (visit, hours) in [1, 6, 12, 24, 24, 24].into_iter().enumerate() {
            let said = script.visit_after(hours);
            let when = format!("{kind}, visit {visit}: {said}");
            script.check(&TITLES[..9], &when);
            check_texts(&script, &when);
        }
        script.publish(&changed);
        let said = script.visit_after(24);
        let titles: Vec<&str> = changed.iter().map(|(story, _)| story.title.as_str()).collect();
        script.check(&titles, &format!("{kind}, healed: {said}"));
        check_texts(&script, kind);
    }
}

#[test]
fn no_wording_of_an_error_is_an_article_of_a_first_visit() {
    for (own, (kind, texts)) in messages().into_iter().enumerate() {
        let mut script = Script::open();
        let all = listed(8);
        script.publish(&all);
        fail(&script, &all[..5], &texts, own);
        for (visit, hours) in [1, 6, 12, 24].into_iter().enumerate() {
            let said = script.visit_after(hours);
            check_texts(&script, &format!("{kind}, visit {visit}: {said}"));
        }
        script.publish(&all);
        let said = script.visit_after(24);
        let when = format!("{kind}, healed: {said}");
        script.check(&TITLES[..8], &when);
        check_texts(&script, &when);
        script.visit_after(24);
        for title in &TITLES[..8] {
            let text = script.field(title, "text");
            assert!(text.as_str().unwrap().contains("thiết thực"), "{when}: {title}: {text}");
        }
    }
}

/// Front pages and listings that a site shows at the address of an article. `{title}` is its title.
fn lists() -> [(&'static str, String); 6] {
    let teaser = "Tin tóm tắt về hoạt động trong tuần của đơn vị, mời xem tiếp.";
    let others: Vec<&str> = TITLES[..3].to_vec();
    let items =
        |f: &dyn Fn(&str) -> String| others.iter().map(|title| f(title)).collect::<String>();
    [
        (
            "unlinked headlines",
            format!(
                "<h3>{{title}}</h3><p>{teaser}</p>{}",
                items(&|t| format!("<h3>{t}</h3><p>{teaser}</p>"))
            ),
        ),
        (
            "three linked headings",
            format!(
                "<h2><a href=\"/tin/70\">{{title}}</a></h2><p>{teaser}</p>{}",
                items(&|t| format!("<h2><a href=\"/tin/7\">{t}</a></h2><p>{teaser}</p>"))
            ),
        ),
        (
            "headlines in bold",
            format!(
                "<p><b>{{title}}</b></p><p>{teaser}</p>{}",
                items(&|t| format!("<p><b>{t}</b></p><p>{teaser}</p>"))
            ),
        ),
        (
            "the listing",
            format!(
                "<ul><li><a href=\"/tin/70\">{{title}}</a> 08/11/2026</li>{}</ul>",
                items(&|t| format!("<li><a href=\"/tin/7\">{t}</a> 02/11/2026</li>"))
            ),
        ),
        (
            "a table of headlines",
            format!(
                "<table><tr><td>1</td><td>{{title}}</td></tr>{}</table>",
                items(&|t| format!("<tr><td>2</td><td>{t}</td></tr>"))
            ),
        ),
        (
            "other news only",
            items(&|t| format!("<h3><a href=\"/tin/7\">{t}</a></h3><p>{teaser}</p>")),
        ),
    ]
}

#[test]
fn a_front_page_or_listing_in_place_of_an_article_is_no_article() {
    for (name, list) in lists() {
        for case in ["new", "changed", "first"] {
            let mut script = Script::open();
            if case != "first" {
                script.publish(&listed(3));
                script.visit();
            }
            let mut all = listed(5);
            script.publish(&all);
            if case == "changed" {
                script.visit();
                all[0].0.title += " (cập nhật)";
                script.list(&all);
            }
            let (story, href) = &all[0];
            let shown = list.replace("{title}", &story.title);
            script.agency.on(href, page("Tin tức - Sự kiện", &shown));
            for hours in [1, 6, 24, 24] {
                let said = script.visit_after(hours);
                check_texts(&script, &format!("{name}, {case}: {said}"));
            }
            script.publish(&all);
            for _ in 0..2 {
                script.visit_after(24);
            }
            let when = format!("{name}, {case}, healed");
            check_texts(&script, &when);
            let text = script.field(&all[0].0.title, "text");
            assert!(text.as_str().unwrap().contains("thiết thực"), "{when}: {text}");
        }
    }
}

#[test]
fn a_notice_under_another_heading_is_published_a_day_later_as_it_is_listed() {
    for (heading, body) in [
        (
            "Thông báo",
            "<p>Toàn thể cán bộ được nghỉ lễ từ ngày 1 đến hết ngày 3 tháng 9 theo quy định chung.</p>",
        ),
        (
            "Văn bản mới",
            "<p>Kính gửi các phòng chuyên môn văn bản số 812 về việc chuẩn bị cho đợt thi đua cuối năm.</p>",
        ),
        (
            "Chi tiết tin",
            "<p>Kính mời các đơn vị tham dự đầy đủ và đúng giờ tại hội trường tầng hai của trung tâm.</p>",
        ),
        (
            "Sở Nội vụ",
            "<p>Buổi lễ diễn ra tại nhà văn hóa xã vào sáng thứ bảy, đề nghị bà con sắp xếp tham gia.</p>",
        ),
        (
            "Tin hoạt động",
            "<p>Đoàn công tác trao tặng ba mươi phần quà cho các gia đình ở khu vực thường xuyên ngập nước.</p>",
        ),
    ] {
        let mut script = Script::open();
        script.publish(&listed(3));
        script.visit();
        script.publish(&listed(4));
        script.agency.on("/tin/3", page(heading, body));
        for _ in 0..3 {
            let said = script.visit();
            script.check(&TITLES[..3], &format!("{heading}, held: {said}"));
        }
        script.visit_after(12);
        let said = script.visit_after(24);
        script.check(&TITLES[..4], &format!("{heading}: {said}"));
        assert_eq!(script.field(TITLES[3], "text"), TITLES[3], "{heading}");
        assert_eq!(script.field(TITLES[3], "published"), "2026-11-03T17:00:00Z", "{heading}");
    }
}

#[test]
fn short_texts_with_files_of_their_own_are_different_articles() {
    let mut script = Script::open();
    let mut all = listed(5);
    for (n, (story, _)) in all.iter_mut().enumerate() {
        story.body =
            format!("<p>Chi tiết xem file đính kèm.</p><p><a href=\"/f/{n}.pdf\">Tải về</a></p>");
    }
    script.publish(&all);
    let said = script.visit();
    script.check(&TITLES[..5], &said);
}
