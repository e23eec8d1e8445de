//! Tests of the bylines of bodies.

use super::*;
use bantin_page::{Dom, SafeHtml, dom::text_of};

/// Checks a body of `a.` followed by `html`; `expected` is author, source, and the remaining
/// text.
#[track_caller]
fn check(html: &str, expected: (&str, &str, &str)) {
    let html = format!("<p>Một câu của bài viết.</p><p>a.</p>{html}");
    let mut dom = Dom::parse(&SafeHtml::check(html).unwrap()).unwrap();
    let mut byline = Byline::default();
    byline.split_off(dom.tree_mut(), &mut RemovalLog::default());
    let shown = |found: Option<Extracted<String>>| found.map(|f| f.value).unwrap_or_default();
    let text = text_of(dom.tree().root_element());
    let text = text.strip_prefix("Một câu của bài viết.\na.").unwrap();
    assert_eq!(
        (shown(byline.author).as_str(), shown(byline.source).as_str(), text.trim()),
        expected
    );
}

#[test]
fn bylines_are_read_and_leave_the_body() {
    check(
        "<p>Tác giả:&nbsp; Lương Đình Bảo</p><p>Nguồn:&nbsp; Ban Dân tộc</p>",
        ("Lương Đình Bảo", "Ban Dân tộc", ""),
    );
    check(
        "<table><tr><td>Tác giả:&#160;</td><td> X Y</td></tr><tr><td>Nguồn:</td><td>Z</td></tr></table>",
        ("X Y", "Z", ""),
    );
    check("<p>Tác giả: X Y - Nguồn tin: Báo Z</p>", ("X Y", "Báo Z", ""));
    check("<p>Tác giả: X Y<br>Nguồn: Z</p>", ("X Y", "Z", ""));
    check("<div>Tác giả:</div><div>Lê Văn A</div>", ("Lê Văn A", "", ""));
    check(
        "<p>Người viết: Trần Thị B</p><p>(Nguồn tin: Báo Dân tộc và Phát triển)</p>",
        ("Trần Thị B", "Báo Dân tộc và Phát triển", ""),
    );
    check("<p style='text-align:right'><b>Hoàng Văn Thụ</b></p>", ("Hoàng Văn Thụ", "", ""));
    check("<p>Tin, ảnh Ngô Tấm</p>", ("Ngô Tấm", "", ""));
    check("<p align=right>Rơ Châm Hồng Vân</p>", ("Rơ Châm Hồng Vân", "", ""));
    check(
        "<p><i>Tôn Nữ Quỳnh Trân - Hồng Nhung</i></p>",
        ("Tôn Nữ Quỳnh Trân - Hồng Nhung", "", ""),
    );
    check("<p>Tin Khánh Hiền – Thanh Tiến</p>", ("Khánh Hiền – Thanh Tiến", "", ""));
    check("<p>Hồng Ngọc (gt)</p>", ("Hồng Ngọc (gt)", "", ""));
    check("<p>Vương Hợp – ĐTT.</p>", ("Vương Hợp – ĐTT.", "", ""));
    check("<p>Theo TTXVN</p>", ("", "TTXVN", ""));
    check("<p>Theo Báo Nhân Dân</p>", ("", "Báo Nhân Dân", ""));
    check("<p>Nguồn “Đắk Nông Điện tử”</p>", ("", "“Đắk Nông Điện tử”", ""));
    check("<p>PV: Lê Anh Tuấn</p>", ("Lê Anh Tuấn", "", ""));
    check("<p>Author / Tác giả: Lê An</p><p>Nguồn (Source): Báo Xã</p>", ("Lê An", "Báo Xã", ""));
    check("<p>Gửi bởi: Lê An vào Thứ ba, 07/02/2018 18:14</p>", ("Lê An", "", ""));
    check("<p>Người gửi: Lê An Vào lúc: 03/05/2019 15:04</p>", ("Lê An", "", ""));
    check("<p>Viết bởi Lê An</p>", ("Lê An", "", ""));
}

#[test]
fn signatures_of_reprints_name_writer_and_paper() {
    for signature in [
        "Lê An/Báo Lao Động",
        "Lê An (Báo Lao Động)",
        "Lê An (Theo Báo Lao Động)",
        "Lê An - Báo Lao Động",
        "Lê An – Báo Lao Động",
    ] {
        check(&format!("<p>{signature}</p>"), ("Lê An", "Báo Lao Động", ""));
    }
    check("<p>Lê An/TTXVN</p>", ("Lê An", "TTXVN", ""));
    check("<p>Lê An - Tô Hà</p>", ("Lê An - Tô Hà", "", ""));
    check("<p>Nguồn: Báo Xã - baoxa.example</p>", ("", "Báo Xã - baoxa.example", ""));
}

