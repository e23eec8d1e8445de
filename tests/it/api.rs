//! APIs as sources: from JSON to articles, and from an address to a source in feeds.toml.

use crate::agency::{Agency, Answer, html, status};
use crate::desk::{Desk, Said, article, head};
use serde_json::{Value, json};
use std::fs;

fn answer(value: &Value) -> Answer {
    text(value.to_string())
}

fn text(body: impl Into<Vec<u8>>) -> Answer {
    let fields = vec![("Content-Type", "application/json; charset=utf-8".to_owned())];
    Answer::Page(200, fields, body.into())
}

/// A source of this kind at an agency, with additional keys.
fn source(kind: &str, url: &str, further: &str) -> String {
    format!(
        "{}\n[[source]]\nid = 'api'\nkind = '{kind}'\nurl = '{url}'\nallow_private = ['127.0.0.0/8']\n{further}\n",
        head()
    )
}

#[track_caller]
fn said(said: &Said, code: i32, wanted: &[&str]) {
    let all = format!("{}{}", said.out, said.err);
    assert_eq!(said.code, Some(code), "{all}");
    for wanted in wanted {
        assert!(all.contains(wanted), "{wanted:?} is missing:\n{all}");
    }
}

/// The title, address and instant of each article, sorted by title.
fn articles(desk: &Desk) -> Vec<(String, String, String)> {
    let text = |article: &Value, name: &str| article[name].as_str().unwrap().to_owned();
    let mut articles: Vec<_> = desk
        .export()
        .iter()
        .map(|article| (text(article, "title"), text(article, "url"), text(article, "published")))
        .collect();
    articles.sort();
    articles
}

const BODY: &str = "<p>Sáng nay, cơ quan đã tổ chức hội nghị với sự tham dự của đông đảo đại biểu các sở, ban, ngành.</p>";

#[test]
fn an_api_that_brings_whole_articles_is_asked_once() {
    let agency = Agency::open();
    agency.on(
        "/api",
        answer(&json!({ "data": { "items": [
            { "id": 1, "slug": "hop", "title": "Họp &amp; bàn", "at": 1_795_137_300, "body": BODY },
            { "id": 2, "slug": "lam", "title": "Làm ngay hôm nay", "at": "19/11/2026 08:15", "body": BODY },
            { "id": 3, "title": "Không có địa chỉ", "body": BODY },
        ] } })),
    );
    let select = format!(
        "select = {{ item = '$.data.items[*]', title = '$.title', address = '{}', id = '$.id', date = '$.at', content = '$.body' }}",
        agency.url("/tin/{$.slug}-{$.id}.html")
    );
    let desk = Desk::with(&source("json", &agency.url("/api"), &select));
    said(&desk.once(), 0, &["Không có địa chỉ", "it has no text at `$.slug`"]);
    let expected = [
        ("Họp & bàn", "/tin/hop-1.html", "2026-11-20T01:15:00Z"),
        ("Làm ngay hôm nay", "/tin/lam-2.html", "2026-11-19T01:15:00Z"),
    ];
    let expected = expected.map(|(title, url, at)| (title.into(), agency.url(url), at.into()));
    assert_eq!(articles(&desk), expected);
    assert_eq!(agency.seen().len(), 1, "the pages are not fetched");
    said(&desk.run(&["try", "api"]), 0, &["Họp & bàn"]);
}

#[test]
fn an_api_of_teasers_is_followed_and_can_be_asked_by_post() {
    let agency = Agency::open();
    let items = [1, 2].map(|n| {
        agency.on(&format!("/tin/{n}"), html(article(n)));
        json!({ "Url": format!("/tin/{n}"), "TieuDe": format!("Tin số {n} của cơ quan") })
    });
    agency.on("/api", text(format!("\u{FEFF}{}", json!({ "d": json!(items).to_string() }))));
    let further =
        "select = { item = '$.d', title = '$.TieuDe', link = '$.Url' }\nform = { trang = '1' }";
    let desk = Desk::with(&source("json", &agency.url("/api"), further));
    said(&desk.once(), 0, &[]);
    let dates: Vec<_> = articles(&desk).into_iter().map(|(_, _, at)| at).collect();
    assert_eq!(dates, ["2026-10-02T01:15:00Z", "2026-10-03T01:15:00Z"]);
    let posted = agency.seen().into_iter().find(|seen| seen.target == "/api").unwrap();
    assert!(posted.fields["content-type"].starts_with("application/x-www-form-urlencoded"));
}

