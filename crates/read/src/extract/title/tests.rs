mod site_names;

use crate::extract::{ExtractError, draft_of_site};
use bantin_core::{ArticleKey, ArticleSelectors, FieldChoices, ListingItem};
use bantin_page::Page;

const TEXT: &str = "Sáng nay, tại hội trường Ủy ban nhân dân, các đại biểu đã nghe báo cáo về kết quả sáu tháng đầu năm.";
const LEAD: &str =
    "Lớp học mở vào buổi tối ở nhà văn hóa thôn, và ai đến cũng được hướng dẫn tận tay.";
/// The name of the site, which links to its front page.
const BANNER: &str = "<a href=/>Hội Chữ thập đỏ</a>";
const TITLE: &str = "Tập huấn kỹ năng số cho cán bộ thôn";

fn page(html: &str) -> Page {
    let url = "https://ldld.tinh.example/tin/bai-4.html".parse().unwrap();
    crate::saved_page(html.as_bytes().to_vec(), url, "2026-11-24T03:00:00Z".parse().unwrap())
}

fn title_of(html: &str, teased: Option<&str>) -> Option<String> {
    let page = page(html);
    let mut item = ListingItem::of(page.url.clone(), ArticleKey::of_page(&page.url, &page.url));
    item.title = teased.map(str::to_owned);
    let names = ["Liên đoàn Lao động tỉnh"];
    let rules = ArticleSelectors::default();
    match draft_of_site(&page, Some(&item), &rules, &names, &mut FieldChoices::default()) {
        Ok(draft) => draft.title.map(|title| title.value),
        Err(ExtractError::NoTitle(_)) => None,
        Err(error) => panic!("{error}"),
    }
}

/// Checks a page with a `<head>`, a banner, and what stands above the text.
#[track_caller]
fn check(head: &str, banner: &str, above: &str, expected: &str) {
    let html = format!(
        "<html><head><meta charset=utf-8>{head}</head><body><div id=header>{banner}<ul><li><a href=/>Trang chủ</a></li>\
         <li><a href=/lien-he>Liên hệ</a></li></ul></div><div class=content>{above}<div class=detail><p>{TEXT}</p><p>{TEXT} \
         Hội nghị kết thúc lúc 11 giờ.</p></div></div></body></html>"
    );
    assert_eq!(title_of(&html, None).as_deref(), Some(expected), "{head} {banner} {above}");
}

#[test]
fn final_punctuation_does_not_distinguish_titles() {
    for end in [".", "!", "?", "…", ":"] {
        let shown = format!("{TITLE}{end}");
        check(
            &format!("<title>{TITLE} - Trang tin</title>"),
            "<h2>Trang tin</h2>",
            &format!("<h1>{shown}</h1>"),
            &shown,
        );
        check(
            &format!("<title>{shown} - Trang tin</title>"),
            "<h2>Trang tin</h2>",
            &format!("<h1>{shown}</h1>"),
            &shown,
        );
    }
}

#[test]
fn sections_and_headings_for_machines_are_no_headlines() {
    let head = format!("<title>{TITLE} - Chiến lược quy hoạch - Sở Thông tin</title>");
    check(
        &head,
        "",
        &format!("<p class=tieude>Chiến lược quy hoạch</p><div class=t>{TITLE}</div>"),
        TITLE,
    );
    check(&head, "", &format!("<h1>Chiến lược quy hoạch</h1><h2>{TITLE}</h2>"), TITLE);
    let constant = "<title>Trang thông tin</title>";
    let h2 = format!("<h2>{TITLE}</h2>");
    for hidden in [
        "<h1 class=aural>Navigation und Service</h1>",
        "<h1 class=visuallyhidden>Điều hướng và dịch vụ</h1>",
        "<h1 aria-hidden=true>Điều hướng và dịch vụ</h1>",
        "<h1 style='display:none'>Điều hướng và dịch vụ</h1>",
        "<nav><h1>Điều hướng và dịch vụ</h1></nav>",
        "<div role=navigation><h1>Điều hướng và dịch vụ</h1></div>",
    ] {
        check(constant, "", &format!("{hidden}{h2}"), TITLE);
    }
}

