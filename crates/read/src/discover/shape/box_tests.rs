//! Pages with several boxes: which of them belong to the news.

use super::super::{news, sample};
use bantin_page::Page;

const PAGE: &str = "https://soyte.example.gov.vn/tin-tuc";

/// A menu of short links in a box without a telling class.
fn menu(count: usize) -> String {
    let link = |n| format!("<li><a href=/muc/chuyen-muc-so-{n}>Chuyên mục số {n}</a>");
    format!("<div><ul>{}</ul></div>", (0..count).map(link).collect::<String>())
}

/// A bare headline.
fn bare(name: &str, n: usize) -> String {
    format!(
        "<li><a href=/{name}/hoi-nghi-tong-ket-lan-{n}.html>Hội nghị tổng kết {name} lần {n}</a>"
    )
}

/// A headline with its lead and date.
fn whole(name: &str, n: usize) -> String {
    format!(
        "<div class=tin><h3><a href=/{name}/hoi-nghi-tong-ket-lan-{n}.html>Hội nghị tổng kết {name} lần {n}</a></h3>\
         <span>0{n}/10/2026</span><p>Sáng nay, các đại biểu đã thảo luận về kết quả công tác trong năm và đề ra giải pháp.</p></div>"
    )
}

fn all(count: usize, item: impl Fn(usize) -> String) -> String {
    (1..=count).map(item).collect()
}

/// Compares the number of items from each list, by the first folder of their addresses, in page
/// order.
#[track_caller]
fn check(html: &str, expected: &[(&str, usize)]) {
    check_at(PAGE, html, expected);
}

/// The same for a page at another address.
#[track_caller]
fn check_at(address: &str, html: &str, expected: &[(&str, usize)]) {
    let page: Page = sample::page(address, "text/html; charset=utf-8", html);
    let found = news(&page, &page.url.join("/").unwrap(), None);
    let mut counts: Vec<(String, usize)> = Vec::new();
    for item in found.map(|news| news.listing.items).unwrap_or_default() {
        let folder = item.url.path_segments().unwrap().next().unwrap().to_owned();
        match counts.iter_mut().find(|(name, _)| *name == folder) {
            Some((_, count)) => *count += 1,
            None => counts.push((folder, 1)),
        }
    }
    let expected: Vec<_> = expected.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect();
    assert_eq!(counts, expected);
}

#[test]
fn a_menu_alone_is_no_list_however_long() {
    check(&menu(60), &[]);
    check(&format!("{}<h1>Liên hệ</h1><p>Điện thoại 0263 3822 311.", menu(8)), &[]);
}

#[test]
fn two_items_beside_a_large_menu_are_the_news() {
    let news = all(2, |n| whole("tin", n));
    check(&format!("{}<div>{news}</div>{}", menu(60), menu(9)), &[("tin", 2)]);
}

#[test]
fn the_further_headlines_of_each_block_belong_to_it() {
    let block = |name: &str| {
        let (first, others) = (whole(name, 1), all(3, |n| bare(name, n + 1)));
        format!("<div class=khoi><h2>Mục {name}</h2>{first}<ul>{others}</ul></div>")
    };
    let blocks: String = ["kinh-te", "xa-hoi", "van-hoa"].map(block).concat();
    let side = format!(
        "<div><h2>Thông báo</h2><ol>{}</ol>{}</div>",
        all(5, |n| bare("thong-bao", n)),
        menu(6)
    );
    check(
        &format!("{}<div>{blocks}</div>{side}", menu(30)),
        &[("kinh-te", 4), ("xa-hoi", 4), ("van-hoa", 4)],
    );
}

#[test]
fn the_lead_stories_above_the_list_belong_to_it() {
    let small = |n| {
        format!(
            "<div><h4><a href=/nho/khai-truong-benh-vien-so-{n}.html>Khai trương bệnh viện huyện số {n}</a></h4></div>"
        )
    };
    let hero = format!(
        "<div class=noi-bat>{}<div class=phu>{}</div></div>",
        whole("lon", 1),
        all(3, small)
    );
    let stream = all(6, |n| whole("tin", n));
    let side = format!("<aside>{}</aside>", all(5, |n| bare("ben", n)));
    check(
        &format!(
            "{}<div>{hero}<section><div class=dong>{stream}</div>{side}</section></div>",
            menu(30)
        ),
        &[("lon", 1), ("nho", 3), ("tin", 6)],
    );
}

