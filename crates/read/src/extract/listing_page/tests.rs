//! Pages that are lists, and articles that look like one.

use super::super::tests::page;
use super::*;
use crate::extract::{ExtractError, draft};
use bantin_core::ArticleSelectors;

const TEXT: &str = "Sáng nay, Ủy ban nhân dân xã đã tổ chức hội nghị với sự tham dự của đông đảo đại biểu các ban, ngành, đoàn thể. ";

fn times(count: usize, block: impl Fn(usize) -> String) -> String {
    (0..count).map(block).collect()
}

/// Whether a page is refused as a list.
#[track_caller]
fn check(url: &str, html: &str, expected: bool) {
    let read = draft(&page(url, html), None, &ArticleSelectors::default());
    let is_list = matches!(read, Err(ExtractError::Listing { .. }));
    // A list of which nothing is left has no text, and is not published either.
    let has_text = read.as_ref().is_ok_and(|draft| draft.body.is_some());
    assert!(if expected { is_list || !has_text } else { has_text }, "{url} {html}\n{read:?}");
}

/// A page with a title and an introduction above a list.
fn listing(head: &str, intro: &str, list: &str) -> String {
    format!(
        "<html><head>{head}<title>Tin hoạt động</title></head><body><div><h1>Tin hoạt động</h1>\
         <div><p>{intro}</p></div><div>{list}</div></div></body></html>"
    )
}

/// An article with a day below its title, above related news.
fn article(head: &str, text: &str, list: &str) -> String {
    format!(
        "<html><head>{head}<title>Hội nghị tổng kết công tác dân vận năm 2025</title></head><body><div>\
         <h1>Hội nghị tổng kết công tác dân vận năm 2025</h1><p>Thứ Ba, 06/01/2026 08:15</p>\
         <div>{text}</div><div>{list}</div></div></body></html>"
    )
}

fn card(n: usize) -> String {
    format!(
        "<div><a href=/san-pham/{n}><img src=/{n}.jpg></a><h3><a href=/san-pham/{n}>Cà phê rang xay số {n}</a></h3><p>{n}50.000 ₫</p></div>"
    )
}

fn teaser(n: usize) -> String {
    format!(
        "<div><h3><a href=/tin/{n}>Đoàn công tác số {n} thăm và làm việc tại xã</a></h3><p>{TEXT}</p></div>"
    )
}

fn row(n: usize) -> String {
    format!(
        "<tr><td>{n}<td><a href=/vb/{n}>Văn bản thứ {n} về việc khen thưởng tập thể, cá nhân</a><td>0{n}/02/2026"
    )
}

#[test]
fn repeated_entries_with_most_of_the_text_are_a_list() {
    let url = "https://xa.example.gov.vn/tin-hoat-dong";
    check(url, &listing("", TEXT, &times(8, teaser)), true);
    check(url, &listing("", TEXT, &format!("<table>{}</table>", times(9, row))), true);
    check(
        url,
        &listing(
            "",
            TEXT,
            &format!(
                "<ul>{}</ul>",
                times(20, |n| format!(
                    "<li><a href=/{n}><img src=/{n}.jpg><p>Hình ảnh lễ hội làng nghề lần thứ {n}</p></a></li>"
                ))
            ),
        ),
        true,
    );
    check(url, &listing("<meta property=og:type content=website>", TEXT, &times(20, teaser)), true);
    // A page is declared an article by its theme.
    check(url, &listing("<meta property=og:type content=article>", TEXT, &times(8, teaser)), true);
    check(url, &listing("<meta property=og:type content=article>", TEXT, &times(14, teaser)), true);
    check(
        url,
        &listing("<meta property=og:type content=article>", &TEXT.repeat(8), &times(6, teaser)),
        false,
    );
}

