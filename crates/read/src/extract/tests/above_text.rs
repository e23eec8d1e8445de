//! What a page shows between title and text: leads, and lines that are no part of the text.

use super::bodies::{NOTICE, ONE, TITLE, TWO, around, article, check};
use super::*;

#[test]
fn labelled_dates_below_the_lead_are_cut_and_the_days_of_the_text_stay() {
    let body = |line: &str| article(&format!("<p>{ONE}</p>{line}<p>{TWO}</p>"));
    for line in [
        "<p>Ngày đăng: 10/01/2023 | Cập nhật: 11/01/2023</p>",
        "<p>Cập nhật lúc 10:30 ngày 10/01/2023</p>",
        "<p>Published: 03 Dec 2025</p>",
        "<p><b>Pubblicato il</b> 19 Febbraio 2020 <b>Ultima modifica</b> 19 Febbraio 2020 <i>12:02</i></p>",
        "<p>Zuletzt aktualisiert am 17.01.2021</p>",
    ] {
        check(&body(line), &[ONE, TWO]);
    }
    let of_text = "Ngày 10/01/2023:";
    check(&body(&format!("<p>{of_text}</p>")), &[ONE, of_text, TWO]);
    let sentence = "Kế hoạch được cập nhật ngày 10/01/2023 theo ý kiến của người dân trong xã.";
    check(&body(&format!("<p>{sentence}</p>")), &[ONE, sentence, TWO]);
}

#[test]
fn a_lead_that_stands_apart_is_known_by_the_name_of_its_element() {
    const LEAD: &str =
        "The council of the county met on Monday to hear how the works on the bridge go on.";
    const TEXT: &str = "The bridge has been closed since the flood of last year, and the shops on both banks have lost most of their trade since then.";
    let texts: Vec<String> = (1..6).map(|n| format!("{TEXT} Mayor number {n} said so.")).collect();
    let paragraphs: String = texts.iter().map(|text| format!("<p>{text}</p>")).collect();
    let links: String =
        (0..8).map(|n| format!("<li><a href=/{n}>Section number {n}</a>")).collect();
    let check_named = |name: &str, is_lead: bool| {
        let html = format!(
            "<title>The bridge opens in spring</title><div class=page><div><h1>The bridge opens in spring</h1><div class='{name}'>\
             <p>{LEAD}</p></div></div><ul>{links}</ul><div class=columns><div class=text>{paragraphs}</div></div></div>"
        );
        let lead = is_lead.then_some(LEAD).into_iter();
        let expected: Vec<&str> = lead.chain(texts.iter().map(String::as_str)).collect();
        check(&html, &expected);
    };
    for name in ["article-lead", "page-intro__copy", "standfirst", "articleTeaser"] {
        check_named(name, true);
    }
    for name in ["author-intro", "byline lead", "leader"] {
        check_named(name, false);
    }
}

#[test]
fn a_lead_right_above_the_body_of_a_platform_is_text() {
    const LEAD: &str = "Sáng 12/6, Ủy ban nhân dân huyện An đã tổ chức lễ khởi công cầu dân sinh nối hai xã ven sông.";
    let page = |between: &str| {
        article(&format!(
            "{between}<div class=entry-content><p>{ONE}</p><p>{TWO}</p></div><div class=sharedaddy></div>"
        ))
    };
    check(&page(&format!("<p>{LEAD}</p>")), &[LEAD, ONE, TWO]);
    check(&page(&format!("<p>{LEAD}</p><p>Chia sẻ</p>")), &[LEAD, ONE, TWO]);
    // A linked line leads to another article, and one far above belongs to something else.
    check(&page(&format!("<p><a href=/khac.html>{LEAD}</a></p>")), &[ONE, TWO]);
    let menu = "<p>Chia sẻ</p><p>Bình luận</p><p>In trang</p>";
    check(&page(&format!("<p>{LEAD}</p>{menu}")), &[ONE, TWO]);
}

#[test]
fn a_header_with_the_title_and_a_paragraph_belongs_to_the_article() {
    let header = |inner: &str| {
        format!(
            "<title>{TITLE}</title><body><header>{inner}</header><div class=text><p>{TWO}</p><p>{TWO} Hết.</p></div>"
        )
    };
    let last = format!("{TWO} Hết.");
    check(&header(&format!("<h1>{TITLE}</h1><p>{ONE}</p>")), &[ONE, TWO, &last]);
    check(&header(&format!("<h1>{TITLE}</h1><p>Xã An</p>")), &[TWO, &last]);
    check(&header(&format!("<p>{ONE}</p>")), &[TWO, &last]);
}

#[test]
fn topics_above_the_title_are_no_text() {
    let topics =
        "Phòng chống thiên tai • Cứu nạn cứu hộ • Nông nghiệp và phát triển nông thôn • Đời sống";
    let html = around(&format!(
        "<div><div>{topics}</div><h1>{TITLE}</h1><div>12/05/2026</div><p>{ONE}</p><p>{TWO}</p></div>"
    ));
    check(&html, &[ONE, TWO]);
}