#[test]
fn other_news_below_the_list_belong_to_it_and_a_side_box_does_not() {
    let list = format!(
        "<div>{}<h4>Các tin khác</h4><ol>{}</ol></div>",
        all(4, |n| whole("tin", n)),
        all(5, |n| bare("cu", n))
    );
    let side = format!(
        "<div><h4>Văn bản mới</h4><ul class=moi>{}</ul>{}</div>",
        all(7, |n| bare("moi", n)),
        menu(7)
    );
    check(&format!("{}<div>{list}{side}</div>", menu(30)), &[("tin", 4), ("cu", 5)]);
}

#[test]
fn the_most_read_are_no_news_even_if_they_are_more_and_look_alike() {
    let main = format!("<div id=chinh>{}</div>", all(4, |n| whole("tin", n)));
    let item = |n| {
        format!(
            "<div class=tin><h3><a href=/doc/nghiem-thu-de-tai-khoa-hoc-{n}.html>Nghiệm thu đề tài khoa học số {n}</a></h3><span>0{n}/09/2026</span></div>"
        )
    };
    let side = format!("<div id=ben><h2>Tin đọc nhiều</h2>{}</div>", all(9, item));
    check(&format!("{}{main}{side}", menu(20)), &[("tin", 4)]);
}

#[test]
fn headings_that_link_to_their_sections_are_no_news() {
    let block = |n: usize| {
        let name = format!("muc-{n}");
        format!(
            "<div class=khoi><a href=/hoat-dong/{n}>Hoạt động của các đơn vị trực thuộc nhóm {n}</a>{}</div>",
            whole(&name, 1)
        )
    };
    let expected = [("muc-1", 1), ("muc-2", 1), ("muc-3", 1)];
    check(&format!("{}<div>{}</div>", menu(20), all(3, block)), &expected);
}

#[test]
fn on_the_page_of_a_section_the_boxes_of_the_same_template_are_no_news() {
    let portlet = |name: &str, heading: &str| {
        let row = |n| {
            format!(
                "<tr><td><a href=/{name}/hoi-nghi-tong-ket-lan-{n}>Hội nghị tổng kết {name} lần {n}</a> <i>0{n}/10/2026</i></td></tr>"
            )
        };
        format!(
            "<div class=portlet><div class=portlet-title>{heading}</div><table>{}</table></div>",
            all(5, row)
        )
    };
    let boxes = format!(
        "{}{}{}",
        portlet("thong-bao", "THÔNG BÁO"),
        portlet("su-kien", "TIN TỨC - SỰ KIỆN"),
        portlet("hop-tac", "HỢP TÁC QUỐC TẾ")
    );
    let all_boxes = [("thong-bao", 5), ("su-kien", 5), ("hop-tac", 5)];
    // The page is named by its `<h1>`, or by a link to itself.
    let named = |above: &str, expected: &[(&str, usize)]| {
        let address = "https://soyte.example.gov.vn/muc/12-tin?trang=1";
        check_at(address, &format!("{above}<div class=main>{boxes}</div>"), expected);
    };
    named("<title>Tin tức - Sự kiện | Sở Y tế</title>", &all_boxes);
    named("<h1>Tin tức - Sự kiện</h1>", &[("su-kien", 5)]);
    named("<p><a href='/muc/12-tin?trang=1'>Tin tức - Sự kiện</a></p>", &[("su-kien", 5)]);
    named("<p><a href='/muc/13-tin?trang=1'>Tin tức - Sự kiện</a></p>", &all_boxes);
    named("<h1>Sở Y tế</h1>", &all_boxes);
    // The operator may ask for another box.
    let html = format!("<h1>Tin tức - Sự kiện</h1><div class=main>{boxes}</div>");
    let address = "https://soyte.example.gov.vn/muc/12-tin?trang=1";
    let page: Page = sample::page(address, "text/html; charset=utf-8", &*html);
    let found = news(&page, &page.url.join("/").unwrap(), Some("Thông báo")).unwrap();
    assert_eq!(found.listing.items.len(), 5);
    assert!(found.listing.items[0].url.path().starts_with("/thong-bao/"));
    // Of two boxes, both may be the news.
    let two = portlet("su-kien", "TIN TỨC - SỰ KIỆN") + &portlet("thong-bao", "THÔNG BÁO");
    let html = format!("<h1>Tin tức - Sự kiện</h1><div class=main>{two}</div>");
    check_at(address, &html, &[("su-kien", 5), ("thong-bao", 5)]);
}