#[test]
fn broken_answers_are_told_and_cost_little() {
    let agency = Agency::open();
    let select = "select = { item = '$.data[*]', title = '$.title', link = '$.url' }";
    let desk = Desk::with(&source("json", &agency.url("/api"), select));
    let login = "<html><title>Đăng nhập</title><form>Tài khoản <input><input type=password></form>";
    for (answer, wanted) in [
        (text("[".repeat(1000)), "recursion limit exceeded"),
        (text(format!("[{}0]", "0,".repeat(1 << 20))), "needs too much memory"),
        (text("{\"data\":[{\"title\""), "the answer is not JSON"),
        (text(format!("{{\"data\":[{}1]}}", "{\"tags\":1},".repeat(900))), "none of the 901 items"),
        (answer(&json!({ "rows": [{ "id": 1 }] })), "the answer is {rows: [1 of {id}]}"),
        (
            answer(&json!({ "data": [null, 7, { "title": null, "url": [] }] })),
            "none of the 3 items",
        ),
        (html(login), "login"),
        (text("<!doctype html><title>Bảo trì</title>"), "a web page (\"Bảo trì\")"),
    ] {
        agency.on("/api", answer);
        said(&desk.run(&["try", "api"]), 1, &[wanted]);
    }
}

#[test]
fn json_in_place_of_a_listing_is_named() {
    let agency = Agency::open();
    agency.on("/api", answer(&json!({ "data": [{ "title": "Họp bàn về y tế", "url": "/1" }] })));
    let desk = Desk::with(&source("listing", &agency.url("/api"), ""));
    said(&desk.run(&["try", "api"]), 1, &["it is JSON; write kind = \"json\""]);
}

fn post(n: u32, agency: &Agency) -> Value {
    json!({
        "id": n, "guid": { "rendered": agency.url(&format!("/?p={n}")) }, "link": agency.url(&format!("/tin-{n}/")),
        "date": format!("2026-11-{:02}T06:15:00", n + 10), "date_gmt": format!("2026-11-{:02}T23:15:00", n + 9),
        "title": { "rendered": format!("Tin số {n} &#8211; cơ quan") }, "content": { "rendered": BODY, "protected": false },
        "excerpt": { "rendered": "<p>Sáng nay [&hellip;]</p>" },
        "_embedded": { "author": [{ "name": "Văn phòng" }], "wp:term": [[
            { "taxonomy": "category", "name": "Y tế", "slug": "y-te" },
            { "taxonomy": "category", "name": "Uncategorized", "slug": "uncategorized" },
        ]] },
    })
}

/// The query of a request for posts.
const ASKED: &str = "per_page=20&_embed=author%2Cwp%3Afeaturedmedia%2Cwp%3Aterm&_fields=id%2Cguid%2Clink%2Cdate%2Cdate_gmt%2Ctitle%2Ccontent%2Cexcerpt%2C_links%2C_embedded";

fn on_posts(agency: &Agency, start: &str) {
    let posts: Vec<Value> = [2, 1].map(|n| post(n, agency)).into();
    agency.on(&format!("{start}{ASKED}"), answer(&json!(posts)));
}

#[test]
fn a_wordpress_site_gives_articles_with_their_true_instants() {
    let agency = Agency::open();
    on_posts(&agency, "/wp-json/wp/v2/posts?");
    let desk = Desk::with(&source("wordpress", &agency.url("/"), ""));
    said(&desk.once(), 0, &[]);
    let expected = [1, 2].map(|n| {
        let at = format!("2026-11-{:02}T23:15:00Z", n + 9);
        (format!("Tin số {n} – cơ quan"), agency.url(&format!("/tin-{n}/")), at)
    });
    assert_eq!(articles(&desk), expected);
    let article = &desk.export()[0];
    assert_eq!((&article["author"], &article["tags"]), (&json!("Văn phòng"), &json!(["Y tế"])));
    assert_eq!(agency.seen().len(), 1);
}

#[test]
fn a_wordpress_site_without_permalinks_is_asked_at_its_other_address() {
    let agency = Agency::open();
    on_posts(&agency, "/?rest_route=%2Fwp%2Fv2%2Fposts&categories=5&");
    let url = agency.url("/wp-json/wp/v2/categories/5");
    let desk = Desk::with(&source("wordpress", &url, ""));
    said(&desk.once(), 0, &[]);
    assert_eq!(articles(&desk).len(), 2);
    let further = format!("/?rest_route=%2Fwp%2Fv2%2Fposts&categories=5&{ASKED}&page=2");
    agency.on(&further, answer(&json!([post(4, &agency), post(3, &agency)])));
    for _ in 0..2 {
        let walked = desk.run(&["backfill", "api", "--pages", "2"]);
        said(&walked, 0, &["2 pages"]);
        assert_eq!((articles(&desk).len(), agency.hits(&further)), (4, 1));
    }
    let elsewhere = Desk::with(&source("wordpress", &agency.url("/khac/"), ""));
    said(&elsewhere.run(&["try", "api"]), 1, &["with and without permalinks", "its API is closed"]);
    let closed = json!({ "code": "rest_no_route", "message": "Không có tuyến nào" });
    agency.on(&format!("/wp-json/wp/v2/posts?categories=5&{ASKED}"), answer(&closed));
    said(
        &desk.run(&["try", "api"]),
        1,
        &["refused the request: \"Không có tuyến nào\" (rest_no_route)"],
    );
}

