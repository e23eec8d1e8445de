//! `bantin add`: the classification of pages, and the edit of feeds.toml, which keeps everything
//! else.

use crate::agency::{Agency, Answer, html, status};
use crate::desk::{Desk, Said, article};
use std::fs;

/// A file with comments, odd spacing and a feed below the sources.
const FEEDS: &str = "# của tôi\nid_authority = \"bantin.example,2026\"   # mãi mãi\nlisten = '127.0.0.1:0'\n[defaults]\ngap = \"0s\"\ntimeout  = \"2s\"\n\n\
[[source]]   # nguồn cũ\nid = 'cu'\nurl = 'https://cu.example/tin'\n# max_pages = 3\n";
const REST: &str = "\n# bản tin\n[[feed]]\nid = 'tat-ca'\ntitle = 'Tất cả'\n";

fn desk() -> Desk {
    Desk::with(&format!("{FEEDS}{REST}"))
}

fn feeds(desk: &Desk) -> String {
    fs::read_to_string(desk.path("feeds.toml")).unwrap()
}

fn add(desk: &Desk, url: &str, further: &[&str]) -> Said {
    desk.run(&[&["add", url, "--allow-private", "127.0.0.0/8"], further].concat())
}

/// A page with two lists whose items link to `/tin/N`; the agency serves the articles.
fn listing(agency: &Agency, head: &str) -> String {
    let item = |n: usize| {
        agency.on(&format!("/tin/{n}"), html(article(n.try_into().unwrap())));
        format!("<li><a href='/tin/{n}'>Tin số {n} của cơ quan</a> <i>(0{n}/10/2026)</i></li>")
    };
    let list = |numbers: [usize; 3]| numbers.map(item).concat();
    format!(
        "<html><head><meta charset=utf-8><title>Tin tức - Sở Nội vụ tỉnh Lâm Đồng</title>{head}</head><body>\
         <div class=box><h2>Tin tức</h2><ul>{}</ul></div><div class=box><h2>Tin khác</h2><ul>{}</ul></div>",
        list([1, 2, 3]),
        list([4, 5, 6])
    )
}

fn rss(agency: &Agency, numbers: &[usize]) -> Answer {
    let item = |n: &usize| {
        let url = agency.url(&format!("/tin/{n}"));
        format!(
            "<item><title>Tin số {n} của cơ quan</title><link>{url}</link><description>Dẫn.</description></item>"
        )
    };
    let items: String = numbers.iter().map(item).collect();
    let body = format!(
        "<?xml version='1.0'?><rss version='2.0'><channel><title>Tin</title>{items}</channel></rss>"
    );
    Answer::Page(200, vec![("Content-Type", "application/rss+xml".to_owned())], body.into_bytes())
}

#[track_caller]
fn said(said: &Said, code: i32, wanted: &[&str]) {
    let all = format!("{}{}", said.out, said.err);
    assert_eq!(said.code, Some(code), "{all}");
    for wanted in wanted {
        assert!(all.contains(wanted), "{wanted:?} is missing:\n{all}");
    }
}