#[test]
fn a_title_that_is_not_shown_is_taken_without_the_site() {
    check(&format!("<title>{TITLE} | LDLD</title>"), "", "", TITLE);
    check(&format!("<title>LDLD - {TITLE}</title>"), "", "", TITLE);
    check(
        &format!("<title>{TITLE} - Tin tức - Trang chủ</title>"),
        "",
        "",
        &format!("{TITLE} - Tin tức"),
    );
    // The place of the news, which names the host, too.
    for place in ["Tinh", "Ldld", "LDLD"] {
        let whole = format!("{place}: {TITLE}");
        check(&format!("<title>{whole}</title>"), "", &format!("<h1>{whole}</h1>"), &whole);
    }
    let declared = "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"Một tên khác\"}</script>";
    check(declared, "", &format!("<h1>{TITLE}</h1>"), TITLE);
}

#[test]
fn a_line_right_above_the_text_is_a_title_without_a_heading() {
    let constant = "<title>LDLD - Trang chủ</title>";
    let share = "<div class=share><a href='#'>In bài</a></div>";
    let banner = "<div><span>CỔNG THÔNG TIN</span><span>LIÊN ĐOÀN LAO ĐỘNG TỈNH</span></div>";
    for class in ["TieuDe", "tieu_de", "x-headline", ""] {
        check(constant, banner, &format!("<div class='{class}'>{TITLE}</div>{share}"), TITLE);
    }
}

#[test]
fn a_page_without_a_title_is_named_by_its_first_sentence() {
    let sentence = TEXT.trim_end_matches('.');
    check("<title>Trang chủ</title>", "", "", sentence);
    check("<title>LDLD - Trang chủ</title>", "", "", sentence);
}

#[test]
fn the_item_confirms_what_the_page_shows() {
    let html = format!(
        "<title>Trang tin</title><h1>Tin tức - Sự kiện</h1><div><p><b>{TITLE}.</b></p><p>{TEXT}</p><p>{TEXT}</p></div>"
    );
    assert_eq!(title_of(&html, Some(TITLE)).as_deref(), Some(TITLE));
    assert_eq!(
        title_of(&html, Some("Tập huấn kỹ năng số...")).as_deref(),
        Some(&*format!("{TITLE}."))
    );
}

/// Templates that have one `<title>` for all pages, show the site's name as a link, a picture or a
/// notice, and set the headline in no heading.
#[test]
fn a_heading_may_link_to_its_own_page() {
    let site = "<title>Trang tin điện tử</title>";
    for href in
        ["/tin/bai-4.html", "bai-4.html", "https://ldld.tinh.example/tin/bai-4.html#noi-dung"]
    {
        check(
            site,
            "",
            &format!("<h3>Tin trong tỉnh</h3><h1><a href='{href}'>{TITLE}</a></h1>"),
            TITLE,
        );
    }
    let canonical = format!("{site}<link rel=canonical href='/tin/tap-huan-4'>");
    check(&canonical, "", &format!("<h2><a href='/tin/tap-huan-4'>{TITLE}</a></h2>"), TITLE);
    let other = format!(
        "<h2><a href='/tin/bai-9.html'>Một tin khác của tuần trước</a></h2><p><b>{TITLE}</b></p>"
    );
    check(site, "", &other, TITLE);
}

#[test]
fn the_kicker_in_a_heading_is_no_part_of_the_declared_headline() {
    for (kicker, behind) in [
        ("<span>Đời sống</span> <span>- </span>", " - Tin tức - Báo An"),
        ("<small>Chuyển đổi số</small><br>", " | Tin trong tỉnh | Báo An"),
        ("<span>Kỹ năng số: </span>", " » Xã hội"),
    ] {
        let head =
            format!("<title>{TITLE}{behind}</title><meta property=og:title content='{TITLE}'>");
        let h1 =
            format!("<h1 itemprop=headline>{kicker}<span>{TITLE}</span></h1><p>01/07/2019</p>");
        check(&head, "", &h1, TITLE);
    }
    // Without a declaration, the heading is the headline, and so is one with a colon.
    let h1 = format!("<h1><span>Kỹ năng số: </span><span>{TITLE}</span></h1><p>01/07/2019</p>");
    check("<title>Báo An</title>", "", &h1, &format!("Kỹ năng số: {TITLE}"));
}