#[test]
fn links_to_the_section_of_each_article_are_no_articles() {
    let row = |n: usize| {
        format!(
            "<div class=row><div><span><a href=/linh-vuc/so-{n}>Giá cả</a></span></div><div><span><a href=/tin/hoi-nghi-tong-ket-lan-{n}>\
             Hội nghị tổng kết công tác lần {n}</a></span></div><div>0{n}/10/2026</div></div>"
        )
    };
    check(&format!("{}<div>{}</div>", menu(9), all(6, row)), &[("tin", 6)]);
}

/// A box whose classes do not tell what they are.
fn plain_box(heading: &str, items: &str) -> String {
    format!("<div class=k><div class=t>{heading}</div>{items}</div>")
}

/// A headline with its date, in the form of `bare`.
fn dated(name: &str, n: usize) -> String {
    format!("{} <i>0{}/10/2026</i>", bare(name, n), n % 9 + 1)
}

#[test]
fn a_short_list_below_the_name_of_the_page_outranks_long_boxes() {
    let boxes = plain_box("TIN MỚI", &all(10, |n| dated("moi", n)))
        + &plain_box("VĂN BẢN MỚI", &all(9, |n| dated("van-ban", n)));
    let page = |title: &str, heading: &str| {
        let main = format!(
            "<div id=giua><div class=t>{heading}</div>{}</div>",
            all(3, |n| whole("tin", n))
        );
        format!("<title>{title}</title><div id=trai>{boxes}</div>{main}")
    };
    let address = "https://kiemlam.example.gov.vn/muc/bao-ton";
    let named = page("Bảo tồn động vật - Chi cục Kiểm lâm", "BẢO TỒN ĐỘNG VẬT");
    check_at(address, &named, &[("tin", 3)]);
    let other = page("Chi cục Kiểm lâm", "BẢO TỒN ĐỘNG VẬT");
    check_at(address, &other, &[("moi", 10), ("van-ban", 9), ("tin", 3)]);
    // A front page has no name but that of the site.
    check_at("https://kiemlam.example.gov.vn/", &named, &[("moi", 10), ("van-ban", 9), ("tin", 3)]);
}

#[test]
fn a_menu_of_the_same_form_is_no_news_beside_a_list_with_the_name_of_the_page() {
    let section = |n| {
        format!(
            "<li><a href=/muc/ky-thuat-trong-trot-va-{n}>Kỹ thuật trồng trọt và bảo vệ nhóm {n}</a>"
        )
    };
    let page = |above: &str| {
        let boxes = plain_box("DANH MỤC", &all(9, section))
            + &plain_box("THÔNG BÁO", &all(6, |n| bare("thong-bao", n)));
        let main = plain_box("KỸ THUẬT TRỒNG TRỌT VÀ CHĂN NUÔI", &all(8, |n| bare("tin", n)));
        format!("<div>{boxes}</div><div>{above}{main}</div>")
    };
    let all_boxes = [("muc", 9), ("thong-bao", 6), ("tin", 8)];
    let address = "https://khuyennong.example.gov.vn/web/muc-12";
    check_at(address, &page(""), &all_boxes);
    // The name is in the breadcrumb, or begins like the address.
    let name = "Kỹ thuật trồng trọt và chăn nuôi";
    for row in [
        format!("<div><a href=/>Trang chủ</a> &gt;&gt; {name}</div>"),
        format!(
            "<ol><li><a href=/>Trang chủ</a><li><a href=/x>Tin</a><li class=active>{name}</ol>"
        ),
        format!("<p><a href=/>Home</a> / <span>{name}</span></p>"),
    ] {
        check_at(address, &page(&row), &[("tin", 8)]);
    }
    let address = "https://khuyennong.example.gov.vn/web/ky-thuat-trong-trot";
    check_at(address, &page(""), &[("tin", 8)]);
    // A menu is no breadcrumb, and the last of many sections is not the name of the page.
    let links = all(7, |n| format!("<a href=/m/{n}>Mục {n}</a>"));
    let menu = format!("<div><a href=/>Trang chủ</a>{links}<a href=/m>{name}</a></div>");
    check_at("https://khuyennong.example.gov.vn/web/muc-12", &page(&menu), &all_boxes);
}

#[test]
fn the_name_of_the_site_above_all_lists_names_none() {
    let boxes = plain_box("TIN MỚI", &all(9, |n| dated("moi", n)));
    let list = all(4, |n| whole("tin", n));
    let html = format!(
        "<title>Tin tức - Sở Y tế</title><div id=trang><div class=t>SỞ Y TẾ</div>{boxes}<div>{list}</div></div>"
    );
    check(&html, &[("moi", 9), ("tin", 4)]);
}