#[test]
fn an_address_a_declaration_and_a_control_prove_a_list() {
    let few = times(4, teaser);
    let intro = TEXT.repeat(5);
    let plain = "https://xa.example.gov.vn/tin-hoat-dong";
    check(plain, &listing("", &intro, &few), false);
    for url in [
        "https://xa.example.gov.vn/chuyen-muc/tin-hoat-dong",
        "https://xa.example.gov.vn/tin-hoat-dong/page/3/",
        "https://xa.example.gov.vn/tin?id=4&trang=2",
        "https://xa.example.gov.vn/category/van-hoa/le-hoi/",
        "https://xa.example.gov.vn/tag/chuyen-doi-so",
    ] {
        check(url, &listing("", &intro, &few), true);
    }
    check("https://xa.example.gov.vn/?page=tin&id=22", &listing("", &intro, &few), false);
    for url in [
        "https://xa.example.gov.vn/chuyen-muc/tin-tuc/mot-bai-viet-ve-le-hoi",
        "https://xa.example.gov.vn/danh-muc/le-hoi-xa-345.html",
    ] {
        check(url, &listing("", &intro, &few), false);
    }
    let declared =
        r#"<script type="application/ld+json">{"@type":"CollectionPage","name":"Tin"}</script>"#;
    check(plain, &listing(declared, &intro, &few), true);
    check(plain, &listing("<meta property=og:type content=product.group>", &intro, &few), true);
    let sorted = format!("<label>Sắp xếp theo</label><select><option>Mới nhất</select>{few}");
    check(plain, &listing("", &intro, &sorted), true);
}

#[test]
fn cards_with_prices_are_a_shop() {
    let url = "https://shop.example.vn/ca-phe";
    check(url, &listing("", &TEXT.repeat(4), &times(5, card)), true);
    check(url, &listing("", &TEXT.repeat(20), &times(9, card)), true);
    check(url, &listing("<meta property=og:type content=article>", TEXT, &times(6, card)), true);
    // Products beside an article.
    check(url, &article("", &format!("<p>{}</p>", TEXT.repeat(6)), &times(6, card)), false);
    let data = r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Hội nghị tổng kết công tác dân vận năm 2025"}</script>"#;
    check(url, &article(data, &format!("<p>{}</p>", TEXT.repeat(6)), &times(9, card)), false);
}

#[test]
fn a_short_article_above_many_others_stays() {
    let url = "https://xa.example.gov.vn/hoi-nghi-tong-ket";
    check(url, &article("", &format!("<p>{TEXT}</p>"), &times(12, teaser)), false);
    check(
        url,
        &article(
            "",
            "<p>Chiều 05/01, Đảng ủy xã tổ chức hội nghị tổng kết công tác dân vận.</p>",
            &times(9, teaser),
        ),
        false,
    );
    check(
        url,
        &article(
            "<meta property=og:type content=article>",
            &format!("<p>{TEXT}</p>"),
            &times(14, teaser),
        ),
        false,
    );
    let data = r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Tin","datePublished":"2026-01-06"}</script>"#;
    check(url, &listing(data, TEXT, &times(14, teaser)), false);
    // The day stands in the address alone.
    check(
        "https://xa.example.gov.vn/2026/01/hoi-nghi",
        &listing("", &TEXT.repeat(2), &times(9, teaser)),
        false,
    );
    // An undated page: its own text is long.
    check(url, &listing("", &TEXT.repeat(14), &times(12, teaser)), false);
}

#[test]
fn an_article_that_is_a_list_stays() {
    let url = "https://bao.example.vn/muoi-thac-nuoc-dep";
    let places = times(10, |n| {
        format!(
            "<h3><a href=/thac/{n}>{n}. Thác nước đẹp số {n}</a></h3><p><img src=/{n}.jpg>{}</p>",
            TEXT.repeat(6)
        )
    });
    check(url, &article("", &places, ""), false);
    let boxed = times(10, |n| {
        format!(
            "<section><h3>{n}. Thác nước đẹp số {n}</h3><img src=/{n}.jpg><p>{}</p></section>",
            TEXT.repeat(3)
        )
    });
    check(url, &article("", &boxed, ""), false);
    let files =
        times(6, |n| format!("<li><a href=/{n}.pdf>Phụ lục số {n} kèm theo quyết định</a></li>"));
    check(url, &article("", &format!("<p>{TEXT}</p><ul>{files}</ul>"), ""), false);
    let steps = times(8, |n| format!("<li>Bước {n}: {TEXT}</li>"));
    check(url, &article("", &format!("<p>{TEXT}</p><ol>{steps}</ol>"), ""), false);
    let photos = times(9, |n| {
        format!(
            "<figure><a href=/anh/{n}><img src=/{n}.jpg></a><figcaption>{TEXT}</figcaption></figure>"
        )
    });
    check(url, &article("", &photos, ""), false);
    let interview =
        times(6, |n| format!("<p><b>PV: Thưa ông, kết quả thứ {n} là gì?</b></p><p>{TEXT}</p>"));
    check(url, &article("", &interview, ""), false);
    let results =
        times(12, |n| format!("<tr><td>{n}<td>Nguyễn Văn A<td>Trường THCS số {n}<td>8{n}"));
    check(url, &article("", &format!("<p>{TEXT}</p><table>{results}</table>"), ""), false);
}

