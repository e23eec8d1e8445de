//! Names of the site in titles and headings.

use super::*;

#[test]
fn the_name_of_the_site_is_never_the_headline() {
    let title = |text: &str| format!("<title>{text}</title>");
    let h1 = format!("<h1>{TITLE}</h1><p>01/07/2019</p>");
    let site = "Sở Tư pháp tỉnh Lâm Đồng";
    for (mark, banner) in [
        (" - ", format!("<h2>{site}</h2>")),
        (" | ", format!("<h1>{site}</h1>")),
        (" » ", format!("<h3>{site}</h3>")),
        (" · ", format!("<p><b>{site}</b></p>")),
        ("_", format!("<div style='text-align:center'><b>{site}</b></div>")),
    ] {
        check(&title(&format!("{TITLE}{mark}{site}")), &banner, &h1, TITLE);
        check(&title(&format!("{site}{mark}{TITLE}")), &banner, &h1, TITLE);
    }
    // The host, the agency and the declared name.
    for name in ["ldld.tinh.example", "LDLD", "Liên đoàn Lao động tỉnh"] {
        let head = title(name);
        let bold = format!("<p><b>{TITLE}</b></p>");
        check(&head, &format!("<h1>{name}</h1>"), &bold, TITLE);
    }
    let head = "<meta property=og:site_name content='Công đoàn'><meta property=og:title content='Công đoàn'>";
    check(head, "<h1>Công đoàn</h1>", &format!("<h4>{TITLE}</h4>"), TITLE);
    // The agency's own news names it, too.
    let news = "Liên đoàn Lao động tỉnh tổ chức tập huấn";
    check(&title(&format!("{news} - ldld.tinh.example")), "", &format!("<h2>{news}</h2>"), news);
}

#[test]
fn a_constant_name_gives_way_to_a_headline_without_a_heading() {
    let site = "Chi cục Chăn nuôi tỉnh Hòa An";
    let banners = [
        format!("<h1><a href=/>{site}</a></h1>"),
        format!("<a href='/'><img alt='{site}' src=logo.png></a>"),
        format!("<h1 class=site-title><span>{site}</span></h1>"),
        format!("<header><h1>{site}</h1></header><div class=banner><img alt='{site}'></div>"),
        format!("<a href='Default.aspx'>{site}</a><div>© 2020 {site}. Mọi quyền.</div>"),
    ];
    let heads = [
        format!("<title>{site}</title>"),
        format!("<title>{site}</title><meta property=og:title content='{site}'>"),
        format!("<title>{site} > Tin tức > Chi tiết tin</title>"),
        format!("<title>Chi tiết tin - {site}</title>"),
        format!("<title>{site} - Đối thoại</title>"),
        format!("<title>{site} - Góc nhìn</title>"),
    ];
    let headlines = [
        format!(
            "<span class=td>Đối thoại</span><br><span class=td>{TITLE}</span><br><i>Ngày đăng: 12/10/2015 20:48</i>"
        ),
        format!(
            "<table><tr><td class=x>{TITLE}<br><font size=1>Cập nhật: 9h33 - 30/07/2021</font></td></tr></table>"
        ),
        format!(
            "<div class=time>Thứ tư, 30/06/2021 | 18:23</div><div class='d__title'>{TITLE}</div>"
        ),
        format!(
            "<b>Lượt truy cập</b><br>0457545<p class=ten>{TITLE}</p><p>14/04/2021 11:54:52</p>"
        ),
        format!(
            "<span>Góc nhìn</span><br><span>{TITLE}</span><br>(Thứ hai, 20/07/2015 - 20:59)<div><b>{LEAD}</b></div>"
        ),
        format!("<div class='lblTieuDe'>{TITLE}</div><div>Cỡ chữ: A- A A+</div>"),
    ];
    for banner in &banners {
        for head in &heads {
            for headline in &headlines {
                check(head, banner, headline, TITLE);
            }
        }
    }
}