#[test]
fn the_main_heading_may_be_the_beginning_of_the_declared_title() {
    let head = |title: &str| {
        format!("<title>{title} | Báo An</title><meta property=og:title content='{title}'>")
    };
    let short = "Apfelkuchen mit Mini-Streuseln";
    let whole = format!("{short} Rezept");
    check(&head(&whole), "", &format!("<h1>{short}</h1>"), short);
    check(&head(&whole), "", &format!("<h2>{short}</h2>"), &whole);
    let long = format!("{short} und andere Rezepte für alle Tage der Woche");
    check(&head(&long), "", &format!("<h1>{short}</h1>"), &long);
}

#[test]
fn a_headline_that_is_broken_into_lines_is_one() {
    let (first, second) = ("Tập huấn kỹ năng số", "cho cán bộ thôn");
    let title = format!("<meta property=og:title content='{TITLE}'>");
    for head in ["", &title, &format!("<title>{TITLE} - Báo An</title>")] {
        for (open, close) in [("<h1>", "</h1>"), ("<h1><b>", "</b></h1>"), ("<h2>", "</h2>")] {
            check(head, "", &format!("{open}{first}<br>{second}{close}<p>01/07/2019</p>"), TITLE);
            check(
                head,
                "",
                &format!("{open}{first} <br/> {second}{close}<p>01/07/2019</p>"),
                TITLE,
            );
        }
    }
    // A kicker and a day are lines of their own.
    check(&title, "", &format!("<h1>Kỹ năng số:<br>{TITLE}</h1>"), TITLE);
    check(&title, "", &format!("<h1><small>Đời sống</small><br>{TITLE}</h1>"), TITLE);
    check(&title, "", &format!("<h1>{TITLE}<br>01/07/2019 08:30</h1>"), TITLE);
    check("", "", &format!("<h1>{TITLE}<br>01/07/2019 08:30</h1>"), TITLE);
}

#[test]
fn headings_of_boxes_beside_the_text_are_no_headlines() {
    let named = format!("<div class=tieude_chitiet>{TITLE}</div>");
    let links = |count: usize| -> String {
        let link = |n| format!("<h6><a href=/tin/{n}>Hội nghị tổng kết năm lần thứ {n}</a></h6>");
        (1..=count).map(link).collect()
    };
    let dated = "<ul><li>Kế hoạch chọn nhà thầu đường tỉnh, 02/05/2025</li><li>Kế hoạch chọn nhà thầu trường học, 22/04/2025</li></ul>";
    for side in [
        format!("<section><h2>Tin nổi bật trong tuần này</h2><div>{}</div></section>", links(4)),
        format!("<div class=block><h2>Kế hoạch lựa chọn nhà thầu</h2>{dated}</div>"),
        "<section><header><h2>Web Content Viewer</h2></header></section>".to_owned(),
        "<h2>Chuyên trang hỏi đáp với người dân</h2>".to_owned(),
        "<div><h1>BAN CHỈ HUY PHÒNG THỦ DÂN SỰ TỈNH SƠN LA</h1></div>".to_owned(),
    ] {
        check("<title>Chi tiết</title>", "", &format!("{side}{named}"), TITLE);
    }
    // The lines beside a title are no entries of a box.
    let meta = "<ul><li>12/05/2025</li><li>Tác giả: Lê Văn An</li><li>1.234 lượt xem</li></ul>";
    let head = format!("<header><h2>{TITLE}</h2>{meta}</header>");
    check("<title>Chi tiết</title>", "", &head, TITLE);
}

#[test]
fn a_section_above_the_headline_is_no_headline() {
    for (section, title) in [
        ("<h5 class=kicker>AN NINH TRẬT TỰ</h5>", format!("<h4>{TITLE}</h4>")),
        ("<p><b>Thông tin cảnh báo</b></p>", format!("<p><b>{TITLE}</b></p>")),
        ("<h3>Chính sách an sinh</h3>", format!("<h3>{TITLE}</h3>")),
        ("<h2>TIN TỨC - SỰ KIỆN</h2>", format!("<div class='text-h5'>{TITLE}</div>")),
        (
            "<p><b>Việc xóm làng</b></p><p><a href=/muc/3>Việc xóm làng</a></p>",
            format!("<p><b>{TITLE}</b></p>"),
        ),
        (
            "<h2>Hoạt động giám sát</h2><p><a href=/gui>Gửi tin qua Email</a> | <a href=/in>In bài viết</a></p>",
            format!("<h2>{TITLE}</h2>"),
        ),
        ("<p><b>Sở Giáo dục và Đào tạo</b></p>", format!("<p><b>{TITLE}</b></p>")),
        ("<h2 class=portlet-title>Mực nước hiện tại</h2>", format!("<h3>{TITLE}</h3>")),
        ("<p><b>Người viết: Lê Văn An</b></p>", format!("<strong class=bai-ten>{TITLE}</strong>")),
    ] {
        check("<title>Chi tiết</title>", "", &format!("{section}{title}"), TITLE);
    }
    // A heading of a lower rank belongs to the text.
    let own = "Lịch sử Đoàn ca";
    let text = format!("<h1>{own}</h1><h2>{TITLE}</h2>");
    check("<title>Chi tiết</title>", "", &text, own);
}

