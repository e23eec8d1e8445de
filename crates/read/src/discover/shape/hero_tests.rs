//! Lead stories above the list of news, which show pictures and no dates.

use super::super::{news, sample};

/// Compares the ids of the items of a page.
#[track_caller]
fn check(above: &str, list: &str, beside: &str, expected: &[u32]) {
    let menu: String =
        (1..30).map(|n| format!("<li><a href=/muc/chuyen-muc-{n}>Chuyên mục số {n}</a>")).collect();
    let html = format!(
        "<div><ul>{menu}</ul></div><h1>Hoạt động</h1><div class=cot>{above}<section>{list}</section></div><div class=ben>{beside}</div>"
    );
    let address = "https://soyte.example.gov.vn/tin-tuc/hoat-dong";
    let page = sample::page(address, "text/html; charset=utf-8", html.as_str());
    let found = news(&page, &page.url.join("/").unwrap(), None).unwrap();
    let id = |url: &url::Url| {
        let text = url.as_str();
        text.rsplit(['-', '=']).next().unwrap().trim_end_matches(".html").parse::<u32>().unwrap()
    };
    let mut ids: Vec<u32> = found.listing.items.iter().map(|item| id(&item.url)).collect();
    ids.sort_unstable();
    assert_eq!(ids, expected, "{above}");
}

fn slug(n: u32) -> String {
    format!("/hoat-dong/khai-truong-benh-vien-huyen-so-{n}.html")
}

fn by_number(n: u32) -> String {
    format!("/Post.aspx?CategoryId=2&ID={n}")
}

fn in_folder(n: u32) -> String {
    format!("/chi-tiet-tin/-/id/{n}/khai-truong-benh-vien-huyen-so-{n}")
}

/// The main list: dated items with leads and pictures.
fn list(address: fn(u32) -> String) -> String {
    let item = |n| {
        format!(
            "<div class=tin><a class=anh href='{0}'><img src=/{n}.jpg></a><h3><a href='{0}'>Khai trương bệnh viện huyện số {n}</a></h3>\
             <span>{n}/10/2026</span><p>Sáng nay, các đại biểu đã thảo luận về kết quả công tác trong năm và đề ra giải pháp.</p></div>",
            address(n)
        )
    };
    (11..=18).map(item).collect()
}

fn pictured(url: &str, n: u32) -> String {
    format!(
        "<div class=slide><a href='{url}'><img src=/{n}.jpg><b>Hội nghị tổng kết công tác y tế số {n}</b></a></div>"
    )
}

fn bare(url: &str, n: u32) -> String {
    format!("<li class=nho><a href='{url}'>Hội nghị tổng kết công tác y tế số {n}</a></li>")
}

const LISTED: [u32; 8] = [11, 12, 13, 14, 15, 16, 17, 18];

#[test]
fn pictures_of_the_same_section_above_the_list_belong_to_it() {
    let slides: String = (1..=3).map(|n| pictured(&slug(n), n)).collect();
    let with = |heads: &[u32]| [heads, &LISTED].concat();
    check(&format!("<div class=swiper>{slides}</div>"), &list(slug), "", &with(&[1, 2, 3]));
    // A large one, and smaller ones without pictures beside it.
    let small: String = (2..=4).map(|n| bare(&slug(n), n)).collect();
    let hero = format!("<div class=hero>{}<ul>{small}</ul></div>", pictured(&slug(1), 1));
    check(&hero, &list(slug), "", &with(&[1, 2, 3, 4]));
    for arrows in [
        "<a href=#hero>‹</a><a href=#hero>›</a>",
        "<a href=#hero data-slide=prev>Previous</a><a href=#hero data-bs-slide=next>Next</a>",
    ] {
        let slides: String = (1..4)
            .map(|n| {
                format!(
                    "<div class=item>{}<div class=d>0{n}-12-2026</div></div>",
                    pictured(&in_folder(n), n)
                )
            })
            .collect();
        let carousel = format!("<div id=hero>{slides}{arrows}</div>");
        check(&carousel, &list(in_folder), "", &with(&[1, 2, 3]));
    }
    // Below a heading of their own, the parameter names the section.
    let headed = |address: fn(u32) -> String| {
        let slides: String = (1..=3).map(|n| pictured(&address(n), n)).collect();
        format!("<div class=khung><h2>Tin nổi bật</h2><div>{slides}</div></div>")
    };
    check(&headed(by_number), &list(by_number), "", &with(&[1, 2, 3]));
}