#[test]
fn a_listing_is_shown_and_written_with_all_else_kept() {
    let (agency, desk) = (Agency::open(), desk());
    agency.on("/tin-tuc", html(listing(&agency, "")));
    let url = agency.url("/tin-tuc");
    let shown = [
        "Tin số 1 của cơ quan\n    2026-10-01",
        "Tin khác: 3 items",
        "   date  2026-10-02",
        "Sáng nay, cơ quan",
    ];
    for (arguments, why) in
        [(&["--dry-run"][..], "--dry-run"), (&[], "use --yes to write it into feeds.toml")]
    {
        let preview = add(&desk, &url, arguments);
        said(&preview, 0, &shown);
        said(&preview, 0, &["nothing was written", why]);
        assert_eq!(feeds(&desk), format!("{FEEDS}{REST}"));
    }
    said(
        &add(&desk, &url, &["--yes", "--id", "so-noi-vu"]),
        0,
        &["was written into feeds.toml, line 13"],
    );
    let block = format!(
        "\n[[source]]\nid = \"so-noi-vu\"\ntitle = \"Sở Nội vụ tỉnh Lâm Đồng\"\nprovince = \"lam-dong\"\nagency = \"Sở Nội vụ\"\nkind = \"listing\"\nurl = \"{url}\"\nallow_private = [\"127.0.0.0/8\"]\n"
    );
    assert_eq!(feeds(&desk), format!("{FEEDS}{block}{REST}"));
    said(&desk.run(&["once", "so-noi-vu"]), 0, &[]);
    assert_eq!(desk.titles("tat-ca").len(), 6);

    // An address that is not a source yet can be tried as one.
    let tried = desk.run(&["try", &agency.url("/tin-tuc?p=2"), "--allow-private", "127.0.0.0/8"]);
    said(&tried, 1, &["/tin-tuc?p=2: the page does not exist (404)"]);
    agency.on("/tin-tuc?p=2", html(listing(&agency, "")));
    let tried = desk.run(&["try", &agency.url("/tin-tuc?p=2"), "--allow-private", "127.0.0.0/8"]);
    said(
        &tried,
        0,
        &["/tin-tuc?p=2: 6 items", "published  2026-10-02T08:15:00+07:00", "Sáng nay, cơ quan"],
    );

    let again = add(&desk, &(url.clone() + "/#top"), &["--yes"]);
    said(&again, 1, &["is already a source: so-noi-vu in feeds.toml:14", "Nothing was written"]);
    agency.on("/", Answer::Page(302, vec![("Location", url.clone())], Vec::new()));
    said(&add(&desk, &agency.url("/"), &["--yes"]), 1, &["is already a source: so-noi-vu"]);
    said(&add(&desk, &agency.url("/khac"), &["--id", "cu"]), 2, &["choose another --id"]);
    assert_eq!(feeds(&desk), format!("{FEEDS}{block}{REST}"));
}

#[test]
fn one_list_of_a_page_is_taken_and_has_a_name_of_its_own() {
    let (agency, desk) = (Agency::open(), desk());
    agency.on("/", html(listing(&agency, "")));
    let url = agency.url("/");
    for (list, heading, end) in
        [("tin khác", "tin khác", "-tin-khac"), ("Tin tức", "Tin tức", "-tin-tuc")]
    {
        said(&add(&desk, &url, &["--yes", "--list", list]), 0, &["was written"]);
        let text = feeds(&desk);
        assert!(text.contains(&format!("{end}\"\ntitle")), "{text}");
        assert!(text.contains(&format!("list = \"{heading}\"\n")), "{text}");
    }
    said(&add(&desk, &url, &["--yes", "--list", "Tin Tức"]), 1, &["is already a source"]);
    let wrong = add(&desk, &url, &["--yes", "--list", "Sự kiện"]);
    said(&wrong, 1, &["its headings are: \"Tin tức\", \"Tin khác\""]);
}

#[test]
fn a_feed_is_offered_and_taken() {
    let (agency, desk) = (Agency::open(), desk());
    let head = "<link rel=alternate type='application/rss+xml' href='/rss'>";
    agency.on("/tin-tuc", html(listing(&agency, head)));
    let (page, feed) = (agency.url("/tin-tuc"), agency.url("/rss"));
    agency.on("/rss", rss(&agency, &[1, 2]));
    said(
        &add(&desk, &page, &[]),
        0,
        &[&feed, "the listing has more: 4 of its 6 items", "kind = \"listing\""],
    );
    agency.on("/rss", rss(&agency, &[6, 5, 4, 3, 2, 1]));
    said(&add(&desk, &page, &[]), 0, &["it has all 6 items of the listing", "kind = \"listing\""]);
    said(&add(&desk, &page, &["--feed", "--yes"]), 0, &["6 items of a feed", "was written"]);
    let kept = feeds(&desk);
    assert!(kept.contains(&format!("kind = \"feed\"\nurl = \"{feed}\"\n")), "{kept}");
    assert!(kept.contains("follow = true\n"), "{kept}");
    said(&add(&desk, &feed, &["--yes"]), 1, &["is already a source"]);
    agency.on("/khac", rss(&agency, &[1]));
    said(&add(&desk, &agency.url("/khac"), &[]), 0, &["1 items of a feed", "kind = \"feed\""]);
    agency.on("/khong", html(listing(&agency, "")));
    said(&add(&desk, &agency.url("/khong"), &["--feed"]), 1, &["offers no feed"]);
}

