//! Forms of bylines: ranks, days behind names, credits, brackets, and what stands below them.

use super::{TEXT, TITLE, article, check};

/// The author, the day and the text of a page.
fn whole(above: &str, below: &str) -> (String, String, String) {
    let article = article(TITLE, "", above, below);
    let day = if article.is_dated() { article.day().to_string() } else { String::new() };
    (article.author.unwrap_or_default(), day, article.text)
}

#[test]
fn ranks_and_degrees_before_a_name_do_not_hide_it() {
    for name in [
        "Thượng úy Lò Văn Ún",
        "Đại úy, Th.S Hoàng Văn Tài",
        "BS.CKII Trần Thị Ngân Giang",
        "Bác sĩ Lê Hải An",
        "Trung tá Y Bhăm Êban",
    ] {
        check("", "", &format!("<p align=right><b>{name}</b></p>"), (name, ""));
        let office = format!("<p align=center><b>{name} - Khoa Nhi</b></p>");
        check("", "", &office, (name, ""));
        let role = format!("<p align=right><b>{name}, Trợ lý Dân vận</b></p>");
        check("", "", &role, (name, ""));
    }
    // A unit alone is no writer.
    check("", "", "<p align=right><b>Tiểu đoàn 3, Trung đoàn 885</b></p>", ("", ""));
}

#[test]
fn a_day_behind_the_name_of_the_writer_is_the_day_of_the_article() {
    for (line, author) in [
        ("Minh Hạ viết ngày 08/09/2024", "Minh Hạ"),
        ("Lê Hải An đăng lúc 07:15 ngày 08/09/2024", "Lê Hải An"),
        ("Thạch Sa Rây lúc 09:12, ngày 08/09/2024", "Thạch Sa Rây"),
        ("Lê Hải An vào 08/09/2024", "Lê Hải An"),
        ("Trà Giang gửi ngày 8/9/2024", "Trà Giang"),
    ] {
        let (found, day, _) = whole(&format!("<div>{line}</div>"), "");
        assert_eq!((found.as_str(), day.as_str()), (author, "2024-09-08"), "{line}");
    }
    let facts = "<dl><dt>Đăng bởi:</dt><dd>Thạch Sa Rây lúc 09:12, ngày 08/09/2024</dd><dt>Đã xem:</dt><dd>356 lượt</dd></dl>";
    let (found, day, _) = whole(facts, "");
    assert_eq!((found.as_str(), day.as_str()), ("Thạch Sa Rây", "2024-09-08"));
    // A place and an event.
    for line in ["Hà Nội lúc 20 giờ ngày 08/09/2024", "Hà Nội vào 08/09/2024"] {
        assert_eq!(whole(&format!("<div>{line}</div>"), "").0, "", "{line}");
    }
}

#[test]
fn credits_below_a_lead_name_the_writer() {
    let lead = format!("<p><b>{TEXT}</b></p>");
    for (credits, author) in [
        ("Ảnh: Đinh Công Tráng - Tin: Ka Să Ha Bảo", "Ka Să Ha Bảo"),
        ("Thực hiện: Bảo Châu, Hữu Nghĩa và Y Bhăm Êban", "Bảo Châu; Hữu Nghĩa; Y Bhăm Êban"),
        ("Tin, ảnh: K’Brình", "K’Brình"),
        ("Bài: Lê Hải An | Ảnh: Tô Sa", "Lê Hải An"),
    ] {
        let (found, _, text) = whole(&format!("{lead}<div>{credits}</div>"), "");
        assert_eq!(found, author, "{credits}");
        assert!(!text.contains(credits), "{credits}: {text}");
    }
    // What is announced in such words is text.
    for line in ["Tin: giá lúa tăng trở lại ở nhiều xã", "Thực hiện: 15 công trình trong năm"]
    {
        let (found, _, text) = whole(&format!("{lead}<div>{line}</div>"), "");
        assert!(found.is_empty() && text.contains(line), "{line}: {found:?} {text}");
    }
}