#[test]
fn a_list_whose_links_are_scripts_is_a_list() {
    let url = "https://xa.example.gov.vn/Default.aspx?tabid=12";
    for entry in [
        "<p><a href=\"javascript:__doPostBack('ctl00$lst$ctl0N$lnk','')\">Đoàn công tác số N thăm xã</a> 0N/02/2026</p>",
        "<li><a href='#' onclick='xemTin(N)'>Đoàn công tác số N thăm và làm việc tại xã</a><span>0N/02/2026</span></li>",
        "<div onclick=\"location.href='/tin?id=N'\"><img src=/N.jpg><h3>Đoàn công tác số N thăm xã</h3><p>0N/02/2026</p></div>",
        "<div><h3><a href='javascript:openDetail(N)'>Đoàn công tác số N thăm xã</a></h3><p>Tóm tắt của tin N.</p></div>",
        "<div><a href='javascript:void(0)' onclick=\"gotoNews('N')\">Đoàn công tác số N thăm và làm việc</a></div>",
    ] {
        let entries = times(9, |n| entry.replace('N', &n.to_string()));
        check(url, &listing("", "Trang thông tin điện tử", &entries), true);
    }
    // Questions that unfold their answers.
    let answer = |n: usize| {
        format!(
            "<div><a href='#' onclick='toggle({n})'>Câu hỏi số {n} là gì?</a><p>{TEXT}</p></div>"
        )
    };
    check(url, &listing("", TEXT, &times(8, answer)), false);
}

#[test]
fn a_table_of_documents_is_a_list_and_an_article_with_a_table_is_none() {
    let url = "https://xa.example.gov.vn/van-ban";
    let table = |row: &str| {
        let rows = times(9, |n| format!("<tr><td>{n}{}", row.replace('N', &n.to_string())));
        format!("<table>{rows}</table>")
    };
    let documents = [
        "<td><a href=/vb/N>0N/QĐ-UBND</a><td>0N/02/2026<td>Về việc khen thưởng các tập thể, cá nhân có thành tích xuất sắc năm N",
        "<td>0N/QĐ-UBND<td>0N/02/2026<td>Về việc khen thưởng các tập thể, cá nhân năm N<td><a href=/tep/N.pdf>Tải về</a>",
        "<td>0N/QĐ-UBND<td>0N/02/2026<td>Về việc khen thưởng các tập thể, cá nhân năm N<td><a href=/vb/N><img src=/pdf.png></a>",
    ];
    for row in documents {
        check(url, &listing("", "", &table(row)), true);
        let notice = format!("<p>{TEXT}</p>{}", table(row));
        check(url, &article("", &notice, ""), false);
        check(
            url,
            &article("", &notice, "").replace("Thứ Ba, 06/01/2026 08:15", "In trang"),
            false,
        );
        check(url, &article("", &table(row), ""), false);
    }
    let people = table("<td>Nguyễn Văn A<td>0N/02/1990<td>Trường THCS số N<td>8,5");
    check(url, &article("", &format!("<p>{TEXT}</p>{people}"), ""), false);
    check(url, &listing("", TEXT, &people), false);
}

#[test]
fn the_clock_of_a_page_is_no_day_of_an_article() {
    let url = "https://xa.example.gov.vn/tin-hoat-dong";
    let list = listing("", TEXT, &times(8, teaser));
    for clock in
        ["Thứ Ba, 24/11/2026", "Hôm nay: Thứ Ba, 24/11/2026", "Thứ Ba, ngày 24 tháng 11 năm 2026"]
    {
        let above = list.replacen("<h1>", &format!("<p>{clock}</p><h1>"), 1);
        check(url, &above, true);
        let below = list.replacen("</h1>", &format!("</h1><p>{clock}</p>"), 1);
        check(url, &below, true);
    }
    // The article of the day.
    let text = format!("<p>{TEXT}</p>");
    let today = article("", &text, &times(9, teaser)).replace("06/01/2026", "24/11/2026");
    check(url, &today, false);
}