#[test]
fn a_line_of_facts_above_the_text_is_none_of_it() {
    let facts = |line: &str| {
        around(&format!(
            "<div class=detail><h1>{TITLE}</h1><div>{line}<p>{ONE}</p><p>{TWO}</p></div></div>"
        ))
    };
    for line in [
        "<div>Ngày đăng: 17-09-2024 08:15 | Lượt xem: 348 <a href=#>In trang</a> <a href=#>Gửi mail</a> <a href=#>A-</a> <a href=#>A+</a></div>",
        "<div><span>12/11/2019 9:32 SA</span><span>In bài viết</span></div>",
        "<div>Đăng bởi: admin vào Thứ hai, 10 Tháng 1 2011 @ 09:14:22 ICT (đọc 487 lần)</div>",
        "<p>Võ Minh Khôi · 27 tháng 6, 2023 · 3 phút đọc</p>",
        "<p>Phạm Thu Hà • <time>3 ngày trước</time> • 2 phút đọc</p>",
        "<div><span>Kỹ năng</span><i>|</i><span>9:00 AM 31/10/2023</span><i>|</i><span>Nguồn: Tạp chí Việc làm (<a href=/x>link</a>)</span></div>",
    ] {
        check(&facts(line), &[ONE, TWO]);
    }
    for text in
        ["12/5/2026: Ba xã nhận nhà mới.", "Ngày 12/5/2026, xã - phường - thị trấn cùng ra quân."]
    {
        check(&facts(&format!("<p>{text}</p>")), &[text, ONE, TWO]);
    }
}

#[test]
fn the_page_above_a_title_inside_a_guessed_body_is_no_text() {
    let menu: String =
        (1..=20).map(|n| format!("<a href=/muc/{n}>Chuyên mục số {n}</a> :: ")).collect();
    let rows: String = (1..=20)
        .map(|n| format!("<tr><td><a href=/muc/{n}>Chuyên mục số {n}</a></td></tr>"))
        .collect();
    let ticker = format!("<marquee>{NOTICE} {NOTICE} {NOTICE}</marquee>");
    for above in [menu, format!("<p>{ticker}</p><table>{rows}</table>")] {
        let html = format!(
            "<title>Sở</title>{above}<div align=center><b>{TITLE}</b></div><p>{ONE}</p><p>{TWO}</p>"
        );
        check(&html, &[ONE, TWO]);
    }
    // A sentence above a repeated title is of the text.
    let first = "Ba xã đã có phương án riêng.";
    let html = format!(
        "<title>{TITLE}</title><h1>{TITLE}</h1><p>{first}</p><p>{ONE}</p><h3>{TITLE}</h3><p>{TWO}</p>"
    );
    let page = page("https://huyen.example.vn/tin/bai.html", &html);
    let found = body_lines(&draft(&page, None, &ArticleSelectors::default()).unwrap());
    assert!(
        found.iter().any(|line| line == first) && found.iter().any(|line| line == ONE),
        "{found:?}"
    );
}

#[test]
fn the_writer_above_the_age_of_an_article_is_no_text() {
    let facts =
        "<div><div>Phan Thảo Vy</div><div><time>3 ngày trước</time> · 4 phút đọc</div></div>";
    check(
        &around(&format!("<div><h1>{TITLE}</h1>{facts}<p>{ONE}</p><p>{TWO}</p></div>")),
        &[ONE, TWO],
    );
    // Below the lead.
    let facts = "<p>Viết Lam - Hồng Thái • 20:18 06/01/2025</p>";
    check(
        &around(&format!("<div><h1>{TITLE}</h1><p>{ONE}</p>{facts}<p>{TWO}</p></div>")),
        &[ONE, TWO],
    );
}

#[test]
fn the_columns_of_an_old_page_are_read_apart() {
    let gauges = "<p align=center><b>MỰC NƯỚC - ĐỘ MẶN</b></p><p>Ngày 24/02/2012<br>Cống Bắc: +0,62 m; 1,8‰<br>Cống Nam: +0,55 m; 4,2‰<br>Cống Tây: +0,70 m; 0,3‰</p>";
    let others = (1..7)
        .map(|n| format!("<p><a href=/tin?bai={n}>Cảnh báo thủ đoạn lừa đảo qua mạng xã hội {n}</a> (1{n}/02/2012)</p>"));
    let others = others.collect::<String>();
    let close = "Địa chỉ: 12 Trần Phú, phường Một, thành phố Hai, điện thoại 0123 456 789, thư điện tử a@b.vn";
    let three = "Nhận định xâm nhập mặn năm nay đến sớm hơn trung bình nhiều năm, Công ty đã chủ động đóng, mở cống Ông Đốc theo con nước để lấy nước ngọt.";
    let texts = [ONE, TWO, three];
    let text = texts.map(|text| format!("<p>{text}</p>")).concat();
    for left in [gauges, &others, &format!("{gauges}<p align=center><b>TIN MỚI</b></p>{others}")]
    {
        let html = format!(
            "<title>CÔNG TY</title><center><table><tr><td colspan=2><a href=/a>Trang chủ</a> | <a href=/b>Giới thiệu</a></td></tr>\
             <tr><td width=200>{left}</td><td width=700><p align=center><b><font size=4>{TITLE}</font></b></p>{text}</td></tr>\
             <tr><td colspan=2><p>{close}</p></td></tr></table></center>"
        );
        let page = page("https://huyen.example.vn/tin.htm?bai=1", &html);
        let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
        assert_eq!(value(&draft.title), Some(TITLE), "{html}");
        assert_eq!(body_lines(&draft), texts, "{html}");
    }
}