#[test]
fn the_bracket_behind_the_last_sentence_is_read_and_cut() {
    let below = |bracket: &str| format!("<p>{TEXT} Hội nghị đã thành công. {bracket}</p>");
    for (bracket, expected) in [
        ("(H.T)", ("H.T", "")),
        ("(Lê Hải An)", ("Lê Hải An", "")),
        ("<em>(Theo Báo Nhân Dân)</em>", ("", "Báo Nhân Dân")),
        ("(TTXVN)", ("", "TTXVN")),
        ("(Nguồn: Báo Tin tức)", ("", "Báo Tin tức")),
        ("(Lê Hải An – Báo Tin tức)", ("Lê Hải An", "Báo Tin tức")),
    ] {
        check("", "", &below(bracket), expected);
        let (_, _, text) = whole("", &below(bracket));
        assert!(text.ends_with("Hội nghị đã thành công."), "{bracket}: {text}");
    }
    for bracket in ["(Ảnh minh họa)", "(theo giá hiện hành)", "(xem phụ lục)", "(Ảnh: Tô Sa)"]
    {
        check("", "", &below(bracket), ("", ""));
        let (_, _, text) = whole("", &below(bracket));
        assert!(text.ends_with(bracket), "{bracket}: {text}");
    }
    // Behind a quotation stands its author.
    check("", "", &format!("<p>{TEXT} “Đi một ngày đàng.” (Nguyễn Bính Khôi)</p>"), ("", ""));
}

#[test]
fn a_text_ends_with_its_byline_if_boxes_follow() {
    let boxes = "</div><div class=side><p>Lịch trực</p><p>Trực lãnh đạo: Võ Minh Tâm</p><p>Mời chào giá vật tư quý III</p>";
    let others =
        "<p>Tin, bài khác</p><p>Hội nghị sơ kết quý I (11.4.2023)</p><p>Nhắn tìm đồng đội</p>";
    for (byline, author) in [
        ("<p><b>Tin: Lê Hải An</b></p>", "Lê Hải An"),
        ("<p align=right>Tác giả: K’Brình</p>", "K’Brình"),
        ("<p align=center><b>BS.CKII Lê Hải An - Khoa Nhi</b></p>", "BS.CKII Lê Hải An"),
        ("<p><b>Lê Hải An</b></p><p><i>(Theo VOV.VN)</i></p>", "Lê Hải An"),
        ("<p>Bài, ảnh: Lê Hải An</p><p>(Trung tâm Văn hóa xã)</p>", "Lê Hải An"),
    ] {
        for below in [boxes, others] {
            let (found, _, text) = whole("", &format!("{byline}{below}"));
            assert_eq!(found, author, "{byline}");
            assert!(text.ends_with("Hội nghị kết thúc."), "{byline}: {text}");
        }
    }
    // A sentence below it is a part of the article.
    let (_, _, text) = whole("", &format!("<p><b>Tin: Lê Hải An</b></p><p>{TEXT}</p>"));
    assert!(text.ends_with(TEXT), "{text}");
}

#[test]
fn collectives_offices_and_documents_beside_a_signature() {
    check("", "", "<p class=text-right>BAN BIÊN TẬP</p>", ("BAN BIÊN TẬP", ""));
    check("", "", "<p align=right><b>T.K (Đội CSGT)</b></p>", ("T.K", ""));
    check(
        "",
        "",
        "<p>Đại úy Lê Hải An</p><p>Tiểu đoàn 3, Trung đoàn 885</p>",
        ("Đại úy Lê Hải An", ""),
    );
    let files = "<p class=align-right>Tin: Kim Oanh. Ảnh: Thế Duyệt</p><p>Tập tin:</p><p><a href=/tep/a.pdf>a.pdf</a></p>";
    check("", "", files, ("Kim Oanh", ""));
    check("", "<div>CTV Rơ Châm Hyéo</div><div>04/02/2024 19:27</div>", "", ("Rơ Châm Hyéo", ""));
    // Editors leave the text without a writer, too.
    let (_, _, text) = whole("", "<p>Ảnh: Hải Yến</p><p>Duyệt: BS.CKI Đậu Thị Hiền</p>");
    assert!(text.ends_with("Hội nghị kết thúc."), "{text}");
}

