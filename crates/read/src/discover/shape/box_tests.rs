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
pub(super) fn check_at(address: &str, html: &str, expected: &[(&str, usize)]) {
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
    // Notices are the content of a page of that name alone.
    let all_boxes = [("su-kien", 5), ("hop-tac", 5)];
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
    // Of two boxes, too.
    let two = portlet("su-kien", "TIN TỨC - SỰ KIỆN") + &portlet("thong-bao", "THÔNG BÁO");
    let html = format!("<h1>Tin tức - Sự kiện</h1><div class=main>{two}</div>");
    check_at(address, &html, &[("su-kien", 5)]);
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

/// A box whose classes do not describe its parts.
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
    check_at(address, &other, &[("moi", 10), ("tin", 3)]);
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
    let all_boxes = [("muc", 9), ("tin", 8)];
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

/// A row of a table with a headline and its date.
fn row(name: &str, n: usize) -> String {
    format!(
        "<tr><td><a href=/{name}/hoi-nghi-tong-ket-lan-{n}.html>Hội nghị tổng kết {name} lần {n}</a><td>{n}/10/2026</tr>"
    )
}

#[test]
fn a_row_with_one_cell_is_the_heading_of_a_table_and_the_names_of_columns_are_none() {
    let main = format!(
        "<table class=tin><tr class=header><th>Tiêu đề<th>Ngày đăng</tr>{}</table>",
        all(9, |n| row("tin", n))
    );
    let table = |heading: &str, name: &str| {
        format!("<table><tr><th colspan=2>{heading}</th></tr>{}</table>", all(10, |n| row(name, n)))
    };
    let side = table("Văn bản mới", "van-ban") + &table("Thông báo", "thong-bao");
    let html = format!("<div>{main}</div><div>{side}</div>");
    check_at("https://soyte.example.gov.vn/muc?id=3", &html, &[("tin", 9)]);
    // A list without heading may belong to any page.
    let both = [("tin", 9), ("thong-bao", 10)];
    check_at("https://soyte.example.gov.vn/thong-bao", &html, &both);
}

#[test]
fn a_list_continues_after_a_box_inside_it() {
    let item = |n| whole("tin", n);
    let topic = format!(
        "<div class=khoi><h4>Chuyên đề</h4><ul>{}</ul></div>",
        all(4, |n| dated("chuyen-de", n))
    );
    let html = format!(
        "<h1>Tin trong huyện</h1><div><h3>Tin trong huyện</h3>{}{topic}{}{}</div>",
        all(3, item),
        item(4),
        item(5)
    );
    check_at("https://huyen.example.gov.vn/muc?id=3", &html, &[("tin", 5)]);
}

#[test]
fn a_list_without_heading_keeps_the_longer_list_below_its_lead_stories() {
    let leads = format!("<div class=noi-bat>{}</div>", all(3, |n| whole("lon", n)));
    let list = plain_box("TIN HOẠT ĐỘNG", &all(12, |n| dated("tin", n)));
    let html = format!("{}<div>{leads}{list}</div>", menu(9));
    check_at("https://huyen.example.gov.vn/muc?id=3", &html, &[("lon", 3), ("tin", 12)]);
    // Beside a list of the same length, it is a side box.
    let list = plain_box("TIN HOẠT ĐỘNG", &all(3, |n| dated("tin", n)));
    let html = format!("{}<div>{leads}</div><div>{list}</div>", menu(9));
    check_at("https://huyen.example.gov.vn/muc?id=3", &html, &[("lon", 3)]);
}

#[test]
fn a_menu_of_several_boxes_is_no_list_of_news() {
    let submenu = |n: usize| {
        let link = |k| match k % 3 {
            0 => format!("<p><a href=/muc/{n}-{k}>Tin nội bộ</a></p>"),
            _ => format!(
                "<p><a href=/muc/hoc-tap-va-lam-theo-tu-tuong-{n}-{k}>Học tập và làm theo tư tưởng số {k}</a></p>"
            ),
        };
        format!("<div class=mega><b>Chuyên mục {n}</b>{}</div>", all(6, link))
    };
    let news = all(5, |n| bare("tin", n));
    let html = format!("<div>{}</div><div><ul>{news}</ul></div>", all(4, submenu));
    check_at("https://huyen.example.gov.vn/", &html, &[("tin", 5)]);
    check_at("https://huyen.example.gov.vn/muc?id=3", &html, &[("tin", 5)]);
    // Blocks of headlines are news.
    let blocks: String = ["kinh-te", "xa-hoi", "van-hoa"]
        .map(|name| plain_box(name, &all(4, |n| bare(name, n))))
        .concat();
    check_at(
        "https://huyen.example.gov.vn/",
        &blocks,
        &[("kinh-te", 4), ("xa-hoi", 4), ("van-hoa", 4)],
    );
}

#[test]
fn links_to_other_sites_in_a_box_of_the_same_template_are_no_news() {
    let link =
        |n| format!("<li><a href=https://bo{n}.example.org/>Cổng thông tin điện tử Bộ số {n}</a>");
    let html =
        plain_box("TIN MỚI", &all(9, |n| dated("tin", n))) + &plain_box("LIÊN KẾT", &all(8, link));
    check_at("https://huyen.example.gov.vn/", &html, &[("tin", 9)]);
}

/// Compares the dates of the items.
#[track_caller]
pub(super) fn check_dates(html: &str, expected: &[Option<&str>]) {
    let page: Page = sample::page(PAGE, "text/html; charset=utf-8", html);
    let found = news(&page, &page.url.join("/").unwrap(), None).unwrap();
    let dates: Vec<_> = found.listing.items.iter().map(|item| item.date.as_deref()).collect();
    assert_eq!(dates, expected);
}

#[test]
fn items_have_the_day_of_the_heading_above_them() {
    let item = |n: usize, shown: &str| {
        format!(
            "<p><a href=/tin/hoi-nghi-tong-ket-lan-{n}.html>Hội nghị tổng kết công tác lần {n}</a> <i>{shown}</i></p>"
        )
    };
    let group = |heading: &str, from: usize, shown: &str| {
        format!(
            "<div class=ngay><div class=dau>{heading}</div>{}{}</div>",
            item(from, shown),
            item(from + 1, shown)
        )
    };
    // Days, with the times beside the items.
    let days = group("Thứ Sáu, 19/04/2024", 1, "09:15") + &group("Thứ Năm, 18/04/2024", 3, "");
    let (first, second) = (Some("Thứ Sáu, 19/04/2024"), Some("Thứ Năm, 18/04/2024"));
    check_dates(&format!("<div>{days}</div>"), &[first, first, second, second]);
    // Months, with the days beside the items.
    let months = group("Tháng 5 năm 2022", 1, "12/05") + &group("Tháng 4/2022", 3, "3-4");
    let dates = [Some("12/05/2022"), Some("12/05/2022"), Some("03/04/2022"), Some("03/04/2022")];
    check_dates(&format!("<div>{months}</div>"), &dates);
    // A month alone is no day.
    let months = group("Tháng 5 năm 2022", 1, "") + &group("Tháng 4/2022", 3, "");
    check_dates(&format!("<div>{months}</div>"), &[None; 4]);
    // The clock of the page dates nothing, and the date of an item counts.
    let clock = "<div class=dau>Thứ Hai, 30/11/2026</div>";
    let items = item(1, "") + &item(2, "02/03/2024") + &item(3, "");
    check_dates(
        &format!("<div>{clock}<div>{items}</div></div>"),
        &[None, Some("02/03/2024"), None],
    );
}

#[test]
fn what_stands_in_the_column_does_not_hide_more_news_below_the_list() {
    let item = |n| {
        format!(
            "<div class=bai>{}<a class=pdf href=/pdf/{n}><img src=/pdf.png></a></div>",
            whole("tin", n)
        )
    };
    let list = format!("<div class=ds>{}</div>", all(6, item));
    let more = |class: &str| {
        format!(
            "<div class={class}><p><b>Các tin khác</b></p><ul>{}</ul></div>",
            all(5, |n| bare("cu", n))
        )
    };
    let pages = |n| format!("<a href=/muc?trang={n}>{n}</a>");
    let pager = format!("<div class=pagination>{}</div>", all(5, pages));
    for class in ["them", "related-articles"] {
        let html = format!("{}<div><div>{list}{}{pager}</div></div>", menu(20), more(class));
        check(&html, &[("tin", 6), ("cu", 5)]);
    }
}

#[test]
fn the_headings_of_blocks_that_link_to_sections_are_no_news() {
    let block = |name: &str| {
        format!(
            "<section><h2><a href=/muc/tin-tuc-su-kien-{name}>Tin tức - Sự kiện</a></h2>{}</section>",
            all(4, |n| whole(name, n))
        )
    };
    let html = ["kinh-te", "xa-hoi"].map(block).concat();
    let address = "https://huyen.example.gov.vn/";
    check_at(address, &html, &[("kinh-te", 4), ("xa-hoi", 4)]);
}

#[test]
fn a_richer_list_is_kept_whatever_its_heading_and_each_box_may_have_an_h1() {
    let boxed = |heading: &str, items: &str| {
        format!(
            "<div class=portlet><h1 class=portlet-title>{heading}</h1><div><div class=rss><a href=/rss>RSS</a></div>{items}</div></div>"
        )
    };
    let side = boxed("Thông báo", &all(6, |n| bare("thong-bao", n)))
        + &boxed("Tin tỉnh", &all(5, |n| dated("tinh", n)));
    let main = boxed("Tin hoạt động", &all(9, |n| whole("tin", n)));
    let address = "https://xa.example.gov.vn/web/xa-an/tin-hoat-dong";
    check_at(address, &format!("<title>Tin hoạt động - Xã An</title>{side}{main}"), &[("tin", 9)]);
    // A box with the name of the page does not hide a list that shows more.
    let bare_box = boxed("Tin hoạt động", &all(5, |n| bare("ngan", n)));
    let rich = boxed("Chuyên đề", &all(9, |n| whole("tin", n)));
    check_at(
        address,
        &format!("<title>Tin hoạt động - Xã An</title>{bare_box}{rich}"),
        &[("ngan", 5), ("tin", 9)],
    );
}

#[test]
fn badges_and_authors_of_items_are_no_headings() {
    let item = |n: usize| {
        format!(
            "<div class=card><div class=body><a class=badge href=/muc/{}>Kinh tế</a> <a class=nguoi href=/tac-gia/7>Nguyễn Văn Thắng</a>\
             <h4><a href=/tin/hoi-nghi-tong-ket-lan-{n}>Hội nghị tổng kết công tác lần {n}</a></h4><p>Sáng nay, các đại biểu đã thảo luận.</p>\
             <a href=/tin/hoi-nghi-tong-ket-lan-{n}#y-kien>0 bình luận</a></div></div>",
            n % 3
        )
    };
    let html =
        format!("<div><span class=ten>Tin tức - Sự kiện</span><div>{}</div></div>", all(9, item));
    check_at("https://xa.example.gov.vn/muc/tin-tuc-su-kien", &html, &[("tin", 9)]);
}

#[test]
fn rows_of_documents_are_one_list_whatever_their_classes_and_the_path_above_them() {
    let row = |n: usize| {
        let class = if n.is_multiple_of(2) { "grid-alt" } else { "grid-row" };
        format!(
            "<tr class={class}><td>{n}</td><td><a href=../Upload/28{n}_TB.pdf>Thông báo mời thầu gói sửa chữa trụ sở số {n}</a></td><td>{n}/10/2020</td></tr>"
        )
    };
    let main = format!(
        "<div class=noi-dung><div class=duong-dan><a href=/>Trang chủ</a> &gt; Thông báo của Chi cục</div><table>{}</table></div>",
        all(9, row)
    );
    let side = plain_box("TIN TỨC - SỰ KIỆN", &all(6, |n| dated("tin", n)));
    let html = format!("{main}<div>{side}</div>");
    check_at("https://thue.example.gov.vn/ThongBao/DanhSach.aspx?loai=2", &html, &[("Upload", 9)]);
}

#[test]
fn files_with_their_day_of_publication_are_a_list() {
    for words in ["Ngày công khai", "Ngày công bố", "Ngày phát hành", "Ngày ban hành"] {
        let row = |n| {
            format!(
                "<li><i class=pdf></i> <a href=/tep/2024/du-toan-{n}.pdf>Công khai tình hình thực hiện dự toán ngân sách quý {n} năm 2024</a>\
                 <br><span>{words}: 0{n}/10/2026 &nbsp;|&nbsp; Số lần xem: {n}64</span></li>"
            )
        };
        let html = format!("{}<h3>Công khai ngân sách</h3><ol>{}</ol>", menu(9), all(4, row));
        check(&html, &[("tep", 4)]);
    }
}

#[test]
fn the_sections_beside_dated_news_are_none() {
    let section =
        |name: &str| format!("<tr><td><a href=/{name}.asp>Gương người tốt việc tốt của {name}</a>");
    let sections: String = ["antt", "xdll", "gntvt", "pccc", "atgt"].map(section).concat();
    let row = |n| {
        format!(
            "<tr><td><a href='/tin/xemtin.asp?cap=2&id=30{n}2'><b>Triệt phá đường dây ghi số đề tại thị trấn số {n}</b></a><br>\
             <font size=1>(0{n}/5/2026)</font><br>Qua kiểm tra thực tế, đoàn ghi nhận sự nỗ lực của cơ sở trong công tác."
        )
    };
    let html = format!(
        "<table><tr><td width=160><table>{sections}</table><td><p><b>AN NINH</b><table>{}</table></table>",
        all(5, row)
    );
    check(&html, &[("tin", 5)]);
}
