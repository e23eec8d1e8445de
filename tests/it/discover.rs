//! Listings without selectors: `bantin discover`, and sources of kind `listing`.

use crate::agency::{Agency, Answer, html};
use crate::desk::{self, Desk, article};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::process::Stdio;

/// A page with two lists whose items link to `/tin/N`.
fn listing() -> String {
    let item = |n: usize| {
        format!(
            "<li><a href='/tin/{n}?ID={n}'>Tin số {n} của cơ quan trong tháng</a> <i>(0{n}/10/2022)</i></li>"
        )
    };
    let list = |numbers: [usize; 3]| numbers.map(item).concat();
    format!(
        "<meta charset=utf-8><div class=box><h2>Tin tức</h2><ul>{}</ul></div><div class=box><h2>Thông báo</h2><ul>{}</ul></div>",
        list([1, 2, 3]),
        list([4, 5, 6])
    )
}

fn desk() -> Desk {
    let desk = Desk::with(&desk::head());
    fs::write(desk.path("tin.html"), listing()).unwrap();
    fs::write(desk.path("trong.html"), "<p>Bảo trì").unwrap();
    desk
}

#[test]
fn a_page_is_shown_with_its_lists_and_why() {
    let desk = desk();
    let said = desk.run(&["discover", "--url", "https://a.example/", "tin.html"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.out.starts_with(
            "Tin số 1 của cơ quan trong tháng\n    2022-10-01  https://a.example/tin/1?ID=1\n"
        ),
        "{}",
        said.out
    );
    assert!(said.out.contains("6 x `div.box > ul > li > a`, score "), "{}", said.out);
    assert!(said.out.contains("    Thông báo: 3 items, first \"Tin số 4"), "{}", said.out);
    let said = desk.run(&["discover", "--list", "thông báo", "--format", "json", "tin.html"]);
    let record: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(record["items"].as_array().unwrap().len(), 3);
    assert_eq!(record["items"][0]["date"], "2022-10-04");
    assert_eq!(record["lists"][0]["heading"], "Tin tức");
    for (arguments, expected) in [
        (&["discover", "trong.html"][..], "trong.html: no list of news was found on the page"),
        (&["discover", "--list", "Sự kiện", "tin.html"], "no list below a heading \"Sự kiện\""),
    ] {
        let said = desk.run(arguments);
        assert_eq!(said.code, Some(1), "{}", said.out);
        assert!(said.err.contains(expected), "{}", said.err);
    }
}

#[test]
fn a_batch_keeps_its_order_and_no_page_ends_it() {
    let desk = desk();
    let line = |n: usize| {
        let file = ["tin.html", "trong.html", "khong-co.html"][n % 3];
        format!("{{\"id\": {n}, \"url\": \"https://a.example/{n}\", \"html\": \"{file}\"}}\n")
    };
    let mut batch = desk
        .command(&["discover", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = (0..12).map(line).collect();
    batch.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let said = batch.wait_with_output().unwrap();
    let answers: Vec<Value> = String::from_utf8(said.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 12);
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer["id"], n);
        assert_eq!(answer["items"].is_array(), n % 3 == 0, "{answer}");
        assert_eq!(answer["error"].is_string(), n % 3 != 0, "{answer}");
    }
}

#[test]
fn a_source_without_selectors_brings_its_news_home() {
    let desk = Desk::with(&format!(
        "{}\n[[source]]\nid = 'co-quan'\nprovince = 'lam-dong'\nagency = 'Cơ quan'\nfolder = 'site'\n\
         base_url = 'https://a.example/'\nurl = 'index.html'\nlist = 'Thông báo'\n[[feed]]\nid = 'tin'\ntitle = 'Tin'\n",
        desk::head()
    ));
    fs::create_dir_all(desk.path("site/tin")).unwrap();
    fs::write(desk.path("site/index.html"), listing()).unwrap();
    for n in 1..=6 {
        fs::write(desk.path(&format!("site/tin/{n}@ID={n}")), article(n)).unwrap();
    }
    let said = desk.run(&["once"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let said = desk.run(&["export"]);
    let urls: Vec<String> = said
        .out
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["url"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(urls.len(), 3, "{}{}", said.out, said.err);
    assert!(
        (4..=6).all(|n| urls.contains(&format!("https://a.example/tin/{n}?ID={n}"))),
        "{urls:?}"
    );
}

#[test]
fn a_page_with_a_new_face_is_told_once_and_read_all_the_same() {
    let agency = Agency::open();
    let source = format!(
        "\n[[source]]\nid = 'a'\nagency = 'Cơ quan a'\nallow_private = ['127.0.0.0/8']\nurl = '{}'\n",
        agency.url("/")
    );
    let desk = Desk::with(&(desk::head() + &source));
    let page = |open: &str, close: &str, from: usize| {
        let item = |n: usize| {
            format!(
                "{open}<a href='/tin/{n}'>Tin số {n} của cơ quan trong tháng</a> <i>(0{n}/10/2022)</i>{close}"
            )
        };
        let items: String = (from..from + 5).rev().map(item).collect();
        html(format!("<meta charset=utf-8><main>{items}</main>"))
    };
    for n in 1..=7 {
        agency.on(&format!("/tin/{n}"), html(article(n.try_into().unwrap())));
    }
    let learned = || {
        let said = desk.run(&["status", "--json"]);
        let report: Value = serde_json::from_str(said.out.lines().next().unwrap()).unwrap();
        report["learned"][0]["selector"].as_str().unwrap().to_owned()
    };
    agency.on("/", page("<p class=tin>", "</p>", 1));
    let said = desk.run(&["once", "a"]);
    assert_eq!((said.code, said.out.contains("redesigned")), (Some(0), false), "{}", said.err);
    assert_eq!(learned(), "p.tin > a");
    // The same layout, with one more article.
    agency.on("/", page("<p class=tin>", "</p>", 2));
    let said = desk.run(&["once", "a"]);
    assert_eq!((said.code, said.out.contains("redesigned")), (Some(0), false), "{}", said.err);
    agency.on("/", page("<div class=the><h3>", "</h3></div>", 3));
    let said = desk.run(&["once", "a"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let told = "5 items at `p.tin > a` before, 5 at `div.the > h3 > a` now; the site may have been redesigned";
    assert!(said.out.contains(told), "{}", said.err);
    assert_eq!(desk.titles("tat-ca").len(), 7);
    assert_eq!(learned(), "div.the > h3 > a");
    agency.on("/", page("<div class=the><h3>", "</h3></div>", 2));
    assert!(!desk.run(&["once", "a"]).out.contains("redesigned"));
}

/// A page whose only links are those of its menu, each to a page without an article.
fn menu(agency: &Agency, links: usize) -> Answer {
    let link = |n: usize| {
        let target = format!("/thu-tuc-hanh-chinh-so-{n}.html");
        agency.on(&target, html("<title>Cổng thông tin</title><p>Chọn một mục."));
        format!("<li><a href='{target}'>Tra cứu thủ tục hành chính nhóm {n} của tỉnh</a>")
    };
    html(format!("<meta charset=utf-8><ul>{}</ul>", (0..links).map(link).collect::<String>()))
}

#[test]
fn a_menu_taken_for_news_costs_few_requests_and_each_page_only_one() {
    let agency = Agency::open();
    agency.on("/tin-tuc", menu(&agency, 40));
    let source = desk::source("a", &agency).replace("select = { item = \"li.tin\" }", "");
    let desk = Desk::with(&(desk::head() + &source));
    let said = desk.run(&["once", "--now", desk::NOW]);
    assert_ne!(said.code, Some(0), "{}", said.out);
    let requested = || -> Vec<String> {
        let targets = agency.seen().into_iter().map(|seen| seen.target);
        targets.filter(|target| target.starts_with("/thu-tuc")).collect()
    };
    let first = requested().len();
    assert!((1..=10).contains(&first), "{first} pages of the menu were requested");
    for _ in 0..2 {
        let said = desk.run(&["once", "--now", desk::NOW]);
        assert_ne!(said.code, Some(0), "{}", said.out);
    }
    let pages: BTreeSet<String> = requested().into_iter().collect();
    assert_eq!(pages.len(), requested().len(), "a rejected page was requested again");
    assert!(pages.len() <= 30, "{} pages of the menu were requested", pages.len());
    assert_eq!(desk.export().len(), 0);
}