#[test]
fn pictures_of_other_sections_are_no_news_of_this_one() {
    let slides = |address: &dyn Fn(u32) -> String| -> String {
        let slides: String = (1..=3).map(|n| pictured(&address(n), n)).collect();
        format!("<div class=khung><h2>Tin nổi bật</h2><div>{slides}</div></div>")
    };
    check(&slides(&|n| format!("/Post.aspx?CategoryId=7&ID={n}")), &list(by_number), "", &LISTED);
    check(
        &slides(&|n| format!("/the-thao/hoi-nghi-tong-ket-so-{n}.html")),
        &list(slug),
        "",
        &LISTED,
    );
    check(
        &slides(&|n| format!("https://khac.example/hoat-dong/hoi-nghi-tong-ket-so-{n}.html")),
        &list(slug),
        "",
        &LISTED,
    );
    // Below the list, the same pictures are a box.
    let below: String = (1..=3).map(|n| pictured(&slug(n), n)).collect();
    check("", &list(slug), &format!("<h3>Xem nhiều</h3>{below}"), &LISTED);
}

#[test]
fn undated_links_to_another_part_of_the_site_are_no_news() {
    let department = |n| {
        format!(
            "<div class=khoa><img src=/k{n}.png><h3><a href=/chuyen-khoa/khoa-san-{n}>Khoa Sản {n}</a></h3><p>Khám và điều trị cho sản phụ, \
             trẻ sơ sinh và phụ nữ trên địa bàn tỉnh.</p></div>"
        )
    };
    let departments: String = (1..=8).map(department).collect();
    check("", &list(slug), &format!("<div>{departments}</div>"), &LISTED);
}

#[test]
fn dated_documents_outrank_the_links_to_their_fields() {
    let fields =
        ["Thi hành án", "Hộ tịch", "Bổ trợ tư pháp", "Công chứng", "Luật sư", "Trợ giúp pháp lý"];
    let field = |(n, name)| format!("<tr><td><a href='/DanhSach.aspx?lv={n}'>{name}</a></td></tr>");
    let fields: String = fields.iter().enumerate().map(field).collect();
    let document = |n| {
        format!(
            "<tr class=r><td><a href='/ChiTiet.aspx?id={n}'>{n}/QĐ-UBND</a></td><td>{n}/03/2017</td><td><a href='/ChiTiet.aspx?id={n}'>Ban hành Quy \
             chế phối hợp kiểm tra, xử lý văn bản quy phạm pháp luật số {n}</a></td></tr>"
        )
    };
    let documents: String = (11..=18).map(document).collect();
    let table = format!(
        "<h3>VĂN BẢN CHỈ ĐẠO</h3><table><tr><th>Số<th>Ngày<th>Trích yếu</tr>{documents}</table>"
    );
    check(&format!("<h3>LĨNH VỰC</h3><table>{fields}</table>"), &table, "", &LISTED);
}

#[test]
fn more_news_of_the_same_form_belong_to_the_list_whatever_announces_them() {
    let item = |n| {
        format!(
            "<tr><td><img src=/o.gif> <a class=khac href='{}'>Hội nghị tổng kết công tác y tế số {n}</a> <i>({n}/09/2026)</i></td></tr>",
            by_number(n)
        )
    };
    let rows: String = (1..=4).map(item).collect();
    let all = [&[1, 2, 3, 4][..], &LISTED].concat();
    for heading in [
        "<div class=tinkhac>Các tin đã đưa:</div>",
        "<b>Các tin khác:</b><br>",
        "<p><font size=2>Tin khác</font></p>",
    ] {
        let page = format!("{}{heading}<table>{rows}</table>", list(by_number));
        check("", &page, "", &all);
    }
    let other: String = (1..=4).map(|n| item(n).replace("CategoryId=2", "CategoryId=9")).collect();
    check("", &list(by_number), &format!("<h3>Tin trong nước</h3><table>{other}</table>"), &LISTED);
}

#[test]
fn a_schedule_is_no_news() {
    let session = |n| {
        format!(
            "<tr><td>{n}/08/2026 7h30</td><td><a href='/lich-xet-xu?id={n}'>Nguyễn Thị Hạnh kiện quyết định hành chính số {n}</a></td></tr>"
        )
    };
    let sessions: String = (1..=4).map(session).collect();
    let page = format!("<h2>Hoạt động</h2>{}", list(by_number));
    check("", &page, &format!("<h3>Lịch xét xử</h3><table>{sessions}</table>"), &LISTED);
}