#[test]
fn old_and_new_elements_may_show_the_headline() {
    for shown in [
        format!("<p><b><font size=4>{TITLE}</font></b> <font size=1>(03/04/2025)</font></p>"),
        format!("<fieldset><legend>{TITLE}</legend></fieldset>"),
        format!("<app-chi-tiet><app-tieu-de>{TITLE}</app-tieu-de></app-chi-tiet>"),
        format!("<mat-icon class=material-icons>menu</mat-icon><app-tieu-de>{TITLE}</app-tieu-de>"),
        format!(
            "<div><span class=cat>Truyền thông sức khỏe cộng đồng</span><span class=day>09:40 | 24/11</span><strong class=name>{TITLE}</strong></div>"
        ),
    ] {
        check("<title>Chi tiết</title>", "", &shown, TITLE);
    }
    // A question of an interview is none, even in bold.
    let asked = "<p><b>PV: Thưa ông, vụ này có gì mới?</b></p>";
    check("<title>Chi tiết</title>", "", &format!("<p><b>{TITLE}</b></p>{asked}"), TITLE);
}

#[test]
fn a_phrase_above_the_text_outranks_a_title_element_that_the_page_does_not_show() {
    for head in [
        "<title>Sở Xây dựng Vĩnh Giang</title>",
        "<title>Tin hoạt động ngành - CucThue</title>",
        "<title>Công an huyện An › Chi tiết</title>",
    ] {
        for above in [
            format!("<div class=text-3xl>{TITLE}</div>"),
            format!(
                "<div class=td16>{TITLE}</div><p><span>Quy hoạch</span><time>3 ngày trước</time><span>4 phút đọc</span></p>"
            ),
            format!(
                "<table><tr><td>Tiêu đề tin:</td><td><b>{TITLE}</b></td></tr><tr><td>Ngày đăng tin:</td><td>12-03-2008</td></tr></table>"
            ),
            format!("<table><tr><td class=Head>{TITLE}</td></tr></table>"),
            format!("<gov-headline level=1>{TITLE}</gov-headline>"),
        ] {
            check(head, "", &above, TITLE);
        }
    }
    // A title that the page does not show is better than a few words.
    check(&format!("<title>{TITLE}</title>"), "", "<div>Văn hóa xã hội</div>", TITLE);
}

#[test]
fn modules_banners_and_numbered_headings_are_no_headlines() {
    check(
        "<title>Chi tiết tin - TAND tỉnh</title>",
        "",
        &format!(
            "<h2 class=portlet-title-text>Tin chi tiết</h2><table><tr><td class=news-hd>{TITLE}</td></tr></table><p>Ngày xuất bản: 14-05-2019</p>"
        ),
        TITLE,
    );
    check(
        "<title>Sở Tư pháp &gt; Phổ biến pháp luật</title>",
        "",
        &format!(
            "<span class=Head>Phổ biến pháp luật</span><table><tr><td class=SubHead>{TITLE}</td></tr></table>"
        ),
        TITLE,
    );
    check(
        "<title>Sở GTVT Nam Triều - Bản di động</title>",
        "",
        &format!(
            "<h1>SỞ GTVT NAM TRIỀU</h1><div>Thứ Tư 12-09-2012</div><h3>{TITLE}</h3><div>16:40 | 11-09-2012</div>"
        ),
        TITLE,
    );
    check(
        "<title>Hướng dẫn kỹ thuật</title>",
        "",
        &format!(
            "<div class=Head>{TITLE}</div><p>{LEAD}</p><p><b>1. Chuẩn bị bể nuôi và con giống</b></p>"
        ),
        TITLE,
    );
}