#[test]
fn an_interview_keeps_its_last_line() {
    for thanks in ["PV: Trân trọng cảm ơn ông!", "Phóng viên: Xin cảm ơn bà."] {
        check(
            &format!("<p>{thanks}</p><p align=right><b>Y Khải (thực hiện)</b></p>"),
            ("Y Khải (thực hiện)", "", thanks),
        );
        check(
            &format!("<p>{thanks}</p><p>Lê An thực hiện</p>"),
            ("", "", &format!("{thanks}\nLê An thực hiện")),
        );
    }
}

#[test]
fn captions_and_signers_of_documents_are_no_authors() {
    for line in [
        "<p><em>Toàn Cảnh Hội Nghị</em></p>",
        "<p align=center>Các Đại Biểu Chụp Ảnh Lưu Niệm</p>",
        "<p><b>Lễ Khai Giảng Năm Học Mới</b></p>",
        "<p>Ảnh Minh Họa</p>",
        "<p><i>Kính Mời Quý Vị Theo Dõi</i></p>",
        "<p>(Đã ký)</p><p>Nguyễn Văn An</p>",
        "<p><b>GIÁM ĐỐC</b></p><p><b>Nguyễn Văn An</b></p>",
        "<p>KT. CHỦ TỊCH</p><p align=right>Trần Thị Bình</p>",
    ] {
        let text = line.replace("</p><p", "</p>\n<p");
        let text = text.split(['<', '>']).skip(2).step_by(2).collect::<String>();
        let text = text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        check(line, ("", "", text.trim()));
    }
}

#[test]
fn an_empty_label_takes_no_other_line_as_its_value() {
    for line in ["Lượt xem: 12", "Từ khóa: rừng", "Bình luận (0)", "Facebook", "In bài viết"]
    {
        check(&format!("<p>Tác giả:</p><p>{line}</p>"), ("", "", line));
    }
    check("<p>Nguồn:</p><p>Ngày đăng: 05/09/2026</p>", ("", "", ""));
    check("<p>Nguồn:</p><p>Báo Xã</p>", ("", "Báo Xã", ""));
    check("<p>Tác giả: Lê An</p><p>Nguồn:</p>", ("Lê An", "", ""));
    check("<p>Ảnh:</p>", ("", "", "Ảnh:"));
    check("<p>Tin</p><p>Hôm nay trời đẹp</p>", ("", "", "Tin\nHôm nay trời đẹp"));
    check("<p>Nguồn: Theo Báo Xã</p>", ("", "Báo Xã", ""));
}

#[test]
fn phrases_behind_common_words_are_text() {
    for line in [
        "Thực hiện: 15 công trình, phần việc",
        "Tin: Lượt về gặp khó",
        "Tin, bài: hạn cuối 30/9/2026",
        "Nguồn: vốn vay ưu đãi",
    ] {
        check(&format!("<p>{line}</p>"), ("", "", line));
    }
    check("<p>Nguồn: baoxa.example.vn</p>", ("", "baoxa.example.vn", ""));
    check("<p>Tin: Phòng Văn hóa và Thông tin</p>", ("Phòng Văn hóa và Thông tin", "", ""));
}

#[test]
fn text_stays() {
    check("<p>Theo kế hoạch, hội nghị bế mạc.</p>", ("", "", "Theo kế hoạch, hội nghị bế mạc."));
    check("<p>Tin tưởng vào tương lai</p>", ("", "", "Tin tưởng vào tương lai"));
    check("<p>Bế mạc hội nghị</p>", ("", "", "Bế mạc hội nghị"));
    check(
        "<p>Nguồn: vốn vay của ngân hàng, vốn đối ứng của tỉnh, vốn huy động của nhân dân và các nguồn khác.</p>",
        (
            "",
            "",
            "Nguồn: vốn vay của ngân hàng, vốn đối ứng của tỉnh, vốn huy động của nhân dân và các nguồn khác.",
        ),
    );
}

#[test]
fn a_signature_may_stand_behind_the_last_sentence() {
    const LAST: &str =
        "Công an tỉnh đề nghị những ai là bị hại liên hệ Đội 3 trước ngày 30/11 để được giải quyết";
    for (signature, author, rest) in [
        (". <b><i>Hải Âu</i></b>", "Hải Âu", "."),
        ("./. <strong>Nguyễn Hải</strong>", "Nguyễn Hải", "./."),
        (".” <em>Mai Anh</em>", "Mai Anh", ".”"),
        (" của ông <b>Nguyễn Văn An</b>", "", " của ông Nguyễn Văn An"),
        (". <b>Phòng Tư Pháp</b>", "", ". Phòng Tư Pháp"),
        (". <b>Xin Mời</b>", "", ". Xin Mời"),
        (". <b>Hà Nội</b>", "", ". Hà Nội"),
    ] {
        check(&format!("<p>{LAST}{signature}</p>"), (author, "", &format!("{LAST}{rest}")));
    }
}

