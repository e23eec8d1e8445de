//! Tests of names beside the date.

use crate::extract::authors::tests::{TEXT, check};
use crate::{saved_page, single_page};
use bantin_core::PlatformChoice;

#[test]
fn a_name_beside_the_date_is_the_author() {
    let an = ("Lê Hải An", "");
    check("", "<p><span>Lê Hải An</span><i>•</i><span>14:09 26/12/2019</span></p>", "", an);
    check("", "<p><b>Lê Hải An</b> | <time>26/12/2019</time> | <em>381 lượt xem</em></p>", "", an);
    check("", "<p><span>Lê Hải An</span><span>26/12/2019 14:09</span></p>", "", an);
    let nobody = ("", "");
    check("", "<p><a href=/tin/>Tin Tức</a><span>14:09 26/12/2019</span></p>", "", nobody);
    check("", "<p><span>Thời sự</span><span>14:09 26/12/2019</span></p>", "", nobody);
    check("", "<p>Tin Tức</p><p><span>Tin Tức</span><span>26/12/2019</span></p>", "", nobody);
    check("", "<p><span>Sở Y tế</span><span>26/12/2019</span></p>", "", nobody);
}

#[test]
fn several_writers_with_their_degrees_stand_beside_the_date() {
    let facts = "<div><span><i class=bi></i> ThS. Trần Quốc Bảo, CN. Lê Thị Mộng Kiều</span><span><i class=bi></i> 22-09-2025</span></div>";
    check("", facts, "", ("ThS. Trần Quốc Bảo; CN. Lê Thị Mộng Kiều", ""));
    for places in ["Sơn La, Lai Châu", "Hà Nội, Đà Nẵng", "Mai Châu, Đà Bắc", "Văn Hóa, Du Lịch"]
    {
        let facts = format!("<p><span>{places}</span> <span>12/05/2024</span></p>");
        check("", &facts, "", ("", ""));
    }
}

#[test]
fn a_mark_on_a_line_of_its_own_separates_date_and_name() {
    for mark in ["•", "|", "–", "·"] {
        let facts = format!("<div>2 tháng 3, 2025</div><div>{mark}</div><div>Vũ Hà Chi</div>");
        check("", &facts, "", ("Vũ Hà Chi", ""));
        let facts = format!("<div>Vũ Hà Chi</div><div>{mark}</div><div>02/03/2025 08:15</div>");
        check("", &facts, "", ("Vũ Hà Chi", ""));
    }
}

#[test]
fn rows_of_facts_name_writer_and_source() {
    let reporter = "<div>Phóng viên: Lê Mai | 14:20 | 03/06/2024 | Chuyên mục: <a href=/kt>Kinh tế</a> | Lượt xem: 245</div>";
    check("", reporter, "", ("Lê Mai", ""));
    let row = "<div><span>Người viết: Lò Thị Xuyến</span><span>Nguồn: Báo Văn Hóa</span><span>842 lượt xem</span></div>";
    check("", row, "", ("Lò Thị Xuyến", "Báo Văn Hóa"));
    let joomla = "<div><span class=createdby>Viết bởi Đoàn Thu Trang</span> <span class=createdate>Thứ Tư, 14 Tháng 3 2012 09:15</span></div>";
    check("", joomla, "", ("Đoàn Thu Trang", ""));
    let graphics =
        "<div><span>Thực hiện: Minh Châu - Đức Anh</span><span>Đồ họa: Phương Nam</span></div>";
    check("", graphics, "", ("Minh Châu; Đức Anh", ""));
    let office = "<p>Điểu Văn Khơi - Phòng Bảo tồn thiên nhiên</p><p>03/11/2023, 07:15</p>";
    check("", office, "", ("Điểu Văn Khơi", ""));
    let logo = "<div>Nguồn: <a href='http://x.example'><img src=/l.png alt='Báo Quân đội nhân dân'></a></div>";
    check("", logo, "", ("", "Báo Quân đội nhân dân"));
    check("", "<div>Nguồn: <img src=/l.png alt='logo'></div>", "", ("", ""));
    let facts = "</div><fieldset><legend>Thông tin bài viết</legend><p>Người gửi bài: Cao Xuân Lập</p></fieldset><div>";
    check("", "", facts, ("Cao Xuân Lập", ""));
    let sign = "</div><div class=hv-sign><b>NGUYỄN THỊ TRANG</b><br><small>(Trưởng khoa Nội)</small></div><div>";
    check("", "", sign, ("NGUYỄN THỊ TRANG", ""));
}