#[test]
fn a_shown_name_is_cut_off_a_title_and_is_a_title_if_all_declare_it() {
    let site = "Thư viện Rừng Xanh";
    let banner = format!("<a href=/>{site}</a>");
    for mark in [" | ", " - ", " — ", " · "] {
        check(&format!("<title>{TITLE}{mark}{site}</title>"), &banner, "", TITLE);
    }
    // An article about the site, with its name as headline.
    let head = format!(
        "<title>{site}</title><meta property=og:title content='{site}'>\
         <script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"{site}\"}}</script>"
    );
    check(&head, &banner, &format!("<h1>{site}</h1>"), site);
}

#[test]
fn an_agency_may_begin_its_own_headline_and_never_is_one() {
    for mark in [": ", " - "] {
        let title = format!("Liên đoàn Lao động tỉnh{mark}{TITLE}");
        for head in [&title, &format!("{title} | Tin tức"), "Liên đoàn Lao động tỉnh"] {
            check(&format!("<title>{head}</title>"), "", &format!("<h1>{title}</h1>"), &title);
        }
        check(&format!("<title>{title}</title>"), "", &format!("<h1>{TITLE}</h1>"), TITLE);
    }
    // The name that the page announces in a sentence stands in a heading below the menu, too.
    let above = format!("<h1>XÃ ĐÔNG AN</h1><h2>Tin tức</h2><h3>{TITLE}</h3>");
    let owner = "<p>Trang thông tin điện tử xã Đông An</p>";
    check("<title>Xã Đông An</title>", owner, &above, TITLE);
}

#[test]
fn a_banner_above_the_menu_is_never_the_headline() {
    for name in ["Đoàn kết - Dân chủ - Phát triển", "Ủy ban nhân dân xã An", "Trang tin vùng cao"]
    {
        for banner in ["h1", "h2", "div"] {
            for heading in ["h1", "h2", "h4", "b", "div"] {
                let html = format!(
                    "<html><head><title>{name}</title></head><body><div id=top><{banner}>{name}</{banner}>\
                     <p>Thứ năm, 26/11/2026</p></div><ul><li><a href=/gioi-thieu>Giới thiệu</a></li><li><a href=/tin>Tin tức</a></li>\
                     <li><a href=/van-ban>Văn bản</a></li><li><a href=/lien-he>Liên hệ</a></li></ul><div class=main>\
                     <div><{heading}>{TITLE}</{heading}></div><div><p>{TEXT}</p><p>{TEXT} Hết.</p></div></div></body></html>"
                );
                assert_eq!(title_of(&html, None).as_deref(), Some(TITLE), "{html}");
            }
        }
    }
}

#[test]
fn the_name_of_the_site_behind_a_headline_is_no_part_of_it() {
    let head = format!(
        "<title>{TITLE} – Công đoàn xã An</title><meta property=og:site_name content='Công đoàn xã An'><meta property=og:title content='{TITLE}'>"
    );
    for suffix in [" – Công đoàn xã An", " | LDLD", " - CĐXA", " (tinh.example) 87"] {
        check(&head, "", &format!("<h1>{TITLE}{suffix}</h1><p>01/07/2019</p>"), TITLE);
    }
    // What follows is news, too.
    let more = format!("{TITLE} - lần thứ hai");
    check(&head, "", &format!("<h1>{more}</h1><p>01/07/2019</p>"), &more);
}

#[test]
fn an_address_does_not_speak_for_the_name_of_the_site_in_a_title() {
    let title = |head: &str| {
        let url = "https://congdoan.example/congdoan/tin-moi/".parse().unwrap();
        let html = format!(
            "<title>{head}</title><div><h2>{TITLE}</h2><p>{TEXT}</p><p>{TEXT} Hội nghị kết thúc.</p></div>"
        );
        let time = "2026-11-24T03:00:00Z".parse().unwrap();
        let page = crate::saved_page(html.into_bytes(), url, time);
        let rules = ArticleSelectors::default();
        let draft = draft_of_site(&page, None, &rules, &[], &mut FieldChoices::default());
        draft.unwrap().title.unwrap().value
    };
    for head in ["Tin mới | Congdoan Magazin", "Congdoan Magazin - Tin mới"] {
        assert_eq!(title(head), TITLE, "{head}");
    }
}