#[test]
fn marks_of_old_and_new_pages_show_the_headline() {
    let head = "<title>Liên đoàn Lao động tỉnh</title>";
    // Large letters, a role, a break inside of an element that is named a title.
    let words: Vec<&str> = TITLE.split(' ').collect();
    let broken = format!("{}<br>{}", words[..5].join(" "), words[5..].join(" "));
    for above in [
        format!("<font size=4><b>{TITLE}</b></font>"),
        format!("<p align=center><font size='+2' color=red>{broken}</font></p>"),
        format!(
            "<div role=heading aria-level=1>{TITLE}</div><div><b>Tóm tắt nội dung bằng máy</b></div>"
        ),
        format!("<div class=mt-title>{broken}</div><div>11/11/2024 07:55</div>"),
    ] {
        check(head, "", &above, TITLE);
    }
}

#[test]
fn links_that_skip_the_menu_and_scripts_that_show_pages_are_no_headlines() {
    let head = "<title>Liên đoàn Lao động tỉnh</title>";
    let skip =
        "<a href='#noi-dung'>Bỏ qua menu và đến phần nội dung</a><p>Thứ Hai 16/03/2026 09:41</p>";
    let app = "<div><a href='#/'>Trang chính</a><a href='#/tin'>Tin thư viện</a><a href='#/sach'>Sách điện tử mới</a></div>";
    for banner in [skip, app] {
        check(head, banner, &format!("<div class=ten>{TITLE}</div><p>12/03/2026 08:00</p>"), TITLE);
    }
    let dated = format!(
        "<div><span>{TITLE}</span> <span>(19/11/2021 16:20)</span></div><p><b>{LEAD}</b></p>"
    );
    check(head, "", &dated, TITLE);
    let salute = format!(
        "<div class=ten>{TITLE}</div><p>12/03/2026 08:00</p><p><i>Kính gửi: Quý đoàn viên của tỉnh</i></p>"
    );
    check(head, "", &salute, TITLE);
}

#[test]
fn headings_of_other_columns_and_weeks_are_no_headlines() {
    let page = |side: &str, above: &str| {
        let html = format!(
            "<html><head><meta charset=utf-8><title>Liên đoàn Lao động tỉnh</title></head><body><ul><li><a href=/>Trang chủ</a></ul>\
             <table><tr><td>{side}</td><td>{above}<p>{TEXT}</p><p>{TEXT} Hội nghị kết thúc.</p></td></tr></table></body></html>"
        );
        title_of(&html, None)
    };
    let weather =
        "<b>Dự báo thời tiết hôm nay</b><br>Ngày 30/09/2010: nhiều mây, có mưa rào<br>Nhiệt độ: 25";
    let above = format!("<font size=1>11/07/2009</font><br><font size=4><b>{TITLE}</b></font><br>");
    assert_eq!(page(weather, &above).as_deref(), Some(TITLE));
    let week =
        "<div class=wg><h2>Lịch công tác tuần</h2><p>Tuần 24 (17/02/2025 - 22/02/2025)</p></div>";
    let above =
        format!("<div class=ten>{TITLE}</div><div>19:20 | 05/09/2024 | 1205 lượt xem</div>");
    assert_eq!(page(week, &above).as_deref(), Some(TITLE));
}

#[test]
fn a_short_heading_that_is_named_a_title_is_one() {
    for heading in ["<h5 class=ctd-title>Thư cảm ơn</h5>", "<h4 class=tieude>Tin buồn</h4>"] {
        let expected = heading.split(['<', '>']).nth(2).unwrap();
        check("<title>Hội Chữ thập đỏ</title>", BANNER, heading, expected);
    }
    let list = "<p>Ni sư Thích Nữ Diệu Tâm: 15.000.000 đ</p><h5 class=ctd-title>Thư cảm ơn</h5>";
    check("<title>Hội Chữ thập đỏ</title>", BANNER, list, "Thư cảm ơn");
}

#[test]
fn a_headline_of_two_lines_may_have_a_colon_between_them() {
    let head = "<title>Hội Chữ thập đỏ</title>";
    let lines = "<font size=4><b>NGÀY HỘI CỒNG CHIÊNG BUÔN KRAI:<br>TIẾNG CHIÊNG GỌI NGƯỜI TRỞ VỀ</b></font><br>";
    let whole = "NGÀY HỘI CỒNG CHIÊNG BUÔN KRAI: TIẾNG CHIÊNG GỌI NGƯỜI TRỞ VỀ";
    check(head, BANNER, lines, whole);
    // A kicker has few words.
    let kicker = "<h2>Góc nhìn:<br>Tập huấn kỹ năng số cho cán bộ thôn</h2>";
    check(head, BANNER, kicker, TITLE);
}