#[test]
fn rows_of_facts_are_read_whatever_their_order() {
    let row = |facts: &[&str]| {
        let facts: Vec<String> = facts.iter().map(|fact| format!("<span>{fact}</span>")).collect();
        format!("<div>{}</div>", facts.join(" "))
    };
    let both = ("Lê Mai Lan", "Báo Xã");
    let (author, source, day) = ("Tác giả: Lê Mai Lan", "Nguồn: Báo Xã", "22/05/2023 08:30");
    for facts in [
        &[day, author, source][..],
        &[day, source, author, "96 lượt xem", "A+ A-"],
        &[author, day, source],
        &["Chuyên mục: Kinh tế", day, author, source],
        &[day, "Ảnh: Mai Anh", author, source],
    ] {
        check("", &row(facts), "", both);
    }
    check("", "<p>Tác giả: Lê Mai Lan Nguồn: Báo Xã 22/05/2023</p>", "", both);
    check("", "<p>Theo Báo Xã | 22/05/2023 08:00</p>", "", ("", "Báo Xã"));
    check("", "<p>22/05/2023 - Theo Báo Xã (96 lượt đọc)</p>", "", ("", "Báo Xã"));
    let writer = ("Lê Mai Lan", "");
    check("", "<p>Lê Mai Lan (Hội Nhà báo) - 22/05/2023</p>", "", writer);
    check("", "<p><b>Lê Mai Lan</b>, phóng viên<br>22/05/2023</p>", "", writer);
    check("", "<p>Bởi <a href=/u/1>Lê Mai Lan</a> vào 22/05/2023</p>", "", writer);
    check("", "<p>Đơn vị: Phòng Văn hóa | 22/05/2023</p>", "", ("", ""));
    let place = "<p align=right><b>Hạ Vi</b><br>(Chi hội 7, phường Xuân Hà)</p>";
    check("", "", place, ("Hạ Vi", ""));
    check("", "", "<p align=right>(Hạ Vi)</p>", ("Hạ Vi", ""));
}

#[test]
fn a_pen_name_stands_between_title_and_date() {
    check("", "<p>Thợ Lò Già</p><p>Đăng lúc: 01/05/2013, 0:15</p>", "", ("Thợ Lò Già", ""));
    check(
        "",
        "<p><b>Vân Khánh</b> <a href='mailto:v@x.example'>v@x.example</a></p><p>03/04/2023 07:02</p>",
        "",
        ("Vân Khánh", ""),
    );
    let nobody = ("", "");
    check("", "<p>Đời Sống Xã Hội</p><p>03/04/2023 07:02</p>", "", nobody);
    check("", "<p>Vân Khánh</p><p>03/04/2023 07:02</p>", "", nobody);
    check("", "<p>Thợ Lò Già</p><p>Chuyện hôm nay</p><p>03/04/2023 07:02</p>", "", nobody);
    let page = "<p><a href='/tac-gia/77'>Lường Văn Hặc</a> <time>28/07/2025 20:03</time></p>";
    check("", page, "", ("Lường Văn Hặc", ""));
}

#[test]
fn a_card_above_the_title_names_the_author() {
    let read_above = |card: &str| {
        let html = format!(
            "<html><head><meta charset=utf-8><title>Mùa vàng muộn</title></head><body><div class=main>{card}<h1>Mùa vàng muộn ở xã An</h1>\
             <div class=detail><p>{TEXT}</p><p>{TEXT} Hội nghị kết thúc.</p></div></div></body></html>"
        );
        let url = "https://www.xaan.example/tin/7.html".parse().unwrap();
        let page = saved_page(html.into_bytes(), url, "2026-11-24T03:00:00Z".parse().unwrap());
        single_page(&page, &PlatformChoice::default()).unwrap().author.unwrap_or_default()
    };
    let card = |name: &str| format!("<div><div>{name}</div><div>11/10/2024 • 11:25</div></div>");
    assert_eq!(read_above(&card("Giàng A Sính")), "Giàng A Sính");
    assert_eq!(read_above(&card("Văn hóa xã hội")), "");
    assert_eq!(read_above(&card("<a href=/u>Giàng A Sính</a>")), "");
    assert_eq!(read_above("<div><div>Giàng A Sính</div></div>"), "");
    let data = "<div data-author='Phạm Quốc Khánh'><p>Thư viện</p>";
    assert_eq!(read_above(data), "Phạm Quốc Khánh");
}

#[test]
fn a_whole_name_on_the_line_beside_the_date_is_the_author() {
    let byline = |name: &str| {
        format!(
            "<div><div><span class=r></span><span class=m>{name}</span></div><div>06:45 06/05/2025</div></div>"
        )
    };
    check("", &byline("Mai Thanh Tùng"), "", ("Mai Thanh Tùng", ""));
    for other in ["Tin Tức", "Sở Y tế", "Hoạt động ngành", "Văn Hóa Xã Hội", "Thanh Tùng"]
    {
        check("", &byline(other), "", ("", ""));
    }
}

#[test]
fn a_name_beside_the_date_may_have_a_portrait_and_links_beside_it() {
    let writer = ("Giàng Thị Sua", "");
    for line in [
        "<div><div><span class=avatar>S</span><span>Giàng Thị Sua</span></div><time datetime=2025-08-14T06:30:00+07:00>5 giờ trước</time><span>312 lượt xem</span></div>",
        "<div>Giàng Thị Sua | Thứ sáu, 3-4-2015, 5:25 CH | <a href='#bl'>0 bình luận</a> | <a href='#'>In</a></div>",
        "<p><span>Giàng Thị Sua</span> • <span>3 ngày trước</span> • <span>2 phút đọc</span></p>",
    ] {
        check("", line, "", writer);
    }
    for line in [
        "<div><a href=/muc>Giàng Thị Sua</a> | 3-4-2015 | In</div>",
        "<p><span>Thông Báo Mới</span> • <span>312 lượt xem</span></p>",
    ] {
        check("", line, "", ("", ""));
    }
}