#[test]
fn what_is_no_news_is_named_and_never_written() {
    let (agency, desk) = (Agency::open(), desk());
    let beside: String = (1..=5)
        .map(|n| format!("<li><a href='/tin/{n}'>Tin số {n} của cơ quan trong tháng</a> <i>0{n}/10/2026</i></li>"))
        .collect();
    let one = article(7).replace("</p></div>", " Các đại biểu đã phát biểu ý kiến, kiến nghị nhiều vấn đề cụ thể với lãnh đạo tỉnh và các sở ngành liên quan, đồng thời đề xuất một số giải pháp.</p></div>");
    agency.on(
        "/bai",
        html(one.replace("</body>", &format!("<h3>Tin khác</h3><ul>{beside}</ul></body>"))),
    );
    let document = |n: usize| {
        format!(
            "<li><a href='/van-ban/{n}'>Quyết định số {n}/QĐ-UBND về việc phê duyệt kế hoạch năm</a> <i>0{n}/10/2026</i></li>"
        )
    };
    agency.on(
        "/van-ban",
        html(format!("<h2>Văn bản</h2><ul>{}</ul>", (1..=8).map(document).collect::<String>())),
    );
    agency.on(
        "/bang",
        html("<table><tr><th>Số ký hiệu<th>Ngày ban hành<th>Trích yếu<tr><td>1<td>2<td>3</table>"),
    );
    agency.on(
        "/vao",
        html("<title>Đăng nhập</title><form>Tài khoản <input><input type=password></form>"),
    );
    let pdf = vec![("Content-Type", "application/pdf".to_owned())];
    agency.on("/tep", Answer::Page(200, pdf, b"%PDF-1.4\n%\xE2\xE3\xCF\xD3".to_vec()));
    agency.on("/rong", html("<html><body></body></html>"));
    agency.on("/mat", html("<title>404</title><h1>404</h1><p>Trang bạn yêu cầu không tồn tại"));
    agency.on("/hong", status(500));
    for n in 1..=4 {
        agency
            .on(&format!("/tin/{n}"), html("<title>404</title><p>Trang bạn yêu cầu không tồn tại"));
    }
    let links = format!("<meta charset=utf-8><h2>Tin tức</h2><ul>{beside}</ul>");
    agency.on("/lien-ket", html(links));
    for (path, wanted) in [
        ("/bai", "it is one article (\"Tin số 7 của cơ quan\")"),
        ("/van-ban", "it is a list of documents"),
        ("/bang", "it is a list of documents"),
        ("/vao", "login"),
        ("/tep", "it is a PDF document"),
        ("/rong", "the page is empty"),
        ("/mat", "not-found-200"),
        ("/khong-co", "the page does not exist (404)"),
        ("/hong", "answers with status 500"),
        ("/lien-ket", "none of its first items could be read as an article"),
    ] {
        let refused = add(&desk, &agency.url(path), &["--yes"]);
        said(&refused, 1, &[wanted, "Nothing was written"]);
        assert_eq!(feeds(&desk), format!("{FEEDS}{REST}"), "{path}");
    }
    for (url, wanted) in [
        ("sonoivu.example/tin", "is not an http or https address"),
        ("ftp://a.example/", "with https://"),
    ] {
        said(&add(&desk, url, &[]), 2, &[wanted]);
    }
}

#[test]
fn a_broken_feeds_toml_is_told_and_not_touched() {
    let (agency, desk) = (Agency::open(), desk());
    agency.on("/tin-tuc", html(listing(&agency, "")));
    let url = agency.url("/tin-tuc");
    desk.write("[[source]]\nid = 'A'\n");
    said(&add(&desk, &url, &["--yes"]), 2, &["feeds.toml:2"]);
    assert_eq!(feeds(&desk), "[[source]]\nid = 'A'\n");
    fs::remove_file(desk.path("feeds.toml")).unwrap();
    said(&add(&desk, &url, &["--yes"]), 2, &["feeds.toml cannot be read"]);
    assert!(!desk.path("feeds.toml").exists());
    assert_eq!(agency.hits("/tin-tuc"), 0);
}