#[test]
fn parts_of_an_agency_and_roles_behind_a_name_are_no_sources() {
    for (signature, author) in [
        ("Lường Thị Hạnh – Đội Tuyên truyền, hỗ trợ", "Lường Thị Hạnh"),
        ("Phạm Thu Hà – Tổ Ngữ văn", "Phạm Thu Hà"),
        ("Lê Hải An - HTX Bình Minh", "Lê Hải An"),
        ("Thanh Tùng - Đài Truyền thanh huyện", "Thanh Tùng"),
        ("Siu Hương và Phạm Bằng", "Siu Hương; Phạm Bằng"),
        ("Lê Hải An, tổ trưởng tổ 3", "Lê Hải An"),
    ] {
        check(
            "",
            "",
            &format!("<p style='text-align:right'><em>{signature}</em></p>"),
            (author, ""),
        );
    }
    check("", "", "<p>Tin bài: Phạm Thu Hà – Tổ Ngữ văn</p>", ("Phạm Thu Hà", ""));
    check("", "", "<p>Người viết: Vũ Thị Nhài, tổ trưởng tổ 3</p>", ("Vũ Thị Nhài", ""));
    // A broadcaster with its name is a source.
    let named = "<p align=right>Thanh Tùng - Đài Truyền hình Vĩnh Long</p>";
    check("", "", named, ("Thanh Tùng", "Đài Truyền hình Vĩnh Long"));
    // The day below a signature may have counters behind it.
    let below = "<p align=right><b>Thanh Tùng</b></p><p>Cập nhật ngày 25/6/2016 | Số lần nghe: 157 | <a href=#>Gửi</a></p>";
    check("", "", below, ("Thanh Tùng", ""));
    for official in ["CHẤP HÀNH VIÊN", "HIỆU TRƯỞNG", "THẨM PHÁN"] {
        check("", "", &format!("<p align=right><b>{official}</b><br>(đã ký)</p>"), ("", ""));
    }
}

#[test]
fn writers_between_title_and_date_have_two_words_or_a_paper_behind_them() {
    let date = "<div>21/03/2025 lúc 14:05</div>";
    for (line, author) in [
        ("Mai Phương - Quốc Huy", "Mai Phương; Quốc Huy"),
        ("Mai Phương, Quốc Huy", "Mai Phương; Quốc Huy"),
    ] {
        check("", &format!("<div>{line}</div>{date}"), "", (author, ""));
    }
    for line in ["Hà Nội - Hải Phòng", "Trang chủ, Tin tức", "Quảng Trị - Quảng Bình"]
    {
        check("", &format!("<div>{line}</div>{date}"), "", ("", ""));
    }
    let row =
        "<p>Lê Khánh Chi (Tiền Phong) · Thứ Bảy, 20 Tháng Bảy 2024, 06:30 · Gương mặt trẻ</p>";
    check("", row, "", ("Lê Khánh Chi", ""));
}

#[test]
fn a_name_for_programs_or_a_page_of_the_author_is_told() {
    let icon =
        "<div><span>20/04/2025</span> <i class=person data-author='Hoàng Ngọc Sương'></i></div>";
    check("", icon, "", ("Hoàng Ngọc Sương", ""));
    // Of several, each belongs to a comment.
    check("", "", "<p data-author='Lê An'>Hay</p><p data-author='Tô Sa'>Đúng</p>", ("", ""));
    let link = "<div><a href=/tac-gia/thu-h>Thu H.</a><div>15/10/2025 07:42</div></div>";
    check("", link, "", ("Thu H", ""));
}

#[test]
fn a_source_is_a_link_to_its_host_or_the_line_below_the_photographer() {
    let host = "<p align=right><b>Tin: Lê Hải An</b></p><p align=right><a href='https://baoxa.example/tin/7'>baoxa.example</a></p>";
    check("", "", host, ("Lê Hải An", "baoxa.example"));
    let other = host.replace(">baoxa.example<", ">baokhac.example<");
    check("", "", &other, ("Lê Hải An", ""));
    check(
        "",
        "",
        "<p>Ảnh: Dương Lan</p></div><div>Theo Báo Thanh Niên</div>",
        ("", "Báo Thanh Niên"),
    );
}

#[test]
fn the_portal_whose_name_ends_the_title_of_the_page_is_no_source() {
    for (source, expected) in
        [("Cổng TTĐT xã Phú Bắc", None), ("Cổng TTĐT xã Phú Nam", Some("Cổng TTĐT xã Phú Nam"))]
    {
        let title = "Hội nghị tổng kết năm 2023 | Tin xã | Cổng TTĐT xã Phú Bắc";
        let article = article(title, "", "", &format!("<p align=right>Nguồn: {source}</p>"));
        assert_eq!(article.source_line.as_deref(), expected, "{source}");
    }
}
