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