#[test]
fn a_review_of_other_articles_and_an_article_above_them_stay() {
    let url = "https://bao.example.vn/diem-bao-ngay-6-1";
    check(url, &article("", &times(5, teaser), ""), false);
    check(url, &article("", &format!("<p>{TEXT}</p>{}", times(5, teaser)), ""), false);
    let numbered = |n: usize| {
        format!("<p><a href=/tin/{n}>{n}. Đoàn công tác số {n} thăm xã</a></p><p>{TEXT}{TEXT}</p>")
    };
    check(url, &article("", &times(10, numbered), ""), false);
    let short = article("", &times(5, teaser), "");
    check(
        url,
        &short.replace("Hội nghị tổng kết công tác dân vận năm 2025", "Điểm báo sáng"),
        false,
    );
    // Without a day, a headline above a text is that of an article.
    let undated = |text: &str, list: &str| {
        article("", text, list).replace("Thứ Ba, 06/01/2026 08:15", "In trang")
    };
    let text = format!("<p>{TEXT}</p><p>Tham dự có lãnh đạo xã. {TEXT}</p>");
    check(url, &undated(&format!("{text}{}", times(6, teaser)), ""), false);
    check(url, &undated(&text, &times(6, teaser)), false);
    check(url, &undated(&format!("<p>{TEXT}</p>"), &times(16, teaser)), false);
    check(url, &undated(&format!("{text}<h3>Tin liên quan</h3>{}", times(8, teaser)), ""), false);
}

#[test]
fn a_front_page_and_a_category_within_a_category_are_lists() {
    let intro = TEXT.repeat(10);
    let few = times(3, teaser);
    for path in ["", "?utm_source=zalo", "index.php", "trang-chu.html", "Default.aspx"] {
        let url = format!("https://xa.example.gov.vn/{path}");
        check(&url, &listing("", &intro, &few), true);
        check(&url, &article("", &format!("<p>{intro}</p>"), &few), false);
    }
    for path in ["?p=12", "index.php?id=7", "trang-chu/gioi-thieu", "#/tin/12"] {
        check(&format!("https://xa.example.gov.vn/{path}"), &listing("", &intro, &few), false);
    }
    // A script loads the entries.
    let url = "https://shop.example.vn/browse/giay/giay-the-thao";
    check(url, &listing("", &intro, ""), true);
    check(url, &article("", &format!("<p>{intro}</p>"), ""), false);
    check("https://shop.example.vn/browse/giay", &listing("", &intro, ""), false);
    check("https://shop.example.vn/browse/giay/giay-2026.html", &listing("", &intro, ""), false);
}

#[test]
fn a_few_words_among_many_entries_are_no_article() {
    let url = "https://xa.example.gov.vn/kinh-te";
    let menu =
        |n: usize| format!("<li><a href=/muc/{n}>Chuyên mục số {n} của trang tin điện tử</a></li>");
    let banner = format!("<p>{TEXT}</p>");
    let page = |title: &str| {
        format!(
            "<html><head><title>Kinh tế</title></head><body><ul>{}</ul><div><h1>{title}</h1>{banner}</div>\
             <section>{}</section></body></html>",
            times(9, menu),
            times(9, teaser)
        )
    };
    check(url, &page("Kinh tế"), true);
    check(url, &page("Xã Đắk Nia tổ chức hội nghị tổng kết năm 2025"), false);
}

#[test]
fn the_announced_title_outside_of_entries_is_that_of_an_article() {
    let html = listing("", TEXT, &times(9, teaser));
    let html = html.replace("<h1>Tin hoạt động", "<h1>Phóng sự ảnh về lễ hội đua thuyền");
    let read = |title: &str| {
        let page = page("https://xa.example.gov.vn/tin/1", &html);
        let mut item =
            bantin_core::ListingItem::of(page.url.clone(), bantin_core::ArticleKey::of_guid("1"));
        item.title = Some(title.to_owned());
        draft(&page, Some(&item), &ArticleSelectors::default()).is_ok()
    };
    assert!(read("Phóng sự ảnh về lễ hội đua thuyền"));
    // A listing shortens long titles.
    assert!(read("Phóng sự ảnh về lễ hội..."));
    assert!(!read("Đoàn công tác số 3 thăm và làm việc tại xã"));
}

#[test]
fn the_message_names_what_was_recognized() {
    #[track_caller]
    fn check(sign: ListingSign, expected: &str) {
        assert_eq!(sign.to_string(), expected);
    }
    check(ListingSign::Blocks { count: 14, share: 83 }, "14 linked entries hold 83 % of its text");
    check(ListingSign::Products(24), "it shows 24 linked products with a price");
}