fn add(desk: &Desk, url: &str, further: &[&str]) -> Said {
    desk.run(&[&["add", url, "--allow-private", "127.0.0.0/8"], further].concat())
}

fn feeds(desk: &Desk) -> String {
    fs::read_to_string(desk.path("feeds.toml")).unwrap()
}

#[test]
fn the_api_behind_a_page_that_a_script_makes_is_offered_and_taken() {
    let (agency, desk) = (Agency::open(), Desk::with(&head()));
    let link = |rel: &str, path: &str| {
        format!("<link rel='{rel}' type='application/json' href='{}'>", agency.url(path))
    };
    let page = |links: String| {
        html(format!(
            "<html><head><title>Sở Y tế tỉnh Huế</title>{links}</head><body><div id=app></div></body></html>"
        ))
    };
    let own = link("https://api.w.org/", "/wp-json/");
    agency.on("/", page(own.clone()));
    agency.on("/category/tin/", page(own + &link("alternate", "/wp-json/wp/v2/categories/5")));
    agency.on("/khac", page(String::new()));
    let offered = add(&desk, &agency.url("/"), &["--yes"]);
    said(
        &offered,
        1,
        &["runs WordPress, whose API", "--wordpress reads them", "Nothing was written"],
    );
    said(&add(&desk, &agency.url("/khac"), &["--wordpress"]), 1, &["names no API of WordPress"]);
    on_posts(&agency, "/wp-json/wp/v2/posts?");
    on_posts(&agency, "/wp-json/wp/v2/posts?categories=5&");
    let taken = add(&desk, &agency.url("/"), &["--yes", "--wordpress"]);
    said(&taken, 0, &["2 items of an API", "Tin số 2 – cơ quan", "was written"]);
    let written = format!(
        "title = \"Sở Y tế tỉnh Huế\"\nprovince = \"hue\"\nagency = \"Sở Y tế\"\nkind = \"wordpress\"\nurl = \"{}\"\n",
        agency.url("/")
    );
    assert!(feeds(&desk).contains(&written), "{}", feeds(&desk));
    said(&add(&desk, &agency.url("/"), &["--wordpress"]), 1, &["is already a source"]);
    let category = agency.url("/category/tin/");
    said(&add(&desk, &category, &["--yes", "--wordpress"]), 0, &["was written"]);
    let written = format!("url = \"{}\"\n", agency.url("/wp-json/wp/v2/categories/5"));
    assert!(feeds(&desk).contains(&written), "{}", feeds(&desk));
    said(&desk.once(), 0, &[]);
    // Both sources have the same two posts.
    let posts = desk.export();
    assert_eq!(posts.len(), 2);
    assert!(posts.iter().all(|post| post["carriers"].as_array().is_some_and(|all| all.len() == 1)));
}

#[test]
fn the_json_of_an_api_is_guessed_shown_and_written() {
    let (agency, desk) = (Agency::open(), Desk::with(&head()));
    let item = |n: u32| {
        agency.on(&format!("/tin-{n}"), html(article(n)));
        json!({ "id": n, "tieuDe": format!("Tin số {n} của cơ quan"), "slug": format!("tin-{n}"), "ngayDang": "2026-11-20T01:15:00Z" })
    };
    let items = [1, 2, 3].map(item);
    agency.on("/api/tin", answer(&json!({ "total": 3, "data": items })));
    let added = add(&desk, &agency.url("/api/tin"), &["--yes"]);
    said(
        &added,
        0,
        &[
            "it is JSON; what looks like news: $.data[*] (3 items)",
            "3 items of an API",
            "was written",
        ],
    );
    let written = feeds(&desk);
    for line in [
        "kind = \"json\"\n",
        "item = \"$.data[*]\", title = \"$.tieuDe\", address = \"http://",
        "/{$.slug}\", date = \"$.ngayDang\", id = \"$.id\" }",
    ] {
        assert!(written.contains(line), "{line} is missing:\n{written}");
    }
    said(&desk.once(), 0, &[]);
    assert_eq!(desk.export().len(), 3);

    agency.on("/tin-1", status(404));
    agency.on("/api/khac", answer(&json!([item(4)])));
    agency.on("/tin-4", status(404));
    let wrong = add(&desk, &agency.url("/api/khac"), &["--yes"]);
    said(&wrong, 1, &["The addresses were guessed", "kind = \"json\"", "Nothing was written"]);
    agency.on("/api/trong", answer(&json!({ "status": "ok", "rows": [7] })));
    let none = add(&desk, &agency.url("/api/trong"), &["--yes"]);
    said(&none, 1, &["it is JSON, {status, rows: [1 of a number]}", "Nothing was written"]);
}