#[test]
fn a_day_in_square_brackets_and_the_head_of_a_table_leave_the_title_whole() {
    let head = format!("<title>Hội Nông dân tỉnh - {TITLE}</title>");
    let line = format!(
        "<div>GƯƠNG SẢN XUẤT GIỎI</div><div><span>{TITLE}</span><span>[21/06/2021 14:00]</span></div>"
    );
    check(&head, "Hội Nông dân tỉnh", &line, TITLE);
    let table = format!(
        "<table><tr><th colspan=2>{TITLE}</th></tr><tr><td>Số ký hiệu</td><td>315/QĐ-UBND</td></tr></table>"
    );
    check("<title>Văn bản chỉ đạo - UBND xã Vĩnh Tây</title>", "UBND xã Vĩnh Tây", &table, TITLE);
}

#[test]
fn an_agency_whose_whole_name_ends_the_page_title_is_no_headline() {
    let head = "<title>Lịch công tác - Văn phòng UBND tỉnh Tam Châu</title>";
    let above = format!("<h1>Văn phòng UBND tỉnh</h1><h3>{TITLE}</h3>");
    check(head, "", &above, TITLE);
    // News that begins with the name of the agency keeps it.
    let news = "Văn phòng UBND tỉnh tuyển dụng viên chức năm 2024";
    check(head, "", &format!("<h1>{news}</h1>"), news);
}

#[test]
fn sections_functions_counters_and_dates_are_no_titles() {
    let head = "<title>Viện KSND tỉnh Quảng Hà</title>";
    let title = format!("<h2 class=article-title>{TITLE}</h2>");
    for other in [
        "<h1>Tin hoạt động</h1><p>Chuyên mục: <a href=/tin>Tin hoạt động</a></p>",
        "<p align=center><b>GIÁM ĐỐC SỞ XÂY DỰNG</b></p>",
        "<p>Bạn là vị khách thứ 912.404</p>",
        "<p><span>Đăng lúc 16:20 - 02/08/2025</span><span>1.034 lượt đọc</span></p>",
        "<p><i>Căn cứ Luật Đường bộ ngày 27 tháng 6 năm 2024;</i></p>",
        "<center><b>PHÒNG THI HÀNH ÁN DÂN SỰ KHU VỰC 4</b></center>",
        "<center><b>TRUNG TÂM DỊCH VỤ VIỆC LÀM TỈNH BẮC LŨNG</b></center>",
    ] {
        check(head, BANNER, &format!("{other}{title}"), TITLE);
        check(head, BANNER, &format!("{other}<p class=vb-trichyeu>{TITLE}</p>"), TITLE);
    }
}

#[test]
fn a_heading_that_goes_on_behind_a_shortened_title_is_whole() {
    let head = "<title>Khuyến nông - Nhân rộng mô hình lúa - tôm</title><meta property=og:title content='Nhân rộng mô hình lúa - tôm'>";
    let whole = "Nhân rộng mô hình lúa - tôm ở vùng ven rạch Cái Nước";
    check(head, BANNER, &format!("<h2>{whole}</h2>"), whole);
    // A subtitle is no part of it.
    let two = "<h2>Nhân rộng mô hình lúa - tôm Nông dân thu lãi cao</h2>";
    check(head, BANNER, two, "Nhân rộng mô hình lúa - tôm");
}

#[test]
fn a_title_behind_another_label_is_no_section() {
    let head = "<title>Viện KSND tỉnh Quảng Hà</title>";
    let video = "<h2>Chăm cây trong nhà</h2><p>Video: Chăm cây trong nhà</p>";
    check(head, BANNER, video, "Chăm cây trong nhà");
}

#[test]
fn the_name_of_a_web_part_is_no_headline() {
    let part = "<div class=ms-webpart-chrome-title><h2 class=ms-webpart-titleText>Tin an ninh trật tự</h2></div>";
    let above = format!("{part}<div class=tieu-de>{TITLE}</div><div>22/05/2024 10:05</div>");
    check("<title>Tin an ninh trật tự</title>", BANNER, &above, TITLE);
}