#[test]
fn photographers_and_editors_leave_the_body_with_the_author() {
    check(
        "<p>Tác giả: Tống Khánh Vy</p><p>Biên tập: Hứa Trọng Nghĩa</p>",
        ("Tống Khánh Vy", "", ""),
    );
    check("<p>Tác giả: Lê An</p><p>Ảnh: Mai Lan</p><p>Đồ họa: Phương Nam</p>", ("Lê An", "", ""));
    check("<p>Ảnh: Mai Lan</p>", ("", "", "Ảnh: Mai Lan"));
    check("<p>Nguồn ảnh: Báo Xã</p>", ("", "", "Nguồn ảnh: Báo Xã"));
}

#[test]
fn a_line_of_newspapers_and_agencies_is_the_source() {
    for (line, source) in [
        ("<p>(TTXVN/Vietnam+)</p>", "TTXVN/Vietnam+"),
        ("<p align=right>Báo Quảng Ninh</p>", "Báo Quảng Ninh"),
        ("<p align=right><a href='http://bao.example/x'>Báo Lai Thượng</a></p>", "Báo Lai Thượng"),
        ("<p>Trích từ Báo Nhân Dân, số ra ngày 12/4/2019</p>", "Báo Nhân Dân"),
    ] {
        check(line, ("", source, ""));
    }
    check("<p align=right>Báo cáo quý 1</p>", ("", "", "Báo cáo quý 1"));
    check("<p>(Đài quan sát)</p>", ("", "", "(Đài quan sát)"));
}

#[test]
fn an_author_is_told_from_the_office_behind_the_name() {
    check("<p>(Kim Ngọc – Trung tâm Y tế Vĩnh Thuận)</p>", ("Kim Ngọc", "", ""));
    check("<p>Người viết: Lê Thị Hòa, Trường THCS Xã</p>", ("Lê Thị Hòa", "", ""));
    check("<p>Người gửi bài: Cao Xuân Lập (LĐLĐ thị xã)</p>", ("Cao Xuân Lập", "", ""));
}

#[test]
fn the_writer_is_told_from_the_login_that_posts() {
    check("<p>Người đăng: admin | Tác giả: Lê Văn An</p>", ("Lê Văn An", "", ""));
    check("<p>Người đăng: Quản trị viên - Người viết: Lê Văn An</p>", ("Lê Văn An", "", ""));
    check("<p>Tác giả: Lê Văn An - Người đăng: Trần Bình</p>", ("Lê Văn An", "", ""));
    check("<p align=right>CTV Lê Văn An</p>", ("Lê Văn An", "", ""));
}

#[test]
fn by_behind_a_day_names_the_writer_and_elsewhere_a_cause() {
    let named =
        |text| parts(text).iter().any(|part| part.label == "bởi" && part.value == "Lê Văn An");
    for text in
        ["Được viết ngày 15 Tháng 11 2025 bởi Lê Văn An", "Đăng ngày 5/1/2025 bởi Lê Văn An"]
    {
        assert!(named(text), "{text}");
    }
    for text in ["Tin vui bởi mưa đã về", "Bởi Lê Văn An", "Bài học bởi Lê Văn An đã nói vậy"]
    {
        assert!(!named(text), "{text}");
    }
}

#[test]
fn short_lines_below_a_byline_leave_the_body_and_nothing_else_does() {
    let byline = "<p>Tin: Lê Hải An</p>";
    check(
        &format!("<div>{byline}</div><div><p>Lịch trực</p><p>Trực lãnh đạo: Võ Minh Tâm</p></div>"),
        ("Lê Hải An", "", ""),
    );
    // A poem or a list below it stays.
    let poem = "<p>Quê mình</p><p>Sông vẫn chảy qua làng</p><p>Tre vẫn xanh bờ cũ</p>";
    let verses = "Quê mình\nSông vẫn chảy qua làng\nTre vẫn xanh bờ cũ";
    check(&format!("{byline}{poem}"), ("Lê Hải An", "", verses));
    for (rest, text) in [
        ("<table><tr><td>Xã An</td><td>120 hộ</td></tr></table>", "Xã An 120 hộ"),
        ("<p>Kèm theo: <a href=/tep/a.pdf>kế hoạch</a></p>", "Kèm theo: kế hoạch"),
        ("<figure><figcaption>Quang cảnh hội nghị</figcaption></figure>", "Quang cảnh hội nghị"),
    ] {
        check(&format!("{byline}{rest}"), ("", "", &format!("Tin: Lê Hải An\n{text}")));
    }
    // A list of donors is not signed by the first of them.
    let donors = "<p>Tác giả: 12 em</p><p>Nguyễn Văn Bình</p><p>Lê Thị Hoa</p>";
    check(
        &format!("{donors}<p>Danh sách còn tiếp</p>"),
        ("", "", "Tác giả: 12 em\nNguyễn Văn Bình\nLê Thị Hoa\nDanh sách còn tiếp"),
    );
}
